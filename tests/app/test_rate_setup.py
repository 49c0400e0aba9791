from __future__ import annotations

import pytest

from workbench.app.rate.setup import Setup, link_of, setup_of
from workbench.app.rate.sitting import Sitting
from workbench.judging.criteria import CRITERIA

FULL = Setup("a run & more", "adjudicate", ("fr", "zh"), ("fluency",), "en", 0, True)


@pytest.mark.parametrize("setup", [Setup("r"), FULL])
def test_a_link_brings_the_choices_back(setup: Setup) -> None:
    sitting = Sitting(setup.task("Anna"), setup.mode)

    link = link_of(sitting)

    assert setup_of(f"?{link}") == setup
    assert "Anna" not in link  # it can be sent to all raters


def test_a_usual_link_is_short() -> None:
    assert link_of(Sitting(Setup("r").task("Anna"))) == "rate-run=r"
    assert link_of(Sitting()) == ""


@pytest.mark.parametrize(
    "link",
    [
        "",
        "?__theme=dark",
        "?rate-mode=paint&rate-overlap=-3&rate-criteria=charm&rate-guidelines=xx&rate-all=1",
        "?rate-overlap=many&rate-languages=",
    ],
)
def test_what_a_link_does_not_say_or_says_wrongly_is_as_usual(link: str) -> None:
    assert setup_of(link) == Setup()


def test_criteria_come_in_their_order() -> None:
    assert setup_of("rate-criteria=accuracy,language").criteria == ("language", "accuracy")
    assert setup_of("rate-criteria=").criteria == CRITERIA
