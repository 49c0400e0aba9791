"""What a checkpoint folder says about itself: its ``workbench.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import FileFormatError, ModelError
from workbench.files import write_atomically
from workbench.generation.decoding import Decoding
from workbench.json_files import json_object

INFO_FILE = "workbench.json"
ADAPTER_CONFIG = "adapter_config.json"
STEP_FOLDER = "step-"
COPY_AGAIN = "Copy the whole checkpoint folder again"
"""What to do about a checkpoint that is not whole."""


class CheckpointInfo(BaseModel):
    """A checkpoint: where it is, how it came about, how it answers by default."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    """Name of its folder; ``NAME@STEP`` for one kept during training; or a hub id."""
    path: Path = Field(exclude=True)
    """Folder, or the hub id where it is not on this machine."""
    method: Literal["base", "full", "lora"]
    base: str | None = None
    """Name, folder or hub id of what it was tuned from; needed again to load a LoRA."""
    recipe: dict[str, Any] | None = None
    """Fields of the recipe it was trained by."""
    step: int | None = None
    decoding: Decoding = Decoding()
    """Decoding defaults."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Version by package."""
    created: str = ""
    """UTC time, ISO 8601."""
    training: dict[str, Any] = Field(default_factory=dict)
    """Counts of examples and tokens, loss curve, precision, seconds."""
    card: dict[str, Any] = Field(default_factory=dict)
    """Measured rates."""


def save_info(info: CheckpointInfo) -> CheckpointInfo:
    """Write ``workbench.json`` into the checkpoint's folder; dated now if it has no date."""
    if not info.created:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        info = info.model_copy(update={"created": now})
    record = info.model_dump(mode="json")
    write_atomically(info.path / INFO_FILE, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    return info


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds a checkpoint: ours, a Hugging Face model, or an adapter."""
    return any((folder / name).is_file() for name in (INFO_FILE, "config.json", ADAPTER_CONFIG))


def read_info(folder: Path) -> CheckpointInfo:
    """The description of a checkpoint folder, derived where it has no ``workbench.json``.

    Raises FileFormatError where the description cannot be read.
    """
    name = folder.resolve().name
    if name.startswith(STEP_FOLDER):
        name = f"{folder.resolve().parent.name}@{name.removeprefix(STEP_FOLDER)}"
    if (folder / INFO_FILE).is_file():
        record = json_object(folder / INFO_FILE, COPY_AGAIN)
    elif (folder / ADAPTER_CONFIG).is_file():
        base = json_object(folder / ADAPTER_CONFIG, COPY_AGAIN).get("base_model_name_or_path")
        record = {"method": "lora", "base": base}
    else:
        record = {"method": "base"}
    try:
        return CheckpointInfo.model_validate({**record, "name": name, "path": folder})
    except ValidationError as error:
        first = error.errors()[0]
        raise FileFormatError(
            f"{folder / INFO_FILE}, {'.'.join(str(part) for part in first['loc'])}",
            first["msg"],
            "Correct the field, or delete the file to have it derived",
        ) from None


def kept_steps(folder: Path) -> list[Path]:
    """Folders of the steps that were kept while a checkpoint was trained, in their order."""
    steps = [path for path in folder.glob(f"{STEP_FOLDER}*") if is_checkpoint(path)]
    return sorted(steps, key=lambda path: (len(path.name), path.name))


def check_weights(folder: Path) -> None:
    """Refuse a checkpoint folder without safetensors weights, with ModelError."""
    refuse_weights(f"Checkpoint {folder}", [path.name for path in folder.iterdir()])


def refuse_weights(given: str, names: Iterable[str]) -> None:
    """Refuse files without safetensors weights among them, with ModelError."""
    names = sorted(names)
    if any(name.endswith(".safetensors") for name in names):
        return
    pickled = [name for name in names if name.endswith((".bin", ".pt", ".pth"))]
    if pickled:
        raise ModelError(
            given,
            f"its weights are pickled ({pickled[0]}), and loading those may run foreign code",
            "Convert them to safetensors, for instance with save_pretrained on a machine "
            "that you would trust with them",
        )
    raise ModelError(
        given,
        "it has no weights (no .safetensors file)",
        COPY_AGAIN,
    )
