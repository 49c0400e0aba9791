"""The language gate: the criterion *language* by detectors, beside what judges say of it.

LLM judges are known to overlook that an answer is in the wrong language, so that criterion
is rated by a language detector as well, under a name of its own. Where a judge and the gate
disagree on whether an answer is in the right language, it is shown and counted.
"""

from __future__ import annotations

import pandas as pd

from workbench.store.records import JudgeRecord, Rating
from workbench.store.store import Store

CRITERION = "language"

# fmt: off
COLUMNS = (
    "judge", "gate", "checkpoint", "language", "n_compared", "n_total", "n_disagree", "disagree",
    "judge_kinder", "judge_stricter",
)
"""Columns of ``gate_table``: of ``n_total`` responses that the judge rated or tried to,
``n_compared`` have a value by both, and on ``n_disagree`` of these, a share of ``disagree``
(NaN where none is compared), only one of the two says that the language is wrong. The judge
is kinder where it is the gate."""
# fmt: on


def apply_gate(store: Store, run: str, detector: str | None = None) -> str | None:
    """Keep what a detector says about *language*; the name of the gate.

    ``detector`` None takes the one that scored most of the run. None where no detector has
    scored it yet.
    """
    results = store.results([run], detector=detector)
    scored = results.dropna(subset=["detector"])
    if scored.empty:
        return None
    name = gate_name(str(scored["detector"].iloc[0]))
    store.add_judge(JudgeRecord(name, "rule", {"detector": scored["detector"].iloc[0]}))
    store.add_ratings(
        [
            _rating(name, *row)
            for row in zip(
                scored["response_id"],
                scored["right_language"],
                scored["robust_pass"],
                scored["detected"],
                scored["language_missing"],
                strict=True,
            )
        ]
    )
    return name


def gate_name(detector: str) -> str:
    """The judge that a detector is, such as ``gate:py3langid[en,fr]``."""
    return f"gate:{detector}"


def gate_table(ratings: pd.DataFrame, gate: str) -> pd.DataFrame:
    """How often each judge and the gate disagree; see ``COLUMNS``.

    ``ratings`` is what ``Store.ratings`` gives.
    """
    compared = _compared(ratings, gate)
    by = ["judge", "checkpoint", "language"]
    rows = []
    for key, own in compared.groupby(by, sort=True):
        both = own.dropna(subset=["value", "gate_value"])
        wrong, gate_wrong = both["value"] == 0, both["gate_value"] == 0
        differ = int((wrong != gate_wrong).sum())
        share = differ / len(both) if len(both) else float("nan")
        counts = (len(both), len(own), differ, share)
        kinder, stricter = int((~wrong & gate_wrong).sum()), int((wrong & ~gate_wrong).sum())
        rows.append((key[0], gate, *key[1:], *counts, kinder, stricter))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def disagreements(ratings: pd.DataFrame, gate: str) -> pd.DataFrame:
    """The ratings of *language* that the gate contradicts, with its ``gate_value`` and reason."""
    both = _compared(ratings, gate).dropna(subset=["value", "gate_value"])
    return both[(both["value"] == 0) != (both["gate_value"] == 0)].reset_index(drop=True)


def _compared(ratings: pd.DataFrame, gate: str) -> pd.DataFrame:
    of_language = ratings[ratings["criterion"] == CRITERION]
    by_gate = of_language.loc[
        of_language["judge"] == gate, ["response_id", "value", "reason"]
    ].rename(columns={"value": "gate_value", "reason": "gate_reason"})
    others = of_language[~of_language["judge"].str.startswith(gate_name(""))]
    return others.merge(by_gate, on="response_id", how="left")


def _rating(judge: str, id: int, *verdict: object) -> Rating:
    right, all_units, detected, missing = verdict
    if pd.isna(right):  # type: ignore[call-overload]
        return Rating(int(id), judge, CRITERION, None, str(missing))
    whole = f"detected as {detected}" if detected is not None else "it has no text"
    if not right:
        return Rating(int(id), judge, CRITERION, 0, reason=whole)
    parts_differ = not pd.isna(all_units) and not all_units  # type: ignore[call-overload]
    if parts_differ:
        return Rating(int(id), judge, CRITERION, 1, reason=f"{whole}, with other parts")
    return Rating(int(id), judge, CRITERION, 2, reason=whole)
