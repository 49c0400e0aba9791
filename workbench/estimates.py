"""What a training will take, going by checkpoints that are finished and by the base's files.

Nothing is guessed: where nothing comparable is there, an estimate is unknown and says so.
"""

from __future__ import annotations

import json
import statistics
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from workbench.checkpoint_info import CheckpointInfo
from workbench.training.recipe import Recipe

_COMPARED = ("data", "batch_size", "tokens_per_update", "max_length")
"""Fields by which the most comparable of several finished trainings is found."""
_OUTSIDE_LORA = ("embed", "lm_head", "wte", "wpe")
"""Parts of names of matrices that ``all-linear`` leaves out."""
_BYTES = {"float32": 4, "bfloat16": 2}


@dataclass(frozen=True)
class Estimate:
    """A number and where it comes from."""

    value: float | None
    """None where unknown."""
    how: str


def seconds_per_update(
    recipe: Recipe, here: Iterable[CheckpointInfo], shipped: Iterable[CheckpointInfo]
) -> Estimate:
    """Time of an update: the median of the most comparable trainings.

    Trainings on this machine (``here``) come before ``shipped`` ones; all are of the same
    base and method. Times of other batch sizes are scaled.
    """
    for known, where in ((here, "here"), (shipped, "on another machine")):
        alike = [info for info in known if _same_kind(info, recipe) and _pace(info)]
        if not alike:
            continue
        best = max(_likeness(info, recipe) for info in alike)
        chosen = [info for info in alike if _likeness(info, recipe) == best]
        paces = [_pace(info) * _scale(info, recipe) for info in chosen]
        names = ", ".join(info.name for info in chosen[:2]) + (" ..." if len(chosen) > 2 else "")
        value = statistics.median(paces)
        return Estimate(value, f"{value:.2g} s an update, as {names} took {where}")
    return Estimate(None, f"no {recipe.method} training of {recipe.base} is finished yet")


def checkpoint_bytes(
    recipe: Recipe, base: CheckpointInfo, here: Sequence[CheckpointInfo]
) -> Estimate:
    """Size of one checkpoint: that of a like one, or reckoned from the base's matrices."""
    for info in here:
        if _same_kind(info, recipe) and _same_adapters(info, recipe):
            size = _folder_bytes(info.path)
            return Estimate(size, f"{_megabytes(size)} a checkpoint, as {info.name} has")
    if not base.path.is_dir():
        return Estimate(None, f"the base {recipe.base} is not on this machine")
    shapes = tensor_shapes(base.path)
    if recipe.method == "full":
        weights = sum(prod(shape) for shape in shapes.values()) * _BYTES[recipe.weights]
    else:
        inner = [shape for name, shape in shapes.items() if _is_adapted(name, shape, recipe)]
        weights = recipe.lora.rank * sum(map(sum, inner)) * 4
    size = weights + _folder_bytes(base.path, weights=False)
    return Estimate(size, f"{_megabytes(size)} a checkpoint, by the matrices of {recipe.base}")


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Shapes of the tensors in a checkpoint folder, by the headers of its files alone."""
    shapes: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        shapes |= {
            name: tuple(tensor["shape"]) for name, tensor in header.items() if "shape" in tensor
        }
    return shapes


def duration(seconds: float) -> str:
    """A time as people say it: 40 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"


def _same_kind(info: CheckpointInfo, recipe: Recipe) -> bool:
    own = info.recipe or {}
    return own.get("base") == recipe.base and info.method == recipe.method


def _same_adapters(info: CheckpointInfo, recipe: Recipe) -> bool:
    own = (info.recipe or {}).get("lora") or {}
    wanted = recipe.lora.model_dump(mode="json")
    same = all(own.get(key) == wanted[key] for key in ("rank", "targets"))
    return same if recipe.method == "lora" else _weights_of(info) == recipe.weights


def _weights_of(info: CheckpointInfo) -> str:
    return str((info.recipe or {}).get("weights", "float32"))


def _pace(info: CheckpointInfo) -> float:
    """Seconds an update; 0 where the record does not say."""
    own, steps = info.training, (info.recipe or {}).get("steps")
    if "seconds_per_update" in own:
        return float(own["seconds_per_update"])
    return float(own["seconds"]) / steps if steps and "seconds" in own else 0.0


def _likeness(info: CheckpointInfo, recipe: Recipe) -> int:
    own = info.recipe or {}
    wanted = recipe.model_dump(mode="json")
    return sum(own.get(name) == wanted[name] for name in _COMPARED)


def _scale(info: CheckpointInfo, recipe: Recipe) -> float:
    own = info.recipe or {}
    name = "tokens_per_update" if recipe.tokens_per_update else "batch_size"
    before, after = own.get(name), getattr(recipe, name)
    return after / before if before and after else 1.0


def _is_adapted(name: str, shape: tuple[int, ...], recipe: Recipe) -> bool:
    if len(shape) != 2:
        return False
    targets = recipe.lora.targets
    module = name.removesuffix(".weight").rpartition(".")[2]
    if isinstance(targets, str):
        return targets == "all-linear" and not any(part in name for part in _OUTSIDE_LORA)
    return module in targets


def _folder_bytes(folder: Path, weights: bool = True) -> int:
    files = (path for path in folder.iterdir() if path.is_file())
    return sum(p.stat().st_size for p in files if weights or p.suffix != ".safetensors")
