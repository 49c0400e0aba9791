"""Judges by name and settings, tables of ratings, and the command ``workbench judge``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import make_base
from tests.judging.judge_server import JudgeServer, answer_in, rating
from workbench.cli import app
from workbench.errors import InputError, NotFoundError
from workbench.judges import make_caller, make_judge
from workbench.judging.settings import JudgeSettings
from workbench.prompts import Message, Prompt, PromptSet, Reference
from workbench.store import LanguageScore, ResponseRecord, RunRecord
from workbench.workspace import Workspace

ANSWERS = {"tuned": ["It is red.", "C'est vert.", ""], "other": ["It is blue.", "Green.", "So."]}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The run ``r``: two checkpoints, three questions, scored by a detector."""
    made = Workspace(tmp_path / "workspace")
    prompts = [
        Prompt(
            parallel_id=str(n),
            language="en",
            messages=(Message(role="user", content=f"Question {n}?"),),
            reference=Reference(kind="value", accept=(("red",),)),
        )
        for n in range(3)
    ]
    made.store.add_prompt_set(PromptSet(name="p", prompts=tuple(prompts)))
    made.store.start_run(RunRecord("r", "generate"))
    for checkpoint, answers in ANSWERS.items():
        made.store.add_checkpoint(checkpoint, checkpoint, {})
        records = [ResponseRecord(str(n), "en", 0, text, "stop") for n, text in enumerate(answers)]
        made.store.add_responses("r", checkpoint, "p", records)
    results = made.store.results()
    made.store.add_language_scores(
        [
            LanguageScore(id, "d", language, 1.0, language == "en")
            for id, text in zip(results["response_id"], results["text"], strict=True)
            for language in [("fr" if "C'est" in text else "en") if text else None]
        ]
    )
    return made


Command = Callable[..., tuple[str, str]]


@pytest.fixture
def command(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give ``workbench judge r`` with further options; what it printed, and told beside."""

    def give(*options: object) -> tuple[str, str]:
        place = ["--workspace", str(workspace.folder), "--format", "json"]
        app(["judge", "r", *map(str, options), *place], result_action="return_value")
        printed = capsys.readouterr()
        return printed.out, printed.err

    return give


def test_mean_levels_with_counts(workspace: Workspace, command: Command) -> None:
    printed, told = command("--judge", "reference")
    rows = {(r["checkpoint"], r["criterion"]): r for r in json.loads(printed)}
    # Of tuned one is right (2), one wrong, one empty (0 by rule): 2 / 3.
    accuracy = rows[("tuned", "accuracy")]
    assert accuracy["mean"] == pytest.approx(2 / 3)
    assert (accuracy["n_rated"], accuracy["n_total"]) == (3, 3)
    # Fluency is known of the empty answer alone.
    fluency = rows[("tuned", "fluency")]
    assert (fluency["mean"], fluency["n_rated"], fluency["n_total"]) == (0, 1, 3)
    assert "1 of 6 rated in full" in told
    assert "5 missing: reference facts do not decide it" in told


def test_an_llm_judges_and_the_gate_speaks(
    server: JudgeServer, workspace: Workspace, command: Command
) -> None:
    options = ["--base-url", server.url, "--model", "gpt-4o", "--max-cost", 1]
    printed, told = command(*options, "--dry-run")
    assert printed == "" and not server.bodies
    assert "5 calls, about" in told and "US dollars, 1.00 at most" in told
    assert "6 responses to rate, 5 of them by the judge" in told

    server.reply_to = lambda body: rating(1 if "red" in answer_in(body) else 2)
    printed, told = command(*options)
    rows = {(r["checkpoint"], r["criterion"]): r for r in json.loads(printed)}
    # tuned: 1 for the red one, 2, and 0 for the empty one.
    assert rows[("tuned", "helpfulness")]["mean"] == pytest.approx(1.0)
    assert rows[("other", "helpfulness")]["mean"] == 2.0
    assert "6 of 6 rated in full" in told
    # 5 x (100 x 2.5 + 40 x 10) / 1e6 dollars
    assert "5 calls, 0 replies from the cache, 500 tokens in and 200 out, 0.003" in told
    assert "judge and d disagree on 1 of 6 answers; the judge is kinder on 1 of them" in told
    again, told = command(*options)
    assert again == printed and "0 of 0 rated in full" in told and len(server.bodies) == 5


def test_two_checkpoints_answer_by_answer(
    server: JudgeServer, workspace: Workspace, command: Command
) -> None:
    server.reply_to = lambda body: json.dumps({"reason": "it is first", "winner": "first"})
    options = ["--base-url", server.url, "--model", "m", "--pairwise", "tuned", "other"]
    printed, told = command(*options)
    (row,) = json.loads(printed)
    assert (row["checkpoint"], row["against"], row["win_rate"]) == ("other", "tuned", 0.5)
    assert (row["n_pairs"], row["n_total"]) == (3, 3)
    assert "6 calls" in told and "of unknown price" in told
    assert "the answer shown first won 100%" in told
    assert "0% of 3 pairs have the same winner in both orders" in told
    with pytest.raises(InputError, match="one answer at a time"):
        command("--judge", "reference", "--pairwise", "tuned", "other")


def test_a_local_judge_by_the_name_of_a_checkpoint(workspace: Workspace, command: Command) -> None:
    make_base(workspace.checkpoints / "rater", context=8192)
    printed, told = command("--judge", "local", "--model", "rater")
    assert "6 of 6 rated in full" in told
    assert {row["n_rated"] for row in json.loads(printed)} == {3}
    with pytest.raises(NotFoundError, match="Checkpoint 'reter'.*'rater'"):
        command("--judge", "local", "--model", "reter")


def test_retrying_missing_ones_by_command(
    server: JudgeServer, workspace: Workspace, command: Command
) -> None:
    server.faults = {"It is red.": ["prose"] * 2}
    options = ["--base-url", server.url, "--model", "m", "--checkpoints", "tuned"]
    _, told = command(*options)
    assert "2 of 3 rated in full" in told and "did not keep to it in 2 of 3 replies" in told
    _, told = command(*options, "--retry-missing")
    assert "1 of 1 rated in full" in told


def test_a_cap_needs_a_price(workspace: Workspace, tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    settings = JudgeSettings(base_url=url, model="my-model", max_cost=1)
    with pytest.raises(InputError, match="my-model.*--prices"):
        make_caller(workspace, settings)
    prices = tmp_path / "prices.yaml"
    prices.write_text("my-model: {input: 3, output: 4}\n")
    caller = make_caller(workspace, settings.model_copy(update={"prices": prices}))
    assert caller.budget.price is not None and caller.budget.price.output == 4


def test_what_a_judge_needs(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="an endpoint and a model"):
        make_judge(workspace, "llm", JudgeSettings())
    with pytest.raises(InputError, match="A local judge: it needs a model"):
        make_judge(workspace, "local", JudgeSettings())
    with pytest.raises(NotFoundError, match="Rubric 'x'"):
        make_judge(workspace, "reference", JudgeSettings(rubric="x"))
