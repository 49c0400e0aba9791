from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.prompts import Message, Prompt, PromptSet, Reference
from workbench.store import ResponseRecord, RunRecord, Store
from workbench.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server = os.environ.get("WORKBENCH_TEST_POSTGRESQL")
    if server is None:
        pytest.skip("WORKBENCH_TEST_POSTGRESQL names no PostgreSQL database to test with")
    engine = sa.create_engine(server)
    metadata.drop_all(engine)
    yield server
    metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url) as opened:
        yield opened


@pytest.fixture
def prompt_set() -> PromptSet:
    """Two translated prompts, of which number 1 has reference facts."""
    red = {"en": "red", "fr": "rouge"}
    return PromptSet(
        name="world",
        prompts=tuple(
            Prompt(
                parallel_id=number,
                language=language,
                messages=(Message(role="user", content=f"{language} {number}?"),),
                task="fact" if number == "1" else "story",
                reference=Reference(kind="value", accept=((red[language],),))
                if number == "1"
                else None,
                tags={"tier": "A", "relation": "animal.colour"} if number == "1" else {},
            )
            for number in ("1", "2")
            for language in ("en", "fr")
        ),
    )


@pytest.fixture
def filled(store: Store, prompt_set: PromptSet, answers: list[ResponseRecord]) -> Store:
    """A store with the run ``r``: four answers of ``tuned``, ids in the order given here."""
    store.add_prompt_set(prompt_set)
    recipe = {"learning_rate": 1e-4, "size": 300, "steps": 20, "seed": 1, "method": "full"}
    store.add_checkpoint("tuned", "h1", {"method": "full", "base": "tiny", "recipe": recipe})
    store.start_run(RunRecord("r", "study", {"n": 1}, {"workbench": "0"}))
    store.add_responses("r", "tuned", "world", answers)
    return store


@pytest.fixture
def answers() -> list[ResponseRecord]:
    greedy = {"temperature": 0.0}
    return [
        ResponseRecord("1", "en", 0, "It is red.", "stop", 5, 4, 0.5, greedy),
        ResponseRecord("1", "fr", 0, "Il est rouge.", "length", 5, 4, 0.5, greedy),
        ResponseRecord("2", "en", 0, "", "stop", 5, 0, 0.1, greedy),
        ResponseRecord("2", "fr", 0, "", "missing", missing_reason="prompt too long"),
    ]
