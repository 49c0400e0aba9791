"""Telling base models apart without reading all of their weights."""

from __future__ import annotations

import hashlib

from workbench.checkpoint_info import CheckpointInfo

_SAMPLE = 2**20


def fingerprint(info: CheckpointInfo) -> str:
    """16 hex digits over size, first and last MiB of each weights file; a hub id as it is.

    For a LoRA its adapter alone counts.
    """
    if not info.path.is_dir():
        return info.name
    digest = hashlib.sha256()
    for path in sorted(info.path.glob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(0, size - _SAMPLE))
            digest.update(file.read())
    return digest.hexdigest()[:16]
