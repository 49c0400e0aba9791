"""What the Rate tab shows, put together from a desk: without any widget."""

from __future__ import annotations

from typing import NamedTuple

from workbench.app.rate.adjudicator_table import AdjudicatorTable
from workbench.app.rate.rater_table import RaterTable
from workbench.app.rate.rendering import (
    render_guidelines,
    render_item,
    render_progress,
    render_rating,
    render_settled,
    render_settling,
)
from workbench.app.rate.setup import Setup
from workbench.app.rate.sitting import Act, Sitting
from workbench.judging.people import Desk, Standing, Task
from workbench.judging.rubric import Rubric, load_rubric


class Page(NamedTuple):
    """A sitting, and what is to be seen of it as HTML."""

    sitting: Sitting
    progress: str
    item: str
    panel: str
    guidelines: str
    summary: str
    """Who rates what, in one line."""


class RateViews:
    """Begins sittings, takes them on, and shows them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rater = RaterTable(desk)
        self._adjudicator = AdjudicatorTable(desk)

    def begin(self, setup: Setup, name: str) -> Page:
        """A sitting by these choices. Raises InputError where one of them cannot be."""
        task = setup.task(self._desk.rater(name))
        if setup.mode == "adjudicate":
            return self._settling(self._adjudicator.begin(task), task)
        return self._rating(*self._rater.begin(task), task)

    def act(self, sitting: Sitting, act: Act) -> Page:
        """The page after an act; of a sitting that has not begun it shows nothing."""
        task = sitting.task
        if task is None:
            return Page(sitting, "", "", "", "", "")
        if sitting.mode == "adjudicate":
            return self._settling(self._adjudicator.act(sitting, task, act), task)
        return self._rating(*self._rater.act(sitting, task, act), task)

    def _rating(self, sitting: Sitting, standing: Standing, task: Task) -> Page:
        shown, rubric = self._rater.shown(sitting, task, standing), _rubric(task)
        panel = render_rating(sitting, shown, rubric)
        return _page(sitting, task, (render_progress(shown), render_item(shown.item), panel))

    def _settling(self, sitting: Sitting, task: Task) -> Page:
        shown, rubric = self._adjudicator.shown(sitting, task), _rubric(task)
        panel = render_settling(sitting, shown, rubric)
        return _page(sitting, task, (render_settled(shown), render_item(shown.item), panel))


def _page(sitting: Sitting, task: Task, parts: tuple[str, str, str]) -> Page:
    guidelines = render_guidelines(_rubric(task), task.criteria)
    return Page(sitting, *parts, guidelines, f"{task.rater} · {task.run}")


def _rubric(task: Task) -> Rubric:
    return load_rubric(task.rubric, task.guidelines)
