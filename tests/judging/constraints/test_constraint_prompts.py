"""The paper's modified prompts, where they are at hand."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from workbench.importing.turns import load_turns
from workbench.judging.constraints import check, expected_language
from workbench.lid.langid_detector import LangidDetector

ALPACAEVAL = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "alpacaeval"
FILES = sorted(ALPACAEVAL.glob("modifiers.*.jsonl"))
NEED_A_JUDGE = {"scientific_style", "simple_style", "complex_inst"}

pytestmark = pytest.mark.skipif(not FILES, reason="the prompt files are not in WORKBENCH_DATA")


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector(["de", "en", "fr", "pt", "ru"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_type_is_decided_or_needs_a_judge(path: Path, detector: LangidDetector) -> None:
    prompts = load_turns(path).prompts
    undecided = Counter(
        prompt.constraint
        for prompt in prompts
        if check(prompt.constraint or "", "Lave as maçãs e corte.", detector=detector).kept is None
    )

    assert len(prompts) == 251
    # 14 scientific, 14 simple, 15 with two tasks.
    assert undecided == {"scientific_style": 14, "simple_style": 14, "complex_inst": 15}
    assert undecided.keys() == NEED_A_JUDGE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_types_say_what_the_prompts_ask(path: Path) -> None:
    for prompt in load_turns(path).prompts:
        constraint, asked = prompt.constraint or "", prompt.messages[-1].content
        if constraint.startswith("num_items_"):
            assert re.findall(r"\d+", asked)[-1] == constraint.removeprefix("num_items_")
        if constraint == "arrow_template":
            assert asked.endswith("-->")
        if expected_language(constraint):
            assert expected_language(constraint) == prompt.language
