"""A user's own translations of a prompt, from a small table or a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from workbench.app.every_language.sets import ParallelSet, parallel_set
from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.files import read_text
from workbench.languages import find_language
from workbench.prompts import Message, Prompt, PromptSet, content_hash, load_prompt_set

PREFIX = "own-"
"""Begins the names of such sets; the rest is a hash of what they hold."""
LARGEST_FILE = 5_000_000
"""Bytes."""
_LINE = re.compile(r"([^\t:：|]+)[\t:：|](.*)")
_HEADER = ("language", "prompt")
_PASTED = "Your translations"


def pasted_translations(table: str) -> ParallelSet:
    """One prompt from lines such as ``fr<TAB>Bonjour``; a colon does in place of the tab.

    Languages are named by code, or by their name in English or in themselves. Raises
    InputError with the line that cannot be used.
    """
    rows = []
    lines = [line.strip() for line in table.splitlines()]
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise InputError(
                f"{_PASTED}, line {number}",
                "no language stands before the prompt",
                "Write a language, a tab or a colon, and the prompt, such as 'fr: Bonjour !'",
            )
        named, text = found[1].strip(), found[2].strip()
        if (named.casefold(), text.casefold()) != _HEADER:
            rows.append((f"{_PASTED}, line {number}", "", named, text))
    return _made_of(rows, _PASTED)


def translations_from_file(path: Path) -> ParallelSet:
    """Prompts from JSONL in the workbench's format, or from CSV or TSV.

    CSV has the columns ``language`` and ``prompt``, and may have ``id``, the same for the
    translations of a prompt. Raises FileFormatError with the line that cannot be used.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise FileFormatError(
            path.name, "it is larger than 5 MB", "Import large sets by 'workbench import FILE'"
        )
    try:
        if path.suffix.lower() == ".jsonl":
            return _named(load_prompt_set(path).prompts, path.name)
        return _made_of(_table_rows(path), path.name)
    except FileFormatError as error:
        # Where the server keeps what was sent to it is nothing to a user.
        given = error.given.replace(str(path), path.name)
        raise FileFormatError(given, error.reason, error.remedy) from None


def _table_rows(path: Path) -> list[tuple[str, str, str, str]]:
    text = read_text(path)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [str(name).strip().casefold() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    if absent := [name for name in _HEADER if name not in columns]:
        raise FileFormatError(
            f"{path.name}, line 1",
            f"the columns {' and '.join(absent)} are absent",
            "Name the columns language and prompt, and id where there are several prompts",
        )
    rows = []
    try:
        for row in reader:
            place = f"{path.name}, line {reader.line_num}"
            id, named, text = ((row.get(key) or "").strip() for key in ("id", *_HEADER))
            if id or named or text:
                rows.append((place, id, named, text))
    except csv.Error as error:
        raise FileFormatError(
            f"{path.name}, line {reader.reader.line_num}",
            str(error),
            "Write the file as CSV, with short prompts",
        ) from None
    return rows


def _made_of(rows: Iterable[tuple[str, str, str, str]], given: str) -> ParallelSet:
    """A set of rows: place, parallel id, language, text."""
    prompts: dict[tuple[str, str], Prompt] = {}
    for place, id, named, text in rows:
        if not text:
            raise FileFormatError(place, "the prompt is empty", "Write it, or leave the line out")
        try:
            code = find_language(named).code
        except NotFoundError as error:
            raise FileFormatError(place, f"'{named}': {error.reason}", error.remedy) from None
        key = (id or "1", code)
        if key in prompts:
            raise FileFormatError(
                place,
                f"a prompt in '{code}' stands there already",
                "Give one prompt a language, or a column id to tell several prompts apart",
            )
        messages = (Message(role="user", content=text),)
        prompts[key] = Prompt(parallel_id=key[0], language=code, messages=messages)
    return _named(prompts.values(), given)


def _named(prompts: Iterable[Prompt], given: str) -> ParallelSet:
    kept = tuple(prompts)
    name = f"{PREFIX}{content_hash([prompt.hash for prompt in kept])[:8]}"
    found = parallel_set(PromptSet(name=name, prompts=kept))
    if not found.questions:
        raise InputError(
            given,
            "no prompt stands in two languages or more",
            "Give at least two translations of a prompt, each with its language",
        )
    return found
