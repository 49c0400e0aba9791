"""The words of a text that grows, at the cost of what is new."""

from __future__ import annotations

from typing import NamedTuple

from workbench.lid.exempt import Exempt, exempt_spans
from workbench.lid.switching.blocks import block_end, open_fence
from workbench.lid.switching.units import Unit, units


class Change(NamedTuple):
    """The first ``keep`` words stay; ``words`` and ``units`` follow them."""

    keep: int
    words: list[str]
    """As they stand in the text."""
    units: list[Unit]
    """With offsets in the whole text."""


class Reader:
    """Reads a text piece by piece; only its last block is looked at again."""

    def __init__(self) -> None:
        self.size = 0
        """Characters read so far."""
        self._count = 0
        self._block = ""
        self._start = 0  # of the block, in the text
        self._own: list[Unit] = []  # words of the block
        self._exempt: list[Exempt] = []  # with offsets in the block
        self._after_code = False  # whether a block of code ended before this block
        self._code_follows = False
        self._fence: str | None = None

    def feed(self, more: str) -> Change:
        """Read on; what the words of the text have become."""
        overlap = self._block[-2:]
        self._block += more
        self.size += len(more)
        before = self._count - len(self._own)
        if self._fence is not None and self._fence not in overlap + more:
            return Change(self._count, [], [])

        words: list[str] = []
        found: list[Unit] = []
        keep = self._count
        begin = 0
        while True:
            end = block_end(self._block, begin)
            block = self._block[begin:end]
            exempt = exempt_spans(block)
            kept = self._kept(exempt)
            if not begin:
                keep = before + kept
            new = self._read(block, exempt, kept)
            offset = self._start
            words += [block[unit.start - offset : unit.end - offset] for unit in new]
            found += new
            if end is None:
                break
            self._own, self._exempt = [], []
            self._after_code = self._code_follows
            self._start += end - begin
            begin = end
        self._block = self._block[begin:]
        self._fence = open_fence(self._block)
        self._count = keep + len(found)
        return Change(keep, words, found)

    def _kept(self, exempt: list[Exempt]) -> int:
        """How many words of the block stay as they were: those before any change."""
        if not self._own:
            return 0
        limit = self._own[-1].start - self._start  # the last word may go on
        for old, new in zip(self._exempt, exempt, strict=False):
            if old != new:
                limit = min(limit, old.start, new.start)
                break
        else:
            shorter = min(len(self._exempt), len(exempt))
            for added in (self._exempt[shorter:], exempt[shorter:]):
                limit = min(limit, added[0].start) if added else limit
        kept = len(self._own)
        limit += self._start
        while kept and self._own[kept - 1].end > limit:
            kept -= 1
        return kept

    def _read(self, block: str, exempt: list[Exempt], kept: int) -> list[Unit]:
        """Read the block from its first ``kept`` words on; remember and return the rest."""
        del self._own[kept:]
        start = self._own[-1].end - self._start if self._own else 0
        after_code = self._after_code and not self._own
        new, self._code_follows = units(block, exempt, start, after_code, self._start)
        self._own += new
        self._exempt = exempt
        return new
