"""Runs, curves, selection, signs and what the base knew, over hand-made answers."""

from __future__ import annotations

import os
from typing import Any

import pytest
import sqlalchemy as sa

from tests.known_validation import fill as fill_validation
from workbench.app.runs import finding_views, training_views
from workbench.app.runs.finding_views import Room, Sign, SignReader
from workbench.app.runs.training_views import CurveView
from workbench.app.runs.view import RunLine, RunViews, most_telling
from workbench.errors import InputError
from workbench.jobs import Job
from workbench.process_identity import this_process
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store, tables
from workbench.store.validations import Validated, ValidationScore, add_validations
from workbench.workspace import Workspace

RUN = "learning-rate-12345678"


@pytest.fixture
def views(workspace: Workspace) -> RunViews:
    return RunViews(workspace)


def line_of(views: RunViews, run: str) -> RunLine:
    line = views.line(run)
    assert line is not None
    return line


def answer(store: Store, run: str, checkpoint: str, rights: tuple[int, ...], base: str) -> None:
    """Answers to as many French facts as there are ``rights``, each right or wrong."""
    recipe = {"base": base, "seed": 0, "learning_rate": 1e-4}
    store.add_checkpoint(checkpoint, checkpoint, {"recipe": recipe})
    texts = [ResponseRecord(str(n), "fr", 0, "Oui.", "stop") for n in range(len(rights))]
    store.add_responses(run, checkpoint, "facts", texts)
    found = store.results([run]).query("checkpoint == @checkpoint")
    store.add_ratings(
        [
            Rating(int(id), "reference", "accuracy", 2 * right)
            for id, right in zip(found["response_id"], rights, strict=True)
        ]
    )
    store.add_language_scores(
        [LanguageScore(int(id), "langid", "fr", 1.0, True) for id in found["response_id"]]
    )


@pytest.fixture
def facts(store: Store) -> Store:
    """Four French facts, of which the base knows two; a study has lost one of them."""
    prompts = tuple(
        Prompt(
            parallel_id=str(number),
            language="fr",
            messages=(Message(role="user", content=f"Question {number} ?"),),
            task="fact",
        )
        for number in range(4)
    )
    store.add_prompt_set(PromptSet(name="facts", prompts=prompts))
    store.start_run(RunRecord("study-1", "study", {"name": "study"}))
    answer(store, "study-1", "study-lr1e-4-s0", (1, 0, 0, 0), "tiny-base")
    config = {"checkpoint": "tiny-base", "prompt_set": "facts", "shots": 4, "task": "fact"}
    config |= {"languages": ["fr"], "limit": None}
    store.start_run(RunRecord("elicited", "generate", config))
    answer(store, "elicited", "tiny-base (few-shot)", (1, 1, 0, 0), "")
    return store


def test_the_list_is_newest_first_with_validation_in_its_study(
    store: Store, views: RunViews
) -> None:
    assert views.lines() == []
    fill_validation(store)
    store.start_run(RunRecord("import-1", "import"))
    store.finish_run("import-1")

    imported, study = views.lines()
    assert (imported.name, study.name) == ("import-1", "study-1")
    assert (imported.kind, imported.status) == ("import", "finished")
    assert imported.progress.to_answer == 0
    assert (study.status, study.validation) == ("running", "study-1-validation-1")
    assert study.validated is not None
    # 8 checkpoints, each asked 10 prompts in 3 languages; its settings name no prompts.
    assert (study.validated.answered, study.validated.scored) == (240, 240)
    assert study.validated.to_answer is None
    assert study.took.endswith(" s")
    assert views.line("gone") is None
    assert most_telling([imported, study]) == "study-1"
    assert most_telling([imported]) == "import-1"
    assert most_telling([]) is None


def test_a_validation_without_its_study_stands_alone(store: Store, views: RunViews) -> None:
    store.start_run(RunRecord("v", "validation", {"study_run": "elsewhere"}))
    assert [(line.name, line.kind) for line in views.lines()] == [("v", "validation")]


def test_the_mark_changes_with_what_is_answered_and_validated(
    store: Store, views: RunViews
) -> None:
    fill_validation(store)
    before = views.mark(line_of(views, "study-1"))
    assert views.mark(line_of(views, "study-1")) == before
    place = Validated("study-1-validation-1", "study-low-s0", "v", 100)
    add_validations(store, place, [ValidationScore("fr", "loss", 1.0, 9, 9)])
    after = views.mark(line_of(views, "study-1"))
    assert after != before
    store.finish_run("study-1")
    assert views.mark(line_of(views, "study-1")) != after


