"""What the detectors over the engine's byte models share."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.lid.detector import Verdict
from workbench.lid.engine.scorer import Scorer


class ByteDetector:
    """Verdicts of a byte model; a text in which it finds no feature is undetermined."""

    def __init__(self, family: str, languages: Sequence[str] | None, scorer: Scorer) -> None:
        known = scorer.model.labels
        self.languages: tuple[str, ...] = tuple(sorted({*(languages or known)}))
        self.name = f"{family}[{','.join(self.languages)}]" if languages else family
        self.scorer = scorer

    def encoded(self, text: str) -> bytes:
        """The bytes that the model is asked about."""
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            return encode_any(text)

    def identify(self, text: str) -> Verdict:
        """The most probable language."""
        return self.identify_many([text])[0]

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The most probable language of each text, in order."""
        return self.identify_bytes([self.encoded(text) for text in texts])

    def identify_bytes(self, texts: Sequence[bytes]) -> list[Verdict]:
        """As ``identify_many``, of bytes as they are."""
        if not texts:
            return []
        labels = self.scorer.model.labels
        columns = (array.tolist() for array in self.scorer.score(texts))
        return [
            self.verdict(labels[best], score, confidence, hits)
            for best, score, confidence, hits in zip(*columns, strict=True)
        ]

    def verdict(self, label: str, score: float, confidence: float, hits: int) -> Verdict:
        """A label as a verdict: undetermined where nothing in the text speaks for it."""
        if not hits:
            return Verdict(None, None, 0, score)
        return Verdict(label, confidence, hits, score)


def encode_any(text: str) -> bytes:
    """Any text as bytes: those that could not be decoded as they were, else a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
