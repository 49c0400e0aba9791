"""Languages within an answer, as it grows and at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.app.chat.conversation import Reply
from workbench.errors import NotFoundError
from workbench.lid.codeswitch import Part, SpanStream, find_spans, parts
from workbench.lid.detector import Detector
from workbench.lid.py3langid_detector import SIBLINGS


class LiveScores:
    """Language and parts of replies that grow side by side."""

    def __init__(self, detector: Detector, expected: str | None) -> None:
        self._detector = detector
        self._expected = expected
        self._marks: dict[int, GrowingMarks] = {}
        self._known: dict[int, Reply] = {}

    def of(self, replies: Sequence[Reply]) -> list[Reply]:
        """The replies with their scores, always in the same order.

        The first words of an answer that goes on have none yet: they show no language, and
        come at once this way.
        """
        return [self._scored(place, reply) for place, reply in enumerate(replies)]

    def _scored(self, place: int, reply: Reply) -> Reply:
        before = self._known.get(place)
        if not reply.text or (before is None and reply.running):
            if reply.text:
                self._known[place] = reply
            return reply
        if before is None or before.verdict is None or before.text != reply.text:
            marks = self._marks.setdefault(place, GrowingMarks(self._expected))
            verdict, found = self._detector.identify(reply.text), marks.of(reply.text)
        else:
            verdict, found = before.verdict, before.parts
        self._known[place] = replace(reply, verdict=verdict, parts=found)
        return self._known[place]


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
