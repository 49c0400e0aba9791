"""Prompts that the chat offers before the first one is typed."""

from __future__ import annotations

from pathlib import Path

from workbench.prompts import Prompt, load_prompt_set

LANGUAGES = ("fr", "ru", "zh")
_TASK = "fact"
_RELATION = "animal.colour"


def suggested_prompts(path: Path) -> list[str]:
    """A question of a prompt set in each of three languages; none where there is no such set."""
    if not path.exists():
        return []
    prompts = load_prompt_set(path).prompts
    by_language = {code: [p for p in prompts if p.language == code] for code in LANGUAGES}
    chosen = [min(own, key=preference) for own in by_language.values() if own]
    return [prompt.messages[-1].content for prompt in chosen if prompt.messages]


def preference(prompt: Prompt) -> tuple[bool, bool, bool, str]:
    """Sorts a fact that checkpoints should know first, of an animal's colour if there is one."""
    tags = prompt.tags
    return (
        prompt.task != _TASK,
        tags.get("tier") != "A",
        tags.get("relation") != _RELATION,
        prompt.parallel_id,
    )
