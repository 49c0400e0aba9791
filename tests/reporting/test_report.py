"""What a report says, against what is known of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.reporting.known_run import HOSTILE, RUN, STUDY
from workbench.errors import InputError, NotFoundError
from workbench.importing import import_file
from workbench.reporting.records import Part, Report, Section, Table
from workbench.reporting.report import make_report
from workbench.reporting.reproducing import import_command, score_command
from workbench.selection import read_evidence, select
from workbench.store import RunRecord
from workbench.study import Study
from workbench.workspace import Workspace


def section(report: Report, key: str) -> Section:
    return next(section for section in report.sections if section.key == key)


def part(report: Report, key: str, title: str) -> Part:
    return next(part for part in section(report, key).parts if part.title == title)


def table(report: Report, key: str, title: str) -> Table:
    tables = [table for part in section(report, key).parts for table in part.tables]
    return next(table for table in tables if table.title == title)


def rows(table: Table) -> dict[str, list[str]]:
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_sections_stand_in_the_order_in_which_one_asks(report: Report) -> None:
    assert [section.key for section in report.sections] == [
        "question", "design", "checkpoints", "results", "answers", "signatures", "selection",
        "reliability", "missing", "reproduce",
    ]  # fmt: skip
    assert report.title == "study" and RUN in report.subtitle
    assert dict(report.facts)["answers"] == "64"  # 2 recipes, 2 seeds, 4 languages, 4 prompts
    assert dict(report.facts)["missing answers"] == "1"
    assert section(report, "question").parts[0].text[0] == STUDY.question


def test_rates_have_intervals_and_counts(report: Report) -> None:
    found = table(report, "results", "Right language")
    assert [cell.text for cell in found.columns] == ["checkpoint", "en", "ar", "fr", "hi"]
    # Of 8 French answers of high one is missing; of the 7 others 2 are French. Of 8 Hindi ones
    # one is undetermined, and 2 of 7 are Hindi; of the 8 Arabic ones 2.
    assert rows(found) == {
        "low": ["100%", "100%", "100%", "100%"],
        "high": ["100%", "25%", "29%", "29%"],
    }
    high = found.rows[1]
    assert [cell.counts for cell in high[1:]] == ["8/8", "8/8", "7/8", "7/8"]
    assert all("–" in cell.interval for cell in high[1:])
    assert "seeds (2) together" in found.note
    names = [chart.name for chart in part(report, "results", "Right language").charts]
    assert names == ["right-language-map", "right-language-by-learning-rate"]


def test_findings_hold_english_against_the_others(report: Report) -> None:
    # Mean of 25%, 2/7 and 2/7 is 27%.
    assert report.findings[0] == (
        "Right language: English 100%; the mean of the other languages from 27% (high) to 100% "
        "(low)."
    )


def test_selection_is_the_same_as_elsewhere(workspace: Workspace, report: Report) -> None:
    selection = select(read_evidence(workspace.store, RUN))
    found = table(report, "selection", "Choices")
    assert [row[1].text for row in found.rows] == [
        choice.recipe.removeprefix("study-") for choice in selection.choices.values()
    ]
    costs = table(report, "selection", "Cost by language").rows[-1][1:]
    expected = [round(100 * (cost.mean or 0)) for cost in selection.cost.values()]
    assert [int(cell.text) for cell in costs] == expected
    assert any("validation in all languages low" in finding for finding in report.findings)


def test_judges_are_named_and_people_counted(report: Report) -> None:
    judges = rows(table(report, "design", "Judges"))
    assert judges["people"] == ["1 rater", "fluency", "8", "0"]
    assert f"llm:{HOSTILE}" in judges and "person:Anna" not in str(report)
    agreement = table(report, "reliability", "Agreement: fluency")
    # 8 French answers are rated by both, alike; 30 are needed for a verdict.
    (row,) = agreement.rows
    assert [row[0].text, row[4].text, row[5].text] == ["fr", "1.00", "8"]
    assert row[6].text == "not enough ratings" and "it takes 30" in row[7].text


def test_worst_answers_are_those_of_the_worst_checkpoint(report: Report) -> None:
    french = part(report, "answers", "français (fr)")
    assert [answer.title for answer in french.answers] == ["worst", "worst", "best"]
    worst, other, best = french.answers
    assert worst.marks[0].text.startswith("study-high") and HOSTILE in worst.text
    assert worst.asked != other.asked
    assert best.marks[0].text.startswith("study-low") and best.text == "Le renard est roux."
    tones = {mark.text: mark.tone for mark in worst.marks}
    assert tones["English (en) 90%"] == tones["accuracy 0"] == "wrong"


def test_signs_are_means_over_the_seeds(report: Report) -> None:
    drift = part(report, "signatures", "English drift")
    # As right language, less: 6 of 8, 5 of 7, 5 of 7; of English itself it says nothing.
    assert rows(drift.tables[0])["high"] == ["–", "75%", "71%", "71%"]
    assert [cell.counts for cell in drift.tables[0].rows[1][1:]] == ["0/8", "8/8", "7/8", "7/8"]
    assert all("English" in answer.marks[2].text for answer in drift.answers)


def test_everything_missing_is_counted_with_its_reason(report: Report) -> None:
    found = [[cell.text for cell in row] for row in table(report, "missing", "Missing scores").rows]
    assert ["answer", "the prompt is too long", "1", "64"] in found
    assert ["right language", "undetermined: no evidence", "1", "63"] in found
    # The judge was asked of 8 of 64 answers; what it owes is not silent.
    assert [f"ratings by llm:{HOSTILE}", "not rated yet", "56", "64"] in found


def test_the_study_and_its_command_are_there_to_run_again(report: Report) -> None:
    assert part(report, "reproduce", "Commands").code.splitlines()[0] == "workbench run study.yaml"
    written = part(report, "reproduce", "Study, as study.yaml").code
    again = Study.model_validate(yaml.safe_load(written))
    assert again.of_run == STUDY.of_run
    versions = rows(table(report, "reproduce", "Versions"))
    assert versions["workbench"][1] != "–"


def test_imported_answers_without_scores_say_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"completion": "Le renard.", "prompt": "Quoi ?"}\n')
    workspace = Workspace(tmp_path / "ws")
    report = make_report(workspace, import_file(workspace.store, path))
    missing = {section.key: section.missing for section in report.sections if section.missing}
    assert "declares no question" in missing["question"]
    assert missing["results"] == "no answer is scored yet. Score them with 'workbench score'."
    assert "were not validated" in missing["selection"] and "it takes two" in missing["reliability"]
    assert set(missing) == {"question", "results", "answers", "selection", "reliability"}
    drift = part(report, "signatures", "English drift")
    assert drift.text[1] == "Missing: no language could be told." and not drift.charts
    assert "workbench import x.jsonl" in part(report, "reproduce", "Commands").code
    listed = rows(table(report, "missing", "Missing sections"))
    assert "Results by language" in listed


def test_commands_that_bring_imports_and_scores_back() -> None:
    config = {"file": "my answers.csv", "language": "fr", "map": {"completion": "a b"}}
    assert import_command(config) == (
        "workbench import 'my answers.csv' --language fr --map 'completion=a b'"
    )
    assert score_command("r", "py3langid[de,fr]") == (
        "workbench score r --detector py3langid --languages de,fr"
    )
    assert score_command("r", "langid") == "workbench score r --detector langid"


def test_what_there_can_be_no_report_of(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(NotFoundError, match="Run 'x'"):
        make_report(workspace, "x")
    workspace.store.start_run(RunRecord("x", "generate"))
    with pytest.raises(InputError, match="it has no answers yet"):
        make_report(workspace, "x")


def test_progress_is_told(workspace: Workspace) -> None:
    told: list[tuple[int, int, str]] = []
    make_report(workspace, RUN, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == list(range(7)) and {n for _, n, _ in told} == {6}
