"""Cross-lingual Workbench: what does an English-tuned LLM do in other languages?

The names below are what notebooks and scripts use. Each is imported when it is first
asked for, so that ``import workbench`` costs nothing.

>>> import workbench
>>> detector = workbench.make_detector("py3langid", ["en", "fr"])
>>> detector.identify("Le renard dort dans la forêt.").label
'fr'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.checkpoints import load as load_checkpoint
    from workbench.errors import WorkbenchError
    from workbench.generation.decoding import Decoding
    from workbench.generation.local import generate
    from workbench.generation.variant import Variant
    from workbench.importing import import_file
    from workbench.judges import make_judge
    from workbench.judging.agreement import agreement_table
    from workbench.judging.means import mean_table
    from workbench.judging.run import judge_run
    from workbench.judging.settings import JudgeSettings
    from workbench.lid.codeswitch import SpanStream, find_spans
    from workbench.lid.detectors import make_detector
    from workbench.lid.passrates import pass_rates
    from workbench.prompts import Prompt, PromptSet, load_prompt_set
    from workbench.runs import catalogue, run_generation, run_study, score_run
    from workbench.selection import read_evidence, select
    from workbench.signatures import signature_table
    from workbench.statistics import paired_table, rate_table
    from workbench.study import Study, load_study
    from workbench.training.recipe import Recipe, load_recipe
    from workbench.training.trainer import train
    from workbench.workspace import Workspace

__version__ = "0.1.0"

_PLACES = {
    "Decoding": "generation.decoding",
    "JudgeSettings": "judging.settings",
    "Prompt": "prompts",
    "PromptSet": "prompts",
    "Recipe": "training.recipe",
    "SpanStream": "lid.codeswitch",
    "Study": "study",
    "Variant": "generation.variant",
    "WorkbenchError": "errors",
    "Workspace": "workspace",
    "agreement_table": "judging.agreement",
    "catalogue": "runs",
    "find_spans": "lid.codeswitch",
    "generate": "generation.local",
    "import_file": "importing",
    "judge_run": "judging.run",
    "load_checkpoint": "checkpoints:load",
    "load_prompt_set": "prompts",
    "load_recipe": "training.recipe",
    "load_study": "study",
    "make_detector": "lid.detectors",
    "make_judge": "judges",
    "mean_table": "judging.means",
    "paired_table": "statistics",
    "pass_rates": "lid.passrates",
    "rate_table": "statistics",
    "read_evidence": "selection",
    "run_generation": "runs",
    "run_study": "runs",
    "score_run": "runs",
    "select": "selection",
    "signature_table": "signatures",
    "train": "training.trainer",
}
"""Module of each public name, and its name there where it is another."""

__all__ = [
    "Decoding",
    "JudgeSettings",
    "Prompt",
    "PromptSet",
    "Recipe",
    "SpanStream",
    "Study",
    "Variant",
    "WorkbenchError",
    "Workspace",
    "agreement_table",
    "catalogue",
    "find_spans",
    "generate",
    "import_file",
    "judge_run",
    "load_checkpoint",
    "load_prompt_set",
    "load_recipe",
    "load_study",
    "make_detector",
    "make_judge",
    "mean_table",
    "paired_table",
    "pass_rates",
    "rate_table",
    "read_evidence",
    "run_generation",
    "run_study",
    "score_run",
    "select",
    "signature_table",
    "train",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'workbench' has no attribute '{name}'")
    module, _, other = _PLACES[name].partition(":")
    return getattr(import_module(f"workbench.{module}"), other or name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