def test_curves_are_means_over_seeds_or_a_panel_a_seed(store: Store, views: RunViews) -> None:
    fill_validation(store)
    line = line_of(views, "study-1")
    found = training_views.language_curves(store, line, CurveView("loss"))

    assert found.measures == ("loss",)
    assert found.figure is not None
    lines = [trace for trace in found.figure.data if trace.mode == "lines+markers"]
    # English alone has a loss: .5 and .51 at step 50 of low, .4 and .41 at step 100.
    assert [list(trace.y) for trace in lines] == [
        pytest.approx([0.505, 0.405]),
        pytest.approx([0.205, 0.305]),
    ]
    titles = [note.text for note in found.figure.layout.annotations]
    assert titles[0].startswith("<b>study-low</b>")
    assert "English 0.41" in titles[0] or "English 0.40" in titles[0]
    # 9 tokens each at 8 points.
    assert found.note.startswith("Lines are means over 2 seeds, bands their range.")
    assert "All 72 answer tokens are scored" in found.note
    by_seed = training_views.language_curves(store, line, CurveView("loss", by_seed=True))
    assert by_seed.figure is not None
    assert len(by_seed.figure.layout.annotations) == 4


def test_a_measure_without_values_says_why(store: Store, views: RunViews) -> None:
    fill_validation(store)
    place = Validated("study-1-validation-1", "study-low-s0", "v", 100)
    missing = ValidationScore("fr", "accuracy", None, 0, 10, "the prompt has no reference facts")
    add_validations(store, place, [missing])
    line = line_of(views, "study-1")
    found = training_views.language_curves(store, line, CurveView("accuracy"))
    assert found.figure is None
    assert found.note == "There is no accuracy: the prompt has no reference facts."
    found = training_views.language_curves(store, line, CurveView("ended"))
    assert found.note == "There is no ended by itself: it was not measured."


def test_rates_of_one_seed_come_with_their_intervals(store: Store, views: RunViews) -> None:
    fill_validation(store)
    for checkpoint, step in (("study-low-s0@50", 50), ("study-low-s0", 100)):
        place = Validated("study-1-validation-1", checkpoint, "v", step)
        scores = [
            ValidationScore("en", "right_language", 1.0, 10, 10),
            ValidationScore("fr", "right_language", 0.8, 10, 10),
        ]
        add_validations(store, place, scores)
    found = training_views.language_curves(store, line_of(views, "study-1"), CurveView())
    assert found.figure is not None
    french = next(trace for trace in found.figure.data if trace.name == "français")
    # Wilson's interval of 8 of 10.
    assert list(french.customdata[0]) == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert "Bands are 95% intervals over prompts." in found.note
    assert "English 100%, others 80%" in found.figure.layout.annotations[0].text


def test_selection_comes_with_its_charts(store: Store, views: RunViews) -> None:
    fill_validation(store)
    line = line_of(views, "study-1")
    found = training_views.selected(store, line)
    assert found.selection.multilingual.recipe == "study-low"
    assert found.selection.multilingual.checkpoints == ["study-low-s0", "study-low-s1"]
    assert {trace.name for trace in found.costs.data} == {
        "taken by English loss",
        "taken by English quality",
    }
    assert "front" in {trace.name for trace in found.front.data}
    with pytest.raises(InputError, match="Choose another measure"):
        training_views.selected(store, line, measure="constraint_kept")


def test_signs_name_checkpoints_shortly_and_lead_to_their_answers(
    filled: Store, views: RunViews
) -> None:
    line = line_of(views, RUN)
    found = SignReader(filled).read(line, RUN)
    hot = "learning-rate-lr0.001"
    assert found.checkpoints == ["learning-rate-lr0.0001", hot]

    shown = finding_views.examples(found, Sign("english_drift", hot, "fr"))
    # 24 of the 29 French answers that could be told are in English.
    assert shown.note.startswith(f"{hot}, français: English drift 83% over 29 of 30 answers")
    assert shown.note.endswith("such as these 5.")
    assert list(shown.answers["parallel_id"]) == [f"colour-{n:02}" for n in range(5)]
    assert set(shown.answers["checkpoint"]) == {hot}
    assert shown.definition == "Answered in English where another language was asked."
    # Where none was chosen it is the worst cell; one that is gone counts as none.
    assert finding_views.examples(found, Sign("english_drift")).cell == shown.cell
    assert finding_views.examples(found, Sign("english_drift", "gone", "sw")).cell == shown.cell
    none = finding_views.examples(found, Sign("english_drift", hot, "en"))
    assert "cannot be measured (only of languages other than English)" in none.note
    good = finding_views.examples(found, Sign("english_drift", "learning-rate-lr0.0001", "fr"))
    assert good.note.endswith("0% over 30 of 30 answers; no answer shows it.")
    assert good.answers.empty


