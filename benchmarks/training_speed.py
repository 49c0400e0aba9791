"""Training: the workbench against a plain TRL SFTTrainer script, in one run.

    python -m benchmarks.training_speed [--repeats N] [--threads N]
    python -m benchmarks.training_speed --preset llama-2-13b-lora

Both train the same base on the same examples by the same recipe: batch, learning rate and
schedule, max_length, loss on answers alone, precision, no packing. First both take the
same batches, and their losses are checked equal at each step. Then they are timed in turn,
and so is TRL with the batches that it draws itself. Tokens are those of prompts and
answers, without padding; seconds are those of the updates.

Presets are trained at their real size with random weights, for which a GPU is needed;
memory and the share of the GPU's peak are printed as well.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from transformers import AutoConfig, AutoModelForCausalLM, PrinterCallback
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from benchmarks.training_cases import SHAPES, Case, preset_case, tiny_case
from workbench.checkpoints import quiet_libraries
from workbench.training.lora import lora_config
from workbench.training.precision import in_bf16
from workbench.training.recipe import load_recipe
from workbench.training.replay import updates
from workbench.training.sft import make_trainer, run_updates
from workbench.training.tokenising import tokenise

TINY = ("tiny-full-good", "tiny-lora-good")
STEPS, PRESET_STEPS = 40, 4
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12}
"""Operations a second in bfloat16, dense, as the vendor states them."""


@dataclass(frozen=True)
class Measured:
    """One side's training."""

    losses: list[float]
    """By step."""
    seconds: float
    processor_seconds: float
    memory: int | None
    """Bytes of the GPU at most; ``None`` without one."""


Side = Callable[[Case, Path], Measured]


def main() -> None:
    """Check, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--repeats", type=int, default=5, help="timed trainings of each side; 0 only checks"
    )
    parser.add_argument("--threads", type=int, default=1, help="threads of each training")
    parser.add_argument("--preset", help="a preset to train at real size with random weights")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    disable_progress_bars()
    if options.preset is None:
        for name in TINY:
            compare(tiny_case(name, STEPS), options.repeats)
        return
    recipe = load_recipe(Path(options.preset))
    if recipe.base not in SHAPES:
        sys.exit(f"The shape of {recipe.base} is not known here; known: {', '.join(SHAPES)}")
    if not torch.cuda.is_available():
        sys.exit("A preset at real size needs a GPU")
    with preset_case(recipe, SHAPES[recipe.base], PRESET_STEPS) as case:
        compare(case, options.repeats)


def compare(case: Case, repeats: int) -> None:
    """Check that both sides train the same, time them in turn and print."""
    recipe = case.recipe
    print(
        f"\n{recipe.name}: {recipe.steps} updates of {recipe.batch_size} examples, "
        f"{case.tokens:,} tokens, {'bfloat16' if in_bf16(recipe) else 'float32'}"
    )
    sides: dict[str, Side] = {
        "workbench": train_ours,
        "TRL, the same batches": train_plain,
        "TRL, its own batches": train_plain_shuffled,
    }
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    check(case, run(train_ours, case), run(train_plain, case))
    for repeat in range(repeats):
        # Each side comes first, second and third in turn.
        names = [*sides][repeat % 3 :] + [*sides][: repeat % 3]
        for name in names:
            found[name].append(run(sides[name], case))
    if repeats == 0:
        return
    ours = found["workbench"]
    print(f"{'':24}tokens/s  ours is   tokens/processor s  ours is")
    for name, runs in found.items():
        wall, cpu = (
            [getattr(each, field) for each in runs] for field in ("seconds", "processor_seconds")
        )
        against = median(t / own.seconds for t, own in zip(wall, ours, strict=True))
        spent = median(t / own.processor_seconds for t, own in zip(cpu, ours, strict=True))
        print(
            f"  {name:22}{case.tokens / median(wall):8,.0f} {against:7.2f}x"
            f"{case.tokens / median(cpu):21,.0f} {spent:7.2f}x{_on_gpu(case, runs)}"
        )


def check(case: Case, ours: Measured, theirs: Measured) -> None:
    """Losses are the same at each step, to the case's tolerance."""
    assert len(ours.losses) == len(theirs.losses) == case.recipe.steps, "losses are missing"
    worst = max(
        abs(own - other) / abs(other) for own, other in zip(ours.losses, theirs.losses, strict=True)
    )
    assert worst <= case.tolerance, f"losses differ by {worst:.2g} at worst"
    print(
        f"  losses of all {len(ours.losses)} steps agree: {worst:.1g} apart at worst, "
        f"{case.tolerance:g} allowed; the last one is {ours.losses[-1]:.4f}"
    )


