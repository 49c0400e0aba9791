"""The chat in a real browser: several answers, settings, judges, a remote model, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import pick, served
from playwright.sync_api import Page, expect

from tests.generation.sse_server import ChatServer, chat_server

pytestmark = pytest.mark.browser

FRENCH = "Quelle est la couleur du renard ?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over a scripted engine, beside remote models."""
    database = tmp_path_factory.mktemp("workspace") / "workbench.sqlite"
    with served(str(Path(__file__).with_name("serve_scripted.py")), str(database)) as address:
        yield address


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


def ask(page: Page, text: str) -> None:
    page.locator("#chat-prompt textarea").press_sequentially(text)
    page.keyboard.press("Enter")


def open_settings(page: Page) -> None:
    page.locator("#chat-settings").get_by_role("button", name="Settings").click()
    expect(page.locator("#chat-system textarea")).to_be_visible()


def test_four_answers_are_marked_rated_and_asked_anew(
    page: Page, address: str, server: ChatServer
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    pick(page, "good", "hot", "mixed")

    # A remote model is added in the settings, and is the fourth to answer.
    open_settings(page)
    page.locator("#chat-remote-url input, #chat-remote-url textarea").fill("no address")
    page.locator("#chat-remote-model input, #chat-remote-model textarea").fill("qwen")
    page.locator("#chat-remote-add").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("Write it as https://HOST/v1")
    page.locator("#chat-remote-url input, #chat-remote-url textarea").fill(server.url)
    page.locator("#chat-remote-add").click()
    expect(page.locator("#chat-checkpoints")).to_contain_text(f"qwen @ {server.url}")

    ask(page, FRENCH)
    good, hot, mixed, qwen = (page.locator(f"#chat-answer-{side}") for side in range(1, 5))
    expect(good).to_contain_text("right language")
    expect(qwen).to_contain_text("Le renard est roux.")
    expect(qwen).to_contain_text("5 tokens")
    boxes = [side.bounding_box() for side in (good, hot, mixed, qwen)]
    ends = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert len(ends) == 4
    # Side by side: each begins behind the end of the one before.
    assert all(a[1] < b[0] for a, b in zip(ends, ends[1:], strict=False))

    # Criteria: nothing decides about this prompt, which each chip says on hover and on focus.
    chips = good.locator(".wb-rated")
    expect(chips).to_have_count(6)
    expect(chips.nth(3)).to_contain_text("Accuracy –")
    tip = chips.nth(3).locator(".wb-tip")
    expect(tip).to_have_text("Accuracy, missing: the prompt has no reference facts")
    chips.nth(3).focus()
    box = tip.bounding_box()
    assert box is not None
    assert box["width"] > 100

    # The answer in two languages has a strip, the others have none.
    strip = page.locator("#chat-strip-3 .js-plotly-plot")
    expect(strip.locator(".bars .point").first).to_be_visible()
    expect(page.locator("#chat-strip-1")).to_have_count(0)

    # Asked anew at half the strength, each header says so, or why it does not apply.
    page.locator("#chat-strength input[type=number]").fill("0.5")
    page.keyboard.press("Tab")
    expect(page.locator("#chat-strength-note")).to_contain_text("good answers at 0.5 of the way")
    page.locator("#chat-regenerate").click()
    expect(good.locator(".wb-name")).to_have_text("good · tuning strength 0.5")
    expect(qwen.locator(".wb-name")).to_contain_text("as the server has it")
    expect(page.locator(".wb-prompt")).to_have_count(1)
    expect(chips).to_have_count(6)

    # A setting that cannot be used is a toast, and the prompt stays where it is.
    page.locator("#chat-temperature input, #chat-temperature textarea").fill("warm")
    ask(page, "Et le loup ?")
    expect(page.get_by_test_id("toast-body").last).to_contain_text("Temperature 'warm'")
    expect(page.locator("#chat-prompt textarea")).to_have_value("Et le loup ?")
    page.locator("#chat-reset").click()
    expect(page.locator("#chat-temperature input, #chat-temperature textarea")).to_have_value("")

    # Edit puts the prompt back, clear can be undone.
    page.locator("#chat-edit").click()
    expect(page.locator("#chat-prompt textarea")).to_have_value(FRENCH)
    expect(page.locator("#chat-prompt textarea")).to_be_focused()
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")
    page.locator("#chat-prompt textarea").press("Enter")
    expect(chips).to_have_count(6)
    page.locator("#chat-clear").click()
    expect(page.locator("#chat-history")).to_contain_text("Ask in any language")
    page.locator("#chat-undo").click()
    expect(good).to_contain_text("Le renard est roux.")

    # The remote model is still known after a reload, and can be forgotten.
    page.reload()
    expect(page.locator("#chat-checkpoints")).to_contain_text("good")
    page.locator("#chat-checkpoints input").click()
    option = page.locator("#chat-checkpoints").get_by_role("option", name="qwen")
    expect(option).to_be_visible()
    page.locator("#chat-checkpoints input").blur()
    open_settings(page)
    page.locator("#chat-remotes").get_by_role("button", name="Remove").click()
    expect(page.locator("#chat-remotes")).to_have_count(0)


def test_keys_and_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}?__theme=dark")
    pick(page, "long", "chinese")
    box = page.locator("#chat-prompt textarea")
    box.press_sequentially("Un")
    box.press("Shift+Enter")
    box.press_sequentially("deux ?")
    expect(box).to_have_value("Un\ndeux ?")
    box.press("Enter")
    long, chinese = page.locator("#chat-answer-1"), page.locator("#chat-answer-2")
    expect(long).to_contain_text("Un renard roux traverse")
    box.press("Escape")
    expect(long).to_contain_text("stopped")
    expect(page.locator("#chat-stop")).to_be_disabled()
    page.locator("#chat-send").hover()
    expect(page.locator("#chat-send")).to_have_attribute("title", re.compile("Shift\\+Enter"))
    first, second = long.bounding_box(), chinese.bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]  # one below the other
    assert page.evaluate("document.documentElement.scrollWidth") == 390
