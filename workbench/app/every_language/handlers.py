"""What happens at the events of the grid's tab."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from workbench.app.every_language.grid import Grid
from workbench.app.every_language.rendering import (
    render_grid,
    render_grid_empty,
    render_progress,
    render_summary,
)
from workbench.app.every_language.service import MOST_CHECKPOINTS, EveryLanguage
from workbench.app.every_language.sets import ParallelSet
from workbench.app.every_language.translations import (
    PREFIX,
    pasted_translations,
    translations_from_file,
)
from workbench.app.feedback import reporting, warn
from workbench.app.rendering import render_note
from workbench.errors import WorkbenchError
from workbench.languages import display_name


class View(NamedTuple):
    """What the tab shows of a grid; the order is that of the outputs."""

    grid: Any
    progress: Any
    summary: Any
    rows: Any
    ask: Any
    stop: Any
    save: Any


class Form(NamedTuple):
    """What there is to choose from; the order is that of the outputs."""

    prompt_set: Any
    question: Any
    languages: Any
    checkpoints: Any
    note: Any


_SAME = View(*(gr.skip(),) * len(View._fields))


class EveryLanguageHandlers:
    """``own`` is what a session has of its own translations, None before it has any."""

    def __init__(self, service: EveryLanguage) -> None:
        self._service = service
        self._stops: dict[str, threading.Event] = {}

    @reporting
    def on_open(
        self,
        prompt_set: str | None,
        checkpoints: Sequence[str],
        own: ParallelSet | None,
        grid: Grid | None,
    ) -> tuple[Any, ...]:
        """List what is there now, keeping what is chosen."""
        names = self._service.checkpoints()
        chosen = [name for name in checkpoints if name in names]
        chosen = chosen or self._service.first_checkpoints()
        sets = self._set_names(own)
        among = gr.update(choices=names, value=chosen)
        rows = gr.skip() if grid is not None else render_grid_empty(bool(names))
        if prompt_set in sets:
            skip = gr.skip()
            form = Form(
                gr.update(choices=_choices(sets)), skip, skip, among, self._note(prompt_set, chosen)
            )
        else:
            name = self._service.first_set(chosen)
            form = self._form(self._set(name, own), sets, chosen)._replace(checkpoints=among)
        return (*form, rows)

    @reporting
    def on_set(self, name: str, checkpoints: Sequence[str], own: ParallelSet | None) -> Form:
        """Offer the prompts and languages of another set."""
        return self._form(self._set(name, own), self._set_names(own), checkpoints)

    @reporting
    def on_checkpoints(self, name: str | None, checkpoints: Sequence[str]) -> Any:
        """Say where a checkpoint cannot be expected to answer."""
        return self._note(name, checkpoints)

    def on_paste(self, table: str, checkpoints: Sequence[str]) -> tuple[Any, ...]:
        """Take pasted translations as the set to ask from."""
        return self._own(lambda: pasted_translations(table), checkpoints)

    def on_upload(self, path: str, checkpoints: Sequence[str]) -> tuple[Any, ...]:
        """Take a file of translations as the set to ask from."""
        return self._own(lambda: translations_from_file(Path(path)), checkpoints)

    def on_ask(self, past: Grid | None, own: ParallelSet | None, *choice: Any) -> View:
        """Take up a prompt: all its places are there, and waiting.

        ``choice`` is the prompt set, the prompt, languages, checkpoints, and the longest answer.
        """
        name, question, languages, checkpoints, longest = choice
        if past is not None and past.running:
            return _SAME
        try:
            asked = self._set(name, own).question(question or "", languages) if name else None
        except WorkbenchError as error:
            warn(error)
            return _SAME
        if asked is None:
            gr.Warning("Pick a prompt, and languages that it stands in.")
            return _SAME
        if not 0 < len(checkpoints) <= MOST_CHECKPOINTS:
            gr.Warning(f"Pick one to {MOST_CHECKPOINTS} checkpoints.")
            return _SAME
        return self.view(Grid(asked, tuple(checkpoints), longest or None))

    def on_answer(self, grid: Grid | None) -> Iterator[View]:
        """Let the checkpoints answer the grid that waits."""
        if grid is None or not grid.running:
            yield _SAME
            return
        stop = self._stops.setdefault(grid.key, threading.Event())
        seen = grid
        try:
            with closing(self._service.ask(grid, stop)) as grids:
                for seen in grids:
                    yield self.view(seen)
        except Exception:
            # A defect keeps its traceback, but must not leave the grid waiting for ever.
            yield self.view(seen.ended())
            raise
        finally:
            self._stops.pop(grid.key, None)

    def on_stop(self, grid: Grid | None) -> Any:
        """Have the answers end where they are; ``on_answer`` shows how that leaves them."""
        if grid is not None and grid.running:
            self._stops.setdefault(grid.key, threading.Event()).set()
        return gr.update(interactive=False)

    @reporting
    def on_save(self, grid: Grid | None) -> View:
        """Keep the answers as a run."""
        if grid is None or grid.running:
            return _SAME
        return self.view(replace(grid, saved=self._service.save(grid)))

    def view(self, grid: Grid) -> View:
        """What is to be seen of a grid."""
        return View(
            grid,
            render_progress(grid),
            render_summary(grid),
            render_grid(grid),
            gr.update(interactive=not grid.running),
            gr.update(interactive=grid.running),
            gr.update(interactive=not grid.running and grid.keepable and grid.saved is None),
        )

    def _own(self, read: Any, checkpoints: Sequence[str]) -> tuple[Any, ...]:
        skip = gr.skip()
        try:
            own = read()
        except WorkbenchError as error:
            warn(error)
            return (skip, skip, *(skip,) * len(Form._fields))
        number, languages = len(own.questions), len(own.languages)
        told = "1 prompt" if number == 1 else f"{number} prompts"
        gr.Info(f"Your translations: {told} in {languages} languages.")
        form = self._form(own, self._set_names(own), checkpoints)
        return (own, gr.update(open=False), *form)

    def _set(self, name: str, own: ParallelSet | None) -> ParallelSet:
        return own if own is not None and own.name == name else self._service.sets.find(name)

    def _set_names(self, own: ParallelSet | None) -> list[str]:
        names = self._service.sets.names()
        if own is None or own.name in names:
            return names
        return [*names, own.name]

    def _form(self, chosen: ParallelSet, sets: list[str], checkpoints: Sequence[str]) -> Form:
        return Form(
            gr.update(choices=_choices(sets), value=chosen.name),
            gr.update(choices=chosen.choices(), value=chosen.first),
            gr.update(choices=[(display_name(code), code) for code in chosen.languages], value=[]),
            gr.skip(),
            self._note(chosen.name, checkpoints),
        )

    def _note(self, name: str | None, checkpoints: Sequence[str]) -> Any:
        lost = self._service.of_tiny_world(checkpoints)
        if not lost or name is None or name.startswith("tinyworld"):
            return gr.update(value="", visible=False)
        text = (
            f"{', '.join(lost)}: these know the words of the tiny world alone, in six languages. "
            "Ask them from `tinyworld-test`, or pick a checkpoint of a real LLM."
        )
        return gr.update(value=render_note(text), visible=True)


def _choices(names: Sequence[str]) -> list[tuple[str, str]]:
    """Names of prompt sets as people read them, with the names themselves."""
    return [(f"own ({n.removeprefix(PREFIX)})" if n.startswith(PREFIX) else n, n) for n in names]
