"""Words and sentences of one language of the tiny world.

The tables under ``assets/tinyworld/lexicon/<code>/`` hold the words, ``grammar.yaml``
the forms that follow from a noun's class, ``templates.yaml`` the sentences. This
module only fills slots; what is right in a language is written in those files.

Slots: ``{e}`` base form, ``{e.def}`` named form, ``{v~e}`` the form named by the
agreement letter of ``e``, ``{v.comparative~e}`` the form ``comparative_<letter>``,
``{p?m:saw him|f:saw her}`` text chosen by agreement letter (``*`` for any other),
``{size:large~a}`` a fixed word of a family.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from workbench.assets import asset
from workbench.errors import FileFormatError

_SENTENCE_START = re.compile(r"(^(?:[-–—] )?|[.!?]\s+|\n(?:[-–—] )?)(\w)")
_SLOT = re.compile(r"\{([^{}?]+)(?:\?([^{}]*))?\}")


@dataclass(frozen=True)
class Word:
    """A row of a table: its citation form and any further forms by column name."""

    family: str
    id: str
    forms: Mapping[str, str]

    @property
    def word_class(self) -> str:
        """Grammatical class, such as ``m`` or ``f.v``; empty where the table has none."""
        return self.forms.get("class", "")

    @property
    def agreement(self) -> str:
        """The letter of the class that other words agree with."""
        return self.word_class.split(".")[0]


@dataclass(frozen=True)
class _Reference:
    """A slot as a template names it."""

    name: str
    form: str
    controller: str
    choices: Mapping[str, str] | None


Slot = Word | str
"""What a slot can hold: a word, or text that is already realised."""


class Lexicon:
    """The tables, grammar and templates of one language."""

    def __init__(self, folder: Path) -> None:
        self.language = folder.name
        self.folder = folder
        grammar = yaml.safe_load((folder / "grammar.yaml").read_text(encoding="utf-8"))
        self.separator: str = grammar["word_separator"]
        self._derived: dict[str, dict[str, str]] = grammar.get("derived", {})
        self._fallbacks: dict[str, str] = grammar.get("fallbacks", {})
        self._join: dict[str, str] = grammar["join"]
        self.templates: dict[str, Any] = yaml.safe_load(
            (folder / "templates.yaml").read_text(encoding="utf-8")
        )
        self._forms: dict[tuple[str, str, str], str] = {}
        self.families: dict[str, dict[str, Word]] = {
            path.stem: _read_table(path) for path in sorted(folder.glob("*.csv"))
        }

    def word(self, family: str, id: str) -> Word:
        """The word of an id, or an error that names the table to complete."""
        try:
            return self.families[family][id]
        except KeyError:
            raise FileFormatError(
                f"{self.folder / family}.csv",
                f"it has no row with the id '{id}'",
                "Add the row",
            ) from None

    def form(self, word: Word, name: str) -> str:
        """A form of a word: its own column, else derived from its class, else a fallback."""
        key = (word.family, word.id, name)
        if key not in self._forms:
            self._forms[key] = self._derive(word, name)
        return self._forms[key]

    def _derive(self, word: Word, name: str) -> str:
        if own := word.forms.get(name):
            return own
        patterns = self._derived.get(name, {})
        agreement, _, subclass = word.word_class.partition(".")
        for key in (word.word_class, f".{subclass}", agreement, "*"):
            if key in patterns:
                return self._fill_pattern(patterns[key], word)
        if name in self._fallbacks:
            return self.form(word, self._fallbacks[name])
        if name in ("m", "f", "n", "p"):  # an adjective without columns does not inflect
            return word.forms["base"]
        raise FileFormatError(
            f"{self.folder / word.family}.csv",
            f"the word '{word.id}' has no form '{name}', and grammar.yaml derives none",
            f"Add a column '{name}', a derived pattern or a fallback",
        )

    def derived_forms(self, word: Word) -> list[str]:
        """All forms that grammar.yaml derives for a word, articles and pronouns among them."""
        forms = []
        for name in self._derived:
            try:
                forms.append(self.form(word, name))
            except FileFormatError:  # the pattern is for another class of word
                continue
        return forms

    def _fill_pattern(self, pattern: str, word: Word) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self.form(word, match.group(1)), pattern)

    def fill(self, template: str, slots: Mapping[str, Slot]) -> str:
        """The template with its slots filled, letters as written."""
        return "".join(
            part if isinstance(part, str) else self._realise(part, slots, template)
            for part in _parse(template)
        )

    def surfaces(self, template: str, name: str, slots: Mapping[str, Slot]) -> list[str]:
        """How the slot ``name`` is written in the template, once for each of its places."""
        return [
            self._realise(part, slots, template)
            for part in _parse(template)
            if isinstance(part, _Reference) and part.name == name and part.choices is None
        ]

    def _slot(self, name: str, slots: Mapping[str, Slot], template: str) -> Slot:
        if ":" in name:
            family, _, id = name.partition(":")
            return self.word(family, id)
        if name not in slots:
            raise FileFormatError(
                f"{self.folder / 'templates.yaml'}",
                f"the sentence '{template}' uses the slot '{name}', which is not known there",
                f"Use one of: {', '.join(sorted(slots))}",
            )
        return slots[name]

    def _realise(self, part: _Reference, slots: Mapping[str, Slot], template: str) -> str:
        slot = self._slot(part.name, slots, template)
        if part.choices is not None:
            return self._choose(part.choices, slot, template)
        if isinstance(slot, str):
            return slot
        form = part.form
        if part.controller:
            other = self._slot(part.controller, slots, template)
            letter = other.agreement if isinstance(other, Word) else ""
            form = f"{form}_{letter}" if form else letter
        return self.form(slot, form or "base")

    def _choose(self, choices: Mapping[str, str], slot: Slot, template: str) -> str:
        letter = slot.agreement if isinstance(slot, Word) else ""
        if letter not in choices and "*" not in choices:
            raise FileFormatError(
                f"{self.folder / 'templates.yaml'}",
                f"the sentence '{template}' has no choice for the class '{letter}'",
                f"Add '{letter}:' or '*:'",
            )
        return choices.get(letter, choices.get("*", ""))

    def join(self, words: list[Word]) -> str:
        """A list of names as the language writes it: *the fox, the cat and the dog*."""
        names = [self.form(word, self._join.get("form", "def")) for word in words]
        if len(names) == 1:
            return names[0]
        return self._join["comma"].join(names[:-1]) + self._join["last"] + names[-1]


@lru_cache(maxsize=8192)
def _parse(template: str) -> tuple[str | _Reference, ...]:
    parts: list[str | _Reference] = []
    end = 0
    for match in _SLOT.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        reference, _, controller = match.group(1).partition("~")
        name, _, form = reference.partition(".")
        choices = match.group(2)
        table = None if choices is None else dict(c.split(":", 1) for c in choices.split("|"))
        parts.append(_Reference(name, form, controller, table))
    return (*parts, template[end:])


def sentence(text: str) -> str:
    """The text with a capital at the start of each sentence."""
    return _SENTENCE_START.sub(lambda match: match.group(1) + match.group(2).upper(), text)


def _read_table(path: Path) -> dict[str, Word]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise FileFormatError(
                f"{path}, line {number}",
                "it has more or fewer cells than the first line has columns",
                "Write one cell for each column, empty where the word has no such form",
            )
    return {row["id"]: Word(path.stem, row["id"], row) for row in rows}


def shipped_languages() -> list[str]:
    """Codes of the languages under ``assets/tinyworld/lexicon/``, English first."""
    codes = sorted(p.parent.name for p in asset("tinyworld", "lexicon").glob("*/grammar.yaml"))
    return sorted(codes, key=lambda code: code != "en")


@lru_cache(maxsize=16)
def load_lexicon(language: str) -> Lexicon:
    """The shipped lexicon of a language, by its code."""
    return Lexicon(asset("tinyworld", "lexicon", language))
