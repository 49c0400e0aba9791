"""Plain texts to train on beside instructions, as a base model reads them in pretraining.

A source is written as that of instruction data: ``NAME`` or ``NAME:SPLIT``, where ``NAME`` is

    tinyworld                      documents of the tiny world, as its base has read them
    FILE.jsonl, FILE.json          records with a field 'text'
    FILE.txt                       one text a line
    FOLDER, OWNER/NAME             a dataset with a column 'text', here or on the hub
    hf://datasets/OWNER/NAME/FILE  a file of a hub dataset
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.errors import FileFormatError
from workbench.files import read_lines
from workbench.instructions.sources import dataset_rows, hub_file, parse_source, read_records

TINY_WORLD = "tinyworld"


def read_texts(
    data: str,
    pretraining: Mapping[str, Any] | None = None,
    *,
    number: int | None = None,
    characters: int | None = None,
) -> list[str]:
    """The first texts of a source: at most ``number``, or until they have ``characters``.

    ``pretraining`` is the recipe of a tiny base, whose own documents ``tinyworld`` then gives.
    Raises NotFoundError where nothing has that name, FileFormatError for a record without text.
    """
    found: list[str] = []
    read = 0
    for text in itertools.islice(_texts(data, pretraining or {}), number):
        found.append(text)
        read += len(text)
        if characters is not None and read >= characters:
            break
    if not found:
        raise FileFormatError(data, "it holds no text", "Name texts to replay")
    return found


def _texts(data: str, pretraining: Mapping[str, Any]) -> Iterator[str]:
    if data == TINY_WORLD and not Path(data).exists():
        yield from _tiny_documents(pretraining)
        return
    source = parse_source(data)
    path = Path(source.name)
    if path.suffix == ".txt":
        yield from (line for _, line in read_lines(path))
        return
    if hub := hub_file(source.name):
        path = hub
    if path.suffix in (".jsonl", ".json"):
        for number, record in read_records(path):
            yield _text_of(record, f"{path}, line {number}")
        return
    for number, row in enumerate(dataset_rows(source, streamed=True), 1):
        yield _text_of(row, f"{source.name}, row {number}")


def _tiny_documents(pretraining: Mapping[str, Any]) -> Iterator[str]:
    from workbench.tinyworld.documents import documents
    from workbench.tinyworld.mixture import Mixture
    from workbench.tinyworld.world import load_world

    mixture = Mixture.model_validate(pretraining.get("mixture", {}))
    for _, text in documents(load_world(), mixture, int(pretraining.get("seed", 0))):
        yield text


def _text_of(record: Any, place: str) -> str:
    text = record.get("text") if isinstance(record, Mapping) else None
    if not isinstance(text, str) or not text.strip():
        raise FileFormatError(place, "it has no text", "Give each record its text as 'text'")
    return text
