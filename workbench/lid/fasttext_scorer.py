"""Scores of a fastText model for many texts at once.

A text's vector is the mean over its words and their character n-grams, so that what a word
adds to it is the same in every text: it is worked out once for each word and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.lid.fasttext_file import FasttextModel, Floats, Integers

_TEXTS_AT_ONCE = 4096
_TEXTS_A_PRODUCT = 80  # so that products stay in the nearest cache
_WORDS_KEPT = 500_000
_LONGEST_CHARACTER = 4  # bytes in UTF-8
_MARK = "</s>"  # what fastText puts at the end of a line
_SEPARATOR, _END = f" {_MARK} ", _MARK.encode()
_LABEL = b"__label__"
_TINY = 1e-5  # what fastText adds before each logarithm
_FNV_START, _FNV_PRIME = np.uint32(2_166_136_261), np.uint32(16_777_619)


class FasttextScorer:
    """What a model thinks of texts; as the package ``fasttext`` but for the last digits.

    Begins to work out words anew when it holds more than ``words_kept`` of them.
    """

    def __init__(self, model: FasttextModel, words_kept: int = _WORDS_KEPT) -> None:
        self.model = model
        self._words_kept = words_kept
        self._lock = Lock()
        self._row_of = _Rows()
        self._vectors: Floats = np.zeros((0, model.rows.shape[1]), dtype=np.float32)
        self._space = self._vectors
        self._numbers: Integers = np.zeros(0, dtype=np.int64)

    def probabilities(self, texts: Sequence[str]) -> Iterator[Floats]:
        """Probability of each label, in blocks of some texts, (labels, texts of the block).

        Line breaks count as spaces.
        """
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            with self._lock:
                means = self._means(texts[start : start + _TEXTS_AT_ONCE])
            yield _probabilities(means, self.model)

    def _means(self, texts: Sequence[str]) -> Floats:
        if len(self._row_of) > self._words_kept:
            self._row_of = _Rows()
        words = _words(texts)
        rows = np.fromiter(map(self._row_of.__getitem__, words), np.int64, len(words))
        if self._row_of.new:
            self._learn(self._row_of.new)
            self._row_of.new = []
        ends = np.flatnonzero(rows == self._row_of[_END])
        starts = np.concatenate([[0], ends[:-1] + 1])
        if len(rows) > len(self._space):
            self._space = np.empty((len(rows), self._vectors.shape[1]), np.float32)
        # Into memory that is there: to get it anew each time takes longer than to fill it.
        vectors = self._space[: len(rows)]
        np.take(self._vectors, rows, axis=0, out=vectors, mode="clip")
        sums = np.add.reduceat(vectors, starts)
        numbers = np.add.reduceat(self._numbers[rows], starts).astype(np.float32)
        means: Floats = (sums / numbers[:, None]).astype(np.float32)
        return means

    def _learn(self, words: Sequence[bytes]) -> None:
        """Work out the sum of vectors of each word, and how many they are."""
        first, last = len(self._row_of) - len(words), len(self._row_of)
        if last > len(self._numbers):
            grown = max(last, 2 * len(self._numbers))
            self._vectors = _longer(self._vectors, grown)
            self._numbers = _longer(self._numbers, grown)
        sums, numbers = self._vectors[first:last], self._numbers[first:last]
        own = np.array([self.model.words.get(word, -1) for word in words])
        known = own >= 0
        numbers[:] = known
        sums[:] = 0
        sums[known] = self.model.rows[own[known]]
        marked = [b"" if word == _END else b"<%b>" % word for word in words]
        for rows, positions in _ngrams(marked, self.model):
            if len(rows):
                starts = np.flatnonzero(np.diff(positions, prepend=-1))
                sums[positions[starts]] += np.add.reduceat(self.model.rows[rows], starts)
                numbers[positions[starts]] += np.diff(starts, append=len(rows))


def _longer(array: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """The array with room for more rows."""
    longer = np.empty((length, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


class _Rows(dict[bytes, int]):
    """Numbers words as they are asked for; ``new`` are those that were not there yet."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[bytes] = []

    def __missing__(self, word: bytes) -> int:
        row = self[word] = len(self)
        self.new.append(word)
        return row


