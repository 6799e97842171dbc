"""One shift at an unknown date: the Nile as R's strucchange prints it, Andrews' critical values, and slow versions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.datasets import nile

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import sup_f
from kunskapsbaserat.trends.sup_f import _asymptotic, f_statistics


def test_the_nile():
    """strucchange, tests: sctest(Fstats(Nile ~ 1), type = "supF") gives sup.F = 75.93, p-value = 2.22e-16."""
    flow = nile.load_pandas().data["volume"]
    flow.index = range(1871, 1971)
    found = sup_f(flow)
    assert found.statistic == pytest.approx(75.93, abs=0.005)
    assert (found.position, found.at) == (28, 1898)
    assert found.p_asymptotic < 1e-15
    assert found.p_value == pytest.approx(1 / 5000)


@pytest.mark.parametrize(("critical", "p"), [(7.12, 0.10), (8.68, 0.05), (12.16, 0.01)])
def test_andrews_critical_values(critical: float, p: float):
    """Andrews (2003), table I, one parameter, 15 % left out at each end."""
    assert _asymptotic(critical, 0.15) == pytest.approx(p, rel=0.08)


def test_each_statistic_is_the_f_of_two_means():
    y = np.random.default_rng(1).normal(size=(1, 20))
    own = f_statistics(y, 3)[0]
    assert len(own) == 20 - 2 * 3 + 1
    for number, after in enumerate(range(3, 18)):
        assert own[number] == pytest.approx(stats.f_oneway(y[0, :after], y[0, after:]).statistic)


def test_the_p_value_is_right_in_short_series():
    rng = np.random.default_rng(2)
    p = np.array([sup_f(row).p_value for row in rng.normal(5, 2, (250, 12))])
    assert 0.02 <= (p < 0.05).mean() <= 0.085  # binomial(250, 0.05) lies here in 98.8 % of cases
    assert 0.4 <= p.mean() <= 0.6


def test_scale_and_level_change_nothing():
    y = np.random.default_rng(3).normal(size=15)
    one, other = sup_f(y), sup_f(pd.Series(1e6 + 1e3 * y, index=pd.period_range("2010", periods=15, freq="Y")))
    assert other.statistic == pytest.approx(one.statistic)
    assert other.p_value == one.p_value
    assert other.at == pd.Period("2010", "Y") + one.position - 1


@pytest.mark.parametrize("wrong", [[1, 2, 3], [5.0] * 12, [1, 2, 3, 4, 5, 6, 7, np.nan]])
def test_series_that_cannot_be_tested(wrong: list[float]):
    with pytest.raises(TableError):
        sup_f(wrong)


def test_a_share_that_is_none():
    with pytest.raises(OptionError, match="min_share"):
        sup_f(range(20), min_share=0.5)
