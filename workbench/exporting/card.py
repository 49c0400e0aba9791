"""The card of an exported dataset: front matter for the Hugging Face hub, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from workbench.exporting.columns import COLUMNS
from workbench.exporting.rows import Row
from workbench.languages import LANGUAGES, display_name

MARK = "Written by `workbench export`"
"""Stands in each card, so that a folder with another one is not written over."""
DATA = "data/train-00000-of-00001.parquet"
_SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))
_LARGEST = "1M<n<10M"
_LICENCE = (
    "The licence is left as `other`: answers may be bound by the licence of the model that gave "
    "them and prompts by that of their source. State both here before you share this folder."
)


@dataclass
class Contents:
    """What a dataset holds, counted while it is written."""

    rows: int = 0
    missing: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    checkpoints: Counter[str] = field(default_factory=Counter)
    prompt_sets: Counter[str] = field(default_factory=Counter)

    def add(self, rows: list[Row]) -> None:
        """Count a batch."""
        self.rows += len(rows)
        self.missing += sum(row["missing_reason"] is not None for row in rows)
        self.languages.update(row["language"] for row in rows)
        self.checkpoints.update(row["checkpoint"] for row in rows)
        self.prompt_sets.update(row["prompt_set"] for row in rows)


def card_text(run: Mapping[str, Any], contents: Contents) -> str:
    """The card of a run: ``name``, ``kind``, ``started``, ``config`` and ``versions``, as
    ``Store.runs`` has them."""
    size = next((name for name, most in _SIZES if contents.rows < most), _LARGEST)
    front = {
        "license": "other",
        "pretty_name": str(run["name"]),
        "language": sorted(code for code in contents.languages if code in LANGUAGES),
        "task_categories": ["text-generation"],
        "size_categories": [size],
        "tags": ["multilingual", "crosslingual-workbench"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": "data/train-*.parquet"}],
            }
        ],
    }
    question = str(run["config"].get("question") or "").strip()
    versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    parts = [
        f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---",
        f"# {_plain(str(run['name']))}",
        _plain(question),
        f"{contents.rows:,} answers of the run `{_code(run['name'])}`, begun {run['started']}; "
        f"{contents.missing:,} of them are missing, each with its reason. {MARK}"
        f"{f' with {_plain(versions)}' if versions else ''}.",
        f"## Licence\n\n{_LICENCE}",
        "## Answers\n\n"
        + "\n\n".join(
            _table(title, counts)
            for title, counts in (
                ("language", Counter({_name(c): n for c, n in contents.languages.items()})),
                ("checkpoint", contents.checkpoints),
                ("prompt set", contents.prompt_sets),
            )
        ),
        "## Columns\n\n| column | what it holds |\n|---|---|\n"
        + "\n".join(f"| `{column.name}` | {column.about} |" for column in COLUMNS),
        "## Declared by\n\n" + _indented(run["config"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(title: str, counts: Counter[str]) -> str:
    rows = "\n".join(f"| {_plain(name)} | {number:,} |" for name, number in counts.most_common())
    return f"| {title} | answers |\n|---|---|\n{rows}"


def _name(code: str) -> str:
    return f"{display_name(code)} ({code})"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    kept = "".join(f"\\{c}" if c in r"\`*_{}[]#|!~$" else c for c in " ".join(text.split()))
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")


def _indented(config: Mapping[str, Any]) -> str:
    """A block of code, whatever it holds."""
    text = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
    return "\n".join(f"    {line}" for line in text.splitlines())
