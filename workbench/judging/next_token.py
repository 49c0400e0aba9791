"""What a model would say next: the probabilities of a few options, for many prompts at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.judging.prompting import Chat

if TYPE_CHECKING:
    from workbench.checkpoints import LoadedCheckpoint

Options = Sequence[Sequence[int]]
"""For each option the tokens that a reply with it begins with; no token twice."""


@dataclass(frozen=True)
class Shares:
    """What the next token says about the options."""

    probabilities: tuple[float, ...]
    """Of the options, in order; they sum to 1."""
    mass: float
    """Share of all tokens that the options had, between 0 and 1: low where the model did not
    mean to answer with one of them at all."""

    def text(self, names: Sequence[object]) -> str:
        """The probabilities by the options' names, as they are kept with a rating."""
        shares = (f"{n}: {p:.2f}" for n, p in zip(names, self.probabilities, strict=True))
        return f"{', '.join(shares)}; together {self.mass:.2g} of all tokens"


def option_shares(
    loaded: LoadedCheckpoint, rows: Sequence[list[int]], options: Options
) -> list[Shares | str]:
    """Shares of the options behind each row of tokens, or why there are none."""
    import torch

    limit = loaded.context_length
    fitting = [i for i, row in enumerate(rows) if len(row) <= limit]
    found: list[Shares | str] = [
        f"the judge's prompt has {len(row)} tokens, its model takes {limit}" for row in rows
    ]
    if not fitting:
        return found
    width = max(len(rows[i]) for i in fitting)
    pad = loaded.tokenizer.pad_token_id
    model: Any = loaded.model
    ids = torch.tensor([[pad] * (width - len(rows[i])) + rows[i] for i in fitting])  # (B, T)
    lengths = torch.tensor([len(rows[i]) for i in fitting])
    mask = torch.arange(width)[None, :] >= (width - lengths)[:, None]  # (B, T)
    positions = (mask.long().cumsum(1) - 1).clamp(min=0)
    with loaded.lock, torch.inference_mode():
        logits = model(
            input_ids=ids.to(model.device),
            attention_mask=mask.long().to(model.device),
            position_ids=positions.to(model.device),
            logits_to_keep=1,
            use_cache=False,
        ).logits[:, -1]  # (B, V)
    chances = torch.log_softmax(logits.float(), dim=-1).cpu()  # (B, V)
    own = torch.stack([chances[:, list(t)].logsumexp(-1) for t in options], -1)  # (B, options)
    shares, mass = own.softmax(-1).tolist(), own.logsumexp(-1).exp().tolist()
    for row, i in enumerate(fitting):
        if all(math.isfinite(share) for share in shares[row]):
            found[i] = Shares(tuple(shares[row]), mass[row])
        else:
            found[i] = "the judge's model gives no probabilities"
    return found


def chat_tokens(tokenizer: Any, messages: Chat) -> list[int]:
    """Token ids of a chat, ready for the reply; without a system turn where there is none."""
    from jinja2 import TemplateError

    options = {"add_generation_prompt": True, "tokenize": True, "return_dict": False}
    try:
        ids = tokenizer.apply_chat_template(messages, **options)
    except TemplateError:
        joined = "\n\n".join(message["content"] for message in messages)
        ids = tokenizer.apply_chat_template([{"role": "user", "content": joined}], **options)
    return list(ids)
