"""Import: answers and prompts from files of others into the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import FileFormatError
from workbench.files import read_lines
from workbench.prompts import load_prompt_set

if TYPE_CHECKING:
    from workbench.store import Store

__all__ = ["import_file"]


def import_file(store: Store, path: Path) -> str:
    """Import a file; returns the name of the run or the prompt set that it made.

    A CSV file of the Language Confusion Benchmark becomes the run ``lcb-<stem>``. A JSONL
    file becomes a prompt set: of the workbench's own prompts, one object a line, or, named
    ``<set>.<language>.jsonl``, of chats, one list of turns a line. Importing a file again
    changes nothing. Raises FileFormatError before anything is written.
    """
    # Who only reads files of others, as ``workbench lid passrates`` does, needs no database.
    from workbench.importing.lcb import import_lcb
    from workbench.importing.turns import load_turns

    if path.suffix.lower() == ".csv":
        return import_lcb(store, path)
    prompt_set = load_turns(path) if _holds_lists(path) else load_prompt_set(path)
    store.add_prompt_set(prompt_set)
    return prompt_set.name


def _holds_lists(path: Path) -> bool:
    for number, line in read_lines(path):
        try:
            return isinstance(json.loads(line), list)
        except (ValueError, RecursionError):
            raise FileFormatError(
                f"{path}, line {number}",
                "it is not JSON",
                "Name a CSV file of answers or a JSONL file of prompts",
            ) from None
    raise FileFormatError(str(path), "it is empty", "Name a file with at least one line")
