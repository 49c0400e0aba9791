"""The engine against the package, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langid.langid import LanguageIdentifier, model

from tests.lid.data import lcb_lines, needs_lcb
from workbench.errors import NotFoundError
from workbench.lid.engine.langid_model import langid_model
from workbench.lid.engine.scorer import Backend, Scorer

FIFTEEN = ["ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "vi", "zh"]
SETS: list[list[str] | None] = [None, FIFTEEN, ["fr", "en"], ["zu"]]


@lru_cache
def package() -> Any:
    return LanguageIdentifier.from_modelstring(model)


def of_the_package(texts: Sequence[bytes], languages: list[str] | None) -> list[tuple[str, float]]:
    own = package()
    own.set_languages(languages)
    scores = (own.nb_classprobs(own.instance2fv(text)) for text in texts)
    return [(str(own.nb_classes[np.argmax(row)]), float(row.max())) for row in scores]


def of_the_engine(
    texts: Sequence[bytes], languages: list[str] | None, backend: Backend = "numba"
) -> list[tuple[str, float]]:
    scorer = Scorer(langid_model().restricted(languages), backend=backend)
    scores = scorer.score(texts)
    labels = [scorer.model.labels[best] for best in scores.best]
    return list(zip(labels, scores.log_probability.tolist(), strict=True))


def random_bytes(number: int, seed: int = 0) -> list[bytes]:
    """Byte strings of every kind: noise, pieces of real words, characters cut in two."""
    rng = random.Random(seed)
    words = ["the", "le", "кошка", "猫", "القطة", "नमस्ते", "ção", "über", "안녕", "\x00", "ÿ"]
    made = []
    for _ in range(number):
        if rng.random() < 0.3:
            made.append(rng.randbytes(rng.randrange(40)))
        else:
            text = " ".join(rng.choices(words, k=rng.randrange(1, 12))).encode()
            start = rng.randrange(len(text))
            made.append(text[start : start + rng.randrange(60)])
    return made


@pytest.mark.parametrize("languages", SETS)
@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_random_byte_strings(languages: list[str] | None, backend: Backend) -> None:
    texts = random_bytes(600)
    assert of_the_engine(texts, languages, backend) == of_the_package(texts, languages)


@pytest.mark.slow
@pytest.mark.parametrize("languages", [None, FIFTEEN])
def test_a_hundred_thousand_random_byte_strings(languages: list[str] | None) -> None:
    texts = random_bytes(100_000, seed=1)
    assert of_the_engine(texts, languages) == of_the_package(texts, languages)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(SETS))
def test_any_bytes(text: bytes, languages: list[str] | None) -> None:
    assert of_the_engine([text], languages) == of_the_package([text], languages)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(langid_model().labels), min_size=1))
def test_any_subset_of_languages(chosen: set[str]) -> None:
    texts = random_bytes(5, seed=2)
    assert of_the_engine(texts, sorted(chosen)) == of_the_package(texts, sorted(chosen))


@needs_lcb
@pytest.mark.parametrize("languages", [None, FIFTEEN])
def test_lines_of_the_benchmark(languages: list[str] | None) -> None:
    texts = [line.encode() for line in islice(lcb_lines(), 0, None, 100)]
    assert len(texts) > 900
    assert of_the_engine(texts, languages) == of_the_package(texts, languages)


@needs_lcb
@pytest.mark.slow
@pytest.mark.parametrize("languages", [None, FIFTEEN])
def test_all_lines_of_the_benchmark(languages: list[str] | None) -> None:
    texts = [line.encode() for line in lcb_lines()]
    assert of_the_engine(texts, languages) == of_the_package(texts, languages)


def test_features_are_counted_as_by_the_package() -> None:
    texts = random_bytes(200, seed=3)
    package().set_languages(None)
    counts = [int(package().instance2fv(text).sum()) for text in texts]
    assert Scorer(langid_model()).score(texts).hits.tolist() == counts
    assert 0 in counts


def test_what_stretches_add_is_what_the_whole_has() -> None:
    scorer = Scorer(langid_model())
    text = "Le chat dort, and the dog sleeps, кошка".encode()
    ends = [3, 8, 8, 20, len(text)]
    for backend in ("numba", "numpy"):
        gains = Scorer(langid_model(), backend=backend).gains(text, ends)  # type: ignore[arg-type]
        assert gains.shape == (5, 97)
        assert not gains[2].any()
        whole = gains.sum(axis=0) + scorer.model.walk.prior
        assert (whole == scorer.score_table([text])[0]).all()


def test_no_text_and_many_texts() -> None:
    scorer = Scorer(langid_model())
    assert scorer.score([]).best.tolist() == []
    assert scorer.score([b"", b""]).hits.tolist() == [0, 0]


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(NotFoundError, match="Language 'xx'.*langid.*Use some of af, am"):
        langid_model().restricted(["en", "xx"])
