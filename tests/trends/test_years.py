from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_change import series

from kunskapsbaserat.trends import Change, change, to_years


def months(first: str, counts: list, *, freq: str = "M") -> pd.DataFrame:
    periods = pd.period_range(first, periods=len(counts), freq=freq)
    base = series([1] * len(counts))
    return base.assign(period=periods, count=pd.array(counts, dtype="Int64"))


def test_calendar_years_out_of_months():
    found = to_years(months("2020-01", [1] * 12 + [2] * 12))
    assert found[["year", "start_year", "count"]].to_numpy().tolist() == [[2020, 2020, 12], [2021, 2021, 24]]


def test_twelve_months_end_with_the_last_one():
    """September 2021 is the last month: the years run from October to September."""
    found = to_years(months("2019-10", [1] * 12 + [2] * 12)).sort_values("year")
    assert found[["year", "start_year", "count"]].to_numpy().tolist() == [[2020, 2019, 12], [2021, 2020, 24]]


@pytest.mark.parametrize(("freq", "per_year"), [("Q", 4), ("M", 12)])
def test_an_incomplete_year_is_missing_not_zero(freq: str, per_year: int):
    table = months("2020-01", [3] * per_year * 2, freq=freq)
    found = to_years(table.drop(index=1)).set_index("year")["count"]
    assert np.isnan(found[2020])
    assert found[2021] == 3 * per_year
    holed = table.assign(count=table["count"].where(table.index != per_year))
    assert np.isnan(to_years(holed).set_index("year")["count"][2021])


def test_partial_first_year_is_left_out_of_the_verdict():
    """Six whole twelve-month years and a few months more: the few months are no year."""
    rng = np.random.default_rng(1)
    table = months("2018-10", rng.poisson(10, 75).tolist())  # to December 2024
    row = change(table).iloc[0]
    assert (row["latest_from"], row["earlier_from"]) == (2024, 2019)
    assert row["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD


def test_a_year_that_begins_before_a_break_is_not_judged():
    """Car crime has new codes from 2018; a year from October 2017 reaches over the break."""
    table = months("2017-10", [10] * 72).assign(offence="bilbrott")
    assert change(table)["reason"].iat[0] == "series_break"
    later = months("2018-01", [10] * 72).assign(offence="bilbrott")
    assert change(later)["reason"].iat[0] is None


def test_preliminary_months_mark_their_year():
    table = months("2020-01", [1] * 24)
    table.loc[23, "status"] = "preliminary"
    assert to_years(table).set_index("year")["preliminary"].to_dict() == {2020: False, 2021: True}
