from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import torch
from safetensors.torch import load_file

from workbench.checkpoints import Catalogue, load, read_info
from workbench.errors import InputError, NotFoundError, StoreError
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.prompts import Message
from workbench.training.observing import BetweenUpdates
from workbench.training.recipe import Recipe
from workbench.training.trainer import train

LIMA = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lima" / "lima.en.jsonl"


def weights(folder: Path) -> dict[str, torch.Tensor]:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


def test_learns_its_examples_by_heart(recipe: Recipe, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    decoding = Decoding(max_new_tokens=40, repetition_penalty=1.0)
    longer = recipe.model_copy(update={"steps": 60, "decoding": decoding})
    folder = train(longer, tmp_path, lambda *args: seen.append(args))
    assert folder == tmp_path / "own"
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["own"]
    info = read_info(folder)
    assert (info.name, info.method, info.step) == ("own", "full", 60)
    assert info.recipe == longer.model_dump(mode="json")
    assert info.training["examples"] == 6
    assert info.training["curve"][-1]["loss"] < 0.5 < info.training["curve"][0]["loss"]
    assert seen[-1][:2] == (60, 60)
    assert "training own, loss" in seen[-1][2]
    loaded = load(info)
    assert loaded.model.dtype == torch.float32
    question = [Message(role="user", content="What colour is the fox?")]
    ((_, answer),) = generate(loaded, [question])
    assert (answer.text, answer.finish_reason) == ("The fox is red.", "stop")


def test_leaves_what_a_checkpoint_needs_and_nothing_else(recipe: Recipe, tmp_path: Path) -> None:
    folder = train(recipe.model_copy(update={"save_every": 4}), tmp_path)
    own = {
        "chat_template.jinja",
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "workbench.json",
    }
    assert {p.name for p in folder.iterdir()} == own | {"step-4"}
    assert {p.name for p in (folder / "step-4").iterdir()} == own
    kept = Catalogue([tmp_path]).find("own@4")
    assert (kept.name, kept.step) == ("own@4", 4)
    assert not same(weights(kept.path), weights(folder))


def test_same_seed_same_weights(recipe: Recipe, tmp_path: Path) -> None:
    first, again = (weights(train(recipe, tmp_path / part)) for part in "ab")
    other = weights(train(recipe.model_copy(update={"seed": 1}), tmp_path / "c"))
    assert same(first, again)
    assert not same(first, other)


def test_lora_names_its_base_and_finds_it(recipe: Recipe, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(recipe.base, tmp_path / "near-base")
    lora = recipe.model_copy(update={"method": "lora", "base": "near-base"})
    folder = train(lora, tmp_path)
    info = read_info(folder)
    assert (info.method, info.base) == ("lora", "near-base")
    adapter = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    assert adapter["base_model_name_or_path"] == "near-base"
    assert (adapter["r"], adapter["lora_alpha"]) == (16, 8)
    assert not (folder / "model.safetensors").exists()
    assert same(weights(tmp_path / "near-base"), weights(Path(recipe.base)))
    loaded = load(info)
    assert not any(p.requires_grad for p in loaded.model.parameters())
    up = [t for name, t in weights(folder).items() if "lora_B" in name]
    # 2 layers of 7 linear modules; B starts at zero.
    assert len(up) == 14
    assert all(tensor.abs().max() > 0 for tensor in up)


def test_decoding_is_that_of_the_base_unless_given(recipe: Recipe, tmp_path: Path) -> None:
    folder = train(recipe, tmp_path)
    assert read_info(folder).decoding == Decoding(max_new_tokens=24, repetition_penalty=1.1)
    chosen = Decoding(max_new_tokens=7)
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert train(recipe.model_copy(update={"decoding": chosen}), tmp_path) == folder
    assert read_info(folder).decoding == chosen
    assert (folder / "model.safetensors").stat().st_mtime_ns == before


def test_a_finished_checkpoint_is_not_trained_again(recipe: Recipe, tmp_path: Path) -> None:
    folder = train(recipe, tmp_path)
    before = (folder / "workbench.json").read_bytes()
    seen: list[object] = []
    assert train(recipe, tmp_path, lambda *args: seen.append(args)) == folder
    assert not seen
    assert (folder / "workbench.json").read_bytes() == before


def test_a_name_belongs_to_one_recipe(recipe: Recipe, tmp_path: Path, instructions: Path) -> None:
    train(recipe, tmp_path)
    with pytest.raises(InputError, match="trained with another recipe.*another name"):
        train(recipe.model_copy(update={"seed": 5}), tmp_path)
    with pytest.raises(InputError, match="without keeping step 2"):
        train(recipe.model_copy(update={"save_every": 2}), tmp_path)
    text = instructions.read_text("utf-8")
    instructions.write_text(text.replace("The fox is red", "The fox is blue"), "utf-8")
    with pytest.raises(InputError, match="trained with another data"):
        train(recipe, tmp_path)


KILLED = """
import sys
from pathlib import Path
from workbench.training.observing import BetweenUpdates
from workbench.training.recipe import Recipe
from workbench.training.trainer import train
train(
    Recipe.model_validate_json(sys.argv[1]),
    Path(sys.argv[2]),
    lambda done, *_: print(done, flush=True),
    between=BetweenUpdates(resume_seconds=0.0),
)
"""


@pytest.mark.parametrize("method", ["full", "lora"])
def test_resumes_after_a_kill_at_any_step(recipe: Recipe, tmp_path: Path, method: str) -> None:
    longer = recipe.model_copy(update={"steps": 150, "method": method, "save_every": 100})
    # Saves come after the first step, and later by the clock: any step may be the last saved.
    aim = Random().randint(1, 75)
    reached = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, longer.model_dump_json(), str(tmp_path / "killed")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        for line in process.stdout:
            reached = int(line)
            if reached >= aim:
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL
    partial = tmp_path / "killed" / ".own.partial"
    assert not (tmp_path / "killed" / "own").exists()
    # A kill at step 1 may come before its save is complete: then training begins anew.
    saved = any(partial.glob("checkpoint-*/complete"))
    # What a kill in the middle of a save would leave behind:
    cut = partial / "checkpoint-149"
    cut.mkdir(exist_ok=True)
    (cut / "complete").unlink(missing_ok=True)
    (cut / "trainer_state.json").write_text("{", "utf-8")
    never = BetweenUpdates(resume_seconds=float("inf"))
    steps: list[int] = []
    resumed = train(longer, tmp_path / "killed", lambda done, *_: steps.append(done), between=never)
    told = f"aimed at step {aim}, killed at {reached} or later, went on to {steps}"
    assert not partial.exists()
    whole = train(longer, tmp_path / "whole", between=never)
    assert same(weights(resumed), weights(whole)), told
    assert same(weights(resumed / "step-100"), weights(whole / "step-100")), told
    curves = [read_info(folder).training["curve"] for folder in (resumed, whole)]
    assert saved or reached == 1, told
    # A save closes the log's mean. The first one came at step 1, in the process that was killed.
    assert (curves[0][0]["step"], curves[1][0]["step"]) == (1 if saved else 3, 3), told
    assert curves[0][-5:] == curves[1][-5:], told


def test_a_full_disk_leaves_nothing_half_written(recipe: Recipe, tmp_path: Path) -> None:
    # The system refuses files above 100 kB, as it would on a full disk; weights have 430 kB.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for seconds in (60.0, 0.0):
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(StoreError, match="Free some space"):
                train(recipe, tmp_path, between=BetweenUpdates(resume_seconds=seconds))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["lines.jsonl"]
        assert not list((tmp_path / ".own.partial").glob("checkpoint-*"))
        assert not list((tmp_path / ".own.partial").rglob("*.safetensors"))
    assert read_info(train(recipe, tmp_path)).step == 6


def test_two_processes_do_not_train_the_same(recipe: Recipe, tmp_path: Path) -> None:
    from filelock import FileLock

    partial = tmp_path / ".own.partial"
    partial.mkdir()
    with FileLock(partial / "lock"), pytest.raises(InputError, match="another process"):
        train(recipe, tmp_path)


def test_unknown_base_and_data(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="Checkpoint 'no-base'"):
        train(recipe.model_copy(update={"base": "no-base"}), tmp_path)
    with pytest.raises(NotFoundError, match="Instruction data 'no-data'"):
        train(recipe.model_copy(update={"data": "no-data"}), tmp_path)
    assert not (tmp_path / "own").exists()


def test_examples_left_out_are_reported(
    recipe: Recipe, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    labels: list[str] = []
    short = recipe.model_copy(update={"max_length": 23})
    info = read_info(train(short, tmp_path, lambda done, total, label: labels.append(label)))
    # The six English examples have 21, 25, 21, 22, 22 and 21 tokens.
    assert (info.training["examples"], info.training["left_out"]) == (5, 1)
    assert info.training["longest_left_out"] == 25
    note = "1 of 6 examples are longer than 23 tokens (the longest 25) and left out"
    assert note in labels[0]
    assert note in caplog.text


@pytest.mark.skipif(not LIMA.exists(), reason=f"{LIMA} is not there")
def test_trains_on_lima(recipe: Recipe, tmp_path: Path) -> None:
    lima = recipe.model_copy(update={"data": str(LIMA), "steps": 3})
    info = read_info(train(lima, tmp_path))
    assert info.training["left_out"] + info.training["examples"] == 1030
    # The context of the random base is 128 tokens, of mostly one byte each: few examples fit.
    assert info.training["examples"] > 5
    assert info.training["longest_left_out"] > 1000
    ((_, answer),) = generate(load(info), [[Message(role="user", content="Bonjour")]])
    assert answer.finish_reason in ("stop", "length")
