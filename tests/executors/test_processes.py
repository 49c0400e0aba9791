from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from tests.executors import work
from workbench.errors import ModelError, NotFoundError, StudyError
from workbench.executors.executor import Task, in_order, raise_failures
from workbench.executors.local import LocalExecutor
from workbench.executors.processes import ProcessExecutor


def test_tasks_run_in_processes_of_one_thread_and_tell_how_far_they_are(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d", "e"]
    tasks = [Task(name, partial(work.note, tmp_path, name)) for name in names]
    seen: list[tuple[int, int, str]] = []

    errors = ProcessExecutor(2).run(tasks, lambda *update: seen.append(update))

    assert errors == {}
    notes = [(tmp_path / name).read_text().split() for name in names]
    processes = {note[0] for note in notes}
    assert len(processes) == 2 and str(os.getpid()) not in processes
    # Tests run with OMP_NUM_THREADS=1, and two cores between two processes are one each as well.
    assert {(note[1], note[2]) for note in notes} == {("1", "1")}
    # What a process remembers was made by its first task, and is there for the others.
    assert len({(note[0], note[3]) for note in notes}) == 2
    assert sorted(seen) == sorted(
        (done, 2, f"noting {name}, {word}")
        for name in names
        for done, word in ((1, "half"), (2, "done"))
    )


@pytest.mark.parametrize("executor", [LocalExecutor(), ProcessExecutor(1)], ids=type)
def test_one_that_fails_lets_the_others_finish(
    executor: LocalExecutor | ProcessExecutor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = [Task("bad", work.refuse), Task("good", partial(work.note, tmp_path, "good"))]

    errors = executor.run(tasks)

    assert list(errors) == ["bad"]
    assert type(errors["bad"]) is NotFoundError
    assert (errors["bad"].given, errors["bad"].remedy) == ("Base 'x'", "Name another one")
    assert (tmp_path / "good").exists()
    assert "bad failed: Base 'x': it is not there. Name another one." in caplog.text


def test_a_task_whose_process_is_killed_is_begun_again(tmp_path: Path) -> None:
    for folder in ("twice", "always", "good"):
        (tmp_path / folder).mkdir()
    tasks = [
        Task("twice", partial(work.die, tmp_path / "twice", 2)),
        Task("always", partial(work.die, tmp_path / "always", 9)),
        Task("good", partial(work.note, tmp_path / "good", "good")),
    ]

    errors = ProcessExecutor(2).run(tasks)

    assert list(errors) == ["always"]
    assert isinstance(errors["always"], ModelError)
    assert "died (SIGKILL) in each of 3 attempts" in errors["always"].reason
    counts = {name: len(list((tmp_path / name).iterdir())) for name in ("twice", "always")}
    assert counts == {"twice": 3, "always": 3}
    assert (tmp_path / "good" / "good").exists()


def test_a_defect_shows_its_traceback_and_is_not_tried_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tasks = [Task("bad", work.stumble), Task("good", partial(work.note, tmp_path, "good"))]

    errors = ProcessExecutor(1).run(tasks)

    assert "defect" in errors["bad"].reason
    assert capfd.readouterr().err.count("ZeroDivisionError: a defect") == 1
    assert (tmp_path / "good").exists()


def test_in_this_process_a_defect_is_raised_at_once(tmp_path: Path) -> None:
    later = Task("later", partial(work.note, tmp_path, "later"))
    with pytest.raises(ZeroDivisionError):
        LocalExecutor().run([Task("bad", work.stumble), later])
    assert not (tmp_path / "later").exists()


def test_nothing_to_do_starts_nothing() -> None:
    assert ProcessExecutor(2).run([]) == {}


def test_failures_are_told_in_the_order_of_the_tasks_once_a_reason() -> None:
    tasks = [Task(name, work.refuse) for name in ("c", "a", "b")]
    one, two = (
        NotFoundError("Base 'x'", "it is not there", "Did you mean 'y'?"),
        ModelError("Cell 'a'", "it is too large", "Use another one"),
    )

    errors = in_order(tasks, {"b": one, "a": two, "c": one})

    assert list(errors) == ["c", "a", "b"]
    with pytest.raises(StudyError) as raised:
        raise_failures("small", errors)
    assert str(raised.value) == (
        "Study 'small': 3 of its cells failed: c, b (Base 'x': it is not there); "
        "a (Cell 'a': it is too large). Did you mean 'y'? Use another one. Then give the same "
        "command again: what is done is not repeated."
    )
    raise_failures("small", {})
