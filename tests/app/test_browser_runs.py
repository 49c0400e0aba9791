"""The Runs tab in a real browser, while a study trains and after."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import COMMAND, choose, open_tab, served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

STUDY = """\
name: two-rates
question: Does <b>English</b> stay as it is?
recipe: {base: tiny-base, data: tinyworld, languages: [en], method: full, steps: 20}
grid: {learning_rate: [1e-4, 3e-3]}
prompt_sets: [{name: tinyworld-test, limit: 5}]
languages: [en, fr, zh]
validation: {prompt_set: tinyworld-validation, data: tinyworld-validation, limit: 5, every: 10}
"""
WORKBENCH = ("-c", "from workbench.cli import main; main()")


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace in which a study is being trained."""
    folder = tmp_path_factory.mktemp("training")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    arguments = ("run", str(folder / "study.yaml"), "--workspace", str(folder))
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *WORKBENCH, *arguments], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield folder
        assert process.wait(timeout=240) == 0, (folder / "log.txt").read_text("utf-8")
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def address(training: Path) -> Iterator[str]:
    with served(*COMMAND, "--workspace", str(training)) as address:
        yield address


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """Errors in the browser's console; there must be none at the end."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield errors
    assert errors == []


def open_runs(page: Page, address: str) -> None:
    page.goto(address)
    open_tab(page, "Runs")


def test_a_study_is_watched_while_it_trains(page: Page, address: str, console: list[str]) -> None:
    open_runs(page, address)
    head = page.locator("#runs-head")
    for _ in range(60):
        if page.locator("#runs-list label").count():
            break
        # The study's process is still starting.
        page.wait_for_timeout(1000)
        page.get_by_role("tab", name="Chat", exact=True).click()
        page.get_by_role("tab", name="Runs", exact=True).click()
        page.wait_for_timeout(500)
    expect(head).to_contain_text("two-rates-")
    expect(head).to_contain_text("Does <b>English</b> stay as it is?")
    # Without a click: curves appear, and at the end the run is finished with all counts.
    curves = page.locator("#runs-curves")
    expect(curves.locator(".js-plotly-plot")).to_be_visible(timeout=120_000)
    expect(curves).to_contain_text("lr1e-4", timeout=120_000)
    expect(head.locator("section")).to_have_attribute("data-status", "finished", timeout=240_000)
    # Two rates, 5 prompts in 3 languages; two steps of each were validated.
    expect(head).to_contain_text("answers: 30 of 30")
    expect(head).to_contain_text("validation answers: 60 of 60")
    expect(head).to_contain_text("scored: 30 of 30")
    expect(page.locator("#runs-list")).to_contain_text("30 of 30 answered, 30 scored")
    for name in ("English", "français", "中文", "lr3e-3"):
        expect(curves).to_contain_text(name)
    choose(page, "runs-measure", "validation loss")
    expect(curves).to_contain_text("nats an answer token")


def test_panes_lead_from_choice_to_answers(page: Page, address: str, console: list[str]) -> None:
    open_runs(page, address)
    page.get_by_role("tab", name="Selection", exact=True).click()
    table = page.locator("#runs-choices table")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(page.locator("#runs-costs .js-plotly-plot")).to_be_visible()
    expect(page.locator("#runs-front .js-plotly-plot")).to_be_visible()
    choose(page, "runs-objective", "worst language")
    expect(table).to_contain_text("worst language")

    page.get_by_role("tab", name="Signs", exact=True).click()
    expect(page.locator("#runs-found")).to_contain_text("English drift")
    cell = page.locator("#runs-signs .nsewdrag").first
    expect(cell).to_be_visible()
    box = cell.bounding_box()
    assert box is not None
    # The first map: rows lr1e-4 and lr3e-3, columns English, French and Chinese.
    x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.75 * box["height"]
    page.mouse.move(x, y)
    page.mouse.click(x + 2, y)
    expect(page.locator("#runs-found")).to_contain_text(re.compile("lr3e-3, français: English"))
    expect(page.locator("#runs-checkpoint input")).to_have_value("lr3e-3")
    choose(page, "runs-sign", "fluency faults")
    expect(page.locator("#runs-found")).to_contain_text("fluency faults")
    choose(page, "runs-answers", "of the validation, step by step")
    expect(page.locator("#runs-signs")).to_contain_text("lr3e-3@10")

    page.get_by_role("tab", name="Base", exact=True).click()
    expect(page.locator("#runs-base-note")).to_contain_text(
        "workbench elicit tiny-base --prompts tinyworld-test"
    )


def test_runs_are_chosen_by_keyboard_on_a_narrow_dark_page(
    page: Page, address: str, training: Path, console: list[str]
) -> None:
    generate = ("generate", "tiny-base", "tinyworld-test", "--languages", "fr", "--limit", "2")
    subprocess.run(
        [sys.executable, *WORKBENCH, *generate, "--workspace", str(training)],
        check=True,
        capture_output=True,
    )
    page.set_viewport_size({"width": 390, "height": 844})
    open_runs(page, f"{address}?__theme=dark")
    runs = page.locator("#runs-list label")
    expect(runs).to_have_count(2)
    expect(page.locator("#runs-head h2")).to_have_text(re.compile("^two-rates"))
    expect(page.locator("#runs-curves .js-plotly-plot")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for pane in ("Curves", "Selection", "Signs", "Base"):
        expect(page.get_by_role("tab", name=pane, exact=True)).to_be_visible()
    page.locator("#runs-list input").nth(1).focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#runs-head h2")).to_have_text(re.compile("^tiny-base-tinyworld-test"))
    expect(page.locator("#runs-main")).to_contain_text("Nothing is trained in this run")


def test_an_empty_workspace_says_what_to_do(page: Page, tmp_path: Path, console: list[str]) -> None:
    with served(*COMMAND, "--workspace", str(tmp_path)) as address:
        open_runs(page, address)
        expect(page.get_by_role("heading", name="No run yet")).to_be_visible()
        expect(page.locator("body")).to_contain_text("workbench run learning-rate")
        expect(page.locator("#runs-content")).not_to_be_visible()
