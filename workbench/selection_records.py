"""What selection finds, as it is printed in JSON."""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict

_OBJECTIVES = {"mean": "their mean", "worst": "the worst of them"}


def _aligned(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, float_format=lambda value: f"{value:.3f}")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Choice(_Record):
    """The candidate that a criterion takes."""

    recipe: str
    """Name of the recipe, without its seed where there are several."""
    step: int
    checkpoints: list[str]
    """One a seed, as commands take them."""
    criterion: str
    """``english_loss``, ``english`` or ``objective``."""
    value: float
    """Of the criterion, mean over seeds."""
    low: float
    """Least value of a seed."""
    high: float
    """Greatest value of a seed."""
    equal: int
    """Other candidates with the same value."""
    objective: float
    by_language: dict[str, float]
    """The measure in each language, mean over seeds."""


class Cost(_Record):
    """What a choice lacks in a language against the multilingual one."""

    mean: float | None
    """Difference in the measure; negative where the English choice is better."""
    low: float | None
    """Lower end of the 95% interval, paired by prompt."""
    high: float | None
    n_paired: int
    """Prompts scored under both choices."""
    n_total: int
    seeds_low: float | None
    """Least difference of a seed."""
    seeds_high: float | None

    @classmethod
    def nothing(cls, prompts: int) -> Cost:
        """Both choices are one and the same."""
        return cls(
            mean=0, low=0, high=0, n_paired=prompts, n_total=prompts, seeds_low=0, seeds_high=0
        )


class Point(_Record):
    """A candidate of the Pareto front."""

    recipe: str
    step: int
    english: float
    others: float | None
    """Mean of the other languages."""


class LeftOut(_Record):
    """A candidate that cannot be compared, and why."""

    recipe: str
    step: int
    reason: str


class Selection(_Record):
    """The choices and what they cost."""

    run: str
    validation_run: str
    objective: str
    measure: str
    languages: list[str]
    seeds: list[int]
    candidates: int
    english_loss: Choice | None
    """None where no validation data for the loss were declared."""
    english: Choice
    multilingual: Choice
    cost: dict[str, Cost]
    """Of the choice by English quality, by language."""
    cost_of_english_loss: dict[str, Cost] | None
    pareto: list[Point]
    """Best in English first."""
    left_out: list[LeftOut]

    @property
    def choices(self) -> dict[str, Choice]:
        """The choices that could be made, by criterion."""
        made = {
            "english_loss": self.english_loss,
            "english": self.english,
            "multilingual": self.multilingual,
        }
        return {name: choice for name, choice in made.items() if choice is not None}

    def text(self) -> str:
        """The choices and their costs as tables with a sentence each."""
        single = len(self.seeds) < 2
        choices = self.choice_frame().drop(columns=["low", "high"] if single else [])
        columns = ["language", "mean", "low", "high", "n_paired", "n_total"]
        columns += [] if single else ["seeds_low", "seeds_high"]
        parts = [
            f"{self.measure}; all languages count by {_OBJECTIVES[self.objective]}; "
            f"{self.candidates} candidates, "
            f"{len(self.seeds)} {'seed' if len(self.seeds) == 1 else 'seeds'}",
            _aligned(choices),
        ]
        for name, by_language in (
            ("English loss", self.cost_of_english_loss),
            ("English quality", self.cost),
        ):
            if by_language is not None:
                frame = pd.DataFrame(
                    [{"language": code, **cost.model_dump()} for code, cost in by_language.items()]
                )
                parts.append(
                    f"What the choice by {name} costs in {self.measure} (95% intervals, paired "
                    f"by prompt):\n{_aligned(frame[columns])}"
                )
        front = pd.DataFrame([point.model_dump() for point in self.pareto])
        parts.append(f"Not beaten in English and the other languages at once:\n{_aligned(front)}")
        parts += [f"left out: {out.recipe} at {out.step}, {out.reason}" for out in self.left_out]
        parts.append(
            "The multilingual choice is the best on these very prompts; let a test decide how "
            "much it gains:\n"
            + "\n".join(
                f"  workbench generate {checkpoint} PROMPTS"
                for checkpoint in dict.fromkeys(c.checkpoints[0] for c in self.choices.values())
            )
        )
        return "\n\n".join(parts)

    def choice_frame(self) -> pd.DataFrame:
        """One row a criterion: what it takes, its value, and the measure by language."""
        return pd.DataFrame(
            [
                {
                    "criterion": name,
                    "recipe": choice.recipe,
                    "step": choice.step,
                    "value": choice.value,
                    "low": choice.low,
                    "high": choice.high,
                    "equal": choice.equal,
                    **choice.by_language,
                }
                for name, choice in self.choices.items()
            ]
        )

    def cost_frame(self) -> pd.DataFrame:
        """One row a criterion and language: what its choice costs there."""
        costs = {"english_loss": self.cost_of_english_loss or {}, "english": self.cost}
        return pd.DataFrame(
            [
                {"criterion": name, "language": language, **cost.model_dump()}
                for name, by_language in costs.items()
                for language, cost in by_language.items()
            ]
        )
