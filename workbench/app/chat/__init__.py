"""The Chat tab: checkpoints answer, with the language of what they write."""
