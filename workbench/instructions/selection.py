"""The examples that a recipe trains on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.instructions.example import Example
from workbench.instructions.mixing import subset
from workbench.instructions.overlap import without_overlap
from workbench.instructions.sources import find_examples
from workbench.prompts import PromptSet


def load_instructions(
    data: str | Sequence[str],
    languages: Sequence[str],
    size: int | None = None,
    seed: int = 0,
    mix: Mapping[str, float] | None = None,
    without: Sequence[PromptSet] = (),
) -> list[Example]:
    """The examples of ``find_examples``, less those in ``without``, drawn by ``subset``."""
    examples = find_examples(data, [*languages, *(mix or {})])
    if without:
        examples = without_overlap(examples, without)
    return subset(examples, languages, size, seed, mix)