def _words(texts: Sequence[str]) -> list[bytes]:
    """Words of texts as fastText reads them, an end mark after each text."""
    joined = _SEPARATOR.join([*texts, ""])
    if joined.count(_MARK) == len(texts) and "__label__" not in joined and "\0" not in joined:
        return joined.encode("utf-8", "replace").split()
    return [word for text in texts for word in _words_of(text)]


def _words_of(text: str) -> list[bytes]:
    """Words of one text that may hold marks of fastText's own, with its end mark."""
    words = text.replace("\0", " ").encode("utf-8", "replace").split()
    if _END in words:
        del words[words.index(_END) :]
    return [*(word for word in words if not word.startswith(_LABEL)), _END]


def _ngrams(
    words: Sequence[bytes], model: FasttextModel
) -> Iterable[tuple[npt.NDArray[np.int32], Integers]]:
    """Rows of the n-grams that the model kept, and the positions of their words, ascending.

    The hash is FNV-1a over bytes taken as signed, as in fastText.
    """
    data = np.frombuffer(b"".join(words), dtype=np.uint8)
    starts = np.nonzero((data & 0xC0) != 0x80)[0]  # of characters
    if not len(starts):
        return
    sizes = np.diff(starts, append=len(data))
    signed = np.where(data < 128, data, data.astype(np.uint32) | np.uint32(0xFFFFFF00))
    ends = np.cumsum([len(word) for word in words])
    word_of = np.searchsorted(ends, starts, side="right")
    hashes = np.full(len(starts), _FNV_START)
    # first[i] is where an n-gram begins that still lies in its word after n characters.
    first = np.arange(len(starts))
    for n in range(1, model.lengths.stop):
        last = first + n - 1
        inside = last < len(starts)
        first, last = first[inside], last[inside]
        inside = word_of[last] == word_of[first]
        first, last = first[inside], last[inside]
        for byte in range(_LONGEST_CHARACTER):
            longer = sizes[last] > byte
            at = first if longer.all() else first[longer]
            if not len(at):
                break
            hashes[at] = (hashes[at] ^ signed[starts[at + n - 1] + byte]) * _FNV_PRIME
        if n in model.lengths:
            rows = model.buckets[hashes[first] % np.uint32(len(model.buckets))]
            kept = rows >= 0
            yield rows[kept], word_of[first[kept]]


def _probabilities(vectors: Floats, model: FasttextModel) -> Floats:
    """Products of the decisions on the way to each label, (labels, texts)."""
    with np.errstate(over="ignore"):  # where the decision is certain
        right = 1 / (1 + np.exp(-_products(model.nodes, vectors)))  # (nodes, texts)
    tiny = np.float32(_TINY)
    decisions = np.log(1 - right + tiny), np.log(right + tiny)
    n_labels = len(model.labels)
    scores = np.zeros((2 * n_labels - 1, len(vectors)), dtype=np.float32)
    # Inner nodes are numbered from the leaves up: the last one is the root.
    for node in range(n_labels - 2, -1, -1):
        for child, own in zip(model.children[node], decisions, strict=True):
            np.add(scores[n_labels + node], own[node], out=scores[child])
    probabilities: Floats = np.exp(scores[:n_labels])
    return probabilities


def _products(nodes: Floats, vectors: Floats) -> Floats:
    """Inner products of all nodes with all vectors, (nodes, vectors).

    Not by matrix multiplication: its last digits depend on where a vector stands, and its
    team of threads is in the way where processes share the cores.
    """
    by_dimension = np.ascontiguousarray(nodes.T)
    products = np.empty((len(nodes), len(vectors)), dtype=np.float32)
    for start in range(0, len(vectors), _TEXTS_A_PRODUCT):
        part = slice(start, start + _TEXTS_A_PRODUCT)
        columns = np.ascontiguousarray(vectors[part].T)
        np.einsum("dn,dt->nt", by_dimension, columns, out=products[:, part])
    return products
