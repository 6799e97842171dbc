"""Whole tables: series cut at breaks, simulated truth, expected range, and every series at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import simulate
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import (
    Change,
    change,
    count_trend,
    expected_range,
    joinpoint,
    series,
    split_at_breaks,
    survey_series,
    trend_panel,
    variation_of,
)
from kunskapsbaserat.trends.expected_range import count_limits

CALLED = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


def table(means: np.ndarray, *, seed: int = 1, offence: str = "skadegorelse", **more: float) -> pd.DataFrame:
    counts = simulate.autocorrelated_counts(np.random.default_rng(seed), means, **more)
    return simulate.counts_table(counts, last="2024-12", offence=offence)


# ---- simulate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "dispersion", "r"), [(3, 1, 0.3), (20, 2, 0.3), (5, 4, 0.0), (50, 3, 0.6)])
def test_simulated_counts_are_as_said(mean: float, dispersion: float, r: float):
    counts = simulate.autocorrelated_counts(
        np.random.default_rng(3), np.full((20_000, 6), float(mean)), dispersion=dispersion, autocorrelation=r
    )
    assert counts.mean() == pytest.approx(mean, rel=0.02)
    assert counts[:, 5].var() / mean == pytest.approx(dispersion, rel=0.05)
    assert np.corrcoef(counts[:, 3], counts[:, 4])[0, 1] == pytest.approx(r, abs=0.02)
    assert np.corrcoef(counts[:, 2], counts[:, 4])[0, 1] == pytest.approx(r**2, abs=0.02)


def test_simulated_tables_say_so_and_hold_the_contract():
    from kunskapsbaserat import tables

    found = tables.counts(table(simulate.month_means([20, 30], years=2, season=0.3)))
    assert set(found["source"]) == {"SIMULERAD"}
    means = simulate.month_means([120], years=3, season=0.5, ratio=2)
    assert means.reshape(3, 12).sum(axis=1) == pytest.approx([120, 120, 240])
    for bad in ({"dispersion": 0.5}, {"autocorrelation": 1.0}):
        with pytest.raises(OptionError):
            simulate.autocorrelated_counts(np.random.default_rng(1), np.ones((1, 3)), **bad)
    with pytest.raises(OptionError, match="season"):
        simulate.month_means([5], years=2, season=1.5)


# ---- one series --------------------------------------------------------------------------------------------------------


def test_a_series_begins_after_its_break():
    counts = table(np.full((1, 96), 10.0))
    whole = series(counts, area="0001", offence="skadegorelse", breaks={"skadegorelse": 2020}, across_breaks=True)
    cut = series(counts, area="0001", offence="skadegorelse", breaks={"skadegorelse": 2020})
    assert (len(whole), len(cut)) == (96, 60)
    assert whole.attrs["breaks"] == cut.attrs["breaks"] == [2020]
    assert series(counts, area="0001", offence="skadegorelse").attrs["breaks"] == []
    with pytest.raises(TableError, match="from 2030 on"):
        series(counts, area="0001", offence="skadegorelse", breaks={"skadegorelse": 2030})
    with pytest.raises(TableError, match="a series"):
        series(counts, area="0009", offence="skadegorelse")


def test_the_catalogue_knows_the_breaks():
    counts = table(np.full((1, 120), 10.0), offence="vald_nara_relation")
    found = series(counts, area="0001", offence="vald_nara_relation")
    assert found.index[0].year > 2018
    parts = split_at_breaks(counts)
    assert len(set(parts.loc[parts["period"].dt.year >= found.index[0].year, "part"])) == 1
    assert len(set(parts["part"])) > 1


def test_a_gap_stays_a_gap():
    counts = table(np.full((1, 24), 10.0))
    counts = counts[counts["period"] != pd.Period("2024-03", freq="M")]
    found = series(counts, area="0001", offence="skadegorelse")
    assert np.isnan(found[pd.Period("2024-03", freq="M")])
    with pytest.raises(TableError):
        count_trend(found)


def test_overlapping_surveys_are_not_independent_points():
    rows = {"area": "2081", "measure": "otrygg", "start_year": [2017, 2019, 2021], "end_year": [2018, 2020, 2022]}
    shares = pd.DataFrame(rows | {"share": [0.30, 0.28, 0.25]})
    assert survey_series(shares, area="2081", measure="otrygg").to_dict() == {2018: 0.30, 2020: 0.28, 2022: 0.25}
    with pytest.raises(TableError, match="overlapping ones hold the same answers") as error:
        survey_series(shares.assign(start_year=[2017, 2018, 2021]), area="2081", measure="otrygg")
    assert "2017-2018 and 2018-2020" in str(error.value)
    with pytest.raises(TableError, match="shares for this area"):
        survey_series(shares, area="2080", measure="otrygg")


# ---- expected range ----------------------------------------------------------------------------------------------------


def test_the_coming_year_is_mostly_inside():
    rng = np.random.default_rng(6)
    means = simulate.month_means(np.full(60, 60.0), years=9, season=0.3)
    counts = simulate.autocorrelated_counts(rng, means, dispersion=2)
    index = pd.period_range("2016-01", periods=96, freq="M")
    months, totals, skill = [], [], []
    for one in counts:
        found = expected_range(pd.Series(one[:96], index=index))
        months.append(((one[96:] >= found.periods["lower"]) & (one[96:] <= found.periods["upper"])).mean())
        totals.append(found.total["lower"] <= one[96:].sum() <= found.total["upper"])
        skill.append(found.score["skill"])
    assert 0.93 < np.mean(months) < 0.995
    assert np.mean(totals) > 0.9
    assert np.mean(skill) > 0.1  # better than the same month the year before
    assert found.periods["period"].iat[0] == pd.Period("2024-01", freq="M")


def test_expected_range_limits_and_refusals():
    from scipy import stats

    mean = np.array([0.3, 4.0, 900.0])
    for dispersion in (1.0, 3.0):
        low, high = count_limits(mean, dispersion, 0.9)
        law = stats.poisson(mean) if dispersion == 1 else stats.nbinom(mean / (dispersion - 1), 1 / dispersion)
        assert low.tolist() == law.ppf(0.05).tolist()
        assert high.tolist() == law.ppf(0.95).tolist()
    with pytest.raises(TableError, match="4 years"):
        expected_range(pd.Series(np.ones(40), index=pd.period_range("2020-01", periods=40, freq="M")))
    with pytest.raises(TableError, match="monthly"):
        expected_range(pd.Series(np.ones(40)))
    quiet = expected_range(pd.Series(np.zeros(60), index=pd.period_range("2020-01", periods=60, freq="M")))
    assert quiet.total["lower"] == quiet.total["upper"] == 0
    assert quiet.score["skill"] == 0


# ---- every series at once ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Forty kommuner and two offences over ten years; in the first kommun everything trebles in the last year."""
    rng = np.random.default_rng(8)
    parts = []
    for offence, low in (("skadegorelse", 30), ("narkotika", 60)):
        level = rng.uniform(low, 10 * low, 40)
        ratio = np.where(np.arange(40) == 0, 3.0, 1.0)
        parts.append(table(simulate.month_means(level, years=10, season=0.3, ratio=ratio), seed=low, offence=offence))
    return pd.concat(parts, ignore_index=True)


