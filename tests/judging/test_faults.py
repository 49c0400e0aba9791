"""Two thousand calls through a failing server: rated or missing, none twice, none invented."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.judging.conftest import FillRun
from tests.judging.judge_server import KEYS, JudgeServer, answer_in, rating
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.prices import Price
from workbench.judging.rubric import load_rubric
from workbench.judging.run import Choice, judge_run
from workbench.judging.settings import JudgeSettings

RESPONSES = 2000
TRANSIENT = ["429", "500", "503", "wait 0.01", "error", "empty", "null", "no choices", "list"]
TRANSIENT += ["not json", "half body", "reset"]
"""Answered anew, up to three times a question."""
UNREADABLE = ["half", "wrong keys", "prose", "out of range", "stars"]
"""Read, found wanting, and asked once more."""


def value_of(answer: str) -> int:
    return int(re.findall(r"\d+", answer)[0]) % 3


def script(number: int) -> list[str]:
    """What goes wrong with an answer; chosen by its number, so that it can be worked out."""
    rng = random.Random(number)
    if number % 50 == 0:
        return ["hang", *rng.choices(TRANSIENT, k=2)] if number % 100 else ["trickle"]
    if number % 20 == 1:
        return rng.choices(TRANSIENT, k=3)  # all three attempts fail
    if number % 20 == 2:
        return rng.choices(UNREADABLE[:3], k=2)  # both readings fail
    if number % 20 == 3:
        return ["out of range", "out of range"]
    if number % 20 == 4:
        return [rng.choice(UNREADABLE)]
    return rng.choices(TRANSIENT, k=rng.choice([0, 0, 0, 1, 2]))


def expected(number: int) -> str:
    """rated, missing, or in part, by the script."""
    if number % 50 == 0:
        return "missing" if number % 100 else "rated"
    return {1: "missing", 2: "missing", 3: "part"}.get(number % 20, "rated")


def test_every_response_is_rated_or_missing(
    server: JudgeServer, fill_run: FillRun, tmp_path: Path
) -> None:
    answers = [f"answer {number}" for number in range(RESPONSES)]
    store = fill_run(answers)
    server.faults = {answer: script(number) for number, answer in enumerate(answers)}

    def reply_to(body: dict[str, Any]) -> str:
        value = value_of(answer_in(body))
        return rating(value, fluency=max(value, 1))

    server.reply_to = reply_to
    settings = JudgeSettings(
        base_url=server.url,
        model="m",
        concurrency=32,
        timeout=2.0,
        attempts=3,
        back_off=0.005,
    )
    rubric = load_rubric()
    caller = Caller(settings, ReplyCache(tmp_path / "cache"), Price(input=1, output=1))
    judge = LlmJudge(settings, rubric, caller)
    counts = judge_run(store, "r", judge)
    frame = store.ratings(["r"])

    # Six ratings of each response, each with a value or a reason, and none twice.
    assert counts.responses == RESPONSES
    assert len(frame) == 6 * RESPONSES
    assert not frame.duplicated(["response_id", "criterion"]).any()
    assert (frame["value"].isna() == frame["missing_reason"].notna()).all()

    fates = Counter()
    for number, own in frame.groupby(frame["parallel_id"].astype(int)):
        fate = expected(int(number))
        fates[fate] += 1
        values = own.set_index("criterion")["value"]
        if fate == "missing":
            assert values.isna().all(), number
        elif fate == "part":
            # Of the reply with accuracy 3 and fluency -1 the other four values are kept.
            assert set(values.index[values.isna()]) == {"accuracy", "fluency"}
            assert set(values.dropna()) == {2}
        else:
            value = value_of(f"{number}")
            assert values.to_dict() == dict.fromkeys(KEYS, value) | {"fluency": max(value, 1)}
    # Of 100 numbers, 5 end in 1, 21, 41, 61, 81, as many in 2 and in 3; of the two that 50
    # divides one hangs until no attempt is left.
    assert fates == {"missing": 2000 * 11 // 100, "part": 100, "rated": 2000 * 84 // 100}
    assert counts.rated == fates["rated"]
    # Nothing was asked more often than attempts and readings allow.
    assert max(server.seen.values()) <= 2 * 3

    # The missing ones alone are tried again, now that the server is well.
    server.faults = {}
    before = len(server.bodies)
    again = judge_run(store, "r", judge, Choice(retry_missing=True))
    assert (again.responses, again.rated) == (320, 320)
    assert len(server.bodies) - before == 320
    frame = store.ratings(["r"])
    assert len(frame) == 6 * RESPONSES and frame["value"].notna().all()
    assert judge_run(store, "r", judge).responses == 0
