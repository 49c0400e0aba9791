"""Where instruction data come from: files, shipped names, folders of datasets, the hub.

A source is written ``NAME``, ``NAME:SPLIT`` or ``NAME@LANGUAGE``; split and language may
both be given. ``NAME`` is one of

    FILE.jsonl, FILE.json          one record a line, or a JSON array
    NAME                           NAME.LL.jsonl of each language, here or in assets/instructions
    FOLDER                         what save_to_disk wrote, or a folder of parquet or JSON files
    OWNER/NAME                     a dataset of the Hugging Face hub
    hf://datasets/OWNER/NAME/FILE  a file of a hub dataset

The language of a record is its own, or that of the file's name (``NAME.LL.jsonl``), or
the source's, or the only one asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.assets import asset
from workbench.errors import FileFormatError, NotFoundError
from workbench.files import read_text
from workbench.instructions.example import Example
from workbench.instructions.shapes import parse_example
from workbench.json_files import json_array, json_lines
from workbench.languages import LANGUAGES

_HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")
_HUB_FILE = re.compile(r"^hf://datasets/([^/]+/[^/]+)/(.+)$")
_SOURCE = re.compile(r"^(?P<name>.+?)(?::(?P<split>[\w-]+))?(?:@(?P<language>[a-z]{2,3}))?$")


@dataclass(frozen=True)
class Source:
    """Instruction data as a recipe names them."""

    name: str
    split: str | None = None
    language: str | None = None
    """Language of records that state none."""


def parse_source(text: str) -> Source:
    """``NAME``, ``NAME:SPLIT``, ``NAME@LANGUAGE``; an existing path is a name as a whole."""
    match = _SOURCE.match(text)
    if Path(text).exists() or match is None:
        return Source(text)
    return Source(match["name"], match["split"], match["language"])


def find_examples(
    data: str | Sequence[str], languages: Sequence[str] | None = None
) -> list[Example]:
    """All examples of one or more sources that are in ``languages``, or in any.

    Raises NotFoundError where nothing has that name or a language has no example.
    """
    examples: list[Example] = []
    for text in [data] if isinstance(data, str) else data:
        examples += _source_examples(parse_source(text), languages)
    if languages is None:
        return examples
    found = {example.language for example in examples}
    for code in languages:
        if code not in found:
            raise NotFoundError(
                f"Instruction data '{data if isinstance(data, str) else ', '.join(data)}'",
                f"it has no example in language '{code}'",
                f"Choose among its languages: {', '.join(sorted(found))}",
            )
    return [example for example in examples if example.language in languages]


def read_examples(path: Path, language: str | None = None) -> list[Example]:
    """Examples of a JSONL file or a JSON array.

    ``language`` is that of records that state none, where the file's name has none either.
    Raises FileFormatError with the line, also for an empty file.
    """
    language = _language_of_name(path) or language
    examples = [
        parse_example(record, f"{path}, line {number}", language)
        for number, record in read_records(path)
    ]
    if not examples:
        raise FileFormatError(
            str(path), "it holds no example", "Write at least one line of instruction data"
        )
    return examples


def _source_examples(source: Source, languages: Sequence[str] | None) -> list[Example]:
    path = Path(source.name)
    sole = source.language or (languages[0] if languages and len(languages) == 1 else None)
    if file := hub_file(source.name):
        return read_examples(file, sole)
    if path.is_file() or path.suffix in (".jsonl", ".json"):
        return read_examples(path, sole)
    if files := _files_by_language(source.name, languages):
        return [example for file in files for example in read_examples(file, sole)]
    if path.is_dir() or _HUB_ID.match(source.name):
        return _dataset_examples(source, sole)
    names = sorted({p.name.split(".")[0] for p in asset("instructions").glob("*.jsonl")})
    raise NotFoundError(
        f"Instruction data '{source.name}'",
        "there is no such file, and assets/instructions has no such name",
        "Name a JSONL or JSON file, a folder with a dataset, a hub dataset id, or one of: "
        f"{', '.join(names) or 'none yet'}",
    )


def read_records(path: Path) -> Iterator[tuple[int, Any]]:
    """Records with the line each begins at."""
    if path.suffix == ".json" and read_text(path).lstrip().startswith("["):
        yield from json_array(path)
    else:
        remedy = "Write one JSON object a line, or a JSON array in a file named .json"
        yield from json_lines(path, remedy)


def _language_of_name(path: Path) -> str | None:
    parts = path.name.split(".")
    return parts[-2] if len(parts) > 2 and parts[-2] in LANGUAGES else None


def _files_by_language(name: str, languages: Sequence[str] | None) -> list[Path]:
    """``NAME.LL.jsonl`` of each language, beside the given path or shipped."""
    for stem in (Path(name), asset("instructions", name)):
        files = [
            stem.parent / f"{stem.name}.{code}.jsonl"
            for code in (LANGUAGES if languages is None else languages)
        ]
        if found := [file for file in files if file.is_file()]:
            return found
    return []


def hub_file(address: str) -> Path | None:
    """The file of a hub dataset that an ``hf://`` address names; None for other names."""
    if (match := _HUB_FILE.match(address)) is None:
        return None
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(match[1], match[2], repo_type="dataset"))
    # Network, access and names that do not exist: all of them are OSError or ValueError.
    except (OSError, ValueError) as error:
        raise unfetched(address, error) from None


