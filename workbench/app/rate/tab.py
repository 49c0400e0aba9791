"""The Rate tab: people rate answers blind, by keyboard or thumb, and settle disagreements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.downloads import offered
from workbench.app.feedback import reporting, warn
from workbench.app.rate.rendering import render_rate_empty, render_rate_intro, render_rate_keys
from workbench.app.rate.setup import MODES, Setup, in_order, setup_of
from workbench.app.rate.sitting import Act, Sitting
from workbench.app.rate.views import Page, RateViews
from workbench.app.rendering import render_note
from workbench.app.services import Services
from workbench.assets import asset
from workbench.errors import WorkbenchError
from workbench.files import read_text
from workbench.judging.criteria import CRITERIA
from workbench.judging.people import Desk, export_ratings, import_ratings
from workbench.judging.people.assignment import DEFAULT_OVERLAP
from workbench.judging.rubric import load_rubric, rubric_languages
from workbench.languages import display_name

_WITH_ADDRESS = "(name, link, sitting) => [name, window.location.search, sitting]"
# On a phone the tab may be in the menu of those for which there is no room.
_BY_LINK = (
    "() => { if (new URLSearchParams(window.location.search).has('rate-run')) "
    "[...document.querySelectorAll('[role=tab], .overflow-dropdown button')]"
    ".find((tab) => tab.textContent.trim() === 'Rate')?.click(); }"
)
_FETCH = "() => document.querySelector('#rate-file')?.click()"


class View(NamedTuple):
    """What the tab shows of a sitting; the order is that of the outputs."""

    sitting: Any
    progress: Any
    item: Any
    panel: Any
    guidelines: Any
    setup: Any
    kept_name: Any


class Form(NamedTuple):
    """What is to be chosen, and whether there is anything to choose."""

    empty: Any
    content: Any
    run: Any
    mode: Any
    languages: Any
    criteria: Any
    guidelines: Any
    overlap: Any
    everything: Any
    name: Any


_SAME = View(*(gr.skip(),) * len(View._fields))


class RateHandlers:
    """What happens at the events of the tab.

    ``chosen`` are the values of the form: run, mode, languages, criteria, language of the
    guidelines, overlap, and whether what falls to others is rated too.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._views = RateViews(desk)

    @reporting
    def on_open(self, name: str | None, link: str, sitting: Sitting) -> tuple[Any, ...]:
        """List the runs; go on where the address and the kept name say that one was."""
        runs = self._desk.runs()
        setup = setup_of(link)
        if setup.run not in runs:
            setup = Setup(run=runs[0] if runs else "")
        elif name and sitting.task is None:
            return (*self._form(runs, setup, name), *_view(self._views.begin(setup, name)))
        if sitting.task is not None:
            return (gr.skip(),) * (len(Form._fields) + len(View._fields))
        return (*self._form(runs, setup, name or ""), *_SAME)

    @reporting
    def on_run(self, run: str | None) -> Any:
        """Offer the languages of the answers of a run."""
        return gr.update(choices=self._languages(run), value=[])

    @reporting
    def on_start(self, name: str, *chosen: Any) -> View:
        """Begin a sitting by the choices of the form."""
        run, mode, languages, criteria, guidelines, overlap, everything = chosen
        setup = Setup(
            run or "",
            mode,
            tuple(languages or ()),
            in_order(criteria or ()),
            guidelines or "en",
            int(overlap or 0),
            bool(everything),
        )
        return _view(self._views.begin(setup, name))

    def on_act(self, event: gr.EventData, sitting: Sitting) -> View:
        """Do what a key or a button of the panel asks for."""
        act = Act(event.act, int(event.turn), str(event.criterion), int(event.value))
        try:
            page = self._views.act(sitting, act)
        except WorkbenchError as error:
            warn(error)
            return _SAME
        same = page.sitting.response_id == sitting.response_id
        return _SAME._replace(
            sitting=page.sitting,
            progress=page.progress,
            item=gr.skip() if same else page.item,
            panel=page.panel,
        )

    def on_export(self, run: str | None) -> Iterator[Any]:
        """Write the ratings of a run by people to a file, for the browser to fetch."""

        def write(folder: Path) -> Path:
            path = folder / f"ratings-{run}.csv"
            export_ratings(self._desk.store, run or "", path)
            return path

        yield from offered(write)

    @reporting
    def on_import(self, path: str) -> None:
        """Take in ratings from a file, all or nothing."""
        done = import_ratings(self._desk.store, Path(path))
        gr.Info(f"Ratings added: {done.added:,}. There already: {done.there:,}.", title="Import")

    def _form(self, runs: list[str], setup: Setup, name: str) -> Form:
        return Form(
            gr.update(visible=not runs),
            gr.update(visible=bool(runs)),
            gr.update(choices=runs, value=setup.run or None),
            setup.mode,
            gr.update(choices=self._languages(setup.run), value=list(setup.languages)),
            list(setup.criteria),
            setup.guidelines,
            setup.overlap,
            setup.everything,
            name,
        )

    def _languages(self, run: str | None) -> list[tuple[str, str]]:
        codes = self._desk.answers(run, fresh=True).languages if run else []
        return [(display_name(code), code) for code in codes]


