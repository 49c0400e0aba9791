"""Runnable comparisons against what a user would otherwise use, each in one run."""
