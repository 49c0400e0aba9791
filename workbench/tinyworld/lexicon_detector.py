"""Identifies the tiny world's languages by their closed word lists, exactly.

The yardstick for the other detectors: each language's words are known completely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from workbench.lid.detector import Verdict
from workbench.tinyworld.lexicon import load_lexicon, shipped_languages

_LATIN_OR_CYRILLIC = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKUP = re.compile(r"\{([^{}?]+)(?:\?([^{}]*))?\}")


class LexiconDetector:
    """Share of words known to each language; undetermined below half, and on a tie."""

    name = "lexicon"

    def __init__(self, languages: Sequence[str] | None = None) -> None:
        self.languages: tuple[str, ...] = tuple(languages or shipped_languages())
        self._known = {code: vocabulary(code) for code in self.languages}

    def identify(self, text: str) -> Verdict:
        """The language of a text, its share of known words, and the number of words."""
        told = words(text)
        if not told:
            return Verdict(label=None, confidence=None, evidence=0)
        shares = {
            code: sum(word in known for word in told) / len(told)
            for code, known in self._known.items()
        }
        best = max(shares.values())
        winners = [code for code, share in shares.items() if share == best]
        if best < 0.5 or len(winners) > 1:
            return Verdict(label=None, confidence=best, evidence=len(told))
        return Verdict(label=winners[0], confidence=best, evidence=len(told))

    def identify_many(self, texts: Iterable[str]) -> list[Verdict]:
        """Verdicts in the order of the texts."""
        return [self.identify(text) for text in texts]


def words(text: str) -> list[str]:
    """Words in lower case; each Han character is a word of its own."""
    han = _HAN.findall(text)
    return han + _LATIN_OR_CYRILLIC.findall(_HAN.sub(" ", text).casefold())


@lru_cache(maxsize=16)
def vocabulary(language: str) -> frozenset[str]:
    """All words that the tables and templates of a language hold."""
    lexicon = load_lexicon(language)
    texts: list[str] = []
    for family in lexicon.families.values():
        for word in family.values():
            texts += [form for name, form in word.forms.items() if name not in ("id", "class")]
            texts += lexicon.derived_forms(word)
    _collect(lexicon.templates, texts)
    return frozenset(word for text in texts for word in words(text))


def _collect(node: object, texts: list[str]) -> None:
    if isinstance(node, dict):
        for value in node.values():
            _collect(value, texts)
    elif isinstance(node, list):
        for value in node:
            _collect(value, texts)
    elif isinstance(node, str):
        chosen = [
            c.split(":", 1)[1] for _, cs in _MARKUP.findall(node) if cs for c in cs.split("|")
        ]
        texts += [_MARKUP.sub(" ", node), *chosen]
