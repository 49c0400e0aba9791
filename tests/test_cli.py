"""The command line as a user types it, on the shipped checkpoints."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command_line import COMMAND, in_a_process, message, only_error, workbench
from tests.killing import kill_at_first_row
from workbench.assets import PROJECT_ROOT, asset
from workbench.workspace import Workspace

STUDY = """\
name: small
recipe: {base: tiny-base, data: tinyworld, size: 16, steps: 2, batch_size: 8}
grid: {learning_rate: [1e-4, 1e-3]}
checkpoints: [tiny-base]
prompt_sets: [{name: tinyworld-validation, limit: 3}]
languages: [en, fr]
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace in which the small study has run, and the run's name."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.yaml").write_text(STUDY)
    result = workbench("run", folder / "small.yaml", workspace=folder / "ws")
    assert result.returncode == 0, result.stderr
    return folder, result.stdout.splitlines()[-1]


def test_run_prints_its_name_last_and_does_all_cells(finished: tuple[Path, str]) -> None:
    folder, run = finished
    results = Workspace(folder / "ws").store.results([run])
    # Three checkpoints, two languages, three prompts each.
    assert len(results) == 3 * 2 * 3
    assert results["right_language"].notna().sum() + results["language_missing"].notna().sum() == 18
    assert sorted(results["learning_rate"].dropna().unique()) == [1e-4, 1e-3]


def test_a_small_learning_rate_is_not_printed_as_zero(tmp_path: Path) -> None:
    result = workbench("checkpoints", workspace=tmp_path)
    rows = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert " 0.0001 " in rows["tiny-full-good"] and " 0.002 " in rows["tiny-full-hot"]


def test_the_same_run_again_repeats_nothing(finished: tuple[Path, str]) -> None:
    folder, run = finished
    before = {p: p.stat().st_mtime_ns for p in (folder / "ws").rglob("*.safetensors")}
    result = workbench("run", folder / "small.yaml", workspace=folder / "ws")
    assert result.stdout.splitlines()[-1] == run
    assert {p: p.stat().st_mtime_ns for p in (folder / "ws").rglob("*.safetensors")} == before
    assert len(before) == 2
    assert len(Workspace(folder / "ws").store.results([run])) == 18


def test_compare_prints_csv_and_json(finished: tuple[Path, str]) -> None:
    folder, run = finished
    arguments = ("compare", run, "--measure", "ended", "--by", "checkpoint,language")
    as_csv = workbench(*arguments, "--format", "csv", workspace=folder / "ws").stdout
    as_json = workbench(*arguments, "--format", "json", workspace=folder / "ws").stdout
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert [row["checkpoint"] for row in rows] == [row["checkpoint"] for row in json.loads(as_json)]
    assert {row["n_total"] for row in rows} == {"3"}


def test_checkpoints_lists_shipped_and_trained(finished: tuple[Path, str]) -> None:
    folder, _ = finished
    listed = workbench("checkpoints", "--format", "json", workspace=folder / "ws").stdout
    names = {row["name"] for row in json.loads(listed)}
    assert {"tiny-base", "tiny-lora-good", "small-lr1e-4", "small-lr1e-3"} <= names


def test_generate_resumes_after_kill_and_repeats_nothing(tmp_path: Path) -> None:
    # Three batches of 64: the kill comes after the first.
    lines = asset("prompts", "tinyworld-test.jsonl").read_text("utf-8").splitlines()[:192]
    asked = tmp_path / "asked.jsonl"
    asked.write_text("\n".join(lines) + "\n", "utf-8")
    arguments = ["generate", "tiny-full-good", str(asked), "--workspace", str(tmp_path)]
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=PROJECT_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    kill_at_first_row(process, tmp_path, "responses")
    store = Workspace(tmp_path).store
    before = store.results().set_index("response_id")["text"].to_dict()
    assert 0 < len(before) < len(lines)
    result = workbench("generate", "tiny-full-good", asked, workspace=tmp_path)
    assert result.returncode == 0, result.stderr
    after = store.results()
    assert len(after) == len(lines)
    assert not after.duplicated(["parallel_id", "language"]).any()
    kept = after.set_index("response_id")["text"].to_dict()
    assert {key: kept[key] for key in before} == before


