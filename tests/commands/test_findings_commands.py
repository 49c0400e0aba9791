"""``workbench elicit`` and ``workbench signatures`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import workbench


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("findings")


def test_elicit_parts_the_gap_by_language(workspace: Path) -> None:
    arguments = ("elicit", "tiny-base", "--prompts", "tinyworld-test", "--shots", "4")
    arguments += (
        "--limit",
        "6",
        "--languages",
        "en,fr",
        "--tuned",
        "tiny-full-good,tiny-full-hot",
    )
    plot = workspace / "gap.html"
    result = workbench(*arguments, "--plot", plot, "--format", "json", workspace=workspace)

    assert result.returncode == 0, result.stderr
    rows = {(row["checkpoint"], row["language"]): row for row in json.loads(result.stdout)}
    assert set(rows) == {
        (checkpoint, code)
        for checkpoint in ("tiny-full-good", "tiny-full-hot")
        for code in ("en", "fr")
    }
    for row in rows.values():
        total = row["never_learned"] + row["not_carried_over"] + row["tuned"]
        assert total == pytest.approx(1)
        assert row["n_paired"] == 6
    # Overheated tuning forgets all French; what the base knew is not carried over.
    hot = rows[("tiny-full-hot", "fr")]
    assert hot["known"] > 0
    assert hot["not_carried_over"] == pytest.approx(hot["known"])
    assert plot.read_text("utf-8").count("Plotly.newPlot") == 1


def test_signatures_of_what_was_elicited(workspace: Path) -> None:
    result = workbench("signatures", "--format", "json", workspace=workspace)

    assert result.returncode == 0, result.stderr
    rows = {
        (row["checkpoint"], row["language"], row["signature"]): row
        for row in json.loads(result.stdout)
    }
    assert rows[("tiny-full-hot", "fr", "english_drift")]["value"] > 0.8
    assert len(rows[("tiny-full-hot", "fr", "english_drift")]["worst"]) == 5
    assert rows[("tiny-full-good", "fr", "english_drift")]["value"] < 0.2
    assert rows[("tiny-full-good", "en", "english_drift")]["value"] is None
