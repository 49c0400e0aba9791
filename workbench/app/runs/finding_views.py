"""What is behind a run's rates: signs of failed transfer with examples, and what the base knew."""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from workbench.app.runs.view import Progress, RunLine
from workbench.charts.findings import SIGNS, knowledge_bars, signature_maps
from workbench.charts.rates import heatmap
from workbench.elicitation import knowledge_gap
from workbench.languages import display_name
from workbench.selection import without_seed
from workbench.signatures import SIGNATURES, signature_table
from workbench.statistics import rate_table

if TYPE_CHECKING:
    from workbench.store import Store

_KEPT_AT_ONCE = 4


@dataclass(frozen=True)
class Room:
    """How charts are laid out."""

    dark: bool = False
    columns: int = 3


@dataclass(frozen=True)
class Sign:
    """A cell of the signs: which sign, of which checkpoint, in which language."""

    signature: str = next(iter(SIGNS))
    checkpoint: str = ""
    language: str = ""


@dataclass(frozen=True)
class Signs:
    """The signs in the answers of a run."""

    results: pd.DataFrame
    """The answers; ``short`` names their checkpoints as the chart does."""
    table: pd.DataFrame
    """``signatures.signature_table``, by the short names."""

    @property
    def checkpoints(self) -> list[str]:
        """Short names in the order of the chart."""
        return list(dict.fromkeys(self.table["checkpoint"]))

    def figure(self, room: Room) -> go.Figure:
        """A map a sign."""
        return signature_maps(self.table, room.dark, room.columns)


@dataclass(frozen=True)
class Examples:
    """Answers that show a sign."""

    answers: pd.DataFrame
    cell: Sign
    """A cell that exists: the one that was asked for where it does."""
    note: str
    """How often the sign is found there, or why it cannot be measured."""
    definition: str


@dataclass(frozen=True)
class Knowledge:
    """What the base knew, or the sentence and the command that lead to it."""

    figure: go.Figure | None
    note: str
    command: str = ""


class SignReader:
    """Measures signs; those measured last are kept until their run has moved on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Progress | None], Signs] = OrderedDict()

    def read(self, line: RunLine, run: str) -> Signs:
        """The signs in the answers of a run, or of its validation."""
        key = (run, line.validated if run == line.validation else line.progress)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._measure(line, run)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT_AT_ONCE:
                self._kept.popitem(last=False)
            return self._kept[key]

    def _measure(self, line: RunLine, run: str) -> Signs:
        results = self._store.results([run])
        names = {name: line.short(name) for name in dict.fromkeys(results["checkpoint"])}
        results = results.assign(short=results["checkpoint"].map(names))
        table = signature_table(results.assign(checkpoint=results["short"]))
        order = {short: number for number, short in enumerate(names.values())}
        table = table.sort_values("checkpoint", key=lambda own: own.map(order), kind="stable")
        return Signs(results, table)


def examples(found: Signs, wanted: Sign) -> Examples:
    """The answers that show a sign most, in a cell; in the worst one where none was chosen."""
    table = found.table
    own = table[table["signature"] == wanted.signature]
    for column in ("checkpoint", "language"):
        if (chosen := getattr(wanted, column)) in set(own[column]):
            own = own[own[column] == chosen]
    row: dict[Any, Any] = own.sort_values("value", ascending=False, kind="stable").iloc[0].to_dict()
    cell = Sign(wanted.signature, row["checkpoint"], row["language"])
    answers = found.results.set_index("response_id", drop=False).loc[row["worst"]]
    return Examples(answers, cell, _found(row), definition(wanted.signature))


def definition(signature: str) -> str:
    """What counts as the sign, as its measure has it."""
    text = inspect.getdoc(SIGNATURES[signature]) or ""
    return (
        text.partition("\n\n")[0]
        .replace("\n", " ")
        .replace(": 1, else 0.", ".")
        .replace(": 1.", ".")
    )


def knowledge(store: Store, line: RunLine, room: Room) -> Knowledge:
    """The parts of the gap of a run's checkpoints, where their base was asked what it knows."""
    runs = store.runs()
    asked = {
        str(row["name"]): row["config"]
        for row in runs.to_dict("records")
        if row["kind"] == "generate" and "shots" in row["config"] and row["responses"]
    }
    if line.name in asked:
        return _of_elicitation(store, line, room)
    results = store.results([line.name]) if line.progress.answered else pd.DataFrame()
    if results.empty:
        return Knowledge(None, "This run has no answers yet to compare with.")
    tuned = results[results["base"].notna()]
    if tuned.empty:
        return Knowledge(None, "No checkpoint of this run says what base it was tuned from.")
    for name, config in asked.items():
        own = tuned[
            (tuned["base"] == config["checkpoint"]) & (tuned["prompt_set"] == config["prompt_set"])
        ]
        base = store.results([name]) if len(own) else pd.DataFrame()
        shared = _shared(own, base) if len(base) else own
        if len(shared):
            return _gaps(line, base, shared, room)
    rated = tuned[tuned["accuracy"].notna()]
    if rated.empty:
        return Knowledge(None, "No answer of this run could be rated by reference facts.")
    first = rated.iloc[0]
    command = f"workbench elicit {first['base']} --prompts {first['prompt_set']}"
    note = (
        f"{first['base']} has not been asked what it knows. Asked few-shot, in the format of its "
        "own pages, it shows which facts it never learned and which ones tuning lost."
    )
    return Knowledge(None, note, command)


