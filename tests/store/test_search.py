from __future__ import annotations

import unicodedata

import pytest

from workbench.prompts import PromptSet
from workbench.store import ResponseRecord, RunRecord, Store
from workbench.store.search import responses_with, text_holds

TEXTS = (
    "The FOX is red: 100% sure_thing.",
    "Où est l'école ? À côté.",
    unicodedata.normalize("NFD", "L'ÉCOLE est fermée."),
    "ЛИСА красная, лиса хитрая.",
    "狐狸是红色的。",
    "لون الثعلب أحمر.",
    "लोमड़ी लाल है।",
    "Quote ' and \\ and [x] and * and ?",
    "Straße, STRASSE",
)
"""Answers, whose ids are 1 and up."""


@pytest.fixture
def told(store: Store, prompt_set: PromptSet) -> Store:
    store.add_prompt_set(prompt_set)
    store.add_checkpoint("tuned", "h", {})
    answers = [ResponseRecord("1", "en", n, text, "stop") for n, text in enumerate(TEXTS)]
    for run in ("r", "elsewhere"):
        store.start_run(RunRecord(run, "study"))
        store.add_responses(run, "tuned", "world", answers)
    return store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("fox", [1]),
        ("100%", [1]),
        ("sure_thing", [1]),
        ("sureXthing", []),  # an underscore of the pattern is no wildcard
        ("%", [1]),
        ("ÉCOLE", [2, 3]),  # composed in one text, decomposed in the other
        (unicodedata.normalize("NFD", "école"), [2, 3]),
        ("лиса", [4]),
        ("Лиса Хитрая", [4]),
        ("红色", [5]),
        ("الثعلب", [6]),
        ("लोमड़ी", [7]),
        ("' AND \\", [8]),
        ("[X]", [8]),
        ("* and ?", [8]),
        ("straße", [9]),
        ("wolf", []),
    ],
)
def test_texts_are_found_whatever_their_case(told: Store, wanted: str, found: list[int]) -> None:
    ids = responses_with(told.database, ["r"], wanted)
    assert ids.tolist() == found
    # In memory the same is found, and beyond it what differs in the number of its letters.
    held = [n for n, text in enumerate(TEXTS, start=1) if text_holds(text, wanted)]
    assert held == found


def test_only_the_runs_that_are_asked_for(told: Store) -> None:
    assert responses_with(told.database, ["r", "elsewhere"], "fox").tolist() == [1, 10]
    assert responses_with(told.database, ["gone"], "fox").tolist() == []
