"""Rating one answer after the other: what each act of a rater does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.app.rate.sitting import Act, Rating, Sitting, Step
from workbench.judging.people import Desk, Given, Standing, Task
from workbench.judging.people.standing import (
    following,
    latest,
    next_criterion,
    preceding,
    progress,
    state_of,
)

_FRESH_EACH = 20
"""After so many answers it is looked up anew what falls to whom."""


class RaterTable:
    """Begins sittings of raters and takes them on, over a desk.

    What the rater has given is read once an act, and handed on as it changes.
    """

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._clock = clock

    def begin(self, task: Task) -> tuple[Sitting, Standing]:
        """Sit down to a task at the first answer that waits."""
        self._desk.assigned(task, fresh=True)
        standing = self._desk.standing(task)
        return self._moved(Sitting(task, "rate", began=self._clock()), task, standing), standing

    def act(self, sitting: Sitting, task: Task, act: Act) -> tuple[Sitting, Standing]:
        """The sitting after an act, and all that the rater has given by then.

        What it changes is in the store. An act on what is no longer shown does nothing.
        """
        standing = dict(self._desk.standing(task))
        if act.turn != sitting.turn:
            return sitting, standing
        return self._taken_on(
            replace(sitting, turn=sitting.turn + 1), task, act, standing
        ), standing

    def shown(self, sitting: Sitting, task: Task, standing: Standing) -> Rating:
        """What there is to see."""
        assigned, answers = self._desk.assigned(task), self._desk.answers(task.run)
        found = next((a for a in assigned if a.item.response_id == sitting.response_id), None)
        minutes = (self._clock() - sitting.began) / 60
        return Rating(
            found.item if found else None,
            standing.get(found.item.response_id, {}) if found else {},
            progress(assigned, standing, task.criteria),
            found.shared if found else False,
            sitting.finished / minutes if sitting.finished and minutes > 0 else None,
            answers.absent,
            len(answers.empty),
        )

    def _taken_on(
        self, sitting: Sitting, task: Task, act: Act, standing: dict[int, Given]
    ) -> Sitting:
        """The sitting after an act, which changes ``standing`` where it changes the store."""
        id = sitting.response_id
        match act.name:
            case "undo":
                return self._undone(sitting, task, standing)
            case "again":
                return self._moved(replace(sitting, again=True), task, standing)
            case "back":
                earlier = preceding(self._desk.assigned(task), id)
                return sitting if earlier is None else _at(sitting, task, earlier, standing)
            case "next" if id is not None:
                return self._moved(sitting, task, standing)
            case "criterion" if id is not None and act.criterion in task.criteria:
                return sitting.at(id, act.criterion)
            case "value" if id is not None and act.criterion in task.criteria:
                return self._valued(sitting, task, act, standing)
            case "skip" if id is not None:
                self._desk.skip(task, id)
                standing.update(self._desk.standing(task))
                return self._moved(sitting.stepped(Step(id, "")), task, standing)
        return sitting

    def _valued(
        self, sitting: Sitting, task: Task, act: Act, standing: dict[int, Given]
    ) -> Sitting:
        id = sitting.response_id
        assert id is not None
        before = standing.get(id, {})
        own = standing[id] = self._desk.rate(task, id, act.criterion, act.value, before)
        given = before[act.criterion].given if act.criterion in before else None
        return replace(
            sitting.stepped(Step(id, act.criterion, given)),
            criterion=next_criterion(own, task.criteria, act.criterion),
            finished=sitting.finished + _gained(before, own, task.criteria),
        )

    def _undone(self, sitting: Sitting, task: Task, standing: dict[int, Given]) -> Sitting:
        steps = sitting.steps or self._last_step(task, standing)
        if not steps:
            return sitting
        *earlier, step = steps
        id = step.response_id
        before = standing.get(id, {})
        if not step.criterion:
            own = self._desk.take_back_skip(task, id)
        elif step.before is None:
            own = self._desk.take_back(task, id, step.criterion)
        else:
            own = self._desk.rate(task, id, step.criterion, step.before, before)
        standing[id] = own
        return replace(
            sitting.at(id, step.criterion or next_criterion(own, task.criteria)),
            steps=tuple(earlier),
            finished=max(0, sitting.finished + _gained(before, own, task.criteria)),
        )

    def _last_step(self, task: Task, standing: Standing) -> tuple[Step, ...]:
        """After a reload: the last rating of the answer that was rated or skipped last."""
        id = latest(self._desk.assigned(task), standing, task.criteria)
        if id is None:
            return ()
        own = standing[id]
        if any(own[c].value is None for c in task.criteria if c in own):
            return (Step(id, ""),)
        rated = [c for c in task.criteria if c in own and own[c].given is not None]
        return (Step(id, rated[-1]),) if rated else ()

    def _moved(self, sitting: Sitting, task: Task, standing: Standing) -> Sitting:
        fresh = sitting.finished % _FRESH_EACH == _FRESH_EACH - 1
        assigned = self._desk.assigned(task, fresh)
        id = following(assigned, standing, task.criteria, sitting.response_id, sitting.again)
        return _at(sitting, task, id, standing)


def _at(sitting: Sitting, task: Task, id: int | None, standing: Standing) -> Sitting:
    """At an answer and the first of its criteria without a value."""
    if id is None:
        return sitting.at(None, "")
    return sitting.at(id, next_criterion(standing.get(id, {}), task.criteria))


def _gained(before: Given, after: Given, criteria: Sequence[str]) -> int:
    """1 where an answer is done now and was not, -1 the other way round."""
    return (state_of(after, criteria) == "done") - (state_of(before, criteria) == "done")
