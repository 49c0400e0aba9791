"""Checkpoints as folders or archives that others can use: weights, tokenizer, recipe and card."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.checkpoint_info import (
    ADAPTER_CONFIG,
    INFO_FILE,
    CheckpointInfo,
    check_weights,
)
from workbench.errors import InputError, ModelError, StoreError
from workbench.files import read_text
from workbench.model_card import model_card, public
from workbench.study_files import as_yaml

if TYPE_CHECKING:
    from workbench.checkpoint_profiles import Profile

_SUFFIXES = (".safetensors", ".json", ".jinja", ".txt", ".model")
"""Files that a checkpoint consists of; scripts and pickled weights are left behind."""
_WRITTEN = (INFO_FILE, ADAPTER_CONFIG)
"""Files that are written anew, without the folders of this machine."""
_CARD, _RECIPE = "README.md", "recipe.yaml"


def export_checkpoint(
    info: CheckpointInfo, out: Path, profile: Profile | None = None, license: str | None = None
) -> Path:
    """Write a checkpoint to a folder, or to an archive where ``out`` ends in ``.zip``; ``out``.

    It has a model card with results by language from ``profile``, and the recipe. Raises
    InputError where ``out`` holds something already, ModelError where the checkpoint has no files
    here, StoreError where the disk refuses.
    """
    if not info.path.is_dir():
        raise ModelError(
            f"Checkpoint '{info.name}'",
            "it lies on the hub, not on this machine",
            f"It is there for everyone: https://huggingface.co/{info.path}",
        )
    check_weights(info.path)
    if out.exists() and (out.is_file() or any(out.iterdir())):
        raise InputError(str(out), "something is there already", "Name a new folder or file")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as scratch:
            folder = Path(scratch) / folder_name(info)
            _fill(folder, info, profile, license)
            if out.suffix == ".zip":
                os.replace(_archive(folder), out)
            else:
                if out.exists():
                    out.rmdir()
                os.replace(folder, out)
    except OSError as error:
        raise StoreError(
            f"Writing {out}",
            error.strerror or str(error),
            "Free some space, or choose another folder",
        ) from None
    return out


def folder_name(info: CheckpointInfo) -> str:
    """What an exported checkpoint is called: ``NAME-step-50`` for a step."""
    return info.name.replace("@", "-step-").replace("/", "--")


def weights_bytes(info: CheckpointInfo) -> int:
    """Size of a checkpoint's own files on the disk; 0 where it lies on the hub."""
    if not info.path.is_dir():
        return 0
    return sum(path.stat().st_size for path in info.path.iterdir() if path.is_file())


def _fill(folder: Path, info: CheckpointInfo, profile: Profile | None, license: str | None) -> None:
    folder.mkdir()
    for path in sorted(info.path.iterdir()):
        if path.suffix in _SUFFIXES and path.name not in _WRITTEN and _is_own(path):
            _put(path.resolve(), folder / path.name)
    record = info.model_copy(update={"name": folder.name}).model_dump(mode="json")
    _write_json(folder / INFO_FILE, public(record))
    if (info.path / ADAPTER_CONFIG).is_file():
        _write_json(
            folder / ADAPTER_CONFIG, public(json.loads(read_text(info.path / ADAPTER_CONFIG)))
        )
    card = model_card(info.model_copy(update={"name": folder.name}), profile, license)
    (folder / _CARD).write_text(card, encoding="utf-8")
    if info.recipe and "steps" in info.recipe:
        (folder / _RECIPE).write_text(recipe_yaml(info), encoding="utf-8")


def recipe_yaml(info: CheckpointInfo) -> str:
    """The whole recipe as a file that ``workbench train`` takes, whatever defaults become later.

    Folders of the machine that it was made on are named by their last part.
    """
    fields = dict(public(info.recipe or {}))
    if info.method == "full":
        fields.pop("lora", None)
    return as_yaml(fields)


def _is_own(path: Path) -> bool:
    """Whether a file is the checkpoint's, and no link to a file that others should not see.

    The hub's client keeps files among ``blobs`` and links to them.
    """
    target = path.resolve()
    return target.is_file() and (target.parent == path.parent.resolve() or "blobs" in target.parts)


def _put(source: Path, target: Path) -> None:
    """A copy; of weights, which are large and nobody edits, a link where the disk has some."""
    if target.suffix == ".safetensors":
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _write_json(path: Path, record: Any) -> None:
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _archive(folder: Path) -> Path:
    """The folder as an archive; weights do not get smaller, so nothing is compressed."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{folder.name}/{file.name}")
    return path
