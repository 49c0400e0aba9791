"""What a comparison could have seen: minimal detectable difference, and prompts still needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.student import t_quantile

LEVEL = 0.05
"""Share of true nulls that a test rejects, over the whole family."""
POWER = 0.8
"""Share of such differences that a test of so many prompts finds."""


@dataclass(frozen=True)
class Spread:
    """What decides the power of a paired comparison."""

    n: int
    """Prompts."""
    error: float
    """Standard error of the difference."""
    fixed: float = 0.0
    """The part of ``error`` squared that further prompts leave as it is, that of seeds."""
    df: float = math.inf
    """Degrees of freedom of ``error``."""
    step: float = 0.0
    """The least by which a prompt changes, if it does: 1 where an answer is right or wrong."""

    def multiple(self, tests: int) -> float:
        """How many standard errors a difference needs: t(1 - level/2) + t(power), the level
        shared among the tests of a family. Bloom (1995), Evaluation Review 19, 547-556."""
        return t_quantile(1 - LEVEL / tests / 2, self.df) + t_quantile(POWER, self.df)


def minimal_detectable(spread: Spread, tests: int = 1) -> float:
    """The difference that a two-sided test finds with a power of ``POWER``.

    A difference d brings a spread of its own: if prompts change by ``step``, a share d / step
    of them does, whose standard error is the root of d (step - d) / n at least.
    """
    multiple = spread.multiple(tests)
    own = multiple**2 * spread.step / (spread.n + multiple**2)
    return max(multiple * spread.error, own)


def more_prompts(difference: float, spread: Spread, tests: int = 1) -> float:
    """Prompts beyond those there are, until a difference as large as this is detectable.

    Infinite where no number of prompts is enough.
    """
    allowed = (difference / spread.multiple(tests)) ** 2 - spread.fixed
    if allowed <= 0:
        return math.inf
    needed = spread.n * max(0.0, spread.error**2 - spread.fixed) / allowed
    return float(max(0, math.ceil(needed - 1e-9) - spread.n))
