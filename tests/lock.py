"""Writes the lock file: exact versions of all that the project needs, extras included.

Run as ``python -m tests.lock requirements.lock`` in an environment that has everything
installed. Local version labels such as ``+cpu`` are left out, so that the file serves
machines with and without a GPU.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
HEADER = (
    "# Exact versions of all that the project and its extras need; pip reads it as a constraint.\n"
    "# Written by `make lock`.\n"
)
Need = tuple[str, frozenset[str]]
"""A distribution's name and the extras of it that are wanted."""


def direct(pyproject: Path = PYPROJECT) -> list[Requirement]:
    """What the project asks for itself, its extras included."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    return [Requirement(line) for group in groups for line in group]


def pins() -> dict[str, str]:
    """Versions by name of all distributions that the project needs.

    Raises PackageNotFoundError where one of them is not installed.
    """
    waiting = list(wanted(direct(), frozenset()))
    seen: set[Need] = set()
    found: dict[str, str] = {}
    while waiting:
        need = waiting.pop()
        if need not in seen:
            seen.add(need)
            name, extras = need
            found[name] = Version(distribution(name).version).public
            waiting += needed(name, extras)
    return dict(sorted(found.items()))


def needed(name: str, extras: frozenset[str]) -> Iterator[Need]:
    """What an installed distribution needs on this machine."""
    lines = distribution(name).requires or ()
    return wanted([Requirement(line) for line in lines], extras)


def wanted(requirements: list[Requirement], extras: frozenset[str]) -> Iterator[Need]:
    """The requirements whose markers hold on this machine and with these extras."""
    for requirement in requirements:
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
        print(f"{error.name} is not installed: install the project with all its extras first")
        return 1
    path.write_text(lock_text(versions), encoding="utf-8")
    print(f"{path}: {len(versions)} distributions")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.lock FILE")
    sys.exit(main(Path(sys.argv[1])))
