"""The updates themselves, by TRL's SFTTrainer."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from safetensors import SafetensorError
from torch.utils.data import DataLoader
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from workbench.errors import StoreError
from workbench.progress import ProgressCallback
from workbench.training.answer_loss import summed_loss
from workbench.training.lora import lora_config
from workbench.training.optimizer import StochasticAdamW
from workbench.training.precision import in_bf16
from workbench.training.recipe import Recipe
from workbench.training.replay import updates
from workbench.training.team import ALONE, Team
from workbench.training.tokenising import IGNORED, TokenisedData

RESUME_PREFIX = "checkpoint-"
_COMPLETE = "complete"
"""File that is written last into a folder to resume from."""
_SHORT = 256
"""Tokens up to which plain attention is used on CPUs: there the fused one's backward pass
in bfloat16 takes a third of a step of a small model."""
_LOGS = 50
"""Points of the loss curve."""


class AnswerTrainer(SFTTrainer):
    """SFTTrainer with updates of its own and logits for answer tokens alone."""

    updates: Sequence[list[int]]
    """Rows of each update."""
    micro_batch_size: int | None
    """Rows held in memory at once; all of an update if ``None``."""
    team: Team
    """Processes that an update's rows are divided among."""

    def get_train_dataloader(self) -> Any:
        """Loads this process's rows of an update at a time."""
        rows: Any = self.train_dataset
        blank = len(rows) - 1
        updates = [self.team.share(update, blank) for update in self.updates]
        loader: Any = DataLoader(
            rows,
            batch_sampler=self.updates if self.team.size == 1 else updates,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )
        # Prepared for several processes, it would give whole updates to each in turn.
        return self.accelerator.prepare(loader) if self.team.size == 1 else loader

    def training_step(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """Gradients of an update, from one micro-batch after another; its loss."""
        step: Any = super().training_step
        rows = len(inputs["input_ids"])
        size = self.micro_batch_size or rows
        parts = [inputs]
        if rows > size:
            parts = [_rows(inputs, start, start + size) for start in range(0, rows, size)]
        if num_items_in_batch is None and (len(parts) > 1 or self.team.size > 1):
            own = (inputs["labels"][:, 1:] != IGNORED).sum().to(self.args.device)
            num_items_in_batch = self.accelerator.gather(own).sum()
        losses: list[torch.Tensor] = []
        for part in parts[:-1]:
            # Gradients are exchanged once an update: processes may have more or fewer parts.
            with self.accelerator.no_sync(model):
                losses.append(step(model, part, num_items_in_batch))
        losses.append(step(model, parts[-1], num_items_in_batch))
        return torch.stack(losses).sum()

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Mean cross-entropy of the answer tokens of an update.

        SFTTrainer's own head, made for large vocabularies on GPUs, takes more than half
        of a step of a small model on a CPU.
        """
        head = self.accelerator.unwrap_model(model).get_output_embeddings()
        total, count = summed_loss(model, head, inputs)
        if num_items_in_batch is None:
            return total / count.clamp(min=1)
        return total * self.accelerator.num_processes / num_items_in_batch

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        folder = Path(str(self.args.output_dir)) / f"{RESUME_PREFIX}{self.state.global_step}"
        try:
            with writing(folder):
                # SFTTrainer would write a model card each time.
                super(SFTTrainer, self)._save_checkpoint(model, trial)
                # Each process has saved the state of its random numbers.
                self.team.wait()
                if self.team.first:
                    (folder / _COMPLETE).touch()
        except StoreError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _rows(inputs: dict[str, torch.Tensor], start: int, end: int) -> dict[str, torch.Tensor]:
    """Some rows of a padded batch, without the columns that only the others need."""
    used = inputs["attention_mask"][start:end].any(0).nonzero()  # (T', 1)
    left, right = int(used[0]), int(used[-1]) + 1
    return {name: tensor[start:end, left:right] for name, tensor in inputs.items()}


class _Pace(TrainerCallback):
    """Reports progress, keeps step checkpoints, and saves now and then to resume from."""

    def __init__(
        self,
        recipe: Recipe,
        keep_step: Any,
        progress: ProgressCallback | None,
        resume_seconds: float,
        own: Team,
    ) -> None:
        self.recipe, self.keep_step, self.progress = recipe, keep_step, progress
        self.resume_seconds, self.team = resume_seconds, own
        self.saved = self.shown = self.began = time.monotonic()
        self.saving = self.keeping = 0.0
        self.first = 0

    def on_train_begin(self, args: Any, state: TrainerState, *rest: Any, **kwargs: Any) -> None:
        """Before the first update, or the first one after what is resumed."""
        self.began, self.first = time.monotonic(), state.global_step

    def seconds_per_update(self, state: TrainerState) -> float | None:
        """Mean time of an update, without what is done where a step is kept."""
        done = state.global_step - self.first
        return (time.monotonic() - self.began - self.keeping) / done if done else None

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """After each update."""
        now, step, last = time.monotonic(), state.global_step, state.max_steps
        every = self.recipe.save_every
        if every and step % every == 0 and step < last and self.team.first:
            self.keep_step(step, list(state.log_history))
            self.keeping += time.monotonic() - now
        # Saving a large model takes long: it may cost a twentieth of the time at most.
        due = now - self.saved >= max(self.resume_seconds, 20 * self.saving) and step < last
        if self.team.agree(due):
            # The log's running mean is not saved: a point of the curve closes it.
            control.should_log = control.should_save = True
            self.saved = now
        if self.progress and (step == last or now - self.shown >= 0.2):
            self.shown = now
            losses = [entry["loss"] for entry in state.log_history if "loss" in entry]
            loss = f", loss {losses[-1]:.2f}" if losses else ""
            self.progress(step, last, f"training {self.recipe.name}{loss}")

    def on_save(self, *args: Any, **kwargs: Any) -> None:
        """After a save to resume from."""
        now = time.monotonic()
        self.saving, self.saved = now - self.saved, now


def make_trainer(
    recipe: Recipe,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    data: TokenisedData,
    folder: Path,
    own: Team = ALONE,
) -> AnswerTrainer:
    """A trainer for the recipe that keeps what is needed to resume under ``folder``."""
    lengths = [len(ids) for ids in data.input_ids]
    ids, labels = data.input_ids, data.labels
    if own.size > 1:
        # The last row is for a process that has none of an update: nothing in it is learned.
        ids, labels = [*ids, ids[0]], [*labels, [IGNORED] * len(ids[0])]
    rows = Dataset.from_dict({"input_ids": ids, "labels": labels})
    if not torch.cuda.is_available() and max(lengths) <= _SHORT:
        model.set_attn_implementation("eager")
    arguments = SFTConfig(
        output_dir=str(folder),
        max_steps=recipe.steps,
        learning_rate=recipe.learning_rate,
        **_schedule(recipe),
        weight_decay=recipe.weight_decay,
        adam_beta1=recipe.betas[0],
        adam_beta2=recipe.betas[1],
        max_grad_norm=recipe.max_grad_norm,
        optim="adamw_torch_fused",
        seed=recipe.seed,
        bf16=in_bf16(recipe),
        use_cpu=not torch.cuda.is_available(),
        activation_checkpointing=recipe.activation_checkpointing,
        logging_steps=max(1, recipe.steps // _LOGS),
        disable_tqdm=True,
        report_to="none",
        save_strategy="no",
        save_total_limit=2,
        dataloader_pin_memory=torch.cuda.is_available(),
        ddp_find_unused_parameters=False,
        # The rows come tokenised, within max_length, and in their order.
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
    )
    # One process drives one GPU; torch's DataParallel, the default for several, is not for TRL.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    lora = lora_config(recipe.lora, model, tokenizer) if recipe.method == "lora" else None
    optimizer = None
    if lora is None and recipe.weights == "bfloat16":
        settings = {"lr": recipe.learning_rate, "betas": recipe.betas}
        optimizer = (StochasticAdamW, settings)
    trainer = AnswerTrainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        processing_class=tokenizer,
        peft_config=lora,
        optimizer_cls_and_kwargs=optimizer,
    )
    own.check_size(arguments.world_size)
    if recipe.quantisation:
        # SFTTrainer has rounded the adapters to bfloat16, whose steps are coarser than updates.
        for weight in _trained(trainer.model):
            weight.data = weight.data.float()
    trainer.updates = updates(recipe, data)
    trainer.team = own
    trainer.micro_batch_size = recipe.micro_batch_size
    trainer.remove_callback(PrinterCallback)
    return trainer


def _schedule(recipe: Recipe) -> dict[str, Any]:
    """The library's names for a schedule and where it ends."""
    end = recipe.final_learning_rate
    if not end:
        return {"lr_scheduler_type": recipe.schedule}
    if recipe.schedule == "linear":
        kwargs = {"lr_end": end, "power": 1.0}
        return {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": kwargs}
    return {"lr_scheduler_type": "cosine_with_min_lr", "lr_scheduler_kwargs": {"min_lr": end}}


def run_updates(
    trainer: AnswerTrainer,
    recipe: Recipe,
    keep_step: Any,
    progress: ProgressCallback | None,
    resume_seconds: float,
) -> dict[str, Any]:
    """All updates, from the last complete save on; loss curve and seconds an update.

    ``keep_step(step, history)`` is called where the recipe wants a checkpoint kept.
    """
    own = trainer.team
    pace = _Pace(recipe, keep_step, progress, resume_seconds, own)
    trainer.add_callback(pace)
    folder = Path(str(trainer.args.output_dir))
    newest = own.agree(discard_incomplete(folder) if own.first else None)
    trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    own.check_equal(
        sum(float(weight.detach().double().sum()) for weight in _trained(trainer.model))
    )
    facts: dict[str, Any] = {"curve": loss_curve(trainer.state.log_history)}
    if (seconds := pace.seconds_per_update(trainer.state)) is not None:
        facts["seconds_per_update"] = round(seconds, 4)
    return facts


def _trained(model: Any) -> Iterator[Any]:
    """The weights that updates change."""
    return (weight for weight in model.parameters() if weight.requires_grad)


def loss_curve(history: list[dict[str, float]]) -> list[dict[str, float]]:
    """Step, loss and learning rate of the trainer's log."""
    return [
        {
            "step": entry["step"],
            "loss": round(entry["loss"], 4),
            "learning_rate": entry["learning_rate"],
        }
        for entry in history
        if "loss" in entry
    ]


def discard_incomplete(folder: Path) -> Path | None:
    """Remove saves that a kill or a full disk cut short; the newest complete one."""
    complete = []
    for save in folder.glob(f"{RESUME_PREFIX}*"):
        if (save / _COMPLETE).exists():
            complete.append(save)
        else:
            shutil.rmtree(save, ignore_errors=True)
    return max(complete, key=lambda p: int(p.name.removeprefix(RESUME_PREFIX)), default=None)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What torch, safetensors and the system raise when a disk is full, as StoreError."""
    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(
            f"Writing {path}", reason, "Free some space or choose another folder; then start again"
        ) from error
