"""Inspect's ``.eval`` files: zip archives with a header and a JSON file a sample.

Entries are compressed by Zstandard, which the standard library reads from Python 3.14 on; pyarrow
reads it everywhere. Nothing is unpacked to disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import FileFormatError
from workbench.importing.fields import Fields, as_object
from workbench.json_files import parse_json

_ZSTANDARD = 93
_HEADERS = ("header.json", "_journal/start.json")
"""The header, and what stands for it where the evaluation did not end."""
_LOCAL_HEADER = 30
_NAME_AND_EXTRA = slice(26, 30)
_MOST = 1 << 30
"""Bytes of an entry, unpacked; what claims to be larger is no log of answers."""
_CANNOT_UNPACK = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, struct.error),
    # An entry that is encrypted, or, as a NotImplementedError, compressed in a way unknown here.
    RuntimeError,
)
_REMEDY = "Copy the log again, or name one that Inspect wrote"


def read_eval_file(path: Path) -> tuple[Fields, Iterator[Any]]:
    """Header and samples of a log; FileFormatError where it is none, or not whole."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileFormatError(str(path), f"it is no whole zip file ({error})", _REMEDY) from None
    with archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        name = next((name for name in _HEADERS if name in entries), None)
        if name is None:
            raise FileFormatError(str(path), "it is a zip file without an Inspect header", _REMEDY)
        header = as_object(_entry(archive, entries[name]), f"{path}, {name}")
    samples = (n for n in sorted(entries) if n.startswith("samples/") and n.endswith(".json"))
    return header, _samples(path, [entries[name] for name in samples])


def _samples(path: Path, entries: Sequence[zipfile.ZipInfo]) -> Iterator[Any]:
    with zipfile.ZipFile(path) as archive:
        for entry in entries:
            yield _entry(archive, entry)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Any:
    """The JSON of an entry."""
    place = f"{archive.filename}, {entry.filename}"
    if entry.file_size > _MOST:
        raise FileFormatError(place, "it is too large for a sample", _REMEDY)
    try:
        text = _unpacked(archive, entry).decode("utf-8")
    except _CANNOT_UNPACK as error:
        raise FileFormatError(place, f"it cannot be unpacked ({error})", _REMEDY) from None
    except UnicodeDecodeError:
        raise FileFormatError(place, "it is not UTF-8 text", _REMEDY) from None
    return parse_json(text, place, _REMEDY)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type != _ZSTANDARD:
        with archive.open(entry) as file:
            return file.read(_MOST)
    import pyarrow as pa

    with Path(str(archive.filename)).open("rb") as file:
        file.seek(entry.header_offset)
        lengths = struct.unpack("<HH", file.read(_LOCAL_HEADER)[_NAME_AND_EXTRA])
        file.seek(sum(lengths), 1)
        packed = file.read(entry.compress_size)
    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
        unpacked: bytes = stream.read(entry.file_size + 1)
    if len(unpacked) != entry.file_size or zlib.crc32(unpacked) != entry.CRC:
        raise EOFError("it is damaged")
    return unpacked
