"""The Runs tab: studies started, watched, and what they lead to."""
