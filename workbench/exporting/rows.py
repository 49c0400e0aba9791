"""Rows of an export: a run's answers with their prompts, checkpoints and scores, by the batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.exporting.columns import COLUMNS
from workbench.store import Store
from workbench.store.export_rows import Belongings, belongings
from workbench.store.records import RULE_JUDGES

_AT_ONCE = 20_000
"""Rows that are held as Python objects at once."""
_OF_RATING = ["judge", "criterion", "value", "missing_reason", "reason"]
Row = dict[str, Any]


def export_rows(store: Store, run: str, detector: str | None = None) -> Iterator[list[Row]]:
    """Batches of rows in the order of the answers, their fields in the order of ``COLUMNS``.

    Missing values are None. ``detector`` is chosen as ``Store.results`` does.
    """
    results = store.results([run], detector=detector)
    kept = belongings(store.database, run)
    ratings = _ratings(store, run)
    plain = [column.name for column in COLUMNS if column.name in results]
    for start in range(0, len(results), _AT_ONCE):
        part = results.iloc[start : start + _AT_ONCE]
        ids = [int(id) for id in part["response_id"]]
        values = part[plain].astype("object")
        rows: list[Any] = values.where(values.notna(), None).to_dict("records")
        yield [
            _row({**row, "ratings": ratings.get(id)}, owners, kept)
            for row, id, owners in zip(
                rows, ids, kept.of_response.loc[ids].to_numpy().tolist(), strict=True
            )
        ]


def _row(values: Mapping[str, Any], owners: Sequence[int], kept: Belongings) -> Row:
    """A row of its values and what its prompt, checkpoint and decoding add."""
    prompt_id, checkpoint_id, decoding_id = owners
    prompt = kept.prompts[prompt_id]
    own = {
        **values,
        "messages": prompt["messages"],
        "reference": prompt["reference"],
        "tags": prompt["tags"] or None,
        "decoding": kept.decodings[decoding_id] or None,
        "checkpoint_hash": kept.checkpoints[checkpoint_id],
    }
    return {column.name: own.get(column.name) for column in COLUMNS}


def _ratings(store: Store, run: str) -> dict[int, list[Row]]:
    """Ratings by response; those by rules stand in columns of their own."""
    frame = store.ratings([run])
    frame = frame[~frame["judge"].isin(RULE_JUDGES)]
    values = frame[_OF_RATING].astype("object")
    rows = values.where(values.notna(), None).to_dict("records")
    found: dict[int, list[Row]] = {}
    for id, row in zip(frame["response_id"], rows, strict=True):
        found.setdefault(int(id), []).append(
            {str(name): value for name, value in row.items() if value is not None}
        )
    return found
