"""The decoding loop: the same for batches and for the chat.

Each row samples with its own random numbers and rows that have ended leave the batch, so
an answer does not depend on what else is in the batch, and short answers do not wait for
long ones.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from workbench.checkpoints import LoadedCheckpoint
from workbench.generation.decoding import Decoding
from workbench.weights import lora_scaled

_KEPT_SHARE = 0.75
"""The batch is rebuilt once no more than this share of its rows is still writing."""


@dataclass(frozen=True)
class Request:
    """A prompt as tokens, with the seed its answer is sampled with."""

    tokens: Sequence[int]
    limit: int
    """Longest answer, in tokens."""
    seed: int = 0
    ends: frozenset[int] = frozenset()
    """Tokens that end this answer, beside those of the checkpoint."""


def end_tokens(loaded: LoadedCheckpoint) -> set[int]:
    """Tokens that end an answer: the tokenizer's and those of the generation settings."""
    settings = getattr(loaded.model, "generation_config", None)
    listed = getattr(settings, "eos_token_id", None)
    ends = {listed} if isinstance(listed, int) else set(listed or ())
    if loaded.tokenizer.eos_token_id is not None:
        ends.add(int(loaded.tokenizer.eos_token_id))
    return ends


def decode(
    loaded: LoadedCheckpoint, requests: Sequence[Request], decoding: Decoding
) -> Iterator[dict[int, int]]:
    """Step by step, the next token of each request that has not ended.

    An end token is yielded too, as the last one of its request.
    """
    batch = _Batch(loaded, requests, decoding)
    while batch.rows:
        yield batch.step()


class _Batch:
    """Rows still writing, with the model's memory of them."""

    def __init__(
        self, loaded: LoadedCheckpoint, requests: Sequence[Request], decoding: Decoding
    ) -> None:
        model = loaded.model
        self.loaded, self.decoding, self.requests = loaded, decoding, requests
        self.ends = end_tokens(loaded)
        self.rows = list(range(len(requests)))
        """Request of each row that is still writing."""
        self.place = {row: row for row in self.rows}
        """Row of the tensors by request."""
        self.written = [0] * len(requests)
        self.generators = [torch.Generator().manual_seed(r.seed) for r in requests]
        longest = max(len(r.tokens) for r in requests)
        pad = loaded.tokenizer.pad_token_id or 0
        device = model.device
        padded = [[pad] * (longest - len(r.tokens)) + list(r.tokens) for r in requests]
        self.inputs = torch.tensor(padded, device=device)  # (B, T) then (B, 1)
        lengths = torch.tensor([len(r.tokens) for r in requests], device=device)
        positions = torch.arange(longest, device=device).expand(len(requests), longest)
        offset = (longest - lengths)[:, None]
        self.mask = (positions >= offset).long()  # (B, T)
        self.positions = (positions - offset).clamp(min=0)  # (B, T)
        self.cache: object | None = None
        self.seen: torch.Tensor | None = None  # (B, V)
        # An adapter's own forward hides what the model behind it accepts.
        inner = getattr(model, "get_base_model", lambda: model)()
        accepted = inspect.signature(inner.forward).parameters
        self.takes_positions = "position_ids" in accepted
        self.takes_keep = "logits_to_keep" in accepted

    @torch.inference_mode()
    def step(self) -> dict[int, int]:
        """One more token of each row; rows that end leave."""
        logits = self._logits()  # (B, V)
        if self.decoding.repetition_penalty != 1.0:
            logits = self._penalised(logits)
        tokens = self._chosen(logits)  # (B,)
        if self.seen is not None:
            self.seen[torch.arange(len(tokens), device=tokens.device), tokens] = True
        listed = tokens.tolist()
        new = {row: int(listed[self.place[row]]) for row in self.rows}
        for row, token in new.items():
            self.written[row] += 1
            asked = self.requests[row]
            ended = token in self.ends or token in asked.ends
            if ended or self.written[row] >= asked.limit:
                self.rows.remove(row)
        if self.rows:
            self._advance(tokens)
        return new

    def _logits(self) -> torch.Tensor:
        extra: dict[str, object] = {}
        if self.takes_positions:
            extra["position_ids"] = self.positions
        if self.takes_keep:
            extra["logits_to_keep"] = 1
        loaded = self.loaded
        with loaded.lock, lora_scaled(loaded.model, loaded.lora_strength):
            output = loaded.model(
                input_ids=self.inputs,
                attention_mask=self.mask,
                past_key_values=self.cache,
                use_cache=True,
                **extra,
            )
        self.cache = output.past_key_values
        logits: torch.Tensor = output.logits[:, -1].float()
        return logits

    def _penalised(self, logits: torch.Tensor) -> torch.Tensor:
        """Tokens of prompt and answer made less likely, as transformers does it.

        Padding is none of them, even where it shares its token with something.
        """
        if self.seen is None:
            self.seen = torch.zeros_like(logits, dtype=torch.bool)
            for row, request in enumerate(self.requests):
                self.seen[row, torch.tensor(list(request.tokens), device=logits.device)] = True
        penalty = self.decoding.repetition_penalty
        lowered = torch.where(logits > 0, logits / penalty, logits * penalty)
        return torch.where(self.seen, lowered, logits)

    def _chosen(self, logits: torch.Tensor) -> torch.Tensor:
        if self.decoding.temperature == 0:
            return logits.argmax(-1)
        probabilities = torch.softmax(logits / self.decoding.temperature, -1).cpu()  # (B, V)
        if self.decoding.top_p < 1:
            ordered, order = probabilities.sort(-1, descending=True)
            # The first token beyond the mass is kept out, the one that reaches it is kept.
            ordered[ordered.cumsum(-1) - ordered >= self.decoding.top_p] = 0
            probabilities = torch.zeros_like(probabilities).scatter(-1, order, ordered)
        tokens = torch.zeros(len(probabilities), dtype=torch.long)
        for row in self.rows:
            place = self.place[row]
            drawn = torch.multinomial(probabilities[place], 1, generator=self.generators[row])
            tokens[place] = drawn[0]
        return tokens.to(logits.device)

    def _advance(self, tokens: torch.Tensor) -> None:
        """Feed the tokens, after dropping rows that have ended where that pays."""
        self.inputs = tokens[:, None]
        self.positions = self.positions[:, -1:] + 1
        self.mask = torch.nn.functional.pad(self.mask, (0, 1), value=1)
        shrink = getattr(self.cache, "batch_select_indices", None)
        if shrink is None or len(self.rows) > _KEPT_SHARE * len(self.inputs):
            return
        kept = torch.tensor([self.place[row] for row in self.rows], device=tokens.device)
        shrink(kept)
        self.inputs, self.positions = self.inputs[kept], self.positions[kept]
        self.mask = self.mask[kept]
        if self.seen is not None:
            self.seen = self.seen[kept]
        self.place = {row: place for place, row in enumerate(self.rows)}
