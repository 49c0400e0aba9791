from __future__ import annotations

from collections.abc import Iterator

import pytest
from known_answers import fill
from known_comparison import GOOD, HOT, MORE, RUN, add_scripts, disagree, rate

from workbench.app.compare.filtering import Choices, behind, choices, fitting, shown, spoken
from workbench.app.compare.results import Results
from workbench.app.compare.run_answers import RunAnswers
from workbench.app.compare.state import Cell, Filters, Pair, Selection
from workbench.store import Store

LLM = "llm:test"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunAnswers]:
    """120 known answers and 8 in other scripts."""
    folder = tmp_path_factory.mktemp("workspace")
    with Store(f"sqlite:///{folder / 'workbench.sqlite'}") as store:
        fill(store)
        rate(store)
        disagree(store)
        add_scripts(store)
        yield Results(store, folder / "absent.parquet").read([RUN, MORE])


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        (Filters(), 128),
        (Filters(prompt_set="colours"), 120),
        (Filters(languages=("fr",)), 60),
        # Of each 30 prompts 20 are facts, half of these odd: tier A.
        (Filters(languages=("fr",), task="fact"), 40),
        (Filters(languages=("fr",), task="fact", tier="A"), 20),
        (Filters(checkpoints=(f"{HOT} ({RUN})",), languages=("fr", "en")), 60),
        (Filters(constraint="num_items_3"), 8),
        (Filters(kept="yes"), 4),
        (Filters(kept="no"), 4),
        # All 60 answers at 1e-3 are rated 1 in fluency; the four in other scripts 0.
        (Filters(criterion="fluency"), 64),
        (Filters(criterion="fluency", below=1), 4),
        # French is rated 0 but for one answer whose rating is missing, which is not low.
        (Filters(criterion="language", below=1), 59 + 4),
        (Filters(disagreeing=True), 1),
        (Filters(search="ПАУКА"), 2),
        (Filters(search=" quelle couleur 1 ? ", languages=("fr",)), 2),
        (Filters(search="nowhere"), 0),
    ],
)
def test_filters_let_through_what_they_name(
    answers: RunAnswers, filters: Filters, number: int
) -> None:
    found = shown(answers, filters, LLM)
    assert len(found) == number
    # The index leads back to all of the answers.
    assert (answers.results.loc[found.index, "response_id"] == found["response_id"]).all()


def test_without_a_judge_nothing_is_rated_low(answers: RunAnswers) -> None:
    assert shown(answers, Filters(criterion="fluency"), "").empty


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (Cell(), 120),
        (Cell(row=HOT, language="fr"), 30),
        # 24 of them are in English, one has no language, five are right.
        (Cell(row=HOT, language="fr", detected="en"), 24),
        (Cell(row=HOT, language="fr", detected="undetermined"), 1),
        (Cell(row=HOT, language="fr", detected="fr"), 5),
        (Cell(row=HOT, language="fr", wrong_only=True), 24),
        (Cell(row=HOT, language="en", wrong_only=True), 0),
        (Cell(detected="others"), 0),
        (Cell(tenth=0), 0),
        # Of the French ones the judge has rated all but one; the person has rated two in all.
        (Cell(row=HOT, language="fr", rated="language"), 29),
        (Cell(rated="helpfulness"), 0),
    ],
)
def test_a_cell_stands_for_some_of_what_is_shown(
    answers: RunAnswers, cell: Cell, number: int
) -> None:
    rows = answers.results["row"]
    cell = cell if not cell.row else Cell(**{**vars(cell), "row": f"{HOT} ({RUN})"})
    colours = shown(answers, Filters(prompt_set="colours"))
    assert len(behind(answers, colours, cell, LLM)) == number
    assert (rows == f"{HOT} ({RUN})").sum() == 60


def test_rated_answers_come_the_lowest_first(answers: RunAnswers) -> None:
    found = behind(answers, shown(answers, Filters()), Cell(rated="fluency"), LLM)
    levels = answers.levels(LLM)["fluency"][found.index]
    # 4 rated 0, 60 rated 1, 60 and 4 rated 2; among equals by their ids
    assert levels.tolist() == [0] * 4 + [1] * 60 + [2] * 64
    assert found["response_id"].iloc[4:64].is_monotonic_increasing


def test_what_these_answers_do_not_have_is_dropped(answers: RunAnswers) -> None:
    wanted = Selection(
        (RUN,),
        judge="nobody",
        gap_of="gone",
        filters=Filters("gone", ("x", GOOD), ("sw", "fr"), "fact", "Z", "gone", search="kept"),
        cell=Cell("gone", "fr", page=3),
        pair=Pair("gone", GOOD, "sw"),
    )
    offered = Choices(["colours"], [GOOD, HOT], ["en", "fr"], ["fact"], ["A"], [], [LLM, "other"])
    assert fitting(wanted, offered) == Selection(
        (RUN,),
        judge=LLM,
        filters=Filters(checkpoints=(GOOD,), languages=("fr",), task="fact", search="kept"),
        cell=Cell("", "fr", page=3),
        pair=Pair("", GOOD, ""),
    )
    assert fitting(wanted, Choices([], [], [], [], [], [], [])).judge == ""
    assert choices(answers).judges == [LLM, "person:Ada", "reference"]


def test_filters_are_said_in_words() -> None:
    assert spoken(Filters()) == []
    chosen = Filters(
        "colours", (GOOD,), ("fr", "ar"), constraint="num_items_3", kept="no", disagreeing=True
    )
    assert spoken(chosen) == [
        *("colours", "num_items_3", GOOD, "français, العربية", "constraint not kept"),
        "detectors disagree",
    ]
    rated = Filters(criterion="fluency", below=1, search=" fox ")
    assert spoken(rated, LLM) == ["fluency rated below 1 by llm:test", "with “fox”"]
