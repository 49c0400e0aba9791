"""The same training is done once: finished checkpoints found by what went into them.

What decides the weights are a recipe's hash, the examples, and the base; a name does
not. A checkpoint that another recipe file or study has trained already is taken over
under the new name by hard links, so that no weights are copied and each name outlives
the other.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from workbench.checkpoint_info import INFO_FILE, STEP_FOLDER, is_checkpoint
from workbench.checkpoints import Catalogue, CheckpointInfo, read_info, save_info
from workbench.errors import InputError, StoreError
from workbench.progress import ProgressCallback
from workbench.prompts import content_hash
from workbench.training.recipe import Recipe

_WAITING_SECONDS = 0.5


def finished(folder: Path, recipe: Recipe, inputs: Mapping[str, str]) -> Path:
    """The folder if it is what training would make; its decoding defaults brought up to date.

    Raises InputError where it is something else.
    """
    info = check_finished(folder, recipe, inputs)
    if recipe.decoding and recipe.decoding != info.decoding:
        save_info(info.model_copy(update={"decoding": recipe.decoding}))
    return folder


def check_finished(folder: Path, recipe: Recipe, inputs: Mapping[str, str]) -> CheckpointInfo:
    """What a folder says about itself; InputError where training would make something else."""
    remedy = f"Give the recipe another name, or delete {folder}"
    if not is_checkpoint(folder):
        raise InputError(f"Recipe '{recipe.name}'", f"{folder} is something else", remedy)
    info = read_info(folder)
    if changed := [key for key in inputs if info.training.get(key) != inputs[key]]:
        raise InputError(
            f"Recipe '{recipe.name}'",
            f"{folder} was trained with another {' and '.join(changed)}",
            remedy,
        )
    if absent := _absent_steps(folder, recipe):
        raise InputError(
            f"Recipe '{recipe.name}'",
            f"{folder} was trained without keeping step {absent[0]}",
            remedy,
        )
    return info


def find_same(root: Path, recipe: Recipe, inputs: Mapping[str, str]) -> CheckpointInfo | None:
    """A finished checkpoint under ``root`` by the same training, with the steps asked for."""
    for info in Catalogue([root]).all():
        known = {key: info.training.get(key) for key in inputs}
        if "@" not in info.name and known == inputs and not _absent_steps(info.path, recipe):
            return info
    return None


def take_over(source: CheckpointInfo, recipe: Recipe, target: Path) -> None:
    """Put a finished checkpoint in place under the recipe's name, in one move.

    Files are hard links; where the disk has none they are copied.
    """
    scratch = target.with_name(f".{target.name}.linking")
    shutil.rmtree(scratch, ignore_errors=True)
    steps = [f"{STEP_FOLDER}{step}" for step in recipe.kept_steps]
    try:
        for part in ("", *steps):
            _link_files(source.path / part, scratch / part)
            info = read_info(source.path / part)
            save_info(
                info.model_copy(
                    update={
                        "name": recipe.name,
                        "path": scratch / part,
                        "recipe": recipe.model_dump(mode="json"),
                        "decoding": recipe.decoding or info.decoding,
                        "training": {**info.training, "same_as": source.name},
                    }
                )
            )
        os.replace(scratch, target)
    except OSError as error:
        raise StoreError(
            f"Writing {target}", error.strerror or str(error), "Choose another folder or name"
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def one_at_a_time(
    root: Path,
    recipe: Recipe,
    inputs: Mapping[str, str],
    progress: ProgressCallback | None = None,
) -> Iterator[None]:
    """Wait while another process does the same training under another name.

    A kill frees the lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(root / f".{content_hash(dict(inputs))}.lock", timeout=0)
    while True:
        try:
            lock.acquire()
            break
        except Timeout:
            if progress:
                label = f"training {recipe.name}, waiting for another process that does the same"
                progress(0, recipe.steps, label)
            time.sleep(_WAITING_SECONDS)
    try:
        yield
        # Whoever waits for this file finds the finished checkpoint.
        Path(lock.lock_file).unlink(missing_ok=True)
    finally:
        lock.release()


def _absent_steps(folder: Path, recipe: Recipe) -> list[int]:
    return [s for s in recipe.kept_steps if not is_checkpoint(folder / f"{STEP_FOLDER}{s}")]


def _link_files(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.name == INFO_FILE or not path.is_file():
            continue
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copy2(path, target / path.name)
