from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.judging.conftest import CallerMaker, FillRun
from tests.judging.judge_server import KEYS, JudgeServer, answer_in, rating
from workbench.errors import InputError, ModelError
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.prices import Price
from workbench.judging.rubric import load_rubric
from workbench.judging.run import Choice, judge_run, responses_of
from workbench.judging.settings import KEY_VARIABLE
from workbench.store import ResponseRecord, RunRecord, Store

RUBRIC = load_rubric()


def llm(make_caller: CallerMaker, price: Price | None = None, **settings: object) -> LlmJudge:
    caller = make_caller(price, **settings)
    return LlmJudge(caller.settings, RUBRIC, caller)


def values(frame: pd.DataFrame, parallel_id: str) -> dict[str, object]:
    own = frame[frame["parallel_id"] == parallel_id]
    return dict(zip(own["criterion"], own["value"], strict=True))


def test_ratings_with_rules_raw_values_and_the_reason(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["word salad", "54"])
    server.reply_to = lambda body: (
        rating(2, "salad", fluency=0) if "salad" in answer_in(body) else rating(wrong_answer=True)
    )
    counts = judge_run(store, "r", llm(make_caller))
    assert (counts.responses, counts.rated, dict(counts.reasons)) == (2, 2, {})
    frame = store.ratings(["r"])
    forced = ("helpfulness", "accuracy", "coherence")
    assert values(frame, "0") == dict.fromkeys(KEYS, 2) | dict.fromkeys(forced, 0) | {"fluency": 0}
    assert values(frame, "1") == dict.fromkeys(KEYS, 2) | {"accuracy": 0, "helpfulness": 0}
    first = frame[frame["parallel_id"] == "0"].set_index("criterion")
    assert first.loc["accuracy", ["raw", "rule"]].tolist() == [2.0, "unreadable"]
    # Nothing changed fluency itself: the value is what the judge gave.
    assert pd.isna(first.loc["fluency", "raw"]) and first.loc["fluency", "rule"] is None
    assert set(first["reason"]) == {"salad"}


