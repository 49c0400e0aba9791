"""Recipe to checkpoint: resumable, and in place only when it is finished."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.checkpoint_info import ADAPTER_CONFIG, STEP_FOLDER, is_checkpoint
from workbench.checkpoints import (
    SHIPPED,
    Catalogue,
    CheckpointInfo,
    context_length,
    load_model,
    load_tokenizer,
    quiet_libraries,
    read_info,
    save_info,
)
from workbench.errors import InputError, StoreError
from workbench.files import read_text, write_atomically
from workbench.instructions import Example, data_hash, load_instructions
from workbench.progress import ProgressCallback
from workbench.training.chat_template import mark_answers
from workbench.training.fingerprint import fingerprint
from workbench.training.recipe import Recipe
from workbench.training.tokenising import tokenise
from workbench.versions import package_versions

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_logger = logging.getLogger(__name__)
_RESUME_SECONDS = 60.0


def train(
    recipe: Recipe,
    out_root: Path,
    progress: ProgressCallback | None = None,
    catalogue: Catalogue | None = None,
    resume_seconds: float = _RESUME_SECONDS,
) -> Path:
    """Train a checkpoint into ``out_root/NAME``; its folder.

    One that is there already by the same recipe, data and base is returned as it is. A
    training that was stopped or killed goes on from its last save, at most about
    ``resume_seconds`` back. The base is looked up in ``catalogue``: by default
    ``out_root`` and the shipped checkpoints.

    Raises InputError where the name is taken by another recipe, StoreError where the disk
    refuses, NotFoundError, FileFormatError or ModelError for data and base.
    """
    known = catalogue or Catalogue([out_root, SHIPPED])
    base = known.find(recipe.base)
    examples = load_instructions(recipe.data, recipe.languages, recipe.size, recipe.seed)
    inputs = {"recipe": recipe.hash, "data": data_hash(examples), "base": fingerprint(base)}
    final = out_root / recipe.name
    if final.exists():
        return _finished(final, recipe, inputs)
    partial = out_root / f".{recipe.name}.partial"
    with _alone(partial):
        if final.exists():
            return _finished(final, recipe, inputs)
        _same_inputs(partial, recipe, inputs)
        job = _Job(recipe, base, known, partial, out_root, inputs)
        job.run(examples, progress, resume_seconds)
        job.publish(final)
    shutil.rmtree(partial, ignore_errors=True)
    return final


@dataclass
class _Job:
    """One training at work in its hidden folder."""

    recipe: Recipe
    base: CheckpointInfo
    known: Catalogue
    partial: Path
    out_root: Path
    inputs: dict[str, str]

    @property
    def _result(self) -> Path:
        return self.partial / "result"

    def run(
        self, examples: list[Example], progress: ProgressCallback | None, resume_seconds: float
    ) -> None:
        """Train and leave the result in the hidden folder."""
        import torch

        from workbench.training import sft

        recipe, start = self.recipe, time.monotonic()
        tokenizer = load_tokenizer(self.base, self.known)
        mark_answers(tokenizer)
        half = recipe.method == "lora" and torch.cuda.is_available() and sft.bf16_helps()
        dtype = torch.bfloat16 if half else torch.float32
        model: Any = load_model(self.base, self.known, dtype)
        if self.base.method == "lora":
            model = model.merge_and_unload()
        limit = min(recipe.max_length, context_length(model))
        data = tokenise(examples, tokenizer, limit)
        if data.too_long:
            note = (
                f"{len(data.too_long)} of {len(examples)} examples are longer than {limit} tokens "
                f"(the longest {max(data.too_long)}) and left out"
            )
            _logger.warning("%s: %s", recipe.name, note)
            if progress:
                progress(0, recipe.steps, f"training {recipe.name}, {note}")
        facts = {**data.summary, "bf16": sft.bf16_helps(), **self.inputs}
        with quiet_libraries():
            trainer = sft.make_trainer(recipe, model, tokenizer, data, self.partial)

        def keep_step(step: int, history: list[dict[str, float]]) -> None:
            target = self.partial / f"{STEP_FOLDER}{step}"
            curve = {"curve": sft.loss_curve(history)}
            self._save(trainer.model, tokenizer, target, step, {**facts, **curve})

        with quiet_libraries():
            curve = sft.run_updates(trainer, recipe, keep_step, progress, resume_seconds)
        facts |= {"curve": curve, "seconds": round(time.monotonic() - start, 1)}
        self._save(trainer.model, tokenizer, self._result, recipe.steps, facts)

    def publish(self, final: Path) -> None:
        """Put the result in its place, in one move."""
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
    ) -> None:
        from workbench.training.sft import writing

        scratch = folder.with_suffix(".new")
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        with writing(folder), quiet_libraries():
            try:
                model.save_pretrained(scratch)
                tokenizer.save_pretrained(scratch)
                self._describe(scratch, step, training)
                os.replace(scratch, folder)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _describe(self, folder: Path, step: int, training: dict[str, Any]) -> None:
        reference = self._base_reference()
        # PEFT's own card says nothing; the library writes the folder it loaded the base from.
        (folder / "README.md").unlink(missing_ok=True)
        if (folder / ADAPTER_CONFIG).exists():
            config = json.loads(read_text(folder / ADAPTER_CONFIG))
            config["base_model_name_or_path"] = reference
            write_atomically(folder / ADAPTER_CONFIG, json.dumps(config, indent=2) + "\n")
        save_info(
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


def _finished(folder: Path, recipe: Recipe, inputs: dict[str, str]) -> Path:
    """The folder if it is what training would make; its decoding defaults brought up to date."""
    remedy = f"Give the recipe another name, or delete {folder}"
    if not is_checkpoint(folder):
        raise InputError(f"Recipe '{recipe.name}'", f"{folder} is something else", remedy)
    info = read_info(folder)
    kept = {key: info.training.get(key) for key in inputs}
    if kept != inputs:
        changed = [key for key in inputs if kept[key] != inputs[key]]
        raise InputError(
            f"Recipe '{recipe.name}'",
            f"{folder} was trained with another {' and '.join(changed)}",
            remedy,
        )
    every = recipe.save_every or recipe.steps
    absent = [
        step
        for step in range(every, recipe.steps, every)
        if not is_checkpoint(folder / f"{STEP_FOLDER}{step}")
    ]
    if absent:
        raise InputError(
            f"Recipe '{recipe.name}'",
            f"{folder} was trained without keeping step {absent[0]}",
            remedy,
        )
    if recipe.decoding and recipe.decoding != info.decoding:
        save_info(info.model_copy(update={"decoding": recipe.decoding}))
    return folder


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
