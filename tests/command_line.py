"""Commands as a user types them: in this process, or in one of their own."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from workbench.assets import PROJECT_ROOT
from workbench.cli import give

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()"]


class Ended(NamedTuple):
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def workbench(*arguments: str | Path, workspace: Path | None = None) -> Ended:
    """Give a command in this process, which has loaded already what takes a new one seconds."""
    place = [] if workspace is None else ["--workspace", str(workspace)]
    printed, told, status = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(printed), redirect_stderr(told):
        try:
            give([*map(str, arguments), *place])
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
    return Ended(status, printed.getvalue(), told.getvalue())


def in_a_process(*arguments: str | Path, workspace: Path) -> subprocess.CompletedProcess[str]:
    """Give a command in a process of its own, where that is what is tested."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments), "--workspace", str(workspace)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def message(*arguments: str | Path, workspace: Path) -> str:
    """The error that a command ends with: one line, status 2, no traceback."""
    return only_error(workbench(*arguments, workspace=workspace))


def only_error(ended: Ended | subprocess.CompletedProcess[str]) -> str:
    """The one line that says why a command failed."""
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, ended.stderr
    return lines[0]
