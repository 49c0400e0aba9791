"""``workbench compare`` and ``workbench agreement`` as a user types them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.app.known_answers import fill
from tests.command_line import message, workbench
from workbench.store import JudgeRecord, Rating
from workbench.workspace import Workspace

RUN = "learning-rate-12345678"
GOOD, HOT = "learning-rate-lr0.0001", "learning-rate-lr0.001"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The known study, rated for fluency by a judge and two people.

    Ada rates all; Bo rates English alone; the judge gives what Ada does in English and the
    opposite in French, where it leaves out prompt 5.
    """
    folder = tmp_path_factory.mktemp("comparison")
    store = Workspace(folder).store
    fill(store)
    judges = (("person:Ada", "person"), ("person:Bo", "person"), ("gpt", "llm"))
    for name, kind in judges:
        store.add_judge(JudgeRecord(name, kind))
    given = []
    for row in store.results().to_dict("records"):
        id, number = row["response_id"], int(row["parallel_id"][-2:])
        hot, french = row["checkpoint"] == HOT, row["language"] == "fr"
        level = 0 if hot and french and number < 20 else number % 3
        given.append(Rating(id, "person:Ada", "fluency", level))
        if not french:
            given.append(Rating(id, "person:Bo", "fluency", level))
        if not (french and number == 5):
            given.append(Rating(id, "gpt", "fluency", 2 - level if french else level))
        else:
            given.append(Rating(id, "gpt", "fluency", None, "no answer from the server"))
    store.add_ratings(given)
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_compare_without_a_baseline_prints_rates(workspace: Path) -> None:
    result = workbench("compare", RUN, "--by", "language", "--format", "csv", workspace=workspace)
    assert [row["n_total"] for row in rows(result.stdout)] == ["60", "60"]


def test_compare_to_a_baseline_is_paired(workspace: Path) -> None:
    arguments = ("compare", RUN, "--baseline", GOOD)
    table = workbench(*arguments, workspace=workspace)
    as_csv = rows(workbench(*arguments, "--format", "csv", workspace=workspace).stdout)
    as_json = json.loads(workbench(*arguments, "--format", "json", workspace=workspace).stdout)

    assert table.returncode == 0, table.stderr
    english, french = as_csv
    assert (english["checkpoint"], english["language"]) == (HOT, "en")
    assert (float(english["difference"]), english["verdict"]) == (0, "no difference seen")
    # 24 of the 29 prompts scored in both are lost: p 2 / 2^24, for two rows twice that.
    assert float(french["difference"]) == pytest.approx(-24 / 29)
    assert float(french["p_holm"]) == pytest.approx(4 / 2**24)
    assert (french["n_paired"], french["n_total"], french["more_prompts"]) == ("29", "30", "0")
    assert french["verdict"] == "lower"
    assert [row["difference"] for row in as_json] == pytest.approx([0, -24 / 29])
    for heading in ("difference", "p_holm", "minimal_detectable", "more_prompts"):
        assert heading in table.stdout.splitlines()[0]


def test_compare_takes_groups_of_prompts(workspace: Path) -> None:
    result = workbench(
        *("compare", RUN, "--baseline", GOOD, "--by", "checkpoint,language,task"),
        *("--format", "csv"),
        workspace=workspace,
    )
    found = {
        (row["language"], row["task"]): float(row["difference"]) for row in rows(result.stdout)
    }
    # Prompts 0 to 19 are facts, all lost in French; of the others 4 of the 9 scored.
    assert found[("fr", "fact")] == -1 and found[("fr", "list")] == pytest.approx(-4 / 9)


def test_ratings_by_a_judge_are_compared_on_their_own_scale(workspace: Path) -> None:
    arguments = ("compare", RUN, "--measure", "fluency", "--judge", "person:Ada")
    means = rows(workbench(*arguments, "--format", "csv", workspace=workspace).stdout)
    # Numbers 0 to 29 modulo 3 have a mean of 1; from 20 on, 2 0 1 ... 2: 11 of 30 prompts.
    assert [float(row["mean"]) for row in means] == pytest.approx([1, 1, 1, 11 / 30])
    assert {row["n_rated"] for row in means} == {row["n_total"] for row in means} == {"30"}
    paired = rows(
        workbench(*arguments, "--baseline", GOOD, "--format", "csv", workspace=workspace).stdout
    )
    assert float(paired[1]["difference"]) == pytest.approx(11 / 30 - 1)
    assert paired[1]["test"] == "permutation"


def test_responses_that_a_judge_left_out_are_counted(workspace: Path) -> None:
    result = workbench(
        *("compare", RUN, "--measure", "fluency", "--judge", "person:Bo"),
        *("--by", "language", "--format", "csv"),
        workspace=workspace,
    )
    counts = [(row["n_rated"], row["n_total"], row["enough"]) for row in rows(result.stdout)]
    assert counts == [("60", "60", "True"), ("0", "60", "False")]


def test_what_cannot_be_compared_is_said(workspace: Path) -> None:
    for arguments, expected in (
        (("--baseline", "nobody"), f"Baseline 'nobody'.*{GOOD}"),
        (("--baseline", GOOD, "--by", "learning_rate"), "tells checkpoints apart"),
        (("--measure", "fluency"), "Add --judge NAME"),
        (("--measure", "ended", "--judge", "gpt"), "judges rate criteria"),
        (("--measure", "fluency", "--judge", "who"), "Judge 'who'.*gpt"),
    ):
        error = message("compare", RUN, *arguments, workspace=workspace)
        assert re.search(expected, error)


def test_agreement_by_criterion_and_language(workspace: Path) -> None:
    plot = workspace / "agreement.html"
    arguments = ("agreement", RUN, "--format", "json", "--plot", plot)
    result = workbench(*arguments, workspace=workspace)
    assert result.returncode == 0, result.stderr
    found = {
        (row["criterion"], row["language"], row["between"], row["and"]): row
        for row in json.loads(result.stdout)
    }
    fluency = {key[1:]: row for key, row in found.items() if key[0] == "fluency"}
    assert set(fluency) == {
        ("en", "people", "people"),
        ("en", "gpt", "people"),
        ("fr", "gpt", "people"),
    }
    assert fluency["en", "gpt", "people"]["verdict"] == "yes"
    assert fluency["en", "gpt", "people"]["alpha"] == 1
    french = fluency["fr", "gpt", "people"]
    assert french["verdict"] == "no" and french["alpha"] < 0
    # Both checkpoints' answers to prompt 5 are missing.
    assert (french["n_rated"], french["n_total"]) == (58, 60)
    page = plot.read_text(encoding="utf-8")
    assert "gpt against people" in page and "https://" not in page.split("<body")[0]


def test_agreement_between_two_judges(workspace: Path) -> None:
    store = Workspace(workspace).store
    own = store.ratings([RUN], ["gpt"])
    store.add_judge(JudgeRecord("other", "local"))
    store.add_ratings(
        [
            Rating(int(row.response_id), "other", "fluency", int(row.value))
            for row in own[own["value"].notna()].itertuples()
        ]
    )
    result = workbench(
        *("agreement", RUN, "--judges", "gpt", "other", "--by", "criterion", "--format", "csv"),
        workspace=workspace,
    )
    between = [(row["between"], row["and"], row["exact"]) for row in rows(result.stdout)]
    assert between[-1] == ("gpt", "other", "1.0")
    assert ("reference", "people") not in {pair[:2] for pair in between}
    error = message("agreement", RUN, "--judges", "nobody", workspace=workspace)
    assert "Judge 'nobody'" in error and "other" in error
