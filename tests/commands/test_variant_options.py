"""Variants as options of ``workbench generate``, on the shipped checkpoints."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import Ended, workbench
from workbench.workspace import Workspace


def generate(workspace: Path, *arguments: str) -> Ended:
    limits = ("--limit", "2", "--languages", "fr")
    return workbench("generate", *arguments, "tinyworld-test", *limits, workspace=workspace)


def test_a_variant_answers_under_a_name_of_its_own(tmp_path: Path) -> None:
    options = ["tiny-lora-good", "--lora-strength", "0.5", "--shots", "1"]
    first = generate(tmp_path, *options)
    assert first.returncode == 0, first.stderr
    run = first.stdout.strip()

    assert run.startswith("tiny-lora-good+strength=0.5+shots=1-tinyworld-test-")
    results = Workspace(tmp_path).store.results([run])
    assert list(results["variant"]) == ["strength=0.5+shots=1"] * 2
    assert (results["text"] != "").all()
    again = generate(tmp_path, *options)
    assert again.stdout.strip() == run
    assert len(Workspace(tmp_path).store.results([run])) == 2


def test_a_variant_that_does_not_fit_says_what_does(tmp_path: Path) -> None:
    refused = generate(tmp_path, "tiny-full-good", "--lora-strength", "0.5")

    assert refused.returncode == 2
    assert refused.stderr.strip() == (
        "error: LoRA strength 0.5 of tiny-full-good: it has no LoRA: all of its weights were "
        "trained. Use interpolation, which says the same of full fine-tuning."
    )