def test_the_judge_is_described_without_its_key(
    server: JudgeServer,
    fill_run: FillRun,
    make_caller: CallerMaker,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sk-very-secret")
    store = fill_run(["fine"])
    judge_run(store, "r", llm(make_caller))
    row = store.judges().iloc[0]
    assert (row["name"], row["kind"]) == ("m[six-criteria-1.en]", "llm")
    assert row["details"] == {
        "model": "m",
        "base_url": server.url,
        "rubric": RUBRIC.identity,
        "prompt": row["details"]["prompt"],
        "decoding": {"temperature": 0.0, "max_tokens": 1024},
    }
    store.close()
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"six-criteria" in kept and b"sk-very-secret" not in kept


def test_a_judge_of_the_same_name_that_differs_is_refused(
    fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["fine"])
    judge_run(store, "r", llm(make_caller, name="judge"))
    with pytest.raises(InputError, match="decoding differ"):
        judge_run(store, "r", llm(make_caller, name="judge", max_tokens=7))


def test_what_needs_no_judge(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run([None, " \n", "fine"])
    counts = judge_run(store, "r", llm(make_caller))
    assert len(server.bodies) == 1
    frame = store.ratings(["r"])
    assert set(frame.loc[frame["parallel_id"] == "0", "missing_reason"]) == {
        "the prompt is too long"
    }
    assert values(frame, "1") == dict.fromkeys(KEYS, 0) | {"harmlessness": 2}
    assert set(frame.loc[frame["parallel_id"] == "1", "rule"]) == {"empty"}
    assert (counts.rated, dict(counts.reasons)) == (2, {"the prompt is too long": 1})
    # There is no answer that could be tried again.
    assert responses_of(store, "r", llm(make_caller), Choice(retry_missing=True)) == []


def test_the_same_answer_is_asked_once_and_rated_for_each(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["same", "other"])
    store.add_checkpoint("twin", "twin", {})
    answers = [ResponseRecord("0", "en", 0, "same", "stop")]
    store.add_responses("r", "twin", "p", answers)
    counts = judge_run(store, "r", llm(make_caller))
    assert (counts.rated, len(server.bodies)) == (3, 2)
    assert len(store.ratings(["r"])) == 3 * 6


def test_replies_are_kept_and_not_paid_for_twice(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["one", "two"])
    judge_run(store, "r", llm(make_caller))
    again = llm(make_caller, price=Price(input=1, output=1), name="again")
    assert again.estimate(responses_of(store, "r", again, Choice())).calls == 0
    assert judge_run(store, "r", again).rated == 2
    assert len(server.bodies) == 2
    assert (again.caller.counts.from_cache, again.caller.budget.spent) == (2, 0)
    # Other settings are another question.
    judge_run(store, "r", llm(make_caller, max_tokens=9, name="brief"))
    assert len(server.bodies) == 4


def test_a_damaged_reply_is_asked_for_again(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker, tmp_path: Path
) -> None:
    store = fill_run(["one"])
    judge_run(store, "r", llm(make_caller))
    (kept,) = (tmp_path / "cache").rglob("*.json")
    assert json.loads(kept.read_text())["model"] == "m"
    for damage in ("", "[]", '{"reply": 1}'):
        kept.write_text(damage)
        judge_run(store, "r", llm(make_caller, name=f"after {damage}"))
    assert len(server.bodies) == 4


def test_a_reply_that_cannot_be_read_is_asked_for_once_more(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["a", "b", "c"])
    server.faults = {
        "a": ["prose"],
        "b": ["prose", "wrong keys"],
        "c": ["cut", "cut"],
    }
    judge = llm(make_caller)
    counts = judge_run(store, "r", judge)
    # One that was cut off would be cut off again: it is not repeated.
    assert dict(server.seen) == {"a": 2, "b": 2, "c": 1}
    assert counts.rated == 1
    unread, cut = sorted(counts.reasons)
    assert unread.startswith("the reply holds no JSON object with the keys asked for")
    assert cut == "the reply was cut off after 1024 tokens"
    # Of five replies with a schema one kept to it.
    assert (judge.caller.counts.schema_sent, judge.caller.counts.schema_ignored) == (5, 4)


def test_missing_ones_alone_are_tried_again_and_a_whole_reply_replaces_a_part(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["a", "b"])
    server.faults = {"a": ["out of range"] * 2}
    judge_run(store, "r", llm(make_caller))
    before = values(store.ratings(["r"]), "0")
    assert before["language"] == 2 and pd.isna(before["accuracy"])
    server.reply_to = lambda body: rating(1)
    again = judge_run(store, "r", llm(make_caller), Choice(retry_missing=True))
    assert (again.responses, again.rated) == (1, 1)
    frame = store.ratings(["r"])
    # All six are of one reply; the other response keeps its own.
    assert values(frame, "0") == dict.fromkeys(KEYS, 1)
    assert values(frame, "1") == dict.fromkeys(KEYS, 2)


def test_a_part_that_comes_again_only_fills(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["a"])
    server.faults = {"a": ["out of range"] * 2 + ["stars"] * 2}
    judge_run(store, "r", llm(make_caller))
    judge_run(store, "r", llm(make_caller), Choice(retry_missing=True))
    # First without accuracy and fluency, then without accuracy alone.
    found = values(store.ratings(["r"]), "0")
    assert [key for key in KEYS if pd.isna(found[key])] == ["accuracy"]


def test_no_call_goes_beyond_the_cap(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run([f"answer {n}" for n in range(30)])
    # A call takes 100 tokens in and 40 out: 0.00052 dollars at these prices. What it can cost
    # at most is set aside before: some 9,000 bytes in and 1,024 out, below 0.015.
    price, cap = Price(input=1, output=10.5), 0.02
    judge = llm(make_caller, price, max_cost=cap, concurrency=1)
    counts = judge_run(store, "r", judge)
    assert judge.caller.budget.spent == pytest.approx(len(server.bodies) * 0.00052)
    assert cap - 0.02 < judge.caller.budget.spent < cap
    assert 0 < counts.rated == len(server.bodies) < 30
    (reason,) = counts.reasons
    assert reason == "not asked: the limit of 0.02 US dollars was reached"
    richer = llm(make_caller, price, max_cost=1)
    assert judge_run(store, "r", richer, Choice(retry_missing=True)).rated == 30 - counts.rated


def test_what_stops_the_work_keeps_what_was_rated(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run(["a", "b", "c"])
    server.faults = {"c": ["401"]}
    with pytest.raises(ModelError, match=KEY_VARIABLE):
        judge_run(store, "r", llm(make_caller, concurrency=1))
    assert set(store.ratings(["r"])["parallel_id"]) == {"0", "1"}
    assert judge_run(store, "r", llm(make_caller)).responses == 1


def test_only_what_is_chosen(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store = fill_run([f"answer {n}" for n in range(10)])
    judge = llm(make_caller)
    chosen = responses_of(store, "r", judge, Choice(limit=4))
    # Evenly spaced: 0 x 10 / 4, 1 x 10 / 4, ...
    assert [r.prompt.parallel_id for r in chosen] == ["0", "2", "5", "7"]
    assert len(responses_of(store, "r", judge, Choice(["en"], ["tuned"]))) == 10
    with pytest.raises(InputError, match="Answers in 'fr': .* Choose among en"):
        responses_of(store, "r", judge, Choice(languages=["en", "fr"]))
    with pytest.raises(InputError, match="Answers by 'other': .* Choose among tuned"):
        responses_of(store, "r", judge, Choice(checkpoints=["other"]))


KILLED = """
import sys
from pathlib import Path
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.rubric import load_rubric
from workbench.judging.run import judge_run
from workbench.judging.settings import JudgeSettings
from workbench.store import Store

url, base_url, cache = sys.argv[1:]
settings = JudgeSettings(base_url=base_url, model="m", concurrency=4)
caller = Caller(settings, ReplyCache(Path(cache)), None)
judge_run(Store(url), "r", LlmJudge(settings, load_rubric(), caller))
"""


def test_a_kill_loses_no_more_than_what_is_under_way(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker, tmp_path: Path
) -> None:
    number = 60
    store = fill_run([f"answer {n}" for n in range(number)])
    server.delay = 0.05
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    arguments = [sys.executable, "-c", KILLED, url, server.url, str(tmp_path / "cache")]
    process = subprocess.Popen(arguments, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    deadline = time.monotonic() + 60
    while len(server.bodies) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    asked = len(server.bodies)
    assert 20 <= asked < number
    frame = store.ratings(["r"])
    assert (frame.groupby("response_id").size() == 6).all()
    assert judge_run(store, "r", llm(make_caller)).responses == number - len(frame) // 6
    assert len(store.ratings(["r"])) == 6 * number
    # Four were under way.
    assert len(server.bodies) <= number + 4


def test_a_run_that_is_judged_while_it_grows(
    server: JudgeServer, fill_run: FillRun, make_caller: CallerMaker
) -> None:
    store: Store = fill_run(["a"])
    seen: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, label: str) -> None:
        seen.append((done, total, label))

    judge_run(store, "r", llm(make_caller), progress=progress)
    assert seen == [(1, 1, "judging r")]
    store.start_run(RunRecord("r", "generate"))
    store.add_checkpoint("later", "later", {})
    store.add_responses("r", "later", "p", [ResponseRecord("0", "en", 0, "b", "stop")])
    assert judge_run(store, "r", llm(make_caller)).responses == 1
