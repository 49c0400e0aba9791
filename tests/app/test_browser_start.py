"""A study from the form to its end, in a real browser, with a real job that outlives the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import COMMAND, choose, served
from playwright.sync_api import Page, expect

from workbench.jobs import Jobs
from workbench.store import RunRecord
from workbench.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a run to delete; its jobs are stopped at the end."""
    workspace = Workspace(tmp_path / "ws")
    workspace.store.start_run(RunRecord("old-1", "import", {"note": "<b>old</b>"}))
    workspace.store.finish_run("old-1")
    yield workspace
    for job in Jobs(workspace).all():
        if job.alive:
            Jobs(workspace).stop(job.run)


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """Errors in the browser's console; there must be none at the end."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield errors
    assert errors == []


def write(page: Page, field: str, text: str) -> None:
    box = page.locator(f"#start-{field} textarea, #start-{field} input").first
    box.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def test_a_study_of_the_form_outlives_browser_and_app(
    page: Page, workspace: Workspace, console: list[str]
) -> None:
    command = (*COMMAND, "--workspace", str(workspace.folder))
    with served(*command) as address:
        page.goto(address)
        page.get_by_role("tab", name="Runs", exact=True).click()
        page.get_by_role("button", name="Start a study").click()
        outlook, go = page.locator("#runs-outlook"), page.locator("#runs-go")
        # Eight conditions and three seeds; of the other study four and three.
        expect(outlook).to_contain_text("24, 24 to train")
        choose(page, "runs-study", "data-size")
        expect(outlook).to_contain_text("12, 12 to train")
        expect(page.locator("#runs-command textarea, #runs-command input")).to_have_value(
            re.compile("^workbench run data-size --workspace ")
        )
        write(page, "conditions", "")
        # What cannot be used is said at the field, and nothing can be started.
        write(page, "recipe-steps", "5, x")
        steps = page.locator("#start-recipe-steps")
        expect(steps).to_contain_text("'x': it is no whole number. Write a number")
        expect(outlook).to_contain_text("One field to correct")
        expect(go).to_be_disabled()
        write(page, "recipe-steps", "3000")
        expect(steps).to_contain_text("Number of updates")
        expect(outlook).to_contain_text("the study that is shipped by this name is another one")
        write(page, "name", "mine")
        write(page, "recipe-seed", "0")
        write(page, "recipe-size", "20, 40")
        write(page, "prompt-sets-limit", "1")
        expect(outlook).to_contain_text("2, 2 to train")
        expect(page.locator("#runs-file")).to_contain_text("steps: 3000")
        expect(go).to_be_enabled()
        go.click()
        head = page.locator("#runs-head")
        expect(head.locator("h2")).to_have_text(re.compile("^mine-"), timeout=60_000)
        run = head.locator("h2").inner_text()
        # It trains: the log says so, and how long it takes.
        expect(head).to_contain_text(re.compile(r"training mine-\S+.*s left"), timeout=120_000)
        expect(head).to_contain_text(re.compile(r"about \d+ (s|min) of training, then 12 answers"))
        expect(page.locator("#runs-log")).to_be_visible()
        page.goto("about:blank")
    # The page is closed and the app is gone; the job is not.
    job = Jobs(workspace).find(run)
    assert job is not None
    assert job.alive

    with served(*command) as address:
        page.goto(address)
        page.get_by_role("tab", name="Runs", exact=True).click()
        section = page.locator("#runs-head section")
        expect(section).to_have_attribute("data-status", "running")
        expect(page.locator("#runs-head h2")).to_have_text(run)
        # A study that goes on is not deleted; once stopped, it can be gone on with or deleted.
        expect(page.locator("#runs-delete")).not_to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).locator("visible=true").click()
        expect(section).to_have_attribute("data-status", "stopped", timeout=60_000)
        assert not job.alive
        expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
        delete_and_restore(page, run)


def delete_and_restore(page: Page, run: str) -> None:
    page.get_by_role("button", name="Delete …").click()
    question = page.locator("#runs-question")
    expect(question).to_contain_text(f"Delete {run}?")
    page.get_by_role("button", name="Keep it").click()
    expect(question).not_to_be_visible()
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Move to the trash").click()
    runs = page.locator("#runs-list")
    expect(runs).not_to_contain_text(run)
    expect(runs).to_contain_text("old-1")
    page.get_by_role("button", name="Trash (1)").click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(runs).to_contain_text(run)
    expect(page.locator("#runs-head h2")).to_have_text(run)
    expect(page.locator("#runs-bin")).not_to_be_visible()
