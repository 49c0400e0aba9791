from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file

from workbench.checkpoints import load_tokenizer, read_info
from workbench.errors import NotFoundError
from workbench.training.recipe import Recipe
from workbench.training.replay import replayed_texts, updates, with_replay
from workbench.training.tokenising import IGNORED, TokenisedData
from workbench.training.trainer import train, training_inputs

FIELDS = {"name": "r", "base": "b", "data": "d", "learning_rate": 1e-3, "steps": 4}


def recipe(**fields: Any) -> Recipe:
    return Recipe.model_validate({**FIELDS, "replay_data": "tinyworld", **fields})


def rows(examples: int, texts: int, text_length: int = 6) -> TokenisedData:
    """Examples of 4 tokens, and texts behind them."""
    ids = [[1, 2, 3, 4]] * examples + [[5] * text_length] * texts
    labels = [[IGNORED, IGNORED, 3, 4]] * examples + [[5] * text_length] * texts
    return TokenisedData(ids, labels, [], texts)


def test_each_update_has_its_share_of_texts() -> None:
    # A quarter of 6 is 1.5: one and two in turn, 6 of 24 in all.
    taken = updates(recipe(replay=0.25, batch_size=6), rows(examples=10, texts=3))

    assert [len(update) for update in taken] == [6, 6, 6, 6]
    assert [sum(row >= 10 for row in update) for update in taken] == [1, 2, 1, 2]
    # Six places for three texts, 18 for ten examples: each comes once before any comes again.
    plain = [row for update in taken for row in update if row >= 10]
    assert sorted(plain) == [10, 10, 11, 11, 12, 12]
    asked = [row for update in taken for row in update if row < 10]
    counts = [asked.count(row) for row in range(10)]
    assert sorted(counts) == [1] * 2 + [2] * 8
    assert taken != updates(recipe(replay=0.25, batch_size=6, seed=1), rows(10, 3))
    assert taken == updates(recipe(replay=0.25, batch_size=6), rows(10, 3))


def test_a_budget_of_tokens_is_shared() -> None:
    # 0.3 of 40 tokens are 12: two texts of 6; the other 28 hold seven examples of 4.
    shared = recipe(replay=0.3, tokens_per_update=40, max_length=8)
    taken = updates(shared, rows(examples=20, texts=5))

    assert len(taken) == 4
    assert [sum(row >= 20 for row in update) for update in taken] == [2] * 4
    assert [sum(row < 20 for row in update) for update in taken] == [7] * 4


def test_without_replay_updates_are_as_ever() -> None:
    from workbench.training.tokenising import budgeted_order, update_order

    plain = Recipe.model_validate({**FIELDS, "batch_size": 3})
    assert updates(plain, rows(10, 0)) == update_order([4] * 10, 4, 3, 0)
    budget = plain.model_copy(update={"tokens_per_update": 12, "max_length": 8})
    assert updates(budget, rows(10, 0)) == budgeted_order([4] * 10, 4, 12, 0)


def test_texts_are_cut_into_pieces_with_loss_on_all_tokens(random_tiny_base: Path) -> None:
    tokenizer = load_tokenizer(read_info(random_tiny_base))
    text = "The fox is red. " * 6
    ids = tokenizer(text)["input_ids"]
    data = with_replay(recipe(replay=0.5), rows(2, 0), [text], tokenizer, limit=10)

    pieces = data.input_ids[2:]
    assert [token for piece in pieces for token in piece] == ids[: sum(map(len, pieces))]
    assert len(ids) - sum(map(len, pieces)) <= 1
    assert max(map(len, pieces)) == 10 and min(map(len, pieces)) > 1
    assert data.labels[2:] == pieces
    assert data.texts == len(pieces)
    assert data.labels[:2] == rows(2, 0).labels
    # Two answers of two tokens; texts are counted by themselves.
    summary = data.summary
    assert (summary["examples"], summary["tokens"], summary["answer_tokens"]) == (2, 8, 4)
    assert (summary["texts"], summary["text_tokens"]) == (len(pieces), sum(map(len, pieces)))
    assert "texts" not in rows(2, 0).summary


def test_as_many_texts_are_read_as_are_used(random_tiny_base: Path) -> None:
    base = read_info(random_tiny_base)
    # 4 updates of 6 with a quarter: 6.
    assert len(replayed_texts(recipe(replay=0.25, batch_size=6), base)) == 6
    assert replayed_texts(recipe(), base) == []
    # 0.25 x 100 tokens x 4 updates are 100, for which 600 characters are read.
    budget = recipe(replay=0.25, tokens_per_update=100, max_length=64)
    texts = replayed_texts(budget, base)
    assert sum(map(len, texts[:-1])) < 600 <= sum(map(len, texts))


def test_the_hash_knows_what_is_replayed() -> None:
    plain = Recipe.model_validate(FIELDS)
    assert recipe().hash == plain.hash == Recipe.model_validate({**FIELDS, "replay": 0}).hash
    hashes = {plain.hash, recipe(replay=0.25).hash, recipe(replay=0.5).hash}
    assert len({*hashes, recipe(replay=0.25, replay_data="web.jsonl").hash}) == 4


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"replay": 0.25, "replay_data": None}, "replay needs replay_data"),
        ({"replay": 1.0}, "less than 1"),
        (
            {"replay": 0.5, "tokens_per_update": 1500, "max_length": 1000},
            "replay 0.5 leaves 750 of tokens_per_update 1500, less than an example",
        ),
    ],
)
def test_what_cannot_be_replayed_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe(**fields)


def test_training_replays(random_tiny_base: Path, instructions: Path, tmp_path: Path) -> None:
    texts = tmp_path / "web.jsonl"
    lines = [{"text": f"Le renard numéro {n} vit dans la forêt."} for n in range(8)]
    texts.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    fields = {"base": str(random_tiny_base), "data": str(instructions), "batch_size": 4}
    plain = Recipe.model_validate({**FIELDS, **fields, "name": "plain"})
    replayed = recipe(**fields, name="replayed", replay=0.5, replay_data=str(texts))
    folders = [train(one, tmp_path / "out") for one in (plain, replayed)]

    weights = [load_file(folder / "model.safetensors") for folder in folders]
    assert any(not torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    info = read_info(folders[1])
    # 4 updates of 4, half of them text: 8 texts.
    assert info.training["texts"] == 8
    base = read_info(random_tiny_base)
    inputs = training_inputs(replayed, base, [])
    assert info.training["replay"] == inputs["replay"]
    assert "replay" not in training_inputs(plain, base, [])
    # Other texts are another training, which the name is taken for.
    texts.write_text(texts.read_text("utf-8").replace("renard", "hibou"), "utf-8")
    assert training_inputs(replayed, base, [])["replay"] != inputs["replay"]


def test_texts_that_are_not_there_are_named(random_tiny_base: Path, tmp_path: Path) -> None:
    absent = recipe(replay=0.5, replay_data=str(tmp_path / "absent.jsonl"))
    with pytest.raises(NotFoundError, match=r"absent\.jsonl"):
        replayed_texts(absent, read_info(random_tiny_base))
