"""The page in a real browser: a French conversation, hostile text, and the comparison."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from scripted_engine import ScriptedEngine

from workbench.app.app import build_app, serve
from workbench.app.comparison import Results
from workbench.app.services import Services
from workbench.lid.detector import Detector
from workbench.store import Store

pytestmark = pytest.mark.browser

FRENCH = "Quelle est la couleur du renard ?"
HOSTILE = "The fox is <b>red</b> ${1+1} {{value}} <img src=x onerror=alert(1)>"
ARGUMENTS = """
--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking
--disable-component-update --disable-sync --no-first-run
""".split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_playwright() as playwright:
        # Names of other machines must not resolve: what is not local would fail to load.
        offline = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, offline])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when it asks another machine or throws."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    elsewhere: list[str] = []
    errors: list[str] = []

    def note(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            elsewhere.append(url)

    page.on("request", lambda request: note(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    yield page
    page.close()
    assert not elsewhere
    assert not errors


@pytest.fixture
def engine() -> ScriptedEngine:
    long = "Un renard roux traverse la forêt. " * 200
    return ScriptedEngine({"good": "Le renard est roux.", "hot": HOSTILE, "long": long}, pause=0.05)


@pytest.fixture
def address(
    engine: ScriptedEngine, detector: Detector, filled: Store, tmp_path: Path
) -> Iterator[str]:
    results = Results(filled, tmp_path / "absent.parquet")
    demo = build_app(Services(engine, detector, results, tmp_path / "absent.jsonl"))
    yield serve(demo)
    demo.close()


def choose(page: Page, element: str, name: str) -> None:
    page.locator(f"#{element} input").click()
    page.get_by_role("option", name=name, exact=True).click()


def ask(page: Page, text: str) -> None:
    page.locator("#chat-prompt textarea").press_sequentially(text)
    page.keyboard.press("Enter")


def test_a_french_conversation_side_by_side(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")
    choose(page, "chat-checkpoint-2", "hot")
    ask(page, FRENCH)
    good, hot = page.locator("#chat-answer-1"), page.locator("#chat-answer-2")
    expect(good).to_contain_text("Le renard est roux.")
    expect(good.locator(".wb-chip")).to_have_text(re.compile(r"^français \d+%$"))
    expect(good).to_contain_text("right language")
    expect(good).to_contain_text("ended by itself")
    expect(hot).to_contain_text("wrong language, expected français")
    # what a model writes stays text, whatever it looks like
    expect(hot.locator(".wb-text")).to_have_text(HOSTILE)
    assert hot.locator("img, b").count() == 0
    expect(page.locator("#chat-prompt textarea")).to_have_value("")

    ask(page, "Какого цвета лиса?")
    expect(good).to_contain_text("wrong language, expected русский")
    expect(page.locator("#chat-history .wb-prompt")).to_have_count(2)
    expect(page.locator("#chat-history .wb-answer")).to_have_count(2)

    choose(page, "chat-expected", "français")
    expect(good).to_contain_text("✓ right language")

    page.locator("#chat-clear").click()
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")


def test_stop_keeps_the_text_and_the_chat_goes_on(page: Page, address: str) -> None:
    page.goto(address)
    choose(page, "chat-checkpoint-1", "long")
    page.locator("#chat-prompt textarea").press_sequentially(FRENCH)
    page.locator("#chat-send").click()
    answer = page.locator("#chat-answer-1")
    expect(answer).to_contain_text("Un renard roux traverse")
    page.locator("#chat-stop").click()
    expect(answer).to_contain_text("stopped")
    expect(page.locator("#chat-send")).to_be_enabled()
    kept = answer.locator(".wb-text").inner_text()
    page.wait_for_timeout(500)
    assert answer.locator(".wb-text").inner_text() == kept
    choose(page, "chat-checkpoint-1", "good")
    ask(page, FRENCH)
    expect(answer).to_contain_text("Le renard est roux.")


def test_a_prompt_too_long_is_a_warning_with_the_remedy(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#chat-checkpoint-1 input")).to_have_value("good")
    page.locator("#chat-prompt textarea").fill("mot " * 60)
    page.locator("#chat-prompt textarea").press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text("Shorten it")
    expect(page.locator("#chat-prompt textarea")).to_have_value(re.compile("^mot mot"))
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")


def test_right_to_left_text_and_a_narrow_page(
    page: Page, address: str, engine: ScriptedEngine
) -> None:
    engine.answers.update(good="لون الثعلب أحمر.", hot="狐狸是红色的。")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}?__theme=dark")
    choose(page, "chat-checkpoint-2", "hot")
    ask(page, "ما هو لون الثعلب؟")
    arabic, chinese = page.locator("#chat-answer-1"), page.locator("#chat-answer-2")
    expect(arabic).to_contain_text("العربية")
    expect(chinese).to_contain_text("中文")
    directions = [
        side.locator(".wb-text").evaluate("element => getComputedStyle(element).direction")
        for side in (arabic, chinese)
    ]
    assert directions == ["rtl", "ltr"]
    first, second = arabic.bounding_box(), chinese.bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_click_in_the_heat_map_shows_the_answers_behind_it(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#compare-page")).to_contain_text("of 120 answers")
    cells = page.locator("#compare-heatmap .nsewdrag")
    expect(cells).to_be_visible()
    expect(page.locator("#compare-learning-rate .js-plotly-plot")).to_be_visible()
    expect(page.locator("#compare-size-note")).to_contain_text("workbench run data-size")
    box = cells.bounding_box()
    assert box is not None
    # the lower right of two by two cells: the hot checkpoint in French
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"])
    expect(page.locator("#compare-heatmap .hoverlayer")).to_contain_text("29 of 30 answers scored")
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.75 * box["height"])
    expect(page.locator("#compare-page")).to_contain_text("1–20 of 30 answers")
    expect(page.locator("#compare-language input")).to_have_value("français")
    page.get_by_label("Wrong language only").check()
    expect(page.locator("#compare-page")).to_contain_text("1–20 of 24 answers")
    page.locator("#compare-next").click()
    expect(page.locator("#compare-page")).to_contain_text("21–24 of 24 answers")
    expect(page.locator("#compare-cards .wb-card")).to_have_count(4)
    choose(page, "compare-task", "list")
    # of the 30 prompts 10 are lists; with everything shown again that is 10 x 2 x 2
    expect(page.locator("#compare-page")).to_contain_text("of 40 answers")