def build(
    services: Services, opened: Sequence[Callable[..., Any]], loaded: Callable[..., Any]
) -> None:
    """The components of the tab and their wiring.

    ``opened`` are the events of its opening, ``loaded`` is that of the page's, at which the
    tab comes forward if the address asks for it.
    """
    handlers = RateHandlers(services.desk)
    empty = gr.HTML(render_rate_empty(), visible=False, apply_default_css=False)
    with gr.Column(visible=False, elem_id="rate-content") as content:
        with gr.Accordion("What to rate", open=True, elem_id="rate-setup") as setup:
            with gr.Row(elem_classes="wb-controls"):
                run = gr.Dropdown([], label="Run", elem_id="rate-run", interactive=True)
                name = gr.Textbox(
                    label="Your name", elem_id="rate-name", max_length=60, placeholder="Anna"
                )
                languages = gr.Dropdown(
                    [],
                    label="Languages you can judge (empty: all)",
                    multiselect=True,
                    elem_id="rate-languages",
                    interactive=True,
                )
            with gr.Row(elem_id="rate-choices"):
                mode = gr.Radio(
                    list(MODES.items()),
                    value="rate",
                    show_label=False,
                    container=False,
                    elem_id="rate-mode",
                )
                start = gr.Button("Start", variant="primary", min_width=120, elem_id="rate-start")
            with gr.Accordion("Criteria, guidelines, shares, files", open=False):
                with gr.Row(elem_classes="wb-controls"):
                    criteria = gr.Dropdown(
                        [(c.title, c.key) for c in load_rubric().criteria],
                        value=list(CRITERIA),
                        label="Criteria",
                        multiselect=True,
                        elem_id="rate-criteria",
                        interactive=True,
                        scale=2,
                    )
                    guidance = gr.Dropdown(
                        [(display_name(code), code) for code in rubric_languages()],
                        value="en",
                        label="Guidelines in",
                        elem_id="rate-guidance",
                        interactive=True,
                    )
                    overlap = gr.Number(
                        DEFAULT_OVERLAP,
                        label="Shared answers in each language",
                        minimum=0,
                        precision=0,
                        elem_id="rate-overlap",
                    )
                gr.HTML(
                    render_note(
                        "All raters get the shared answers, so that agreement can be measured; "
                        "the others are divided among those who rate in a language."
                    ),
                    apply_default_css=False,
                )
                with gr.Row(elem_classes="rate-files"):
                    everything = gr.Checkbox(
                        label="Also what falls to others", container=False, elem_id="rate-all"
                    )
                    export = gr.Button("Export ratings (CSV)", size="sm", elem_id="rate-export")
                    file = gr.DownloadButton(visible="hidden", elem_id="rate-file")
                    upload = gr.UploadButton(
                        "Import ratings (CSV)",
                        file_types=[".csv"],
                        size="sm",
                        elem_id="rate-import",
                    )
        progress = gr.HTML(render_rate_intro(), elem_id="rate-progress", apply_default_css=False)
        with gr.Row(elem_id="rate-table"):
            with gr.Column(scale=5, min_width=320):
                item = gr.HTML(elem_id="rate-item", apply_default_css=False)
            with gr.Column(scale=4, min_width=320, elem_classes="wb-side"):
                panel = gr.HTML(
                    elem_id="rate-panel",
                    js_on_load=read_text(asset("scripts", "rate.js")),
                    apply_default_css=False,
                )
            with gr.Column(scale=3, min_width=280, elem_classes="wb-side"):
                guidelines = gr.HTML(elem_id="rate-guidelines", apply_default_css=False)
        gr.HTML(render_rate_keys(), elem_id="rate-keys", apply_default_css=False)
    sitting = gr.State(Sitting())
    kept_name = gr.BrowserState(
        "", storage_key="workbench-rater", secret="kept by name alone, so nothing to hide"
    )

    chosen = [run, mode, languages, criteria, guidance, overlap, everything]
    view = [sitting, progress, item, panel, guidelines, setup, kept_name]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    loaded(None, None, None, js=_BY_LINK, api_visibility="private")
    gr.on(
        opened,
        handlers.on_open,
        [kept_name, name, sitting],
        [empty, content, *chosen, name, *view],
        js=_WITH_ADDRESS,
        **quiet,
    )
    run.input(handlers.on_run, [run], [languages], **quiet)
    gr.on([start.click, name.submit], handlers.on_start, [name, *chosen], view, **quiet)
    panel.act(
        handlers.on_act,
        [sitting],
        view,
        trigger_mode="multiple",
        concurrency_limit=8,
        **quiet,
    )
    export.click(handlers.on_export, [run], [file], **quiet).then(
        None, None, None, js=_FETCH, api_visibility="private"
    )
    upload.upload(handlers.on_import, [upload], None, **quiet)


def _view(page: Page) -> View:
    closed = gr.update(label=f"What to rate: {page.summary}", open=False)
    name = page.sitting.task.rater if page.sitting.task else ""
    return View(*page[:5], closed, name)
