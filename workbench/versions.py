"""Versions of the packages that decide results, to be saved with them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("torch", "transformers", "peft", "trl", "tokenizers", "langid", "py3langid")


def package_versions() -> dict[str, str]:
    """Version by package, with Python's and the workbench's own."""
    from workbench import __version__

    versions = {"workbench": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
