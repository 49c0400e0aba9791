"""One prompt asked in every language: checkpoints answer its translations side by side."""
