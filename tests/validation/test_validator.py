"""Validation of a study on the random tiny base, with real trainings of a few steps."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import write_instructions
from tests.killing import kill_at_first_row
from workbench.errors import InputError
from workbench.prompts import Message, Prompt, PromptSet, Reference, save_prompt_set
from workbench.runs import known_runs, run_study, start_validation
from workbench.store.validations import validations
from workbench.study import Study
from workbench.training.answer_loss import answer_loss
from workbench.validation.settings import Validation
from workbench.validation.validator import loss_examples, shared_with_test, validation_prompts
from workbench.workspace import Workspace

QUESTIONS = {"en": "What colour is the {}?", "fr": "De quelle couleur est le {} ?"}
ANIMALS = {"en": ("fox", "owl", "horse", "mouse"), "fr": ("renard", "hibou", "cheval", "rat")}


def prompt_set(name: str, places: range) -> PromptSet:
    """Parallel questions in English and French; what is right hardly matters here."""
    return PromptSet(
        name=name,
        prompts=tuple(
            Prompt(
                parallel_id=f"{name}-{place}",
                language=language,
                messages=(Message(role="user", content=question.format(ANIMALS[language][place])),),
                task="fact",
                reference=Reference(kind="value", accept=(("e",), ("o",))),
            )
            for language, question in QUESTIONS.items()
            for place in places
        ),
    )


@pytest.fixture
def study(random_tiny_base: Path, instructions: Path, tmp_path: Path) -> dict[str, Any]:
    """Two trainings of four steps, each validated at two and at the end."""
    return declared(random_tiny_base, instructions)


class Finished(NamedTuple):
    """The study, run."""

    workspace: Workspace
    run: str
    labels: list[str]
    """What was said of its progress."""
    instructions: Path


@pytest.fixture(scope="module")
def finished(random_tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """For tests that look at it and change nothing."""
    folder = tmp_path_factory.mktemp("finished")
    instructions = write_instructions(folder / "lines.jsonl")
    study = Study.model_validate(declared(random_tiny_base, instructions))
    workspace, labels = Workspace(folder / "ws"), list[str]()
    run = run_study(study, workspace, lambda _, __, text: labels.append(text))
    return Finished(workspace, run, labels, instructions)


def declared(base: Path, instructions: Path) -> dict[str, Any]:
    folder = instructions.parent
    save_prompt_set(prompt_set("test", range(2)), folder / "test.jsonl")
    save_prompt_set(prompt_set("validation", range(2, 4)), folder / "validation.jsonl")
    return {
        "name": "small",
        "recipe": {"base": str(base), "data": str(instructions), "steps": 4}
        | {"batch_size": 4, "learning_rate": 3e-3},
        "grid": {"seed": [0, 1]},
        "prompt_sets": [{"name": str(folder / "test.jsonl")}],
        "detectors": ["langid"],
        "validation": {
            "prompt_set": str(folder / "validation.jsonl"),
            "data": str(instructions),
            "every": 2,
        },
    }


def validation_run(workspace: Workspace) -> str:
    runs = workspace.store.runs()
    (name,) = runs.loc[runs["kind"] == "validation", "name"]
    return str(name)


def test_every_kept_step_is_answered_and_scored_in_every_language(finished: Finished) -> None:
    workspace, run, labels, _ = finished
    own = validation_run(workspace)
    assert own.startswith(f"{run}-validation-")
    frame = validations(workspace.store, own)
    points = frame.groupby(["cell", "step"])["checkpoint"].unique().map(list).to_dict()
    assert points == {
        ("small-s0", 2): ["small-s0@2"],
        ("small-s0", 4): ["small-s0"],
        ("small-s1", 2): ["small-s1@2"],
        ("small-s1", 4): ["small-s1"],
    }
    measures = {"right_language", "accuracy", "right_and_accurate", "ended", "loss"}
    assert len(frame) == 4 * 2 * len(measures)
    assert set(frame["measure"]) == measures
    rates = frame[frame["measure"] != "loss"]
    assert set(rates["n_total"]) == {2}
    assert rates["value"].dropna().between(0, 1).all()
    assert (rates["value"].notna() | rates["missing_reason"].notna()).all()
    # Six English and four French conversations, of which the loss counts answer tokens.
    losses = frame[frame["measure"] == "loss"].set_index(["checkpoint", "language"])
    assert (losses["value"] > 0).all()
    assert losses["n_scored"].groupby("language").nunique().to_dict() == {"en": 1, "fr": 1}
    # It is live: validation of a step comes before the end of the training.
    order = [label.split(",")[0].split(":")[0] for label in labels]
    assert order.index("small-s0@2") < len(order) - order[::-1].index("training small-s0") - 1
    # Neither results nor the list of runs mix what is for choosing with what is for comparing.
    assert len(workspace.store.results([run])) == 2 * 2 * 2
    assert known_runs(workspace.store, None) == [run]
    status = workspace.store.runs().set_index("name")["status"]
    assert status.to_dict() == {run: "finished", own: "finished"}


def test_rates_and_loss_are_those_of_the_checkpoint_on_disk(finished: Finished) -> None:
    from workbench.checkpoints import load
    from workbench.generation.local import generate
    from workbench.runs import catalogue
    from workbench.training.tokenising import tokenise

    workspace, _, _, instructions = finished
    own = validation_run(workspace)
    loaded = load(catalogue(workspace).find("small-s0@2"), catalogue(workspace))

    results = workspace.store.results([own]).query("checkpoint == 'small-s0@2'")
    asked = prompt_set("validation", range(2, 4))
    conversations = [prompt.messages for prompt in asked.prompts]
    texts = {index: given.text for index, given in generate(loaded, conversations)}
    stored = results.set_index(["parallel_id", "language"])["text"].to_dict()
    assert stored == {(p.parallel_id, p.language): texts[i] for i, p in enumerate(asked.prompts)}
    settings = Validation(prompt_set="v", data=str(instructions))
    examples = loss_examples(settings, ["en", "fr"])
    loss = answer_loss(loaded.model, tokenise(examples["fr"], loaded.tokenizer, 128))
    frame = validations(workspace.store, own).query("checkpoint == 'small-s0@2'")
    row = frame.query("measure == 'loss' and language == 'fr'").iloc[0]
    assert row["value"] == pytest.approx(loss.mean, rel=1e-6)
    assert row["n_scored"] == loss.tokens
    accuracy = frame.query("measure == 'accuracy' and language == 'en'").iloc[0]
    assert accuracy["value"] == results.query("language == 'en'")["accuracy"].mean()


KILLED = """
import json, sys
from pathlib import Path
from workbench.runs import run_study
from workbench.study import Study
from workbench.workspace import Workspace
run_study(Study.model_validate(json.loads(sys.argv[1])), Workspace(sys.argv[2]))
"""


def test_a_kill_loses_nothing_and_doubles_nothing(study: dict[str, Any], tmp_path: Path) -> None:
    longer = {**study, "recipe": {**study["recipe"], "steps": 16}, "grid": {"seed": [0]}}
    longer["validation"] = {**study["validation"], "every": 4}
    folder = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, json.dumps(longer), str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    kill_at_first_row(process, folder, "validations")
    workspace = Workspace(folder)
    own = validation_run(workspace)
    before = validations(workspace.store, own)
    texts = workspace.store.results([own])[["response_id", "text"]]
    assert 0 < before["checkpoint"].nunique() < 4

    run_study(Study.model_validate(longer), workspace)

    after = validations(workspace.store, own)
    # Steps 4, 8 and 12, and the last.
    assert after["checkpoint"].nunique() == 4
    assert not after.duplicated(["checkpoint", "language", "measure"]).any()
    results = workspace.store.results([own])
    assert len(results) == 4 * 4
    assert not results.duplicated(["checkpoint", "parallel_id", "language"]).any()
    kept = results.set_index("response_id")["text"]
    assert (kept[texts["response_id"]].to_numpy() == texts["text"].to_numpy()).all()
    whole = Workspace(tmp_path / "whole")
    run_study(Study.model_validate(longer), whole)
    expected = validations(whole.store, own)
    keys = ["checkpoint", "language", "measure"]
    assert _values(after, keys) == pytest.approx(_values(expected, keys), nan_ok=True)


def _values(frame: Any, keys: list[str]) -> dict[Any, float]:
    return dict(frame.set_index(keys)["value"].items())


def test_two_studies_with_a_common_cell_train_it_once(
    study: dict[str, Any], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "ws")
    run_study(Study.model_validate(study), workspace)
    other = {**study, "name": "other", "grid": {"seed": [1, 2]}}
    labels: list[str] = []

    run = run_study(Study.model_validate(other), workspace, lambda *args: labels.append(args[2]))

    trained = {label.split(",")[0] for label in labels if label.startswith("training")}
    assert trained == {"training other-s2"}
    inodes = [
        (workspace.checkpoints / name / "model.safetensors").stat().st_ino
        for name in ("small-s1", "other-s1")
    ]
    assert inodes[0] == inodes[1]
    results = workspace.store.results([run])
    assert set(results["checkpoint"]) == {"other-s1", "other-s2"}
    runs = workspace.store.runs()
    (own,) = runs.loc[runs["name"].str.startswith(f"{run}-validation"), "name"]
    frame = validations(workspace.store, own)
    assert set(frame["checkpoint"]) == {"other-s1@2", "other-s1", "other-s2@2", "other-s2"}


def test_a_language_without_validation_data_has_a_reason(
    study: dict[str, Any], tmp_path: Path, instructions: Path
) -> None:
    lines = [line for line in instructions.read_text("utf-8").splitlines() if '"en"' in line]
    (tmp_path / "english.jsonl").write_text("\n".join(lines), "utf-8")
    study["validation"] |= {"data": str(tmp_path / "english.jsonl")}
    study["grid"] = {"seed": [0]}
    workspace = Workspace(tmp_path / "ws")
    run_study(Study.model_validate(study), workspace)

    frame = validations(workspace.store, validation_run(workspace)).query("measure == 'loss'")
    french = frame[frame["language"] == "fr"]
    assert french["value"].isna().all()
    assert set(french["missing_reason"]) == {"the validation data have no example in 'fr'"}
    assert frame[frame["language"] == "en"]["value"].notna().all()


def test_prompts_of_the_test_are_warned_of(
    study: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    study["validation"]["prompt_set"] = str(tmp_path / "test.jsonl")
    made = Study.model_validate(study)
    assert made.validation is not None
    start_validation(made, made.validation, Workspace(tmp_path / "ws"))

    assert "4 of 4 validation prompts repeat prompts of test (4 word for word" in caplog.text
    assert caplog.records[0].levelno == logging.WARNING


def test_shared_prompts_are_found_by_text_and_by_name() -> None:
    validation, test = prompt_set("v", range(2, 4)), prompt_set("t", range(2))
    assert shared_with_test(validation, [test]) is None
    renamed = prompt_set("t", range(1, 3))
    assert "2 of 4" in (shared_with_test(validation, [renamed]) or "")
    reworded = PromptSet(
        name="v",
        prompts=tuple(
            prompt.model_copy(update={"messages": (Message(role="user", content="Other?"),)})
            for prompt in validation.prompts
        ),
    )
    assert "2 validation prompts are in the test as well, as 'v-2'" in (
        shared_with_test(validation, [reworded]) or ""
    )


def test_the_tiny_worlds_validation_shares_nothing_with_its_test() -> None:
    from workbench.prompts import shipped_prompt_set

    sets = [shipped_prompt_set(f"tinyworld-{name}") for name in ("validation", "test")]
    assert shared_with_test(sets[0], sets[1:]) is None


def test_the_same_number_of_prompts_and_examples_in_each_language() -> None:
    from workbench.prompts import shipped_prompt_set

    settings = Validation(
        prompt_set="tinyworld-validation", data="tinyworld-validation", limit=7, languages=("fr",)
    )
    found = shipped_prompt_set("tinyworld-validation")

    prompts = validation_prompts(settings, found, ["en", "fr"])
    examples = loss_examples(settings, ["fr", "ru"])

    assert (len(prompts.prompts), prompts.languages) == (7, ["fr"])
    assert {code: len(own) for code, own in examples.items()} == {"fr": 7, "ru": 7}
    assert examples["fr"][0].messages[0].content == prompts.prompts[0].messages[0].content
    with pytest.raises(InputError, match="there are none in sw"):
        validation_prompts(settings.model_copy(update={"languages": ("sw",)}), found, None)


def test_constraints_of_prompts_are_measured_where_there_are_any(
    study: dict[str, Any], tmp_path: Path
) -> None:
    asked = prompt_set("validation", range(2, 4))
    short = tuple(
        prompt.model_copy(update={"constraint": "short"} if number % 2 else {})
        for number, prompt in enumerate(asked.prompts)
    )
    path = tmp_path / "validation.jsonl"
    save_prompt_set(asked.model_copy(update={"prompts": short}), path)
    study["grid"] = {"seed": [0]}
    workspace = Workspace(tmp_path / "ws")
    run_study(Study.model_validate(study), workspace)

    frame = validations(workspace.store, validation_run(workspace))
    kept = frame[frame["measure"] == "constraint_kept"]
    # One of two prompts in each language, at both steps.
    assert list(kept["n_total"]) == [1] * 4
    assert (kept["value"].isin([0, 1]) | kept["missing_reason"].notna()).all()
