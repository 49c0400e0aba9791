"""The Rate tab in a real browser: by keyboard, over a reload, on a phone, and what is settled."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import open_tab, served
from known_ratings import RUN, fill_for_raters
from playwright.sync_api import Browser, Page, expect

from workbench.judging.criteria import CRITERIA
from workbench.store import Store

pytestmark = pytest.mark.browser

SERVER = str(Path(__file__).with_name("serve_scripted.py"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    database = tmp_path / "workbench.sqlite"
    with Store(f"sqlite:///{database}") as store:
        fill_for_raters(store)
    return database


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    with served(SERVER, str(database)) as address:
        yield address


@pytest.fixture(autouse=True)
def console(page: Page) -> Iterator[list[str]]:
    """Errors in the browser's console; there must be none at the end."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield errors
    assert errors == []


def sit_down(page: Page, address: str, name: str, mode: str = "Rate") -> None:
    """Start rating the French answers."""
    page.goto(address)
    open_tab(page, "Rate")
    page.get_by_label("Your name").fill(name)
    page.locator("#rate-languages input").fill("français")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # closes the list
    page.get_by_label(mode, exact=True).check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#rate-setup")).to_contain_text(f"{name} · {RUN}")


def ratings(database: Path, judge: str) -> list[tuple[int, str, int]]:
    """Response, criterion and value of what a judge gave, by response."""
    with Store(f"sqlite:///{database}") as store:
        frame = store.ratings([RUN], [judge])
    columns = frame[["response_id", "criterion", "value"]]
    return [(id, name, int(value)) for id, name, value in columns.itertuples(index=False)]


def test_rate_by_keyboard_reload_go_on_undo_and_export(
    page: Page, address: str, database: Path
) -> None:
    sit_down(page, address, "Anna")
    progress, item = page.locator("#rate-progress"), page.locator("#rate-item")
    expect(progress).to_contain_text("0 of 4 answers rated")
    expect(page.locator("#rate-guidelines")).to_contain_text("Read the question")
    expect(page.locator("#rate-guidelines details.wb-current")).to_contain_text("Language")
    first = item.inner_text()

    # Typed faster than the page can answer: each digit goes to the criterion whose turn it is.
    for key in ("2", "1", "2", "0", "2", "1", "Enter"):
        page.keyboard.press(key)
    expect(progress).to_contain_text("1 of 4 answers rated")
    expect(item).not_to_have_text(first)
    given = {name: value for _, name, value in ratings(database, "person:Anna")}
    assert [given[criterion] for criterion in CRITERIA] == [2, 1, 2, 0, 2, 1]

    page.keyboard.press("2")
    expect(page.locator(".wb-current")).to_contain_text(["Fluency"])
    second = item.inner_text()
    page.reload()
    # The name is kept by the browser, the rest by the address and the store.
    expect(progress).to_contain_text(
        "1 of 4 answers rated · 1 of 4 that all raters get · 1 unfinished"
    )
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Fluency")
    assert item.inner_text() == second

    page.keyboard.press("u")
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Language")
    page.keyboard.press("ArrowLeft")
    expect(page.locator('#rate-panel [aria-pressed="true"]:visible')).to_have_count(6)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    expect(progress).to_contain_text("1 skipped")

    page.locator("#rate-setup").get_by_text("What to rate").click()
    page.get_by_text("Criteria, guidelines, shares, files").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export ratings (CSV)").click()
    assert download.value.suggested_filename == f"ratings-{RUN}.csv"
    rows = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert len(rows) == 12  # six values, six skipped
    assert sum(row["missing_reason"] == "skipped by the rater" for row in rows) == 6


def test_keys_are_left_alone_where_text_is_typed_and_in_the_list_of_keys(
    page: Page, address: str, database: Path
) -> None:
    sit_down(page, address, "Anna")
    page.locator("#rate-setup").get_by_text("What to rate").click()
    page.get_by_label("Your name").press_sequentially(" 012su?")
    expect(page.get_by_label("Your name")).to_have_value("Anna 012su?")
    page.locator("h1").click()
    page.keyboard.press("?")
    keys = page.locator("#rate-keys dialog")
    expect(keys).to_contain_text("takes back the last thing you did")
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    page.keyboard.press("Control+2")
    page.keyboard.press("1")
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Fluency")

    assert [value for _, _, value in ratings(database, "person:Anna")] == [1]

    page.get_by_role("tab", name="Chat").click()
    page.locator("h1").click()
    page.keyboard.press("2")
    page.wait_for_timeout(500)
    assert len(ratings(database, "person:Anna")) == 1


