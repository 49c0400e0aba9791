"""Judges of a study that ask models: declared, planned, refused in time, and heard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import make_base
from tests.judging.judge_server import JudgeServer, rating
from workbench.cli import app
from workbench.errors import FileFormatError, InputError, ModelError, NotFoundError, StudyError
from workbench.judging.criteria import CRITERIA
from workbench.judging.settings import KEY_VARIABLE
from workbench.planning import plan_study
from workbench.runs import run_study
from workbench.study import Study, load_study
from workbench.study_judges import key_note
from workbench.workspace import Workspace

PLAIN: dict[str, Any] = {
    "name": "judged",
    "recipe": {
        "data": "tinyworld",
        "size": 8,
        "steps": 1,
        "batch_size": 4,
        "learning_rate": 1e-3,
    },
    "prompt_sets": [{"name": "tinyworld-validation", "limit": 2}],
    "languages": ["en", "fr"],
    "decoding": {"max_new_tokens": 8},
}
"""One checkpoint answers two prompts in two languages."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws")


Declare = Callable[..., Study]


@pytest.fixture
def declare(random_tiny_base: Path) -> Declare:
    """The plain study with these judges beside its rules."""

    def declare(*judges: dict[str, Any]) -> Study:
        recipe = {**PLAIN["recipe"], "base": str(random_tiny_base)}
        every = ["reference", "constraints", *judges]
        return Study.model_validate({**PLAIN, "recipe": recipe, "judges": every})

    return declare


def llm(server: JudgeServer, **settings: Any) -> dict[str, Any]:
    usual = {"kind": "llm", "model": "m", "base_url": server.url}
    return {**usual, "attempts": 2, "back_off": 0.001, **settings}


