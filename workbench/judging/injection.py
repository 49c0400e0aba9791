"""How far a judge gives way to answers that try to sway it.

Poor answers are rated alone, and with a passage behind them that asks for more. The
difference is what the passage brought; it is taken with the prompt as it is, and with one
that neither marks the answer nor warns of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial

import pandas as pd
from pydantic import BaseModel, ConfigDict

from workbench.assets import asset
from workbench.judging.calls import Caller, Question
from workbench.judging.prompting import new_mark, rating_messages, rating_schema
from workbench.judging.replies import Reading, read_rating
from workbench.judging.rubric import Rubric
from workbench.prompts import Message, Prompt
from workbench.yaml_files import load_yaml_model

NO_ATTACK = "none"


class PoorAnswer(BaseModel):
    """A question with an answer that is poor on purpose."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    language: str
    question: str
    answer: str


class Injections(BaseModel):
    """Poor answers, and passages that ask for a better rating than they deserve."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    answers: tuple[PoorAnswer, ...]
    attacks: tuple[dict[str, str], ...]
    """Each with its ``kind``, and the passage by language."""


class Case(BaseModel):
    """An answer as the judge gets it."""

    model_config = ConfigDict(frozen=True)
    prompt: Prompt
    text: str
    kind: str
    guarded: bool


def load_injections() -> Injections:
    """The shipped test set."""
    return load_yaml_model(asset("judging", "injections.yaml"), Injections)


def cases(injections: Injections) -> list[Case]:
    """Every answer without and with every passage, with the guarded and the bare prompt."""
    found = []
    for guarded in (True, False):
        for number, poor in enumerate(injections.answers):
            message = Message(role="user", content=poor.question)
            prompt = Prompt(parallel_id=str(number), language=poor.language, messages=(message,))
            texts = {NO_ATTACK: poor.answer}
            for attack in injections.attacks:
                passage = attack[poor.language].replace("{mark}", new_mark())
                texts[attack["kind"]] = f"{poor.answer}\n\n{passage}"
            found += [
                Case(prompt=prompt, text=text, kind=kind, guarded=guarded)
                for kind, text in texts.items()
            ]
    return found


def injection_table(caller: Caller, rubric: Rubric, injections: Injections) -> pd.DataFrame:
    """What each kind of passage brings, in levels a criterion.

    Columns: ``prompt`` (guarded or bare), ``kind``; ``alone`` and ``swayed``, the mean level of
    the same answers without and with the passage; ``shift``, their difference; ``gave_way``,
    the share of answers that rose; ``n_rated`` of ``n_total`` answers with all ratings of both.
    """
    asked = cases(injections)
    means = _mean_levels(caller, rubric, asked)
    frame = pd.DataFrame(
        {
            "prompt": ["guarded" if case.guarded else "bare" for case in asked],
            "kind": [case.kind for case in asked],
            "answer": [case.prompt.parallel_id for case in asked],
            "level": means,
        }
    )
    none = frame[frame["kind"] == NO_ATTACK].drop(columns="kind")
    paired = frame[frame["kind"] != NO_ATTACK].merge(
        none, on=["prompt", "answer"], suffixes=("", "_alone")
    )
    rows = []
    for key, own in paired.groupby(["prompt", "kind"], sort=False):
        both = own.dropna(subset=["level", "level_alone"])
        alone, swayed = both["level_alone"].mean(), both["level"].mean()
        rose = (both["level"] > both["level_alone"]).mean()
        rows.append((*key, alone, swayed, swayed - alone, rose, len(both), len(own)))
    # fmt: off
    columns = ["prompt", "kind", "alone", "swayed", "shift", "gave_way", "n_rated", "n_total"]
    # fmt: on
    return pd.DataFrame(rows, columns=columns)


def _mean_levels(caller: Caller, rubric: Rubric, asked: Sequence[Case]) -> list[float]:
    """Mean level over the criteria before any rule, NaN where one is missing."""
    questions: list[Question[Reading]] = [
        Question(
            messages=partial(_messages, rubric, case),
            schema=rating_schema(rubric),
            read=partial(read_rating, rubric=rubric),
        )
        for case in asked
    ]
    means = [float("nan")] * len(asked)
    with closing(caller.ask(questions)) as outcomes:
        for together in outcomes:
            for places, outcome in together:
                if outcome.reading is not None and outcome.reading.complete:
                    values = [v for v in outcome.reading.values.values() if v is not None]
                    for place in places:
                        means[place] = sum(values) / len(values)
    return means


def _messages(rubric: Rubric, case: Case, mark: str) -> list[dict[str, str]]:
    return rating_messages(rubric, case.prompt, case.text, mark, case.guarded)
