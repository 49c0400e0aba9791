"""Who does the cells of a study: this process, several processes, or a Ray cluster."""
