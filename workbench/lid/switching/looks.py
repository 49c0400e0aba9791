"""What the loops over words are given: looks of words, and what is known of languages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.lid.switching.weights import Weights

SPACED, CHARACTERS, UNSPACED = 0, 1, 2


class Looks(NamedTuple):
    """What is seen of words without reading them, one entry a word in each array."""

    script: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    """In characters."""
    capital: npt.NDArray[np.int64]
    """1 for a word with a capital letter, else 0."""
    unused: npt.NDArray[np.int64]
    """Of a Chinese character, which languages have no use for it: see ``scripts.outside``."""


class Table(NamedTuple):
    """Languages by column, against one of them."""

    own: int
    """Column of the expected language."""
    writes: npt.NDArray[np.bool_]
    """Whether a language is written in a script, (scripts, languages)."""
    sets: npt.NDArray[np.int64]
    """Bit of ``scripts.outside`` for each language, 0 for those not asked about, (languages,)."""
    kinds: npt.NDArray[np.int64]
    """How words are written in a script: ``SPACED``, ``CHARACTERS`` or ``UNSPACED``; (scripts,)."""
    weights: Weights
