"""Where the files under ``assets/`` and ``checkpoints/`` are."""

from __future__ import annotations

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def asset(*parts: str) -> Path:
    """Path of a file or folder under ``assets/``."""
    return PROJECT_ROOT.joinpath("assets", *parts)