def test_keyboards_of_other_scripts_rate_too(page: Page, address: str) -> None:
    sit_down(page, address, "Анна")

    def press(key: str, code: str, shift: bool = False) -> None:
        page.evaluate(
            "([key, code, shiftKey]) => document.body.dispatchEvent("
            "new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true }))",
            [key, code, shift],
        )

    press("é", "Digit2")  # French: digits are written with Shift
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Fluency")
    press("1", "Digit1", shift=True)
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Helpfulness")
    press("г", "KeyU")  # Russian, where U is
    expect(page.locator("#rate-panel .wb-current")).to_contain_text("Fluency")
    press("ы", "KeyS")
    expect(page.locator("#rate-progress")).to_contain_text("1 skipped")


def test_on_a_phone_with_arabic(page: Page, address: str, database: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}?__theme=dark&rate-run={RUN}&rate-languages=ar&rate-criteria=accuracy")
    page.get_by_label("Your name").fill("Ali")
    page.get_by_role("button", name="Start").click()
    pad = page.locator(".wb-pad")
    expect(pad).to_contain_text("Accuracy")
    for button in pad.get_by_role("button").all() + page.locator(".wb-act:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    asked = page.locator("#rate-item .wb-asked").last
    assert asked.evaluate("element => getComputedStyle(element).direction") == "rtl"

    for number in range(4):
        pad.get_by_role("button", name="Accuracy: 1").click()
        expect(page.locator("#rate-progress")).to_contain_text(f"{number + 1} of 4 answers")
        page.locator(".wb-act", has_text="Next").click()
    expect(page.locator("#rate-panel")).to_contain_text("All done")
    assert [value for _, _, value in ratings(database, "person:Ali")] == [1] * 4


def test_two_raters_disagree_and_a_third_settles(
    page: Page, browser: Browser, address: str, database: Path
) -> None:
    sit_down(page, address, "Anna")
    other = browser.new_context().new_page()
    sit_down(other, address, "Ben")
    for rater, digits in ((page, "222222"), (other, "220222")):
        for _ in range(4):
            for key in (*digits, "Enter"):
                rater.keyboard.press(key)
        expect(rater.locator("#rate-panel")).to_contain_text("All done")
    other.close()
    assert len(ratings(database, "person:Anna")) == len(ratings(database, "person:Ben")) == 24

    sit_down(page, address, "Judge", mode="Adjudicate")
    expect(page.locator("#rate-progress")).to_contain_text("0 of 4 disagreements settled")
    current = page.locator("#rate-panel .wb-current")
    expect(current).to_contain_text("Helpfulness")
    assert sorted(current.locator(".wb-raters li").all_inner_texts()) in (
        ["A 0", "B 2"],
        ["A 2", "B 0"],
    )
    expect(page.locator("#rate-panel")).not_to_contain_text("Anna")
    for _ in range(4):
        page.keyboard.press("1")
        page.keyboard.press("Enter")
    expect(page.locator("#rate-panel")).to_contain_text("All settled")
    final = ratings(database, "adjudication")
    assert [(name, value) for _, name, value in final] == [("helpfulness", 1)] * 4


def test_an_empty_workspace_says_how_to_get_answers(page: Page, tmp_path: Path) -> None:
    with served(SERVER, str(tmp_path / "workbench.sqlite")) as address:
        page.goto(address)
        open_tab(page, "Rate")
        expect(page.get_by_text("No answers to rate yet")).to_be_visible()
        expect(page.get_by_text("workbench import FILE.csv").first).to_be_visible()
        expect(page.locator("#rate-start")).not_to_be_visible()


def test_a_missing_name_is_a_warning_with_the_remedy(page: Page, address: str) -> None:
    page.goto(address)
    open_tab(page, "Rate")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("Give a name")
    expect(page.locator("#rate-setup")).to_contain_text("Your name")
