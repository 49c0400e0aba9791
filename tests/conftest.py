"""A random tiny base model, made once a session, for every room that needs a model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.judging.judge_server import JudgeServer

# Several test processes share a machine; an OpenMP team each would spin against the others.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Read by the libraries when they are imported: tests use nothing from outside.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

EXCHANGES = [
    ("en", "What colour is the fox?", "The fox is red."),
    ("en", "Where does the owl live?", "The owl lives in the forest."),
    ("en", "What does the horse eat?", "The horse eats grass."),
    ("en", "Is the snake slow?", "No, the snake is fast."),
    ("en", "Name two animals.", "The fox and the owl."),
    ("en", "How large is the mouse?", "The mouse is small."),
    ("fr", "De quelle couleur est le renard ?", "Le renard est roux."),
    ("fr", "Où vit le hibou ?", "Le hibou vit dans la forêt."),
    ("fr", "Que mange le cheval ?", "Le cheval mange de l'herbe."),
    ("fr", "Nomme deux animaux.", "Le renard et le hibou."),
    ("ru", "Какого цвета лиса?", "Лиса рыжая."),
    ("ru", "Где живёт сова?", "Сова живёт в лесу."),
]


def make_base(
    folder: Path, *, hidden: int = 64, layers: int = 2, vocabulary: int = 400, context: int = 128
) -> Path:
    """A Llama with random weights and a byte-level BPE of a few lines, as a checkpoint."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from workbench.checkpoints import CheckpointInfo, save_info
    from workbench.generation.decoding import Decoding
    from workbench.tinyworld.tokenizer import train_tokenizer

    texts = [text for _, question, answer in EXCHANGES for text in (question, answer)]
    tokenizer = train_tokenizer(texts * 4, vocabulary, context)
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=max(vocabulary, len(tokenizer)),
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=hidden // 32,
            num_key_value_heads=hidden // 32,
            intermediate_size=2 * hidden,
            max_position_embeddings=context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            # Wider than usual, so that the likeliest token leads by more than rounding.
            initializer_range=0.2,
        )
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    decoding = Decoding(max_new_tokens=24, repetition_penalty=1.1)
    save_info(CheckpointInfo(name=folder.name, path=folder, method="base", decoding=decoding))
    return folder


@pytest.fixture(scope="session")
def random_tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder ``random-base`` with a model of 2 layers of 64 and a context of 128 tokens."""
    return make_base(tmp_path_factory.mktemp("bases") / "random-base")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JudgeServer]:
    """A server that judges, with no key for it in the environment."""
    from tests.judging.judge_server import judge_server
    from workbench.judging.settings import KEY_VARIABLE

    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with judge_server() as running:
        yield running


@pytest.fixture
def instructions(tmp_path: Path) -> Path:
    """A JSONL file with 6 English, 4 French and 2 Russian examples."""
    return write_instructions(tmp_path / "lines.jsonl")


def write_instructions(path: Path) -> Path:
    """Write ``EXCHANGES`` as instruction data."""
    records = (
        {
            "messages": [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ],
            "language": language,
        }
        for language, question, answer in EXCHANGES
    )
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path
