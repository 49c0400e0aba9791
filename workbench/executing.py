"""How runs end that do not come to their end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from workbench.errors import WorkbenchError
from workbench.store.records import RunStatus
from workbench.store.runs import break_off_run
from workbench.store.store import Store


@contextmanager
def executing(store: Store, run: str) -> Iterator[None]:
    """Execute a run that has been started: failed where an error leaves the block, stopped
    where Ctrl+C does. That it is finished is said by whoever executes it.

    A process that is killed says nothing; see ``workbench.store.processes.settle_runs``.
    """
    try:
        yield
    except BaseException as error:
        # A database that refuses to note the end does not hide why it came.
        with suppress(WorkbenchError):
            status: RunStatus = "failed" if isinstance(error, Exception) else "stopped"
            break_off_run(store.database, run, status)
        raise
