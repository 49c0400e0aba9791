"""The Checkpoints tab: cards, details and buttons as functions, over the shipped checkpoints."""

from __future__ import annotations

import asyncio
import shutil
import zipfile
from pathlib import Path

import gradio as gr
import pytest

from tests.known_validation import fill as fill_validation
from workbench.app.checkpoints.handlers import CheckpointHandlers
from workbench.app.checkpoints.parts import Detail, Elsewhere
from workbench.app.checkpoints.rendering import render_cards_of, render_head, render_profile
from workbench.app.checkpoints.tab import build
from workbench.app.checkpoints.training import training_command, training_loss, validation
from workbench.app.checkpoints.view import Card, CheckpointViews, Found, Wanted
from workbench.app.services import Services
from workbench.checkpoint_info import CheckpointInfo
from workbench.checkpoint_profiles import LanguageRate, Profile
from workbench.checkpoints import SHIPPED
from workbench.errors import NotFoundError
from workbench.store import Store
from workbench.workspace import Workspace

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def views(workspace: Workspace) -> CheckpointViews:
    return CheckpointViews(workspace)


@pytest.fixture
def handlers(views: CheckpointViews) -> CheckpointHandlers:
    return CheckpointHandlers(views)


@pytest.fixture
def trained(workspace: Workspace) -> Path:
    """A checkpoint of the workspace with a step that was kept, called as a study's cell."""
    folder = workspace.checkpoints / "study-low-s0"
    shutil.copytree(SHIPPED / "tiny-full-good", folder)
    shutil.copytree(SHIPPED / "tiny-full-good", folder / "step-50")
    return folder


def pick(name: str) -> gr.EventData:
    return gr.EventData(None, {"name": name})


def card_of(views: CheckpointViews, name: str) -> Card:
    card = views.card(name)
    assert card is not None
    return card


def test_cards_say_what_a_checkpoint_is_and_how_it_was_made(views: CheckpointViews) -> None:
    card = card_of(views, "tiny-lora-good")
    assert card.place == "shipped"
    assert card.recipe == "learning rate 1e-3 · 250 updates · 2,000 examples · English"
    assert card.made == "23 Nov 2026 by workbench 0.1.0, transformers 5.23.0"
    files = (SHIPPED / "tiny-lora-good").iterdir()
    assert card.bytes == sum(path.stat().st_size for path in files)
    assert card.size == "0.8 MB"
    base = card_of(views, "tiny-base")
    assert (base.recipe, base.info.method) == ("", "base")
    assert views.card("gone") is None


def test_own_checkpoints_come_first_and_steps_on_request(
    views: CheckpointViews, trained: Path
) -> None:
    found = views.cards()
    assert [card.place for card in found.cards] == ["trained here", *["shipped"] * 6]
    with_steps = [card.info.name for card in views.cards(Wanted(steps=True)).cards]
    assert with_steps[:2] == ["study-low-s0", "study-low-s0@50"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted("LORA 1e-3"), ["tiny-lora-good"]),
        (Wanted(method="lora"), ["tiny-lora-good"]),
        (Wanted(method="base"), ["tiny-base"]),
        (Wanted("русский"), ["tiny-full-multilingual"]),
        (Wanted("20 examples"), ["tiny-full-small"]),
        (Wanted("nothing like it"), []),
    ],
)
def test_cards_are_found_by_words_and_method(
    wanted: Wanted, names: list[str], views: CheckpointViews
) -> None:
    found = views.cards(wanted)
    assert [card.info.name for card in found.cards] == names
    assert (found.number, found.total) == (len(names), 6)


def test_html_escapes_what_a_folder_calls_itself() -> None:
    info = CheckpointInfo(
        name=HOSTILE,
        path=Path(f"/tmp/{HOSTILE}"),
        method="full",
        base=HOSTILE,
        recipe={"learning_rate": 1e-4, "languages": [HOSTILE], "steps": 3},
        versions={"workbench": HOSTILE},
    )
    profile = Profile((LanguageRate(HOSTILE, 0.5), LanguageRate("ar", None)), HOSTILE)
    card = Card(info, "added", 1, profile)
    html = render_cards_of(Found([card], 1, 1)) + render_head(card) + render_profile(card)
    assert "<img" not in html
    assert html.count("&lt;img") > 8
    # What was not scored is no number.
    assert (
        '<bdi lang="ar">العربية</bdi></th><td class="wb-absent" style="--share:0">missing' in html
    )


def test_empty_lists_say_what_to_do(views: CheckpointViews) -> None:
    assert "workbench tinyworld build" in render_cards_of(Found([], 0, 0))
    assert "Search for other words" in render_cards_of(views.cards(Wanted("nothing like it")))
    many = [card_of(views, "tiny-base")] * 60
    assert "15 more: search for them above" in render_cards_of(Found(many, 75, 75))


def test_a_checkpoint_that_was_not_measured_says_how_to_measure_it(
    views: CheckpointViews, random_tiny_base: Path, handlers: CheckpointHandlers
) -> None:
    handlers.on_add(str(random_tiny_base), "", "", False)
    html = render_profile(card_of(views, "random-base"))
    assert "workbench generate random-base everyday\nworkbench score RUN" in html


