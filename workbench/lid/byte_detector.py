"""What the detectors over the engine's byte models share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from workbench.lid.collection import without_collection
from workbench.lid.detector import Verdict
from workbench.lid.engine.scorer import Scorer, Scores

NO_LANGUAGE = "zxx"
"""The label of models that have one for what is no language."""
_as_verdict = partial(tuple.__new__, Verdict)
"""Makes a verdict of its fields, in a fifth of the time that calling the class takes."""


class ByteDetector:
    """Verdicts of a byte model; a text in which it finds no feature is undetermined."""

    def __init__(self, family: str, languages: Sequence[str] | None, scorer: Scorer) -> None:
        known = scorer.model.labels
        self.languages: tuple[str, ...] = tuple(sorted({*(languages or known)}))
        self.name = f"{family}[{','.join(self.languages)}]" if languages else family
        self.scorer = scorer
        self._labels = np.array(known, dtype=object)
        self._means_nothing = np.array([label == NO_LANGUAGE for label in known])

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
        return self._verdicts(self.scorer.score(texts)) if texts else []

    def _verdicts(self, scores: Scores) -> list[Verdict]:
        labels = self._labels[scores.best].tolist()
        parts = (scores.confidence, scores.hits, scores.log_probability)
        with without_collection():
            fields = zip(labels, *(part.tolist() for part in parts), strict=True)
            verdicts: list[Verdict] = [*map(_as_verdict, fields)]
        silent = (scores.hits == 0) | self._means_nothing[scores.best]
        for i in np.flatnonzero(silent).tolist():
            verdicts[i] = Verdict(None, None, 0, verdicts[i].log_probability)
        return verdicts

    def verdict(self, label: str, confidence: float, hits: int, score: float) -> Verdict:
        """A label as a verdict: undetermined where nothing in the text speaks for it."""
        if not hits or label == NO_LANGUAGE:
            return Verdict(None, None, 0, score)
        return Verdict(label, confidence, hits, score)


def encode_any(text: str) -> bytes:
    """Any text as bytes: those that could not be decoded as they were, else a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
