"""When the next request may be sent: so many a minute, and none while the server wants rest."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 120.0
"""Seconds; a server that wants more is asked again after this."""


class Pacer:
    """Spaces requests of several threads evenly; waiting ends at once when ``stop`` is set."""

    def __init__(self, per_minute: float | None, stop: threading.Event) -> None:
        self._interval = 60.0 / per_minute if per_minute else 0.0
        self._stop = stop
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        self._stop.wait(turn - now)

    def rest(self, seconds: float) -> None:
        """Let nobody send anything for a while."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + min(seconds, LONGEST_WAIT))

    def back_off(self, attempt: int, base: float, asked: float | None = None) -> None:
        """Wait before attempt number ``attempt`` (from 1) of a request that failed.

        As long as the server asked for, otherwise ``base`` seconds, doubled each time, less
        up to half by chance, so that threads do not come back together.
        """
        seconds = base * 2 ** (attempt - 1) * random.uniform(0.5, 1.0) if asked is None else asked
        self._stop.wait(min(seconds, LONGEST_WAIT))


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that a server asks to wait: a number or a date; None where it does not ask."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after")
    seconds = _number(asked)
    if seconds is not None or asked is None:
        return seconds
    try:
        date = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, date.timestamp() - (time.time() if now is None else now))


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < float("inf") else None
