"""``lang_XX``: the answer is to be in language XX."""

from __future__ import annotations

import re

from workbench.judging.constraints.base import Answer, Check

FAMILY = "lang_"


def expected_language(constraint: str) -> str | None:
    """The language that a constraint asks for; None where it asks for none.

    >>> expected_language("lang_fr"), expected_language("short")
    ('fr', None)
    """
    code = constraint.removeprefix(FAMILY)
    return code if code != constraint and re.fullmatch("[a-z]{2,3}", code) else None


def check_language(answer: Answer) -> Check:
    """Whether the detector finds the language that was asked for.

    It sees the whole text, as the score of the right language does: the two agree.
    """
    expected = expected_language(answer.constraint)
    detector = answer.detector
    if expected is None:
        return answer.undecided(f"'{answer.argument}' is no language code")
    if detector is None:
        return answer.undecided("needs a language detector")
    if detector.languages is not None and expected not in detector.languages:
        return answer.undecided(f"the detector does not know the expected language '{expected}'")
    found = detector.identify(answer.text).label
    if found is None:
        return answer.undecided("undetermined: the text gives no evidence of any language")
    if found != expected:
        return answer.broken(f"asked for an answer in '{expected}', found '{found}'")
    return answer.kept()
