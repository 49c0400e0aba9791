from __future__ import annotations

import pandas as pd
import pytest

from tests.judging.conftest import FillRun
from workbench.judging.language_gate import COLUMNS, apply_gate, disagreements, gate_table
from workbench.store import LanguageScore, Rating, Store

LLM = "m[six-criteria-1.en]"


@pytest.fixture
def scored(fill_run: FillRun) -> Store:
    """Six answers with verdicts: right; right with a wrong part; wrong; empty; undetermined; none.

    The judge gave 2 2 2 0 2 0.
    """
    store = fill_run(["Fine.", "Fine, ja.", "Gut.", "", "42", None])
    ids = store.results()["response_id"].tolist()
    detector = "langid[de,en]"
    units = {"units_judged": 2, "units_right": 2}
    store.add_language_scores(
        [
            LanguageScore(ids[0], detector, "en", 0.9, True, **units),
            LanguageScore(ids[1], detector, "en", 0.9, True, units_judged=2, units_right=1),
            LanguageScore(ids[2], detector, "de", 0.9, False, units_judged=1, units_right=0),
            LanguageScore(ids[3], detector, None, None, False),
            LanguageScore(ids[4], detector, None, None, None, missing_reason="undetermined"),
            LanguageScore(ids[5], detector, None, None, None, missing_reason="no answer"),
        ]
    )
    values = (2, 2, 2, 0, 2, 0)
    store.add_ratings([Rating(ids[i], LLM, "language", v) for i, v in enumerate(values)])
    store.add_ratings([Rating(ids[0], LLM, "fluency", 0)])
    return store


def test_the_gate_rates_by_the_detector(scored: Store) -> None:
    gate = apply_gate(scored, "r")
    assert gate == "gate:langid[de,en]"
    frame = scored.ratings(["r"], [gate])
    assert frame["criterion"].unique().tolist() == ["language"]
    assert frame["value"].tolist() == [2, 1, 0, 0, pd.NA, pd.NA]
    assert frame["missing_reason"].tolist()[4:] == ["undetermined", "no answer"]
    assert frame["reason"].tolist()[:4] == [
        "detected as en",
        "detected as en, with other parts",
        "detected as de",
        "it has no text",
    ]
    assert apply_gate(scored, "r") == gate and len(scored.ratings(["r"], [gate])) == 6
    row = scored.judges().set_index("name").loc[gate]
    assert (row["kind"], row["details"]) == ("rule", {"detector": "langid[de,en]"})


def test_where_judge_and_gate_disagree_is_counted(scored: Store) -> None:
    gate = apply_gate(scored, "r")
    assert gate is not None
    table = gate_table(scored.ratings(["r"]), gate)
    assert tuple(table.columns) == COLUMNS and len(table) == 1
    # Four have both values; on the third only the gate says that the language is wrong. 2 and
    # 1 are both the right language.
    row = table.iloc[0]
    assert (row["judge"], row["checkpoint"], row["language"]) == (LLM, "tuned", "en")
    assert row[["n_compared", "n_total", "n_disagree"]].tolist() == [4, 6, 1]
    assert row["disagree"] == 0.25
    assert (row["judge_kinder"], row["judge_stricter"]) == (1, 0)
    shown = disagreements(scored.ratings(["r"]), gate)
    assert shown[["parallel_id", "value", "gate_value", "gate_reason"]].values.tolist() == [
        ["2", 2, 0, "detected as de"]
    ]


def test_a_judge_that_is_stricter(scored: Store) -> None:
    gate = apply_gate(scored, "r")
    assert gate is not None
    id = int(scored.results()["response_id"].iloc[0])
    scored.add_ratings([Rating(id, LLM, "language", 0)], replace=True)
    row = gate_table(scored.ratings(["r"]), gate).iloc[0]
    assert (row["n_disagree"], row["judge_kinder"], row["judge_stricter"]) == (2, 1, 1)


def test_without_a_detector_there_is_no_gate(fill_run: FillRun) -> None:
    store = fill_run(["Fine."])
    assert apply_gate(store, "r") is None
    assert gate_table(store.ratings(["r"]), "gate:x").empty


def test_nothing_to_compare_is_no_agreement(scored: Store) -> None:
    table = gate_table(scored.ratings(["r"]), "gate:other")
    assert table["n_compared"].tolist() == [0] and table["disagree"].isna().all()
