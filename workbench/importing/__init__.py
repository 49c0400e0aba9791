"""Import: answers and prompts from files of others into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.importing.options import ImportOptions

if TYPE_CHECKING:
    from workbench.importing.columns import KeptMaps
    from workbench.importing.records import ImportedRun
    from workbench.prompts import PromptSet
    from workbench.store import Store

__all__ = ["ImportOptions", "import_file", "keep", "read_file"]


def import_file(
    store: Store,
    path: Path,
    options: ImportOptions | None = None,
    maps: KeptMaps | None = None,
) -> str:
    """Import a file; returns the name of the run or the prompt set that it made.

    Answers become a run, called by their format and the file's name, such as ``lcb-<stem>``.
    JSONL of prompts becomes a prompt set: of the workbench's own prompts, one object a line, or,
    named ``<set>.<language>.jsonl``, of chats, one list of turns a line. Importing a file again
    changes nothing. Raises FileFormatError before anything is written.
    """
    return keep(store, read_file(path, options, maps))


def read_file(
    path: Path, options: ImportOptions | None = None, maps: KeptMaps | None = None
) -> ImportedRun | PromptSet:
    """What a file holds, without a store: answers, or prompts alone.

    ``maps`` are mappings of columns that were given before; see ``importing.runs.read_run``.
    """
    # Who only reads files of others, as ``workbench lid passrates`` does, needs none of these.
    from workbench.importing.columns import parse_map
    from workbench.importing.opening import format_of, open_file
    from workbench.importing.runs import read_run
    from workbench.importing.turns import load_turns
    from workbench.prompts import load_prompt_set

    opened, options = open_file(path), options or ImportOptions()
    said = options.format or ("table" if parse_map(options.map).completion else None)
    format = said or format_of(opened)
    if format == "prompts":
        return load_prompt_set(path)
    if format == "turns":
        return load_turns(path)
    return read_run(opened, format, options, maps)


def keep(store: Store, read: ImportedRun | PromptSet) -> str:
    """Keep what a file holds; the name of the run or of the prompt set."""
    from workbench.importing.records import ImportedRun
    from workbench.importing.storing import store_run

    if isinstance(read, ImportedRun):
        return store_run(store, read)
    store.add_prompt_set(read)
    return read.name
