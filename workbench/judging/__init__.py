"""Judging: ratings of responses by rules, models and people."""
