"""Code-switching: how many splices are found, and how often a clean text alarms.

    python -m benchmarks.codeswitch [--texts FOLDER] [--count N] [--half testing] [--tune]

A splice is found when at least half of its words are marked, and named when they are marked
as what they are. False alarms are the share of clean texts with any span; many of those in
answers are English or another language on a closer look. ``--tune`` prints the rates on the
tuning half for a grid of entry costs and drifts and the best of them, which are the defaults
of ``workbench.lid.switching.weights``, and the fit of the confidence.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.splices import Case, clean_texts, make_cases
from workbench.languages import LANGUAGES
from workbench.lid.codeswitch import LanguageSpan, SpanStream
from workbench.lid.exempt import exempt_spans
from workbench.lid.switching.evidence import Evidence
from workbench.lid.switching.scripts import scripts_of
from workbench.lid.switching.spans import CONFIDENCE
from workbench.lid.switching.units import units
from workbench.lid.switching.weights import Weights

ALARMS = 0.0075
"""False alarms that tuning allows, of Latin and of other scripts alike."""
GRID = {
    "entry_english": (5.0, 6.0, 7.0),
    "entry": (7.0, 8.0, 9.0),
    "drift": (0.2, 0.3, 0.5),
}


def main() -> None:
    """Make the cases, judge them, print tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, help="folder of CODE.txt, for further languages")
    parser.add_argument("--count", type=int, default=40, help="English splices a language, length")
    parser.add_argument("--half", choices=("tuning", "testing"), default="testing")
    parser.add_argument("--tune", action="store_true", help="fit on the tuning half")
    options = parser.parse_args()
    cases = make_cases(clean_texts(options.texts), options.count)
    if options.tune:
        _tune([case for case in cases if case.half == 0])
        return
    chosen = [case for case in cases if case.half == (options.half == "testing")]
    print(f"{options.half} half: {len(chosen):,} texts")
    results = judge(chosen)
    _print_tables(results)
    _print_speed([case.text for case in chosen[:500]], chosen[0].expected)


def judge(cases: Sequence[Case], weights: Weights | None = None) -> pd.DataFrame:
    """One row a case: the case, its words, and how many of them are marked rightly.

    Columns besides the case's: ``alarm``, ``words_judged``, ``words_marked``,
    ``words_foreign``, ``words_found``, ``words_named``, ``best`` (highest confidence of its
    spans), ``group`` (of the expected language), ``rivals`` (English, the same script, another).
    """
    rows = [(*case, *_count(case, spans)) for case, spans in _spans(cases, weights)]
    counted = ("alarm", "words_judged", "words_marked", "words_foreign", "words_found")
    frame = pd.DataFrame(rows, columns=[*Case._fields, *counted, "words_named"])
    latin = frame.expected.map(scripts_of) == ("Latn",)
    english = frame.rival == "en"
    shared = frame.expected.map(_script) == frame.rival.map(_script)
    return frame.assign(
        group=np.where(latin, "Latin", "other"),
        rivals=np.where(english, "English", np.where(shared, "same script", "other script")),
        found=2 * frame.words_found >= frame.words_foreign,
        named=2 * frame.words_named >= frame.words_foreign,
    )


def _spans(
    cases: Sequence[Case], weights: Weights | None
) -> Iterator[tuple[Case, list[LanguageSpan]]]:
    evidence: dict[str, Evidence] = {}
    for case in cases:
        if case.expected not in evidence:
            languages = tuple(sorted({*LANGUAGES, case.expected}))
            evidence[case.expected] = Evidence(case.expected, languages, weights)
        yield case, SpanStream(case.expected, evidence=evidence[case.expected]).feed(case.text)


def _script(code: str) -> str:
    return scripts_of(code)[0] if code else ""


def _count(case: Case, spans: Sequence[LanguageSpan]) -> Iterator[float]:
    words = units(case.text, exempt_spans(case.text)).words
    starts = np.array([word.start for word in words], np.int64)
    marked = np.zeros(len(words), bool)
    named = np.zeros(len(words), bool)
    for span in spans:
        inside = (starts >= span.start) & (starts < span.end)
        marked |= inside
        if span.language == case.rival:
            named |= inside
    foreign = (starts >= case.start) & (starts < case.end)
    yield bool(spans)
    yield len(words)
    yield marked.sum()
    yield foreign.sum()
    yield (marked & foreign).sum()
    yield (named & foreign).sum()


