"""A list of English words, to find English within text of another script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from workbench.errors import FileFormatError
from workbench.files import read_lines

LONGER_THAN = 3
"""Shorter words are also words, names or abbreviations of other languages."""


@dataclass(frozen=True)
class WordList:
    """Lower-case English words of more than three letters, as LCB's script takes them."""

    words: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        """Those of the words that are lower-case and long enough."""
        return cls(frozenset(w for w in words if len(w) > LONGER_THAN and w.islower()))

    @cached_property
    def run(self) -> re.Pattern[str]:
        """Finds a run of letters without which no word of the list can be in a text."""
        letters = "".join(sorted({letter for word in self.words for letter in word}))
        return re.compile(f"[{re.escape(letters)}]{{{LONGER_THAN + 1}}}")

    def count(self, tokens: Iterable[str]) -> int:
        """How many of the tokens are in the list; capital letters make a name of a word."""
        return sum(token in self.words for token in tokens)


def load_words(path: Path) -> WordList:
    """Read a word list, one word a line; what is not lower-case or is too short is left out."""
    words = WordList.of(line.strip() for _, line in read_lines(path))
    if not words.words:
        raise FileFormatError(
            str(path),
            "it holds no lower-case word of more than three letters",
            "Write one word a line, as in /usr/share/dict/words",
        )
    return words


@lru_cache(maxsize=1)
def default_words() -> WordList:
    """The English dictionary that comes with the package symspellpy: 82,765 words, MIT licence.

    The benchmark's own list is not ours to ship; rates by the two differ by .2 points on
    average over the benchmark's published answers.
    """
    package = find_spec("symspellpy")
    assert package is not None and package.submodule_search_locations  # a dependency of ours
    folder = Path(package.submodule_search_locations[0])
    lines = (folder / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    return WordList.of(line.partition(" ")[0] for line in lines)
