from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from workbench.checkpoints import Catalogue, load, read_info
from workbench.errors import InputError
from workbench.generation.decoding import Decoding
from workbench.prompts import content_hash
from workbench.training.recipe import Recipe
from workbench.training.trainer import recipe_examples, train, training_inputs


@pytest.fixture
def recipe(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"name": "first", "steps": 4, "save_every": 2})


def weights(folder: Path) -> Path:
    (path,) = folder.glob("*.safetensors")
    return path


def test_the_same_under_another_name_is_not_trained_again(recipe: Recipe, tmp_path: Path) -> None:
    first = train(recipe, tmp_path)
    seen: list[object] = []
    decoding = Decoding(max_new_tokens=5)
    renamed = recipe.model_copy(update={"name": "second", "decoding": decoding})

    second = train(renamed, tmp_path, lambda *args: seen.append(args))

    assert not seen
    for part in ("", "step-2"):
        # One file under two names: nothing is copied.
        assert weights(second / part).stat().st_ino == weights(first / part).stat().st_ino
    info = read_info(second)
    assert (info.name, info.step, info.decoding) == ("second", 4, decoding)
    assert info.recipe == renamed.model_dump(mode="json")
    assert info.training["same_as"] == "first"
    assert read_info(first).name == "first"
    assert read_info(first).decoding != decoding
    assert Catalogue([tmp_path]).find("second@2").step == 2
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["first", "second"]
    # And again, now that it is there.
    assert train(renamed, tmp_path, lambda *args: seen.append(args)) == second
    assert not seen


def test_each_name_outlives_the_other(recipe: Recipe, tmp_path: Path) -> None:
    first = train(recipe, tmp_path)
    second = train(recipe.model_copy(update={"name": "second"}), tmp_path)
    content = weights(first).read_bytes()
    shutil.rmtree(first)

    assert weights(second).read_bytes() == content
    assert load(read_info(second)).info.name == "second"


def test_what_decides_the_weights_decides(recipe: Recipe, tmp_path: Path) -> None:
    first = train(recipe, tmp_path)

    other = train(recipe.model_copy(update={"name": "other", "seed": 1}), tmp_path)

    assert weights(other).stat().st_ino != weights(first).stat().st_ino
    assert "same_as" not in read_info(other).training


def test_steps_that_were_not_kept_are_trained(recipe: Recipe, tmp_path: Path) -> None:
    train(recipe, tmp_path)
    finer = recipe.model_copy(update={"name": "finer", "save_every": 1})
    coarser = recipe.model_copy(update={"name": "coarser", "save_every": None})

    assert "same_as" not in read_info(train(finer, tmp_path)).training
    taken = train(coarser, tmp_path)

    # All of them would do; of the steps it takes those it was asked for: none.
    assert "same_as" in read_info(taken).training
    assert not list(taken.glob("step-*"))


def test_a_kill_while_linking_leaves_nothing_in_the_way(recipe: Recipe, tmp_path: Path) -> None:
    train(recipe, tmp_path)
    (tmp_path / ".second.linking").mkdir()
    (tmp_path / ".second.linking" / "config.json").write_text("{", "utf-8")

    second = train(recipe.model_copy(update={"name": "second"}), tmp_path)

    assert weights(second).exists()
    assert not (tmp_path / ".second.linking").exists()
    assert "second" in [info.name for info in Catalogue([tmp_path]).all()]


def test_files_are_copied_where_links_are_refused(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = train(recipe, tmp_path)

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    second = train(recipe.model_copy(update={"name": "second"}), tmp_path)

    assert weights(second).stat().st_ino != weights(first).stat().st_ino
    assert weights(second).read_bytes() == weights(first).read_bytes()


def test_waits_for_a_process_that_trains_the_same(recipe: Recipe, tmp_path: Path) -> None:
    from filelock import FileLock

    base = Catalogue([]).find(recipe.base)
    inputs = training_inputs(recipe, base, recipe_examples(recipe))
    lock = FileLock(tmp_path / f".{content_hash(inputs)}.lock")
    lock.acquire()
    labels: list[str] = []
    second = recipe.model_copy(update={"name": "second"})
    done: list[Path] = []
    thread = threading.Thread(
        target=lambda: done.append(
            train(second, tmp_path, lambda _, __, label: labels.append(label))
        )
    )
    thread.start()
    deadline = time.monotonic() + 60
    while not labels:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "waiting for another process" in labels[0]
    assert not (tmp_path / "second").exists()
    # Meanwhile the other process finishes, here as another folder's training moved in.
    shutil.move(train(recipe, tmp_path / "elsewhere"), tmp_path / "first")
    lock.release()
    thread.join(60)

    assert done == [tmp_path / "second"]
    assert read_info(tmp_path / "second").training["same_as"] == "first"
    assert not [label for label in labels if "loss" in label]


def test_a_name_that_is_taken_is_refused_all_the_same(recipe: Recipe, tmp_path: Path) -> None:
    train(recipe, tmp_path)
    train(recipe.model_copy(update={"name": "second", "seed": 1}), tmp_path)

    with pytest.raises(InputError, match="second was trained with another recipe"):
        train(recipe.model_copy(update={"name": "second"}), tmp_path)