def train_ours(case: Case, folder: Path) -> Measured:
    """By the workbench's own trainer."""
    model: Any = _model(case)
    data = tokenise(case.examples, case.tokenizer, case.recipe.max_length)
    trainer = make_trainer(case.recipe, model, case.tokenizer, data, folder)
    never = float("inf")
    return _measure(trainer, lambda: run_updates(trainer, case.recipe, None, None, never))


def train_plain(case: Case, folder: Path) -> Measured:
    """By SFTTrainer, with the batches of the workbench."""
    data = tokenise(case.examples, case.tokenizer, case.recipe.max_length)
    rows = [row for update in updates(case.recipe, data) for row in update]
    return _plain(case, folder, rows, "sequential")


def train_plain_shuffled(case: Case, folder: Path) -> Measured:
    """By SFTTrainer as it is."""
    return _plain(case, folder, list(range(len(case.examples))), "random")


def _plain(case: Case, folder: Path, rows: list[int], sampling: str) -> Measured:
    recipe = case.recipe
    chats = [[message.model_dump() for message in case.examples[row].messages] for row in rows]
    model: Any = _model(case)
    micro = recipe.micro_batch_size or recipe.batch_size
    schedule: dict[str, Any] = {"lr_scheduler_type": recipe.schedule}
    if recipe.final_learning_rate:
        end = {"lr_end": recipe.final_learning_rate, "power": 1.0}
        schedule = {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": end}
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=str(folder),
            max_steps=recipe.steps,
            per_device_train_batch_size=micro,
            gradient_accumulation_steps=recipe.batch_size // micro,
            learning_rate=recipe.learning_rate,
            **schedule,
            weight_decay=recipe.weight_decay,
            adam_beta1=recipe.betas[0],
            adam_beta2=recipe.betas[1],
            max_grad_norm=recipe.max_grad_norm,
            seed=recipe.seed,
            bf16=in_bf16(recipe),
            use_cpu=not torch.cuda.is_available(),
            activation_checkpointing=recipe.activation_checkpointing,
            max_length=recipe.max_length,
            assistant_only_loss=True,
            packing=False,
            train_sampling_strategy=sampling,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=torch.cuda.is_available(),
        ),
        train_dataset=Dataset.from_dict({"messages": chats}),
        processing_class=case.tokenizer,
        peft_config=lora_config(recipe.lora, model, case.tokenizer)
        if recipe.method == "lora"
        else None,
    )
    trainer.remove_callback(PrinterCallback)
    return _measure(trainer, trainer.train)


def _model(case: Case) -> Any:
    model: Any = AutoModelForCausalLM.from_pretrained(case.model, dtype=case.dtype)
    return model.to("cuda" if torch.cuda.is_available() else "cpu")


def _measure(trainer: Any, work: Callable[[], Any]) -> Measured:
    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    start, spent = time.perf_counter(), time.process_time()
    work()
    if on_gpu:
        torch.cuda.synchronize()
    seconds, processor = time.perf_counter() - start, time.process_time() - spent
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    memory = torch.cuda.max_memory_allocated() if on_gpu else None
    return Measured(losses, seconds, processor, memory)


def run(side: Side, case: Case) -> Measured:
    """One training by one side, in a folder of its own."""
    # The model and the optimiser of the side before would take their part of the memory.
    gc.collect()
    torch.cuda.empty_cache()
    with tempfile.TemporaryDirectory() as folder, quiet_libraries():
        return side(case, Path(folder))


def _on_gpu(case: Case, runs: list[Measured]) -> str:
    """Memory, and the share of the peak that the weights' own multiplications take."""
    if runs[0].memory is None:
        return ""
    written = f"   {max(each.memory or 0 for each in runs) / 2**30:.1f} GiB"
    name = torch.cuda.get_device_name()
    peak = next((value for part, value in PEAKS.items() if part in name), None)
    if peak is None:
        return f"{written}, the peak of {name} is not known here"
    seconds = median(each.seconds for each in runs)
    return f"{written}, {operations(case) / seconds / peak:.0%} of {name}'s peak"


def operations(case: Case) -> float:
    """Multiplications and additions of the layers' weights, for each token of the examples.

    Two a weight forward, two for the gradients of what comes in, and two for those of the
    weights, which LoRA does not need. Attention, the output layer and activations that are
    computed a second time are not counted.
    """
    with torch.device("meta"):
        auto: Any = AutoModelForCausalLM
        model = auto.from_config(AutoConfig.from_pretrained(case.model))
    weights: int = sum(p.numel() for n, p in model.named_parameters() if "layers." in n)
    return (6 if case.recipe.method == "full" else 4) * weights * case.tokens


if __name__ == "__main__":
    main()
