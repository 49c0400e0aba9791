"""The desk: hands answers to raters, keeps what they give, and takes it back on demand."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

from workbench.errors import InputError
from workbench.judging.criteria import LEVELS
from workbench.judging.people.adjudication import Dispute, disputes, settled
from workbench.judging.people.assignment import Assigned, Task, assign
from workbench.judging.people.items import Answers, read_answers
from workbench.judging.people.raters import ADJUDICATION, clean_name, judge_of, rater_of
from workbench.judging.people.standing import Given, Own, Standing, standing
from workbench.judging.rubric import Rubric, load_rubric
from workbench.store import JudgeRecord, Rating, Store

SKIPPED = "skipped by the rater"
_KEPT_AT_ONCE = 8

K = TypeVar("K")
V = TypeVar("V")


class Desk:
    """Answers for raters, and their ratings, over a store that others write to as well.

    Answers and assignments are kept until they are asked for afresh; ratings never are.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Answers] = OrderedDict()
        self._assigned: OrderedDict[Task, list[Assigned]] = OrderedDict()
        self._raters: list[str] | None = None
        self._introduced: set[tuple[str, str]] = set()

    def runs(self) -> list[str]:
        """Names of the runs with answers, the latest first."""
        runs = self.store.runs()
        shown = runs[(runs["responses"] > 0) & (runs["kind"] != "validation")]
        return [str(name) for name in shown["name"]]

    def raters(self, fresh: bool = True) -> list[str]:
        """Everybody who has rated anything in this store, or had when that was asked last."""
        if fresh or self._raters is None:
            names = (rater_of(str(judge)) for judge in self.store.judges()["name"])
            self._raters = [name for name in names if name is not None]
        return self._raters

    def rater(self, name: str) -> str:
        """The name as it is kept; see ``clean_name``."""
        return clean_name(name, self.raters())

    def answers(self, run: str, fresh: bool = False) -> Answers:
        """The answers of a run; NotFoundError where there is no such run."""
        with self._lock:
            if fresh or run not in self._answers:
                self._answers[run] = read_answers(self.store, run)
            return _kept(self._answers, run)

    def assigned(self, task: Task, fresh: bool = False) -> list[Assigned]:
        """The rater's answers in order, as ``assign`` gives them."""
        with self._lock:
            if not fresh and task in self._assigned:
                return _kept(self._assigned, task)
        items = list(self.answers(task.run, fresh).items.values())
        judges = [judge_of(name) for name in self.raters()]
        ratings = self.store.ratings([task.run], judges)
        given: dict[int, set[str]] = defaultdict(set)
        rated = ratings[ratings["value"].notna()]
        for id, judge in rated[["response_id", "judge"]].itertuples(index=False):
            given[int(id)].add(str(rater_of(judge)))
        with self._lock:
            self._assigned[task] = assign(items, task, given)
            return _kept(self._assigned, task)

    def standing(self, task: Task) -> Standing:
        """What the rater has given in the run so far, of all criteria."""
        return standing(self.store.ratings([task.run], [judge_of(task.rater)]))

    def rate(
        self,
        task: Task,
        response_id: int,
        criterion: str,
        value: int,
        own: Given | None = None,
    ) -> Given:
        """Keep a value in place of the one that is there, and what follows from it by rule.

        Returns all that the rater has given for the answer; ``own`` is what it was before,
        looked up where None.
        """
        own = self._own(task, response_id) if own is None else own
        given = {name: kept.given for name, kept in own.items()} | {criterion: value}
        return self._keep(task, response_id, own, given)

    def take_back(self, task: Task, response_id: int, criterion: str) -> Given:
        """Remove a value, and what followed from it by rule; what is left of the answer's."""
        own = self._own(task, response_id)
        given = {name: kept.given for name, kept in own.items() if name != criterion}
        return self._keep(task, response_id, own, given)

    def skip(self, task: Task, response_id: int) -> None:
        """Keep that the rater skips what is not rated of an answer; it may be rated later."""
        self._introduce(task)
        judge = judge_of(task.rater)
        # What has a value keeps it: the store replaces nothing but what is missing.
        self.store.add_ratings(
            [Rating(response_id, judge, name, None, SKIPPED) for name in task.criteria]
        )

    def take_back_skip(self, task: Task, response_id: int) -> Given:
        """Remove that the rater skipped an answer; what is left of the answer's."""
        own = self._own(task, response_id)
        for criterion in [name for name, kept in own.items() if kept.value is None]:
            self.store.remove_ratings(judge_of(task.rater), [response_id], criterion)
        return {name: kept for name, kept in own.items() if kept.value is not None}

    def disputes(
        self, task: Task, fresh: bool = True
    ) -> tuple[list[Dispute], dict[int, dict[str, int]]]:
        """Answers that raters do not agree about, the worst first, and what is settled.

        Not those without text, which a rule rates. ``fresh`` looks for raters who are new, which
        takes longer.
        """
        judges = [ADJUDICATION, *(judge_of(name) for name in self.raters(fresh))]
        ratings = self.store.ratings([task.run], judges, task.criteria)
        ratings = ratings[~ratings["response_id"].isin(self.answers(task.run).empty)]
        return disputes(ratings, task.criteria, task.languages), settled(ratings)

    def settle(self, task: Task, response_id: int, criterion: str, value: int) -> None:
        """Keep the value that stands for an answer after raters disagreed."""
        self.store.add_judge(JudgeRecord(ADJUDICATION, "person"))
        reason = f"settled by {task.rater}"
        rating = Rating(response_id, ADJUDICATION, criterion, value, reason=reason)
        self.store.add_ratings([rating], replace=True)

    def reopen(self, response_id: int, criterion: str) -> None:
        """Remove the value that was settled."""
        self.store.remove_ratings(ADJUDICATION, [response_id], criterion)

    def _own(self, task: Task, response_id: int) -> Given:
        return self.standing(task).get(response_id, {})

    def _keep(
        self, task: Task, response_id: int, own: Given, given: Mapping[str, int | None]
    ) -> Given:
        judge = judge_of(task.rater)
        after = _ruled(load_rubric(task.rubric), task.criteria, given)
        changed = {name: new for name, new in after.items() if new != own.get(name)}
        self._introduce(task)
        self.store.add_ratings(
            [
                Rating(response_id, judge, name, new.value, raw=new.raw, rule=new.rule)
                for name, new in changed.items()
            ],
            replace=True,
        )
        for name in [n for n, kept in own.items() if kept.value is not None and n not in after]:
            self.store.remove_ratings(judge, [response_id], name)
        skipped = {name: kept for name, kept in own.items() if kept.value is None}
        return {**skipped, **after}

    def _introduce(self, task: Task) -> None:
        """Make the rater known as a judge; InputError where others guided earlier ratings."""
        judge, identity = judge_of(task.rater), load_rubric(task.rubric, task.guidelines).identity
        if (judge, task.rubric) in self._introduced:
            return
        judges = self.store.judges().set_index("name")["details"]
        known = (judges.get(judge) or {}).get("rubric")
        if judge not in judges.index:
            self.store.add_judge(JudgeRecord(judge, "person", {"rubric": identity}))
        elif known and (known["name"], known["version"]) != (identity["name"], identity["version"]):
            raise InputError(
                f"Rater '{task.rater}'",
                f"the store has ratings of this rater by the guidelines {known['name']}, version "
                f"{known['version']}; now they are {identity['name']}, version "
                f"{identity['version']}",
                f"Rate under another name, such as '{task.rater} 2'",
            )
        self._introduced.add((judge, task.rubric))


def _ruled(
    rubric: Rubric, criteria: Sequence[str], given: Mapping[str, int | None]
) -> dict[str, Own]:
    """Values after the rules between criteria.

    A rule may also settle what is not rated yet: where it caps a criterion at 0.
    """
    known = {name: value for name, value in given.items() if value is not None}
    ruled = rubric.apply_rules({**dict.fromkeys(criteria, max(LEVELS)), **known})
    return {
        name: Own(
            value, ruled.changed.get(name), known.get(name) if name in ruled.changed else None
        )
        for name, value in ruled.values.items()
        if name in known or value == 0
    }


def _kept(cache: OrderedDict[K, V], key: K) -> V:
    cache.move_to_end(key)
    while len(cache) > _KEPT_AT_ONCE:
        cache.popitem(last=False)
    return cache[key]
