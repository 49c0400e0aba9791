"""What must not change a training: how an update is cut, where the loss is, how adapters lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import log_softmax

from tests.training.families import FAMILIES, make_family_base
from workbench.checkpoints import load, load_tokenizer, read_info
from workbench.training.chat_template import mark_answers
from workbench.training.recipe import Recipe
from workbench.training.trainer import train

TEMPLATES = [*((name, name) for name in FAMILIES), ("chatml", None)]
"""A family's base with its template, and one that gets the default template."""
CHATS = [
    ["Be brief.", "Where does the owl live?", "In the forest.", "And the fox?", "There too."],
    ["Be kind.", "What does the horse eat?", "Grass."],
]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("families")
    return {name: make_family_base(folder / name, name) for name in FAMILIES}


def written(path: Path, chats: list[list[dict[str, str]]]) -> str:
    lines = (json.dumps({"messages": chat, "language": "en"}) + "\n" for chat in chats)
    path.write_text("".join(lines), "utf-8")
    return str(path)


def changed(recipe: Recipe, **changes: object) -> Recipe:
    """With arithmetic in float32 on every machine: equal means equal."""
    return Recipe.model_validate({**recipe.model_dump(), "compute": "float32", **changes})


def losses(folder: Path) -> list[float]:
    return [point["loss"] for point in read_info(folder).training["curve"]]


def answer_losses(base: Path, template: str | None, chat: list[dict[str, str]]) -> list[float]:
    """Nats of each answer token of a chat, from the model's logits.

    Answers are found by the prompts in front of them, and reach to the next end token.
    """
    tokenizer: Any = load_tokenizer(read_info(base))
    mark_answers(tokenizer, template)
    model = load(read_info(base)).model

    def ids_of(messages: list[dict[str, str]], prompt: bool) -> list[int]:
        rendered = tokenizer.apply_chat_template(
            messages, add_generation_prompt=prompt, return_dict=True
        )
        return list(rendered["input_ids"])

    ids = ids_of(chat, prompt=False)
    scores = log_softmax(model(torch.tensor([ids])).logits[0], -1)  # (T, V)
    found = []
    for turn, message in enumerate(chat):
        if message["role"] == "assistant":
            start = len(ids_of(chat[:turn], prompt=True))
            end = ids.index(tokenizer.eos_token_id, start) + 1
            found += [-float(scores[place - 1, ids[place]]) for place in range(start, end)]
    return found


@pytest.mark.parametrize("method", ["full", "lora"])
def test_one_example_eight_times_is_eight_at_once(
    recipe: Recipe, tmp_path: Path, method: str
) -> None:
    # Answers of 1 to 8 words: the mean of the examples' means is not the mean over tokens.
    # Questions of 8 to 1: as all examples are of one length, an update takes them all.
    chats = [
        [
            {"role": "user", "content": " ".join(["fox"] * (9 - words))},
            {"role": "assistant", "content": " ".join(["fox"] * words)},
        ]
        for words in range(1, 9)
    ]
    data = written(tmp_path / "uneven.jsonl", chats)
    eight = changed(recipe, data=data, method=method, batch_size=8, steps=8)
    one = changed(eight, micro_batch_size=1)
    together, apart = (losses(train(r, tmp_path / str(r.micro_batch_size))) for r in (eight, one))
    assert len(together) == 8
    assert together[-1] < together[0] - 0.1
    assert apart == pytest.approx(together, abs=3e-4)
    by_example = [answer_losses(Path(recipe.base), None, chat) for chat in chats]
    tokens = [loss for example in by_example for loss in example]
    mean_of_means = sum(sum(example) / len(example) for example in by_example) / 8
    assert apart[0] == pytest.approx(sum(tokens) / len(tokens), abs=3e-4)
    assert abs(mean_of_means - apart[0]) > 0.01


@pytest.mark.parametrize(("family", "template"), TEMPLATES)
def test_the_loss_is_that_of_answer_tokens_alone(
    recipe: Recipe, bases: dict[str, Path], tmp_path: Path, family: str, template: str | None
) -> None:
    # Two chats of unlike length in a batch, so that there is padding; one has two answers.
    roles = ("system", "user", "assistant", "user", "assistant")
    chats = [
        [{"role": role, "content": text} for role, text in zip(roles, chat, strict=False)]
        for chat in CHATS
    ]
    data = written(tmp_path / "chats.jsonl", chats)
    once = changed(
        recipe,
        base=str(bases[family]),
        data=data,
        chat_template=template,
        max_length=256,
        steps=1,
        batch_size=2,
    )
    tokens = [loss for chat in chats for loss in answer_losses(bases[family], template, chat)]
    folder = train(once, tmp_path)
    assert read_info(folder).training["answer_tokens"] == len(tokens)
    assert losses(folder) == [pytest.approx(sum(tokens) / len(tokens), abs=3e-4)]


@pytest.fixture(params=["tiny", "llama-2", "gemma", "llama-3"])
def lora(
    request: pytest.FixtureRequest, recipe: Recipe, bases: dict[str, Path]
) -> Iterator[Recipe]:
    """A LoRA of the tiny base or a family's; gemma's embeddings are tied, llama-3's are not."""
    family = None if request.param == "tiny" else request.param
    markers = {
        "gemma": ("<start_of_turn>", "<end_of_turn>"),
        "llama-3": ("<|start_header_id|>", "<|eot_id|>"),
    }
    yield changed(
        recipe,
        base=str(bases[family]) if family else recipe.base,
        chat_template=family,
        method="lora",
        learning_rate=1e-2,
        lora={"train_tokens": markers.get(request.param, ())},
    )


def test_a_merged_lora_is_the_applied_one(lora: Recipe, tmp_path: Path) -> None:
    ids = torch.arange(5, 45).view(2, 20)
    base = load(read_info(Path(lora.base))).model(ids).logits
    adapted = load(read_info(train(lora, tmp_path))).model
    applied = adapted(ids).logits
    assert (applied - base).abs().max() > 0.1
    merged = adapted.merge_and_unload()
    assert not any("lora" in name for name, _ in merged.named_parameters())
    assert torch.allclose(merged(ids).logits, applied, atol=1e-4)
    # A training upon it begins at the merged weights; at this rate it stays there.
    still = changed(
        lora, name="still", base="own", method="full", learning_rate=1e-12, steps=1, lora={}
    )
    info = read_info(train(still, tmp_path))
    assert info.method == "full"
    assert torch.allclose(load(info).model(ids).logits, applied, atol=1e-4)
