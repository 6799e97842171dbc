from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import named_places
from kunskapsbaserat.trends import Change


def events(counts: dict[str, list[int]], labels: list[int] | None = None) -> pd.DataFrame:
    labels = labels or list(range(len(next(iter(counts.values())))))
    rows = [(place, label) for place, row in counts.items() for label, n in zip(labels, row, strict=True) for _ in range(n)]
    return pd.DataFrame(rows, columns=["place", "period"])


def drawn(rng: np.random.Generator, means: np.ndarray, periods: int, dispersion: float = 1.0) -> dict[str, list[int]]:
    shape = (len(means), periods)
    mean = np.broadcast_to(means[:, None], shape)
    if dispersion > 1:
        mean = rng.gamma(mean / (dispersion - 1), dispersion - 1)
    return {f"plats {i:02}": row.tolist() for i, row in enumerate(rng.poisson(mean, shape))}


def test_a_new_count_given_the_earlier_ones_is_binomial():
    """Twelve periods with 24 events and nothing that varies more than chance: now 9, where 2 are expected."""
    earlier = [2] * 12
    found = named_places(events({"torget": [*earlier, 9], "parken": [*earlier, 2], "gatan": [20] * 13})).set_index("place")
    row = found.loc["torget"]
    assert row["expected"] == pytest.approx(2)
    assert row["p_value"] == pytest.approx(2 * stats.binom.sf(8, 33, 1 / 13))
    inside = [k for k in range(40) if min(stats.binom.sf(k - 1, k + 24, 1 / 13), stats.binom.cdf(k, k + 24, 1 / 13)) > 0.025]
    assert (row["lower"], row["upper"]) == (min(inside), max(inside))
    assert row["verdict"] == Change.SAKERSTALLD_OKNING
    assert row["status"] == "new"
    assert found.loc["parken", "status"] == "persistent"
    assert found.loc["parken", "verdict"] == Change.INGEN_SAKERSTALLD_SKILLNAD


@pytest.mark.thorough
@pytest.mark.parametrize(("mean", "dispersion"), [(0.5, 1.0), (3.0, 1.0), (3.0, 2.0)])
def test_no_place_is_called_when_nothing_has_happened(mean: float, dispersion: float):
    """At most about 5 % of reports without change call any place (bound: three standard errors up), and the range covers."""
    rng = np.random.default_rng(1)
    runs, false, outside, places = 80, 0, 0, 0
    for _ in range(runs):
        means = rng.gamma(1.0, mean, 15)
        found = named_places(events(drawn(rng, means, 25, dispersion)), periods=range(25))
        false += found["verdict"].isin([Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING]).any()
        outside += ((found["count"] < found["lower"]) | (found["count"] > found["upper"])).sum()
        places += len(found)
    assert false / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert outside / places <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / places)


def test_more_reporters_are_no_new_problem():
    """All places double because the reporters do: not one is new; with the reporters counted not one is even called."""
    rng = np.random.default_rng(2)
    counts = drawn(rng, np.full(12, 8.0), 20)
    more = {place: [*row, int(rng.poisson(20))] for place, row in counts.items()}
    found = named_places(events(more))
    assert (found["status"] == "general").sum() >= 6
    assert not (found["status"] == "new").any()
    active = pd.Series([10] * 20 + [25])
    known = named_places(events(more), active=active)
    assert set(known["verdict"]) == {Change.INGEN_SAKERSTALLD_SKILLNAD}
    assert known["expected"].mean() == pytest.approx(2.5 * found["expected"].mean())


@pytest.mark.thorough
def test_few_others_are_themselves_uncertain():
    """Two places without change: the one is seldom beyond what the other did (bound: three standard errors up)."""
    rng = np.random.default_rng(6)
    runs, beyond, judged = 300, 0, 0
    for _ in range(runs):
        p = named_places(events(drawn(rng, np.full(2, 4.0), 13)), periods=range(13))["p_others"].dropna()
        beyond, judged = beyond + (p <= 0.05).sum(), judged + len(p)
    assert beyond / judged <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)  # the two are not independent


def test_one_place_grows_among_calm_ones():
    rng = np.random.default_rng(3)
    counts = drawn(rng, np.full(12, 4.0), 25)
    counts["plats 03"][-1] = 16
    found = named_places(events(counts))
    assert found["place"].iat[0] == "plats 03"
    assert found.loc[found["status"] == "new", "place"].tolist() == ["plats 03"]
    assert found["count"].iat[0] > found["upper_others"].iat[0]


def test_a_period_without_events_counts():
    rows = events({"torget": [3, 0, 3, 0, 3, 0, 3, 0]})
    found = named_places(rows, periods=range(8)).iloc[0]
    assert (found["count"], found["earlier"], found["periods_with_events"]) == (0, 12, 4)
    assert found["expected"] == pytest.approx(12 / 7)
    weeks = rows.assign(period=pd.PeriodIndex(pd.Period("2024-01", "M") + rows["period"]))
    months = named_places(weeks, periods=pd.period_range("2024-01", "2024-08", freq="M")).iloc[0]
    pd.testing.assert_series_equal(found, months)


def test_reasons():
    short = named_places(events({"torget": [2, 2, 9]})).iloc[0]
    assert (short["reason"], short["verdict"]) == ("short_history", Change.KAN_INTE_BEDOMAS)
    assert np.isnan(short["expected"])
    few = named_places(events({"torget": [0] * 9 + [1, 2], "parken": [3] * 11}), periods=range(11)).set_index("place")
    assert (few.loc["torget", "reason"], few.loc["torget", "verdict"]) == ("few", Change.FOR_FA_BROTT)
    assert np.isnan(few.loc["torget", "p_value"])
    alone = named_places(events({"torget": [2] * 10 + [12]})).iloc[0]
    assert np.isnan(alone["expected_others"])
    assert alone["status"] == "new"


def test_order_and_labels():
    counts = drawn(np.random.default_rng(4), np.full(8, 3.0), 15)
    base = named_places(events(counts), periods=range(15))
    other = named_places(events(counts).sample(frac=1, random_state=1), periods=range(15))
    pd.testing.assert_frame_equal(base, other)
    renamed = events({f"ö {k}": v for k, v in counts.items()})
    np.testing.assert_allclose(named_places(renamed, periods=range(15))["p_value"], base["p_value"])


def test_refusals():
    rows = events({"torget": [2] * 10})
    with pytest.raises(TableError, match="a name in every row"):
        named_places(rows.assign(place=None))
    with pytest.raises(TableError, match="a period among `periods`"):
        named_places(rows, periods=range(5))
    with pytest.raises(OptionError):
        named_places(rows.assign(period=rows["period"].astype(str)))
    with pytest.raises(TableError, match="a number above 0 for the period"):
        named_places(rows, active=pd.Series([1] * 9))
    with pytest.raises(TableError, match="a number above 0 for the period"):
        named_places(rows, exposure=pd.Series([0] + [1] * 9))
