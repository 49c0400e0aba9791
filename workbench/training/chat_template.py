"""The chat template of training, which chat and batches use as well."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from workbench.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MARKER = re.compile(r"{%-?\s*generation\s*-?%}")


def default_chat_template() -> str:
    """The template given to bases without one; it ends each turn with their end token."""
    return files("workbench.training").joinpath("chat_template.jinja").read_text(encoding="utf-8")


def set_chat_template(tokenizer: PreTrainedTokenizerBase) -> None:
    """Give a tokenizer without a chat template the default one.

    Raises ModelError where the tokenizer has no end token to close answers with.
    """
    if tokenizer.chat_template is not None:
        return
    if tokenizer.eos_token is None:
        raise ModelError(
            f"Tokenizer of {tokenizer.name_or_path}",
            "it has neither a chat template nor an end token",
            "Set eos_token in its tokenizer_config.json",
        )
    tokenizer.chat_template = default_chat_template()


def mark_answers(tokenizer: PreTrainedTokenizerBase) -> None:
    """Make sure that the chat template marks answers for the loss.

    A template of a family that TRL knows is replaced by its version with markers. Raises
    ModelError for others without ``{% generation %}`` markers.
    """
    set_chat_template(tokenizer)
    if isinstance(tokenizer.chat_template, str) and _MARKER.search(tokenizer.chat_template):
        return
    from trl.chat_template_utils import get_training_chat_template

    try:
        marked = get_training_chat_template(tokenizer)
    except ValueError:
        raise ModelError(
            f"Chat template of {tokenizer.name_or_path}",
            "it does not mark which tokens are answers, and is of no family that TRL knows",
            "Put {% generation %} and {% endgeneration %} around the assistant's text in it, or "
            "delete it to use the workbench's own",
        ) from None
    if marked is not None:
        tokenizer.chat_template = marked
