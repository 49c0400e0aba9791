"""Code-switching: parts of a text that are in another language than the expected one.

The expected language is known; what is asked is where the text leaves it. Evidence adds
up over words, against the expected language and for each of the others at once, so that
names, loan words and terms of one or two words stay unmarked. Code, addresses, numbers and
short quotations (``workbench.lid.exempt``) never count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal, TextIO

from workbench.languages import LANGUAGES
from workbench.lid.exempt import Exempt, exempt_spans
from workbench.lid.switching.evidence import Evidence
from workbench.lid.switching.reading import Reader
from workbench.lid.switching.spans import BESIDE, LanguageSpan, span_of
from workbench.lid.switching.tracing import Stretch, Trace
from workbench.lid.switching.units import Unit, units

__all__ = [
    "LanguageSpan",
    "Part",
    "SpanStream",
    "evidence_for",
    "find_spans",
    "parts",
    "write_spans",
]


def evidence_for(expected: str, languages: Sequence[str] | None = None) -> Evidence:
    """Evidence against the expected language for ``languages``; the workbench's if None.

    Made once for each choice. Raises NotFoundError for a language that the models do not know.
    """
    if languages is None:
        return _evidence_for_all(expected)
    return _evidence(expected, tuple(sorted({*languages, expected})))


@lru_cache(maxsize=64)
def _evidence(expected: str, languages: tuple[str, ...]) -> Evidence:
    return Evidence(expected, languages)


@lru_cache(maxsize=64)
def _evidence_for_all(expected: str) -> Evidence:
    return _evidence(expected, tuple(sorted({*LANGUAGES, expected})))


def find_spans(
    text: str, expected: str, languages: Sequence[str] | None = None
) -> list[LanguageSpan]:
    """Parts of a text that are in one of ``languages`` other than ``expected``, in order.

    Languages are ISO 639-1 codes; those of ``workbench.languages`` if not given. A span runs
    from its first to its last word, exempt parts between its words included. Raises
    NotFoundError for a language that the models do not know.
    """
    return SpanStream(expected, languages).feed(text)


class SpanStream:
    """The spans of a text that grows, as ``find_spans`` finds them in the text so far.

    What a new word costs does not depend on how long the text is already.
    """

    def __init__(
        self,
        expected: str,
        languages: Sequence[str] | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        self._evidence = evidence or evidence_for(expected, languages)
        self._reader = Reader()
        self._trace = Trace(self._evidence.entry, self._evidence.code)
        self._words: list[str] = []
        self._units: list[Unit] = []
        self._known: dict[Stretch, LanguageSpan | None] = {}

    def feed(self, more: str) -> list[LanguageSpan]:
        """Read on; the spans of all that was read."""
        keep, words, units = self._reader.feed(more)
        if units or keep < len(self._units):
            del self._words[keep:], self._units[keep:]
            judged = self._evidence.judge(words, units)
            self._words += judged.words
            self._units += units
            self._trace.extend(judged.odds, [unit.breaks for unit in units], keep)
            self._known = {s: span for s, span in self._known.items() if s.end + BESIDE <= keep}
        spans = (self._span(stretch) for stretch in self._trace.stretches())
        return [span for span in spans if span is not None]

    def _span(self, stretch: Stretch) -> LanguageSpan | None:
        if stretch not in self._known:
            self._known[stretch] = span_of(stretch, self._words, self._units, self._evidence)
        return self._known[stretch]


def write_spans(
    lines: Iterable[bytes], out: TextIO, expected: str, languages: Sequence[str] | None = None
) -> None:
    """Write the spans of each line as one JSON list, confidences to three decimals."""
    evidence_for(expected, languages)  # an unknown language is an error without any line, too
    for line in lines:
        text = line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")
        found = [asdict(span) for span in find_spans(text, expected, languages)]
        for span in found:
            span["confidence"] = round(span["confidence"], 3)
        out.write(json.dumps(found, ensure_ascii=False) + "\n")
        out.flush()


@dataclass(frozen=True)
class Part:
    """A stretch of a text, for showing it: parts follow each other without a gap."""

    start: int
    end: int
    kind: Literal["expected", "foreign", "exempt", "neutral"]
    """``neutral`` is what holds no word and no exempt part."""
    language: str | None
    """None for ``exempt`` and ``neutral``."""
    confidence: float | None
    """Of a foreign part, else None."""
    reason: str
    """Why it is what it is; empty for ``expected``."""


def parts(text: str, expected: str, spans: Sequence[LanguageSpan]) -> list[Part]:
    """The whole text as parts in order, given its spans.

    Exempt parts within a span are parts of their own, but for numbers: these are read in the
    language around them.
    """
    exempt = exempt_spans(text)
    found: list[Part] = []
    position = 0
    for span in spans:
        found += _unmarked(text, position, span.start, expected, exempt)
        position = span.start
        for inner in exempt:
            if span.start <= inner.start and inner.end <= span.end and inner.why != "number":
                found += [_foreign(span, position, inner.start), _exempt(inner)]
                position = inner.end
        found.append(_foreign(span, position, span.end))
        position = span.end
    found += _unmarked(text, position, len(text), expected, exempt)
    return [part for part in found if part.start < part.end]


def _unmarked(
    text: str, start: int, end: int, expected: str, exempt: Sequence[Exempt]
) -> Iterator[Part]:
    for inner in exempt:
        if inner.start < start or inner.end > end:
            continue
        yield _plain(text, start, inner.start, expected)
        yield _exempt(inner)
        start = inner.end
    yield _plain(text, start, end, expected)


def _plain(text: str, start: int, end: int, expected: str) -> Part:
    if units(text[start:end], ()).words:
        return Part(start, end, "expected", expected, None, "")
    return Part(start, end, "neutral", None, None, "no word")


def _foreign(span: LanguageSpan, start: int, end: int) -> Part:
    return Part(start, end, "foreign", span.language, span.confidence, span.reason)


def _exempt(exempt: Exempt) -> Part:
    return Part(exempt.start, exempt.end, "exempt", None, None, exempt.why)
