from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from known_comparison import GOOD, HOT, MORE, RUN, SCRIPTS, add_scripts, rate

from workbench.app.compare.answer_pages import described, page_of, pair_of
from workbench.app.compare.filtering import choices, shown
from workbench.app.compare.rendering import render_sides, render_summary
from workbench.app.compare.results import Results
from workbench.app.compare.run_answers import RunAnswers
from workbench.app.compare.state import Cell, Filters, Pair
from workbench.app.rendering import render_cards
from workbench.store import ResponseRecord, RunRecord, Store

LLM = "llm:test"


@pytest.fixture
def answers(filled: Store, tmp_path: Path) -> RunAnswers:
    return Results(filled, tmp_path / "absent.parquet").read([RUN])


@pytest.fixture
def results(answers: RunAnswers) -> pd.DataFrame:
    return answers.results


def test_a_cell_leads_to_its_answers_in_pages_of_twenty(
    answers: RunAnswers, results: pd.DataFrame
) -> None:
    cell = Cell(HOT, "fr")
    first = page_of(answers, results, cell)
    assert first.label == "1–20 of 30 answers"
    assert (first.has_previous, first.has_next) == (False, True)
    assert set(first.answers["row"]) == {HOT}
    second = page_of(answers, results, replace(cell, page=1))
    assert second.label == "21–30 of 30 answers"
    assert (second.has_previous, second.has_next) == (True, False)
    beyond = page_of(answers, results, replace(cell, page=900_000))
    assert beyond.cell.page == 1


def test_wrong_only_leaves_out_right_and_missing(
    answers: RunAnswers, results: pd.DataFrame
) -> None:
    page = page_of(answers, results, Cell(HOT, "fr", wrong_only=True))
    assert page.label == "1–20 of 24 answers"
    assert page.answers["right_language"].eq(False).all()
    none = page_of(answers, results, Cell(HOT, "en", wrong_only=True))
    assert none.label == "No answers"
    assert not none.has_next
    assert "No answer fits" in render_cards(none.answers)


def test_what_a_cell_leaves_is_said() -> None:
    assert described(Cell(HOT, "fr"), LLM) == ""
    assert described(Cell(detected="en", rated="fluency", tenth=9), LLM) == (
        "answered in English, rated in fluency by llm:test, the lowest first, "
        "first switch at 90–100% of the text"
    )


def test_cards_show_ratings_and_constraints(filled: Store, tmp_path: Path) -> None:
    rate(filled)
    add_scripts(filled)
    answers = Results(filled, tmp_path / "absent.parquet").read([RUN, MORE])
    worst = page_of(answers, shown(answers, Filters()), Cell(rated="fluency"), LLM)
    html = render_cards(worst.answers.head(1))
    assert "num_items_3 not kept" in html
    assert 'aria-label="Rated by llm:test"' in html
    assert html.count('data-level="0"') == 6
    assert "A spider has eight legs." in html
    # The row, as the checkpoint is in both runs.
    assert f"{HOT} ({MORE})" in html
    missing = answers.results.query("language == 'fr' and parallel_id == 'colour-28'")
    cut = answers.whole([int(id) for id in missing["response_id"].tail(1)], LLM)
    html = render_cards(cut)
    assert 'data-level="missing"' in html
    assert "missing: the reply was cut" in html
    assert "Reads &lt;well&gt;." in html


def test_two_checkpoints_are_read_prompt_by_prompt(
    answers: RunAnswers, results: pd.DataFrame
) -> None:
    offered = choices(answers)
    first = pair_of(answers, results, Pair(), offered)
    # 30 prompts in two languages, in the order of the store
    assert first.label == "Prompt 1 of 60"
    assert (first.pair.first, first.pair.second) == (GOOD, HOT)
    assert first.answers["row"].tolist() == [GOOD, HOT]
    assert first.answers["parallel_id"].tolist() == ["colour-00"] * 2
    french = pair_of(answers, results, Pair(HOT, GOOD, "fr", place=29), offered)
    assert french.label == "Prompt 30 of 30"
    assert french.answers["row"].tolist() == [HOT, GOOD]
    assert set(french.answers["language"]) == {"fr"}
    assert pair_of(answers, results, replace(french.pair, place=30), offered).pair.place == 29


@pytest.mark.parametrize(
    ("differing", "number"),
    # At 1e-3 24 French prompts are answered in English; where one is missing nobody can tell.
    [("right_language", 24), ("detected", 24), ("ended", 0), ("line_pass", 0), ("", 60)],
)
def test_only_prompts_on_which_they_differ(
    answers: RunAnswers, results: pd.DataFrame, differing: str, number: int
) -> None:
    found = pair_of(answers, results, Pair(differing=differing), choices(answers))
    assert found.total == number
    if differing and not number:
        assert "they do not differ there" in found.note
        assert found.answers.empty
        assert "they do not differ" in render_sides(found)


