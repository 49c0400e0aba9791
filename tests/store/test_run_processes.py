"""Runs and the processes that execute them, with real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import sqlalchemy as sa

from workbench.process_identity import ProcessIdentity, identify, this_process
from workbench.store import RunRecord, Store, tables
from workbench.store.processes import executions, settle_runs

STARTER = """
import sys, time
from workbench.store import RunRecord, Store
with Store(sys.argv[1]) as store:
    store.start_run(RunRecord("r", "study"))
    print("started", flush=True)
    time.sleep(600)
"""


def states(store: Store) -> dict[str, str]:
    runs = store.runs()
    return dict(zip(runs["name"], runs["status"], strict=True))


def test_a_run_whose_process_was_killed_is_called_stopped(url: str, store: Store) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        (executed,) = executions(store.database).values()
        assert executed.process.same(identify(process.pid))
        assert executed.folder == os.getcwd()
        assert settle_runs(store.database) == []
        assert states(store) == {"r": "running"}
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert settle_runs(store.database) == ["r"]
    assert states(store) == {"r": "stopped"}
    # When it ended is not known.
    assert list(store.runs()["finished"]) == [None]

    # Whoever goes on with it executes it.
    store.start_run(RunRecord("r", "study"))
    assert executions(store.database)["r"].process == this_process()
    assert settle_runs(store.database) == []
    assert states(store) == {"r": "running"}


def test_runs_on_other_machines_and_those_that_ended_are_left_alone(store: Store) -> None:
    for name in ("elsewhere", "older", "done"):
        store.start_run(RunRecord(name, "study"))
    store.finish_run("done")
    processes, runs = tables.run_processes, tables.runs
    ids = {name: sa.select(runs.c.id).where(runs.c.name == name) for name in states(store)}
    with store.database.writing() as connection:
        change = sa.update(processes).where(
            processes.c.run_id == ids["elsewhere"].scalar_subquery()
        )
        connection.execute(change.values(host="another machine", pid=1))
        # Of a run of an older workbench no process is known.
        forget = sa.delete(processes).where(processes.c.run_id == ids["older"].scalar_subquery())
        connection.execute(forget)
    assert settle_runs(store.database) == ["older"]
    assert states(store) == {"elsewhere": "running", "older": "stopped", "done": "finished"}


def test_a_number_that_is_used_again_is_another_process() -> None:
    own = this_process()
    assert own.alive
    assert own.host == socket.gethostname()
    assert abs(own.began - time.time()) < 24 * 3600
    assert own.same(ProcessIdentity(own.host, own.pid, own.began + 0.5))
    assert not own.same(ProcessIdentity(own.host, own.pid, own.began + 1.5))
    assert not own.same(ProcessIdentity("another machine", own.pid, own.began))
    assert not ProcessIdentity(own.host, own.pid, own.began - 60).alive
    assert not ProcessIdentity(own.host, 2**22 + 1, own.began).alive
    assert ProcessIdentity("another machine", 1, 0.0).alive
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not identify(gone.pid).alive
