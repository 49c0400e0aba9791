"""The Checkpoints tab: what can be asked, how it was made, and how it does in each language."""