def test_filters_count_for_either_side(answers: RunAnswers) -> None:
    # "fox" is in answers at 1e-3 alone, and both are shown.
    found = pair_of(answers, shown(answers, Filters(search="fox")), Pair(), choices(answers))
    assert found.total == 60
    assert found.answers["row"].tolist() == [GOOD, HOT]
    none = pair_of(answers, shown(answers, Filters(search="wolf")), Pair(), choices(answers))
    assert (none.total, none.note[:9]) == (0, "No prompt")
    assert none.label == "No prompts"


def test_it_takes_two_checkpoints(filled: Store, tmp_path: Path) -> None:
    filled.start_run(RunRecord("one", "generate"))
    answer = ResponseRecord("colour-00", "en", 0, "Red.", "stop")
    filled.add_responses("one", HOT, "colours", [answer])
    reader = Results(filled, tmp_path / "absent.parquet")
    one = reader.read(["one"])
    found = pair_of(one, one.results, Pair(), choices(one))
    assert (found.total, "one checkpoint" in found.note) == (0, True)
    both = reader.read([RUN])
    same = pair_of(both, both.results, Pair(HOT, HOT), choices(both))
    assert "Choose another" in same.note


def test_the_two_that_are_read_first_were_asked_the_same(filled: Store, tmp_path: Path) -> None:
    rate(filled)
    add_scripts(filled)
    answers = Results(filled, tmp_path / "absent.parquet").read([RUN, MORE])
    found = pair_of(answers, answers.results, Pair(), choices(answers))
    assert (found.pair.first, found.pair.second) == (f"{GOOD} ({RUN})", f"{HOT} ({RUN})")
    assert found.total == 60
    chosen = pair_of(answers, answers.results, Pair(f"{GOOD} ({MORE})"), choices(answers))
    assert chosen.pair.second == f"{HOT} ({MORE})"
    apart = Pair(f"{GOOD} ({MORE})", f"{HOT} ({RUN})")
    assert "was asked of both" in pair_of(answers, answers.results, apart, choices(answers)).note


def sides(store: Store, folder: Path, language: str) -> str:
    answers = Results(store, folder / "absent.parquet").read([MORE])
    pair = Pair(asked_in=language)
    return render_sides(pair_of(answers, answers.results, pair, choices(answers), LLM))


def test_differences_are_marked_in_every_script(filled: Store, tmp_path: Path) -> None:
    rate(filled)
    add_scripts(filled)
    for code, only in {
        "ar": ("ثماني", "عشر"),
        "hi": ("आठ", "दस"),
        "ru": ("восемь", "десять"),
        "zh": ("八", "十"),
    }.items():
        html = sides(filled, tmp_path, code)
        marked = re.findall(r'<mark class="wb-differs">([^<]*)</mark>', html)
        assert tuple(marked[:2]) == only  # the third one explains the marks
        assert html.count(f'class="wb-text" dir="auto" lang="{code}"') == 2
        # Without the marks the texts are as they were.
        plain = re.sub(r"</?mark[^>]*>", "", html)
        assert all(text in plain for text in SCRIPTS[code])
        assert "num_items_3 kept" in html and "num_items_3 not kept" in html


def test_answers_without_a_word_in_common_are_not_marked(
    answers: RunAnswers, results: pd.DataFrame
) -> None:
    found = pair_of(answers, results, Pair(asked_in="fr"), choices(answers))
    html = render_sides(
        replace(found, answers=found.answers.assign(text=["Le renard roux", "<b>The fox</b>"]))
    )
    assert "no word in common" in html
    assert "<mark" not in html
    assert "&lt;b&gt;The fox&lt;/b&gt;" in html
    assert "<b>" not in html
    same = render_sides(replace(found, answers=found.answers.assign(text="Le renard")))
    assert "the same, word for word" in same
    loop = ["x y z. " * 3000, "x y w. " * 3000]
    long = render_sides(replace(found, answers=found.answers.assign(text=loop)))
    assert re.search(r"only their first \d+ and\s+\d+ words are compared", long)
    gone = render_sides(replace(found, answers=found.answers.head(1)))
    assert "is gone" in gone


def test_the_summary_is_escaped_and_counts() -> None:
    html = render_summary(12, 6000, ["<b>", "français"])
    assert "12 of 6,000 answers" in html
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert 'role="status"' in html
    assert "<ul" not in render_summary(6000, 6000, [])
