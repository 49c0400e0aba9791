from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compare_scale import check, measured, show
from benchmarks.large_store import LANGUAGES, PER_PROMPT, fill
from workbench.store import Store


def test_a_store_is_filled_checked_and_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'answers.sqlite'}"
    with Store(url) as store:
        # Two prompts in ten languages, asked twice of 40 checkpoints.
        assert fill(store, 2 * PER_PROMPT) == 1600
        results = store.results()
        assert len(results) == 1600
        assert set(results["language"]) == set(LANGUAGES)
        assert results["text"].str.len().min() > 0
        # 2 parts (all, filtered) x (2 charts of languages + 9 measures by 2 groupings)
        assert check(store) == 40
    found = measured(url)
    assert found["answers"] == 1600
    acts = [row["act"] for row in found["timings"]]
    assert {"no filter", "search: велосипед", "chart: criteria", "next pair"} <= set(acts)
    show(found)
    assert "1,600 answers in sqlite: opened in" in capsys.readouterr().out
