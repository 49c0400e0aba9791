"""Lines of an answer that can be judged alone, and pass rates over them.

Follows the Language Confusion Benchmark (LCB): an answer passes when all of its
judged lines are in the expected language.
"""

from __future__ import annotations

import logging
import string
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice

import pandas as pd

MINIMUM_TOKENS = 5
"""A line with fewer tokens is not judged."""

_CHARACTERS = str.maketrans({**dict.fromkeys(string.punctuation + "،"), "—": " "})


def judged_lines(text: str, language: str) -> list[str]:
    """Normalised lines of at least five tokens, in order.

    The text ends where a line begins with ``Q:`` (a model that goes on to ask itself);
    ASCII punctuation and the Arabic comma are deleted, em dashes become spaces. Tokens
    are those of jieba for zh, of fugashi for ja, and parted by white space elsewhere.

    >>> judged_lines("One, two; three - four five!\\nToo short.", "en")
    ['One two three  four five']
    """
    kept = text.split("\nQ:", 1)[0].strip().translate(_CHARACTERS)
    tokens = _tokenizer(language)
    return [
        line.strip()
        for line in kept.split("\n")
        if len(list(islice(tokens(line), MINIMUM_TOKENS))) == MINIMUM_TOKENS
    ]


def line_pass_rates(results: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """LCB's line pass rate and line accuracy of each group, between 0 and 1.

    Columns: ``by``, ``lpr`` (share of answers, among those with a judged line, whose
    judged lines are all right), ``line_accuracy`` (mean share of right lines), and
    ``n_judged`` / ``n_total`` answers. A group without a judged line has no rate.
    """
    judged = results["lines_judged"].astype("Float64")
    judged = judged.mask(judged == 0)
    shares = results[by].assign(
        lpr=results["line_pass"].astype("Float64"),
        line_accuracy=results["lines_right"].astype("Float64") / judged,
    )
    groups = shares.groupby(by, dropna=False, observed=True)
    rates = groups[["lpr", "line_accuracy"]].mean().astype("float64")
    rates["n_judged"] = groups["lpr"].count()
    rates["n_total"] = groups.size()
    return rates.reset_index()


def _tokenizer(language: str) -> Callable[[str], Iterable[object]]:
    if language == "zh":
        return _chinese()
    if language == "ja":
        return _japanese()
    return str.split


@lru_cache(maxsize=1)
def _chinese() -> Callable[[str], Iterable[object]]:
    with warnings.catch_warnings():
        # Compiling jieba for the first time warns of escapes in its own source.
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokens: Callable[[str], Iterable[object]] = jieba.Tokenizer().cut
    return tokens


@lru_cache(maxsize=1)
def _japanese() -> Callable[[str], Iterable[object]]:
    import fugashi

    tagger = fugashi.Tagger()
    tokens: Callable[[str], Iterable[object]] = tagger.parseToNodeList
    return tokens
