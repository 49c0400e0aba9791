"""AdamW for weights kept in bfloat16.

A bfloat16 number has 8 significant bits. At the learning rates of fine-tuning most steps
are smaller than half the distance to the next number, and rounding to the nearest would
lose them. Rounded up or down at random, in proportion to the distances, weights are right
on average.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch

_LOST = 16
"""Bits of a float32 that a bfloat16 leaves out."""


class StochasticAdamW(torch.optim.Optimizer):
    """AdamW (Loshchilov and Hutter, arXiv 1711.05101) that rounds weights stochastically.

    Its averages have the precision of the weights; it computes in float32. Random numbers
    are torch's own, so that a resumed training goes on as it would have.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, settings)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One update of all weights that have a gradient."""
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, weight.grad.float(), group)
        return loss

    def _update(self, weight: torch.Tensor, gradient: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        if not state:
            state["step"] = 0
            state["mean"] = torch.zeros_like(weight)
            state["square"] = torch.zeros_like(weight)
        state["step"] += 1
        (beta1, beta2), rate = group["betas"], group["lr"]
        mean = state["mean"].float().lerp(gradient, 1 - beta1)
        square = state["square"].float().mul(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        state["mean"].copy_(mean)
        # To the nearest, a slowly growing average would stop growing.
        state["square"].copy_(rounded(square, weight.dtype))
        scale = square.div_(1 - beta2 ** state["step"]).sqrt_().add_(group["eps"])
        new = weight.float().mul(1 - rate * group["weight_decay"])
        new.addcdiv_(mean, scale, value=-rate / (1 - beta1 ** state["step"]))
        weight.copy_(rounded(new, weight.dtype))


def rounded(values: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Float32 values in ``dtype``: bfloat16 stochastically, any other as usual.

    Adding a random number to the bits that are cut off carries over into those that stay
    with the right probability.
    """
    if dtype != torch.bfloat16:
        return values.to(dtype)
    bits = values.contiguous().view(torch.int32)
    noise = torch.randint_like(bits, 1 << _LOST)
    kept = (bits + noise) & -(1 << _LOST)
    return kept.view(torch.float32).to(torch.bfloat16)
