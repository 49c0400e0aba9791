"""What a study would do, before it does it: its cells, what is there, and what the rest takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory

import pandas as pd

from workbench.answering import unanswered
from workbench.checkpoints import SHIPPED, Catalogue
from workbench.errors import InputError, NotFoundError
from workbench.estimates import Estimate, checkpoint_bytes, duration, seconds_per_update
from workbench.generation.decoding import Decoding
from workbench.instructions import Example
from workbench.judging.prices import BYTES_A_TOKEN
from workbench.prompts import Prompt, PromptSet, languages_of
from workbench.runs import catalogue, find_prompt_set, study_prompts, validation_run
from workbench.store.records import JudgedResponse
from workbench.study import Study
from workbench.study_judges import JudgePlan, key_note, plan_judges, ready_judges
from workbench.training.recipe import Recipe
from workbench.training.reuse import check_finished, find_same
from workbench.training.trainer import recipe_examples, training_inputs
from workbench.validation.validator import shared_with_test
from workbench.workspace import Workspace

COLUMNS = (
    "name",
    "base",
    "data",
    "languages",
    "method",
    "learning_rate",
    "size",
    "steps",
    "seed",
    "hash",
    "trained",
    "responses",
    "seconds",
    "megabytes",
)
"""Columns of a plan: ``trained`` is yes, no, ``as it is``, the name of the same training, why that
is not known, or ``derived`` for a variant of the checkpoint above; ``responses``, ``seconds`` (of
training) and ``megabytes`` are what is still to come."""
DERIVED = "derived"
_OF_DATA = {"data", "languages", "mix", "size", "seed", "drop_overlap_with"}
"""Fields of a recipe that decide its examples."""


@dataclass(frozen=True)
class Plan:
    """The cells of a study with what each still takes."""

    run: str
    cells: pd.DataFrame
    """One row a checkpoint, those that are asked as they are first; see ``COLUMNS``."""
    validation_responses: int
    seconds: Estimate
    """Training alone."""
    bytes: Estimate
    judges: tuple[JudgePlan, ...]
    notes: tuple[str, ...]
    """What the study's author should know."""

    @property
    def record(self) -> dict[str, object]:
        """The plan as JSON."""
        cells = self.cells.astype(object).where(self.cells.notna(), None)
        return {
            "run": self.run,
            "cells": cells.to_dict("records"),
            "to_train": self._to_train,
            "responses": int(self.cells["responses"].sum()),
            "validation_responses": self.validation_responses,
            "training_seconds": self.seconds.value,
            "training_seconds_from": self.seconds.how,
            "bytes": self.bytes.value,
            "bytes_from": self.bytes.how,
            "judges": [judge.record for judge in self.judges],
            "notes": list(self.notes),
        }

    @property
    def _to_train(self) -> int:
        return int((~self.cells["trained"].isin(["yes", "as it is", DERIVED])).sum()) - int(
            self.cells["trained"].str.startswith("same as ").sum()
        )

    def text(self) -> str:
        """The plan as a table and a few sentences."""
        seconds, size = self.seconds.value, self.bytes.value
        time = "unknown" if seconds is None else f"about {duration(seconds)} of training"
        disk = "unknown" if size is None else f"about {size / 1e6:,.0f} MB"
        return "\n".join(
            [
                _shown(self.cells),
                "",
                f"run: {self.run}",
                f"cells: {len(self.cells)}, {self._to_train} to train",
                f"responses to generate: {int(self.cells['responses'].sum()):,}"
                + (
                    f", and {self.validation_responses:,} of validation"
                    if self.validation_responses
                    else ""
                ),
                f"time: {time} ({self.seconds.how})",
                f"disk: {disk} ({self.bytes.how})",
                *(judge.text for judge in self.judges),
                *(f"note: {note}" for note in self.notes),
            ]
        )


def plan_study(study: Study, workspace: Workspace) -> Plan:
    """What ``run_study`` would do in a workspace; nothing is made or changed.

    Raises NotFoundError for a base, checkpoint or prompt set that is not there.
    """
    if workspace.folder.is_dir():
        return _plan(study, workspace)
    with TemporaryDirectory() as scratch:
        return _plan(study, Workspace(scratch))


def _plan(study: Study, workspace: Workspace) -> Plan:
    known, prompts = catalogue(workspace), study_prompts(study, workspace)
    store = workspace.store

    def left(run: str, checkpoint: str, sets: list[PromptSet]) -> int:
        return sum(len(unanswered(store, run, checkpoint, prompt_set)) for prompt_set in sets)

    nothing = {"seconds": 0, "megabytes": 0}
    to_come = _ToCome(study.decoding or Decoding())

    def asked(checkpoint: str) -> int:
        return sum(
            to_come.add(checkpoint, own.name, unanswered(store, study.run_name, checkpoint, own))
            for own in prompts
        )

    def as_asked(row: dict[str, object]) -> Iterator[dict[str, object]]:
        """A checkpoint's row, and those of its variants."""
        own = str(row["name"])
        yield {**row, "responses": asked(own)}
        for variant in study.variants_of(str(row["method"]))[1:]:
            name = variant.named(own)
            yield {**row, **nothing, "name": name, "trained": DERIVED, "responses": asked(name)}

    rows: list[dict[str, object]] = []
    for name in study.checkpoints:
        info = known.find(name)
        told = {"name": info.name, "base": info.base or "", "method": info.method}
        rows += as_asked({**told, **nothing, "trained": "as it is"})
    cells = _Cells(workspace, known)
    for recipe in study.recipes():
        rows += as_asked(cells.row(recipe))
    notes, validation_responses = list(cells.notes), 0
    if study.validation:
        run, _, own, _ = validation_run(study, study.validation, workspace)
        for recipe in study.recipes():
            steps = [f"{recipe.name}@{step}" for step in recipe.kept_steps]
            validation_responses += sum(left(run, name, [own]) for name in (*steps, recipe.name))
        if shared := shared_with_test(own, prompts):
            notes.append(shared)
    judges = ready_judges(study, workspace, languages_of(prompts))
    judging = plan_judges(study.run_name, judges, workspace, to_come.responses)
    if no_key := key_note(study):
        notes.append(no_key)
    return Plan(
        study.run_name,
        pd.DataFrame(rows, columns=list(COLUMNS)),
        validation_responses,
        cells.total("seconds"),
        cells.total("bytes"),
        tuple(judging),
        tuple(notes),
    )


