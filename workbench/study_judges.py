"""Judges of a study that ask models: checked before anything is trained, asked at the end.

They judge the answers of the study's run as ``workbench judge`` does: only what has no rating
yet, each kept as it comes. Adding one to a study that has run trains and answers nothing anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.checkpoints import load_tokenizer, read_context_length
from workbench.errors import InputError, ModelError, WorkbenchError
from workbench.judges import make_judge
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.local_judge import level_tokens, local_record, shortest_prompt
from workbench.judging.prices import Estimate
from workbench.judging.rubric import Rubric, load_rubric
from workbench.judging.run import Choice, Judge, chosen, judge_run, responses_of, without_judge
from workbench.judging.settings import KEY_VARIABLE, StudyJudge
from workbench.judging.summaries import count_lines, estimate_line, gate_line
from workbench.progress import ProgressCallback
from workbench.store.records import JudgedResponse, JudgeRecord
from workbench.study import Study
from workbench.workspace import Workspace

Tell = Callable[[str], object]
"""Takes a line that says what was done."""


@dataclass(frozen=True)
class ReadyJudge:
    """A judge that can be asked, as far as that is known without asking it."""

    declared: StudyJudge
    record: JudgeRecord
    rubric: Rubric
    make: Callable[[], Judge]
    """Loads it where it is a local model."""

    @property
    def choice(self) -> Choice:
        """Which answers it judges."""
        return Choice(self.declared.languages, limit=self.declared.limit)


@dataclass(frozen=True)
class JudgePlan:
    """What a judge of a study has still to do."""

    name: str
    kind: str
    responses: int
    """That it is to judge and has not judged yet, those to be generated included."""
    estimate: Estimate | None
    """What an endpoint takes for them; None for a local model."""
    max_cost: float | None

    @property
    def text(self) -> str:
        """The plan in a line."""
        took = "by a model on this machine"
        if self.estimate is not None:
            took = estimate_line(self.estimate, self.max_cost)
        return f"judge {self.name}: {self.responses:,} answers, {took}"

    @property
    def record(self) -> dict[str, object]:
        """The plan as JSON."""
        sent = vars(self.estimate) if self.estimate is not None else {}
        own = {"name": self.name, "kind": self.kind, "responses": self.responses}
        return {**own, **sent, "max_cost": self.max_cost}


def ready_judges(
    study: Study, workspace: Workspace, languages: Collection[str]
) -> list[ReadyJudge]:
    """The judges of a study that ask models; nothing is sent, no model is loaded.

    ``languages`` are those in which the study asks. Raises InputError, NotFoundError or
    ModelError for a judge that could not judge: a rubric or checkpoint that is not there, a
    cost that cannot be limited, a model whose context is too short, a language in which nothing
    is asked, a name that two judges have.
    """
    found = [_ready(judge, workspace) for judge in study.models_that_judge]
    for judge in found:
        if absent := sorted(set(judge.declared.languages or ()) - set(languages)):
            raise InputError(
                f"Judge '{judge.record.name}' of study '{study.name}'",
                f"the study asks nothing in {', '.join(absent)}",
                f"Choose its languages among {', '.join(sorted(languages))}",
            )
    names = [judge.record.name for judge in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(
            f"Judge '{twice[0]}' of study '{study.name}'",
            "two judges have this name, so that their ratings could not be told apart",
            "Give each of them a name of its own",
        )
    return found


def check_judges(judges: Sequence[ReadyJudge], workspace: Workspace) -> None:
    """Know of what would stop judges in the end, before there is work to do.

    Sends one short request to each endpoint. Raises InputError where the workspace has ratings
    of another judge of the name, ModelError where a server refuses the key, does not know the
    model, or does not answer.
    """
    for judge in judges:
        workspace.store.add_judge(judge.record)
        made = judge.make() if judge.declared.kind == "llm" else None
        if not isinstance(made, LlmJudge):
            continue
        try:
            made.caller.check()
        except ModelError as error:
            remedy = (
                f"{error.remedy}. Or leave the judge out of the study for now: added later, it "
                "judges the answers that are there"
            )
            raise ModelError(error.given, error.reason, remedy) from None


def judge_study(
    run: str,
    judges: Sequence[ReadyJudge],
    workspace: Workspace,
    progress: ProgressCallback | None = None,
    tell: Tell | None = None,
) -> dict[str, WorkbenchError]:
    """Let each judge rate the answers of a run; the errors of those that could not, by name."""
    errors: dict[str, WorkbenchError] = {}
    for judge in judges:
        name = judge.record.name
        try:
            if not responses_of(workspace.store, run, judge, judge.choice):
                continue
            made = judge.make()
            counts = judge_run(workspace.store, run, made, judge.choice, progress)
            gate = gate_line(workspace.store, run, name)
        except WorkbenchError as error:
            errors[f"judge {name}"] = error
            continue
        caller = made.caller if isinstance(made, LlmJudge) else None
        if tell is not None:
            for line in (*count_lines(counts, caller), gate):
                tell(f"{name}: {line}")
    return errors


def plan_judges(
    run: str,
    judges: Sequence[ReadyJudge],
    workspace: Workspace,
    to_come: Sequence[JudgedResponse],
) -> list[JudgePlan]:
    """What judges have still to do in a run; ``to_come`` are answers to be generated."""
    store = workspace.store
    begun = bool(judges) and run in set(store.runs()["name"])
    there = store.responses_to_judge(run) if begun else []
    plans = []
    for judge in judges:
        name = judge.record.name
        rated = set(store.ratings([run], [name])["response_id"]) if begun else ()
        left = [r for r in chosen([*there, *to_come], judge.choice) if r.response_id not in rated]
        made = judge.make() if judge.declared.kind == "llm" else None
        estimate = None
        if isinstance(made, LlmJudge):
            estimate = made.estimate([r for r in left if without_judge(made, r) is None])
        plans.append(
            JudgePlan(name, judge.declared.kind, len(left), estimate, judge.declared.max_cost)
        )
    return plans


def key_note(study: Study) -> str | None:
    """What is to be said where an endpoint elsewhere is asked and there is no key for it."""
    urls = [judge.base_url for judge in study.models_that_judge if judge.kind == "llm"]
    elsewhere = [host for url in urls if not _is_here(host := urlsplit(url).hostname or "")]
    if not elsewhere or os.environ.get(KEY_VARIABLE, "").strip():
        return None
    return f"{KEY_VARIABLE} is not set, and {elsewhere[0]} may want a key"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _ready(declared: StudyJudge, workspace: Workspace) -> ReadyJudge:
    settings = declared.settings
    if declared.kind == "llm":
        made = make_judge(workspace, "llm", settings)
        # One object from the check to the end, so that its limit to the cost holds throughout.
        return ReadyJudge(declared, made.record, made.rubric, lambda: made)
    from workbench.runs import catalogue

    known = catalogue(workspace)
    info = known.find(settings.model)
    rubric = load_rubric(settings.rubric, settings.rubric_language)
    tokenizer = load_tokenizer(info, known)
    level_tokens(tokenizer)
    needed, limit = shortest_prompt(tokenizer, rubric), read_context_length(info, known)
    if needed > limit:
        raise ModelError(
            f"Judge '{info.name}'",
            f"its prompts have {needed:,} tokens and more, the model takes {limit:,}",
            "Choose a model with a longer context as the judge",
        )
    return ReadyJudge(
        declared,
        local_record(info, rubric, settings),
        rubric,
        partial(make_judge, workspace, "local", settings),
    )
