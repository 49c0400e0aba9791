from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.reporting.known_run import RUN
from workbench.cli import app
from workbench.errors import InputError
from workbench.reporting.latex import escape, table_text
from workbench.reporting.latex_files import write_latex
from workbench.reporting.records import Cell, Report, Section, Table, heads, language, name, text
from workbench.workspace import Workspace


def test_every_character_is_set_as_it_is_or_named() -> None:
    assert escape("a_b & 100% of $x^2 {~}\\#") == (
        r"a\_b \& 100\% of \$x\textasciicircum{}2 \{\textasciitilde{}\}\textbackslash{}\#"
    )
    assert escape("déjà – vu…\n\nnext") == r"déjà -- vu\ldots{} next"  # one paragraph
    assert escape("лиса") == "[U+043B][U+0438][U+0441][U+0430]"


def table(rows: int, columns: int = 3) -> Table:
    number = Cell("50%", "number", "40–60", "5/10", 0.5)
    body = [[name(f"lr_{n}"), language("ru"), *[number] * (columns - 2)] for n in range(rows)]
    titles = [text("checkpoint"), text("asked"), *[language("fr")] * (columns - 2)]
    return Table("Rates & more", titles, body, "n below")


def test_tables_have_rules_captions_and_counts() -> None:
    lines = table_text(table(1), "rates").splitlines()
    assert lines[:3] == [
        r"\begin{table}[htbp]",
        r"\centering\small",
        r"\caption{Rates \& more}\label{tab:rates}",
    ]
    assert r"\begin{tabular}{llr}" in lines and r"\toprule" in lines and r"\bottomrule" in lines
    assert r"\textbf{checkpoint} & \textbf{asked} & \textbf{French} \\" in lines
    assert (
        r"lr\_\allowbreak{}0 & Russian (ru) & \shortstack[r]{50\% {\scriptsize (40--60)}\\"
        r"{\tiny 5/10}} \\"
    ) in lines
    assert r"\resizebox{\textwidth}{!}{%" in table_text(table(1, 9), "wide")
    assert r"\begin{longtable}{llr}" in table_text(table(40), "long")


@pytest.fixture
def small(report: Report) -> Report:
    """The report with two charts, and with all of its tables."""
    kept = []
    left = 2
    for section in report.sections:
        parts = []
        for part in section.parts:
            charts = part.charts[:left]
            left -= len(charts)
            parts.append(replace(part, charts=charts))
        kept.append(replace(section, parts=tuple(parts)))
    return replace(report, sections=tuple(kept))


@pytest.mark.browser
def test_a_paper_with_figures_that_compiles(small: Report, tmp_path: Path) -> None:
    main = write_latex(small, tmp_path)
    for chart in small.charts:
        assert (tmp_path / "figures" / f"{chart.name}.pdf").read_bytes()[:5] == b"%PDF-"
        svg = (tmp_path / "figures" / f"{chart.name}.svg").read_text("utf-8")
        assert svg.startswith("<svg") and "alert" not in svg
    inputs = [line for line in main.read_text("utf-8").splitlines() if line.startswith(r"\input")]
    tables = sum(len(part.tables) for section in small.sections for part in section.parts)
    assert len(inputs) == tables + len(small.charts)
    if shutil.which("pdflatex"):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
            cwd=tmp_path,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert (tmp_path / "main.pdf").read_bytes()[:5] == b"%PDF-"
    main.write_text("my own paper")
    assert write_latex(replace(small, sections=()), tmp_path).read_text() == "my own paper"


def test_without_a_browser_nothing_is_written(
    small: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    with pytest.raises(InputError, match="cannot be drawn .Kaleido requires.*Install kaleido"):
        write_latex(small, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_report_without_charts_needs_no_browser(tmp_path: Path) -> None:
    section = Section("a", "A & B", (), "nothing is known. Ask.")
    report = Report("t", "s", (), ("Found 50%.",), (section,), ("Made.",))
    written = write_latex(report, tmp_path).read_text("utf-8")
    assert r"\section{A \& B}" in written and r"\item Found 50\%." in written
    assert r"\emph{Not in this report: nothing is known. Ask.}" in written
    assert heads("x")[0].text == "x"


def test_the_command_writes_the_page(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "report.html"
    arguments = ["report", RUN, "--out", str(out), "--workspace", str(workspace.folder)]
    app(arguments, result_action="return_value")
    assert capsys.readouterr().out.splitlines()[-1] == str(out)
    assert out.read_text("utf-8").startswith("<!doctype html>")
