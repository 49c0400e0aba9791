from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from tests.training.families import FAMILIES, make_tokenizer
from workbench.assets import asset
from workbench.errors import ModelError, NotFoundError
from workbench.training.chat_template import (
    default_chat_template,
    find_chat_template,
    mark_answers,
    set_chat_template,
)

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Where?"},
    {"role": "assistant", "content": "Here."},
    {"role": "user", "content": "Who?"},
]
# With system text, and ready for the second answer.
PROMPTS = {
    "llama-2": "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nWhere? [/INST] Here. </s>"
    "<s>[INST] Who? [/INST]",
    "mistral": "<s>[INST] Be brief.\n\nWhere?[/INST] Here.</s>[INST] Who?[/INST]",
    "chatml": "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhere?<|im_end|>\n"
    "<|im_start|>assistant\nHere.<|im_end|>\n<|im_start|>user\nWho?<|im_end|>\n"
    "<|im_start|>assistant\n",
    "gemma": "<bos><start_of_turn>user\nBe brief.\n\nWhere?<end_of_turn>\n<start_of_turn>model\n"
    "Here.<end_of_turn>\n<start_of_turn>user\nWho?<end_of_turn>\n<start_of_turn>model\n",
    "llama-3": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nWhere?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\nHere.<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nWho?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
}


@pytest.fixture
def tokenizer(random_tiny_base: Path) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(random_tiny_base)


def test_every_shipped_template_is_one_of_a_family() -> None:
    assert {path.stem for path in asset("chat_templates").glob("*")} == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_prompts_look_as_the_family_has_them(name: str) -> None:
    tokenizer = make_tokenizer(FAMILIES[name])
    set_chat_template(tokenizer, name)
    assert PROMPTS[name] == tokenizer.apply_chat_template(
        CHAT, tokenize=False, add_generation_prompt=True
    )


def test_a_template_replaces_the_bases_own_in_training_alone(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    own = tmp_path / "own.jinja"
    text = "{% for m in messages %}<|user|>{% generation %}{{ m.content }}<|end|>"
    own.write_text(text + "{% endgeneration %}{% endfor %}", "utf-8")
    before = tokenizer.chat_template
    set_chat_template(tokenizer, str(own))
    assert tokenizer.chat_template == before
    mark_answers(tokenizer, str(own))
    assert tokenizer.chat_template.startswith("{% for m in messages %}<|user|>")


def test_the_token_that_closes_answers_ends_them() -> None:
    tokenizer = make_tokenizer(FAMILIES["chatml"])
    assert tokenizer.eos_token == "<|endoftext|>"
    # As a base that was asked with the template of its tuned checkpoints.
    set_chat_template(tokenizer, "chatml")
    assert tokenizer.eos_token == "<|im_end|>"


def test_a_base_without_template_gets_the_default_one(tokenizer: PreTrainedTokenizerBase) -> None:
    tokenizer.chat_template = None
    mark_answers(tokenizer)
    assert tokenizer.chat_template == default_chat_template()
    tokenizer.chat_template = tokenizer.eos_token = None
    with pytest.raises(ModelError, match="neither a chat template nor an end token"):
        set_chat_template(tokenizer)


def test_a_template_that_trl_knows_gets_markers() -> None:
    from trl.chat_template_utils import gemma_chat_template

    tokenizer = make_tokenizer(FAMILIES["gemma"])
    tokenizer.chat_template = gemma_chat_template
    mark_answers(tokenizer)
    assert "{%- generation -%}" in tokenizer.chat_template
    assert tokenizer.eos_token == "<end_of_turn>"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ messages[0].content }}", "does not mark which tokens are answers"),
        (
            "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
            "its answers end with no special token",
        ),
        ("{% generation %}{{ messages[9].content + 1 }}{% endgeneration %}", "cannot be rendered"),
        ("{% generation %}{{ no_token + '' }}{% endgeneration %}", "cannot be rendered"),
        ("{% generation %}{% endfor %}", "cannot be rendered"),
    ],
)
def test_templates_that_cannot_be_trained_with(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path, template: str, message: str
) -> None:
    path = tmp_path / "own.jinja"
    path.write_text(template, "utf-8")
    with pytest.raises(ModelError, match=message):
        mark_answers(tokenizer, str(path))


def test_a_template_of_another_family_is_refused(tokenizer: PreTrainedTokenizerBase) -> None:
    with pytest.raises(ModelError, match="end with no special token of this tokenizer"):
        mark_answers(tokenizer, "chatml")


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="'llama-4'.*chatml, gemma, llama-2"):
        find_chat_template("llama-4")
