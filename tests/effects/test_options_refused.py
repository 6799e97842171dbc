"""Options and arguments that make no sense are refused with our own errors, in both languages."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from panels import START, design, panel

from kunskapsbaserat.effects import (
    Design,
    aggregate_effects,
    att_gt,
    balance_weights,
    classical_search,
    cost_per_averted,
    did,
    did_outcomes,
    evaluate,
    its,
    kan_vi_se_det,
    leave_one_out,
    placebo_space,
    placebo_time,
    power,
    registration_of,
    synthetic_outcomes,
)
from kunskapsbaserat.effects.power import COLUMNS
from kunskapsbaserat.errors import DesignError, OptionError, TableError

TABLE, TREATED = panel(5)
MADE = design(5)
BASE = [100, 110, 120]
SERIES = pd.Series(np.arange(72) % 7 + 20, index=pd.period_range("2019-01", periods=72, freq="M"))
DAY = datetime.date(2023, 11, 1)


def changed(**options: object) -> Design:
    return Design(TABLE, **({"outcome": "count", "treated": TREATED, "start": START} | options))


@pytest.mark.parametrize(
    "refused",
    [
        lambda: kan_vi_se_det(0.8, BASE, confidence=95),
        lambda: kan_vi_se_det(0.8, BASE, power=80),
        lambda: kan_vi_se_det(0.8, BASE, years_after=2.5),
        lambda: kan_vi_se_det(np.inf, BASE),
        lambda: kan_vi_se_det("0.8", BASE),
        lambda: power(MADE, confidence=95),
        lambda: power(MADE, asked=80),
        lambda: power(MADE, areas=[0]),
        lambda: power(MADE, areas=[1.5]),
        lambda: cost_per_averted(did(MADE), -1),
        lambda: cost_per_averted(did(MADE), np.nan),
        lambda: cost_per_averted(did(MADE), np.inf),
        lambda: changed(phase_in=1.5),
        lambda: changed(phase_in="1"),
        lambda: changed(limits="lower"),
        lambda: placebo_time(MADE, every=0),
        lambda: registration_of(MADE, months_after=0, written=DAY),
        lambda: registration_of(MADE, months_after=12, written="2023-12-01"),
        lambda: did(MADE, confidence="0.95"),
        lambda: evaluate(MADE, confidence="0.95"),
        lambda: evaluate(MADE, registered="x.json"),
        lambda: did_outcomes(TABLE, outcomes=[], treated=TREATED, start=START),
        lambda: did_outcomes(TABLE, outcomes="count", treated=TREATED, start=START),
        lambda: synthetic_outcomes(TABLE, outcomes="count", treated=TREATED, start=START),
        lambda: balance_weights(TABLE, outcomes="count", treated=TREATED, start=START),
        lambda: its(SERIES, start=START, harmonics=9),
        lambda: its(SERIES, start=START, lags=3),
    ],
)
def test_an_option_is_refused_in_swedish_too(refused: Callable[[], object]):
    with pytest.raises(OptionError) as error:
        refused()
    assert "går inte att välja" in error.value.svenska
    assert not {"between", "or", "at", "least", "number", "more"} & set(error.value.svenska.split())


@pytest.mark.parametrize(
    "refused",
    [
        lambda: Design(None, outcome="count", treated="0114", start=START),
        lambda: kan_vi_se_det(0.8, ["a", "b"]),
        lambda: kan_vi_se_det(0.8, [1.0, np.inf]),
        lambda: its([1, 2, 3], start=START),
        lambda: its(SERIES + 0.5, start=START),
    ],
)
def test_what_is_no_table_is_refused(refused: Callable[[], object]):
    with pytest.raises(TableError) as error:
        refused()
    assert error.value.svenska != str(error.value)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: its(SERIES, start=START, control=pd.DataFrame({"a": SERIES, "b": SERIES})),
        lambda: its(SERIES, start=START, control=5),
        lambda: its(SERIES, start=START, exposure=5),
        lambda: its(SERIES, start=START, control="0180"),
        lambda: its(5, start=START),
        lambda: its(SERIES[:0], start=START),
        lambda: its(pd.concat([SERIES, SERIES[:1]]), start=START),
        lambda: its(SERIES.set_axis(pd.PeriodIndex([pd.NaT, *SERIES.index[1:]], freq="M")), start=START),
        lambda: its(SERIES, start=pd.NaT),
        lambda: its(SERIES, start=START, per_year="12"),
        lambda: its(SERIES, start=START, breaks=[pd.NaT]),
        lambda: its(SERIES, start=START, breaks=2020),
    ],
)
def test_a_series_or_beside_it_what_is_none(refused: Callable[[], object]):
    with pytest.raises((TableError, DesignError, OptionError)) as error:
        refused()
    assert error.value.svenska != str(error.value)


def test_dates_are_the_months_they_lie_in():
    dated = SERIES.set_axis(SERIES.index.to_timestamp())
    for start in (START, pd.Timestamp(START), pd.Period(START)):
        assert its(dated, start=start, control=dated + 2).estimate == its(SERIES, start=START, control=SERIES + 2).estimate
    assert its(SERIES.set_axis(range(72)), start=np.int64(60)).estimate == its(SERIES.set_axis(range(72)), start=60).estimate


def test_one_length_and_one_number_of_areas():
    found = power(MADE, months_after=12, areas=1)
    assert list(found.columns) == COLUMNS
    assert power(MADE, months_after=12)["areas"].tolist() == [1, 2, 3, 5, 10]
    assert power(design(1, n_treated=3), months_after=12)["areas"].tolist() == [3, 1, 2, 5, 10]  # the design's own first
    assert found[["months_after", "areas"]].to_numpy().tolist() == [[12, 1]]


def test_shares_are_told_where_to_look():
    shares = TABLE.assign(share=0.5)
    made = Design(shares, outcome="share", kind="share", treated=TREATED, start=START)
    for method in (placebo_space, leave_one_out):
        with pytest.raises(DesignError) as error:
            method(made)
        assert error.value.reason == "not_events"


def test_limits_hold_their_own_share():
    def made(low: float, high: float) -> Design:
        shares = TABLE.assign(share=0.204, low=low, high=high)
        return Design(shares, outcome="share", kind="share", treated=TREATED, start=START, limits=("low", "high"))

    for low, high in ((18.0, 23.0), (0.3, 0.4), (0.1, 0.15)):
        with pytest.raises(TableError, match="between low and high") as error:
            made(low, high)
        assert "mellan low och high" in error.value.svenska
    made(0.18, 0.20)  # published in whole per cent


@pytest.mark.parametrize("kind", ["simple", "group", "dynamic", "calendar"])
def test_a_mean_of_no_effects_is_refused(kind: str):
    """Areas that start in the first year have nothing before: the rows say so, and there is nothing to take the mean of."""
    years = pd.period_range("2021", periods=4, freq="Y")
    table = pd.DataFrame({"area": np.repeat(["a", "b", "c"], 4), "period": np.tile(years, 3), "y": np.arange(12.0)})
    effects = att_gt(table, outcome="y", starts={"a": "2021"})
    with pytest.raises(DesignError) as error:
        aggregate_effects(effects, kind)
    assert error.value.reason == "no_estimate"
    assert "period före starten" in error.value.svenska


def test_importances_are_searched_for_one_area():
    """The first of several was searched for, and the others were left out without a word."""
    several = changed(treated=MADE.areas[:1] + tuple(a for a in MADE.data.units if a not in MADE.areas)[:1])
    predictors = pd.DataFrame({"size": np.arange(len(MADE.data.units))}, index=MADE.data.units)
    with pytest.raises(DesignError) as error:
        classical_search(several, predictors)
    assert error.value.reason == "several_treated"
