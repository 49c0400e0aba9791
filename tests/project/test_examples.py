"""The examples in docstrings run and give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from workbench.assets import PROJECT_ROOT

MODULES = [
    path.relative_to(PROJECT_ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in sorted((PROJECT_ROOT / "workbench").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module(name: str) -> None:
    found = doctest.testmod(import_module(name.removesuffix(".__init__")))
    assert found.attempted > 0
    assert found.failed == 0
