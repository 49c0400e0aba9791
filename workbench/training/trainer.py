"""Recipe to checkpoint: resumable, and in place only when it is finished."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.checkpoint_info import ADAPTER_CONFIG, STEP_FOLDER
from workbench.checkpoints import (
    SHIPPED,
    Catalogue,
    CheckpointInfo,
    LoadedCheckpoint,
    context_length,
    quiet_libraries,
    save_info,
)
from workbench.errors import InputError, StoreError
from workbench.files import read_text, write_atomically
from workbench.instructions import Example, data_hash, load_instructions
from workbench.memory import Memory
from workbench.progress import ProgressCallback
from workbench.prompts import PromptSet, content_hash, shipped_prompt_set
from workbench.training.chat_template import find_chat_template
from workbench.training.fingerprint import fingerprint
from workbench.training.observing import BetweenUpdates, Observer, TrainedStep, at_rest
from workbench.training.precision import check_formats, in_bf16
from workbench.training.preparing import prepare
from workbench.training.recipe import Recipe
from workbench.training.replay import replayed_texts
from workbench.training.reuse import find_same, finished, one_at_a_time, take_over
from workbench.training.sources import Sources
from workbench.training.team import Team, join
from workbench.versions import package_versions

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_logger = logging.getLogger(__name__)


def train(
    recipe: Recipe,
    out_root: Path,
    progress: ProgressCallback | None = None,
    sources: Sources | None = None,
    between: BetweenUpdates | None = None,
) -> Path:
    """Train a checkpoint into ``out_root/NAME``; its folder.

    One that is there already by the same recipe, data and base is returned as it is, or
    taken over where it has another name; see ``workbench.training.reuse``. A training that
    was stopped or killed goes on from its last save, at most about
    ``between.resume_seconds`` back.

    Raises InputError where the name is taken by another recipe, StoreError where the disk
    refuses, NotFoundError, FileFormatError or ModelError for data and base.
    """
    given = sources or Sources()
    known = given.catalogue or Catalogue([out_root, SHIPPED])

    def job() -> _Job:
        base = known.find(recipe.base)
        examples = recipe_examples(recipe, given.prompt_sets)
        inputs = training_inputs(recipe, base, examples)
        return _Job(recipe, base, known, out_root, examples, inputs, given.memory, own)

    own = join()
    if own.first:
        _lead(job, own, progress, between or BetweenUpdates())
    elif own.agree(False):
        job().run(None, BetweenUpdates())
        own.wait()
    return out_root / recipe.name


def _lead(
    make: Callable[[], _Job],
    own: Team,
    progress: ProgressCallback | None,
    between: BetweenUpdates,
) -> None:
    """The first process's part of a training; whether there is one, it tells the others."""
    begun = False
    try:
        job = make()
        recipe, inputs, final = job.recipe, job.inputs, job.final
        if final.exists():
            finished(final, recipe, inputs)
            return
        with _alone(job.partial), one_at_a_time(job.out_root, recipe, inputs, progress):
            if final.exists():
                finished(final, recipe, inputs)
                return
            if same := find_same(job.out_root, recipe, inputs):
                take_over(same, recipe, final)
            else:
                check_formats(recipe, job.base)
                _same_inputs(job.partial, recipe, inputs)
                begun = own.agree(True)
                job.run(progress, between)
                job.publish()
                own.wait()
        shutil.rmtree(job.partial, ignore_errors=True)
    finally:
        if not begun:
            own.agree(False)


def training_inputs(
    recipe: Recipe, base: CheckpointInfo, examples: Sequence[Example]
) -> dict[str, str]:
    """Hashes of all that decides the weights: equal ones, equal weights."""
    inputs = {"recipe": recipe.hash, "data": data_hash(examples), "base": fingerprint(base)}
    if recipe.chat_template is not None:
        inputs["chat_template"] = content_hash(find_chat_template(recipe.chat_template))
    if texts := replayed_texts(recipe, base):
        inputs["replay"] = content_hash(texts)
    return inputs


def recipe_examples(
    recipe: Recipe, prompt_sets: Callable[[str], PromptSet] = shipped_prompt_set
) -> list[Example]:
    """The examples that a recipe trains on; ``prompt_sets`` finds those it drops by name."""
    dropped = [prompt_sets(name) for name in recipe.drop_overlap_with]
    return load_instructions(
        recipe.data, recipe.languages, recipe.size, recipe.seed, recipe.mix, dropped
    )


