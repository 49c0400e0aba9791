"""Files in the layouts of other tools, written by hand, and how they are read in tests."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.importing import ImportOptions, read_file
from workbench.importing.columns import KeptMaps
from workbench.importing.records import ImportedRun

SHARP = 'Un <b>renard</b>,\u2028 "roux"\r\nمرحبا, 你好 \U0001f98a'
"""Text with what breaks careless readers: markup, a line separator, quotes, lines, scripts."""


def read(path: Path, maps: KeptMaps | None = None, **options: Any) -> ImportedRun:
    """The answers of a file."""
    found = read_file(path, ImportOptions(**options), maps)
    assert isinstance(found, ImportedRun)
    return found


def jsonl(path: Path, records: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8"
    )
    return path


def array(path: Path, records: list[object], indent: int | None = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records, indent=indent), encoding="utf-8")
    return path


def fastchat_record(id: int, turns: list[str | None], model: str = "vicuna") -> dict[str, Any]:
    return {
        "question_id": id,
        "answer_id": f"a{id}",
        "model_id": model,
        "choices": [{"index": 0, "turns": turns}],
        "tstamp": 1700000000.5,
    }


def lm_eval_record(id: int, text: str, **fields: Any) -> dict[str, Any]:
    return {
        "doc_id": id,
        "doc": {"question": f"Q{id}?", "lang": "fr"},
        "target": "roux",
        "arguments": {"gen_args_0": {"arg_0": f"Q{id}?", "arg_1": {"until": ["\n"]}}},
        "resps": [[text]],
        "filtered_resps": [text],
        "filter": "none",
        "metrics": ["exact_match"],
        "doc_hash": "h",
        "exact_match": 1.0,
        **fields,
    }


def inspect_log(samples: list[dict[str, Any]] | None, status: str = "success") -> dict[str, Any]:
    log: dict[str, Any] = {
        "version": 2,
        "status": status,
        "eval": {
            "task": "foxes",
            "model": "openai/gpt-x",
            "model_generate_config": {"temperature": 0.5, "top_p": None},
        },
        "results": {},
    }
    return log if samples is None else {**log, "samples": samples}


def inspect_sample(
    id: str | int, text: str | None, epoch: int = 1, **fields: Any
) -> dict[str, Any]:
    choices = (
        []
        if text is None
        else [{"message": {"role": "assistant", "content": text}, "stop_reason": "stop"}]
    )
    return {
        "id": id,
        "epoch": epoch,
        "input": "Quelle couleur ?",
        "target": "roux",
        "output": {
            "model": "openai/gpt-x",
            "choices": choices,
            "usage": {"input_tokens": 9, "output_tokens": 5},
            "time": 0.25,
        },
        "scores": {"includes": {"value": "C", "explanation": "it says so"}},
        "metadata": {"language": "fr"},
        "attachments": {},
        **fields,
    }


def eval_file(path: Path, log: dict[str, Any], samples: list[dict[str, Any]]) -> Path:
    """A ``.eval`` file as Inspect writes it: entries in Zstandard, which zipfile does not know."""
    entries = {"header.json": log}
    entries |= {f"samples/{s['id']}_epoch_{s['epoch']}.json": s for s in samples}
    with path.open("wb") as file:
        directory = b""
        for name, value in entries.items():
            plain, encoded = json.dumps(value).encode(), name.encode()
            packed = pa.compress(plain, codec="zstd", asbytes=True)
            sizes = (zlib.crc32(plain), len(packed), len(plain), len(encoded))
            start = file.tell()
            # Signature, version, flags, method 93, time and date; then sizes (APPNOTE 4.3.7).
            file.write(struct.pack("<4s5H3I2H", b"PK\3\4", 63, 0x800, 93, 0, 33, *sizes, 0))
            file.write(encoded + packed)
            directory += (
                struct.pack(
                    "<4s6H3I5H2I", b"PK\1\2", 63, 63, 0x800, 93, 0, 33, *sizes, 0, 0, 0, 0, 0, start
                )
                + encoded
            )
        start, count = file.tell(), len(entries)
        file.write(directory)
        file.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
    assert zipfile.is_zipfile(path)
    return path
