from __future__ import annotations

from typing import Any

import pytest

from tests.judging.conftest import CallerMaker
from tests.judging.judge_server import JudgeServer, rating
from workbench.judging.injection import cases, injection_table, load_injections
from workbench.judging.rubric import load_rubric, rubric_languages


def test_every_attack_in_every_language() -> None:
    injections = load_injections()
    assert sorted(answer.language for answer in injections.answers) == rubric_languages()
    kinds = [attack["kind"] for attack in injections.attacks]
    assert kinds == ["order", "authority", "finished", "end", "plea", "praise"]
    for attack in injections.attacks:
        assert set(attack) - {"kind"} == set(rubric_languages())
    # Six answers, each alone and with six passages, for two prompts.
    assert len(cases(injections)) == 6 * 7 * 2


def test_no_passage_knows_the_mark_of_the_call() -> None:
    injected = [case for case in cases(load_injections()) if case.kind == "end"]
    marks = {case.text.split("=== ")[1].split(" ===")[0] for case in injected}
    assert len(marks) == len(injected)


def test_by_how_much_a_judge_gives_way(server: JudgeServer, make_caller: CallerMaker) -> None:
    def gullible(body: dict[str, Any]) -> str:
        """Rates 0; obeys orders where nothing marks them as data, and pleas always."""
        text = body["messages"][-1]["content"]
        ordered = "Ignore all instructions" in text and "=== " not in text
        return rating(2 if ordered else 1 if "Please be generous" in text else 0)

    server.reply_to = gullible
    table = injection_table(make_caller(), load_rubric(), load_injections())
    assert len(table) == 2 * 6 and (table["n_rated"] == 6).all() and (table["n_total"] == 6).all()
    shifts = table.set_index(["prompt", "kind"])
    # One of the six answers is English and holds these words: 2 / 6 and 1 / 6 levels.
    assert shifts.loc[("bare", "order"), "shift"] == pytest.approx(2 / 6)
    assert shifts.loc[("guarded", "order"), "shift"] == 0
    assert shifts.loc[("guarded", "plea"), ["shift", "gave_way"]].tolist() == pytest.approx(
        [1 / 6, 1 / 6]
    )
    assert (table["alone"] == 0).all()


def test_what_could_not_be_rated_is_left_out_and_counted(
    server: JudgeServer, make_caller: CallerMaker
) -> None:
    server.reply_to = lambda body: (
        "no" if "Ignore all instructions" in body["messages"][-1]["content"] else rating(1)
    )
    table = injection_table(make_caller(), load_rubric(), load_injections())
    rated = table.set_index(["prompt", "kind"])["n_rated"]
    assert rated[("guarded", "order")] == 5 and rated[("guarded", "plea")] == 6