def test_a_panel_is_its_parts(panel: pd.DataFrame):
    people = pd.DataFrame(
        {"area": area, "year": year, "value": 10_000 + 50 * (year - 2015)}
        for area in panel["area"].unique()
        for year in range(2015, 2025)
    )
    found = trend_panel(panel, people, breaks={})
    alone = change(panel, typical=variation_of(panel, breaks={}), breaks={}, family="table")
    pd.testing.assert_frame_equal(found[alone.columns], alone)
    row = found.iloc[7]
    months = series(panel, area=row["area"], offence=row["offence"], breaks={})
    years = months.groupby(months.index.year).sum()
    years.index = pd.PeriodIndex(years.index.astype(str), freq="Y")
    population = 10_000 + 50 * (np.arange(2015, 2025) - 2015)
    trend = count_trend(years, exposure=population)
    assert row["trend_per_year"] == pytest.approx(trend.annual["change"])
    assert row["trend_p"] == pytest.approx(trend.annual["p_value"])
    bends = joinpoint(years.to_numpy() / population, year=np.arange(2015, 2025), selection="bic3", max_joinpoints=2)
    assert (row["joinpoints"], row["latest_apc"]) == (len(bends.joinpoints), pytest.approx(bends.apc))
    assert not found.columns.duplicated().any()