def _print_tables(results: pd.DataFrame) -> None:
    clean, spliced = results[results.words == 0], results[results.words > 0]
    print("\nFalse alarms (%, n texts)")
    print(_alarms(clean, ["group", "kind"]).to_string())
    print("\nSplices found (%) by their words")
    print(_hits(spliced, ["group", "rivals"]).to_string())
    print("\nAll together")
    print(_hits(spliced.assign(all="all"), ["all"]).to_string())
    print("\nOf which named rightly (%), and words: precision, recall (splices of 3 words on)")
    long = spliced[spliced.words >= 3]
    print(_words(long, ["group", "rivals"]).to_string())
    print("\nBy expected language: false alarms, splices found (%), words")
    table = _hits(spliced, ["expected"]).join(_words(long, ["expected"]))
    print(_alarms(clean, ["expected"]).join(table).to_string())
    print("\nBy language of the splice: found (%), words")
    print(_hits(spliced, ["rival"]).join(_words(long, ["rival"])).to_string())


def _print_speed(texts: Sequence[str], expected: str) -> None:
    """Of whole texts, and of the same in pieces of four characters as tokens would come."""
    size = sum(len(units(text, exempt_spans(text)).words) for text in texts)
    pieces = [[text[i : i + 4] for i in range(0, len(text), 4)] for text in texts]
    seconds = []
    for given in ([[text] for text in texts], pieces):
        start = time.process_time()
        for text in given:
            stream = SpanStream(expected)
            for piece in text:
                stream.feed(piece)
        seconds.append(time.process_time() - start)
    tokens = sum(len(text) for text in pieces)
    print(f"\n{1e6 * seconds[0] / size:.1f} us a word for whole texts of {size / len(texts):.0f}")
    print(f"{1e6 * seconds[1] / tokens:.0f} us a token of four characters for growing ones")


def _alarms(clean: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = clean.groupby(by).alarm
    return pd.DataFrame({"alarms": (100 * groups.mean()).round(2), "texts": groups.size()})


def _hits(spliced: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    rates = 100 * spliced.groupby([*by, "words"]).found.mean().unstack()
    rates["5 on"] = 100 * spliced[spliced.words >= 5].groupby(by).found.mean()
    return rates.round(1)


def _words(spliced: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = spliced.groupby(by)[["words_found", "words_marked", "words_foreign"]].sum()
    named = spliced[spliced.found].groupby(by).named.mean()
    return pd.DataFrame(
        {
            "named": (100 * named).round(1),
            "precision": (sums.words_found / sums.words_marked).round(3),
            "recall": (sums.words_found / sums.words_foreign).round(3),
            "n": spliced.groupby(by).size(),
        }
    )


def _tune(cases: Sequence[Case]) -> None:
    """Rates over the grid: splices of 3 and 5 words, as the mean over kinds of rivals."""
    asked = [case for case in cases if case.words in (0, 3, 5)]
    print(f"tuning half: {len(asked):,} texts; at most {ALARMS:.2%} false alarms")
    best, most = Weights(), -1.0
    for values in product(*GRID.values()):
        chosen = dict(zip(GRID, values, strict=True))
        weights = Weights()._replace(**chosen)
        results = judge(asked, weights)
        alarms = results[results.words == 0].groupby("group").alarm.mean()
        hits = results[results.words > 0].groupby(["group", "rivals", "words"]).found.mean()
        print(f"{chosen} found {hits.mean():.4f} alarms {alarms.round(4).to_dict()}", flush=True)
        if alarms.max() <= ALARMS and hits.mean() > most:
            best, most = weights, hits.mean()
    print(f"best: { ({name: getattr(best, name) for name in GRID}) }")
    _fit_confidence(cases, best)


def _fit_confidence(cases: Sequence[Case], weights: Weights) -> None:
    """Logistic regression, by Newton's method, of whether a span is foreign on its margin.

    A span is foreign where most of its characters are a splice's: none of a clean text is.
    """
    bias, slope = CONFIDENCE
    margins, foreign = [], []
    for case, spans in _spans(cases, weights):
        for span in spans:
            shared = min(span.end, case.end) - max(span.start, case.start)
            foreign.append(2 * shared >= span.end - span.start)
            odds = span.confidence / max(1 - span.confidence, 1e-9)
            margins.append((np.log(odds) - bias) / slope)
    given = np.stack([np.ones(len(margins)), np.array(margins)], axis=1)
    fitted = np.zeros(2)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-given @ fitted))
        curvature = (given * (chance * (1 - chance))[:, None]).T @ given
        fitted += np.linalg.solve(curvature, given.T @ (np.array(foreign) - chance))
    print(f"confidence: {fitted.round(3).tolist()} over {len(margins):,} spans")


if __name__ == "__main__":
    main()
