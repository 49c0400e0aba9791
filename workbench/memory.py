"""What is costly to make and the same for several cells, kept in one process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class Memory:
    """The last thing of each kind, such as a base model; one a process, and not for threads."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Hashable, object]] = {}

    def forget(self, kind: str) -> None:
        """Let go of the thing of this kind."""
        self._last.pop(kind, None)

    def recall(self, kind: str, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of this kind if it was made for an equal key, else a new one in its place.

        The one before is let go first, so that two are never held at once.
        """
        known, thing = self._last.get(kind, (None, None))
        if kind not in self._last or known != key:
            self._last.pop(kind, None)
            del thing
            thing = make()
            self._last[kind] = (key, thing)
        return thing  # type: ignore[return-value]