def _gaps(line: RunLine, base: pd.DataFrame, tuned: pd.DataFrame, room: Room) -> Knowledge:
    """A panel a condition: its seeds together."""
    conditions = [
        line.short(name if pd.isna(seed) else without_seed(name, int(seed)))
        for name, seed in tuned[["checkpoint", "seed"]].itertuples(index=False)
    ]
    seeds = tuned["seed"].nunique()
    gaps = [
        knowledge_gap(_shared(base, part), part).assign(checkpoint=condition)
        for condition, part in tuned.assign(condition=conditions).groupby("condition", sort=False)
    ]
    table = pd.concat(gaps)
    fewest, most = int(table["n_paired"].min()), int(table["n_paired"].max())
    number = f"{fewest:,}" if fewest == most else f"{fewest:,} to {most:,}"
    over = f", over {seeds} seeds" if seeds > 1 else ""
    name = str(base["checkpoint"].iloc[0])
    note = f"Of {number} facts a language that both {name} and the checkpoint were asked{over}."
    return Knowledge(knowledge_bars(table, room.dark, room.columns), note)


def _of_elicitation(store: Store, line: RunLine, room: Room) -> Knowledge:
    base = store.results([line.name])
    table = rate_table(base, "accuracy", ["checkpoint", "language"])
    command = f"{line.command} --tuned CHECKPOINT"
    note = (
        "Share of facts that the base answers right, asked few-shot. Studies of checkpoints "
        "tuned from it show here what tuning carried over; others are asked by the command."
    )
    return Knowledge(heatmap(table, dark=room.dark), note, command)


def _shared(results: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Results of the prompts that are in the other results too."""
    keys = ["language", "parallel_id"]
    return results.merge(other[keys].drop_duplicates(), on=keys)


def _found(row: dict[Any, Any]) -> str:
    where = f"{row['checkpoint']}, {display_name(row['language'])}"
    name = SIGNS[row["signature"]]
    if pd.isna(row["value"]):
        return f"{where}: {name} cannot be measured ({row['missing_reason']})."
    share = f"{row['value']:.0%} over {row['n_scored']:,} of {row['n_total']:,} answers"
    if not row["worst"]:
        return f"{where}: {name} {share}; no answer shows it."
    return f"{where}: {name} {share}; such as these {len(row['worst'])}."
