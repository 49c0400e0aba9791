"""Two processes that train one model together, started as a user would: by torchrun, on CPUs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from workbench.assets import PROJECT_ROOT
from workbench.checkpoints import read_info
from workbench.errors import ModelError
from workbench.training.recipe import Recipe
from workbench.training.team import ALONE, Team, join
from workbench.training.trainer import train

SCRIPT = PROJECT_ROOT / "tests" / "training" / "team_script.py"
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def torchrun(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TORCHRUN, *map(str, arguments)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
    )


def weights(folder: Path) -> dict[str, torch.Tensor]:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def distance(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> float:
    return float(sum(((first[k] - second[k]) ** 2).sum() for k in first) ** 0.5)


def changed(recipe: Recipe, **fields: object) -> Recipe:
    return Recipe.model_validate({**recipe.model_dump(), "compute": "float32", **fields})


def test_two_processes_train_what_one_trains(recipe: Recipe, tmp_path: Path) -> None:
    recipes = [
        # Five rows: three for the first process, two for the second, one at a time.
        changed(recipe, name="full", batch_size=5, micro_batch_size=1, save_every=4),
        # Of the only row the second process has none.
        changed(recipe, name="lora", method="lora", batch_size=1),
        # Examples have 21 to 40 tokens: two or three an update.
        changed(recipe, name="budget", tokens_per_update=80, max_length=60),
    ]
    written = json.dumps([own.model_dump(mode="json") for own in recipes])

    done = torchrun(SCRIPT, tmp_path / "two", written)

    assert done.returncode == 0, done.stderr
    start = load_file(Path(recipe.base) / "model.safetensors")
    for own in recipes:
        alone, both = train(own, tmp_path / "one"), tmp_path / "two" / own.name
        infos = [read_info(folder) for folder in (alone, both)]
        assert [info.training["processes"] for info in infos] == [1, 2]
        assert [p["loss"] for p in infos[1].training["curve"]] == pytest.approx(
            [p["loss"] for p in infos[0].training["curve"]], abs=2e-4
        )
        first, second = weights(alone), weights(both)
        assert first.keys() == second.keys()
        moved = {k: start.get(k, torch.zeros(())) for k in first}  # adapters: up starts at 0
        assert distance(first, second) < 1e-3 * distance(first, moved)
        assert {p.name for p in both.iterdir()} == {p.name for p in alone.iterdir()}
    kept = [tmp_path / part / "full" / "step-4" for part in ("one", "two")]
    assert distance(*map(weights, kept)) < 1e-3 * distance(weights(kept[0]), start)
    # The second process has left no file, and nothing is left of the training at work.
    counts = dict(re.findall(r"rank (\d) wrote (\d+)", done.stdout))
    assert counts["1"] == "0", done.stdout
    assert int(counts["0"]) > 9
    assert sorted(p.name for p in (tmp_path / "two").iterdir() if p.is_dir()) == [
        "budget",
        "full",
        "lora",
    ]


@pytest.mark.slow
def test_two_processes_resume_together_after_a_kill(recipe: Recipe, tmp_path: Path) -> None:
    longer = changed(recipe, steps=40, batch_size=5)
    written = json.dumps([longer.model_dump(mode="json")])

    killed = torchrun(SCRIPT, tmp_path / "killed", written, "10")
    assert killed.returncode != 0
    partial = tmp_path / "killed" / ".own.partial"
    saved = max(int(p.parent.name.split("-")[1]) for p in partial.glob("checkpoint-*/complete"))
    assert 1 <= saved < 40
    resumed = torchrun(SCRIPT, tmp_path / "killed", written)
    whole = torchrun(SCRIPT, tmp_path / "whole", written)

    assert (resumed.returncode, whole.returncode) == (0, 0), resumed.stderr
    first, second = (weights(tmp_path / part / "own") for part in ("killed", "whole"))
    assert all(torch.equal(first[key], second[key]) for key in second)
    curves = [read_info(tmp_path / part / "own").training["curve"] for part in ("killed", "whole")]
    assert curves[0][-10:] == curves[1][-10:]


def test_the_command_starts_them_and_errors_are_said_once(recipe: Recipe, tmp_path: Path) -> None:
    def command(fields: Recipe) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "recipe.json"
        path.write_text(fields.model_dump_json(exclude_none=True))  # JSON is YAML
        arguments = ["train", str(path), "--processes", "2", "--workspace", str(tmp_path / "ws")]
        return subprocess.run(
            [sys.executable, "-m", "workbench", *arguments],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=600,
        )

    done = command(recipe)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(tmp_path / "ws" / "checkpoints" / "own")]
    assert read_info(tmp_path / "ws" / "checkpoints" / "own").training["processes"] == 2
    refused = command(recipe.model_copy(update={"seed": 1}))
    assert refused.returncode == 2
    assert refused.stderr.count("was trained with another recipe") == 1
    assert "Traceback" not in refused.stderr


def test_a_library_that_counts_other_processes_is_an_error() -> None:
    Team(0, 2).check_size(2)
    with pytest.raises(ModelError, match="the library counts 1, and each would train"):
        Team(0, 2).check_size(1)


def test_one_process_alone_waits_for_nobody() -> None:
    own = join()
    assert own == ALONE
    own.wait()
    own.check_equal(0.5)
    assert own.agree("value") == "value"


def test_rows_are_dealt_out_in_turn() -> None:
    rows = [7, 3, 5]
    assert [Team(rank, 2).share(rows, blank=9) for rank in (0, 1)] == [[7, 5], [3]]
    assert [Team(rank, 4).share(rows, blank=9) for rank in (2, 3)] == [[5], [9]]
