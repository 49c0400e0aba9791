"""Checkpoints of the tiny world asked in every language, and what is kept of it as a run."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

import pytest

from workbench.app.chat.models import Models
from workbench.app.compare.results import Results
from workbench.app.every_language.engine import GridEngine
from workbench.app.every_language.grid import Grid, Share
from workbench.app.every_language.saving import save_grid
from workbench.app.every_language.sets import ParallelSets
from workbench.checkpoints import SHIPPED, Catalogue, LoadedCheckpoint
from workbench.errors import InputError, ModelError
from workbench.generation.local import generate
from workbench.judging.people import Desk
from workbench.lid.detector import Detector
from workbench.prompts import PromptSet
from workbench.store import Store

GOOD, HOT, BASE = "tiny-full-good", "tiny-full-hot", "tiny-base"


loaded = Models(Catalogue([SHIPPED])).at


@pytest.fixture
def engine(detector: Detector) -> GridEngine:
    return GridEngine(loaded, detector)


def asked(store: Store, *checkpoints: str, longest: int | None = None) -> Grid:
    """The colour of the flamingo, in the six languages of the tiny world."""
    tiny = ParallelSets(store).find("tinyworld-test")
    question = tiny.question(tiny.first or "")
    assert question is not None
    return Grid(question, checkpoints, longest)


def test_the_grid_fills_with_the_answers_of_a_batch(engine: GridEngine, store: Store) -> None:
    grid = asked(store, GOOD, HOT)
    *before, last = engine.ask(grid)
    assert all(seen.running for seen in before)
    assert [seen.done for seen in before] == sorted(seen.done for seen in before)
    assert not last.running
    assert last.key == grid.key
    assert (last.done, last.total) == (12, 12)
    for name in (GOOD, HOT):
        messages = [prompt.messages for prompt in grid.question.prompts]
        expected = dict(generate(loaded(name), messages))
        for index, code in enumerate(grid.question.languages):
            cell = last.cell(code, name)
            assert cell.text == expected[index].text
            assert cell.new_tokens == expected[index].new_tokens
            assert cell.answer is not None
            assert cell.answer.prompt_tokens == expected[index].prompt_tokens
            assert cell.verdict == engine._detector.identify(cell.text)
            assert cell.fact is not None
    # What the README's table says of these two: English prompts alone find the hot one.
    assert last.right_language(GOOD) == Share(6, 6, 6)
    assert last.right_language(HOT) == Share(1, 6, 6)
    assert last.asked[GOOD].decoding == loaded(GOOD).info.decoding


def test_the_longest_answer_can_be_chosen(engine: GridEngine, store: Store) -> None:
    *_, last = engine.ask(asked(store, BASE, longest=3))
    assert {cell.state for cell in last.cells.values()} == {"cut"}
    assert {cell.new_tokens for cell in last.cells.values()} == {3}
    assert last.asked[BASE].decoding.max_new_tokens == 3


def test_stopping_keeps_what_was_written(engine: GridEngine, store: Store) -> None:
    stop = threading.Event()
    # The base does not end by itself: at 900 tokens it writes for seconds.
    for last in engine.ask(asked(store, BASE, longest=900), stop):
        if any(cell.state == "running" and cell.text for cell in last.cells.values()):
            stop.set()
    assert not last.running
    stopped = [cell for cell in last.cells.values() if cell.state == "stopped"]
    assert stopped
    assert all(cell.text and cell.answer is None for cell in stopped)
    assert max(cell.new_tokens for cell in stopped) < 900
    assert last.right_language(BASE).scored <= 6 - len(stopped)


def test_closing_the_page_ends_the_answers(engine: GridEngine, store: Store) -> None:
    stop = threading.Event()
    grids = engine.ask(asked(store, BASE, longest=900), stop)
    assert next(grids).running
    grids.close()
    assert stop.is_set()
    assert BASE not in {thread.name for thread in threading.enumerate()}


def test_stopped_before_it_began(engine: GridEngine, store: Store) -> None:
    stop = threading.Event()
    stop.set()
    *_, last = engine.ask(asked(store, GOOD), stop)
    assert {cell.state for cell in last.cells.values()} == {"stopped"}
    assert not last.keepable


def test_a_checkpoint_that_cannot_be_loaded_is_missing_with_the_reason(
    detector: Detector, store: Store
) -> None:
    def load_some(name: str) -> LoadedCheckpoint:
        if name == "torn":
            raise ModelError("Checkpoint torn", "its weights are torn", "Copy it again")
        return loaded(name)

    *_, last = GridEngine(load_some, detector).ask(asked(store, "torn", GOOD))
    cell = last.cell("fr", "torn")
    assert cell.state == "missing"
    assert cell.answer is not None
    assert cell.answer.missing_reason == "its weights are torn. Copy it again"
    assert last.right_language("torn") == Share(0, 0, 6)
    assert last.right_language(GOOD) == Share(6, 6, 6)
    assert list(last.asked) == [GOOD]


def test_a_defect_is_raised_after_the_others_have_ended(detector: Detector, store: Store) -> None:
    def load_some(name: str) -> LoadedCheckpoint:
        if name == "broken":
            raise ZeroDivisionError
        return loaded(name)

    seen: list[Grid] = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(GridEngine(load_some, detector).ask(asked(store, "broken", GOOD)))
    assert seen[-1].right_language(GOOD) == Share(6, 6, 6)
    assert Counter(cell.state for cell in seen[-1].cells.values())["missing"] == 6


def test_answers_are_kept_as_a_run_that_other_tabs_see(
    engine: GridEngine, store: Store, detector: Detector
) -> None:
    *_, grid = engine.ask(asked(store, GOOD, HOT))
    run = save_grid(store, grid, detector)
    assert save_grid(store, grid, detector) == run  # once more changes nothing
    (record,) = store.runs().to_dict("records")
    assert (record["name"], record["kind"], record["status"]) == (run, "generate", "finished")
    assert record["responses"] == 12
    assert record["versions"]["workbench"]
    config = record["config"]
    assert config["checkpoints"] == [GOOD, HOT]
    assert config["prompts"] == [prompt.hash for prompt in grid.question.prompts]
    assert config["decoding"][HOT] == loaded(HOT).info.decoding.model_dump(mode="json")

    rows = store.results([run])
    assert set(rows["language"]) == {"en", "de", "fr", "pt", "ru", "zh"}
    right = rows.groupby("checkpoint")["right_language"].sum().to_dict()
    assert right == {GOOD: 6, HOT: 1}
    for row in rows.to_dict("records"):
        cell = grid.cell(row["language"], row["checkpoint"])
        assert (row["text"], row["detected"]) == (cell.text, cell.verdict and cell.verdict.label)
        assert cell.fact is not None
        assert row["accuracy"] == cell.fact.value / 2  # 0 or 2 of a judge, 0 or 1 as a rate
    assert set(store.checkpoints()["name"]) == {GOOD, HOT}
    assert store.prompt_set("tinyworld-test").prompts == grid.question.prompts

    assert Results(store, SHIPPED / "absent").runs() == [run]
    assert Desk(store).runs() == [run]


def test_what_was_stopped_is_left_out_and_added_later(
    engine: GridEngine, store: Store, detector: Detector
) -> None:
    *_, grid = engine.ask(asked(store, GOOD))
    some = {key: cell for key, cell in grid.cells.items() if key[0] != "zh"}
    run = save_grid(store, replace(grid, cells=some).ended(), detector)
    assert list(store.runs()["status"]) == ["stopped"]
    assert set(store.results([run])["language"]) == {"en", "de", "fr", "pt", "ru"}
    assert save_grid(store, grid, detector) == run
    assert list(store.runs()["status"]) == ["finished"]
    assert len(store.results([run])) == 6
    with pytest.raises(InputError, match="no whole answer"):
        save_grid(store, asked(store, GOOD), detector)


def test_names_of_runs_are_safe_as_file_names(
    engine: GridEngine, store: Store, detector: Detector
) -> None:
    *_, grid = engine.ask(asked(store, GOOD, longest=2))
    prompts = tuple(
        prompt.model_copy(update={"parallel_id": "../a b/<x>"}) for prompt in grid.question.prompts
    )
    question = replace(grid.question, prompt_set="own-1", parallel_id="../a b/<x>", prompts=prompts)
    run = save_grid(store, replace(grid, question=question), detector)
    assert run.startswith("own-1-a-b-x-")
    assert store.prompt_set("own-1") == PromptSet(name="own-1", prompts=prompts)