class _ToCome:
    """Answers to be generated, as judges will get them: in place of texts, as many bytes."""

    def __init__(self, decoding: Decoding) -> None:
        # As judges' replies are counted: half as long as they may be.
        self._bytes = round(decoding.max_new_tokens / 2 * BYTES_A_TOKEN)
        self.responses: list[JudgedResponse] = []

    def add(self, checkpoint: str, prompt_set: str, prompts: Sequence[Prompt]) -> int:
        """Add the answers of a checkpoint to prompts; how many these are."""
        for prompt in prompts:
            number = len(self.responses) + 1
            # Each text differs, as a judge is asked once about answers that are the same.
            text = str(number).ljust(self._bytes, "x")
            self.responses.append(
                JudgedResponse(-number, checkpoint, prompt, prompt_set, 0, text, "stop")
            )
        return len(prompts)


class _Cells:
    """Looks at one recipe after the other."""

    def __init__(self, workspace: Workspace, known: Catalogue) -> None:
        self._root, self._known = workspace.checkpoints, known
        self._here = [i for i in Catalogue([self._root]).all() if "@" not in i.name]
        self._shipped = Catalogue([SHIPPED]).all()
        self._find = partial(find_prompt_set, workspace)
        self._first: dict[str, str] = {}
        self._estimates: dict[str, list[Estimate]] = {"seconds": [], "bytes": []}
        self.notes: list[str] = []
        self._examples: dict[str, list[Example]] = {}

    def row(self, recipe: Recipe) -> dict[str, object]:
        """A recipe with whether it is trained and what training it takes."""
        trained = self._trained(recipe)
        shared = trained == "yes" or trained.startswith("same as ")
        seconds = size = Estimate(0, "nothing is left to train")
        if not shared:
            pace = seconds_per_update(recipe, self._here, self._shipped)
            one = checkpoint_bytes(recipe, self._known.find(recipe.base), self._here)
            seconds = _times(pace, recipe.steps)
            size = _times(one, len(recipe.kept_steps) + 1)
            self._estimates["seconds"].append(seconds)
            self._estimates["bytes"].append(size)
        fields = recipe.model_dump(mode="json", include=set(COLUMNS))
        data = [recipe.data] if isinstance(recipe.data, str) else recipe.data
        return {
            **fields,
            "data": "+".join(data),
            "languages": "+".join([*recipe.languages, *recipe.mix]),
            "hash": recipe.hash,
            "trained": trained,
            "seconds": seconds.value,
            "megabytes": None if size.value is None else round(size.value / 1e6, 1),
        }

    def total(self, kind: str) -> Estimate:
        """Sum over the cells still to train; unknown as soon as one is."""
        estimates = self._estimates[kind]
        if not estimates:
            return Estimate(0, "nothing is left to train")
        hows = "; ".join(dict.fromkeys(estimate.how for estimate in estimates))
        values = [estimate.value for estimate in estimates]
        known = [value for value in values if value is not None]
        return Estimate(sum(known) if len(known) == len(values) else None, hows)

    def _trained(self, recipe: Recipe) -> str:
        base = self._known.find(recipe.base)
        try:
            inputs = training_inputs(recipe, base, self._examples_of(recipe))
        except NotFoundError as error:
            self.notes.append(f"{recipe.name}: {error}")
            return "unknown: its data are not there"
        folder = self._root / recipe.name
        if folder.exists():
            try:
                check_finished(folder, recipe, inputs)
            except InputError as error:
                self.notes.append(str(error))
                return "no: the name is taken"
            return "yes"
        if same := find_same(self._root, recipe, inputs):
            return f"same as {same.name}"
        twin = self._first.setdefault(str(sorted(inputs.items())), recipe.name)
        return "no" if twin == recipe.name else f"same as {twin}"

    def _examples_of(self, recipe: Recipe) -> list[Example]:
        """The examples of a recipe; cells of a grid mostly share them."""
        key = recipe.model_dump_json(include=_OF_DATA)
        if key not in self._examples:
            self._examples[key] = recipe_examples(recipe, self._find)
        return self._examples[key]


def _times(estimate: Estimate, number: int) -> Estimate:
    return Estimate(None if estimate.value is None else estimate.value * number, estimate.how)


def _shown(cells: pd.DataFrame) -> str:
    known = cells.astype(object).where(cells.notna(), "")
    return known.to_string(index=False, float_format=lambda value: f"{value:g}")
