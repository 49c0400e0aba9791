"""Languages within an answer, as it grows and at rest."""

from __future__ import annotations

from workbench.errors import NotFoundError
from workbench.lid.codeswitch import Part, SpanStream, find_spans, parts
from workbench.lid.detector import Detector
from workbench.lid.py3langid_detector import SIBLINGS


class GrowingMarks:
    """The parts of one answer while it is written; ``expected`` None marks nothing."""

    def __init__(self, expected: str | None) -> None:
        self._expected = expected
        self._text = ""
        self._stream = self._begin()
        self._parts: tuple[Part, ...] = ()

    def of(self, text: str) -> tuple[Part, ...]:
        """The parts of the text, which goes on from the one before or is another one."""
        if self._stream is None or self._expected is None or text == self._text:
            return self._parts
        if not text.startswith(self._text):
            # The last look at an answer may be stripped of space that the others had.
            self._stream, self._text = self._begin(), ""
        assert self._stream is not None
        spans = self._stream.feed(text[len(self._text) :])
        self._text = text
        self._parts = tuple(parts(text, self._expected, spans))
        return self._parts

    def _begin(self) -> SpanStream | None:
        if self._expected is None:
            return None
        try:
            return SpanStream(self._expected)
        except NotFoundError:
            return None  # a language that the models do not know: nothing can be told apart


def marks(text: str, expected: str | None) -> tuple[Part, ...]:
    """The parts of a whole answer; none where the expected language is not known."""
    if expected is None:
        return ()
    try:
        return tuple(parts(text, expected, find_spans(text, expected)))
    except NotFoundError:
        return ()


def language_of(prompt: str, detector: Detector) -> str | None:
    """The language that answers to a prompt should be in, or None where it does not show it."""
    label = detector.identify(prompt).label
    known = detector.languages
    if label is not None and known is not None and label not in known:
        # Close to a language that is offered, such as Cantonese to Chinese.
        return SIBLINGS.get(label, label)
    return label
