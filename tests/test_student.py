from __future__ import annotations

import math

import pytest
from scipy import stats

from workbench.student import normal_quantile, t_quantile, two_sided_p

DEGREES = (0.5, 1, 1.7, 2, 5, 30.3, 1000, 1e5, math.inf)


@pytest.mark.parametrize("df", DEGREES)
def test_tails_are_scipys(df: float) -> None:
    reference = stats.norm if math.isinf(df) else stats.t(df)
    for t in (0.0, 1e-3, 0.5, 1.96, 4.2, 30.0):
        assert two_sided_p(t, df) == pytest.approx(2 * reference.sf(t), rel=1e-7)
        assert two_sided_p(-t, df) == two_sided_p(t, df)


@pytest.mark.parametrize("df", DEGREES)
def test_quantiles_are_scipys(df: float) -> None:
    reference = stats.norm if math.isinf(df) else stats.t(df)
    for probability in (0.8, 0.975, 0.9995):
        assert t_quantile(probability, df) == pytest.approx(reference.ppf(probability), rel=1e-7)


def test_well_known_quantiles() -> None:
    # As printed in tables: 1.960 for the normal, 12.706 for one degree, 2.228 for ten.
    assert normal_quantile(0.975) == pytest.approx(1.960, abs=5e-4)
    assert t_quantile(0.975, 1) == pytest.approx(12.706, abs=5e-4)
    assert t_quantile(0.975, 10) == pytest.approx(2.228, abs=5e-4)
