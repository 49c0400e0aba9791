"""What goes into the store, one frozen record a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.prompts import Prompt, Reference

RunKind = Literal["study", "import", "generate", "validation"]
"""``validation``: answers of models in training, to choose among them; not for comparison."""
RunStatus = Literal["running", "finished", "stopped", "failed"]
FinishReason = Literal["stop", "length", "missing", "unknown"]
"""``missing``: there is no answer; ``unknown``: imported without saying how it ended."""
JudgeKind = Literal["rule", "llm", "local", "person"]
Winner = Literal["a", "b", "tie"]
CONSTRAINT_JUDGE, CONSTRAINT_CRITERION = "constraints", "constraint"
"""Under which names it is kept whether an answer keeps its prompt's constraint."""
RULE_JUDGES = frozenset({"reference", CONSTRAINT_JUDGE})
"""Judges that go by rules alone, of which there is nothing to describe."""


@dataclass(frozen=True)
class RunRecord:
    """One execution of a study, an import, or a generation."""

    name: str
    kind: RunKind
    config: Mapping[str, Any] = field(default_factory=dict)
    """What was to be done; a run with the same name and another config is refused."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of the packages that did it."""
    status: RunStatus = "running"


@dataclass(frozen=True)
class ResponseRecord:
    """What a checkpoint answered to a prompt."""

    parallel_id: str
    language: str
    """Expected answer language; with ``parallel_id`` it names the prompt in its set."""
    sample: int
    """Number of the answer to the same prompt, from 0."""
    text: str
    finish_reason: FinishReason = "unknown"
    prompt_tokens: int | None = None
    new_tokens: int | None = None
    seconds: float | None = None
    decoding: Mapping[str, Any] = field(default_factory=dict)
    missing_reason: str | None = None
    """Why there is no answer, where there is none."""


@dataclass(frozen=True)
class LanguageScore:
    """A detector's verdict on a response."""

    response_id: int
    detector: str
    label: str | None
    """Language found; None where undetermined."""
    confidence: float | None
    """Between 0 and 1."""
    right: bool | None
    """Whether it is the expected language; None where that cannot be said."""
    lines_judged: int | None = None
    """Lines long enough to be judged alone."""
    lines_right: int | None = None
    """Judged lines in the expected language."""
    missing_reason: str | None = None
    """Why ``right`` is None."""
    english_words: int | None = None
    """In judged lines of an answer all of whose lines are right, in languages of another script
    than English; None elsewhere."""
    units_judged: int | None = None
    """Sentences (short ones taken together) that show a language, without code and the like;
    None for an answer of fewer than five tokens."""
    units_right: int | None = None
    """Judged units in the expected language."""
    entropy: float | None = None
    """Of the languages over the characters of judged units, in bits; 0 where there is one."""
    first_switch: float | None = None
    """Where the first unit begins that is in another language than the one before it.

    From 0, the start of the text, to 1, its end; None where there is no such unit.
    """


@dataclass(frozen=True)
class JudgeRecord:
    """Who or what rates, described so that its ratings can be had again."""

    name: str
    kind: JudgeKind
    details: Mapping[str, Any] = field(default_factory=dict)
    """Model, server, rubric (name, version, hash, language), prompt hash, decoding; nothing
    secret. A judge with the same name and other details is refused."""


@dataclass(frozen=True)
class Rating:
    """A judge's value for one criterion of a response."""

    response_id: int
    judge: str
    criterion: str
    value: int | None
    """0, 1 or 2; None where missing."""
    missing_reason: str | None = None
    reason: str | None = None
    """Why this value was given, in the judge's words."""
    raw: float | None = None
    """What the judge itself gave: an expectation over the levels, or the value that a rule
    between criteria replaced; None where it is ``value``."""
    rule: str | None = None
    """The rule between criteria that changed the value, such as ``unreadable``."""
    created: str | None = field(default=None, compare=False)
    """When it was given, as ``values.utc_time`` writes it; when it is stored if None."""

    def __post_init__(self) -> None:
        if self.value not in (None, 0, 1, 2):
            raise ValueError(f"a rating is 0, 1, 2 or None, not {self.value!r}")
        if (self.value is None) != (self.missing_reason is not None):
            raise ValueError("a rating has either a value or the reason why it is missing")


@dataclass(frozen=True)
class Comparison:
    """A judge's choice between two responses to the same prompt, shown in one order."""

    response_a: int
    """The smaller of the two ids, so that a pair is the same whichever side is named first."""
    response_b: int
    judge: str
    shown_first: Literal["a", "b"]
    winner: Winner | None
    """None where missing."""
    missing_reason: str | None = None
    reason: str | None = None
    """Why, in the judge's words."""

    def __post_init__(self) -> None:
        if self.response_a >= self.response_b:
            raise ValueError("the ids of a comparison stand in order, the smaller one as a")
        if (self.winner is None) != (self.missing_reason is not None):
            raise ValueError("a comparison has either a winner or the reason why it is missing")


@dataclass(frozen=True)
class JudgedResponse:
    """A response that a judge rates, with what it answers.

    The judge itself is shown the question, the answer and the expected language alone.
    """

    response_id: int
    checkpoint: str
    prompt: Prompt
    """Without messages where its text is not known, as for some imported answers."""
    prompt_set: str
    sample: int
    text: str
    finish_reason: FinishReason
    missing_reason: str | None = None
    """Why there is no answer, where there is none."""

    @property
    def language(self) -> str:
        """Expected answer language."""
        return self.prompt.language


@dataclass(frozen=True)
class PendingResponse:
    """A response that waits for a score, with what is needed to score it."""

    response_id: int
    text: str
    language: str
    """Expected answer language."""
    reference: Reference | None
    missing_reason: str | None
    """Why there is no answer, where there is none."""
    constraint: str | None = None
    """What the prompt asks of the answer's form, such as ``num_items_5``."""
    prompt_language: str | None = None
    """Language that the prompt is written in, where it is not the expected one."""
