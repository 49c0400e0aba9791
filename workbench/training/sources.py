"""Where a training finds what it starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.checkpoints import Catalogue
from workbench.memory import Memory
from workbench.prompts import PromptSet, shipped_prompt_set


@dataclass(frozen=True)
class Sources:
    """Base models, prompt sets, and what earlier trainings of this process have loaded."""

    catalogue: Catalogue | None = None
    """Where the base is looked up: the folder of the result and the shipped ones if ``None``."""
    prompt_sets: Callable[[str], PromptSet] = shipped_prompt_set
    """Finds those that a recipe drops from its data by name."""
    memory: Memory = field(default_factory=Memory)
    """Cells that share it load a base, and tokenise data, once."""
