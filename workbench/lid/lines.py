"""Lines of an answer that can be judged alone, and English words in them.

Follows the script of the Language Confusion Benchmark (LCB) to the letter.
"""

from __future__ import annotations

import logging
import re
import string
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice

from workbench.lid.words import WordList

MINIMUM_TOKENS = 5
"""A line with fewer tokens is not judged."""
WORD_LANGUAGES = ("ar", "hi", "ja", "ko", "ru", "zh")
"""Languages in another script than English, in whose lines English words are counted."""

_PUNCTUATION = string.punctuation.encode()
# What jieba never joins: it segments within runs of these characters alone, and takes every
# other character as a token.
_JIEBA_BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+|.")


def judged_lines(text: str, language: str) -> list[str]:
    """Normalised lines of at least five tokens, in order.

    The text ends where a line begins with ``Q:`` (a model that goes on to ask itself);
    ASCII punctuation and the Arabic comma are deleted, em dashes become spaces. Tokens
    are those of jieba for zh, of fugashi for ja, and parted by white space elsewhere.

    >>> judged_lines("One, two; three - four five!\\nToo short.", "en")
    ['One two three  four five']
    """
    kept = _normalised(text.split("\nQ:", 1)[0].strip())
    long_enough = _LONG_ENOUGH.get(language, _parted_by_space)
    return [line.strip() for line in kept.split("\n") if long_enough(line)]


def english_words(lines: Sequence[str], language: str, words: WordList) -> int | None:
    """Tokens of judged lines that are English words; None for a language in Latin script."""
    if language not in WORD_LANGUAGES:
        return None
    tokens = tokenizer(language)
    # Tokenising is needed only where there is something to find.
    parts = (line for line in lines if words.run.search(line))
    if language == "zh":
        blocks = (block for line in parts for block in _JIEBA_BLOCK.findall(line))
        parts = (block for block in blocks if words.run.search(block))
    return sum(words.count(tokens(part)) for part in parts)


def tokenizer(language: str) -> Callable[[str], Iterable[str]]:
    """Tokens of a line: jieba's for zh, fugashi's for ja, parted by white space elsewhere."""
    if language == "zh":
        return _chinese()
    if language == "ja":
        return lambda line: map(str, _japanese()(line))
    return str.split


def _normalised(text: str) -> str:
    # Bytes are translated many times faster than characters; in UTF-8 an ASCII byte is never
    # a part of another character.
    encoded = text.replace("،", "").replace("—", " ").encode("utf-8", "surrogatepass")
    return encoded.translate(None, _PUNCTUATION).decode("utf-8", "surrogatepass")


def _parted_by_space(line: str) -> bool:
    return len(line.split(maxsplit=MINIMUM_TOKENS - 1)) == MINIMUM_TOKENS


def _long_enough_chinese(line: str) -> bool:
    if len(line) < MINIMUM_TOKENS:
        return False
    if sum(1 for _ in islice(_JIEBA_BLOCK.finditer(line), MINIMUM_TOKENS)) == MINIMUM_TOKENS:
        return True
    return sum(1 for _ in islice(_chinese()(line), MINIMUM_TOKENS)) == MINIMUM_TOKENS


def _long_enough_japanese(line: str) -> bool:
    return len(line) >= MINIMUM_TOKENS and len(_japanese()(line)) >= MINIMUM_TOKENS


_LONG_ENOUGH: dict[str, Callable[[str], bool]] = {
    "zh": _long_enough_chinese,
    "ja": _long_enough_japanese,
}


@lru_cache(maxsize=1)
def _chinese() -> Callable[[str], Iterable[str]]:
    with warnings.catch_warnings():
        # Compiling jieba for the first time warns of escapes in its own source.
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokens: Callable[[str], Iterable[str]] = jieba.Tokenizer().cut
    return tokens


@lru_cache(maxsize=1)
def _japanese() -> Callable[[str], list[object]]:
    import fugashi

    tagger = fugashi.Tagger()
    tokens: Callable[[str], list[object]] = tagger.parseToNodeList
    return tokens
