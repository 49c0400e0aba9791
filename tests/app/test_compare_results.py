"""The answers that are compared: read once, named by checkpoint, found by text and rating."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from known_comparison import GOOD, HOT, MORE, RUN, SCRIPTS, add_scripts, disagree, rate

from workbench.app.compare.filtering import choices, rows_of
from workbench.app.compare.results import EXAMPLE, Results
from workbench.assets import asset
from workbench.errors import NotFoundError
from workbench.judging.criteria import CRITERIA
from workbench.store import ResponseRecord, RunRecord, Store


@pytest.fixture
def reader(filled: Store, tmp_path: Path) -> Results:
    return Results(filled, tmp_path / "absent.parquet")


def test_runs_without_answers_are_not_offered(reader: Results, filled: Store) -> None:
    filled.start_run(RunRecord("empty", "study"))
    filled.start_run(RunRecord("checks", "validation", {"study_run": RUN}))
    assert reader.runs() == [RUN]
    assert reader.validated(["other", RUN]) == [RUN]


def test_answers_are_read_again_only_after_something_was_written(
    reader: Results, filled: Store
) -> None:
    first = reader.read([RUN])
    assert reader.read([RUN]) is first
    assert reader.read([RUN], fresh=True) is first
    filled.add_responses(RUN, HOT, "colours", [ResponseRecord("colour-00", "en", 1, "Blue.")])
    assert reader.read([RUN]) is first
    second = reader.read([RUN], fresh=True)
    assert len(second.results) == len(first.results) + 1


def test_only_some_of_the_answers_stay_in_memory(
    reader: Results, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.app.compare.results._KEPT_ROWS", 130)
    rate(filled)
    add_scripts(filled)
    first = reader.read([RUN])
    both = reader.read([RUN, MORE])  # 120 and 128 answers: no room for both
    assert reader.read([MORE, RUN]) is both
    assert reader.read([RUN]) is not first


def test_a_run_that_is_not_there_is_an_error_with_a_near_name(reader: Results) -> None:
    with pytest.raises(NotFoundError, match=f"Did you mean '{RUN}'"):
        reader.read([RUN[:-1]])


def test_a_checkpoint_of_several_runs_is_named_with_its_run(reader: Results, filled: Store) -> None:
    filled.start_run(RunRecord("again", "generate"))
    answer = ResponseRecord("colour-00", "en", 0, "Red.", "stop")
    filled.add_responses("again", HOT, "colours", [answer])
    filled.add_checkpoint("untuned", "h", {"method": "base"})
    filled.add_responses("again", "untuned", "colours", [answer])
    answers = reader.read([RUN, "again"])
    # What was not tuned comes first, then by learning rate.
    assert rows_of(answers.results) == ["untuned", GOOD, f"{HOT} (again)", f"{HOT} ({RUN})"]
    assert answers.whole([121])["row"].tolist() == [f"{HOT} (again)"]


def test_choices_are_what_the_answers_hold(reader: Results, filled: Store) -> None:
    offered = choices(reader.read([RUN]))
    assert offered.prompt_sets == ["colours"]
    assert offered.languages == ["en", "fr"]
    assert offered.tasks == ["fact", "list"]
    assert offered.tiers == ["A", "B"]
    assert offered.constraints == []
    assert offered.checkpoints == [GOOD, HOT]
    assert offered.judges == ["reference"]
    rate(filled)
    add_scripts(filled)
    offered = choices(reader.read([RUN, MORE], fresh=True))
    assert offered.constraints == ["num_items_3"]
    assert offered.languages == ["en", "ar", "fr", "hi", "ru", "zh"]
    assert offered.judges == ["llm:test", "person:Ada", "reference"]


def test_texts_are_found_in_answers_and_in_prompts(reader: Results, filled: Store) -> None:
    rate(filled)
    add_scripts(filled)
    answers = reader.read([RUN, MORE])
    found = answers.results[answers.holding("НОГ У ПАУКА")]
    assert found["language"].tolist() == ["ru", "ru"]  # in the prompt of both checkpoints
    for code, (_, good, _) in SCRIPTS.items():
        own = answers.results[answers.holding(good)]
        assert (own["language"].tolist(), own["checkpoint"].tolist()) == ([code], [GOOD])
    # Sixty answers at 1e-3 hold it, and no prompt does.
    assert answers.holding("FOX is <b>").sum() == 60
    assert answers.holding("WHICH colour 7 ?").sum() == 2


def test_cards_are_told_what_detectors_and_the_judge_say(reader: Results, filled: Store) -> None:
    rate(filled)
    disagree(filled)
    answers = reader.read([RUN])
    assert answers.disagreeing.sum() == 1
    (differing,) = answers.results[answers.disagreeing]["response_id"]
    row = answers.whole([int(differing)], "llm:test").iloc[0]
    assert row["detectors"] == {"langid": "fr", "other": "pt"}
    assert [(r.criterion, r.value) for r in row["ratings"]] == [("language", 0), ("fluency", 2)]
    assert row["text"] == "Le renard est roux."
    levels = answers.levels("person:Ada")["helpfulness"]
    assert levels[:3].tolist() == [0, 1, -2]


def test_an_empty_workspace_shows_the_shipped_example(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'none.sqlite'}") as empty:
        assert Results(empty, tmp_path / "absent.parquet").runs() == []
        reader = Results(empty, asset("examples", "results.parquet"))
        assert reader.runs() == [EXAMPLE]
        answers = reader.read([EXAMPLE])
    whole = pd.read_parquet(asset("examples", "results.parquet"))
    assert len(answers.results) == len(whole) == 4800
    first, last = "learning-rate-full-lr1e-4-s0", "learning-rate-lora-lr2e-2-s0"
    assert rows_of(answers.results)[::7] == [first, last]
    either = whole["text"] + whole["prompt"]
    assert answers.holding("МУРАВЕЙ").sum() == either.str.contains("муравей", case=False).sum() > 0
    assert answers.judges == {"reference": "rule"}
    levels = answers.levels("reference")["accuracy"]
    assert (levels >= 0).sum() == whole["accuracy"].notna().sum()
    assert set(answers.levels("nobody")) <= set(CRITERIA) - {"accuracy"}
    ids = [int(id) for id in whole["response_id"].iloc[[5, 2]]]
    assert answers.whole([*ids, -7])["text"].tolist() == whole["text"].iloc[[5, 2]].tolist()
    two = [set((own or {}).values()) - {None} for own in whole["detectors"]]
    assert answers.disagreeing.sum() == sum(len(labels) > 1 for labels in two)
