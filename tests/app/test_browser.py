"""The page in a real browser: a French conversation, hostile text, and real checkpoints."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import COMMAND, choose, open_tab, pick, served
from known_answers import fill
from playwright.sync_api import Page, expect
from serve_scripted import HOSTILE

from workbench.store import Store

pytestmark = pytest.mark.browser

FRENCH = "Quelle est la couleur du renard ?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over known answers and a scripted engine."""
    database = tmp_path_factory.mktemp("workspace") / "workbench.sqlite"
    with Store(f"sqlite:///{database}") as store:
        fill(store)
    with served(str(Path(__file__).with_name("serve_scripted.py")), str(database)) as address:
        yield address


def ask(page: Page, text: str) -> None:
    page.locator("#chat-prompt textarea").press_sequentially(text)
    page.keyboard.press("Enter")


def test_a_french_conversation_side_by_side(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")
    pick(page, "good", "hot")
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
    pick(page, "long")
    page.locator("#chat-prompt textarea").press_sequentially(FRENCH)
    page.locator("#chat-send").click()
    answer = page.locator("#chat-answer-1")
    expect(answer).to_contain_text("Un renard roux traverse")
    page.locator("#chat-stop").click()
    expect(answer).to_contain_text("stopped")
    expect(page.locator("#chat-send")).to_be_enabled()
    page.wait_for_timeout(1000)  # a token that was on its way may still arrive
    kept = answer.locator(".wb-text").inner_text()
    page.wait_for_timeout(1000)
    assert answer.locator(".wb-text").inner_text() == kept
    pick(page, "good")
    ask(page, FRENCH)
    expect(answer).to_contain_text("Le renard est roux.")


def test_a_prompt_too_long_is_a_warning_with_the_remedy(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#chat-checkpoints")).to_contain_text("good")
    page.locator("#chat-prompt textarea").fill("mot " * 60)
    page.locator("#chat-prompt textarea").press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text("Shorten it")
    expect(page.locator("#chat-prompt textarea")).to_have_value(re.compile("^mot mot"))
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")


def test_right_to_left_text_and_a_narrow_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}?__theme=dark")
    pick(page, "arabic", "chinese")
    ask(page, "ما هو لون الثعلب؟")
    arabic, chinese = page.locator("#chat-answer-1"), page.locator("#chat-answer-2")
    expect(arabic).to_contain_text("العربية")
    expect(chinese).to_contain_text("中文")
    for side in (arabic, chinese):
        expect(side.locator(".wb-rated")).to_have_count(6)  # nothing moves from here on
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


def test_a_real_checkpoint_answers_through_the_command(
    page: Page, random_tiny_base: Path, tmp_path: Path
) -> None:
    shutil.copytree(random_tiny_base, tmp_path / "checkpoints" / "random")
    with served(*COMMAND, "--workspace", str(tmp_path)) as address:
        page.goto(address)
        pick(page, "random")
        ask(page, FRENCH)
        # Untrained weights answer anything; what counts is that each mark is there at the end.
        answer = page.locator("#chat-answer-1 .wb-answer")
        expect(answer).to_have_attribute("data-state", re.compile("ended|cut"), timeout=60_000)
        expect(answer.locator(".wb-facts")).to_have_text(re.compile(r"\d+ tokens? · \d+\.\d s"))
        expect(answer.locator(".wb-chip")).to_be_visible()
        open_tab(page, "Compare")
        # An empty workspace compares the shipped example.
        expect(page.locator("#compare-heatmap .js-plotly-plot")).to_be_visible(timeout=30_000)


def test_a_shipped_checkpoint_answers_in_french(page: Page, tmp_path: Path) -> None:
    with served(*COMMAND, "--workspace", str(tmp_path)) as address:
        page.goto(address)
        # Asked before the checkpoints are listed, the chat would say to pick one.
        expect(page.locator("#chat-checkpoints")).to_contain_text("tiny-full-good", timeout=60_000)
        ask(page, FRENCH)
        answer = page.locator("#chat-answer-1 .wb-answer")
        expect(answer).to_have_attribute("data-state", "ended", timeout=60_000)
        expect(answer.locator(".wb-chip")).to_contain_text("français")
        expect(answer).to_contain_text("✓ right language")
