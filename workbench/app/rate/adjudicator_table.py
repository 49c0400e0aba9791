"""Settling what raters disagree about: what each act of an adjudicator does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.app.rate.sitting import Act, Settling, Sitting, Step
from workbench.judging.people import Desk, Dispute, Task

Final = Mapping[int, Mapping[str, int]]


class AdjudicatorTable:
    """Begins sittings of adjudicators and takes them on, over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, task: Task) -> Sitting:
        """Sit down to the widest disagreement that is not settled."""
        self._desk.answers(task.run, fresh=True)
        self._desk.raters()
        return self._moved(Sitting(task, "adjudicate"), task)

    def act(self, sitting: Sitting, task: Task, act: Act) -> Sitting:
        """The sitting after an act; what it changes is in the store by then.

        An act on what is no longer shown does nothing.
        """
        id = sitting.response_id
        if act.turn != sitting.turn:
            return sitting
        sitting = replace(sitting, turn=sitting.turn + 1)
        match act.name:
            case "undo" if sitting.steps:
                return self._undone(sitting, task)
            case "criterion" if id is not None and act.criterion in task.criteria:
                return sitting.at(id, act.criterion)
            case "value" if id is not None and act.criterion in task.criteria:
                return self._valued(sitting, task, id, act)
            case "next" | "skip" if id is not None:
                return self._moved(sitting, task)
            case "back":
                return self._back(sitting, task)
        return sitting

    def shown(self, sitting: Sitting, task: Task) -> Settling:
        """What there is to see."""
        found, final = self._desk.disputes(task, fresh=False)
        dispute = next((d for d in found if d.response_id == sitting.response_id), None)
        items = self._desk.answers(task.run).items
        return Settling(
            items[dispute.response_id] if dispute else None,
            dispute,
            final.get(dispute.response_id, {}) if dispute else {},
            sum(not _unsettled(dispute, final) for dispute in found),
            len(found),
        )

    def _valued(self, sitting: Sitting, task: Task, id: int, act: Act) -> Sitting:
        found, final = self._desk.disputes(task, fresh=False)
        before = final.get(id, {})
        self._desk.settle(task, id, act.criterion, act.value)
        sitting = sitting.stepped(Step(id, act.criterion, before.get(act.criterion)))
        final = {**final, id: {**before, act.criterion: act.value}}
        left = [
            c for dispute in found if dispute.response_id == id for c in _unsettled(dispute, final)
        ]
        return sitting.at(id, left[0] if left else "")

    def _undone(self, sitting: Sitting, task: Task) -> Sitting:
        *earlier, step = sitting.steps
        if step.before is None:
            self._desk.reopen(step.response_id, step.criterion)
        else:
            self._desk.settle(task, step.response_id, step.criterion, step.before)
        return replace(sitting.at(step.response_id, step.criterion), steps=tuple(earlier))

    def _moved(self, sitting: Sitting, task: Task) -> Sitting:
        """At the next answer that is not settled, from the start after the last one."""
        found, final = self._desk.disputes(task, fresh=False)
        place = _place(found, sitting.response_id)
        for dispute in (*found[place + 1 :], *found[: place + 1]):
            if left := _unsettled(dispute, final):
                return sitting.at(dispute.response_id, left[0])
        return sitting.at(None, "")

    def _back(self, sitting: Sitting, task: Task) -> Sitting:
        found, final = self._desk.disputes(task, fresh=False)
        place = _place(found, sitting.response_id) if sitting.response_id else len(found)
        if place < 1:
            return sitting
        left = _unsettled(found[place - 1], final)
        return sitting.at(found[place - 1].response_id, left[0] if left else "")


def _place(found: list[Dispute], id: int | None) -> int:
    """Place of an answer in the queue; -1 where it is not in it."""
    return next((n for n, dispute in enumerate(found) if dispute.response_id == id), -1)


def _unsettled(dispute: Dispute, final: Final) -> list[str]:
    return [c for c in dispute.open if c not in final.get(dispute.response_id, {})]
