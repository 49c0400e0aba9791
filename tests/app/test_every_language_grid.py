"""A grid of answers: shares, states, scores, and what is seen of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.app.every_language.grid import Asked, Cell, Grid, Question, Share
from workbench.app.every_language.rendering import (
    render_grid,
    render_grid_empty,
    render_progress,
    render_summary,
)
from workbench.app.every_language.scoring import GridScores
from workbench.checkpoints import CheckpointInfo
from workbench.generation.decoding import Decoding
from workbench.generation.local import Answer
from workbench.lid.detector import Detector
from workbench.prompts import Message, Prompt, Reference

FRENCH = "Le renard est un animal roux qui vit dans la forêt."
ENGLISH = "The fox is a red animal that lives in the forest."
HOSTILE = "<img src=x onerror=alert(1)> ${1+1} {{value}} `"
TEXTS = {
    "en": ("What colour is the fox?", "red"),
    "fr": ("De quelle couleur est le renard ?", "roux"),
    "ar": ("ما هو لون الثعلب؟", "أحمر"),
}


def prompt(code: str, constraint: str | None = None) -> Prompt:
    text, colour = TEXTS[code]
    return Prompt(
        parallel_id="fox",
        language=code,
        messages=(Message(role="user", content=text),),
        reference=Reference(kind="value", accept=((colour,),)),
        constraint=constraint,
    )


def question(constraint: str | None = None) -> Question:
    return Question("foxes", "fox", tuple(prompt(code, constraint) for code in TEXTS))


def whole(text: str, state: str = "ended") -> Cell:
    answer = Answer(text, "length" if state == "cut" else "stop", 9, 12, 0.5)
    return Cell("cut" if state == "cut" else "ended", text, 12, answer)


MISSING = Cell("missing", "", 0, Answer("", "missing", 0, 0, 0.0, "the <context> is full"))


@pytest.fixture
def grid(detector: Detector) -> Grid:
    """In French ``good`` is right and ``hot`` is not; one answer is empty, one is missing."""
    cells = {
        ("en", "good"): whole(ENGLISH),
        ("fr", "good"): whole(FRENCH),
        ("ar", "good"): whole("", "cut"),
        ("en", "hot"): Cell("running", "The fox is", 3),
        ("fr", "hot"): whole(ENGLISH),
        ("ar", "hot"): MISSING,
    }
    scored = GridScores(question(), detector).of(cells)
    return Grid(question(), ("good", "hot"), cells=scored)


def test_shares_count_what_can_be_said(grid: Grid) -> None:
    # good: English and French right, the empty one wrong. hot: one wrong, one missing, one on.
    assert grid.right_language("good") == Share(2, 3, 3)
    assert grid.right_language("hot") == Share(0, 1, 3)
    assert grid.right_language("good").rate == pytest.approx(2 / 3)
    assert Share(0, 0, 3).rate is None
    # Facts: red and roux, nothing in the empty one; hot says red where roux was asked for.
    assert grid.right_facts("good") == Share(2, 3, 3)
    assert grid.right_facts("hot") == Share(0, 1, 3)
    without = replace(
        grid,
        question=Question(
            "s",
            "p",
            (Prompt.model_construct(parallel_id="p", language="en", messages=(), reference=None),),
        ),
    )
    assert without.right_facts("good") is None


def test_counts_and_the_end_of_a_grid(grid: Grid) -> None:
    assert (grid.done, grid.total) == (5, 6)
    ended = grid.ended()
    assert not ended.running
    assert ended.done == 6
    stopped = ended.cell("en", "hot")
    assert (stopped.state, stopped.text) == ("stopped", "The fox is")
    assert stopped.right("en") is None
    assert not ended.keepable  # who answered is not known
    info = CheckpointInfo(name="good", path=Path("good"), method="full")
    assert replace(ended, asked={"good": Asked(info, Decoding())}).keepable
    assert Grid(question(), ("good",)).ended().done == 3


def test_an_undetermined_answer_is_neither_right_nor_wrong(detector: Detector) -> None:
    scored = GridScores(question(), detector).of({("fr", "good"): whole("123")})
    assert scored["fr", "good"].right("fr") is None
    assert Grid(question(), ("good",), cells=scored).right_language("good") == Share(0, 0, 3)


def test_scores_of_growing_and_of_whole_answers(detector: Detector) -> None:
    scores = GridScores(question("num_items_2"), detector)
    growing = scores.of({("fr", "good"): Cell("running", FRENCH, 8)})["fr", "good"]
    assert growing.verdict is not None
    assert growing.verdict.label == "fr"
    assert (growing.fact, growing.constraint, growing.parts) == (None, None, ())
    done = scores.of({("fr", "good"): whole("- Un renard roux\n- Un hibou gris")})["fr", "good"]
    assert done.fact is not None
    assert done.fact.value == 2
    assert done.constraint is not None
    assert done.constraint.kept is True
    again = scores.of({("fr", "good"): whole("- Un renard roux\n- Un hibou gris")})["fr", "good"]
    assert again is done  # what has not changed is not scored anew


def test_rows_are_cards_of_a_language(grid: Grid) -> None:
    head, english, french, arabic = render_grid(grid)
    assert head.count("<div>good</div>") == 1
    assert '<bdi lang="ar">العربية</bdi>' in arabic
    assert 'dir="auto" lang="ar">ما هو لون الثعلب؟</div>' in arabic
    assert "right: <bdi" in french
    assert french.count("<article") == 2
    assert "✓</span> right language" in french
    assert "wrong language, expected français" in french
    assert '<mark class="wb-foreign' in french
    assert "✗</span> empty answer" in arabic
    assert "No answer: the &lt;context&gt; is full" in arabic
    assert 'aria-busy="true" aria-label="Answer of hot in English"' in english
    assert "12 tokens · 0.5 s · ended by itself" in french
    assert "3 tokens · answering …" in english


def test_what_models_users_and_files_write_stays_text(detector: Detector) -> None:
    evil = Prompt(
        parallel_id="x",
        language="<q>",
        messages=(Message(role="user", content=HOSTILE),),
        reference=Reference(kind="value", accept=((HOSTILE,),)),
        constraint="short",
    )
    asked = Question("s", "x", (evil, prompt("fr")))
    cells = {("<q>", "<i>"): whole(HOSTILE)}
    grid = Grid(asked, ("<i>",), cells=GridScores(asked, detector).of(cells), saved="<u>run")
    shown = "".join([*render_grid(grid), render_summary(grid), render_progress(grid)])
    assert "<img" not in shown
    assert not [tag for tag in ("<q>", "<i>", "<u>") if tag in shown]
    assert "&lt;img src=x onerror=alert(1)&gt; ${1+1}" in shown


def test_the_summary_has_a_mark_for_each_answer(grid: Grid) -> None:
    shown = render_summary(grid)
    assert "<b>67%</b> 2/3</td>" in shown
    assert '<b>0%</b> 0/1 <span class="wb-facts">of 3</span>' in shown
    assert shown.count('data-kind="right"') == 2
    assert shown.count('data-kind="wrong"') == 2
    assert 'data-cell="grid-fr-1" title="français, wrong language: English"' in shown
    assert 'title="العربية, wrong language: empty answer"' in shown
    assert 'title="English, answering …"' in shown
    assert 'id="grid-fr-1"' in render_grid(grid)[2]


def test_progress_in_words(grid: Grid) -> None:
    assert "5 of 6 answers" in render_progress(grid)
    assert "<progress" in render_progress(grid)
    ended = render_progress(grid.ended())
    assert "5 of 6 answers, 1 stopped" in ended
    assert "<progress" not in ended
    assert "kept as run <code>fox-1</code>" in render_progress(replace(grid, saved="fox-1"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("a" * 420, False), ("a" * 421, True), ("狐" * 211, True), ("a\n" * 9 + "a", True)],
)
def test_long_answers_are_folded(detector: Detector, text: str, folded: bool) -> None:
    grid = Grid(question(), ("good",), cells={("en", "good"): whole(text)})
    assert ("show all" in render_grid(grid)[1]) is folded


def test_an_empty_page_says_what_to_do() -> None:
    assert "Pick a prompt" in render_grid_empty(True)[0]
    assert "workbench tinyworld build" in render_grid_empty(False)[0]