@dataclass
class _Job:
    """One training at work in its hidden folder."""

    recipe: Recipe
    base: CheckpointInfo
    known: Catalogue
    out_root: Path
    examples: list[Example]
    inputs: dict[str, str]
    memory: Memory
    team: Team

    @property
    def final(self) -> Path:
        """Folder that the finished checkpoint gets."""
        return self.out_root / self.recipe.name

    @property
    def partial(self) -> Path:
        """Hidden folder of the training at work."""
        return self.out_root / f".{self.recipe.name}.partial"

    @property
    def _result(self) -> Path:
        return self.partial / "result"

    def run(self, progress: ProgressCallback | None, between: BetweenUpdates) -> None:
        """Train; the first process leaves the result in the hidden folder."""
        from workbench.training import sft

        recipe, start = self.recipe, time.monotonic()
        prepared = prepare(recipe, self.base, self.known, self.examples, self.memory)
        model, tokenizer, data, limit = prepared
        if data.too_long and self.team.first:
            note = (
                f"{len(data.too_long)} of {len(self.examples)} examples are longer than {limit} "
                f"tokens (the longest {max(data.too_long)}) and left out"
            )
            _logger.warning("%s: %s", recipe.name, note)
            if progress:
                progress(0, recipe.steps, f"training {recipe.name}, {note}")
        facts = {
            **data.summary,
            "bf16": in_bf16(recipe),
            "processes": self.team.size,
            **self.inputs,
        }
        with quiet_libraries():
            trainer = sft.make_trainer(recipe, model, tokenizer, data, self.partial, self.team)

        def keep_step(step: int, history: list[dict[str, float]]) -> None:
            target = self.partial / f"{STEP_FOLDER}{step}"
            curve = {"curve": sft.loss_curve(history)}
            info = self._save(trainer.model, tokenizer, target, step, {**facts, **curve})
            named = info.model_copy(update={"name": f"{recipe.name}@{step}"})
            _show(between.observe, named, trainer.model, tokenizer)

        with quiet_libraries():
            facts |= sft.run_updates(trainer, recipe, keep_step, progress, between.resume_seconds)
        if not self.team.first:
            return
        facts["seconds"] = round(time.monotonic() - start, 1)
        info = self._save(trainer.model, tokenizer, self._result, recipe.steps, facts)
        _show(between.observe, info, trainer.model, tokenizer)

    def publish(self) -> None:
        """Put the result in its place, in one move."""
        final = self.final
        for folder in self.partial.glob(f"{STEP_FOLDER}*"):
            if folder.suffix != ".new":
                os.replace(folder, self._result / folder.name)
        try:
            os.replace(self._result, final)
        except OSError as error:
            raise StoreError(
                f"Writing {final}", error.strerror or str(error), "Choose another folder or name"
            ) from None

    def _save(
        self,
        model: Any,
        tokenizer: PreTrainedTokenizerBase,
        folder: Path,
        step: int,
        training: dict[str, Any],
    ) -> CheckpointInfo:
        from workbench.training.sft import writing

        scratch = folder.with_suffix(".new")
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        with writing(folder), quiet_libraries():
            try:
                model.save_pretrained(scratch)
                tokenizer.save_pretrained(scratch)
                info = self._describe(scratch, step, training)
                os.replace(scratch, folder)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        return info.model_copy(update={"path": folder})

    def _describe(self, folder: Path, step: int, training: dict[str, Any]) -> CheckpointInfo:
        reference = self._base_reference()
        # PEFT's own card says nothing; the library writes the folder it loaded the base from.
        (folder / "README.md").unlink(missing_ok=True)
        if (folder / ADAPTER_CONFIG).exists():
            config = json.loads(read_text(folder / ADAPTER_CONFIG))
            config["base_model_name_or_path"] = reference
            write_atomically(folder / ADAPTER_CONFIG, json.dumps(config, indent=2) + "\n")
        return save_info(
            CheckpointInfo(
                name=self.recipe.name,
                path=folder,
                method=self.recipe.method,
                base=reference,
                recipe=self.recipe.model_dump(mode="json"),
                step=step,
                decoding=self.recipe.decoding or self.base.decoding,
                versions=package_versions(),
                training=training,
            )
        )

    def _base_reference(self) -> str:
        """The base by name where it is found by name again, else by its folder."""
        path = self.base.path
        if not path.is_dir():
            return self.base.name
        homes = {self.out_root.resolve(), SHIPPED.resolve()}
        home = path.resolve().parent.parent if "@" in self.base.name else path.resolve().parent
        return self.base.name if home in homes else str(path.resolve())


def _show(
    observe: Observer | None,
    info: CheckpointInfo,
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    """Show an observer the model as it is now."""
    if observe is None:
        return
    with at_rest(model) as resting:
        loaded = LoadedCheckpoint(info, resting, tokenizer, context_length(resting))
        observe(TrainedStep(info.step or 0, loaded, info.training["curve"]))


def _same_inputs(partial: Path, recipe: Recipe, inputs: dict[str, str]) -> None:
    """Refuse to go on with a training that was begun with other inputs."""
    record, text = partial / "inputs.json", json.dumps(inputs, indent=2) + "\n"
    if not record.exists():
        write_atomically(record, text)
    elif read_text(record) != text:
        raise InputError(
            f"Recipe '{recipe.name}'",
            f"{partial} holds an unfinished training with another recipe, data or base",
            f"Give the recipe another name, or delete {partial}",
        )


@contextmanager
def _alone(partial: Path) -> Iterator[None]:
    """Make the hidden folder and keep other processes out of it; a kill frees it."""
    from filelock import FileLock, Timeout

    lock = FileLock(partial / "lock", timeout=0)
    try:
        partial.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise InputError(
            f"Recipe '{partial.name.removeprefix('.').removesuffix('.partial')}'",
            "another process is training it",
            "Wait for it, or give the recipe another name",
        ) from None
    except OSError as error:
        raise StoreError(
            f"Writing {partial}",
            error.strerror or str(error),
            "Free some space or choose another folder",
        ) from error
    try:
        yield
    finally:
        lock.release()
