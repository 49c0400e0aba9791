"""What a base model knows: questions in the format of its own pages, with solved examples.

A base that does not follow instructions may know a fact all the same. Asked behind a few
questions with their answers, in the prompt's language and without a chat template, it shows
what it knows; a tuned checkpoint that fails on such a fact did not carry it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.answering import Answers, Place, keep_answers, unanswered
from workbench.checkpoints import CheckpointInfo, load
from workbench.elicitation_settings import Elicitation
from workbench.errors import InputError, NotFoundError
from workbench.executing import executing
from workbench.generation.completion import complete_lines
from workbench.generation.decoding import Decoding
from workbench.instructions import Example, data_hash, find_examples
from workbench.instructions.mixing import spread
from workbench.paired import mean_by_prompt
from workbench.progress import ProgressCallback
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.runs import catalogue, find_prompt_set, generate_responses
from workbench.store.records import RunRecord
from workbench.tinyworld.lexicon import load_lexicon, shipped_languages
from workbench.versions import package_versions
from workbench.workspace import Workspace

DECODING = Decoding(max_new_tokens=64, repetition_penalty=1.0)
"""Greedy; answers repeat words of the examples, so there is no penalty on repetition."""
PARTS = ("known", "never_learned", "not_carried_over", "gained", "tuned")
"""Shares that ``knowledge_gap`` gives."""
DEFAULT_LAYOUT = "Q: {q}\nA: {a}"


def elicit(
    workspace: Workspace,
    checkpoint: str,
    how: Elicitation,
    progress: ProgressCallback | None = None,
) -> str:
    """Ask a base few-shot; the name of the run, in which it is called ``NAME (few-shot)``.

    Resumable as any run. Raises NotFoundError for names that stand for nothing and
    InputError where no prompt is left or examples are too few.
    """
    known = catalogue(workspace)
    base = known.find(checkpoint)
    prompt_set = elicited_prompts(find_prompt_set(workspace, how.prompts), how)
    examples = _examples(how, prompt_set)
    config = {
        "checkpoint": base.name,
        "prompt_set": prompt_set.name,
        "languages": prompt_set.languages,
        "task": how.task,
        "limit": how.limit,
        "shots": how.shots,
        "examples": data_hash(example for own in examples.values() for example in own),
        "decoding": DECODING.model_dump(mode="json"),
    }
    run = f"{base.name}-few-shot-{prompt_set.name}-{content_hash(config)[:8]}"
    store = workspace.store
    store.start_run(RunRecord(run, "generate", config, package_versions()))
    with executing(store, run):
        name = few_shot_name(base)
        todo = unanswered(store, run, name, prompt_set)
        if todo:
            store.add_prompt_set(prompt_set)
            details: dict[str, Any] = {
                "method": base.method,
                "base": base.base,
                "recipe": {},
                "asked": "few-shot",
            }
            store.add_checkpoint(name, content_hash(details), details)
            texts = [few_shot_text(p, examples[p.language], how.shots) for p in todo]
            finished = complete_lines(load(base, known), texts, DECODING)
            answers = Answers(todo, finished, DECODING.model_dump(mode="json"))
            keep_answers(store, Place(run, name, prompt_set.name), answers, progress)
    store.finish_run(run, "finished")
    return run


def ask_tuned(
    workspace: Workspace,
    checkpoint: str,
    how: Elicitation,
    progress: ProgressCallback | None = None,
) -> str:
    """Let a tuned checkpoint answer the same prompts as chat; the name of the run."""
    info = catalogue(workspace).find(checkpoint)
    prompt_set = elicited_prompts(find_prompt_set(workspace, how.prompts), how)
    config = {
        "checkpoint": info.name,
        "prompt_set": prompt_set.name,
        "languages": prompt_set.languages,
        "task": how.task,
        "limit": how.limit,
        "decoding": info.decoding.model_dump(mode="json"),
    }
    run = f"{info.name}-{prompt_set.name}-{content_hash(config)[:8]}"
    workspace.store.start_run(RunRecord(run, "generate", config, package_versions()))
    with executing(workspace.store, run):
        generate_responses(workspace, run, info, prompt_set, progress=progress)
    workspace.store.finish_run(run, "finished")
    return run


def elicited_prompts(prompt_set: PromptSet, how: Elicitation) -> PromptSet:
    """The prompts that are asked: those of the task, all of them with a reference."""
    chosen = tuple(
        prompt
        for prompt in prompt_set.prompts
        if prompt.reference is not None and how.task in ("", prompt.task)
    )
    limited = prompt_set.model_copy(update={"prompts": chosen})
    limited = limited.restricted(how.languages, how.limit)
    if not limited.prompts:
        raise InputError(
            f"Prompt set '{prompt_set.name}'",
            f"it has no prompt of task '{how.task}' with a reference",
            "Choose another task, or an empty one for all prompts with a reference",
        )
    return limited


def few_shot_text(prompt: Prompt, examples: Sequence[Example], shots: int) -> str:
    """Solved examples and the prompt's question, up to where its answer begins.

    An example that asks the same question is passed over.
    """
    layout = page_layout(prompt.language)
    question = prompt.messages[-1].content
    pairs = [(e.messages[-2].content, e.messages[-1].content) for e in examples]
    solved = [_filled(layout, asked, answer) for asked, answer in pairs if asked != question]
    opening = _filled(layout, question, "\0").partition("\0")[0].rstrip(" ")
    return "\n".join([*solved[:shots], opening])


def page_layout(language: str) -> str:
    """How pages of the tiny world set out question and answer in a language; English elsewhere."""
    if language not in shipped_languages():
        return DEFAULT_LAYOUT
    layouts: list[str] = load_lexicon(language).templates["layouts"]["question_answer"]
    return layouts[0]


def few_shot_name(checkpoint: CheckpointInfo) -> str:
    """Name of a checkpoint in the results, where it is asked few-shot."""
    return f"{checkpoint.name} (few-shot)"


def knowledge_gap(base: pd.DataFrame, tuned: pd.DataFrame) -> pd.DataFrame:
    """What a tuned checkpoint gets wrong, by language, in its two parts.

    ``base`` and ``tuned`` are results of the same prompts: of the base asked few-shot, and
    of what was tuned from it. Over the prompts that both have scored, one row a language:

    - ``known``: share that the base answers right
    - ``never_learned``: share that the base answers wrong and the tuned one as well
    - ``not_carried_over``: share that the base answers right and the tuned one wrong
    - ``gained``: share that the base answers wrong and the tuned one right
    - ``tuned``: share that the tuned one answers right

    each with ``NAME_low`` and ``NAME_high`` (95%), and ``n_paired`` / ``n_total``. The two
    parts and ``tuned`` add up to 1. Several answers to a prompt are averaged.
    """
    keys = ["language", "parallel_id"]
    right = pd.DataFrame(
        {
            name: frame.groupby(keys)["accuracy"].mean().astype("float64")
            for name, frame in (("base", base), ("tuned", tuned))
        }
    )
    rows = []
    for language, pairs in right.groupby(level="language"):
        known, after = pairs["base"], pairs["tuned"]
        shares = {
            "known": known.where(after.notna()),
            "never_learned": (1 - known) * (1 - after),
            "not_carried_over": known * (1 - after),
            "gained": (1 - known) * after,
            "tuned": after.where(known.notna()),
        }
        row: dict[str, Any] = {"language": language}
        for name, values in shares.items():
            mean = mean_by_prompt(values)
            row |= {name: mean.mean, f"{name}_low": mean.low, f"{name}_high": mean.high}
        rows.append(
            {**row, "n_paired": int(pairs.notna().all(axis=1).sum()), "n_total": len(pairs)}
        )
    return pd.DataFrame(rows)


def gap_text(gaps: pd.DataFrame) -> pd.DataFrame:
    """The parts of ``knowledge_gap`` as percentages with their intervals, to be read."""
    shown = gaps[[c for c in ("checkpoint", "language") if c in gaps]].copy()
    for part in PARTS:
        shown[part] = [
            "missing" if pd.isna(mean) else f"{mean:.0%} ({low:.0%} to {high:.0%})"
            for mean, low, high in zip(
                gaps[part], gaps[f"{part}_low"], gaps[f"{part}_high"], strict=True
            )
        ]
    return shown.assign(n_paired=gaps["n_paired"], n_total=gaps["n_total"])


def _filled(layout: str, question: str, answer: str) -> str:
    return layout.replace("{q}", question).replace("{a}", answer)


def _examples(how: Elicitation, prompt_set: PromptSet) -> dict[str, list[Example]]:
    """Solved examples of each language: of the task, as far as the data tell it."""
    found: dict[str, list[Example]] = {code: [] for code in prompt_set.languages}
    for example in find_examples(how.examples, None):
        fits = how.task in ("", example.task) or not example.task
        if example.language in found and fits:
            found[example.language].append(example)
    for code in prompt_set.languages:
        # One is kept in reserve for a prompt that is among them.
        if len(found[code]) <= how.shots:
            raise NotFoundError(
                f"Examples '{how.examples}'",
                f"{len(found[code])} are in '{code}', and {how.shots + 1} are needed",
                "Name other data, or ask with fewer shots",
            )
        found[code] = spread(found[code], how.shots + 1)
    return found