class TestBadInput:
    def test_unknown_checkpoint_names_the_nearest(self, tmp_path: Path) -> None:
        text = message("generate", "tiny-bose", "tinyworld-test", workspace=tmp_path)
        assert "tiny-bose" in text and "tiny-base" in text

    def test_unknown_run(self, tmp_path: Path) -> None:
        ended = in_a_process("score", "nothing-like-it", workspace=tmp_path)
        assert "nothing-like-it" in only_error(ended)

    def test_broken_yaml_names_line_and_field(self, tmp_path: Path) -> None:
        study = tmp_path / "study.yaml"
        study.write_text("name: x\nprompt_sets:\n  - {name: tinyworld-test}\nlanguags: [en]\n")
        text = message("run", study, workspace=tmp_path / "ws")
        assert "line 4" in text and "languags" in text

    def test_yaml_that_is_none(self, tmp_path: Path) -> None:
        study = tmp_path / "study.yaml"
        study.write_text("name: [x\nrecipe: }\n")
        assert "line 2" in message("run", study, workspace=tmp_path / "ws")

    def test_recipe_with_a_wrong_value(self, tmp_path: Path) -> None:
        recipe = tmp_path / "recipe.yaml"
        recipe.write_text(
            "name: x\nbase: tiny-base\ndata: tinyworld\nlearning_rate: fast\nsteps: 2\n"
        )
        text = message("train", recipe, workspace=tmp_path / "ws")
        assert "line 4" in text and "learning_rate" in text

    def test_empty_prompt_file(self, tmp_path: Path) -> None:
        (tmp_path / "none.jsonl").write_text("\n")
        text = message("generate", "tiny-base", tmp_path / "none.jsonl", workspace=tmp_path)
        assert "none.jsonl" in text

    def test_file_that_is_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "latin1.jsonl").write_bytes('{"parallel_id": "é"}'.encode("latin-1"))
        text = message("generate", "tiny-base", tmp_path / "latin1.jsonl", workspace=tmp_path)
        assert "UTF-8" in text

    def test_corrupt_safetensors(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken"
        shutil.copytree(PROJECT_ROOT / "checkpoints" / "tiny-base", broken)
        weights = broken / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:100_000])
        text = message("generate", broken, "tinyworld-test", workspace=tmp_path / "ws")
        assert "broken" in text

    def test_prompt_longer_than_the_context_is_missing_with_its_reason(
        self, tmp_path: Path
    ) -> None:
        prompts = tmp_path / "long.jsonl"
        long = {"role": "user", "content": "the fox " * 2000}
        short = {"role": "user", "content": "What colour is the fox?"}
        prompts.write_text(
            "\n".join(
                json.dumps({"parallel_id": name, "language": "en", "messages": [turn]})
                for name, turn in (("long", long), ("short", short))
            )
        )
        result = workbench("generate", "tiny-full-good", prompts, workspace=tmp_path / "ws")
        assert result.returncode == 0, result.stderr
        results = Workspace(tmp_path / "ws").store.results().set_index("parallel_id")
        assert results.loc["long", "finish_reason"] == "missing"
        assert "context" in results.loc["long", "missing_reason"]
        assert results.loc["short", "finish_reason"] == "stop"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    small = tmp_path / "small-disk"
    small.mkdir()
    # 3 MB hold the database but not the 10 MB of a trained checkpoint.
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)])
    if mounted.returncode:
        pytest.skip("this system does not let root mount a tmpfs")
    try:
        (tmp_path / "recipe.yaml").write_text(
            "name: x\nbase: tiny-base\ndata: tinyworld\nlearning_rate: 1e-4\nsteps: 1\nsize: 16\n"
        )
        text = message("train", tmp_path / "recipe.yaml", workspace=small)
        assert "space" in text.lower()
        assert not (small / "checkpoints" / "x").exists()
    finally:
        subprocess.run(["umount", str(small)], check=True)
