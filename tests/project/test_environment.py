from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import version
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.lock import direct, lock_text, needed, pins
from workbench.assets import PROJECT_ROOT


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def lock() -> dict[str, str]:
    text = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_lock_pins_every_direct_dependency_inside_its_range(lock: dict[str, str]) -> None:
    assert len(direct()) > 30
    for requirement in direct():
        name = canonicalize_name(requirement.name)
        assert name in lock
        assert requirement.specifier.contains(lock[name]), f"{requirement}: {lock[name]}"


def test_lock_is_sorted_and_free_of_hosts_paths_and_local_versions(lock: dict[str, str]) -> None:
    assert list(lock) == sorted(lock)
    for name, pinned in lock.items():
        assert canonicalize_name(name) == name
        parsed = Version(pinned)  # a URL or a path would not parse
        assert parsed.local is None
        assert str(parsed) == pinned


def test_lock_holds_what_dependencies_need_in_turn(lock: dict[str, str]) -> None:
    for name in lock:
        for inner, _ in needed(name, frozenset()):
            assert inner in lock, f"{name} needs {inner}"


def test_written_lock_names_what_is_installed() -> None:
    versions = pins()

    assert versions["torch"] == Version(version("torch")).public  # 2.13.0 for 2.13.0+cpu
    assert "pytest" in versions  # of the extra dev
    assert "tornado" in versions  # that nothing but other dependencies asks for
    assert "crosslingual-workbench" not in versions
    assert f"\npluggy=={version('pluggy')}\n" in lock_text(versions)  # pytest needs it


def test_lock_command_tells_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.lock"], cwd=PROJECT_ROOT, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "usage: python -m tests.lock FILE" in done.stderr


def test_conda_takes_packages_from_pyproject_and_versions_from_the_lock() -> None:
    text = (PROJECT_ROOT / "environment.yml").read_text(encoding="utf-8")
    environment = yaml.safe_load(text)
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    pip = [entry for entry in environment["dependencies"] if isinstance(entry, dict)]

    # Python and pip alone: a version named here as well would be said twice.
    assert sorted(entry.split("=")[0] for entry in conda) == ["pip", "python"]
    assert [list(entry) for entry in pip] == [["pip"]]
    constraint, install = pip[0]["pip"]
    assert (PROJECT_ROOT / constraint.removeprefix("-c ")).exists()
    assert constraint == "-c requirements.lock"
    assert install == "-e .[dev]"


def test_conda_python_is_one_that_the_project_allows(project: dict[str, Any]) -> None:
    environment = yaml.safe_load((PROJECT_ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(e for e in environment["dependencies"] if str(e).startswith("python="))
    allowed = Requirement(f"python{project['requires-python']}").specifier

    assert allowed.contains(python.removeprefix("python="))
