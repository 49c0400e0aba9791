from __future__ import annotations

import math

import numpy as np
import pytest

from workbench.lid.calibration import (
    LANGID_TEMPERATURES,
    Case,
    calibration_error,
    fit_temperature,
    probabilities,
    temperature_for,
)


def test_probabilities_are_a_softmax() -> None:
    # exp(0) : exp(-2 / 2) = 1 : 0.367879, so 0.731059 and 0.268941.
    shares = probabilities(np.array([[5.0, 3.0]]), 2.0)
    assert shares[0] == pytest.approx([0.731059, 0.268941], abs=1e-6)


def test_calibration_error_by_hand() -> None:
    # Bin .9 to 1: three at .95 of which two are right, gap |2.85 - 2| = .85; bin .5 to .6:
    # one at .5, right, gap .5. Over four: (.85 + .5) / 4.
    error = calibration_error([0.95, 0.95, 0.95, 0.5], [True, True, False, True])
    assert error == pytest.approx(0.3375)
    assert calibration_error([1.0], [True]) == 0
    assert math.isnan(calibration_error([], []))


def test_the_temperature_of_made_scores_is_found() -> None:
    # Labels drawn from softmax(scores / 3): the best temperature is 3, but for sampling.
    rng = np.random.default_rng(0)
    scores = rng.normal(scale=6, size=(4000, 3))
    shares = probabilities(scores, 3.0).cumsum(axis=1)
    true = (rng.random(4000)[:, None] > shares).sum(axis=1)
    assert fit_temperature([Case(scores, true)]) == pytest.approx(3.0, rel=0.1)


def test_temperatures_lie_between_those_that_were_fitted() -> None:
    assert temperature_for(LANGID_TEMPERATURES, 15) == LANGID_TEMPERATURES[15]
    between = temperature_for(LANGID_TEMPERATURES, 10)
    assert LANGID_TEMPERATURES[6] < between < LANGID_TEMPERATURES[15]
    assert temperature_for(LANGID_TEMPERATURES, 1) == LANGID_TEMPERATURES[2]
