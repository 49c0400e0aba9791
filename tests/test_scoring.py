from __future__ import annotations

from collections.abc import Iterator
from math import log2
from pathlib import Path

import pandas as pd
import pytest

from workbench.lid.langid_detector import LangidDetector
from workbench.lid.words import WordList
from workbench.prompts import Message, Prompt, PromptSet, Reference
from workbench.scoring import ScoreCounts, language_scores, score
from workbench.store import LanguageScore, PendingResponse, ResponseRecord, RunRecord, Store

ENGLISH = "The cat sleeps on the sofa all day long."
FRENCH = "Le chat dort toute la journée sur le canapé."
CAT = Reference(kind="value", accept=(("cat",),))
# Text, expected language, reference, why the answer is missing.
CASES: dict[str, tuple[str, str, Reference | None, str | None]] = {
    "right": (ENGLISH, "en", CAT, None),
    "wrong": (FRENCH, "en", CAT, None),
    "mixed": (f"{ENGLISH}\n{FRENCH}\n{ENGLISH}", "en", None, None),
    "empty": (" \n", "en", CAT, None),
    "numbers": ("1 2 3 4 5 6", "en", CAT, None),
    "missing": ("", "en", CAT, "prompt too long"),
    "unknown": ("Bore da i chi gyd heddiw", "cy", None, None),
    "no answer key": (ENGLISH, "en", Reference(kind="value", accept=()), None),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 's.sqlite'}") as store:
        prompts = tuple(
            Prompt(
                parallel_id=name,
                language=language,
                messages=(Message(role="user", content="?"),),
                reference=reference,
            )
            for name, (_, language, reference, _) in CASES.items()
        )
        store.add_prompt_set(PromptSet(name="cases", prompts=prompts))
        store.add_checkpoint("c", "h", {})
        store.start_run(RunRecord("r", "generate"))
        records = [
            ResponseRecord(name, language, 0, text, "stop", missing_reason=reason)
            for name, (text, language, _, reason) in CASES.items()
        ]
        store.add_responses("r", "c", "cases", records)
        yield store


def scored(store: Store) -> pd.DataFrame:
    return store.results().set_index("parallel_id")


def test_scores_and_reasons(store: Store) -> None:
    counts = score(store, "r", LangidDetector(["en", "fr"]))
    # Without a language score: numbers, missing, unknown. Six prompts have a reference;
    # the missing answer and the one without answer key get no rating.
    assert counts == ScoreCounts(
        language=8, language_missing=3, rated=6, rated_missing=2, checked=0, checked_missing=0
    )
    frame = scored(store)
    right = frame["right_language"]
    assert right.dropna().to_dict() == {
        "right": True,
        "wrong": False,
        "mixed": True,
        "empty": False,
        "no answer key": True,
    }
    assert frame["language_missing"].dropna().to_dict() == {
        "numbers": "undetermined: the text gives no evidence of any language",
        "missing": "prompt too long",
        "unknown": "the detector does not know the expected language 'cy'",
    }
    assert frame["accuracy"].dropna().to_dict() == {
        "right": 1.0,
        "wrong": 0.0,
        "empty": 0.0,
        "numbers": 0.0,
    }
    assert frame["accuracy_missing"].dropna().to_dict() == {
        "missing": "prompt too long",
        "mixed": "the prompt has no reference facts",
        "unknown": "the prompt has no reference facts",
        "no answer key": "the reference accepts no answer",
    }


def test_lines(store: Store) -> None:
    score(store, "r", LangidDetector(["en", "fr"]))
    frame = scored(store)
    lines = frame[["lines_judged", "lines_right"]].dropna()
    assert {name: tuple(row) for name, row in lines.iterrows()} == {
        "right": (1, 1),
        "wrong": (1, 0),
        "mixed": (3, 2),
        "empty": (0, 0),
        # LCB judges the line: its language is not known, so it is not the right one.
        "numbers": (1, 0),
        "no answer key": (1, 1),
    }
    assert frame["line_pass"].dropna().to_dict() == {
        "right": True,
        "wrong": False,
        "mixed": False,
        "numbers": False,
        "no answer key": True,
    }


