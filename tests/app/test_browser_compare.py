"""The Compare tab in a real browser: from a heat map to answers, side by side, and out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from driving import choose, open_tab, served
from known_answers import fill
from known_comparison import HOT, SCRIPTS, add_scripts, disagree, rate
from playwright.sync_api import Page, expect

from workbench.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over known answers in six languages."""
    database = tmp_path_factory.mktemp("workspace") / "workbench.sqlite"
    with Store(f"sqlite:///{database}") as store:
        fill(store)
        rate(store)
        disagree(store)
        add_scripts(store)
    with served(str(Path(__file__).with_name("serve_scripted.py")), str(database)) as address:
        yield address


@pytest.fixture(autouse=True)
def console(page: Page) -> Iterator[None]:
    """There must be no error in the browser's console at the end."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield
    assert errors == []


def at(page: Page, chart: str, x: float, y: float) -> tuple[float, float]:
    """A place within a heat map: from the left and from the top, 0 to 1."""
    box = page.locator(f"#{chart} .nsewdrag").first.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def number_of_answers(page: Page, text: str) -> None:
    expect(page.locator("#compare-page")).to_contain_text(text)


def test_from_the_heat_map_to_answers_side_by_side_and_out(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    open_tab(page, "Compare")
    page.locator("#compare-all").click()
    number_of_answers(page, "of 128 answers")
    expect(page.locator("#compare-learning-rate .js-plotly-plot")).to_be_visible()
    expect(page.locator("#compare-size-note")).to_contain_text("workbench run data-size")

    # Filters: one language and a text.
    page.locator("#compare-languages input").click()
    page.locator("#compare-languages").get_by_role("option", name="français").click()
    page.locator("#compare-languages input").blur()
    expect(page.locator("#compare-summary")).to_contain_text("60 of 128 answers")
    page.locator("#compare-search textarea, #compare-search input").fill("FOX is")
    page.keyboard.press("Enter")
    expect(page.locator("#compare-summary")).to_contain_text("30 of 128 answers")
    expect(page.locator("#compare-summary")).to_contain_text("with “FOX is”")
    page.locator("#compare-clear").click()
    expect(page.locator("#compare-summary")).to_have_text("128 answers")
    expect(page.locator("#compare-search textarea, #compare-search input")).to_have_value("")

    # A click on a cell: the third of four rows, as both checkpoints are in both runs, and the
    # third of six languages.
    page.wait_for_timeout(500)  # the figure is exchanged
    place = at(page, "compare-heatmap", 2.5 / 6, 2.5 / 4)
    page.mouse.move(*place)
    expect(page.locator("#compare-heatmap .hoverlayer")).to_contain_text("français")
    page.mouse.click(*place)
    expect(page.locator("#compare-language input")).to_have_value("français")
    expect(page.locator("#compare-checkpoint input")).to_have_value(re.compile(HOT))
    number_of_answers(page, "1–20 of 30 answers")
    page.get_by_label("Wrong language only").check()
    number_of_answers(page, "1–20 of 24 answers")
    page.locator("#compare-next").click()
    number_of_answers(page, "21–24 of 24 answers")
    expect(page.locator("#compare-cards .wb-card")).to_have_count(4)
    expect(page.locator("#compare-cards .wb-text").first).to_have_text("The fox is <b>red</b>.")
    page.locator("#compare-everything").click()
    number_of_answers(page, "of 128 answers")

    # The confusion: French asked, English answered.
    page.get_by_role("tab", name="Confusion").click()
    expect(page.locator("#compare-confusion .js-plotly-plot")).to_be_visible()
    page.wait_for_timeout(500)
    page.mouse.move(*at(page, "compare-confusion", 0.05, 2.5 / 6))
    page.mouse.click(*at(page, "compare-confusion", 0.05, 2.5 / 6))
    expect(page.locator("#compare-detected input")).to_have_value("English")
    number_of_answers(page, "of 24 answers")

    # Ratings: a cell of the first of four panels, whose title is the checkpoint.
    page.get_by_role("tab", name="Criteria").click()
    expect(page.locator("#compare-criteria .js-plotly-plot")).to_be_visible()
    expect(page.locator("#compare-criteria-note")).to_contain_text("llm:test")
    page.wait_for_timeout(500)
    page.mouse.move(*at(page, "compare-criteria", 0.05, 0.05))
    page.mouse.click(*at(page, "compare-criteria", 0.05, 0.05))
    expect(page.locator("#compare-rated input")).to_have_value("language")
    number_of_answers(page, "1–20 of 30 answers")
    expect(page.locator("#compare-cards .wb-ratings").first).to_be_visible()

    # Side by side, where they differ.
    page.get_by_role("tab", name="Two side by side").click()
    expect(page.locator("#compare-pair-page")).to_contain_text("Prompt 1 of 60")
    choose(page, "compare-differing", "right language")
    expect(page.locator("#compare-pair-page")).to_contain_text("Prompt 1 of 24")
    page.locator("#compare-pair-next").click()
    expect(page.locator("#compare-pair-page")).to_contain_text("Prompt 2 of 24")
    expect(page.locator("#compare-sides .wb-card")).to_have_count(2)

    # And out: the numbers of the chart that is open.
    page.get_by_role("button", name="Export what is seen").click()
    with page.expect_download() as download:
        page.locator("#compare-export-rates").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    table = pd.read_csv(path)
    assert path.name == "compare-criteria.csv"
    assert {"criterion", "mean", "n_rated", "view", "workbench"} <= set(table)


def test_every_script_on_a_phone_in_the_dark(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}?__theme=dark")
    open_tab(page, "Compare")
    expect(page.locator("#compare-summary")).to_have_text("8 answers")  # of the latest run
    page.locator("#compare-answers").scroll_into_view_if_needed()
    page.get_by_role("tab", name="Two side by side").click()
    sides = page.locator("#compare-sides .wb-sides .wb-text")
    for name, code in (("العربية", "ar"), ("हिन्दी", "hi"), ("русский", "ru"), ("中文", "zh")):
        choose(page, "compare-asked-in", name)
        expect(sides.first).to_have_text(SCRIPTS[code][1])
        expect(sides.last).to_have_text(SCRIPTS[code][2])
        expect(page.locator("#compare-sides .wb-sides .wb-differs").first).to_be_visible()
        direction = sides.first.evaluate("element => getComputedStyle(element).direction")
        assert direction == ("rtl" if code == "ar" else "ltr")
    first, second = (page.locator("#compare-sides .wb-card").nth(n).bounding_box() for n in (0, 1))
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    # What differs is underlined, for those who see no colour.
    line = page.locator("#compare-sides .wb-differs").first.evaluate(
        "element => getComputedStyle(element).textDecorationLine"
    )
    assert line == "underline"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
