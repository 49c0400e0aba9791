"""What there is in instruction data, before anything is trained on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.instructions import Example, OverlapReport, overlap
from workbench.prompts import PromptSet
from workbench.training.tokenising import IGNORED, render

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class InstructionReport:
    """Lengths of examples, and which of them repeat prompts."""

    lengths: pd.DataFrame
    """As ``instruction_lengths`` makes it."""
    max_length: int
    """Longest example that training takes, in tokens."""
    overlaps: Mapping[str, OverlapReport]
    """By prompt set."""

    def table(self) -> pd.DataFrame:
        """One row a language: ``summarise_lengths``, and a column a prompt set.

        The column ``in SET`` counts the examples that repeat a prompt of it.
        """
        table = summarise_lengths(self.lengths, self.max_length)
        for name, report in self.overlaps.items():
            repeating = self.lengths["language"].iloc[sorted(report.indices())].value_counts()
            table[f"in {name}"] = table["language"].map(repeating).fillna(0).astype(int)
        return table

    def warnings(self) -> list[str]:
        """What one should know before training."""
        said = [warning for report in self.overlaps.values() if (warning := report.warning())]
        if beyond := int((self.lengths["tokens"] > self.max_length).sum()):
            said.append(
                f"{beyond} of {len(self.lengths)} examples are longer than {self.max_length} "
                "tokens and would be left out"
            )
        return said


def report_instructions(
    examples: Sequence[Example],
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
    prompt_sets: Sequence[PromptSet] = (),
) -> InstructionReport:
    """Lengths by the tokenizer's chat template, and overlap with each prompt set."""
    overlaps = {prompts.name: overlap(examples, [prompts]) for prompts in prompt_sets}
    return InstructionReport(instruction_lengths(examples, tokenizer), max_length, overlaps)


def instruction_lengths(
    examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase
) -> pd.DataFrame:
    """One row an example, in order: ``language``, ``tokens`` and ``answer_tokens``.

    ``tokens`` counts all that the chat template makes of an example, ``answer_tokens`` what
    the loss is on. The template must mark answers: see ``mark_answers``.
    """
    rows = [
        (example.language, len(ids), sum(label != IGNORED for label in labels))
        for example, (ids, labels) in zip(examples, render(examples, tokenizer), strict=True)
    ]
    return pd.DataFrame(rows, columns=["language", "tokens", "answer_tokens"])


def summarise_lengths(lengths: pd.DataFrame, max_length: int) -> pd.DataFrame:
    """One row a language, those with most examples first.

    ``too_long`` examples have more than ``max_length`` tokens and are left out of training;
    ``tokens`` and ``answer_tokens`` are sums over those that are left. ``median``, ``p95``
    (the 95th percentile) and ``longest`` are of all examples.
    """
    rows = []
    for language, part in lengths.groupby("language", sort=True):
        fitting = part[part["tokens"] <= max_length]
        rows.append(
            {
                "language": language,
                "examples": len(part),
                "too_long": len(part) - len(fitting),
                "tokens": int(fitting["tokens"].sum()),
                "answer_tokens": int(fitting["answer_tokens"].sum()),
                "median": float(part["tokens"].median()),
                "p95": int(part["tokens"].quantile(0.95, interpolation="lower")),
                "longest": int(part["tokens"].max()),
            }
        )
    columns = ["language", "examples", "too_long", "tokens", "answer_tokens"]
    frame = pd.DataFrame(rows, columns=[*columns, "median", "p95", "longest"])
    return frame.sort_values("examples", ascending=False, kind="stable", ignore_index=True)
