"""What ``import workbench`` offers."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import workbench


def test_all_names_are_there_and_explained() -> None:
    assert workbench.__all__ == sorted(workbench.__all__)
    assert set(workbench.__all__) == set(workbench._PLACES)
    for name in workbench.__all__:
        found = getattr(workbench, name)
        assert found.__name__ == (workbench._PLACES[name].partition(":")[2] or name)
        assert inspect.getdoc(found), name


def test_public_functions_have_types_throughout() -> None:
    functions = [getattr(workbench, name) for name in workbench.__all__ if name.islower()]
    assert len(functions) > 15
    for function in functions:
        signature = inspect.signature(function)
        assert signature.return_annotation is not inspect.Signature.empty, function
        for parameter in signature.parameters.values():
            assert parameter.annotation is not inspect.Parameter.empty, (function, parameter)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        workbench.no_such_name  # noqa: B018


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys, workbench; print([m for m in sys.modules if m.startswith('workbench.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
