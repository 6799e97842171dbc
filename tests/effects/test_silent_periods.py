"""Zeros that cannot be true are a gap: told, and never a rise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import START, panel

from kunskapsbaserat.data import embedded
from kunskapsbaserat.effects import Design, did
from kunskapsbaserat.effects.panel import panel_of
from kunskapsbaserat.effects.silent_periods import IMPOSSIBLE, impossible_zeros
from kunskapsbaserat.errors import DesignError


def slow(counts: np.ndarray) -> np.ndarray:
    """Every zero by itself: the run that it lies in, and its chance."""
    found = np.zeros(len(counts), dtype=bool)
    for i in range(len(counts)):
        if counts[i] != 0:
            continue
        first, last = i, i
        while first > 0 and counts[first - 1] == 0:
            first -= 1
        while last + 1 < len(counts) and counts[last + 1] == 0:
            last += 1
        outside = np.r_[counts[:first], counts[last + 1 :]]
        outside = outside[~np.isnan(outside)]
        if len(outside):
            expected = outside.mean() * (last + 1 - first)
            found[i] = len(counts) * 4 ** (-expected / 3) < IMPOSSIBLE
    return found


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 9, 40, np.nan]), min_size=1, max_size=40))
def test_each_zero_by_itself_says_the_same(values: list[float]):
    counts = np.array(values, dtype=float)
    np.testing.assert_array_equal(impossible_zeros(counts[None], np.ones((1, len(counts))))[0], slow(counts))


def test_no_kommun_has_impossible_zeros_in_its_real_months():
    for _, rows in embedded.counts_month().groupby("offence"):
        data = panel_of(rows[["area", "period", "count"]], outcome="count")
        assert not impossible_zeros(data.observed, np.ones_like(data.observed)).any()


def late_register(months: int) -> tuple:
    table, treated = panel(3, units=60, choice="large")
    early = table["period"] < table["period"].min() + months
    return table, early, treated[0]


def test_a_treated_area_whose_register_began_late_is_refused():
    table, early, treated = late_register(30)
    table = table.assign(count=table["count"].mask(early & (table["area"] == treated), 0))
    with pytest.raises(DesignError, match="did its register begin late") as error:
        Design(table, outcome="count", treated=treated, start=START)
    assert error.value.reason == "missing_figures"
    assert "började registret senare" in error.value.svenska


def test_an_area_whose_register_began_late_is_not_compared_with():
    table, early, treated = late_register(30)
    rest = table[table["area"] != treated].groupby("area")["count"].sum()
    other = rest.idxmax()
    late = table.assign(count=table["count"].mask(early & (table["area"] == other), 0))
    made = Design(late, outcome="count", treated=treated, start=START)
    without = Design(table[table["area"] != other], outcome="count", treated=treated, start=START)
    assert other not in did(made).diagnostics.weights
    assert did(made).estimate == pytest.approx(did(without).estimate, abs=1e-12)  # sums over other numbers of rows
    incomplete = made.check().set_index("check").loc["incomplete"]
    assert incomplete["value"] == 1