def test_units(store: Store) -> None:
    score(store, "r", LangidDetector(["en", "fr"]))
    frame = scored(store)
    units = frame[["units_judged", "units_right"]].dropna()
    assert {name: tuple(row) for name, row in units.iterrows()} == {
        "right": (1, 1),
        "wrong": (1, 0),
        "mixed": (3, 2),
        # Nothing to judge, and no pass.
        "empty": (0, 0),
        "no answer key": (1, 1),
    }
    assert frame["robust_pass"].dropna().to_dict() == {
        "right": True,
        "wrong": False,
        "mixed": False,
        "empty": False,
        "no answer key": True,
    }
    # 40 + 40 of 124 characters are English, 44 French; the French line begins after 41 of 126.
    entropy = -(80 / 124 * log2(80 / 124) + 44 / 124 * log2(44 / 124))
    assert frame["entropy"].dropna().to_dict() == {
        "right": 0.0,
        "wrong": 0.0,
        "mixed": pytest.approx(entropy),
        "no answer key": 0.0,
    }
    assert frame["first_switch"].dropna().to_dict() == {"mixed": pytest.approx(41 / 126)}


def russian(text: str) -> LanguageScore:
    """The score of an answer that should be Russian, where "mouse" is all English there is."""
    response = PendingResponse(1, text, "ru", reference=None, missing_reason=None)
    return language_scores([response], LangidDetector(["en", "ru"]), WordList.of(["mouse"]))[0]


def test_english_words_are_counted_where_the_lines_are_right() -> None:
    line = "Кошка спит на диване целый день"
    assert russian(line).english_words == 0
    assert russian(f"{line} и mouse\n{line}").english_words == 1
    # A wrong line, no judged line, and a language in Latin script: nothing is counted.
    assert russian(f"{line} и mouse\n{ENGLISH}").english_words is None
    assert russian("mouse").english_words is None


def test_an_answer_that_is_all_code_is_judged_as_a_whole() -> None:
    score = russian(f"```\n{ENGLISH}\n```")
    assert (score.right, score.units_judged, score.units_right) == (False, 1, 0)


def test_a_short_answer_has_a_language_but_no_robust_rate() -> None:
    score = russian("Кошка спит.")
    assert (score.right, score.units_judged, score.units_right) == (True, None, None)
    assert (score.entropy, score.first_switch) == (None, None)
    # Code alone is judged as a whole, unless it is short as well.
    assert russian("`ls`").units_judged is None
    # An empty answer is not short: it does not pass.
    assert (russian(" ").right, russian(" ").units_judged) == (False, 0)


def test_only_what_is_new_is_scored(store: Store) -> None:
    detector = LangidDetector(["en", "fr"])
    score(store, "r", detector)
    assert score(store, "r", detector) == ScoreCounts(0, 0, 0, 0, 0, 0)
    store.add_responses("r", "c", "cases", [ResponseRecord("right", "en", 1, FRENCH, "stop")])
    assert score(store, "r", detector) == ScoreCounts(1, 0, 1, 0, 0, 0)
    # Another detector scores all nine again; ratings are there already.
    assert score(store, "r", LangidDetector(["en", "fr", "cy"])).language == 9


def test_progress_ends_at_the_total(store: Store) -> None:
    calls: list[tuple[int, int, str]] = []
    score(store, "r", LangidDetector(["en"]), lambda *call: calls.append(call))
    # 8 languages, then 6 ratings.
    assert calls == [(8, 14, "scoring r"), (14, 14, "scoring r")]


def test_constraints_are_checked_and_say_why_they_are_broken(store: Store) -> None:
    asked = {"items": "num_items_3", "style": "simple_style", "none": None}
    prompts = [
        Prompt(parallel_id=name, language="en", messages=(), constraint=constraint)
        for name, constraint in asked.items()
    ]
    store.add_prompt_set(PromptSet(name="asked", prompts=tuple(prompts)))
    store.start_run(RunRecord("checked", "generate"))
    text = "1. The cat sleeps.\n2. The dog barks."
    records = [ResponseRecord(name, "en", 0, text, "stop") for name in asked]
    store.add_responses("checked", "c", "asked", records)
    counts = score(store, "checked", LangidDetector(["en", "fr"]))
    assert (counts.checked, counts.checked_missing) == (2, 1)
    frame = store.results(["checked"]).set_index("parallel_id")
    assert frame["constraint_kept"].dropna().to_dict() == {"items": False}
    assert frame.loc["items", "constraint_reason"] == "asked for 3 items, found 2"
    assert frame.loc["style", "constraint_reason"] == "needs a judge"
    assert frame.loc["none", "constraint_reason"] is None
    # Nothing is checked twice.
    assert score(store, "checked", LangidDetector(["en", "fr"])).checked == 0


def test_only_the_judges_asked_for_rate(store: Store) -> None:
    detector = LangidDetector(["en", "fr"])
    without = score(store, "r", detector, judges=("constraints",))
    assert without.language > 0
    assert without.rated == 0
    assert store.results(["r"])["accuracy"].isna().all()
    with_facts = score(store, "r", detector, judges=("reference",))
    assert (with_facts.language, with_facts.rated > 0) == (0, True)
