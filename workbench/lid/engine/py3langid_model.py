"""The model of the ``py3langid`` package, taken apart.

A feature that occurs n times counts log(1 + n) times, so that texts are scored from the
counts of their features, and a stream cannot simply add up what it reads.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np

from workbench.lid.engine.tables import ByteModel, Walk, folds


@lru_cache(maxsize=1)
def py3langid_model() -> ByteModel:
    """The package's model with all its languages."""
    from py3langid import langid as package

    model: Any = package.LanguageIdentifier.from_model_file(package.MODEL_FILE)
    labels = tuple(str(code) for code in model.nb_classes)
    slots = np.asarray(model.tk_output, dtype=np.int32)
    walk = Walk(
        moves=np.asarray(model.tk_nextmove).reshape(-1, 256),
        rows=np.asarray(model.tk_row),
        slots=slots,
        sizes=(slots >= 0).astype(np.uint8),
        vectors=np.asarray(model.nb_ptc, dtype=np.float32),
        prior=np.asarray(model.nb_pc, dtype=np.float64),
        folds=folds(labels),
    )
    return ByteModel(f"py3langid {version('py3langid')}", labels, walk, saturating=True)


def normalised(text: str) -> str:
    """The text as the model was trained on it: composed (NFC), capitals alone lower-cased."""
    return unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
