"""What the command line says of options that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from cyclopts import CycloptsError

from workbench.cli import app
from workbench.commands.refusals import refusal
from workbench.errors import InputError


def said(*arguments: str) -> str:
    """The message for a command line that is refused before its command runs."""
    with pytest.raises(CycloptsError) as raised:
        app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    return refusal(raised.value)


ASK = ("generate", "tiny-base", "tinyworld-test")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (*ASK, "--lora-strength", "3"),
            "--lora-strength 3: it should be at most 1.5. Correct it (how strongly a LoRA is "
            "applied: 0 is its base, 1 as trained, above 1 more).",
        ),
        (
            (*ASK, "--interpolation", "x"),
            "--interpolation x: it is no number. Correct it (weights between the base's (0) and "
            "those of full fine-tuning (1)).",
        ),
        (
            (*ASK, "--interpolation", "0.5", "--lora-strength", "1"),
            "--lora-strength 1 --interpolation 0.5: lora_strength is of a LoRA and interpolation "
            "of a full fine-tuning. See 'workbench generate --help'.",
        ),
        (
            (*ASK, "--shots", "2.5"),
            "--shots 2.5: it is no whole number. Correct it (solved examples, as earlier turns of "
            "the conversation; none repeats a prompt).",
        ),
        (
            (*ASK, "--limit", "0"),
            "Invalid value \"0\" for --limit. Must be >= 1. See 'workbench generate --help'.",
        ),
        (
            ("judge", "r", "--concurrency", "0"),
            "--concurrency 0: it should be at least 1. Correct it (requests under way at once).",
        ),
        (
            ("judge", "r", "--timeout", "0"),
            "--timeout 0: it should be above 0. Correct it (seconds that a request may take).",
        ),
        (
            ("judge", "r", "--judge", "x"),
            'Invalid value "x" for --judge. Choose from: "llm", "local", "reference". See '
            "'workbench judge --help'.",
        ),
        (
            ("judge", "r", "--formt", "csv"),
            "Unknown option: --formt. Did you mean --format? See 'workbench judge --help'.",
        ),
        (
            ("train", "tiny-full-good", "--processes", "0"),
            "Invalid value \"0\" for --processes. Must be >= 1. See 'workbench train --help'.",
        ),
        (
            ("elicit", "tiny-base", "--shots", "-1"),
            "--shots -1: it should be at least 0. Correct it (solved examples in front of each "
            "question).",
        ),
    ],
)
def test_the_option_the_reason_and_what_to_do(arguments: tuple[str, ...], message: str) -> None:
    assert said(*arguments) == message


def test_an_unknown_command_is_told_what_there_is() -> None:
    message = said("jugde")
    assert message.startswith('Unknown command "jugde". ')
    assert message.endswith(" See 'workbench --help'.")


def test_languages_without_prompts_are_refused_before_anything_is_kept(tmp_path: Path) -> None:
    place = ["--workspace", str(tmp_path / "ws")]
    with pytest.raises(InputError, match="there are none in xx. Choose languages among en"):
        app([*ASK, "--languages", "fr,xx", *place], result_action="return_value")
    from workbench.workspace import Workspace

    assert Workspace(tmp_path / "ws").store.runs().empty
