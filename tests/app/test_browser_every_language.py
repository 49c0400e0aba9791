"""The grid in a real browser, with checkpoints of the tiny world: asked, read, stopped, kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from driving import COMMAND, choose, served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OWN = """en: What colour is the <b>fox</b>?
français\tDe quelle couleur est le renard ?
ar: ما هو لون الثعلب؟"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = tmp_path_factory.mktemp("workspace")
    with served(*COMMAND, "--workspace", str(workspace)) as address:
        yield address


def open_grid(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("tab", name="Every language").click()
    expect(page.locator("#grid-rows")).to_contain_text("One prompt, every language")
    expect(page.locator("#grid-question input")).not_to_have_value("")


def test_from_a_question_to_a_run_that_is_compared(page: Page, address: str) -> None:
    open_grid(page, address)
    page.locator("#grid-ask").click()
    expect(page.locator("#grid-stop")).to_be_enabled()
    expect(page.locator("#grid-progress")).to_contain_text("12 of 12 answers", timeout=60_000)
    good, hot = page.locator("#grid-summary tbody tr").all()
    expect(good).to_contain_text("100% 6/6")
    expect(hot).to_contain_text("17% 1/6")
    expect(page.locator("#grid-fr-0 .wb-chip")).to_contain_text("français")
    expect(page.locator("#grid-fr-1")).to_contain_text("wrong language, expected français")
    # a mark of the summary leads to its answer
    hot.get_by_role("button", name="中文, wrong language: English").click()
    expect(page.locator("#grid-zh-1")).to_be_focused()
    expect(page.locator("#grid-zh-1")).to_be_in_viewport()

    page.locator("#grid-save").click()
    expect(page.locator("#grid-progress")).to_contain_text("kept as run tinyworld-test-")
    expect(page.locator("#grid-save")).to_be_disabled()
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#compare-page")).to_contain_text("of 12 answers")


def test_own_translations_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_grid(page, address)
    page.get_by_role("button", name="Your own translations").click()
    page.locator("#grid-table textarea").fill(f"{OWN}\nxx: ?")
    page.locator("#grid-use").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("line 4: 'xx'")
    page.locator("#grid-table textarea").fill(OWN)
    page.locator("#grid-use").click()
    expect(page.locator("#grid-question input")).to_have_value("What colour is the <b>fox</b>?")
    expect(page.locator("#grid-note")).to_contain_text("know the words of the tiny world alone")
    page.locator("#grid-ask").click()
    expect(page.locator("#grid-progress")).to_contain_text("6 of 6 answers", timeout=60_000)
    expect(page.locator("#grid-progress")).to_be_in_viewport()
    row = page.locator("#grid-rows section", has_text="العربية")
    asked = row.locator(".wb-asked")
    assert asked.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator("#grid-rows b").count() == 0
    # a card a language: its answers are below each other, with their names
    first, second = (row.locator("article").nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    name = row.locator("article .wb-name").first.bounding_box()
    assert name is not None
    assert name["height"] > 10
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_long_answers_fold_and_stopping_keeps_them(page: Page, address: str) -> None:
    open_grid(page, address)
    page.locator("#grid-checkpoints input").click()
    for _ in range(2):
        page.keyboard.press("Backspace")
    page.keyboard.type("tiny-base")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    choose(page, "grid-longest", "1024 tokens")
    page.locator("#grid-ask").click()
    cell = page.locator("#grid-en-0")
    cell.locator("summary").click(timeout=60_000)
    expect(cell.locator("details")).to_have_attribute("open", "")
    page.locator("#grid-stop").click()
    expect(page.locator("#grid-progress")).to_contain_text("stopped")
    # what was unfolded has stayed so while the grid went on
    expect(cell.locator("details")).to_have_attribute("open", "")
    expect(page.locator("#grid-ask")).to_be_enabled()
