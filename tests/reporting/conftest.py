from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.driving import browser  # noqa: F401 - a fixture
from tests.reporting.known_run import RUN, fill
from workbench.reporting.page import report_page
from workbench.reporting.records import Report
from workbench.reporting.report import make_report
from workbench.workspace import Workspace


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path_factory.mktemp("report"))
    fill(workspace.store)
    yield workspace
    workspace.store.close()


@pytest.fixture(scope="session")
def report(workspace: Workspace) -> Report:
    return make_report(workspace, RUN)


@pytest.fixture(scope="session")
def page_file(report: Report, workspace: Workspace) -> Path:
    path = workspace.folder / "report.html"
    path.write_text(report_page(report), encoding="utf-8")
    return path
