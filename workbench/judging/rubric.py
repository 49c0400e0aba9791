"""Rubrics: the six criteria worded for people and judges, with levels, guidelines and examples.

``assets/rubrics/NAME.yaml`` has what is the same in every language, ``NAME.LL.yaml`` the
wording. Prompts of judges and the guidelines that people read are made from it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from workbench.assets import Shipped
from workbench.errors import FileFormatError, NotFoundError
from workbench.judging.criteria import CRITERIA, LEVELS, Rule, Ruled, Values, apply_rules
from workbench.prompts import content_hash
from workbench.yaml_files import load_yaml_model

DEFAULT_RUBRIC = "six-criteria"
RUBRICS = Shipped("Rubric", ("rubrics",), "YAML", (".yaml", ".yml"), apart="*.??.yaml")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Record):
    """An answer with its value for one criterion, and why it has it."""

    question: str
    answer: str
    value: int
    why: str


class Wording(_Record):
    """One criterion in words."""

    title: str
    question: str
    """What the criterion asks of an answer."""
    levels: dict[int, str]
    """What each level means."""
    guideline: str
    """How to decide where it is not plain."""
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _words_each_level(self) -> Wording:
        if set(self.levels) != set(LEVELS):
            raise ValueError("each of the levels 0, 1 and 2 needs its words")
        return self


class Criterion(Wording):
    """One criterion, with its key."""

    key: str


class WordedRule(Rule):
    """A rule between criteria in words."""

    text: str


class JudgeTexts(_Record):
    """What a judge is told beside the criteria."""

    role: str
    data: str
    """That question and answer are data; holds ``{mark}``."""
    output: str
    """What to reply; holds ``{keys}`` and ``{flags}``."""
    expected: str
    """What stands before the expected language."""
    question: str
    answer: str
    closing: str
    level: str
    """What to reply where one criterion is asked alone; holds ``{criterion}``."""
    compare: str
    compare_output: str
    first: str
    second: str
    compare_closing: str


class Rubric(_Record):
    """The criteria in one language."""

    name: str
    version: int
    language: str
    introduction: str
    criteria: tuple[Criterion, ...]
    """In the order in which they are rated."""
    rules: tuple[WordedRule, ...]
    """In the order in which they are applied."""
    flags: dict[str, str]
    """Yes-or-no findings that rules need, in words by their key."""
    empty: dict[str, int]
    """Values of an answer without any text."""
    empty_text: str
    """That rule in words."""
    judge: JudgeTexts

    @cached_property
    def hash(self) -> str:
        """Content hash of all that is said and ruled, in this language."""
        return content_hash(self.model_dump(mode="json"))

    @property
    def identity(self) -> dict[str, str | int]:
        """What is kept with the judge of each rating: name, version, hash, language."""
        return {
            "name": self.name,
            "version": self.version,
            "hash": self.hash,
            "language": self.language,
        }

    def judge_name(self, model: str) -> str:
        """What ratings by a model are kept under, such as ``gpt-4o[six-criteria-1.en]``."""
        return f"{model}[{self.name}-{self.version}.{self.language}]"

    def apply_rules(self, values: Values, flags: Collection[str] = ()) -> Ruled:
        """The values after this rubric's rules, with which rule changed what."""
        return apply_rules(values, flags, self.rules)


class _Frame(_Record):
    """What ``NAME.yaml`` holds."""

    name: str
    version: int
    criteria: tuple[str, ...]
    flags: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    empty: dict[str, int]

    @model_validator(mode="after")
    def _names_what_there_is(self) -> _Frame:
        if self.criteria != CRITERIA or set(self.empty) != set(CRITERIA):
            raise ValueError(f"the criteria are {', '.join(CRITERIA)}, in this order")
        named = {rule.criterion for rule in self.rules if rule.criterion}
        named |= {criterion for rule in self.rules for criterion in rule.caps}
        unknown = sorted(named - set(CRITERIA))
        unknown += sorted({rule.flag for rule in self.rules if rule.flag} - set(self.flags))
        if unknown:
            raise ValueError(f"rules name {', '.join(unknown)}, which there is not")
        return self


class _Worded(_Record):
    """What ``NAME.LL.yaml`` holds."""

    introduction: str
    criteria: dict[str, Wording]
    rules: dict[str, str]
    """By the rules' keys, and ``empty``."""
    flags: dict[str, str]
    judge: JudgeTexts


@lru_cache(maxsize=32)
def load_rubric(name: str = DEFAULT_RUBRIC, language: str = "en") -> Rubric:
    """A rubric of ``assets/rubrics``, or of a YAML file, in a language.

    Raises NotFoundError where there is no such rubric or language, FileFormatError where a
    file does not word all that it has to.
    """
    path = RUBRICS.file(name)
    frame = load_yaml_model(path, _Frame)
    wording = path.with_suffix(f".{language}.yaml")
    if not wording.is_file():
        raise NotFoundError(
            f"Rubric '{name}' in '{language}'",
            f"there is no file {wording.name} beside it",
            f"Use one of {', '.join(rubric_languages(name)) or '(none)'}, or write that file",
        )
    return _joined(frame, load_yaml_model(wording, _Worded), wording)


def shipped_rubrics() -> list[str]:
    """Names in ``assets/rubrics``."""
    return list(RUBRICS.files())


def rubric_languages(name: str = DEFAULT_RUBRIC) -> list[str]:
    """Codes of the languages that a rubric is worded in."""
    path = RUBRICS.file(name)
    return sorted(p.stem.rpartition(".")[2] for p in path.parent.glob(f"{path.stem}.*.yaml"))


def _joined(frame: _Frame, worded: _Worded, path: Path) -> Rubric:
    for part, needed, given in (
        ("criteria", set(frame.criteria), set(worded.criteria)),
        ("rules", {rule.key for rule in frame.rules} | {"empty"}, set(worded.rules)),
        ("flags", set(frame.flags), set(worded.flags)),
    ):
        if needed != given:
            raise FileFormatError(
                f"{path}, field '{part}'",
                f"it words {', '.join(sorted(given))}, the rubric has {', '.join(sorted(needed))}",
                "Word each of them, and nothing else",
            )
    return Rubric(
        name=frame.name,
        version=frame.version,
        language=path.stem.rpartition(".")[2],
        introduction=worded.introduction,
        criteria=tuple(
            Criterion(key=key, **worded.criteria[key].model_dump()) for key in frame.criteria
        ),
        rules=tuple(
            WordedRule(text=worded.rules[rule.key], **rule.model_dump()) for rule in frame.rules
        ),
        flags={key: worded.flags[key] for key in frame.flags},
        empty=frame.empty,
        empty_text=worded.rules["empty"],
        judge=worded.judge,
    )
