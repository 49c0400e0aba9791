"""Clean texts, and texts with a few words of another language spliced in.

Clean texts are the Language Confusion Benchmark's prompts, and those answers of two models
all of whose lines are in the expected language by two detectors. Texts with an even id make
the tuning half, the others the testing half; splices are of one half alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.data import data_folder
from workbench.assets import asset
from workbench.lid.benchmark import LANGUAGES
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector
from workbench.lid.exempt import exempt_spans
from workbench.lid.lines import tokenizer
from workbench.prompts import load_prompt_set

MODELS = ("command-r", "gpt-3.5-turbo")
"""Their answers leave the expected language less often than others'."""
LENGTHS = (2, 3, 5, 8, 12)
"""Of splices, in words."""
_SHORTEST = 40  # characters of a text
_JUDGED = 20  # characters of a line from which detectors are asked about it
# Markup and quotations would be exempt, and what is no letter says nothing.
_UNFIT = re.compile(r"[`$<>/|*#_\"«»“”„「」『』《》\d\\=\[\]{}]")


class Text(NamedTuple):
    """A clean text."""

    text: str
    language: str
    half: int
    """0 tuning, 1 testing."""
    kind: str
    """Where it is from."""


class Case(NamedTuple):
    """A text to be judged; for a clean one ``rival`` is empty and the offsets are 0."""

    text: str
    expected: str
    half: int
    kind: str
    rival: str = ""
    words: int = 0
    start: int = 0
    end: int = 0


def clean_texts(further: Path | None) -> list[Text]:
    """Prompts and answers of the benchmark, shipped prompts where it is not at hand.

    ``further`` is a folder of files CODE.txt with a text a line, for further languages.
    """
    folder = data_folder("lcb")
    found: list[Text] = []
    if folder is None:
        print("WORKBENCH_DATA has no answers of the benchmark; taking shipped prompts instead")
        prompts = load_prompt_set(asset("prompts", "tinyworld-test.jsonl")).prompts
        for number, prompt in enumerate(prompts):
            found.append(
                Text(prompt.messages[-1].content, prompt.language, number // 6 % 2, "shipped")
            )
    else:
        found += _prompts(folder / "test_sets" / "monolingual")
        found += _answers(folder / "outputs")
    for path in sorted(further.glob("*.txt")) if further else ():
        lines = path.read_text("utf-8").splitlines()
        found += [Text(x, path.stem, n % 2, "further") for n, x in enumerate(lines) if x.strip()]
    return found


def make_cases(texts: Sequence[Text], count: int, seed: int = 0) -> list[Case]:
    """Every clean text as a case, and splices into them.

    For each half, expected language and length, ``count`` splices of English and a quarter
    as many of each other language.
    """
    rng = Random(seed)
    cases = [Case(text.text, text.language, text.half, text.kind) for text in texts]
    languages = sorted({text.language for text in texts})
    for half in (0, 1):
        own = {
            code: [t.text for t in texts if t.language == code and t.half == half]
            for code in languages
        }
        for expected, rival, words in product(languages, languages, LENGTHS):
            if expected == rival or not own[expected] or not own[rival]:
                continue
            number = count if rival == "en" else count // 4
            for splice in _windows(own[rival], (rival, words, number), rng):
                placed = _placed(rng.choice(own[expected]), expected, splice, rng)
                if placed:
                    text, start, end = placed
                    cases.append(Case(text, expected, half, "splice", rival, words, start, end))
    return cases


def _prompts(folder: Path) -> list[Text]:
    found = []
    for path in sorted(folder.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                found.append(Text(row["prompt"], row["language"], number % 2, "prompt"))
    return [text for text in found if len(text.text) >= _SHORTEST]


def _answers(folder: Path) -> list[Text]:
    detectors = [make_detector(name, LANGUAGES) for name in ("langid", "py3langid")]
    found = []
    for model in MODELS:
        with (folder / f"{model}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = row["completion"].split("\nQ:", 1)[0]
                half = int(row["id"]) % 2
                if len(text.strip()) >= _SHORTEST and _right(text, row["language"], detectors):
                    found.append(Text(text, row["language"], half, row["task"]))
    return found


def _right(text: str, language: str, detectors: Sequence[Detector]) -> bool:
    lines = [x for x in text.split("\n") if len(x) >= _JUDGED or len(x.split()) >= 5]
    return all(v.label == language for d in detectors for v in d.identify_many(lines))


def _windows(texts: Sequence[str], wanted: tuple[str, int, int], rng: Random) -> list[str]:
    """Runs of consecutive words out of lines, without markup, digits and quotations.

    ``wanted`` is the language, the number of words and how many runs.
    """
    language, words, count = wanted
    found: list[str] = []
    for _ in range(60 * count):
        if len(found) == count:
            break
        line = rng.choice([x for x in rng.choice(texts).split("\n") if x.strip()] or [""])
        spans = tokens(line, language)
        if len(spans) < words:
            continue
        first = rng.randrange(len(spans) - words + 1)
        own = spans[first : first + words]
        window = line[own[0][0] : own[-1][1]]
        if not _UNFIT.search(window) and all(_is_word(line[a:b]) for a, b in own):
            found.append(window)
    return found


def _is_word(token: str) -> bool:
    return any(character.isalpha() for character in token)


def _placed(base: str, language: str, splice: str, rng: Random) -> tuple[str, int, int] | None:
    """The splice between two words of the base, outside exempt parts, and where it is."""
    exempt = exempt_spans(base)
    places = [0, *(end for _, end in tokens(base, language))]
    for _ in range(20):
        place = rng.choice(places)
        line = base[base.rfind("\n", 0, place) + 1 : place]
        if any(part.start < place < part.end for part in exempt) or '"' in line:
            continue
        before = "" if place == 0 or base[place - 1].isspace() else " "
        after = "" if place < len(base) and base[place] in " \n.,;:!?)。，、" else " "
        start = place + len(before)
        text = base[:place] + before + splice + after + base[place:]
        return text, start, start + len(splice)
    return None


def tokens(text: str, language: str) -> list[tuple[int, int]]:
    """Offsets of words; of Thai, runs of four characters stand for them."""
    pieces = re.findall(r"\S{1,4}", text) if language == "th" else tokenizer(language)(text)
    found = []
    position = 0
    for piece in pieces:
        start = text.find(piece, position)
        if start >= 0 and piece.strip():  # what a tokenizer normalises is not found again
            position = start + len(piece)
            found.append((start, position))
    return found
