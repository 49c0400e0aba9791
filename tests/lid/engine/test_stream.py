from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.lid.engine.py3langid_model import py3langid_model
from workbench.lid.engine.scorer import Scorer
from workbench.lid.engine.stream import Stream
from workbench.lid.langid_detector import LangidDetector, LineStream

TEXT = "Le chat dort. The dog sleeps. Кошка спит. 猫在睡觉。 القطة نائمة"
DETECTORS = [LangidDetector(), LangidDetector(["en", "fr", "ru"], backend="numpy")]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.lists(st.integers(0, 200), max_size=8))
def test_any_chunks_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    raw = text.encode("utf-8", "replace")
    places = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    for detector in DETECTORS:
        stream = detector.stream()
        for start, end in zip(places, places[1:], strict=False):
            stream.feed(raw[start:end])
        assert stream.verdict == detector.identify_bytes([raw])[0]


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_prefix_byte_by_byte(detector: LangidDetector) -> None:
    raw, stream = TEXT.encode(), detector.stream()
    for end, byte in enumerate(raw, start=1):
        stream.feed(bytes([byte]))
        assert stream.verdict == detector.identify_bytes([raw[:end]])[0]


def test_a_reset_forgets() -> None:
    detector = DETECTORS[0]
    stream = detector.stream()
    stream.feed("Le chat dort toute la journée")
    stream.reset()
    assert stream.verdict == detector.identify("")
    stream.feed("The dog sleeps all day")
    assert stream.verdict == detector.identify("The dog sleeps all day")


def test_lines_are_identified_each_for_itself() -> None:
    detector = LangidDetector(["en", "fr", "ru"])
    lines = ["Le chat dort toute la journée", "", "Кошка спит весь день", "the dog sle"]
    raw, rng = "\n".join(lines).encode(), random.Random(0)
    stream = LineStream(detector)
    while raw:
        size = rng.randrange(1, 9)
        stream.feed(raw[:size])
        raw = raw[size:]
    assert [*stream.finished, stream.verdict] == detector.identify_many(lines)
    assert [verdict.label for verdict in stream.finished] == ["fr", None, "ru"]


def test_a_model_whose_features_saturate_cannot_be_streamed() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Stream(Scorer(py3langid_model()))
