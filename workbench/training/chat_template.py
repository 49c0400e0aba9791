"""The chat template of training, which chat and batches use as well."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from workbench.assets import Shipped
from workbench.errors import ModelError
from workbench.files import read_text

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CHAT_TEMPLATES = Shipped("Chat template", ("chat_templates",), "Jinja", (".jinja",))
_MARKER = re.compile(r"{%-?\s*generation\s*-?%}")
_PROBE = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


def default_chat_template() -> str:
    """The template given to bases without one; it ends each turn with their end token."""
    return files("workbench.training").joinpath("chat_template.jinja").read_text(encoding="utf-8")


def find_chat_template(name: str) -> str:
    """A template of ``assets/chat_templates`` by its name, or a Jinja file.

    Raises NotFoundError where there is neither.
    """
    return read_text(CHAT_TEMPLATES.file(name))


def set_chat_template(tokenizer: PreTrainedTokenizerBase, template: str | None = None) -> None:
    """Give a tokenizer without a chat template one: ``template``, or the default.

    ``template`` is what ``find_chat_template`` knows. Raises ModelError where the tokenizer
    has no end token to close answers with.
    """
    if tokenizer.chat_template is not None:
        return
    if template is not None:
        tokenizer.chat_template = find_chat_template(template)
        _end_answers(tokenizer)
        return
    if tokenizer.eos_token is None:
        raise ModelError(
            f"Tokenizer of {tokenizer.name_or_path}",
            "it has neither a chat template nor an end token",
            "Set eos_token in its tokenizer_config.json",
        )
    tokenizer.chat_template = default_chat_template()


def mark_answers(tokenizer: PreTrainedTokenizerBase, template: str | None = None) -> None:
    """Make sure that the chat template marks answers for the loss, and how answers end.

    ``template``, as ``find_chat_template`` knows it, replaces the tokenizer's own. One of
    a family that TRL knows is replaced by its version with markers. The token that closes
    answers becomes the tokenizer's end token, at which generation stops. Raises ModelError
    for a template without ``{% generation %}`` markers or without such a token.
    """
    if template is not None:
        tokenizer.chat_template = find_chat_template(template)
    set_chat_template(tokenizer)
    if not (isinstance(tokenizer.chat_template, str) and _MARKER.search(tokenizer.chat_template)):
        from trl.chat_template_utils import get_training_chat_template

        try:
            marked = get_training_chat_template(tokenizer)
        except ValueError:
            raise ModelError(
                f"Chat template of {tokenizer.name_or_path}",
                "it does not mark which tokens are answers, and is of no family that TRL knows",
                "Name another as chat_template, or put {% generation %} and {% endgeneration %} "
                "around the assistant's text in it",
            ) from None
        if marked is not None:
            tokenizer.chat_template = marked
    _end_answers(tokenizer)


def _end_answers(tokenizer: PreTrainedTokenizerBase) -> None:
    """Make the last special token of a marked answer the tokenizer's end token."""
    from jinja2 import TemplateError

    try:
        rendered: Any = tokenizer.apply_chat_template(
            [_PROBE], return_dict=True, return_assistant_tokens_mask=True
        )
    except (TemplateError, TypeError) as error:
        raise ModelError(
            f"Chat template of {tokenizer.name_or_path}",
            f"it cannot be rendered ({error})",
            "Correct it, or name another as chat_template",
        ) from None
    ids, answers = rendered["input_ids"][0], rendered["assistant_masks"][0]
    known = tokenizer.added_tokens_decoder
    ends = [
        token
        for token, answer in zip(ids, answers, strict=True)
        if answer and (token == tokenizer.eos_token_id or token in known and known[token].special)
    ]
    if not ends:
        raise ModelError(
            f"Chat template of {tokenizer.name_or_path}",
            "its answers end with no special token of this tokenizer, so that a tuned model "
            "could not stop",
            "Name a chat_template made for this base, or let it end answers with eos_token "
            "inside {% generation %}",
        )
    if ends[-1] != tokenizer.eos_token_id:
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(ends[-1])