def _dataset_examples(source: Source, language: str | None) -> list[Example]:
    return [
        parse_example(row, f"{source.name}, row {number}", language)
        for number, row in enumerate(dataset_rows(source), 1)
    ]


def dataset_rows(source: Source, streamed: bool = False) -> Iterator[Any]:
    """Rows of a dataset in a folder or on the hub, of one split; NotFoundError without one.

    ``streamed`` fetches no more of a hub dataset than is read.
    """
    import datasets

    split = source.split or "train"
    folder = Path(source.name)
    rows: Iterable[Any]
    try:
        if (folder / "dataset_dict.json").is_file():
            rows = datasets.load_from_disk(source.name)[split]
        elif (folder / "state.json").is_file():
            rows = datasets.load_from_disk(source.name)
        elif file := _file_of_split(folder, split):
            rows = (record for _, record in read_records(file))
        else:
            # Streamed from a folder, or a copy of it would be kept in the library's cache.
            streaming = streamed or folder.is_dir()
            rows = datasets.load_dataset(source.name, split=split, streaming=streaming)
        yield from rows
    except KeyError:
        known = ", ".join(datasets.load_from_disk(source.name))
        raise NotFoundError(
            f"Dataset '{source.name}'", f"it has no split '{split}'", f"Choose among {known}"
        ) from None
    # The library raises many types for what is all one thing to the user.
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        raise unfetched(source.name, error) from None


def _file_of_split(folder: Path, split: str) -> Path | None:
    """The file that a split lies in alone, as in LIMA's folder; None where there is none.

    Read as it is: the library refuses a folder with a script, and none is ever run.
    """
    files = (folder / f"{split}{suffix}" for suffix in (".jsonl", ".json"))
    return next((file for file in files if file.is_file()), None)


def unfetched(name: str, error: Exception) -> NotFoundError:
    """The error for a dataset that could not be had, by what the libraries say of it."""
    lines = str(error).strip().splitlines() or [""]
    remedy = "Check name, split and network, or name a JSONL file"
    if "gated" in str(error).lower():
        remedy = (
            "Ask for access on its page on the hub; then log in with 'hf auth login', or set "
            "HF_TOKEN in the environment"
        )
    elif "scripts are no longer supported" in str(error):
        remedy = f"Name a file of it, such as hf://datasets/{name}/train.jsonl"
    return NotFoundError(
        f"Dataset '{name}'", f"it cannot be read ({type(error).__name__}: {lines[0]})", remedy
    )
