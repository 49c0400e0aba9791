"""The Rate tab: people rate answers."""
