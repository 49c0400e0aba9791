"""The language profile of a checkpoint: how often its answers are right, language by language.

It is taken from the runs of a workspace or, where these have none, from what the checkpoint's own
record says; where that is silent too, there is none, and nothing is guessed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.checkpoint_info import CheckpointInfo
from workbench.statistics import wilson
from workbench.store.profiles import Mark, language_counts, profile_mark

if TYPE_CHECKING:
    from workbench.store import Store


@dataclass(frozen=True)
class LanguageRate:
    """A checkpoint in one language."""

    language: str
    right: float | None
    """Share of answers in the right language, of those scored; None where none was."""
    low: float | None = None
    """Lower end of its 95% interval (Wilson); None where the number of answers is not known."""
    high: float | None = None
    n_scored: int | None = None
    n_total: int | None = None
    accuracy: float | None = None
    """Mean of the answers rated by reference, 0 to 1; None where none was."""
    n_rated: int | None = None


@dataclass(frozen=True)
class Profile:
    """A checkpoint in all languages that it was asked in, English first."""

    rates: tuple[LanguageRate, ...]
    source: str
    """Where they come from, in words."""
    run: str = ""
    """Run they come from; empty where they come from the checkpoint's record."""


class Profiles:
    """Profiles over a store; counts are kept until the store has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._mark: Mark | None = None
        self._counts = pd.DataFrame()

    def of(self, info: CheckpointInfo) -> Profile | None:
        """The profile of a checkpoint; None where it was not measured."""
        own = self._latest().query("checkpoint == @info.name")
        return _of_runs(own) or _of_record(info)

    def runs_of(self, checkpoint: str) -> list[str]:
        """Runs with answers of a checkpoint, the latest first; those of validations left out."""
        counts = self._latest()
        own = counts[(counts["checkpoint"] == checkpoint) & (counts["kind"] != "validation")]
        return list(dict.fromkeys(own["run"]))

    def _latest(self) -> pd.DataFrame:
        with self._lock:
            mark = profile_mark(self._store)
            if mark != self._mark:
                self._counts, self._mark = language_counts(self._store), mark
            return self._counts


def measuring_command(info: CheckpointInfo) -> str:
    """What measures a checkpoint that was not; 'workbench score' follows with the run it prints."""
    tiny = (info.recipe or {}).get("data") == "tinyworld"
    return f"workbench generate {info.name} {'tinyworld-test' if tiny else 'everyday'}"


def _of_runs(own: pd.DataFrame) -> Profile | None:
    """The run that has most answers; those of a validation only where there is no other."""
    if own.empty:
        return None
    tested = own[own["kind"] != "validation"]
    own = tested if len(tested) else own
    sizes = own.groupby("run", sort=False)["n_total"].sum()
    run = str(sizes.idxmax())
    rows = own[own["run"] == run]
    rates = [
        _rate(language, int(total), int(scored), int(right), int(rated), accuracy)
        for language, total, scored, right, rated, accuracy in rows[
            ["language", "n_total", "n_scored", "n_right", "n_rated", "accuracy"]
        ].to_numpy()
    ]
    detector = next((str(name) for name in rows["detector"] if name), "")
    by = f", language by {detector.partition('[')[0]}" if detector else ""
    return Profile(_ordered(rates), f"{int(sizes.max()):,} answers of the run {run}{by}", run)


def _rate(
    language: str, total: int, scored: int, right: int, rated: int, accuracy: float
) -> LanguageRate:
    low, high = wilson(right, scored) if scored else (None, None)
    return LanguageRate(
        language,
        right / scored if scored else None,
        low,
        high,
        scored,
        total,
        accuracy if rated else None,
        rated,
    )


def _of_record(info: CheckpointInfo) -> Profile | None:
    """What the record of a shipped checkpoint says."""
    rates = info.card.get("rates")
    if not isinstance(rates, dict) or not rates:
        return None
    found = [
        LanguageRate(code, own.get("right_language"), accuracy=own.get("ended_and_right"))
        for code, own in rates.items()
    ]
    asked = info.card.get("prompt_set")
    on = f" on {asked}" if asked else ""
    source = f"measured{on} when it was made; answers that count as accurate have ended as well"
    return Profile(_ordered(found), source)


def _ordered(rates: list[LanguageRate]) -> tuple[LanguageRate, ...]:
    return tuple(sorted(rates, key=lambda rate: (rate.language != "en", rate.language)))