def test_the_chosen_checkpoint_is_shown_with_its_parts(handlers: CheckpointHandlers) -> None:
    detail = handlers.on_pick(pick("tiny-lora-good"), "right_language", False)
    assert detail.place["visible"] is True
    assert detail.name == "tiny-lora-good"
    assert "LoRA of <b>tiny-base</b>" in detail.head
    assert detail.remove["visible"] is False
    assert "tiny-lora-good" not in detail.rivals["choices"]
    assert "measured on tinyworld-test when it was made" in detail.profile
    # The record keeps fifty points of the loss.
    assert len(detail.loss["value"].data[0].x) == 50
    assert detail.curves["visible"] is False
    assert "No study of this workspace has validated it" in detail.note
    assert "method: lora" in detail.recipe["value"]
    assert detail.command["value"] == "workbench train tiny-lora-good"
    base = handlers.on_pick(pick("tiny-base"), "right_language", False)
    assert base.loss["visible"] is base.command["visible"] is False
    with pytest.warns(UserWarning, match="not there any more"):
        assert handlers.on_pick(pick("gone"), "", False) == gr.skip()


def test_curves_are_those_of_the_study_that_validated_it(
    views: CheckpointViews, trained: Path, store: Store, handlers: CheckpointHandlers
) -> None:
    fill_validation(store)
    card = card_of(views, "study-low-s0")
    found = validation(store, card, "right_language", dark=False)
    # Only the loss was kept, in English, at two steps; its names are written beside its end.
    assert found.measures == ("loss",)
    assert found.figure is not None
    line = next(trace for trace in found.figure.data if trace.name == "English")
    assert list(line.x) == [50, 100]
    assert list(line.y) == [0.5, 0.4]
    assert "study-1-validation-1" in found.note
    step = card_of(views, "study-low-s0@50")
    assert validation(store, step, "loss", dark=False).measures == ("loss",)
    measure, curves, _ = handlers.on_measure("study-low-s0", "loss", True)
    assert measure["value"] == "loss"
    assert curves["visible"] is True
    assert training_loss(card, dark=True) is not None
    # Its recipe is that of another name, so its file trains it again.
    assert training_command(card) == "workbench train study-low-s0.yaml"


def test_chat_and_comparison_are_opened_with_it(
    handlers: CheckpointHandlers, filled: Store
) -> None:
    for tabs, chosen in (handlers.on_chat("tiny-base"), handlers.on_card_chat(pick("tiny-base"))):
        assert tabs.selected == "chat"
        assert chosen["value"] == ["tiny-base"]
        assert "tiny-full-hot" in chosen["choices"]
    with pytest.warns(UserWarning, match="no run of this workspace has answers"):
        assert handlers.on_compare("tiny-base", []) == gr.skip()


def test_runs_to_compare_are_those_with_answers_of_all(
    views: CheckpointViews, filled: Store
) -> None:
    rates = ("learning-rate-lr0.0001", "learning-rate-lr0.001")
    assert views.runs_of(rates) == ["learning-rate-12345678"]
    with pytest.raises(NotFoundError, match="Ask it first: workbench generate tiny-base"):
        views.runs_of([rates[0], "tiny-base"])


def test_a_folder_is_added_kept_and_taken_off_again(
    handlers: CheckpointHandlers, views: CheckpointViews, random_tiny_base: Path, tmp_path: Path
) -> None:
    with pytest.warns(UserWarning, match="no such folder, and it is no hub id"):
        assert handlers.on_add(str(tmp_path / "gone"), "", "", False) == gr.skip()
    folder = Path(shutil.copytree(random_tiny_base, tmp_path / "rival"))
    source, name, *rest = handlers.on_add(str(folder), " mine ", "", False)
    assert (source, name) == ("", "")
    detail = Detail(*rest)
    assert detail.name == "mine"
    assert detail.remove["visible"] is True
    assert card_of(views, "mine").place == "added"
    assert 'aria-label="mine" aria-current="true"' in handlers.on_open("mine", "", "", False)
    # Where its folder goes away, the card stays and says so.
    shutil.rmtree(folder)
    gone = card_of(CheckpointViews(views.workspace), "mine")
    assert (gone.place, gone.size) == ("gone", "its folder is gone")
    assert "Chat with mine" not in handlers.on_open("", "", "", False)
    with pytest.warns(UserWarning, match="is not there any more"):
        assert handlers.on_chat("mine") == gr.skip()
    place, chosen = handlers.on_remove("mine")
    assert place["visible"] is False
    assert chosen == ""
    assert views.card("mine") is None


def test_an_archive_is_made_for_the_browser(handlers: CheckpointHandlers) -> None:
    made = handlers.on_export("tiny-lora-good", " apache-2.0 ")
    path = Path(next(made)["value"])
    with zipfile.ZipFile(path) as archive:
        card = archive.read("tiny-lora-good/README.md").decode()
    assert path.name == "tiny-lora-good.zip"
    assert "license: apache-2.0" in card
    assert list(made) == []
    assert not path.exists()


def test_outputs_fit_what_the_handlers_give(services: Services) -> None:
    async def made() -> gr.Blocks:
        with gr.Blocks() as demo, gr.Tabs() as tabs, gr.Tab("Checkpoints"):
            chat, runs = gr.Dropdown(multiselect=True), gr.Dropdown(multiselect=True)
            dark = gr.Checkbox(visible=False)
            build(services, [demo.load], dark, Elsewhere(tabs, chat, runs))
        return demo

    demo = asyncio.run(made())
    sizes = {fn.name: (len(fn.inputs), len(fn.outputs)) for fn in demo.fns.values()}
    detail = len(Detail._fields)
    assert sizes["on_open"] == (4, 1)
    assert sizes["on_pick"] == (2, detail)
    assert sizes["on_add"] == (4, 2 + detail)
    assert sizes["on_chat"] == (1, 2)
    assert sizes["on_card_chat"] == (0, 2)
    assert sizes["on_compare"] == (2, 2)
    assert sizes["on_remove"] == (1, 2)
    assert sizes["on_export"] == (2, 1)
    demo.close()
