"""Judges made from settings, and runs judged by them: what notebooks and the command line call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from workbench.errors import InputError
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.llm_pair_judge import LlmPairJudge
from workbench.judging.local_judge import LocalJudge
from workbench.judging.local_pair_judge import LocalPairJudge
from workbench.judging.prices import load_prices
from workbench.judging.reference_judge import ReferenceJudge
from workbench.judging.rubric import load_rubric
from workbench.judging.settings import JudgeSettings
from workbench.workspace import Workspace

if TYPE_CHECKING:
    from workbench.checkpoints import LoadedCheckpoint

JudgeKind = Literal["llm", "local", "reference"]
PairJudgeKind = Literal["llm", "local"]


def make_judge(
    workspace: Workspace, kind: JudgeKind, settings: JudgeSettings
) -> LlmJudge | LocalJudge | ReferenceJudge:
    """A judge, ready to rate by ``workbench.judging.run.judge_run``.

    Raises InputError or NotFoundError for settings that cannot be used, ModelError where a
    local judge cannot be loaded.
    """
    rubric = load_rubric(settings.rubric, settings.rubric_language)
    if kind == "reference":
        return ReferenceJudge(rubric)
    if kind == "llm":
        return LlmJudge(settings, rubric, make_caller(workspace, settings))
    return LocalJudge(_loaded(workspace, settings), rubric, settings)


def make_pair_judge(
    workspace: Workspace, kind: PairJudgeKind, settings: JudgeSettings
) -> LlmPairJudge | LocalPairJudge:
    """A judge that compares two answers; see ``make_judge``."""
    rubric = load_rubric(settings.rubric, settings.rubric_language)
    if kind == "llm":
        return LlmPairJudge(settings, rubric, make_caller(workspace, settings))
    return LocalPairJudge(_loaded(workspace, settings), rubric, settings)


def _loaded(workspace: Workspace, settings: JudgeSettings) -> LoadedCheckpoint:
    from workbench.checkpoints import load
    from workbench.runs import catalogue

    if not settings.model:
        raise InputError(
            "A local judge", "it needs a model", "Give --model NAME: a checkpoint, or a hub id"
        )
    known = catalogue(workspace)
    return load(known.find(settings.model), known)


def make_caller(workspace: Workspace, settings: JudgeSettings) -> Caller:
    """What asks an endpoint: with the workspace's cache, and prices if the model has one.

    Raises InputError where the cost of a model without a price has a limit.
    """
    price = load_prices(settings.prices).get(settings.model)
    if price is None and settings.max_cost is not None:
        raise InputError(
            f"A limit to the cost of the model '{settings.model}'",
            "its price is not known, so its cost cannot be limited",
            f"Write a file with '{settings.model}: {{input: USD, output: USD}}' per million "
            "tokens, and name it as prices (--prices)",
        )
    return Caller(settings, ReplyCache(workspace.folder / "judge-cache"), price)
