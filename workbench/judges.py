"""Judges made from settings, and runs judged by them: what notebooks and the command line call."""

from __future__ import annotations

from typing import Literal

from workbench.errors import InputError
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.local_judge import LocalJudge
from workbench.judging.pairwise import PairJudge
from workbench.judging.prices import load_prices
from workbench.judging.reference_judge import ReferenceJudge
from workbench.judging.rubric import load_rubric
from workbench.judging.settings import JudgeSettings
from workbench.workspace import Workspace

JudgeKind = Literal["llm", "local", "reference"]


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
    from workbench.checkpoints import load
    from workbench.runs import catalogue

    known = catalogue(workspace)
    return LocalJudge(load(known.find(settings.model), known), rubric, settings)


def make_pair_judge(workspace: Workspace, settings: JudgeSettings) -> PairJudge:
    """A judge that compares two answers; see ``make_judge``."""
    rubric = load_rubric(settings.rubric, settings.rubric_language)
    return PairJudge(settings, rubric, make_caller(workspace, settings))


def make_caller(workspace: Workspace, settings: JudgeSettings) -> Caller:
    """What asks an endpoint: with the workspace's cache, and prices if the model has one.

    Raises InputError where there is a cap on the cost of a model without a price.
    """
    price = load_prices(settings.prices).get(settings.model)
    if price is None and settings.max_cost is not None:
        raise InputError(
            f"--max-cost for the model '{settings.model}'",
            "its price is not known, so its cost cannot be capped",
            f"Write a file with '{settings.model}: {{input: USD, output: USD}}' per million "
            "tokens, and name it with --prices",
        )
    return Caller(settings, ReplyCache(workspace.folder / "judge-cache"), price)
