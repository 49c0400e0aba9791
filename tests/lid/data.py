"""Real data to test against, where it is there: see ``WORKBENCH_DATA``."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

LCB = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lcb"
PROMPTS = LCB / "test_sets" / "monolingual"
needs_lcb = pytest.mark.skipif(
    not LCB.is_dir(), reason="the Language Confusion Benchmark is not in WORKBENCH_DATA"
)


def lcb_lines() -> Iterator[str]:
    """Every line of five or more words in the benchmark's answers."""
    for path in sorted((LCB / "outputs").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (x for x in row["completion"].split("\n") if len(x.split()) >= 5)
