from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.errors import NotFoundError
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import RunRecord, Store
from workbench.store.tables import metadata
from workbench.store.validations import (
    COLUMNS,
    Validated,
    ValidationScore,
    add_validations,
    is_validated,
    validations,
)

PROMPTS = PromptSet(
    name="v",
    prompts=(
        Prompt(parallel_id="1", language="fr", messages=(Message(role="user", content="?"),)),
    ),
)
PLACE = Validated(run="r", checkpoint="c@50", prompt_set="v", step=50)
RATE = ValidationScore("fr", "accuracy", 0.25, 4, 5)
MISSING = ValidationScore("fr", "loss", None, 0, 0, "there are no data")


@pytest.fixture
def filled(store: Store) -> Store:
    store.add_prompt_set(PROMPTS)
    store.add_checkpoint("c@50", "h", {"recipe": {"seed": 3, "name": "c"}})
    store.start_run(RunRecord("r", "validation"))
    return store


def test_scores_come_back_with_their_recipe(filled: Store) -> None:
    assert not is_validated(filled, PLACE)

    add_validations(filled, PLACE, [RATE, MISSING])

    assert is_validated(filled, PLACE)
    assert not is_validated(filled, Validated("r", "c", "v", 100))
    frame = validations(filled, "r")
    assert tuple(frame.columns) == COLUMNS
    rate, loss = frame.to_dict("records")
    assert rate == {
        "run": "r",
        "checkpoint": "c@50",
        "cell": "c",
        "step": 50,
        "prompt_set": "v",
        "language": "fr",
        "measure": "accuracy",
        "value": 0.25,
        "n_scored": 4,
        "n_total": 5,
        "missing_reason": None,
        "recipe": {"seed": 3, "name": "c"},
    }
    assert loss["value"] != loss["value"]  # NaN
    assert loss["missing_reason"] == "there are no data"


def test_writing_again_changes_nothing_but_what_was_missing(filled: Store) -> None:
    add_validations(filled, PLACE, [RATE, MISSING])
    again = ValidationScore("fr", "accuracy", 0.75, 5, 5)
    found = ValidationScore("fr", "loss", 1.5, 9, 9)

    add_validations(filled, PLACE, [again, found])

    frame = validations(filled, "r").set_index("measure")
    assert len(frame) == 2
    assert frame.loc["accuracy", "value"] == 0.25
    assert frame.loc["loss", ["value", "n_scored", "missing_reason"]].tolist() == [1.5, 9, None]


def test_unknown_names_are_refused_and_nothing_is_kept(filled: Store) -> None:
    with pytest.raises(NotFoundError, match="Checkpoint 'd'"):
        add_validations(filled, Validated("r", "d", "v", 1), [RATE])
    assert validations(filled, "r").empty
    with pytest.raises(NotFoundError, match="Run 'x'"):
        validations(filled, "x")


def test_the_table_is_made_in_a_database_that_lacks_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    Store(url).close()
    with sa.create_engine(url).begin() as connection:
        metadata.tables["validations"].drop(connection)

    store = Store(url)
    store.start_run(RunRecord("r", "validation"))

    assert validations(store, "r").empty
