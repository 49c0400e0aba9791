from __future__ import annotations

import pickle

import pytest

from workbench.errors import FileFormatError, StudyError, WorkbenchError


@pytest.mark.parametrize("kind", [FileFormatError, StudyError])
def test_an_error_comes_whole_from_another_process(kind: type[WorkbenchError]) -> None:
    error = pickle.loads(pickle.dumps(kind("file.csv.", "it is empty", "Name another one.")))

    assert type(error) is kind
    assert (error.given, error.reason, error.remedy) == (
        "file.csv",
        "it is empty",
        "Name another one",
    )
    assert str(error) == "file.csv: it is empty. Name another one."


def test_a_question_ends_with_its_own_mark() -> None:
    error = WorkbenchError("Run 'smal'", "there is none of that name", "Did you mean 'small'?")
    assert str(error) == "Run 'smal': there is none of that name. Did you mean 'small'?"
