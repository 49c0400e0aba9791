"""Whether a folder or a hub id can be used as a checkpoint, without loading its weights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.checkpoint_info import (
    ADAPTER_CONFIG,
    COPY_AGAIN,
    CheckpointInfo,
    check_weights,
    is_checkpoint,
    read_info,
    refuse_weights,
)
from workbench.errors import InputError, ModelError, NotFoundError
from workbench.json_files import json_object

if TYPE_CHECKING:
    from workbench.checkpoints import Catalogue

HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*$")
_CONFIG = "config.json"


def check_source(source: str, known: Catalogue) -> CheckpointInfo:
    """What a folder or hub id is; ``known`` has the bases of adapters.

    Raises InputError where nothing is named, NotFoundError where there is none, and ModelError
    where it cannot be used: without weights in safetensors, with damaged ones, with code of its
    own, or of an adapter whose base is not there.
    """
    text = source.strip()
    if not text:
        raise InputError("Checkpoint", "nothing is named", "Write a folder or a hub id")
    folder = Path(text).expanduser()
    if folder.exists():
        return _check_folder(folder.resolve(), known)
    if HUB_ID.match(text):
        return _check_hub(text)
    raise NotFoundError(
        f"Checkpoint '{text}'",
        "there is no such folder, and it is no hub id",
        "Write a folder, or a hub id such as OWNER/NAME",
    )


def _check_folder(folder: Path, known: Catalogue) -> CheckpointInfo:
    if not folder.is_dir():
        raise InputError(f"Checkpoint {folder}", "it is a file", "Name the folder it lies in")
    if not is_checkpoint(folder):
        raise ModelError(
            f"Checkpoint {folder}",
            f"it has neither a {_CONFIG} nor an {ADAPTER_CONFIG}",
            "Name the folder with the model's files",
        )
    for root in known.roots:
        if folder.parent == root.resolve() or folder.parent.parent == root.resolve():
            raise InputError(f"Checkpoint {folder}", "it is there already", "Choose it by its name")
    info = read_info(folder)
    check_weights(folder)
    _check_whole(folder)
    if (folder / _CONFIG).is_file():
        _check_code(f"Checkpoint {folder}", json_object(folder / _CONFIG, COPY_AGAIN))
    from workbench.checkpoints import load_tokenizer, read_context_length

    read_context_length(info, known)
    load_tokenizer(info, known)
    return info


def _check_hub(id: str) -> CheckpointInfo:
    from workbench.hub import hub_files

    found = hub_files(id)
    refuse_weights(f"Checkpoint '{id}'", found.names)
    if ADAPTER_CONFIG in found.names:
        base = json_object(found.folder / ADAPTER_CONFIG, COPY_AGAIN).get("base_model_name_or_path")
        return CheckpointInfo(name=id, path=Path(id), method="lora", base=base)
    _check_code(f"Checkpoint '{id}'", json_object(found.folder / _CONFIG, COPY_AGAIN))
    return CheckpointInfo(name=id, path=Path(id), method="base")


def _check_code(given: str, config: dict[str, Any]) -> None:
    """Refuse a model that transformers does not know: it would have to run code of the model's."""
    from transformers import CONFIG_MAPPING

    kind = config.get("model_type")
    if kind in CONFIG_MAPPING:
        return
    own = "auto_map" in config
    raise ModelError(
        given,
        "it needs code that comes with it, and such code is not run"
        if own
        else f"transformers does not know its architecture ('{kind}')",
        "Use a version of it whose architecture transformers knows",
    )


def _check_whole(folder: Path) -> None:
    """Refuse weights that are cut off, or of which parts are absent."""
    from safetensors import SafetensorError, safe_open

    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="np"):
                continue
        except (SafetensorError, OSError) as error:
            raise ModelError(
                f"Checkpoint {folder}",
                f"{path.name} is damaged ({str(error).strip().splitlines()[0]})",
                COPY_AGAIN,
            ) from None
    for index in folder.glob("*.safetensors.index.json"):
        parts = set(json_object(index, COPY_AGAIN).get("weight_map", {}).values())
        if absent := sorted(part for part in parts if not (folder / part).is_file()):
            raise ModelError(
                f"Checkpoint {folder}",
                f"{len(absent)} of {len(parts)} files of its weights are absent, {absent[0]} "
                "for one",
                COPY_AGAIN,
            )
