"""Checkpoint and prompts to answers: batches, and streaming for the chat."""
