"""Writes the lock file: exact versions of all that the project needs, extras included.

Run as ``python -m tests.lock requirements.lock`` in an environment that has everything
installed. Local version labels such as ``+cpu`` are left out, so that the file serves
machines with and without a GPU.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = "crosslingual-workbench"
HEADER = (
    "# Exact versions of all that the project and its extras need; pip reads it as a constraint.\n"
    "# Written by `make lock`.\n"
)


def pins(project: str = PROJECT) -> dict[str, str]:
    """Versions by name of all distributions that the installed ``project`` needs.

    Raises PackageNotFoundError where one of them is not installed.
    """
    own = canonicalize_name(project)
    extras = frozenset(distribution(project).metadata.get_all("Provides-Extra") or ())
    waiting = [(own, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, str] = {}
    while waiting:
        name, chosen = waiting.pop()
        if (name, chosen) in seen:
            continue
        seen.add((name, chosen))
        if name != own:
            found[name] = Version(distribution(name).version).public
        waiting += needed(name, chosen)
    return dict(sorted(found.items()))


def needed(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Names, each with its extras, of what a distribution needs on this machine."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def lock_text(versions: dict[str, str]) -> str:
    """The lock file's text: a header, then one ``name==version`` a line."""
    return HEADER + "".join(f"{name}=={version}\n" for name, version in versions.items())


def main(path: Path) -> int:
    """Write the lock file; the exit status is 1 where something is not installed."""
    try:
        versions = pins()
    except PackageNotFoundError as error:
        print(f"{error.name} is not installed: run `make test` or install '.[dev]' first.")
        return 1
    path.write_text(lock_text(versions), encoding="utf-8")
    print(f"{path}: {len(versions)} distributions")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.lock FILE")
    sys.exit(main(Path(sys.argv[1])))
