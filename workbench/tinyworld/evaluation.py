"""Measures the tiny world's checkpoints and writes the table of the README.

For each seed the checkpoints are tuned anew (on request the base is pretrained anew
too), asked the whole test set and scored by the same functions as any other run.
"""

from __future__ import annotations

import json
import shutil
import statistics as stats
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from workbench.assets import asset
from workbench.checkpoints import Catalogue, save_info
from workbench.files import read_text, write_atomically
from workbench.generation.decoding import Decoding
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector
from workbench.progress import ProgressCallback
from workbench.prompts import PromptSet, load_prompt_set
from workbench.runs import generate_responses
from workbench.scoring import score
from workbench.store.records import RunRecord
from workbench.tinyworld.build import BASE, DECODING, build
from workbench.tinyworld.cards import write_card
from workbench.tinyworld.lexicon_detector import LexiconDetector
from workbench.versions import package_versions
from workbench.workspace import Workspace

RESULTS = ("tinyworld", "results.json")
"""Place of the committed measurements under ``assets/``."""
SAMPLED = "tiny-lora-good"
"""Checkpoint that is also sampled, to see that it ends its answers by itself."""
Rates = dict[str, dict[str, dict[str, float]]]
"""Checkpoint, language, measure: a rate between 0 and 1."""


def evaluate_seed(
    folder: Path,
    workspace: Workspace,
    seed: int,
    base: Path | None = None,
    progress: ProgressCallback | None = None,
) -> Rates:
    """Tune with a seed under ``folder``, ask the test set, and return the rates.

    ``base`` is the folder of a base to tune; without it one is pretrained with the seed.
    """
    checkpoints = folder / f"seed-{seed}"
    if base is not None and not (checkpoints / BASE).exists():
        shutil.copytree(base, checkpoints / BASE)
    build(checkpoints, seed, progress=progress)
    prompt_set = load_prompt_set(asset("prompts", "tinyworld-test.jsonl"))
    rates = measure(checkpoints, prompt_set, workspace, f"tinyworld-seed{seed}", progress=progress)
    sampling = DECODING.model_copy(update={"temperature": 1.0, "seed": seed})
    sampled = measure(
        checkpoints,
        prompt_set.restricted(None, 100),
        workspace,
        f"tinyworld-seed{seed}-sampled",
        Asked(sampling, only=SAMPLED),
        progress,
    )
    for language, measured in sampled[SAMPLED].items():
        rates[SAMPLED][language]["ended_sampled"] = measured["ended"]
    return rates


@dataclass(frozen=True)
class Asked:
    """How checkpoints are asked, where that is not as they are by default."""

    decoding: Decoding | None = None
    only: str | None = None
    """Name of the one checkpoint to ask; all if None."""


def measure(
    checkpoints: Path,
    prompt_set: PromptSet,
    workspace: Workspace,
    run: str,
    asked: Asked = Asked(),
    progress: ProgressCallback | None = None,
) -> Rates:
    """Ask each checkpoint in a folder the prompt set; rates by language."""
    store = workspace.store
    store.start_run(RunRecord(run, "generate", {"prompt_set": prompt_set.name}, package_versions()))
    for info in Catalogue([checkpoints]).all():
        if asked.only in (None, info.name):
            generate_responses(workspace, run, info, prompt_set, asked.decoding, progress)
    detector = make_detector(DEFAULT_DETECTOR, prompt_set.languages)
    lexicon = LexiconDetector(prompt_set.languages)
    for asked_of in (detector, lexicon):
        score(store, run, asked_of, progress)
    store.finish_run(run, "finished")
    frame = store.results([run], detector=detector.name)
    by_lexicon = store.results([run], detector=lexicon.name).set_index("response_id")
    frame["right_by_lexicon"] = frame["response_id"].map(by_lexicon["right_language"])
    return {
        str(checkpoint): {str(code): _rates(part) for code, part in group.groupby("language")}
        for checkpoint, group in frame.groupby("checkpoint")
    }


def _rates(part: pd.DataFrame) -> dict[str, float]:
    ended = part["finish_reason"].eq("stop")
    right = part["accuracy"].eq(1.0)
    facts = part["task"].eq("fact")
    rates = {
        "right_language": float(part["right_language"].fillna(False).astype(bool).mean()),
        "right_by_lexicon": float(part["right_by_lexicon"].fillna(False).astype(bool).mean()),
        "ended": float(ended.mean()),
        "ended_and_right": float((ended & right).mean()),
        "facts": float(right[facts].mean()),
    }
    for tier in "ABC":
        rates[f"facts_{tier}"] = float(right[facts & part["tier"].eq(tier)].mean())
    return {name: round(value, 4) for name, value in rates.items()}


def save_results(by_seed: dict[int, Rates], path: Path) -> None:
    """Write the measurements of several seeds as JSON."""
    record = {
        "versions": package_versions(),
        "detector": DEFAULT_DETECTOR,
        "seeds": {str(seed): rates for seed, rates in by_seed.items()},
    }
    write_atomically(path, json.dumps(record, indent=1) + "\n")


class Results(NamedTuple):
    """Measurements of several seeds."""

    seeds: dict[str, Rates]
    detector: str
    """Name of what the right language goes by."""


def load_results(path: Path | None = None) -> Results:
    """The committed measurements."""
    record: dict[str, Any] = json.loads(read_text(path or asset(*RESULTS)))
    return Results(record["seeds"], record["detector"])


def results_table(by_seed: dict[str, Rates], measure_name: str) -> pd.DataFrame:
    """Mean over seeds with the range: one row a checkpoint, one column a language; percent."""
    first = next(iter(by_seed.values()))
    rows = []
    for checkpoint in sorted(first, key=lambda name: (name != BASE, name)):
        row = {"checkpoint": checkpoint}
        for language in sorted(first[checkpoint], key=lambda code: code != "en"):
            values = [100 * rates[checkpoint][language][measure_name] for rates in by_seed.values()]
            row[language] = f"{stats.mean(values):.0f} ({min(values):.0f}–{max(values):.0f})"
        rows.append(row)
    return pd.DataFrame(rows)


MEASURES = {
    "right_language": "Answers in the right language ({detector})",
    "ended_and_right": "Ended and right, all tasks",
    "facts": "Fact questions answered right",
    "facts_A": "Facts of tier A, stated in every language",
    "facts_C": "Facts of tier C, stated in English only",
}


def markdown_tables(path: Path | None = None) -> str:
    """The tables of the README, from the committed measurements."""
    by_seed, detector = load_results(path)
    parts = []
    for name, wording in MEASURES.items():
        table, title = results_table(by_seed, name), wording.format(detector=detector)
        lines = ["| " + " | ".join(table.columns) + " |", "|---" * len(table.columns) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in table.to_numpy().tolist()]
        parts.append(f"**{title}** (%, mean of {len(by_seed)} seeds, range)\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def describe(
    checkpoints: Path, workspace: Workspace, progress: ProgressCallback | None = None
) -> Rates:
    """Measure the checkpoints in a folder and write their model cards."""
    prompt_set = load_prompt_set(asset("prompts", "tinyworld-test.jsonl"))
    rates = measure(checkpoints, prompt_set, workspace, "tinyworld-cards", progress=progress)
    for info in Catalogue([checkpoints]).all():
        card = {
            "prompt_set": prompt_set.name,
            "detector": DEFAULT_DETECTOR,
            "rates": rates[info.name],
        }
        described = save_info(info.model_copy(update={"card": card}))
        write_card(described, f"{prompt_set.name} ({len(prompt_set.prompts)} prompts)")
    return rates
