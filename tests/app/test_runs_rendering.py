from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.known_validation import fill
from workbench.app.runs.rendering import (
    counted,
    entry,
    render_head,
    render_log,
    render_problem,
    render_runs_empty,
    render_selection,
)
from workbench.app.runs.view import Progress, RunLine
from workbench.errors import InputError
from workbench.selection import read_evidence, select
from workbench.selection_records import LeftOut, Selection
from workbench.store import Store

LINE = RunLine(
    name="study-<1>",
    kind="study",
    status="running",
    started="3 Jan, 12:05",
    took="4 min",
    progress=Progress(5, 20, 0),
    question="Does <b> carry over?",
    command="workbench run study.yaml",
    config={},
    validation="v",
    validated=Progress(1200, None, 0),
)


@pytest.fixture(scope="module")
def selection(tmp_path_factory: pytest.TempPathFactory) -> Selection:
    path: Path = tmp_path_factory.mktemp("rendering") / "own.sqlite"
    with Store(f"sqlite:///{path}") as store:
        fill(store)
        return select(read_evidence(store, "study-1"))


def test_an_entry_has_a_line_each_for_name_state_and_counts() -> None:
    assert entry(LINE).splitlines() == [
        "study-<1>",
        "● running · study · 3 Jan, 12:05",
        "5 of 20 answered, 0 scored",
        "validation: 1,200 answered",
    ]
    assert counted(Progress(0, 0, 0)) == "0 of 0"


def test_the_head_shows_how_far_the_run_is_and_escapes_what_it_is_called() -> None:
    html = render_head(LINE)
    assert "<h2>study-&lt;1&gt;</h2><p>Does &lt;b&gt; carry over?</p>" in html
    assert 'data-status="running"' in html
    assert "for 4 min" in html
    assert "answers: 5 of 20" in html
    assert '<progress aria-label="answers" value="5" max="20">' in html
    assert "validation answers: 1,200<" in html
    assert "The same as <code>workbench run study.yaml</code>" in html
    stopped = render_head(replace(LINE, status="stopped"))
    assert "Goes on with <code>workbench run study.yaml</code>" in stopped
    finished = render_head(replace(LINE, status="finished", command=""))
    assert "took 4 min" in finished
    assert "<code>" not in finished


def test_a_job_says_what_it_does_while_it_is_going_on() -> None:
    log = "loading\ntraining <a>, loss 0.41: 40/150, 3.2/s, 34 s left"
    doing = '<p class="wb-doing">training &lt;a&gt;, loss 0.41: 40/150, 3.2/s, 34 s left</p>'
    assert doing in render_head(LINE, log)
    assert "wb-doing" not in render_head(replace(LINE, status="stopped"), log)
    assert render_log(log).endswith("34 s left</pre></div>")
    assert "training &lt;a&gt;" in render_log(log)


def test_the_table_names_what_each_criterion_takes(selection: Selection) -> None:
    html = render_selection(selection)
    assert html.count('<th scope="row">') == 3
    assert '<bdi lang="ru">русский</bdi>' in html
    # low 100: English .7, French .6, Russian .4
    assert '<td style="--share:0.70">70%</td>' in html
    assert "left out" not in html


def test_what_was_left_out_is_there_with_its_reason(selection: Selection) -> None:
    out = LeftOut(recipe="<r>", step=1000, reason="only 1 of 2 seeds are validated yet")
    html = render_selection(selection.model_copy(update={"left_out": [out]}))
    assert "1 left out" in html
    assert "&lt;r&gt;, step 1,000: only 1 of 2 seeds are validated yet" in html


def test_no_cost_is_said_as_such(selection: Selection) -> None:
    same = selection.model_copy(update={"english": selection.multilingual})
    assert "takes the checkpoint that validation in all languages takes" in render_selection(same)
    cheap = {code: cost.model_copy(update={"mean": -0.1}) for code, cost in selection.cost.items()}
    html = render_selection(selection.model_copy(update={"cost": cheap}))
    assert "costs nothing in any language" in html


def test_empty_states_say_what_to_do() -> None:
    assert "workbench run learning-rate" in render_runs_empty()
    html = render_problem(InputError("Run '<x>'", "it is gone", "Name another"))
    assert "Run &#x27;&lt;x&gt;&#x27;" in html
    assert "It is gone." in html
    assert "Name another." in html
