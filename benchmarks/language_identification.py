"""Language identification: the engine against langid.py and fastText, in one run.

    python -m benchmarks.language_identification [--texts FOLDER]

Batches: lines a second, on one core, over the lines of five or more words of the Language
Confusion Benchmark's answers (``WORKBENCH_DATA``), else over the tiny world's prompts.
Streams: microseconds a token of a growing answer, against identifying it anew at each
token. What langid.py gives is checked to be what ours gives before anything is timed;
fastText is its package, asked a line a call.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from langid.langid import LanguageIdentifier, model

from benchmarks.data import data_folder, shipped_texts
from benchmarks.one_core import keep_to_one_core
from workbench.lid.benchmark import LANGUAGES
from workbench.lid.detector import Verdict
from workbench.lid.detectors import make_detector
from workbench.lid.fasttext_detector import model_path
from workbench.lid.langid_detector import LangidDetector

PEER_LINES = 3000
"""Lines that the slow peer is timed on; its speed does not depend on their number."""
TOKENS = (100, 400, 1600)


def main() -> None:
    """Check, time, print."""
    keep_to_one_core("benchmarks.language_identification")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, help="folder of the benchmark's CSV files")
    lines = list(_lines(parser.parse_args().texts))
    print(
        f"{len(lines):,} lines, {sum(len(x.encode()) for x in lines) / len(lines):.0f} bytes each"
    )
    for languages in (None, list(LANGUAGES)):
        _batches(lines, languages)
    _streams(lines)


def _lines(folder: Path | None) -> Iterator[str]:
    folder = folder or data_folder("lcb", "outputs")
    if folder is None:
        print("WORKBENCH_DATA has no answers of the benchmark; taking shipped prompts instead")
        yield from shipped_texts()
        return
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (x for x in row["completion"].split("\n") if len(x.split()) >= 5)


def _batches(lines: Sequence[str], languages: list[str] | None) -> None:
    some = lines[:: max(1, len(lines) // PEER_LINES)]
    package, detector = _package(languages), LangidDetector(languages)
    plain = LangidDetector(languages, backend="numpy")
    other = make_detector("py3langid", languages)
    _check([package.classify(line) for line in some], detector.identify_many(some))
    peers: dict[str, tuple[Callable[[], Any], int]] = {
        "langid.py": (lambda: [package.classify(line) for line in some], len(some)),
        "fastText ftz": (_fasttext(lines, languages), len(lines)),
        "ours, langid's model": (lambda: detector.identify_many(lines), len(lines)),
        "ours, without numba": (lambda: plain.identify_many(some), len(some)),
        "ours, py3langid's model": (lambda: other.identify_many(lines), len(lines)),
    }
    speed = {name: count / _best(run) for name, (run, count) in peers.items()}
    own = speed["ours, langid's model"]
    chosen = len(languages) if languages else "all"
    print(f"\nBatches, {chosen} languages (langid.py's results on {len(some):,} lines are ours)")
    for name, rate in speed.items():
        print(f"  {name:24} {rate:10,.0f} lines/s   ours is {own / rate:6.1f} times as fast")


def _fasttext(lines: Sequence[str], languages: list[str] | None) -> Callable[[], Any]:
    """The package's own prediction, a line a call; restricted, the best of those languages."""
    import fasttext

    model = fasttext.load_model(str(model_path()))
    if languages is None:
        return lambda: [model.predict(line) for line in lines]
    wanted = {f"__label__{code}" for code in languages}

    def restricted() -> list[str]:
        return [next(x for x in model.predict(line, k=-1)[0] if x in wanted) for line in lines]

    return restricted


def _check(expected: Sequence[tuple[str, float]], verdicts: Sequence[Verdict]) -> None:
    """Labels and log-probabilities are langid.py's, but where nothing speaks for a language."""
    for own, verdict in zip(expected, verdicts, strict=True):
        if verdict.evidence:
            assert (verdict.label, verdict.log_probability) == own


def _streams(lines: Sequence[str]) -> None:
    text = " ".join(lines[:400]).split()
    detector, package = LangidDetector(), _package(None)
    print("\nStreams, all languages: a verdict after each token")
    for number in TOKENS:
        tokens = [f"{word} " for word in text[:number]]
        stream = detector.stream()

        def streamed(stream: Any = stream, tokens: list[str] = tokens) -> list[Any]:
            stream.reset()
            verdicts = []
            for token in tokens:
                stream.feed(token)
                verdicts.append(stream.verdict)
            return verdicts

        def anew(tokens: list[str] = tokens) -> list[Any]:
            return [package.classify("".join(tokens[: i + 1])) for i in range(len(tokens))]

        start = time.perf_counter()
        expected = anew() if number <= TOKENS[1] else None
        peer = (time.perf_counter() - start) / number
        verdicts = streamed()
        if expected:
            _check(expected, verdicts)
        own = _best(streamed) / number
        against = (
            f"langid.py anew {peer * 1e6:8,.0f} us, {peer / own:,.0f} times ours"
            if expected
            else ""
        )
        print(f"  {number:5} tokens: {own * 1e6:5.2f} us a token   {against}")


def _package(languages: list[str] | None) -> Any:
    package = LanguageIdentifier.from_modelstring(model)
    package.set_languages(languages)
    return package


def _best(run: Callable[[], Any], repeats: int = 5) -> float:
    """Seconds of the fastest run: the one that other work on the machine disturbed least."""
    run()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
