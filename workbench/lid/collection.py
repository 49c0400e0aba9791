"""Many small objects made without looks for garbage among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """No look for cyclic garbage meanwhile: it would visit each new object again and again.

    Makes a hundred thousand verdicts five times as fast. Nothing is lost: what is garbage is
    found by the next look.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
