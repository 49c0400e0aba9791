"""Arrays kept on disk between processes: written whole, checked when read, never needed."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

Arrays = Mapping[str, npt.NDArray[np.generic]]


def cache_folder() -> Path:
    """The user's cache folder, or the one that ``WORKBENCH_CACHE`` names."""
    named = os.environ.get("WORKBENCH_CACHE")
    return Path(named) if named else user_cache_path("crosslingual-workbench", appauthor=False)


def cached_arrays(name: str, build: Callable[[], Arrays], folder: Path | None = None) -> Arrays:
    """The arrays of a name; built, and kept under it, where there is no sound file of it.

    ``name`` must change whenever what ``build`` returns does. Files are zip archives with
    checksums, so a torn or damaged one is noticed and replaced; processes that build at
    once each write their own file, and the last one to finish stays. A folder that cannot
    be written to only costs the time to build.
    """
    path = (folder or cache_folder()) / f"{name}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {key: kept[key] for key in kept.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error):
        arrays = build()
    _keep(path, arrays)
    return arrays


def _keep(path: Path, arrays: Arrays) -> None:
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".npz")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, path)
    except OSError:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
