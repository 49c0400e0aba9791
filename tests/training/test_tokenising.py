from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from workbench.assets import asset
from workbench.errors import InputError, ModelError
from workbench.instructions import Example, read_examples
from workbench.prompts import Message
from workbench.training.chat_template import default_chat_template
from workbench.training.tokenising import IGNORED, budgeted_order, tokenise, update_order


@pytest.fixture
def tokenizer(random_tiny_base: Path) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(random_tiny_base)


def example(*texts: str) -> Example:
    roles = ("user", "assistant") * len(texts)
    messages = tuple(
        Message(role=role, content=text) for role, text in zip(roles, texts, strict=False)
    )
    return Example(messages=messages, language="en")


def test_loss_is_on_answers_and_their_end_token(tokenizer: PreTrainedTokenizerBase) -> None:
    data = tokenise([example("Where?", "In the forest.", "Who?", "The fox.")], tokenizer, 100)
    text = "<|user|>\nWhere?\n<|assistant|>\nIn the forest.<|end|>\n"
    text += "<|user|>\nWho?\n<|assistant|>\nThe fox.<|end|>\n"
    assert tokenizer.decode(data.input_ids[0]) == text
    learned = [label for label in data.labels[0] if label != IGNORED]
    assert tokenizer.decode(learned) == "In the forest.<|end|>The fox.<|end|>"
    assert all(
        label in (IGNORED, token)
        for token, label in zip(data.input_ids[0], data.labels[0], strict=True)
    )
    assert data.summary["answer_tokens"] == len(learned)


def test_the_default_template_is_the_tiny_worlds(tokenizer: PreTrainedTokenizerBase) -> None:
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Where?"},
        {"role": "assistant", "content": "Here."},
        {"role": "user", "content": "Who?"},
    ]
    own, tiny = (
        tokenizer.apply_chat_template(
            chat, chat_template=template, tokenize=False, add_generation_prompt=True
        )
        for template in (
            default_chat_template(),
            asset("tinyworld", "chat_template.jinja").read_text("utf-8"),
        )
    )
    assert own == tiny
    assert own.startswith("<|user|>\nBe brief.\nWhere?\n<|assistant|>\n")
    assert own.endswith("<|user|>\nWho?\n<|assistant|>\n")


def test_a_prompt_is_the_beginning_of_its_example(
    tokenizer: PreTrainedTokenizerBase, instructions: Path
) -> None:
    examples = [*read_examples(instructions), example("Spaces?", "\n  before and after \n")]
    data = tokenise(examples, tokenizer, 200)
    for one, ids, labels in zip(examples, data.input_ids, data.labels, strict=True):
        prompt = tokenizer.apply_chat_template(
            [one.messages[0].model_dump()], add_generation_prompt=True, return_dict=True
        )["input_ids"]
        assert ids[: len(prompt)] == prompt
        assert labels[: len(prompt)] == [IGNORED] * len(prompt)
        assert labels[len(prompt)] != IGNORED


def test_long_examples_are_left_out_and_counted(tokenizer: PreTrainedTokenizerBase) -> None:
    short, long = example("Who?", "The fox."), example("Who?", "The fox. " * 30)
    length = len(tokenise([long], tokenizer, 10_000).input_ids[0])
    limit = len(tokenise([short], tokenizer, 10_000).input_ids[0])
    data = tokenise([short, long, short], tokenizer, limit)
    assert data.summary["examples"] == 2
    assert data.too_long == [length]
    assert data.summary["longest_left_out"] == length > limit
    assert tokenise([long], tokenizer, length).summary["left_out"] == 0


def test_an_error_where_nothing_fits(tokenizer: PreTrainedTokenizerBase) -> None:
    with pytest.raises(InputError, match="more than max_length 5"):
        tokenise([example("Who?", "The fox.")], tokenizer, 5)


def test_a_template_that_refuses_an_example(tokenizer: PreTrainedTokenizerBase) -> None:
    tokenizer.chat_template = "{{ raise_exception('roles must alternate') }}"
    with pytest.raises(ModelError, match=r"examples 1 to 2: .*roles must alternate"):
        tokenise([example("Who?", "The fox.")] * 2, tokenizer, 100)


def test_each_example_comes_once_an_epoch() -> None:
    lengths = [5, 9, 2, 7, 3, 8]
    # 4 updates of 3 are 2 epochs of 6 examples, and one window.
    order = update_order(lengths, steps=4, batch_size=3, seed=0)
    assert [len(update) for update in order] == [3] * 4
    assert sorted(sum(order, [])) == sorted([0, 1, 2, 3, 4, 5] * 2)
    assert order != update_order(lengths, steps=4, batch_size=3, seed=1)
    assert order == update_order(lengths, steps=4, batch_size=3, seed=0)


def test_updates_are_full_with_fewer_examples_than_a_batch() -> None:
    order = sum(update_order([4, 4], steps=3, batch_size=5, seed=0), [])
    assert len(order) == 15
    # 15 = 7 epochs of 2 and one more.
    assert sorted((order.count(0), order.count(1))) == [7, 8]


def test_updates_hold_examples_of_like_length() -> None:
    lengths = list(range(64))
    updates = [sorted(u) for u in update_order(lengths, steps=4, batch_size=16, seed=0)]
    assert sorted(updates) == [list(range(start, start + 16)) for start in range(0, 64, 16)]
    assert updates != sorted(updates)


def test_updates_hold_as_many_examples_as_fit_their_tokens() -> None:
    lengths = [5, 9, 2, 7, 3, 8, 6, 4]
    updates = budgeted_order(lengths, steps=6, tokens=12, seed=0)
    assert len(updates) == 6
    taken = [lengths[index] for update in updates for index in update]
    assert all(sum(lengths[i] for i in update) <= 12 for update in updates)
    # An epoch is 44 tokens: none of its examples comes again before all have come, but for
    # those of the update in which it ends.
    stream = sum(updates, [])
    assert sorted(stream[:7]) != list(range(7)) and len(set(stream[:8])) >= 7
    # The example that did not fit opens the next update, which is sorted by length.
    for update in updates:
        assert [lengths[i] for i in update] == sorted(lengths[i] for i in update)
    assert updates == budgeted_order(lengths, steps=6, tokens=12, seed=0)
    assert updates[:4] == budgeted_order(lengths, steps=4, tokens=12, seed=0)
    assert updates != budgeted_order(lengths, steps=6, tokens=12, seed=1)
    assert sum(taken) > 6 * 12 / 2


def test_an_update_of_all_that_there_is() -> None:
    # 20 tokens hold the epoch of 9 twice, and no third: 9 + 9 + 4 are more.
    (update,) = budgeted_order([5, 4], steps=1, tokens=20, seed=0)
    assert sorted(update) == [0, 0, 1, 1]
    assert budgeted_order([5], steps=2, tokens=5, seed=0) == [[0], [0]]
