from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rated_foxes import fill_run

from workbench.judging.people import Desk
from workbench.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'workbench.sqlite'}") as store:
        fill_run(store)
        yield store


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)
