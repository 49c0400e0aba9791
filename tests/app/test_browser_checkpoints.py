"""The Checkpoints tab in a real browser: search, details, chat, comparison, adding, export."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import COMMAND, open_tab, served
from known_answers import fill
from playwright.sync_api import Page, expect

from workbench.checkpoints import SHIPPED
from workbench.workspace import Workspace

pytestmark = pytest.mark.browser

CELLS = ("learning-rate-lr0.0001", "learning-rate-lr0.001")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace whose study has answers of two checkpoints that lie in it."""
    workspace = Workspace(tmp_path / "ws")
    fill(workspace.store)
    for name in CELLS:
        shutil.copytree(SHIPPED / "tiny-full-good", workspace.checkpoints / name)
    workspace.store.close()
    return workspace


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """Errors in the browser's console; there must be none at the end."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield errors
    # Gradio ends the stream of a tab that is left: an abort, and a connection that is lost by it.
    aborted = [line for line in errors if line.startswith("AbortError")]
    lost = [line for line in errors if "errored out" in line and line not in aborted]
    assert len(lost) <= len(aborted)
    assert [line for line in errors if line not in (*aborted, *lost)] == []


def write(page: Page, element: str, text: str) -> None:
    box = page.locator(f"#{element} textarea, #{element} input").first
    box.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def open_checkpoints(page: Page, address: str) -> None:
    page.goto(address)
    open_tab(page, "Checkpoints")


def test_from_a_card_to_chat_comparison_export_and_an_own_folder(
    page: Page, workspace: Workspace, console: list[str], tmp_path: Path
) -> None:
    own = Path(shutil.copytree(SHIPPED / "tiny-base", tmp_path / "rival"))
    command = (*COMMAND, "--workspace", str(workspace.folder))
    with served(*command) as address:
        open_checkpoints(page, address)
        cards = page.locator("#checkpoints-cards article")
        expect(cards).to_have_count(8)
        write(page, "checkpoints-search", "lr0.001")
        expect(cards).to_have_count(1)
        # 24 of 29 French answers that were scored are in English.
        expect(cards.first).to_contain_text("français17%")
        cards.first.get_by_role("button", name="Details").click()
        detail = page.locator("#checkpoints-detail")
        expect(detail.locator("h2")).to_have_text(CELLS[1])
        expect(detail).to_contain_text("60 answers of the run learning-rate-12345678")
        expect(detail.locator("tbody tr")).to_have_count(2)
        page.get_by_role("tab", name="Training", exact=True).click()
        expect(page.locator("#checkpoints-loss .js-plotly-plot")).to_be_visible()
        page.get_by_role("tab", name="Recipe", exact=True).click()
        expect(page.locator("#checkpoints-recipe")).to_contain_text("learning_rate: 0.0001")

        write(page, "checkpoints-license", "apache-2.0")
        with page.expect_download() as download:
            page.get_by_role("button", name="Export (.zip)").click()
        download.value.save_as(tmp_path / "given.zip")
        with zipfile.ZipFile(tmp_path / "given.zip") as archive:
            card = archive.read(f"{CELLS[1]}/README.md").decode()
        assert "license: apache-2.0" in card
        assert "| French | 17 |" in card

        page.locator("#checkpoints-rivals input").click()
        page.locator("#checkpoints-rivals").get_by_role("option", name=CELLS[0]).click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator("#compare-runs")).to_contain_text("learning-rate-12345678")
        expect(page.locator("#compare-heatmap .js-plotly-plot")).to_be_visible()

        open_tab(page, "Checkpoints")
        page.locator("#checkpoints-chat").click()
        chat = page.locator("#chat-checkpoints")
        expect(chat).to_be_visible()
        expect(chat).to_contain_text(CELLS[1])

        open_tab(page, "Checkpoints")
        page.get_by_role("button", name="Add a checkpoint").click()
        write(page, "checkpoints-source", "/nowhere")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("body")).to_contain_text("there is no such folder")
        write(page, "checkpoints-source", str(own))
        write(page, "checkpoints-name", "mine")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(detail.locator("h2")).to_have_text("mine")
        page.goto("about:blank")
    # It is there after a restart, as is its button that takes it off again.
    with served(*command) as address:
        open_checkpoints(page, address)
        expect(cards).to_have_count(9)
        page.get_by_role("button", name="mine", exact=True).click()
        page.get_by_role("button", name="Take off the list").click()
        expect(cards).to_have_count(8)
        page.goto("about:blank")
    assert (own / "model.safetensors").is_file()
