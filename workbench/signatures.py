"""Signs of failed transfer in answers: five, each a rate by checkpoint and language.

They are counted on the surface and by reference facts, without a judge: a cheap first look
at what answers to read, each with the ids of responses that show it. What cannot be measured
is missing with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby

import pandas as pd

from workbench.instructions.overlap import words

ENGLISH = "en"
COLUMNS = (
    "checkpoint",
    "language",
    "signature",
    "value",
    "n_scored",
    "n_total",
    "missing_reason",
    "worst",
)
"""Columns of ``signature_table``: ``value`` is between 0 and 1 (a gap: -1 to 1), more is worse,
NaN where missing; ``worst`` are ids of up to ``EXAMPLES`` responses that show it."""
EXAMPLES = 5
REPEATED_WORDS = 3
"""A word so often in a row is a stutter."""
REPEATED_SHARE = 0.5
"""Share of a text's word pairs that stood in it before, from which on it runs in circles."""
UNKNOWN_SHARE = 0.2
"""Share of words outside a closed word list from which on an answer has invented words."""
_SENTENCE_END = re.compile(r"[.!?…。！？]+(?:\s+|$)|\n+|(?<=[。！？])")
Measured = tuple[pd.Series, str]
"""A value a response (missing where it says nothing of the sign), and why all are missing."""


def english_drift(results: pd.DataFrame) -> Measured:
    """Answered in English where another language was asked: 1, else 0.

    Over answers whose language could be told; an empty answer is not English.
    """
    told = results["right_language"].notna() & (results["language"] != ENGLISH)
    english = (results["detected"] == ENGLISH) & (results["text"].str.strip() != "")
    return english.astype("Float64").where(told), "no language could be told"


def hallucinated_facts(results: pd.DataFrame) -> Measured:
    """A fact question answered, to the end and in the right language, with something wrong: 1.

    Over fact questions with a reference whose answer could be rated and its language told.
    """
    asked = results["task"].eq("fact") & results["accuracy"].notna()
    asked &= results["right_language"].notna()
    wrong = results["accuracy"].eq(0) & results["right_language"].fillna(False).astype(bool)
    wrong &= results["finish_reason"].eq("stop") & (results["text"].str.strip() != "")
    return wrong.astype("Float64").where(asked), "no fact question could be rated"


def uneven_helpfulness(results: pd.DataFrame) -> Measured:
    """Accuracy of the answer to the English twin of a prompt less that of the answer: -1 to 1.

    Over prompts whose twin the same checkpoint was asked in the same run, both rated.
    """
    keys = ["run", "checkpoint", "prompt_set", "parallel_id", "sample"]
    english = results[results["language"] == ENGLISH].drop_duplicates(keys)
    twin = results[keys].merge(english[[*keys, "accuracy"]], on=keys, how="left")["accuracy"]
    twin.index = results.index
    gap = twin.astype("Float64") - results["accuracy"].astype("Float64")
    other = results["language"] != ENGLISH
    return gap.where(other), "no answer and its English twin could both be rated"


def fluency(results: pd.DataFrame) -> Measured:
    """An answer that is cut off, stutters, runs in circles, or has invented words: 1.

    Cut off: it did not end by itself. It stutters with the same word three times in a row,
    and runs in circles where half of its word pairs stood in it before. Invented words are
    counted for prompts of the tiny world alone, whose words are all known: a fifth of them
    is unknown in every language. An empty answer is not judged.
    """
    known = results["finish_reason"].isin(["stop", "length"]) & (results["text"].str.strip() != "")
    faulty = [
        reason == "length" or _stutters(text) or _circles(text) or _invents(text, prompt_set)
        for text, reason, prompt_set in zip(
            results["text"], results["finish_reason"], results["prompt_set"], strict=True
        )
    ]
    values = pd.Series(faulty, index=results.index, dtype="Float64")
    return values.where(known), "it is not known how the answers ended"


def lost_coherence(results: pd.DataFrame) -> Measured:
    """An answer that says a sentence twice: 1.

    Over answers of two sentences and more; contradiction is not seen.
    """
    values = [_says_twice(text) for text in results["text"]]
    return pd.Series(values, index=results.index, dtype="Float64"), "no answer has two sentences"


SIGNATURES: dict[str, Callable[[pd.DataFrame], Measured]] = {
    "english_drift": english_drift,
    "hallucinated_facts": hallucinated_facts,
    "uneven_helpfulness": uneven_helpfulness,
    "fluency": fluency,
    "lost_coherence": lost_coherence,
}
"""Sign to measure; its docstring defines it."""


def signature_table(results: pd.DataFrame) -> pd.DataFrame:
    """The five signs by checkpoint and language; see ``COLUMNS``.

    ``results`` is what ``Store.results`` gives.
    """
    rows = []
    for name, measure in SIGNATURES.items():
        values, reason = measure(results)
        frame = results[["checkpoint", "language", "response_id"]].assign(value=values)
        for (checkpoint, language), part in frame.groupby(["checkpoint", "language"], sort=True):
            scored = part.dropna(subset=["value"])
            worst = scored[scored["value"] > 0].sort_values(
                "value", ascending=False, kind="stable"
            )["response_id"]
            rows.append(
                {
                    "checkpoint": checkpoint,
                    "language": language,
                    "signature": name,
                    "value": float(scored["value"].mean()) if len(scored) else float("nan"),
                    "n_scored": len(scored),
                    "n_total": len(part),
                    "missing_reason": None if len(scored) else _reason(name, language, reason),
                    "worst": [int(id) for id in worst.head(EXAMPLES)],
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _reason(signature: str, language: object, reason: str) -> str:
    of_others = signature in ("english_drift", "uneven_helpfulness")
    return "only of languages other than English" if of_others and language == ENGLISH else reason


def _stutters(text: str) -> bool:
    return any(len(list(run)) >= REPEATED_WORDS for _, run in groupby(words(text)))


def _circles(text: str) -> bool:
    said = words(text)
    pairs = list(zip(said, said[1:], strict=False))
    return len(pairs) > 3 and 1 - len(set(pairs)) / len(pairs) >= REPEATED_SHARE


def _invents(text: str, prompt_set: str) -> bool:
    if not prompt_set.startswith("tinyworld"):
        return False
    said, known = words(text), _tiny_world_words()
    return bool(said) and sum(word not in known for word in said) / len(said) >= UNKNOWN_SHARE


@lru_cache(maxsize=1)
def _tiny_world_words() -> frozenset[str]:
    from workbench.tinyworld.lexicon import shipped_languages
    from workbench.tinyworld.lexicon_detector import vocabulary

    return frozenset[str]().union(*(vocabulary(code) for code in shipped_languages()))


def _says_twice(text: str) -> float | None:
    sentences = [words(part) for part in _SENTENCE_END.split(text) if part]
    said = [sentence for sentence in sentences if sentence]
    return None if len(said) < 2 else float(len(set(said)) < len(said))
