"""The model of the ``langid`` package, taken apart.

The package multiplies the counts of all 7,480 features by their weights at each call. Its
weights are float32 and its counts integers, so their sum in float64 is exact in any order
below 2^29: each state's vector, the sum of the weights of the features that end in it, can
be had beforehand, and a text's score is the prior plus the vectors of the states it visits.
Label and log-probability are the package's own, to the last bit.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np

from workbench.lid.engine.cache import Arrays, cached_arrays
from workbench.lid.engine.tables import ByteModel, Floats, Walk, folds

_LAYOUT = 1
"""Of the cached file; to be raised when ``_build`` returns something else."""


@lru_cache(maxsize=1)
def langid_model() -> ByteModel:
    """The package's model with all its 97 languages."""
    release = version("langid")
    kept = cached_arrays(f"langid-{release}-layout{_LAYOUT}", _build)
    labels = tuple(str(code) for code in kept["labels"])
    walk: Any = {name: kept[name] for name in ("moves", "slots", "sizes", "vectors", "prior")}
    return ByteModel(
        name=f"langid {release}",
        labels=labels,
        walk=Walk(**walk, rows=np.empty(0, np.uint16), folds=folds(labels)),
        saturating=False,
    )


def _build() -> Arrays:
    import langid.langid as package

    model: Any = package.LanguageIdentifier.from_modelstring(package.model)
    moves = np.array(model.tk_nextmove, dtype=np.uint16).reshape(-1, 256)
    slots = np.full(len(moves), -1, dtype=np.int32)
    sizes = np.zeros(len(moves), dtype=np.uint8)
    weights = np.asarray(model.nb_ptc, dtype=np.float64)  # (features, languages)
    vectors: list[Floats] = []
    for state, features in model.tk_output.items():
        if features:
            slots[state] = len(vectors)
            sizes[state] = len(features)
            vectors.append(weights[list(features)].sum(axis=0))
    return {
        "labels": np.array([str(code) for code in model.nb_classes]),
        "moves": moves,
        "slots": slots,
        "sizes": sizes,
        "vectors": np.array(vectors),
        "prior": np.asarray(model.nb_pc, dtype=np.float64),
    }
