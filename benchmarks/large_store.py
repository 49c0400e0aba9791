"""A store with as many generated answers as wanted, with scores, written straight to its tables.

A study of 40 checkpoints (2 methods, 5 learning rates, 4 seeds; a run a seed) in ten languages
with two answers to each prompt. The hotter a training, the more answers are in English. Two
detectors have scored each answer, rules what they can, and an LLM one answer in ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import sqlalchemy as sa

from workbench.assets import asset
from workbench.judging.criteria import CRITERIA
from workbench.prompts import Message, Prompt, PromptSet, Reference, load_prompt_set
from workbench.store import RunRecord, Store, tables

LANGUAGES = ("en", "fr", "de", "pt", "ru", "zh", "ar", "hi", "ja", "tr")
METHODS, RATES, SEEDS = ("full", "lora"), (1e-5, 3e-5, 1e-4, 3e-4, 1e-3), range(4)
SAMPLES = 2
PER_PROMPT = len(LANGUAGES) * len(METHODS) * len(RATES) * len(SEEDS) * SAMPLES
"""Answers to one prompt in all its translations: 800."""
JUDGE, DETECTORS = "llm:judge", ("py3langid[ten]", "langid[ten]")
_CHUNK = 20_000
_OTHER_SCRIPTS = {"ru", "zh", "ar", "hi", "ja"}


def fill(store: Store, responses: int) -> int:
    """Write about so many responses; how many they are: a multiple of ``PER_PROMPT``."""
    prompts = max(1, round(responses / PER_PROMPT))
    store.add_prompt_set(_prompts(prompts))
    ids = _ids(store)
    rng = np.random.default_rng(0)
    texts = _texts()
    number = 0
    for seed in SEEDS:
        store.start_run(RunRecord(f"scale-s{seed}", "study"))
        for method, rate in product(METHODS, RATES):
            name = f"scale-{method}-lr{rate:g}-s{seed}"
            recipe = {"learning_rate": rate, "size": 1000, "steps": 200, "seed": seed}
            recipe = {**recipe, "method": method}
            store.add_checkpoint(name, name, {"method": method, "recipe": recipe, "base": "base"})
            block = _Block(ids, rng, texts, rate, number)
            _write(store, f"scale-s{seed}", name, block)
            number += len(ids) * SAMPLES
        store.finish_run(f"scale-s{seed}")
    return number


class _Block:
    """The answers of one checkpoint, and their scores."""

    def __init__(
        self,
        ids: Sequence[tuple[int, Prompt]],
        rng: np.random.Generator,
        texts: dict[str, list[str]],
        rate: float,
        before: int,
    ) -> None:
        n = len(ids) * SAMPLES
        self.first, self.texts = before + 1, texts
        self.prompts = [pair for pair in ids for _ in range(SAMPLES)]
        self.asked = np.array([prompt.language for _, prompt in self.prompts])
        drift = {1e-5: 0.02, 3e-5: 0.05, 1e-4: 0.12, 3e-4: 0.5, 1e-3: 0.95}[rate]
        self.label = np.where(rng.random(n) < drift, "en", self.asked)
        self.undetermined = rng.random(n) < 0.02
        self.other = np.where(rng.random(n) < 0.03, "pt", self.label)
        self.lines = np.where(rng.random(n) < 0.7, rng.integers(1, 5, n), 0)
        self.lines_right = np.where(self.label == self.asked, self.lines, 0)
        self.switch = np.where(rng.random(n) < 0.1, rng.random(n), np.nan)
        self.values = rng.integers(0, 3, size=(n, len(CRITERIA)))
        self.picked = rng.integers(0, 10_000, n)
        self.judged = rng.random(n) < 0.1
        self.ended = rng.random(n) < 0.95

    def responses(self, run: int, checkpoint: int, decoding: int) -> Iterator[dict[str, Any]]:
        for place, (prompt_id, _) in enumerate(self.prompts):
            own = self.texts[self.label[place]]
            picked = int(self.picked[place])
            yield {
                "id": self.first + place,
                "run_id": run,
                "checkpoint_id": checkpoint,
                "prompt_id": prompt_id,
                "sample": place % SAMPLES,
                "text": " ".join(own[(picked + step) % len(own)] for step in range(4)),
                "finish_reason": "stop" if self.ended[place] else "length",
                "prompt_tokens": 12,
                "new_tokens": 60,
                "seconds": 0.5,
                "decoding_id": decoding,
                "missing_reason": None,
            }

    def scores(self, detectors: Sequence[int]) -> Iterator[dict[str, Any]]:
        for place in range(len(self.prompts)):
            missing = bool(self.undetermined[place])
            asked = str(self.asked[place])
            for detector, labels in zip(detectors, (self.label, self.other), strict=True):
                label = str(labels[place])
                lines, right = int(self.lines[place]), int(self.lines_right[place])
                whole = asked in _OTHER_SCRIPTS and lines == right
                switch = float(self.switch[place])
                yield {
                    "response_id": self.first + place,
                    "detector_id": detector,
                    "label": None if missing else label,
                    "confidence": None if missing else 0.98,
                    "right": None if missing else label == asked,
                    "lines_judged": lines,
                    "lines_right": right,
                    "missing_reason": "undetermined" if missing else None,
                    "english_words": int(self.picked[place]) % 3 if whole else None,
                    "units_judged": lines or None,
                    "units_right": right if lines else None,
                    "entropy": 0.0 if lines else None,
                    "first_switch": None if np.isnan(switch) else switch,
                }

    def ratings(self, judges: Sequence[int]) -> Iterator[dict[str, Any]]:
        reference, constraints, llm = judges
        for place, (_, prompt) in enumerate(self.prompts):
            given = [int(value) for value in self.values[place]]
            own: list[tuple[int, str, int]] = []
            if prompt.reference is not None:
                own.append((reference, "accuracy", 2 * (given[0] > 0)))
            if prompt.constraint is not None:
                own.append((constraints, "constraint", 2 * (given[1] > 0)))
            if self.judged[place]:
                own += [(llm, name, value) for name, value in zip(CRITERIA, given, strict=True)]
            for judge, criterion, value in own:
                yield {
                    "response_id": self.first + place,
                    "judge_id": judge,
                    "criterion": criterion,
                    "value": value,
                    "created": "2026-01-01T00:00:00+00:00",
                }


def _prompts(count: int) -> PromptSet:
    return PromptSet(
        name="scale",
        prompts=tuple(
            Prompt(
                parallel_id=f"p{number:05}",
                language=code,
                messages=(Message(role="user", content=f"Question {number} ({code})?"),),
                task="fact" if number % 2 else "list",
                constraint="num_items_3" if number % 5 == 0 else None,
                reference=Reference(kind="value", accept=(("x",),)) if number % 2 else None,
                tags={"tier": "ABC"[number % 3]},
            )
            for number in range(count)
            for code in LANGUAGES
        ),
    )


def _texts() -> dict[str, list[str]]:
    """Sentences by language, of which answers are put together."""
    found = load_prompt_set(asset("prompts", "everyday.jsonl")).prompts
    return {
        code: [p.messages[-1].content for p in found if p.language == code] for code in LANGUAGES
    }


def _ids(store: Store) -> list[tuple[int, Prompt]]:
    table = tables.prompts
    with store.database.reading() as connection:
        rows = connection.execute(sa.select(table.c.id, table.c.content).order_by(table.c.id))
        return [(id, Prompt.model_validate(content)) for id, content in rows]


def _write(store: Store, run: str, checkpoint: str, block: _Block) -> None:
    names: dict[sa.Table, Sequence[str]] = {
        tables.runs: [run],
        tables.checkpoints: [checkpoint],
        tables.detectors: DETECTORS,
        tables.judges: ("reference", "constraints", JUDGE),
    }
    database = store.database
    with database.writing() as connection:
        database.insert_new(connection, tables.detectors, [{"name": n} for n in DETECTORS])
        kinds = zip(names[tables.judges], ("rule", "rule", "llm"), strict=True)
        rows = [{"name": name, "kind": kind, "details": None} for name, kind in kinds]
        database.insert_new(connection, tables.judges, rows)
        greedy = {"hash": "greedy", "settings": {"temperature": 0.0}}
        database.insert_new(connection, tables.decodings, [greedy])
        run_ids, checkpoint_ids, detector_ids, judge_ids = (
            [
                connection.scalar(sa.select(table.c.id).where(table.c.name == name))
                for name in wanted
            ]
            for table, wanted in names.items()
        )
        decoding = connection.scalar(sa.select(tables.decodings.c.id))
        for table, made in (
            (tables.responses, block.responses(run_ids[0], checkpoint_ids[0], decoding)),
            (tables.language_scores, block.scores(detector_ids)),
            (tables.ratings, block.ratings(judge_ids)),
        ):
            for rows in _chunks(made):
                connection.execute(sa.insert(table), rows)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    kept: list[dict[str, Any]] = []
    for row in rows:
        kept.append(row)
        if len(kept) == _CHUNK:
            yield kept
            kept = []
    if kept:
        yield kept
