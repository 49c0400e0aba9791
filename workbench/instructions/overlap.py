"""Overlap: instruction data, or other prompts, that repeat the prompts of a test.

Two texts are compared without case, width of letters, punctuation and spacing. They match
``exact`` where nothing else differs, and ``near`` where of the shorter one at least half of
the runs of eight words and 95% of the words stand in the other. So a text with something
added is near, and so is a long one with a word replaced; two short questions of one pattern
about different things are not. A Chinese, Japanese or Thai character counts as a word.
Texts of fewer than eight words can match exactly alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from workbench.instructions.example import Example
from workbench.prompts import Message, Prompt, PromptSet

RUN = 8
"""Words of a run."""
NEAR_RUNS, NEAR_WORDS = 0.5, 0.95
"""Shares of the shorter text's runs and words from which on two texts are near."""
_NAMED = 3
"""Matches that a warning names."""
# Scripts without spaces give a word a character; of the others, a run of letters and digits.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    r"[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)

Run = tuple[str, ...]


@dataclass(frozen=True)
class PromptMatch:
    """A text that repeats a prompt."""

    index: int
    """Place of the example or prompt among those compared, from 0."""
    text: str
    """What the user says in it."""
    kind: Literal["exact", "near"]
    contained: float
    """Share of the shorter text's runs that stand in the other; 1 where exact."""
    prompt_set: str
    parallel_id: str
    language: str


@dataclass(frozen=True)
class OverlapReport:
    """What of some examples or prompts repeats the prompts of some sets."""

    compared: int
    """Examples or prompts that were compared."""
    matches: tuple[PromptMatch, ...]
    without_text: Mapping[str, int]
    """Prompts whose text is not known, by prompt set: nothing can be said of them."""

    def indices(self, kind: str | None = None) -> set[int]:
        """Places of those that match, or match in one way."""
        return {m.index for m in self.matches if kind in (None, m.kind)}

    def frame(self) -> pd.DataFrame:
        """One row a match."""
        columns = list(PromptMatch.__dataclass_fields__)
        return pd.DataFrame([vars(match) for match in self.matches], columns=columns)

    def warning(self, of: str = "examples") -> str | None:
        """A sentence that says how many repeat which prompts; ``None`` where there is nothing."""
        if not self.matches and not self.without_text:
            return None
        said = []
        if self.matches:
            exact, every = len(self.indices("exact")), len(self.indices())
            sets = ", ".join(sorted({match.prompt_set for match in self.matches}))
            named = "; ".join(
                f"'{_short(m.text)}' is {m.parallel_id} in {m.language}"
                for m in sorted(self.matches, key=lambda m: -m.contained)[:_NAMED]
            )
            said.append(
                f"{every} of {self.compared} {of} repeat prompts of {sets} "
                f"({exact} word for word, {every - exact} nearly): {named}"
            )
        for name, count in self.without_text.items():
            said.append(f"{count} prompts of {name} have no text and were not compared")
        return "; ".join(said)


def overlap(examples: Sequence[Example], prompt_sets: Sequence[PromptSet]) -> OverlapReport:
    """Examples in which the user says what a prompt says."""
    return _compare([_user_turns(example.messages) for example in examples], prompt_sets)


def prompt_overlap(prompts: PromptSet, others: Sequence[PromptSet]) -> OverlapReport:
    """Prompts of a set that are prompts of other sets too, as validation and test may be."""
    return _compare([_user_turns(prompt.messages) for prompt in prompts.prompts], others)


def without_overlap(examples: Sequence[Example], prompt_sets: Sequence[PromptSet]) -> list[Example]:
    """The examples that repeat no prompt, neither exactly nor nearly."""
    repeating = overlap(examples, prompt_sets).indices()
    return [example for index, example in enumerate(examples) if index not in repeating]


def words(text: str) -> Run:
    """Words of a text in one form of case, width and composition."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _compare(texts: Sequence[Sequence[str]], prompt_sets: Iterable[PromptSet]) -> OverlapReport:
    known, without_text = _Index(), Counter[str]()
    for prompt_set in prompt_sets:
        for prompt in prompt_set.prompts:
            if not known.add(prompt_set.name, prompt):
                without_text[prompt_set.name] += 1
    matches: list[PromptMatch] = []
    for index, turns in enumerate(texts):
        best: dict[int, tuple[float, str]] = {}
        for text in turns:
            for entry, share in known.alike(words(text)).items():
                best[entry] = max(best.get(entry, (0.0, "")), (share, text))
        for entry, (share, text) in sorted(best.items()):
            name, prompt, said = known.entries[entry]
            kind: Literal["exact", "near"] = "exact" if words(text) == said else "near"
            matches.append(
                PromptMatch(index, text, kind, share, name, prompt.parallel_id, prompt.language)
            )
    return OverlapReport(len(texts), tuple(matches), dict(without_text))


class _Index:
    """Prompts by their words and by their runs."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Prompt, Run]] = []
        self._exact: dict[Run, list[int]] = defaultdict(list)
        self._by_run: dict[Run, list[int]] = defaultdict(list)

    def add(self, name: str, prompt: Prompt) -> bool:
        """Take a prompt in; whether it has any text."""
        said = words(_joined(prompt.messages))
        if not said:
            return False
        entry = len(self.entries)
        self.entries.append((name, prompt, said))
        self._exact[said].append(entry)
        for run in _runs(said):
            self._by_run[run].append(entry)
        return True

    def alike(self, said: Run) -> dict[int, float]:
        """Prompts that a text repeats, with the share that is contained."""
        found = dict.fromkeys(self._exact.get(said, ()), 1.0)
        runs, own = _runs(said), set(said)
        shared = Counter(entry for run in runs for entry in self._by_run.get(run, ()))
        for entry, count in shared.items():
            if entry in found:
                continue
            other = self.entries[entry][2]
            of_runs = count / min(len(runs), len(_runs(other)))
            of_words = len(own.intersection(other)) / min(len(own), len(set(other)))
            if of_runs >= NEAR_RUNS and of_words >= NEAR_WORDS:
                found[entry] = of_runs
        return found


def _runs(said: Run) -> set[Run]:
    return {said[start : start + RUN] for start in range(len(said) - RUN + 1)}


def _user_turns(messages: Sequence[Message]) -> list[str]:
    """What the user says: each turn, and all of them together where there are several."""
    turns = [message.content for message in messages if message.role == "user"]
    return turns if len(turns) < 2 else [*turns, _joined(messages)]


def _joined(messages: Sequence[Message]) -> str:
    return "\n".join(message.content for message in messages if message.role == "user")


def _short(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
