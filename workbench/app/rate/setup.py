"""What a person chose to rate, as the form, a link and a task have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from workbench.app.rate.sitting import Mode, Sitting
from workbench.errors import InputError
from workbench.judging.criteria import CRITERIA
from workbench.judging.people import Task
from workbench.judging.people.assignment import DEFAULT_OVERLAP
from workbench.judging.rubric import rubric_languages

MODES: dict[str, Mode] = {"Rate": "rate", "Adjudicate": "adjudicate"}
"""Names of the two kinds of sitting."""


@dataclass(frozen=True)
class Setup:
    """The choices, without who makes them: a link with them can be sent to all raters."""

    run: str = ""
    mode: Mode = "rate"
    languages: tuple[str, ...] = ()
    criteria: tuple[str, ...] = CRITERIA
    guidelines: str = "en"
    overlap: int = DEFAULT_OVERLAP
    everything: bool = False

    def task(self, rater: str) -> Task:
        """The task for a rater. Raises InputError where run or criteria are not chosen."""
        if not self.run:
            raise InputError(
                "No run is chosen", "there is nothing to rate without one", "Choose one"
            )
        if not self.criteria:
            raise InputError(
                "No criterion is chosen", "there is nothing to rate", "Choose at least one"
            )
        return Task(
            run=self.run,
            rater=rater,
            criteria=self.criteria,
            languages=self.languages,
            overlap=self.overlap,
            everything=self.everything,
            guidelines=self.guidelines,
        )


def setup_of(link: str) -> Setup:
    """The choices that a page's address holds; what it does not hold, or wrongly, by default."""
    found = {key: values[0] for key, values in parse_qs(link.lstrip("?")).items()}
    overlap = found.get("rate-overlap", "")
    guidelines = found.get("rate-guidelines", "")
    return Setup(
        run=found.get("rate-run", ""),
        mode="adjudicate" if found.get("rate-mode") == "adjudicate" else "rate",
        languages=_several(found.get("rate-languages", "")),
        criteria=in_order(_several(found.get("rate-criteria", ""))) or CRITERIA,
        guidelines=guidelines if guidelines in rubric_languages() else "en",
        overlap=int(overlap) if overlap.isdecimal() else DEFAULT_OVERLAP,
        everything=found.get("rate-all") == "yes",
    )


def link_of(sitting: Sitting) -> str:
    """The part of an address that ``setup_of`` reads, empty before a sitting begins."""
    if sitting.task is None:
        return ""
    task = sitting.task
    parts = {
        "rate-run": task.run,
        "rate-mode": "" if sitting.mode == "rate" else sitting.mode,
        "rate-languages": ",".join(task.languages),
        "rate-criteria": "" if task.criteria == CRITERIA else ",".join(task.criteria),
        "rate-guidelines": "" if task.guidelines == "en" else task.guidelines,
        "rate-overlap": "" if task.overlap == DEFAULT_OVERLAP else str(task.overlap),
        "rate-all": "yes" if task.everything else "",
    }
    return urlencode({key: value for key, value in parts.items() if value}, safe=",")


def in_order(criteria: Sequence[str]) -> tuple[str, ...]:
    """Those that are criteria, in the order in which they are rated."""
    return tuple(criterion for criterion in CRITERIA if criterion in criteria)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
