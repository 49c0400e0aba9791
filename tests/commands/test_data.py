"""``workbench data`` and ``workbench presets`` as a user types them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.command_line import workbench
from workbench.assets import asset
from workbench.cli import app
from workbench.errors import WorkbenchError


def test_counts_lengths_overlap_and_plot(tmp_path: Path) -> None:
    prompt = json.loads(asset("prompts", "tinyworld-test.jsonl").read_text("utf-8").split("\n")[0])
    repeated = {"prompt": prompt["messages"][0]["content"].upper(), "completion": "Yes."}
    long = {"instruction": "Write on.", "output": "The fox is red. " * 400}
    own = tmp_path / "own.jsonl"
    own.write_text(f"{json.dumps(repeated)}\n{json.dumps(long)}\n", "utf-8")
    plot = tmp_path / "lengths.html"
    arguments = ("data", f"{own}@en", "tinyworld-validation", "--base", "tiny-base")
    arguments += ("--languages", "en,fr")
    arguments += ("--against", "tinyworld-test", "--plot", str(plot), "--format", "csv")
    result = workbench(*arguments, workspace=tmp_path / "ws")
    assert result.returncode == 0, result.stderr
    rows = {row["language"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert [rows[code]["examples"] for code in ("en", "fr")] == ["151", "149"]
    assert [rows[code]["too_long"] for code in ("en", "fr")] == ["1", "0"]
    # The tiny base's context is 1,024 tokens, which is the default too.
    assert "warning: 1 of 300 examples are longer than 1024 tokens" in result.stderr
    assert int(rows["en"]["in tinyworld-test"]) >= 1 and "1 word for word" in result.stderr
    html = plot.read_text("utf-8")
    assert "longest that fits: 1,024" in html
    # It needs nothing from elsewhere: plotly.js is in it.
    assert re.search(r"<script[^>]+src=", html) is None and len(html) > 1_000_000


def test_the_context_of_the_base_is_a_limit_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = {"instruction": "Write on.", "output": "The fox is red. " * 400}
    (tmp_path / "own.jsonl").write_text(json.dumps(long) + "\n", "utf-8")
    arguments = ["data", "tinyworld-validation", f"{tmp_path / 'own.jsonl'}@en"]
    arguments += ["--base", "tiny-lora-good", "--max-length", "5000", "--format", "json"]
    with pytest.raises(SystemExit) as ended:
        app([*arguments, "--workspace", str(tmp_path)])
    assert not ended.value.code
    rows = {row["language"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == {"en", "de", "fr", "pt", "ru", "zh"}
    assert all(row["examples"] == 149 + (code == "en") for code, row in rows.items())
    # 1,024 tokens, whatever max_length says; 400 sentences are more.
    assert all(row["too_long"] == (code == "en") for code, row in rows.items())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tinywrld", "--base", "tiny-base"), "Instruction data 'tinywrld'"),
        (("tinyworld", "--base", "tiny-bose"), "Did you mean 'tiny-base'"),
        (
            ("tinyworld-validation", "--base", "tiny-base", "--against", "none"),
            "Prompt set 'none'",
        ),
        (
            ("tinyworld-validation", "--base", "tiny-base", "--chat-template", "x"),
            "Chat template 'x'",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    # In this process: fresh ones would spend most of their time on imports. What becomes of
    # such an error is tested with the other commands.
    with pytest.raises(WorkbenchError, match=message):
        app(["data", *arguments, "--workspace", str(tmp_path)])


def test_presets_are_listed(tmp_path: Path) -> None:
    result = workbench("presets", "--format", "json", workspace=tmp_path)
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["llama-2-7b-full"]["base"] == "meta-llama/Llama-2-7b-hf"
    assert rows["llama-2-7b-full"]["learning_rate"] == "1e-05"


def test_a_preset_is_trained_by_its_name(tmp_path: Path) -> None:
    # Nothing is fetched in tests: what fails is the hub, not the name.
    result = workbench("train", "llama-3.1-8b-lora", workspace=tmp_path)
    assert result.returncode == 2
    assert "databricks/databricks-dolly-15k" in result.stderr
