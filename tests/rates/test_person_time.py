from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import mean_population, person_years, pooled_rate, rolling_rate, year_to_date


def population(values: dict[str, dict[int, float]]) -> pd.DataFrame:
    rows = [(area, "kommun", "residents", year, value) for area, years in values.items() for year, value in years.items()]
    return pd.DataFrame(rows, columns=["area", "area_level", "kind", "year", "value"])


def months(values: dict[str, dict[str, int | None]], *, freq: str = "M", status: str = "final") -> pd.DataFrame:
    rows = [
        (area, "kommun", "stold", "alla", period, count) for area, cells in values.items() for period, count in cells.items()
    ]
    table = pd.DataFrame(rows, columns=["area", "area_level", "offence", "sex", "period", "count"])
    return table.assign(
        period=pd.PeriodIndex(table["period"], freq=freq), count=table["count"].astype("Int64"), status=status, source="prov"
    )


STABLE = population({"2081": {2021: 10_000, 2022: 10_000, 2023: 10_000}, "2080": {2021: 20_000, 2022: 20_000, 2023: 20_000}})


def test_months_sum_to_bras_denominator():
    exposure = population({"2081": {2021: 10_000, 2022: 13_000, 2023: 12_400}})
    for status in ("final", "preliminary"):
        years = mean_population(exposure, status=status)
        for freq in ("Y", "Q", "M"):
            parts = person_years(exposure, freq=freq, status=status)
            summed = parts.groupby(parts["period"].dt.year)["exposure"].sum()
            np.testing.assert_allclose(summed, years.set_index("year")["exposure"].reindex(summed.index))
    monthly = person_years(exposure)["exposure"]
    assert monthly.iat[0] == pytest.approx((10_000 + 3000 / 24) / 12)
    assert monthly.iloc[:12].is_monotonic_increasing


def test_the_trap_of_months_without_offences():
    """An area with offences in 3 of 12 months has a rate from all 12 months; one without any has the rate 0, not missing."""
    counts = months({"2081": {"2022-01": 4, "2022-06": 2, "2022-12": 6}})
    found = rolling_rate(counts, person_years(STABLE), absent="zero").set_index("area")
    assert found.loc["2081", "rate"] == pytest.approx(12 / 10_000 * 1e5)  # not 12 / 2 500
    assert found.loc["2081", "exposure"] == pytest.approx(10_000)
    zero = found.loc["2080"]
    assert (zero["count"], zero["rate"], zero["reason"]) == (0, 0, None)
    assert zero["upper"] == pytest.approx(3.688879454 / 20_000 * 1e5)


def test_absent_is_missing_unless_said_otherwise():
    counts = months({"2081": {"2022-01": 4, "2022-06": 2, "2022-12": 6}})
    found = rolling_rate(counts, person_years(STABLE))
    assert found["reason"].tolist() == ["no_count"]
    assert found[["rate", "lower", "upper"]].isna().all(axis=None)
    gap = months({"2081": {"2022-01": 4, "2022-06": None, "2022-12": 6}})
    assert rolling_rate(gap, person_years(STABLE), absent="zero").set_index("area").loc["2081", "reason"] == "no_count"


def test_a_slow_rolling_window():
    rng = np.random.default_rng(3)
    cells = {str(p): int(rng.poisson(5)) for p in pd.period_range("2022-01", "2023-12", freq="M")}
    exposure = population({"2081": {2021: 9000, 2022: 10_000, 2023: 11_500}})
    time = person_years(exposure)
    found = rolling_rate(months({"2081": cells}), time, window=12).set_index("period")
    assert len(found) == 13
    for end in found.index:
        window = pd.period_range(end - 11, end, freq="M")
        events = sum(cells[str(p)] for p in window)
        years = time.set_index("period").loc[window, "exposure"].sum()
        assert found.loc[end, "rate"] == pytest.approx(events / years * 1e5)
        assert found.loc[end, "from_period"] == window[0]


@settings(max_examples=10)
@given(st.lists(st.integers(0, 50), min_size=24, max_size=24), st.integers(1, 24))
def test_pooling_and_splitting(events: list[int], window: int):
    """Windows that do not overlap add up to the pooled count and person-years; order of rows does not matter."""
    periods = [str(p) for p in pd.period_range("2022-01", "2023-12", freq="M")]
    counts = months({"2081": dict(zip(periods, events, strict=True))})
    time = person_years(population({"2081": {2021: 9000, 2022: 10_000, 2023: 11_500}}))
    whole = pooled_rate(counts, time).iloc[0]
    assert whole["count"] == sum(events)
    moving = rolling_rate(counts.sample(frac=1, random_state=1), time.iloc[::-1], window=window)
    assert moving["count"].tolist() == [sum(events[i : i + window]) for i in range(25 - window)]
    ones = rolling_rate(counts, time, window=1)
    assert whole["exposure"] == pytest.approx(ones["exposure"].sum())
    assert whole["rate"] == pytest.approx((ones["rate"] * ones["exposure"]).sum() / ones["exposure"].sum())


def test_pooled_is_not_the_mean_of_rates():
    counts = months({"2081": {"2022": 10, "2023": 30}}, freq="Y")
    time = person_years(population({"2081": {2021: 10_000, 2022: 10_000, 2023: 30_000}}), freq="Y")
    assert pooled_rate(counts, time)["rate"].iat[0] == pytest.approx(40 / 30_000 * 1e5)


def test_part_of_a_year_is_never_made_into_a_year():
    cells = {f"{year}-{month:02}": 10 for year in (2022, 2023) for month in range(1, 13)}
    time = person_years(STABLE)
    found = year_to_date(months({"2081": cells}), time, through="2023-09").set_index("year")
    assert found["count"].tolist() == [90, 90]
    assert found.loc[2023, "rate"] == pytest.approx(90 / 10_000 * 1e5)  # nine months' offences, not twelve
    assert found.loc[2023, "share_of_year"] == 0.75
    assert str(found.loc[2022, "period"]) == "2022-09"
    late = months({"2081": {"2023-01": 1}}, status="preliminary")
    table = pd.concat([months({"2081": {p: c for p, c in cells.items() if p != "2023-01"}}), late], ignore_index=True)
    assert year_to_date(table, time, through="2023-03").set_index("year")["preliminary"].tolist() == [False, True]


def test_a_started_series_has_no_first_part_of_year():
    cells = {f"2022-{month:02}": 10 for month in range(3, 13)} | {f"2023-{month:02}": 10 for month in range(1, 7)}
    found = year_to_date(months({"2081": cells}), person_years(STABLE)).set_index("year")
    assert found["reason"].tolist() == ["no_count", None]


def test_areas_without_population_and_mixed_periods():
    counts = months({"2081": {"2022-01": 4}, "1917": {"2022-01": 2}})
    found = rolling_rate(counts, person_years(STABLE), window=1).set_index("area")
    assert found.loc["1917", "reason"] == "no_exposure"
    with pytest.raises(TableError, match="frequency of the counts"):
        rolling_rate(counts, person_years(STABLE, freq="Q"), window=1)
    with pytest.raises(TableError, match="once"):
        rolling_rate(pd.concat([counts, counts]), person_years(STABLE), window=1)
    with pytest.raises(OptionError, match="window"):
        rolling_rate(counts, person_years(STABLE))
    with pytest.raises(TableError, match="monthly or quarterly"):
        year_to_date(months({"2081": {"2022": 1}}, freq="Y"), person_years(STABLE, freq="Y"))
    with pytest.raises(TableError, match="Period column"):
        rolling_rate(counts.assign(period="2022-01"), person_years(STABLE), window=1)
