"""``workbench lid passrates`` as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.assets import PROJECT_ROOT

RUSSIAN = "Кошка спит на диване целый день"
ENGLISH = "The cat sleeps on the sofa all day long"
ROWS = f"""id,model,completion,task,source,language
0,m,{RUSSIAN},monolingual,okapi,ru
1,m,{RUSSIAN} и mouse тоже,monolingual,okapi,ru
2,m,{ENGLISH},monolingual,okapi,ru
3,m,{ENGLISH},monolingual,okapi,en
4,m,short,monolingual,okapi,fr
"""


def passrates(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = "from workbench.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, "lid", "passrates", *map(str, arguments)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_the_rows_of_the_script_as_csv(file: Path) -> None:
    result = passrates(file, "--detector", "langid", "--format", "csv")
    assert result.returncode == 0, result.stderr
    # ru: two of three answers pass by lines, one of these without an English word. fr: nothing
    # was judged. Means over languages are (1 + 2/3) / 2.
    assert result.stdout.splitlines() == [
        "task,model,source,language,lpr,wpr,acc",
        "monolingual,m,okapi,en,1.0,,1.0",
        "monolingual,m,okapi,fr,,,",
        "monolingual,m,okapi,ru,0.6666666666666666,0.5,0.6666666666666666",
        "monolingual,m,okapi,all,0.8333333333333333,0.5,0.8333333333333333",
        "monolingual,m,all,en,1.0,,1.0",
        "monolingual,m,all,fr,,,",
        "monolingual,m,all,ru,0.6666666666666666,0.5,0.6666666666666666",
        "monolingual,m,all,all,0.8333333333333333,0.5,0.8333333333333333",
    ]


def test_counts_words_and_json(file: Path, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("house\n", "utf-8")
    options = ("--detector", "langid", "--languages", "en,ru", "--words", words, "--counts")
    result = passrates(file, *options, "--format", "json")
    assert result.returncode == 0, result.stderr
    row = next(r for r in json.loads(result.stdout) if r["language"] == "ru")
    # "mouse" is not in this list.
    assert row["wpr"] == 1.0
    assert (row["n_judged"], row["n_words"], row["n_total"]) == (3, 2, 3)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    result = passrates(tmp_path / "none.csv", "--detector", "langid")
    assert result.returncode == 2
    assert result.stderr.startswith("error: ") and "Traceback" not in result.stderr
