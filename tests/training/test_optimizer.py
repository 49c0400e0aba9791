from __future__ import annotations

import math

import pytest
import torch

from workbench.training.optimizer import StochasticAdamW, rounded


def test_rounds_up_or_down_in_proportion_to_the_distances() -> None:
    torch.manual_seed(0)
    # Between 1 and 2 bfloat16 numbers are 1/128 apart: 1 + 1/512 lies at a quarter.
    values = torch.full((40_000,), 1 + 1 / 512)
    made = rounded(values, torch.bfloat16)
    assert set(made.tolist()) == {1.0, 1 + 1 / 128}
    share = (made == 1 + 1 / 128).float().mean().item()
    # Standard error of the share: sqrt(.25 * .75 / 40,000) = .0022.
    assert share == pytest.approx(0.25, abs=0.01)
    assert set(rounded(-values, torch.bfloat16).tolist()) == {-1.0, -1 - 1 / 128}


def test_numbers_of_the_precision_stay_as_they_are() -> None:
    exact = torch.tensor([0.0, -0.0, 1.0, -2.5, 2.0**-120, 3.0e38]).bfloat16()
    for _ in range(20):
        assert torch.equal(rounded(exact.float(), torch.bfloat16), exact)
    values = torch.rand(100)
    assert torch.equal(rounded(values, torch.float32), values)


def parameter(values: torch.Tensor, gradient: torch.Tensor) -> torch.nn.Parameter:
    weight = torch.nn.Parameter(values)
    weight.grad = gradient
    return weight


def test_in_float32_it_is_adamw() -> None:
    torch.manual_seed(0)
    start, gradients = torch.randn(7, 5), torch.randn(4, 7, 5)
    settings = {"lr": 3e-3, "betas": (0.9, 0.95), "weight_decay": 0.1}
    ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
    steppers = StochasticAdamW([ours], **settings), torch.optim.AdamW([theirs], **settings)
    for gradient in gradients:
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        for stepper in steppers:
            stepper.step()
    assert torch.allclose(ours, theirs, atol=1e-6)
    assert not torch.allclose(ours, start, atol=1e-3)


def test_steps_that_rounding_to_the_nearest_would_lose_are_taken_on_average() -> None:
    torch.manual_seed(0)
    start, rate, steps = 1.0, 1e-4, 50
    # The same gradient at each step makes AdamW's step the learning rate: 50 steps are .005.
    # Below 1 bfloat16 numbers are 1/256 apart, so that no single step passes half of that.
    settings = {"lr": rate, "betas": (0.9, 0.95)}
    sizes = torch.full((20_000,), start).bfloat16(), torch.ones(20_000).bfloat16()
    ours, nearest = parameter(*sizes), parameter(sizes[0].clone(), sizes[1].clone())
    steppers = StochasticAdamW([ours], **settings), torch.optim.AdamW([nearest], **settings)
    for _ in range(steps):
        for stepper in steppers:
            stepper.step()
    assert nearest.float().mean().item() == start
    assert ours.float().mean().item() == pytest.approx(start - rate * steps, abs=2e-4)


def test_averages_have_the_precision_of_the_weights() -> None:
    weight = parameter(torch.ones(4).bfloat16(), torch.ones(4).bfloat16())
    stepper = StochasticAdamW([weight], lr=1e-3)
    stepper.step()
    kept = [value for value in stepper.state[weight].values() if torch.is_tensor(value)]
    assert [value.dtype for value in kept] == [torch.bfloat16] * 2


def test_goes_on_from_what_was_saved() -> None:
    def run(steps: int, saved: dict[str, object] | None, start: torch.Tensor) -> tuple:
        weight = parameter(start.clone(), torch.full((64,), 0.5).bfloat16())
        stepper = StochasticAdamW([weight], lr=1e-3)
        if saved is not None:
            stepper.load_state_dict(saved)
        for _ in range(steps):
            stepper.step()
        return weight.detach(), stepper.state_dict()

    start = torch.linspace(-1, 1, 64).bfloat16()
    torch.manual_seed(0)
    whole, _ = run(5, None, start)
    torch.manual_seed(0)
    part, saved = run(2, None, start)
    resumed, _ = run(3, saved, part)
    assert torch.equal(resumed, whole)
    assert math.isfinite(float(whole.float().sum()))
