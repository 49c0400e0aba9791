"""The app: chat with checkpoints and compare runs in the browser."""
