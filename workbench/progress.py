"""Progress of long work."""

from __future__ import annotations

from collections.abc import Callable

ProgressCallback = Callable[[int, int, str], None]
"""Called with the number done, the total, and what is being done."""
