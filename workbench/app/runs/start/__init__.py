"""Starting a study by a form that is derived from its schema."""
