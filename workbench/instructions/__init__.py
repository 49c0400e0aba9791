"""Instruction data: chat examples with a language each, from files, folders or the hub."""

from workbench.instructions.example import Example, data_hash
from workbench.instructions.mixing import subset
from workbench.instructions.overlap import (
    OverlapReport,
    PromptMatch,
    overlap,
    prompt_overlap,
    without_overlap,
)
from workbench.instructions.selection import load_instructions
from workbench.instructions.shapes import parse_example
from workbench.instructions.sources import find_examples, read_examples

__all__ = [
    "Example",
    "OverlapReport",
    "PromptMatch",
    "data_hash",
    "find_examples",
    "load_instructions",
    "overlap",
    "parse_example",
    "prompt_overlap",
    "read_examples",
    "subset",
    "without_overlap",
]
