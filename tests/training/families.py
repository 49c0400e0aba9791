"""Tiny random bases of the families that presets are for, with the families' own tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

NEWLINES_TOGETHER = r" ?[\p{L}\p{N}]+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""Where Llama 3 and Qwen cut: newlines are one piece, whatever comes after them."""
TEXTS = (
    "What colour is the fox? The fox is red.",
    "Where does the owl live? The owl lives in the forest.",
    "What does the horse eat? The horse eats grass.",
    "De quelle couleur est le renard ? Le renard est roux.",
    "user model assistant system [INST] [/INST] <<SYS>> <</SYS>>\n\n",
)


@dataclass(frozen=True)
class Family:
    """A model family's architecture and tokens."""

    config: Callable[..., transformers.PretrainedConfig]
    tied: bool
    bos: str | None
    eos: str
    others: tuple[str, ...]
    """Further special tokens of the base."""
    spaces: str
    """How its tokenizer writes spaces: ``bytes``, ``metaspace`` or ``prefixed``."""


FAMILIES = {
    "llama-2": Family(
        transformers.LlamaConfig, False, "<s>", "</s>", ("<unk>",), spaces="prefixed"
    ),
    "mistral": Family(
        transformers.MistralConfig,
        False,
        "<s>",
        "</s>",
        ("<unk>", "[INST]", "[/INST]"),
        spaces="metaspace",
    ),
    "chatml": Family(
        transformers.Qwen3Config,
        False,
        None,
        "<|endoftext|>",
        ("<|im_start|>", "<|im_end|>"),
        spaces="bytes",
    ),
    "gemma": Family(
        transformers.Gemma2Config,
        True,
        "<bos>",
        "<eos>",
        ("<pad>", "<unk>", "<start_of_turn>", "<end_of_turn>"),
        spaces="metaspace",
    ),
    "llama-3": Family(
        transformers.LlamaConfig,
        False,
        "<|begin_of_text|>",
        "<|end_of_text|>",
        ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        spaces="bytes",
    ),
}
"""By the name of their chat template."""


def make_tokenizer(family: Family) -> transformers.PreTrainedTokenizerFast:
    """A BPE of a few lines that writes spaces and begins texts as the family's does."""
    special = [token for token in (family.bos, family.eos, *family.others) if token]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>" if "<unk>" in special else None))
    if family.spaces == "bytes":
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(NEWLINES_TOGETHER), behavior="isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:
        steps = [normalizers.Replace(" ", "▁")]
        if family.spaces == "prefixed":
            steps.insert(0, normalizers.Prepend("▁"))
        tokenizer.normalizer = normalizers.Sequence(steps)
        # A piece has its space in front, never behind.
        tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", behavior="merged_with_next")
        tokenizer.decoder = decoders.Replace("▁", " ")
        alphabet = []
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS * 4, trainer)
    if family.bos:
        # As the real ones do: a template that writes it must not get a second one.
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{family.bos} $A", special_tokens=[(family.bos, special.index(family.bos))]
        )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=family.bos,
        eos_token=family.eos,
        pad_token="<pad>" if "<pad>" in special else None,
        unk_token="<unk>" if "<unk>" in special else None,
        clean_up_tokenization_spaces=False,
    )


def make_family_base(folder: Path, name: str) -> Path:
    """A model of 2 layers of 64 with random weights; its tokenizer has no chat template."""
    family = FAMILIES[name]
    tokenizer = make_tokenizer(family)
    torch.manual_seed(0)
    config = family.config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        intermediate_size=128,
        max_position_embeddings=256,
        tie_word_embeddings=family.tied,
        # Wider than usual, or adapters could not make a token likely by a frozen output layer.
        initializer_range=0.2,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