def test_both_kinds_judge_at_the_end_and_go_on_where_they_stopped(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    make_base(workspace.checkpoints / "rater", context=8192)
    local = {"kind": "local", "model": "rater", "languages": ["fr"]}
    # The first answer that is to be judged stays without a readable rating.
    replies = iter(['{"ready": true}', "no", "no"])
    server.reply_to = lambda body: next(replies, rating(1))
    told: list[str] = []

    study = declare(llm(server, limit=1, concurrency=1), local)
    run = run_study(study, workspace, tell=told.append)

    ratings = workspace.store.ratings([run]).groupby("judge")
    by_llm = ratings.get_group("m[six-criteria-1.en]")
    # One of two prompts in each language, on six criteria.
    assert by_llm.groupby("language")["response_id"].nunique().to_dict() == {"en": 1, "fr": 1}
    assert (len(by_llm), int(by_llm["value"].notna().sum())) == (12, 6)
    by_local = ratings.get_group("rater[six-criteria-1.en]")
    assert set(by_local["language"]) == {"fr"} and by_local["value"].notna().all()
    assert len(by_local) == 2 * len(CRITERIA)
    # The rules judge as they do without models.
    assert len(ratings.get_group("reference")) == 4
    assert "m[six-criteria-1.en]: 1 of 2 rated in full" in told
    assert any(line.startswith("m[six-criteria-1.en]: language gate: judge and") for line in told)
    assert "rater[six-criteria-1.en]: 2 of 2 rated in full" in told
    asked = len(server.bodies)
    assert run_study(study, workspace) == run
    # It is finished: nothing is tested, and what has been tried is not tried again.
    assert len(server.bodies) == asked


def test_a_judge_that_is_added_judges_the_answers_that_are_there(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    run = run_study(declare(), workspace)
    before = workspace.store.results([run])["response_id"].tolist()

    assert run_study(declare(llm(server)), workspace) == run

    assert workspace.store.results([run])["response_id"].tolist() == before
    assert len(workspace.store.ratings([run], ["m[six-criteria-1.en]"])) == 4 * 6


def refused(study: Study, workspace: Workspace, kind: type[Exception]) -> str:
    """The error of a study that is refused before anything is trained or noted."""
    with pytest.raises(kind) as raised:
        run_study(study, workspace)
    assert not any(workspace.checkpoints.glob("judged*"))
    assert workspace.store.runs().empty
    return str(raised.value)


def test_what_would_stop_a_judge_in_the_end_stops_the_study_before_it_begins(
    declare: Declare,
    server: JudgeServer,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.key, server.models = "secret", {"m"}
    no_key = refused(declare(llm(server)), workspace, ModelError)
    assert KEY_VARIABLE in no_key and "added later, it judges the answers that are there" in no_key
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    no_model = refused(declare(llm(server, model="n")), workspace, ModelError)
    assert "the server knows no such model" in no_model


def test_a_name_that_stands_for_another_judge_is_refused(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    server.models = {"m"}
    slip = declare(llm(server, model="n", name="strict"))
    refused(slip, workspace, ModelError)
    # Nothing was judged under the name, so that it is free for what was meant.
    run_study(declare(llm(server, name="strict")), workspace)
    further = Study.model_validate(
        {**declare(llm(server, name="strict", temperature=1)).model_dump(), "name": "further"}
    )
    with pytest.raises(InputError, match=r"another judge of this name \(decoding differ"):
        run_study(further, workspace)
    assert not any(workspace.checkpoints.glob("further*"))


def test_a_server_that_does_not_answer_is_named(declare: Declare, workspace: Workspace) -> None:
    down = {"kind": "llm", "model": "m", "base_url": "http://127.0.0.1:9/v1", "attempts": 1}
    said = refused(declare(down), workspace, ModelError)
    assert "it did not reply to a short test request: the connection failed" in said


def test_local_judges_that_could_not_judge_are_refused(
    declare: Declare, workspace: Workspace, random_tiny_base: Path
) -> None:
    nobody = {"kind": "local", "model": "nobody"}
    assert "Checkpoint 'nobody'" in refused(declare(nobody), workspace, NotFoundError)
    short = {"kind": "local", "model": str(random_tiny_base)}
    assert "the model takes 128" in refused(declare(short), workspace, ModelError)
    other = {"kind": "local", "model": "tiny-base", "rubric_language": "xx"}
    assert "Rubric 'six-criteria' in 'xx'" in refused(declare(other), workspace, NotFoundError)


def test_two_judges_of_one_name_and_a_cost_without_a_price_are_refused(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    twice = declare(llm(server), llm(server, temperature=1.0))
    assert "two judges have this name" in refused(twice, workspace, InputError)
    capped = declare(llm(server, max_cost=5))
    assert "its price is not known" in refused(capped, workspace, InputError)
    assert server.bodies == []


def test_a_judge_that_fails_leaves_everything_else_done(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    """The key ends after the first request; the local judge is heard all the same."""
    make_base(workspace.checkpoints / "rater", context=8192)
    study = declare(llm(server), {"kind": "local", "model": "rater"})

    def last_reply(body: dict[str, Any]) -> str:
        server.key = "another"
        return '{"ready": true}'

    server.reply_to = last_reply

    with pytest.raises(StudyError) as raised:
        run_study(study, workspace)

    assert "1 of its cells and judges failed: judge m[six-criteria-1.en] (" in str(raised.value)
    ratings = workspace.store.ratings([study.run_name])
    assert len(ratings[ratings["judge"] == "rater[six-criteria-1.en]"]) == 4 * 6
    assert workspace.store.runs()["status"].tolist() == ["failed"]
    server.key = ""
    server.reply_to = lambda body: rating()
    run_study(study, workspace)
    assert len(workspace.store.ratings([study.run_name], ["m[six-criteria-1.en]"])) == 4 * 6


def test_a_plan_has_what_judging_takes_and_sends_nothing(
    declare: Declare, server: JudgeServer, workspace: Workspace, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("m: {input: 3, output: 4}\n")
    capped = llm(server, max_cost=0.5, prices=str(prices), max_tokens=100)
    local = {"kind": "local", "model": "tiny-lora-good", "limit": 1}
    study = declare(capped, local)

    before = plan_study(study, workspace)

    by_llm, by_local = before.judges
    assert (by_llm.responses, by_local.responses) == (4, 2)
    assert by_llm.estimate is not None and by_llm.estimate.calls == 4
    # Half of 100 tokens for each of 4 replies.
    assert by_llm.estimate.new_tokens == 200
    tokens = by_llm.estimate.prompt_tokens
    assert by_llm.estimate.cost == pytest.approx((tokens * 3 + 200 * 4) / 1e6, rel=1e-3)
    assert "judge m[six-criteria-1.en]: 4 answers, 4 calls, about" in before.text()
    assert "US dollars, 0.50 at most" in before.text()
    assert "judge tiny-lora-good[six-criteria-1.en]: 2 answers, by a model on" in before.text()
    record = json.loads(json.dumps(before.record))["judges"]
    assert [(judge["name"], judge["kind"]) for judge in record] == [
        ("m[six-criteria-1.en]", "llm"),
        ("tiny-lora-good[six-criteria-1.en]", "local"),
    ]
    assert server.bodies == [] and workspace.store.judges().empty
    server.reply_to = lambda body: rating()
    run_study(declare(capped), workspace)
    after = plan_study(study, workspace)
    assert [judge.responses for judge in after.judges] == [0, 2]


def test_a_key_that_is_not_set_is_noted_for_servers_elsewhere(
    declare: Declare, server: JudgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = declare(llm(server, base_url="https://api.example.org/v1"))
    note = f"{KEY_VARIABLE} is not set, and api.example.org may want a key"
    assert key_note(elsewhere) == note
    assert key_note(declare(llm(server))) is None
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    assert key_note(elsewhere) is None


def test_judges_leave_run_and_cells_as_they_are(declare: Declare, server: JudgeServer) -> None:
    plain, judged = declare(), declare(llm(server), {"kind": "local", "model": "x"})
    assert judged.of_run == plain.of_run
    assert judged.run_name == plain.run_name
    assert [r.hash for r in judged.recipes()] == [r.hash for r in plain.recipes()]
    # Fewer rules make another run, with or without models.
    fewer = Study.model_validate({**plain.model_dump(), "judges": ["reference"]})
    assert fewer.run_name != plain.run_name
    assert fewer.of_run["judges"] == ["reference"]


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        ("mistral", "line 4, field 'judges.1': Input should be 'reference' or 'constraints'"),
        ("{kind: llm, model: m}", "line 4, field 'judges.1': base_url: an llm judge needs"),
        ("{kind: local, model: m, base_url: 'http://h'}", "field 'judges.1': base_url: a local"),
        ("{kind: local}", "line 4, field 'judges.1': model: name the model"),
        ("{model: m}", "line 4, field 'judges.1.kind': Field required. Add the field"),
        ("{kind: lm, model: m}", "field 'judges.1.kind': Input should be 'llm' or 'local'"),
        ("{kind: local, model: m, temp: 1}", "field 'judges.1.temp': Extra inputs are not"),
        ("{kind: llm, model: m, base_url: 'http://u:p@h/v1'}", "host, port and path"),
    ],
)
def test_a_judge_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, judge: str, said: str
) -> None:
    path = tmp_path / "own.yaml"
    head = "name: own\ncheckpoints: [tiny-base]\nprompt_sets: [{name: tinyworld-test}]\n"
    path.write_text(f"{head}judges: [reference, {judge}]\n")
    with pytest.raises(FileFormatError) as raised:
        load_study(path)
    assert said in str(raised.value)


def test_the_command_tells_what_judges_did(
    declare: Declare,
    server: JudgeServer,
    workspace: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from workbench.study_files import study_yaml

    server.reply_to = lambda body: rating()
    path = tmp_path / "judged.yaml"
    path.write_text(study_yaml(declare(llm(server))))
    app(["run", str(path), "--workspace", str(workspace.folder)], result_action="return_value")
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == load_study(path).run_name
    assert "m[six-criteria-1.en]: 4 of 4 rated in full" in printed.err


def test_a_language_in_which_nothing_is_asked_is_refused(
    declare: Declare, server: JudgeServer, workspace: Workspace
) -> None:
    study = declare(llm(server, languages=["de", "en"]))
    assert "the study asks nothing in de. Choose its languages among en, fr" in refused(
        study, workspace, InputError
    )
    with pytest.raises(InputError, match="asks nothing in de"):
        plan_study(study, workspace)
