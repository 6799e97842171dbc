"""Stretches of time around one start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from panels import START, design, panel

from kunskapsbaserat.effects import Design, did, event_study
from kunskapsbaserat.errors import DesignError, OptionError


def test_the_year_after_the_start_is_difference_in_differences():
    made = design(4, effect=-0.3, n_treated=5)
    found = event_study(made)
    same = did(replace(made, panel=made.data, assignment="lot"))  # what the last year foretold is left in
    last = found.rows.iloc[-1]
    assert found.rows["since_start"].tolist() == [-5, -4, -3, -2, -1, 0]
    assert last["estimate"] == pytest.approx(same.estimate)
    assert (last["lower"], last["upper"], last["p_value"]) == pytest.approx((same.lower, same.upper, same.p_value))
    assert found.after_p == pytest.approx(same.p_value)
    assert (found.rows["after"] == (found.rows["since_start"] >= 0)).all()
    assert [str(p) for p in found.rows["first"]][-1] == START


def test_every_event_is_in_one_stretch():
    made = design(4, units=80)
    for months in (1, 6, 12, 24):
        rows = event_study(made, months=months).rows
        used = made.before | made.after
        assert rows["observed"].sum() == made.data.observed[made.rows][:, used].sum()
        assert rows["since_start"].is_monotonic_increasing


def test_an_early_fall_is_seen_before_the_start():
    table, treated = panel(5, choice="large", n_treated=3)
    early = table["area"].isin(treated) & (table["period"] >= "2023-01")
    count = np.where(early, np.random.default_rng(1).binomial(table["count"], 0.4), table["count"])
    found = event_study(Design(table.assign(count=count), outcome="count", treated=treated, start=START))
    assert found.before_p < 0.05
    assert found.rows.set_index("since_start").loc[-1, "upper"] < 0


def test_phase_in_is_in_no_stretch():
    table, treated = panel(5, choice="large", units=80)
    rows = event_study(Design(table, outcome="count", treated=treated, start=START, phase_in=3), months=3).rows
    assert [str(p) for p in rows.query("since_start == 0")["first"]] == ["2024-04"]
    assert "2024-02" not in [str(p) for p in rows["first"]]


@pytest.mark.thorough
def test_largest_distance_holds_its_rate():
    """The test of all years before the start together, where nothing happened."""
    alarms = sum(event_study(design(seed, units=60)).before_p < 0.05 for seed in range(400, 450))
    assert alarms <= 8  # binomial(50, 0.05) exceeds 8 in less than 0.2 %


def test_bad_input_is_refused():
    made = design(4, units=80)
    with pytest.raises(OptionError):
        event_study(made, months=0)
    table, treated = panel(5)
    rates = table.assign(count=table["count"] / 1000)
    with pytest.raises(DesignError, match="events"):
        event_study(Design(rates, outcome="count", treated=treated, start=START, kind="index"))
    alone = table[table["area"].isin(treated)]
    with pytest.raises(DesignError, match="0 comparable"):
        event_study(Design(alone, outcome="count", treated=treated, start=START))
