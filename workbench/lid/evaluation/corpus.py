"""Texts of known language, and their first few words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from workbench.errors import FileFormatError
from workbench.files import read_text
from workbench.lid.lines import tokenizer
from workbench.prompts import load_prompt_set

_UNSPACED = ("zh", "ja")


class Labelled(NamedTuple):
    """A text and the language it is in."""

    text: str
    language: str


def load_labelled(path: Path) -> list[Labelled]:
    """Prompts with the language they are written in.

    ``path`` is a prompt set (JSONL), or a folder of CSV files with the columns ``prompt``
    and ``language``, such as the Language Confusion Benchmark's ``test_sets/monolingual``.
    Raises NotFoundError or FileFormatError where it holds no such text.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.csv"))
        found = [text for file in files for text in _rows(file)]
    else:
        # What a prompt with a tag ``asked_in`` is written in is not what it expects.
        found = [
            Labelled(message.content, prompt.tags.get("asked_in", prompt.language))
            for prompt in load_prompt_set(path).prompts
            for message in prompt.messages[-1:]
        ]
    if not found:
        raise FileFormatError(
            str(path),
            "it holds no text of known language",
            "Name a prompt set (JSONL), or a folder of CSV files with the columns prompt, language",
        )
    return found


def first_words(text: str, language: str, number: int | None) -> str:
    """The first words of a text; all of it where ``number`` is None.

    Words are those of jieba for zh, of fugashi for ja, and parted by white space elsewhere.

    >>> first_words("one two  three", "en", 2)
    'one two'
    """
    if number is None:
        return text
    words = (str(word) for word in tokenizer(language)(text))
    chosen = islice((word for word in words if word.strip()), number)
    return ("" if language in _UNSPACED else " ").join(chosen)


def _rows(path: Path) -> Iterable[Labelled]:
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    if not {"prompt", "language"} <= set(rows.fieldnames or ()):
        return []
    return [Labelled(row["prompt"], row["language"]) for row in rows if row["prompt"]]
