"""``workbench lid``: what detectors say, and rates made of it."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App

from workbench.commands.options import Output, split
from workbench.lid.detectors import DEFAULT_DETECTOR, make_detector, usable

lid_app = App(name="lid", help="Language identification: lines, pass rates, spans; how good it is.")


@lid_app.command
def passrates(
    file: Path,
    *more: Path,
    detector: str = DEFAULT_DETECTOR,
    languages: tuple[str, ...] = (),
    words: Path | None = None,
    counts: bool = False,
    output: Output | None = None,
) -> None:
    """Pass rates by lines and words, of files of the Language Confusion Benchmark.

    Prints the rows of the benchmark's script: task, model, source, language, lpr, wpr, acc.

    Parameters
    ----------
    file:
        CSV file of answers.
    more:
        Further ones; several at once take less time than one by one.
    detector:
        What identifies languages; fasttext is what the benchmark's script asks.
    languages:
        Languages it may choose from, 'all' for all; if not given, all for fasttext, and the
        benchmark's fifteen with those of the file for any other.
    words:
        English word list, one a line, such as the benchmark's own; that of symspellpy if
        not given.
    counts:
        Also print the answers that the rates are taken over: n_judged, n_words, n_total.
    """
    from workbench.lid.benchmark import rates_of_files
    from workbench.lid.words import default_words, load_words

    word_list = load_words(words) if words else default_words()
    rates = rates_of_files([file, *more], detector, split(languages), word_list)
    from workbench.lid.passrates import COUNTS

    (output or Output()).show(rates if counts else rates.drop(columns=list(COUNTS)))


@lid_app.command
def identify(*, detector: str = DEFAULT_DETECTOR, languages: tuple[str, ...] = ("all",)) -> None:
    """Identify the language of each line of standard input.

    Prints one line for each: label, confidence and, where the detector's model gives one,
    the unnormalised log-probability of its best label; parted by tabs. A line without
    evidence is 'undetermined' and has no confidence.

    Parameters
    ----------
    detector:
        What identifies languages.
    languages:
        Languages it may choose from; 'all' for all that it knows.
    """
    from workbench.lid.identify import identify_lines

    identify_lines(sys.stdin.buffer, sys.stdout, make_detector(detector, restriction(languages)))


@lid_app.command
def evaluate(
    corpus: Path | None = None,
    *,
    detectors: tuple[str, ...] = ("py3langid", "langid", "fasttext", "lingua"),
    wide: bool = True,
    output: Output | None = None,
) -> None:
    """Measure detectors on texts of known language: accuracy by length, calibration, speed.

    Detectors whose package is not installed are left out, and named.

    Parameters
    ----------
    corpus:
        Prompt set (JSONL), or a folder of CSV files with the columns prompt and language,
        such as the Language Confusion Benchmark's test_sets/monolingual; the tiny world's
        test prompts if not given.
    detectors:
        Detectors to measure.
    wide:
        One row a detector with a column a length; '--no-wide' for a row each.
    """
    from workbench.assets import asset
    from workbench.lid.evaluation import table as tables
    from workbench.lid.evaluation.corpus import load_labelled
    from workbench.progress import terminal_progress

    texts = load_labelled(corpus or asset("prompts", "tinyworld-test.jsonl"))
    with terminal_progress() as progress:
        table = tables.detector_table(texts, usable(split(detectors) or []), progress)
    (output or Output()).show(tables.wide(table) if wide else table)


@lid_app.command
def calibrate(corpus: Path, *, output: Output | None = None) -> None:
    """Fit the temperatures of the detectors' confidences on texts of known language.

    Fits on every other text and tests on the rest; the constants go by hand into
    workbench/lid/calibration.py.

    Parameters
    ----------
    corpus:
        As for 'evaluate'.
    """
    from workbench.lid.evaluation.corpus import load_labelled
    from workbench.lid.evaluation.temperatures import fit_temperatures

    (output or Output()).show(fit_temperatures(load_labelled(corpus)))


@lid_app.command
def spans(expected: str, *, languages: tuple[str, ...] = ()) -> None:
    """Mark what is not in the expected language in each line of standard input.

    Prints one JSON list for each line, of its spans: start and end (offsets in characters),
    language, confidence, reason.

    Parameters
    ----------
    expected:
        Language that the lines should be in.
    languages:
        Other languages to look for; the workbench's if not given.
    """
    from workbench.lid.codeswitch import write_spans

    write_spans(sys.stdin.buffer, sys.stdout, expected, split(languages))


def restriction(languages: tuple[str, ...]) -> list[str] | None:
    """Languages as a detector takes them: None where 'all' is asked for."""
    chosen = split(languages)
    return None if chosen == ["all"] else chosen
