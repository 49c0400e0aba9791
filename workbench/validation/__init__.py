"""Validation in every language while a model is trained, and what it is kept in."""
