"""Rates of a made-up study, for charts and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.study_results import Rate, StudyResult

Cells = Mapping[tuple[str, str], Mapping[str, float | None]]
"""Rates by learning rate (as written) and variant, then by language."""


def made_up(cells: Cells, name: str = "made-up", **study: Any) -> StudyResult:
    """A study over learning rates, both of whose measures have the same rates.

    Intervals reach 0.05 to either side; 40 prompts and two seeds each.
    """
    declared = {
        "name": name,
        "question": "Does it?",
        "recipe": {"base": "tiny-base", "data": "tinyworld", "steps": 5},
        "grid": {"learning_rate": [float(rate) for rate, _ in cells], "seed": [0, 1]},
        "prompt_sets": [{"name": "tinyworld-test"}],
        **study,
    }
    rates = [
        Rate(
            condition={"learning_rate": float(learning_rate)},
            variant=variant,
            language=language,
            measure=measure,
            rate=rate,
            low=None if rate is None else max(0.0, rate - 0.05),
            high=None if rate is None else min(1.0, rate + 0.05),
            lowest=rate,
            highest=rate,
            seeds=2,
            n_scored=0 if rate is None else 78,
            n_total=80,
        )
        for measure in ("right_language", "right_and_accurate")
        for (learning_rate, variant), by_language in cells.items()
        for language, rate in by_language.items()
    ]
    return StudyResult(
        study=declared,
        run=f"{name}-1234",
        finished="2026-01-02",
        detector="py3langid[en fr]",
        versions={"workbench": "0.1.0", "torch": "2.13.0", "langid": "1"},
        rates=tuple(rates),
    )


COLLAPSING: Cells = {
    ("1e-4", ""): {"en": 1.0, "fr": 0.9, "ru": 0.8},
    ("3e-3", ""): {"en": 0.97, "fr": 0.1, "ru": 0.0},
}
