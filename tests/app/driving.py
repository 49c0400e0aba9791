"""A real browser, and the app served in a process of its own, for the tests that drive both."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

COMMAND = ("-c", "from workbench.cli import main; main()", "app", "--no-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


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


@contextmanager
def served(*command: str) -> Iterator[str]:
    """The address at which a command in a process of its own serves the app."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    else:
        pytest.fail(f"the app did not start: {''.join(lines)}")
    try:
        yield found.group()
    finally:
        process.stdin.close()
        process.terminate()
        process.stdout.read()
        process.stdout.close()
        process.wait(timeout=20)


def choose(page: Page, element: str, name: str) -> None:
    page.locator(f"#{element} input").click()
    page.locator(f"#{element}").get_by_role("option", name=name, exact=True).click()
    expect(page.locator(f"#{element} input")).to_have_value(name)


def pick(page: Page, *names: str) -> None:
    """Choose these checkpoints in the chat, and no others."""
    chosen = page.locator("#chat-checkpoints")
    # Where nothing is listed yet, there is nothing to clear and nothing to choose.
    expect(chosen.get_by_role("button", name="Remove").first).to_be_visible()
    chosen.get_by_role("button", name="Clear").click()
    for number, name in enumerate(names, start=1):
        chosen.locator("input").click()
        chosen.get_by_role("option", name=name, exact=True).click()
        expect(chosen.get_by_role("button", name="Remove")).to_have_count(number)
        chosen.locator("input").blur()


def open_tab(page: Page, name: str) -> None:
    """Open a tab of the page; on a phone, those for which there is no room are in a menu."""
    tab = page.get_by_role("tab", name=name, exact=True)
    menu = page.locator(".overflow-menu > button").first
    expect(tab.or_(menu).first).to_be_visible()
    # Where there is room, and where there is none, the page finds out once it is laid out.
    page.wait_for_timeout(300)
    if tab.is_visible():
        tab.click()
        return
    menu.click()
    page.locator(".overflow-dropdown button").get_by_text(name, exact=True).click()
