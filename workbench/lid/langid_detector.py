"""The ``langid`` package's model as a detector.

Labels and log-probabilities are the package's own, to the last bit. What is added is the
abstention (a text in which the model finds no feature, such as "123", would always be
called English) and a calibrated confidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.lid.byte_detector import ByteDetector
from workbench.lid.calibration import LANGID_TEMPERATURES, temperature_for
from workbench.lid.detector import Verdict
from workbench.lid.engine.langid_model import langid_model
from workbench.lid.engine.scorer import Backend, Scorer, Temperature
from workbench.lid.engine.stream import Stream

_LINES_AT_ONCE = 8192
"""Few enough that one which is no line does not slow down many others."""


class LangidDetector(ByteDetector):
    """langid's naive Bayes over byte n-grams, restricted to ``languages`` (None: all 97).

    ``backend`` None takes compiled code where numba is installed. Raises NotFoundError for
    a language that the model does not know.
    """

    def __init__(
        self, languages: Sequence[str] | None = None, backend: Backend | None = None
    ) -> None:
        model = langid_model().restricted(languages)
        factor = temperature_for(LANGID_TEMPERATURES, len(model.labels))
        super().__init__("langid", languages, Scorer(model, Temperature(factor), backend))

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The most probable language of each text, in order."""
        verdicts: list[Verdict] = []
        for start in range(0, len(texts), _LINES_AT_ONCE):
            part = texts[start : start + _LINES_AT_ONCE]
            scores = self.scorer.score_lines(part)
            verdicts += super().identify_many(part) if scores is None else self._verdicts(scores)
        return verdicts

    def stream(self) -> LanguageStream:
        """A text that is identified while it is written."""
        return LanguageStream(self)


class LanguageStream:
    """The verdict on a text so far, at the cost of its new bytes; equal to that on it whole."""

    def __init__(self, detector: LangidDetector) -> None:
        self._detector = detector
        self._stream = Stream(detector.scorer)

    def feed(self, data: bytes | str) -> None:
        """Read on; bytes may end inside a character."""
        self._stream.feed(self._detector.encoded(data) if isinstance(data, str) else data)

    def reset(self) -> None:
        """Begin a new text, such as the next line."""
        self._stream.reset()

    @property
    def verdict(self) -> Verdict:
        """What is known so far."""
        best, score, confidence = self._stream.verdict()
        label = self._detector.scorer.model.labels[best]
        return self._detector.verdict(label, confidence, self._stream.hits, score)


class LineStream:
    """Verdicts on the lines of a text while it is written."""

    def __init__(self, detector: LangidDetector) -> None:
        self._line = LanguageStream(detector)
        self.finished: list[Verdict] = []
        """Of the lines that have ended, in order."""

    def feed(self, data: bytes | str) -> None:
        """Read on; a newline ends a line."""
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
        *ended, rest = raw.split(b"\n")
        for part in ended:
            self._line.feed(part)
            self.finished.append(self._line.verdict)
            self._line.reset()
        self._line.feed(rest)

    @property
    def verdict(self) -> Verdict:
        """What is known of the line that is being written."""
        return self._line.verdict
