"""Which fields of the form stand together, and which of them are in view."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.app.runs.start.fields import form_fields


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    note: str
    """What is to be known of all of them."""
    paths: tuple[str, ...]
    folded: bool = False


_TOP = ("name", "question")
_TRAINED = tuple(
    f"recipe.{name}"
    for name in (
        "base",
        "data",
        "languages",
        "mix",
        "size",
        "method",
        "learning_rate",
        "steps",
        "seed",
    )
)
_ASKED = ("prompt_sets.name", "prompt_sets.limit", "languages", "checkpoints")
_MORE = {
    "Validation while it trains": (
        "Prompts answered in every language as training goes on; none where all are empty.",
        "validation.",
    ),
    "LoRA": ("Settings of the method lora.", "recipe.lora."),
    "More of the recipe": ("Several values in a field make a grid here, too.", "recipe."),
    "Scoring, decoding, variants": ("", ""),
}


def groups() -> list[Group]:
    """The groups in the order of the form; each field is in one of them."""
    found = [
        Group("The study", "", _TOP),
        Group(
            "What is trained",
            "Several values in a field make a grid: every combination is trained.",
            (*_TRAINED, "conditions"),
        ),
        Group("What is asked", "", _ASKED),
    ]
    left = [path for path in form_fields() if not any(path in group.paths for group in found)]
    for title, (note, prefix) in _MORE.items():
        own = tuple(path for path in left if path.startswith(prefix))
        left = [path for path in left if path not in own]
        found.append(Group(title, note, own, folded=True))
    return found
