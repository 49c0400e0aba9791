"""Log-likelihoods of single words under langid's and py3langid's models."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from types import ModuleType

import numpy as np

from workbench.lid.byte_detector import encode_any
from workbench.lid.engine.langid_model import langid_model
from workbench.lid.engine.py3langid_model import py3langid_model
from workbench.lid.engine.tables import ByteModel, Floats, Walk, folds
from workbench.lid.switching.weights import Weights


def plain_words(texts: Sequence[str]) -> list[str]:
    """Words in lower case and composed (NFC), with straight apostrophes.

    >>> plain_words(["L’Été", "été"])
    ["l'été", 'été']
    """
    if not texts:
        return []
    joined = " ".join(texts).lower()
    if not joined.isascii():
        joined = unicodedata.normalize("NFC", joined).replace("\u2019", "'")
        joined = joined.replace("\u02bc", "'")
    return joined.split(" ")


class WordModels:
    """Both models restricted to ``languages``, weighted and added.

    Each word is read alone, between two spaces, so that what a word says depends on no
    other. Of py3langid, whose features count log(1 + occurrences) times, each occurrence in
    a word counts log 2. Raises NotFoundError for a language that one of them does not know.
    """

    def __init__(self, languages: Sequence[str], weights: Weights, code: ModuleType) -> None:
        self._size = len(languages)
        self._code = code
        factors = (weights.langid, weights.py3langid * float(np.log(2)))
        models = (langid_model(), py3langid_model())
        walks = [_by_columns(model, languages) for model in models]
        self._parts = list(zip(walks, factors, strict=True))

    def log_likelihoods(self, words: Sequence[str]) -> Floats:
        """Of each of some plain words, up to a constant a word, (words, languages)."""
        total = np.zeros((len(words), self._size))
        if not words:
            return total
        data = np.frombuffer(encode_any(f" {' '.join(words)} "), np.uint8)
        spaces = np.flatnonzero(data == ord(" "))
        assert len(spaces) == len(words) + 1  # compiled code does not look where it writes
        for walk, factor in self._parts:
            gains = np.zeros((len(words), walk.vectors.shape[1]))
            self._code.add_gains(data, spaces, walk, gains)
            for first, repeated in walk.folds:
                np.maximum(gains[:, first], gains[:, repeated], out=gains[:, first])
            total += factor * gains[:, : self._size]
        return total


def _by_columns(model: ByteModel, languages: Sequence[str]) -> Walk:
    """The model's walk with one column a language in their order, repeated labels after them."""
    own = model.restricted(languages)
    first = [own.labels.index(code) for code in languages]
    order = [*first, *(column for column in range(len(own.labels)) if column not in first)]
    walk = own.walk
    return walk._replace(
        vectors=np.ascontiguousarray(walk.vectors[:, order]),
        folds=folds([own.labels[column] for column in order]),
    )
