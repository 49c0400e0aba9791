"""Subsets of instruction data: how many examples of which language, in which order."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from workbench.errors import InputError
from workbench.instructions.example import Example

_MAIN = ""
"""Stands for the main languages together."""


def subset(
    examples: Sequence[Example],
    languages: Sequence[str],
    size: int | None,
    seed: int,
    mix: Mapping[str, float] | None = None,
) -> list[Example]:
    """``size`` examples drawn with ``seed``, the same number of each main language.

    ``mix`` adds other languages, each with its share of all examples: ``{"fr": 0.01}``
    makes 1% of them French. ``size`` counts all of them; ``None`` takes all examples of
    the main languages and as many others as the shares ask for. Smaller subsets are
    contained in larger ones of the same seed.

    Raises InputError where a language has too few examples, or is to get none.
    """
    if not mix:
        return _even(examples, languages, size, seed)
    shares = {code: mix[code] for code in sorted(mix)}
    every = sum(example.language in languages for example in examples)
    order = _seats({_MAIN: 1 - sum(shares.values()), **shares}, size, every)
    counts = Counter(order)
    drawn = {code: _shuffled(examples, code, seed) for code in shares}
    for code, queue in drawn.items():
        if counts[code] == 0:
            raise InputError(
                f"Mix of {shares[code]:g} '{code}'",
                f"of {len(order)} examples that is less than one",
                "Choose a larger size or a larger share",
            )
        if len(queue) < counts[code]:
            raise InputError(
                f"Mix of {shares[code]:g} '{code}'",
                f"the data has {len(queue)} of the {counts[code]} examples that are needed",
                "Choose a smaller size or a smaller share",
            )
    main = _even(examples, languages, counts[_MAIN], seed) if size is not None else None
    queues = {code: iter(queue) for code, queue in drawn.items()}
    queues[_MAIN] = iter(_even(examples, languages, None, seed) if main is None else main)
    return [next(queues[code]) for code in order]


def spread(examples: Sequence[Example], number: int) -> list[Example]:
    """Evenly spaced ones, so that they are of several kinds; the same in parallel data."""
    return [examples[i * len(examples) // number] for i in range(number)]


def _even(
    examples: Sequence[Example], languages: Sequence[str], size: int | None, seed: int
) -> list[Example]:
    queues = {code: _shuffled(examples, code, seed) for code in languages}
    for place, code in enumerate(languages if size is not None else ()):
        wanted = (size or 0) // len(languages) + (place < (size or 0) % len(languages))
        if len(queues[code]) < wanted:
            raise InputError(
                f"Size {size}",
                f"language '{code}' has {len(queues[code])} examples and {wanted} are needed",
                f"Choose a size of at most {len(languages) * min(map(len, queues.values()))}",
            )
    rounds = itertools.zip_longest(*queues.values())
    mixed = [example for row in rounds for example in row if example is not None]
    return mixed[:size]


def _shuffled(examples: Sequence[Example], code: str, seed: int) -> list[Example]:
    queue = [example for example in examples if example.language == code]
    Random(f"{seed}-{code}").shuffle(queue)
    return queue


def _seats(shares: Mapping[str, float], size: int | None, every: int) -> list[str]:
    """Whose example comes when: ``size`` of them, or until all ``every`` main ones have come.

    Webster's method: the next seat is for whom ``share / (2 * seats + 1)`` is largest, so
    that each count is its share rounded, and the first seats do not depend on how many
    there are.
    """
    return list(
        itertools.islice(_webster(shares), size)
        if size is not None
        else _until(_webster(shares), every)
    )


def _webster(shares: Mapping[str, float]) -> Iterator[str]:
    seats = dict.fromkeys(shares, 0)
    while True:
        code = max(shares, key=lambda c: shares[c] / (2 * seats[c] + 1))
        seats[code] += 1
        yield code


def _until(seats: Iterator[str], every: int) -> Iterator[str]:
    """Seats in front of the main languages' one after their ``every``."""
    taken = 0
    for code in seats:
        taken += code == _MAIN
        if taken > every:
            return
        yield code
