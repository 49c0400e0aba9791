"""Model cards of the shipped checkpoints, from their records and measurements."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.checkpoints import CheckpointInfo
from workbench.files import write_atomically
from workbench.model_card import versions_line

_COLUMNS = {
    "right_language": "right language",
    "ended_and_right": "ended and right",
    "facts": "facts",
    "facts_A": "tier A",
    "facts_B": "tier B",
    "facts_C": "tier C",
}


def write_card(info: CheckpointInfo, prompts: str) -> Path:
    """Write the README.md of a measured checkpoint; ``prompts`` names what it was asked."""
    header = "| language | " + " | ".join(_COLUMNS.values()) + " |"
    rows = [
        f"| {code} | " + " | ".join(f"{100 * rates[name]:.0f}" for name in _COLUMNS) + " |"
        for code, rates in sorted(info.card["rates"].items(), key=lambda pair: pair[0] != "en")
    ]
    recipe = json.dumps(info.recipe, indent=2, ensure_ascii=False)
    lines = [
        "---",
        "license: apache-2.0",
        "language: [en, de, fr, pt, ru, zh]",
        "---",
        f"# {info.name}",
        "",
        "A checkpoint of the Cross-lingual Workbench's tiny world: a test bed for studies of "
        "cross-lingual transfer, not an LLM. It knows a few hundred made-up and real facts and "
        "nothing else.",
        "",
        f"Method: {info.method}. Base: {info.base or 'none, trained from random weights'}.",
        "",
        f"## Measured rates, percent, on {prompts}",
        "",
        header,
        "|---" * (len(_COLUMNS) + 1) + "|",
        *rows,
        "",
        f"Right language by {info.card['detector']} restricted to the six languages; facts by "
        "reference; tier A is stated in every language in pretraining, B rarely outside English, C "
        "in English only.",
        "",
        "## Recipe",
        "",
        "```json",
        recipe,
        "```",
        "",
        versions_line(info),
        "",
    ]
    path = info.path / "README.md"
    write_atomically(path, "\n".join(lines))
    return path
