"""A byte model as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.lid.detector import check_known

Floats = npt.NDArray[np.float64]


class Walk(NamedTuple):
    """The automaton, and what a text gains in each state; the part that kernels are given."""

    moves: npt.NDArray[np.unsignedinteger]
    """Next state by row of the state and byte, (rows, 256)."""
    rows: npt.NDArray[np.unsignedinteger]
    """Row of ``moves`` by state, (states,); empty where state and row are the same."""
    slots: npt.NDArray[np.int32]
    """Row of ``vectors`` by state, -1 where no feature ends, (states,)."""
    sizes: npt.NDArray[np.uint8]
    """Number of features that end in a state, (states,)."""
    vectors: npt.NDArray[np.floating]
    """Log-weights by slot and column, (slots, columns)."""
    prior: Floats
    """Log-weights that every text starts with, (columns,)."""
    folds: npt.NDArray[np.int64]
    """Pairs of columns of one label, the second to be folded into the first, (pairs, 2)."""

    @property
    def adding(self) -> tuple[npt.NDArray[Any], ...]:
        """What adding up takes, of a walk with one row a state: moves, slots, sizes, vectors."""
        return self.moves, self.slots, self.sizes, self.vectors


@dataclass(frozen=True)
class ByteModel:
    """A model of the languages ``labels``, a column each; a label may have two columns."""

    name: str
    """Package and version that the weights come from."""
    labels: tuple[str, ...]
    walk: Walk
    saturating: bool
    """Whether a feature's weight counts log(1 + occurrences) times instead of each time."""

    def restricted(self, languages: Sequence[str] | None) -> ByteModel:
        """The model of these languages alone; all of them where None.

        Raises NotFoundError for a language that it does not have.
        """
        if languages is None:
            return self
        check_known(languages, self.labels, f"the model of {self.name}")
        kept = np.array([i for i, code in enumerate(self.labels) if code in languages])
        labels = tuple(self.labels[i] for i in kept)
        walk = self.walk._replace(
            vectors=np.ascontiguousarray(self.walk.vectors[:, kept]),
            prior=self.walk.prior[kept],
            folds=folds(labels),
        )
        return replace(self, labels=labels, walk=walk)


def folds(labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Columns that repeat an earlier one's label, as pairs (first, repeated).

    >>> folds(["sr", "uz", "sr"]).tolist()
    [[0, 2]]
    """
    first: dict[str, int] = {}
    pairs = [(first[code], i) for i, code in enumerate(labels) if first.setdefault(code, i) != i]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
