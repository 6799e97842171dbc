"""Which week of an earlier year is the same: by date, and a robust quarterly decomposition beside statsmodels'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import STL

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import farrington, seasonal
from kunskapsbaserat.trends.farrington import settings_of, weeks_back, year_parts

WEEKS = pd.period_range("2008-01-07", periods=420, freq="W")


@pytest.mark.parametrize("k", [300, 338, 373, 420])
def test_the_week_that_begins_nearest_the_same_date(k: int):
    """A slow second way: every week of the series, and how far its beginning lies from the date."""
    day = WEEKS[k - 1].start_time
    for year, back in enumerate(weeks_back(WEEKS, k, 5)):
        date = day - pd.DateOffset(years=year)
        nearest = np.abs((WEEKS.start_time - date).days).argmin()
        assert k - 1 - back == nearest
    assert weeks_back(WEEKS, k, 5)[5] in (260, 261)


def test_the_parts_between_the_windows_fill_the_longer_years():
    settings = settings_of(52, b=5)
    back = weeks_back(WEEKS, 420, 5)
    level = year_parts(420, settings, back)
    assert (level[420 - 1 - back] == settings.periods).all()
    first = 420 - 1 - int(back[-1]) - settings.w
    assert (level[first:420] > 0).all()
    np.testing.assert_array_equal(year_parts(420, settings, np.arange(6) * 52), year_parts(420, settings))


def test_weeks_by_date_need_weeks_and_months_are_the_same_either_way():
    rng = np.random.default_rng(1)
    weekly = pd.Series(rng.poisson(8, 420), index=WEEKS)
    by_date, by_periods = (farrington(weekly, last=20, reference=r) for r in ("dates", "periods"))
    assert (by_date["expected"] - by_periods["expected"]).abs().max() > 0
    monthly = pd.Series(rng.poisson(8, 100), index=pd.period_range("2010-01", periods=100, freq="M"))
    pd.testing.assert_frame_equal(farrington(monthly, reference="dates"), farrington(monthly))
    with pytest.raises(TableError, match="weeks as index"):
        farrington(weekly.to_numpy(), frequency=52, reference="dates")
    with pytest.raises(OptionError):
        farrington(weekly, reference="nearest")


@pytest.mark.parametrize("seed", range(6))
def test_a_robust_quarterly_decomposition_is_statsmodels_own(seed: int):
    """With few quarters a window may hold nothing but outliers: the point itself is then the smooth."""
    index = pd.period_range("2010Q1", periods=40, freq="Q")
    values = pd.Series(np.random.default_rng(seed).poisson(40, 40).astype(float), index=index)
    found, oracle = (
        seasonal(values, robust=True, setting="statsmodels").parts,
        STL(values.to_numpy(), period=4, robust=True).fit(),
    )
    np.testing.assert_allclose(found["trend"], oracle.trend, atol=1e-10)
    np.testing.assert_allclose(found["seasonal"], oracle.seasonal, atol=1e-10)
    assert seasonal(values, robust=True).parts.notna().all(axis=None)
