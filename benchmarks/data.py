"""Where benchmarks find their texts."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.assets import PROJECT_ROOT, asset
from workbench.prompts import load_prompt_set


def data_folder(*parts: str) -> Path | None:
    """A folder under ``WORKBENCH_DATA``, by default ``../shared/data``; None where absent."""
    root = Path(os.environ.get("WORKBENCH_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    folder = root.joinpath(*parts)
    return folder if folder.exists() else None


def shipped_texts() -> list[str]:
    """The tiny world's test prompts, in its six languages."""
    prompts = load_prompt_set(asset("prompts", "tinyworld-test.jsonl")).prompts
    return [prompt.messages[-1].content for prompt in prompts]
