"""The ``langid`` package as a detector.

Verdicts are the package's own; it is the abstention that is added: a text in which
the model finds no feature ("123", "ok") would always be called English.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import langid.langid as package
import numpy as np

from workbench.errors import NotFoundError
from workbench.lid.detector import Verdict

_UNDETERMINED = Verdict(label=None, confidence=None, evidence=0)


class LangidDetector:
    """langid's naive Bayes over byte n-grams, restricted to ``languages`` (None: all 97).

    Raises NotFoundError for a language that the model does not know.
    """

    def __init__(self, languages: Sequence[str] | None = None) -> None:
        self._model = _package_model()
        known = [str(code) for code in self._model.nb_classes]
        for code in languages or ():
            if code not in known:
                raise NotFoundError(
                    f"Language '{code}'",
                    "the detector langid does not know it",
                    f"Use some of {', '.join(sorted(known))}",
                )
        chosen = np.array([code in languages if languages else True for code in known])
        self._labels = [code for code, keep in zip(known, chosen, strict=True) if keep]
        self.languages: tuple[str, ...] = tuple(sorted(self._labels))
        self.name = f"langid[{','.join(self.languages)}]" if languages else "langid"
        # The package multiplies all 7,480 features by float32 weights at each call. Using
        # only those found, cast once, is several times faster and gives the same sums: the
        # counts are integers and the weights float32, so float64 adds them exactly.
        self._weights = np.asarray(self._model.nb_ptc[:, chosen], dtype=np.float64)
        self._prior = np.asarray(self._model.nb_pc[chosen], dtype=np.float64)

    def identify(self, text: str) -> Verdict:
        """The most probable language; undetermined where no feature is found."""
        counts = self._model.instance2fv(text.encode("utf-8", "replace"))  # (features,)
        found = counts.nonzero()[0]
        if not len(found):
            return _UNDETERMINED
        hits = counts[found].astype(np.float64)
        probabilities = self._model.norm_probs(hits @ self._weights[found] + self._prior)
        best = int(np.argmax(probabilities))
        return Verdict(self._labels[best], float(probabilities[best]), int(hits.sum()))

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The language of each text, in order."""
        return [self.identify(text) for text in texts]


@lru_cache(maxsize=1)
def _package_model() -> Any:
    """The package's model with all its languages; unpacking it takes a second or two."""
    return package.LanguageIdentifier.from_modelstring(package.model, norm_probs=True)
