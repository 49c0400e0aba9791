"""The built-in world of six languages and its own small models."""
