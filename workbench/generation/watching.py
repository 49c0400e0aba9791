"""Looking at the answers of a batch while they are written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Watch:
    """Sees unfinished answers grow, and can end them all."""

    grown: Callable[[int, str, int], None]
    """Called with the index of a conversation, its answer so far, and the tokens of that."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Once it is set, the batch ends before its next token, and no other one begins."""
    every: float = 0.1
    """Seconds between two looks; decoding all answers at each token would slow them down."""

    def numbered(self, indices: Sequence[int]) -> Watch:
        """The same for a batch whose row ``i`` is conversation ``indices[i]``."""
        grown = self.grown
        return replace(self, grown=lambda row, text, tokens: grown(indices[row], text, tokens))
