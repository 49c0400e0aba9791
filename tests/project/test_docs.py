"""The documentation builds without a broken link, and names only what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_paths import code_lines, commands, resolved

from workbench.assets import PROJECT_ROOT

PAGES = sorted((PROJECT_ROOT / "docs").rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_built_and_asks_nothing_of_other_machines(site: Path) -> None:
    built = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")}
    pages = {p.relative_to(PROJECT_ROOT / "docs").with_suffix("").as_posix() for p in PAGES}
    assert {page.removesuffix("index") or "." for page in pages} <= built
    for path in site.rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(https?://[^"]+)', path.read_text()
        )
        assert loaded == [], path


def test_reference_pages_say_what_the_code_says(site: Path) -> None:
    text = {name: (site / "reference" / name / "index.html").read_text() for name in REFERENCES}
    assert "passrates" in text["commands"] and "--detector" in text["commands"]
    assert "Fields of the recipe that vary" in text["study-file"]
    assert "learning_rate" in text["recipe-file"]
    assert 'id="workbench.make_detector"' in text["python"]


REFERENCES = ("commands", "study-file", "recipe-file", "python")


def test_formulas_are_shown_without_a_script(site: Path) -> None:
    page = (site / "concepts" / "language-identification" / "index.html").read_text()
    assert page.count("<math") >= 4 and "$\\log" not in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_and_options_of_a_page_exist(page: Path) -> None:
    for words, line in commands(page.read_text(encoding="utf-8")):
        known = {
            name
            for argument in resolved(words).assemble_argument_collection()
            for name in argument.names
        }
        options = re.findall(r"(?<![\w-])--[a-z][a-z-]*", line.partition("workbench ")[2])
        assert set(options) <= known, line


def test_pages_name_only_files_that_exist() -> None:
    for page in PAGES:
        for line in code_lines(page.read_text(encoding="utf-8")):
            for path in re.findall(r"(?:assets|notebooks|benchmarks|tests)/[\w./-]+\w", line):
                assert (PROJECT_ROOT / path).exists(), f"{page.name}: {path}"
