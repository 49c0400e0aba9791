from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.known_results import COLLAPSING, made_up
from workbench.assets import PROJECT_ROOT, asset
from workbench.study import load_study
from workbench.study_pages import (
    PAGE,
    about_study,
    finding,
    page_text,
    section_text,
    study_figure,
    write_figure,
)
from workbench.study_results import load_results

KEPT = load_results()


def test_a_finding_sets_english_beside_the_others() -> None:
    # Means of fr and ru: (0.9 + 0.8) / 2 = 0.85, and (0.1 + 0) / 2 = 0.05.
    said = finding(made_up(COLLAPSING).of("right_language"), "right language")

    assert said == (
        "Right language: English 97% to 100%; the mean of the other languages from 5% "
        "(learning rate 3e-3) to 85% (learning rate 1e-4)."
    )


def test_what_cannot_be_compared_is_not_claimed() -> None:
    nothing = made_up({("1e-4", ""): {"en": 1.0, "fr": None}})

    assert "cannot be compared" in finding(nothing.of("right_language"), "right language")


def test_a_section_tells_counts_intervals_and_provenance() -> None:
    section = section_text(made_up(COLLAPSING))

    assert "**Does it?**" in section
    # 80 answers by two seeds are 40 prompts.
    assert "40 prompts a language, 2 seeds" in section
    assert "| learning rate 3e-3 | 97 (92–100) | 10 (5–15) | 0 (0–5) | 234 / 240 |" in section
    assert "`made-up-1234` of 2026-01-02, with workbench 0.1.0, torch 2.13.0;" in section
    assert "language by `py3langid[en fr]`" in section
    assert "workbench publish made-up" in section


def test_missing_rates_are_called_missing() -> None:
    cells = {**COLLAPSING, ("1e-2", ""): {"en": 1.0, "fr": None, "ru": 0.0}}

    # Two languages of 78 answers each are scored, of 240.
    assert "| 100 (95–100) | missing | 0 (0–5) | 156 / 240 |" in section_text(made_up(cells))


def test_variants_make_rows_and_the_rest_lines() -> None:
    lines = study_figure(made_up(COLLAPSING))
    with_variant = {**COLLAPSING, ("3e-3", "shots=3"): {"en": 1.0, "fr": 0.5, "ru": 0.5}}
    rows = study_figure(made_up(with_variant))

    assert any(trace.mode == "lines+markers" for trace in lines.data)
    assert all(trace.mode == "markers" for trace in rows.data)
    assert lines.layout.paper_bgcolor == rows.layout.paper_bgcolor == "white"


def test_a_figure_is_written_as_png(tmp_path: Path) -> None:
    path = write_figure(made_up(COLLAPSING), tmp_path / "figures")

    assert path == tmp_path / "figures" / "made-up.png"
    assert path.read_bytes()[:4] == b"\x89PNG"


def test_what_a_shipped_study_varies_is_told_by_its_file() -> None:
    assert about_study("data-size").startswith("Small data is read more often")
    assert "$schema" not in about_study("data-size")
    assert about_study("no-such-study") == ""


@pytest.mark.skipif(not KEPT, reason="no study is kept in assets/examples/studies yet")
def test_the_committed_page_is_that_of_what_is_kept() -> None:
    from workbench.study_pages import in_page_order

    page = PAGE.read_text(encoding="utf-8")
    assert page == page_text(in_page_order(KEPT))
    for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page):
        assert (PAGE.parent / link).resolve().is_relative_to(PROJECT_ROOT)
        assert (PAGE.parent / link).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("result", KEPT, ids=lambda result: result.name)
def test_what_is_kept_is_of_the_study_that_is_shipped(result) -> None:  # type: ignore[no-untyped-def]
    assert asset("studies", f"{result.name}.yaml").is_file()
    assert result.run == load_study(Path(result.name)).run_name
    languages = {rate.language for rate in result.of("right_language")}
    assert "en" in languages and len(languages) > 3
    assert all(rate.n_scored <= rate.n_total for rate in result.rates)