def test_signs_are_measured_anew_where_the_run_has_moved_on(filled: Store, views: RunViews) -> None:
    reader, line = SignReader(filled), line_of(views, RUN)
    first = reader.read(line, RUN)
    assert reader.read(line, RUN) is first
    (id,) = filled.results([RUN]).query("right_language.isna()")["response_id"]
    filled.add_language_scores([LanguageScore(int(id), "langid", "fr", 1.0, True)])
    answers = [ResponseRecord("colour-00", "fr", 1, "Oui.", "stop")]
    filled.add_responses(RUN, "learning-rate-lr0.001", "colours", answers)
    assert len(reader.read(line_of(views, RUN), RUN).results) == 121


def test_what_the_base_knew_is_parted_for_its_studies(facts: Store, views: RunViews) -> None:
    found = finding_views.knowledge(facts, line_of(views, "study-1"), Room())
    assert found.figure is not None
    # Of four facts: one right, one known and lost, two never learned.
    assert [list(trace.x) for trace in found.figure.data] == [[0.25], [0.25], [0.5]]
    assert [note.text for note in found.figure.layout.annotations] == ["lr1e-4"]
    assert found.note.startswith("Of 4 facts a language that both tiny-base (few-shot)")
    assert found.command == ""


def test_an_elicitation_itself_shows_what_is_known(facts: Store, views: RunViews) -> None:
    found = finding_views.knowledge(facts, line_of(views, "elicited"), Room())
    assert found.figure is not None
    assert found.figure.data[0].z[0][0] == pytest.approx(0.5)
    assert found.command == "workbench elicit tiny-base --prompts facts --tuned CHECKPOINT"


def test_where_no_base_was_asked_the_command_says_how(store: Store, views: RunViews) -> None:
    store.start_run(RunRecord("study-1", "study", {"name": "study"}))
    nothing = finding_views.knowledge(store, line_of(views, "study-1"), Room())
    assert nothing.note == "This run has no answers yet to compare with."
    prompt = Prompt(parallel_id="0", language="fr", messages=(), task="fact")
    store.add_prompt_set(PromptSet(name="facts", prompts=(prompt,)))
    answer(store, "study-1", "study-a", (1,), "tiny-base")
    found = finding_views.knowledge(store, line_of(views, "study-1"), Room())
    assert found.figure is None
    assert found.command == "workbench elicit tiny-base --prompts facts"


def test_checkpoints_that_name_no_base_are_not_compared(filled: Store, views: RunViews) -> None:
    found = finding_views.knowledge(filled, line_of(views, RUN), Room())
    assert found.note == "No checkpoint of this run says what base it was tuned from."


def test_a_job_on_its_way_to_its_run_is_starting_and_one_that_never_came_has_failed(
    store: Store, views: RunViews, workspace: Workspace
) -> None:
    """The run was stopped before; the process of its next job is this very one, or gone."""
    store.start_run(RunRecord("r", "study"))
    store.finish_run("r", "stopped")
    own = this_process()
    folder = workspace.folder / "jobs" / "r"
    folder.mkdir(parents=True)

    def status(**changes: Any) -> str:
        # The store has noted this process, too, so the job began at another time.
        job = Job(run="r", study="s.yaml", pid=own.pid, began=own.began, host=own.host)
        (folder / "job.json").write_text(job.model_copy(update=changes).model_dump_json(), "utf-8")
        return line_of(views, "r").status

    assert status() == "stopped"
    with store.database.writing() as connection:
        connection.execute(sa.update(tables.run_processes).values(pid=own.pid + 1))
    assert status() == "starting"
    assert line_of(views, "r").running
    assert status(stopping=True) == "stopped"
    assert status(pid=2**22 + 1) == "failed"


def test_a_run_says_which_process_executes_it(store: Store, views: RunViews) -> None:
    store.start_run(RunRecord("r", "study"))
    line = line_of(views, "r")
    assert line.where == f"process {os.getpid()} on this machine"
    assert line.folder == os.getcwd()
    with store.database.writing() as connection:
        connection.execute(sa.update(tables.run_processes).values(host="node7", pid=12))
    assert line_of(views, "r").where == "process 12 on node7"
    store.finish_run("r")
    assert line_of(views, "r").where == ""
