"""Runs copied between databases and deleted; nothing of others is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import InputError, NotFoundError
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import (
    Comparison,
    JudgeRecord,
    LanguageScore,
    Rating,
    ResponseRecord,
    RunRecord,
    Store,
)
from workbench.store.contents import Counts, asked_checkpoints, run_counts
from workbench.store.copying import copy_run, delete_run
from workbench.store.validations import Validated, ValidationScore, add_validations, validations

TABLES = ("results", "verdicts", "ratings", "comparisons")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'other.sqlite'}") as store:
        yield store


@pytest.fixture
def scored(filled: Store) -> Store:
    """The run ``r`` with scores by two detectors, ratings, a comparison and a validation."""
    ids = [int(id) for id in filled.results(["r"])["response_id"]]
    filled.add_language_scores(
        [
            LanguageScore(id, name, "fr", 0.9, right)
            for name in ("langid", "py3langid")
            for id, right in zip(ids[:2], (False, True), strict=True)
        ]
    )
    filled.add_judge(JudgeRecord("Ana", "person"))
    filled.add_ratings([Rating(ids[0], "reference", "accuracy", 2, raw=1.5)])
    filled.add_ratings([Rating(ids[1], "Ana", "fluency", None, "unreadable")])
    filled.add_comparisons([Comparison(ids[0], ids[1], "Ana", "a", "b", reason="why")])
    loss = ValidationScore("en", "loss", 0.5, 9, 9)
    add_validations(filled, Validated("r", "tuned", "world", 20), [loss])
    return filled


def seen(store: Store, run: str) -> dict[str, pd.DataFrame]:
    """All that is read of a run, without the numbers that rows have in one database."""
    frames = {name: getattr(store, name)([run]) for name in TABLES}
    frames["validations"] = validations(store, run)
    frames["runs"] = store.runs().query("name == @run").reset_index(drop=True)
    numbers = ["response_id", "response_a", "response_b"]
    return {
        name: frame.drop(columns=[column for column in numbers if column in frame])
        for name, frame in frames.items()
    }


def same(one: dict[str, pd.DataFrame], two: dict[str, pd.DataFrame]) -> None:
    assert one.keys() == two.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name], obj=name)


def test_a_copy_has_all_that_the_run_has(scored: Store, other: Store) -> None:
    assert copy_run(scored.database, other.database, "r") == 4
    same(seen(scored, "r"), seen(other, "r"))
    assert len(seen(other, "r")["comparisons"]) == 1
    assert other.judges().query("name == 'Ana'")["kind"].tolist() == ["person"]
    # Once more changes nothing.
    assert copy_run(scored.database, other.database, "r") == 4
    same(seen(scored, "r"), seen(other, "r"))


def test_a_copy_stands_beside_what_is_there(scored: Store, other: Store) -> None:
    """Rows have other numbers there: a prompt set, a checkpoint and a run came before."""
    prompts = PromptSet(
        name="first",
        prompts=(
            Prompt(parallel_id="1", language="en", messages=(Message(role="user", content="?"),)),
        ),
    )
    other.add_prompt_set(prompts)
    other.add_checkpoint("earlier", "h0", {})
    other.start_run(RunRecord("earlier", "generate"))
    other.add_responses("earlier", "earlier", "first", [ResponseRecord("1", "en", 0, "Hm.")])
    before = seen(other, "earlier")

    copy_run(scored.database, other.database, "r")
    same(seen(scored, "r"), seen(other, "r"))
    same(before, seen(other, "earlier"))
    assert min(other.results(["r"])["response_id"]) > 1


def test_what_is_another_thing_by_the_same_name_is_refused(scored: Store, other: Store) -> None:
    other.add_checkpoint("tuned", "another", {})
    with pytest.raises(InputError, match="Checkpoint 'tuned'"):
        copy_run(scored.database, other.database, "r")
    # Nothing of it was kept.
    assert other.runs().empty
    assert other.prompt_sets().empty
    with pytest.raises(NotFoundError, match="gone"):
        copy_run(scored.database, other.database, "gone")


def test_deleting_leaves_other_runs_whole(scored: Store, prompt_set: PromptSet) -> None:
    """Another run asked the same checkpoint, a third one alone has asked its own."""
    texts = [ResponseRecord("1", "en", 0, "It is red.", "stop")]
    scored.add_checkpoint("own", "h2", {})
    for run, checkpoint in (("second", "tuned"), ("third", "own")):
        scored.start_run(RunRecord(run, "generate"))
        scored.add_responses(run, checkpoint, "world", texts)
    second = int(scored.results(["second"])["response_id"].iloc[0])
    scored.add_ratings([Rating(second, "Ana", "fluency", 1)])
    for run in ("r", "second", "third"):
        scored.finish_run(run)
    assert run_counts(scored, ["r"]) == Counts(4, by_people=1, by_judges=1, comparisons=1)
    assert run_counts(scored, ["r", "second"]) == Counts(5, 2, 1, 1)
    assert asked_checkpoints(scored, ["third"]) == {"tuned"}
    before = seen(scored, "second")

    delete_run(scored.database, "r")
    assert list(scored.runs()["name"]) == ["third", "second"]
    same(before, seen(scored, "second"))
    assert run_counts(scored, ["r"]) == Counts(0, 0, 0, 0)
    assert list(scored.checkpoints()["name"]) == ["own", "tuned"]
    delete_run(scored.database, "third")
    # Its name may stand for another checkpoint from here on.
    assert list(scored.checkpoints()["name"]) == ["tuned"]
    scored.add_checkpoint("own", "another", {})
    with pytest.raises(NotFoundError, match="gone"):
        delete_run(scored.database, "gone")


def test_checkpoints_stay_while_a_run_goes_on(scored: Store) -> None:
    scored.start_run(RunRecord("going on", "study"))
    scored.finish_run("r")
    delete_run(scored.database, "r")
    assert list(scored.checkpoints()["name"]) == ["tuned"]


def test_many_responses_are_copied_in_batches(
    store: Store, other: Store, prompt_set: PromptSet
) -> None:
    """1,203 answers of three checkpoints, more than are read at once."""
    store.add_prompt_set(prompt_set)
    store.start_run(RunRecord("many", "study"))
    for checkpoint in ("one", "two", "three"):
        store.add_checkpoint(checkpoint, checkpoint, {})
        texts = [ResponseRecord("1", "en", n, f"{checkpoint} {n}") for n in range(401)]
        store.add_responses("many", checkpoint, "world", texts)
    assert copy_run(store.database, other.database, "many") == 1203
    same(seen(store, "many"), seen(other, "many"))


def test_a_comparison_keeps_its_sides_where_numbers_change_places(
    scored: Store, other: Store, prompt_set: PromptSet, answers: list[ResponseRecord]
) -> None:
    """The other database holds the second answer of the pair already, so its number is smaller."""
    other.add_prompt_set(prompt_set)
    (details,) = scored.checkpoints()["details"]
    other.add_checkpoint("tuned", "h1", details)
    other.start_run(RunRecord("r", "study", {"n": 1}))
    other.add_responses("r", "tuned", "world", answers[1:2])
    copy_run(scored.database, other.database, "r")
    texts = other.results(["r"]).set_index("response_id")["text"]
    (pair,) = other.comparisons(["r"]).to_dict("records")
    # The English answer was shown first and the French one won.
    shown = {"a": pair["response_a"], "b": pair["response_b"]}
    assert texts[shown[pair["shown_first"]]] == "It is red."
    assert texts[shown[pair["winner"]]] == "Il est rouge."
    assert pair["shown_first"] == "b"
