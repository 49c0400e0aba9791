"""What recipes set beside the basics: budgets of tokens, memory, mixes, dropped examples."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from workbench.checkpoints import load, read_info
from workbench.errors import InputError, ModelError, NotFoundError
from workbench.generation.decoding import Decoding
from workbench.generation.local import generate
from workbench.prompts import Message, Prompt, PromptSet
from workbench.training.observing import BetweenUpdates, TrainedStep
from workbench.training.recipe import Recipe
from workbench.training.sources import Sources
from workbench.training.trainer import recipe_examples, train


def changed(recipe: Recipe, **changes: object) -> Recipe:
    return Recipe.model_validate({**recipe.model_dump(), **changes})


def losses(folder: Path) -> list[float]:
    return [point["loss"] for point in read_info(folder).training["curve"]]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def test_a_budget_of_tokens(recipe: Recipe, tmp_path: Path) -> None:
    # The six English examples have 21, 25, 21, 22, 22 and 21 tokens. A budget of 132 holds all
    # of them, so that shuffling changes nothing but rounding; one of 66 holds two or three.
    def curve(tokens: int, seed: int) -> list[float]:
        budget = changed(recipe, tokens_per_update=tokens, max_length=40, seed=seed)
        return losses(train(budget, tmp_path / f"{tokens}-{seed}"))

    assert curve(132, 0) == pytest.approx(curve(132, 1), rel=0.02)
    assert curve(66, 0) != pytest.approx(curve(66, 1), rel=0.02)


@pytest.mark.parametrize("budget", [None, 66])
def test_memory_does_not_change_the_training(
    recipe: Recipe, tmp_path: Path, budget: int | None
) -> None:
    plain = changed(recipe, tokens_per_update=budget, max_length=40)
    micro = changed(plain, micro_batch_size=2)
    thrifty = changed(micro, activation_checkpointing=True)
    curves = [
        losses(train(each, tmp_path / str(number)))
        for number, each in enumerate((plain, micro, thrifty))
    ]
    # Only rounding differs, in bfloat16 where the machine has it.
    assert curves[1] == pytest.approx(curves[0], rel=0.01)
    assert curves[2] == pytest.approx(curves[1], rel=0.01)


def test_activations_are_checkpointed_under_lora_too(recipe: Recipe, tmp_path: Path) -> None:
    lora = changed(recipe, method="lora")
    plain, thrifty = (
        train(changed(lora, activation_checkpointing=on), tmp_path / str(on))
        for on in (False, True)
    )
    assert losses(thrifty) == pytest.approx(losses(plain), rel=0.01)
    assert all(tensor.abs().max() > 0 for tensor in weights(thrifty).values())


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # Six steps from .003 to .0006: .0004 a step.
        ("linear", [0.003, 0.0026, 0.0022, 0.0018, 0.0014, 0.001]),
        # .0006 + .0024 * (1 + cos(pi * step / 6)) / 2: the cosines are 1, .866, .5, 0 and so on.
        ("cosine", [0.003, 0.0028392, 0.0024, 0.0018, 0.0012, 0.0007608]),
    ],
)
def test_the_rate_falls_to_the_final_one(
    recipe: Recipe, tmp_path: Path, schedule: str, expected: list[float]
) -> None:
    folder = train(changed(recipe, schedule=schedule, final_learning_rate=6e-4), tmp_path)
    curve = read_info(folder).training["curve"]
    assert [point["learning_rate"] for point in curve] == pytest.approx(expected, rel=1e-4)


def test_weights_in_bfloat16_learn_and_are_reproducible(recipe: Recipe, tmp_path: Path) -> None:
    half = changed(recipe, weights="bfloat16", steps=60)
    folder = train(half, tmp_path / "a")
    assert {tensor.dtype for tensor in weights(folder).values()} == {torch.bfloat16}
    assert losses(folder)[-1] < 0.5 < losses(folder)[0]
    decoding = Decoding(max_new_tokens=20, repetition_penalty=1.0)
    question = [Message(role="user", content="What colour is the fox?")]
    ((_, answer),) = generate(load(read_info(folder)), [question], decoding)
    assert (answer.text, answer.finish_reason) == ("The fox is red.", "stop")
    short = changed(half, steps=8)
    once, again = (weights(train(short, tmp_path / part)) for part in "bc")
    assert all(torch.equal(again[name], tensor) for name, tensor in once.items())


def test_weights_in_bfloat16_resume(recipe: Recipe, tmp_path: Path) -> None:
    half = changed(recipe, weights="bfloat16", steps=12, save_every=7)

    class Stopped(Exception):
        pass

    def stop(step: TrainedStep) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        train(half, tmp_path / "a", between=BetweenUpdates(observe=stop, resume_seconds=0.0))
    assert any((tmp_path / "a" / ".own.partial").glob("checkpoint-*/complete"))
    steps: list[int] = []
    resumed = train(half, tmp_path / "a", lambda done, *_: steps.append(done))
    whole = weights(train(half, tmp_path / "b"))
    assert steps[0] > 1
    assert all(torch.equal(weights(resumed)[name], tensor) for name, tensor in whole.items())


def test_a_pinch_of_other_languages(recipe: Recipe, tmp_path: Path) -> None:
    # Of 8 examples, a quarter French: 2, and 6 English.
    mixed = changed(recipe, mix={"fr": 0.25}, size=8)
    assert Counter(e.language for e in recipe_examples(mixed)) == {"en": 6, "fr": 2}
    assert read_info(train(mixed, tmp_path)).training["examples"] == 8


def test_examples_that_repeat_prompts_are_dropped(recipe: Recipe, tmp_path: Path) -> None:
    asked = Prompt(
        parallel_id="1",
        language="en",
        messages=(Message(role="user", content="is the snake SLOW"),),
    )
    path = tmp_path / "test.jsonl"
    path.write_text(asked.model_dump_json() + "\n", "utf-8")
    dropping = changed(recipe, drop_overlap_with=[str(path)])
    assert read_info(train(dropping, tmp_path / "a")).training["examples"] == 5
    # By a name that the caller knows, as those in a workspace's store.
    named = changed(recipe, drop_overlap_with=["alpaca"])
    known = {"alpaca": PromptSet(name="alpaca", prompts=(asked,))}
    folder = train(named, tmp_path / "b", sources=Sources(prompt_sets=known.__getitem__))
    assert read_info(folder).training["examples"] == 5
    with pytest.raises(NotFoundError, match="Prompt set 'alpaca'"):
        train(named, tmp_path / "c")


def test_a_chat_template_goes_with_the_checkpoint(recipe: Recipe, tmp_path: Path) -> None:
    template = tmp_path / "own.jinja"
    template.write_text(
        "{% for m in messages %}{{ '<|' + m.role + '|>' }}{% if m.role == 'assistant' %}"
        "{% generation %}{{ m.content + eos_token }}{% endgeneration %}"
        "{% else %}{{ m.content }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}",
        "utf-8",
    )
    own = changed(recipe, chat_template=str(template), steps=60)
    folder = train(own, tmp_path)
    loaded = load(read_info(folder))
    assert loaded.tokenizer.chat_template == template.read_text("utf-8")
    decoding = Decoding(max_new_tokens=20, repetition_penalty=1.0)
    question = [Message(role="user", content="What colour is the fox?")]
    ((_, answer),) = generate(loaded, [question], decoding)
    assert (answer.text, answer.finish_reason) == ("The fox is red.", "stop")
    template.write_text(template.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(InputError, match="trained with another chat_template"):
        train(own, tmp_path)


def test_tokens_to_train_must_be_known(recipe: Recipe, tmp_path: Path) -> None:
    lora = changed(recipe, method="lora", lora={"train_tokens": ["<|user|>", "<|im_end|>"]})
    with pytest.raises(ModelError, match=r"it has no token <\|im_end\|>\."):
        train(lora, tmp_path)


def test_trained_tokens_of_a_tied_embedding(recipe: Recipe, tmp_path: Path) -> None:
    lora = changed(recipe, method="lora", lora={"train_tokens": ["<|user|>"]})
    folder = train(lora, tmp_path)
    config = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    tokenizer = load(read_info(folder)).tokenizer
    rows = {tuple(rows) for rows in config["trainable_token_indices"].values()}
    assert rows == {(tokenizer.convert_tokens_to_ids("<|user|>"),)}
