"""Hauer's empirical Bayes: the tutorial's two road segments, and places chosen after a peak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.effects import peak_sites
from kunskapsbaserat.errors import DesignError, TableError
from kunskapsbaserat.rates.smoothing import shrink

# Hauer and others (2002), examples 1 and 2: 1.8 km with 4 000 vehicles a day; 0.0224 * 4000 ** 0.564 accidents per km and year
# in places like it, overdispersion 2.05 per km; 12 accidents in one year, and 12, 7 and 8 in three
LIKE_IT = 0.0224 * 4000**0.564


@pytest.mark.parametrize(("accidents", "years", "per"), [(12, 1, 1.8), (27, 3, 3.0)])
def test_the_tutorials_road(accidents: int, years: int, per: float):
    """4.71 +- 1.19 accidents per km and year; with three years 7.97 +- 1.44 a year for the whole segment."""
    mean, shape = LIKE_IT * 1.8 * years, 2.05 * 1.8
    rate, trust = (float(v[0]) for v in shrink(*(np.array([v]) for v in (accidents, 1.0, mean, mean**2 / shape))))
    printed = {1: (4.71, 1.19), 3: (7.97, 1.44)}[years]
    assert (rate / per, np.sqrt(trust * rate) / per) == pytest.approx(printed, abs=0.011)


def sites(seed: int, *, effect: float = 1.0, number: int = 70, worst: int = 10) -> tuple[pd.DataFrame, list[str]]:
    """The worst places of the time before are treated; everywhere things grow by a tenth."""
    rng = np.random.default_rng(seed)
    usual = rng.gamma(2.0, 5.0, number)
    before = rng.poisson(usual)
    chosen = np.isin(np.arange(number), np.argsort(-before)[:worst])
    after = rng.poisson(1.1 * usual * np.where(chosen, effect, 1.0))
    names = [f"p{i:02}" for i in range(number)]
    return pd.DataFrame({"area": names, "before": before, "after": after}), [n for n, c in zip(names, chosen, strict=True) if c]


@pytest.mark.parametrize("effect", [1.0, 0.7])
def test_the_turn_of_the_worst_is_no_effect(effect: float):
    found = []
    for seed in range(60):
        table, treated = sites(seed, effect=effect)
        found.append(peak_sites(table, treated=treated))
    ratios, naive = np.array([f.ratio for f in found]), np.array([f.naive_ratio for f in found])
    assert np.mean(ratios) == pytest.approx(effect, rel=0.03)
    assert np.mean(naive) < 0.92 * effect
    assert np.mean([f.reference_change for f in found]) == pytest.approx(1.1, rel=0.03)
    assert np.mean([f.lower <= effect <= f.upper for f in found]) >= 0.88  # the prior's own error is not in the interval


def test_the_figures_hang_together():
    table, treated = sites(1)
    found = peak_sites(table, treated=treated)
    assert found.rows["area"].tolist() == treated
    assert found.expected == pytest.approx(found.rows["expected"].sum())
    assert found.averted == pytest.approx(found.expected - found.observed)
    assert (found.rows["usual"] < found.rows["before"]).all()
    assert found.conf_int().loc["ratio"].tolist() == [found.lower, found.upper]
    assert found.summary_frame().at["ratio", "ratio"] == found.ratio
    twice = table.assign(size=2.0)
    assert peak_sites(twice, treated=treated, size="size").ratio == pytest.approx(found.ratio)


def test_places_that_differ_by_chance_alone_have_the_others_number():
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"area": [f"{i}" for i in range(60)], "before": rng.poisson(9, 60), "after": rng.poisson(9, 60)})
    table.loc[0, "before"] = 12
    row = peak_sites(table, treated=["0"]).rows.iloc[0]
    assert row["weight"] > 0.8
    assert row["usual"] == pytest.approx(9, abs=1.0)


def test_nothing_at_all_after():
    """No event where some were expected: a ratio of 0 with the exact limits of a count of 0."""
    table, treated = sites(1)
    found = peak_sites(table.assign(after=table["after"].where(~table["area"].isin(treated), 0)), treated=treated)
    assert (found.ratio, found.lower, found.observed) == (0, 0, 0)
    assert np.isnan(found.standard_error)
    assert 0.95 * 3.6889 / found.expected < found.upper <= 3.6889 / found.expected  # chi squared's 0.975 of 2 degrees, halved


def test_wrong_input_is_refused():
    table, treated = sites(1)
    for wrong in ([], ["nowhere"], table["area"].tolist()[:65]):
        with pytest.raises(DesignError):
            peak_sites(table, treated=wrong)
    with pytest.raises(DesignError):
        peak_sites(table.assign(after=0), treated=treated)
    with pytest.raises(TableError):
        peak_sites(table.assign(before=table["before"].astype(float).where(table.index > 0)), treated=treated)
    with pytest.raises(TableError):
        peak_sites(pd.concat([table, table.head(1)]), treated=treated)
    with pytest.raises(TableError):
        peak_sites(table.assign(size=0.0), treated=treated, size="size")
