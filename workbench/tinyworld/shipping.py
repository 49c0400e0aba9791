"""Makes a trained checkpoint small enough to ship: half precision, no leftovers."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

_KEPT = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "adapter_config.json",
    "adapter_model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "workbench.json",
    "README.md",
)


def halve_precision(folder: Path, base_name: str | None) -> None:
    """Rewrite the weights of ``folder`` in float16 and drop files not needed to load it.

    ``base_name`` replaces the path of the base in an adapter's and the recipe's records,
    so that the folder can be moved together with its base.
    """
    for path in folder.iterdir():
        if path.name not in _KEPT and path.is_file():
            path.unlink()
    for weights in folder.glob("*.safetensors"):
        tensors = load_file(weights)
        halved = {name: tensor.to(torch.float16) for name, tensor in tensors.items()}
        save_file(halved, weights, metadata={"format": "pt"})
    if base_name is None:
        return
    _replace(folder / "adapter_config.json", ("base_model_name_or_path",), base_name)
    _replace(folder / "workbench.json", ("base",), base_name)
    _replace(folder / "workbench.json", ("recipe", "base"), base_name)


def _replace(path: Path, keys: tuple[str, ...], value: str) -> None:
    if not path.exists():
        return
    data = json.loads(path.read_text(encoding="utf-8"))
    place = data
    for key in keys[:-1]:
        place = place[key]
    if keys[-1] in place:
        place[keys[-1]] = value
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
