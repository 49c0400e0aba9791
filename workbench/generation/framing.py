"""What a variant puts around a question: solved examples before it, an instruction behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from workbench.assets import asset
from workbench.errors import InputError, NotFoundError
from workbench.files import read_text
from workbench.generation.variant import Variant
from workbench.instructions import Example, find_examples, without_overlap
from workbench.instructions.mixing import spread
from workbench.prompts import Message, Prompt, PromptSet, content_hash

INSTRUCTIONS = ("mitigations", "answer_in_language.yaml")
"""Place of the instructions under ``assets/``: a text by language, in that language."""


@dataclass(frozen=True)
class Framing:
    """What stands around each question, by the language that is expected of its answer."""

    instructions: Mapping[str, str] = field(default_factory=dict)
    shots: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Content hash, 16 hex digits: the same texts, the same hash."""
        shots = {code: [m.model_dump() for m in own] for code, own in self.shots.items()}
        return content_hash({"instructions": dict(self.instructions), "shots": shots})

    def framed(self, prompt: Prompt) -> tuple[Message, ...]:
        """The conversation that a checkpoint is asked in place of the prompt alone."""
        messages = list(prompt.messages)
        if text := self.instructions.get(prompt.language):
            last = messages[-1]
            messages[-1] = last.model_copy(update={"content": f"{last.content}\n{text}"})
        start = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages))
        return (*messages[:start], *self.shots.get(prompt.language, ()), *messages[start:])


def make_framing(variant: Variant, prompt_sets: Sequence[PromptSet]) -> Framing:
    """What a variant puts around the questions of prompt sets, the same for all in a language.

    Raises InputError for a language without an instruction, or with too few examples that
    repeat none of the prompts. Prompts are compared in their own words: an example that
    translates one is not found.
    """
    languages = list(dict.fromkeys(code for asked in prompt_sets for code in asked.languages))
    instructions = language_instructions(languages) if variant.instruction else {}
    shots = _shots(variant, languages, prompt_sets) if variant.shots else {}
    return Framing(instructions, shots)


def language_instructions(languages: Sequence[str]) -> dict[str, str]:
    """ "Answer in French" in French, and so on; InputError for a language without one."""
    known: dict[str, str] = yaml.safe_load(read_text(asset(*INSTRUCTIONS)))
    if absent := [code for code in languages if code not in known]:
        raise InputError(
            f"Instruction to answer in '{absent[0]}'",
            "there is none in this language",
            f"Add it to assets/{'/'.join(INSTRUCTIONS)}, or leave the language out",
        )
    return {code: known[code] for code in languages}


def _shots(
    variant: Variant, languages: Sequence[str], prompt_sets: Sequence[PromptSet]
) -> dict[str, tuple[Message, ...]]:
    asked = variant.shots_language
    written = languages if asked is None else [asked]
    found = find_examples(variant.examples, written)
    short = [example for example in found if _is_one_exchange(example)]
    fitting = without_overlap(short, prompt_sets)
    by_language: dict[str, tuple[Message, ...]] = {}
    for code in written:
        own = [example for example in fitting if example.language == code]
        if len(own) < variant.shots:
            raise NotFoundError(
                f"Examples '{variant.examples}'",
                f"{len(own)} in '{code}' are one question with its answer and repeat no prompt, "
                f"and {variant.shots} are needed",
                "Name other examples, or ask for fewer shots",
            )
        by_language[code] = tuple(
            message for example in spread(own, variant.shots) for message in example.messages
        )
    return by_language if asked is None else dict.fromkeys(languages, by_language[asked])


def _is_one_exchange(example: Example) -> bool:
    return [message.role for message in example.messages] == ["user", "assistant"]