def test_what_happened_is_found_and_nothing_else(panel: pd.DataFrame):
    steps = []
    found = trend_panel(panel, breaks={}, progress=lambda *step: steps.append(step))
    first = found["area"] == "0001"
    assert (found.loc[first, "change"] == Change.SAKERSTALLD_OKNING).all()
    assert not found.loc[~first, "change"].isin(CALLED).any()
    assert found.loc[~first, "trend"].isin(CALLED).sum() <= 2
    assert (found["alarm_q"] <= 0.05).sum() <= 1
    assert steps[-1][1:] == (4, 4)


def test_a_sudden_month_is_warned_of(panel: pd.DataFrame):
    sudden = (panel["area"] == "0011") & (panel["period"] == panel["period"].max())
    found = trend_panel(panel.assign(count=panel["count"].mask(sudden, panel["count"] * 4 + 20)), breaks={})
    assert set(found.loc[found["alarm_q"] <= 0.05, "area"]) == {"0011"}


def test_a_panel_says_why_something_is_missing(panel: pd.DataFrame):
    rows = panel[panel["area"].isin(["0001", "0002", "0003"])]
    short = rows[(rows["area"] != "0003") | (rows["period"].dt.year >= 2022)]
    found = trend_panel(short, breaks={"narkotika": 2021}).set_index(["area", "offence"])
    assert found.at[("0003", "skadegorelse"), "trend_reason"] == "few_years"
    assert found.at[("0003", "skadegorelse"), "alarm_reason"] == "short"
    assert found.at[("0002", "narkotika"), "reason"] == "series_break"
    assert found.at[("0002", "narkotika"), "trend"] is Change.KAN_INTE_BEDOMAS
    assert np.isnan(found.at[("0002", "narkotika"), "trend_per_year"])
    assert found.at[("0001", "skadegorelse"), "trend_from"] == 2015
    no_people = trend_panel(rows, pd.DataFrame({"area": ["0001"], "year": [2024], "value": [1.0]}), breaks={})
    assert set(no_people["trend_reason"]) == {"no_exposure", "few_years"}


def test_years_have_no_early_warning(panel: pd.DataFrame):
    yearly = panel.assign(period=panel["period"].dt.asfreq("Y")).groupby(["area", "area_level", "offence", "sex", "period"])
    counts = yearly["count"].sum().reset_index().assign(status="final", source="SIMULERAD", rate_published=pd.NA)
    found = trend_panel(counts, breaks={}, joinpoints="wbic")
    assert set(found["alarm_reason"]) == {"yearly"}
    assert found["trend_per_year"].notna().all()
    with pytest.raises(OptionError, match="joinpoints"):
        trend_panel(counts, breaks={}, joinpoints="aic")
    with pytest.raises(TableError, match="at least one row"):
        trend_panel(counts.iloc[:0])


def test_permutation_on_demand(panel: pd.DataFrame):
    rows = panel[panel["area"] == "0005"]
    found = trend_panel(rows, breaks={}, joinpoints="permutation", max_joinpoints=1)
    assert found["joinpoints"].isin([0, 1]).all()
