"""Other areas, other starts, neighbours, and a bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from panels import START, design, panel

from kunskapsbaserat.effects import (
    Design,
    did,
    displacement,
    leave_one_out,
    placebo_space,
    placebo_time,
    power,
    sensitivity,
)
from kunskapsbaserat.effects.checks import check
from kunskapsbaserat.effects.collapse import poisson_did
from kunskapsbaserat.effects.design import at
from kunskapsbaserat.effects.did import eligible
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.simulate import effect_panels
from kunskapsbaserat.trends import Change


def test_placebo_space_gives_the_p_value():
    made = design(2)
    rows = placebo_space(made)
    own = rows.loc[rows["treated"], "statistic"].abs().iat[0]
    others = rows.loc[~rows["treated"], "statistic"].abs()
    assert (1 + (others >= own).sum()) / (len(others) + 1) == pytest.approx(did(made).p_value)


def test_placebo_time_only_sees_the_time_before():
    made = design(2)
    rows = placebo_time(made)
    assert [str(p) for p in rows["start"]] == ["2021-01", "2021-07", "2022-01", "2022-07", "2023-01"]
    wrecked = made.data.observed.copy()
    wrecked[:, made.first :] *= 3
    other = replace(made, panel=replace(made.data, observed=wrecked))
    assert placebo_time(other).equals(rows)
    table, treated = panel(2)
    planned = Design(table[table["period"] < START], outcome="count", treated=treated, start=START)
    assert placebo_time(planned).equals(rows)


def test_leave_one_out_refits():
    made = design(2, n_treated=2, units=60)
    rows = leave_one_out(made).set_index("left_out")["estimate"]
    compared = eligible(made)
    for i in np.flatnonzero(compared)[:3]:
        without = compared.copy()
        without[i] = False
        assert rows[made.data.units[i]] == pytest.approx(poisson_did(made, without), abs=1e-9)
    alone = replace(made, treated=made.areas[:1], sharing=made.areas[1:])
    assert rows[made.areas[1]] == pytest.approx(poisson_did(alone, compared), abs=1e-9)


def test_displacement_is_found_where_it_was_planted():
    table, treated = panel(8, choice="large", n_treated=1)
    moved_to = [a for a in table.groupby("area")["count"].sum().nlargest(6).index if a not in treated][:4]
    rng = np.random.default_rng(2)
    there = table["area"].isin(moved_to) & (table["period"] >= START)
    table = table.assign(count=table["count"] + np.where(there, rng.poisson(table["count"] * 0.8), 0))
    made = Design(table, outcome="count", treated=treated, start=START, buffer=moved_to)
    found = displacement(made)
    assert found.method == "displacement"
    assert found.verdict is Change.SAKERSTALLD_OKNING
    assert displacement(replace(made, buffer=()), moved_to).estimate == pytest.approx(found.estimate)
    with pytest.raises(DesignError, match="no areas to which"):
        displacement(replace(made, buffer=()))


def test_sensitivity_is_the_nearer_end_of_the_interval():
    found = did(design(5, effect=-0.5, n_treated=3, choice="large"))
    bias = sensitivity(found)
    assert bias.bias == found.upper
    assert 0 <= bias.usual < 0.05
    assert np.isnan(sensitivity(did(design(1))).bias)


@pytest.mark.thorough
def test_power_keeps_what_it_promises():
    """Over many panels, the predicted chance of finding -20 % is the share found."""
    panels = effect_panels(np.random.default_rng(21), 150, effect=-0.2, n_treated=5)
    promised, seen = [], []
    for p in range(150):
        table = panels.table(p)
        treated = table.loc[table["treated"], "area"].unique().tolist()
        made = Design(table, outcome="count", treated=treated, start=START)
        row = power(made, months_after=[12], areas=[5]).iloc[0]
        promised.append(row["chance"])
        seen.append(did(made).verdict is Change.SAKERSTALLD_MINSKNING)
    assert np.mean(promised) == pytest.approx(np.mean(seen), abs=0.11)  # three standard errors of 150 coins


def test_power_is_worked_out_for_the_test_that_did_makes():
    """Several treated: what `did` says could be seen over the same stretch of time, law, foretold events and critical value."""
    made = design(4, n_treated=4, choice="large")
    row = power(made, months_after=[12], areas=[4]).iloc[0]
    found = did(at(made, start=made.first - 12, end=made.first, phase_in=0))
    assert row["expected"] == pytest.approx(found.diagnostics.details["expected"])
    assert (row["smallest_decrease"], row["smallest_increase"]) == pytest.approx(np.exp((found.mde, found.mde_increase)))


def test_power_never_looks_after_the_start():
    made = design(2)
    wrecked = made.data.observed.copy()
    wrecked[:, made.first :] *= 5
    assert power(replace(made, panel=replace(made.data, observed=wrecked))).equals(power(made))


def test_power_says_when_it_cannot_tell():
    made = design(2, months_before=40)
    rows = power(made, months_after=[12, 24])
    assert rows.loc[rows["months_after"] == 24, "reason"].eq("too_short").all()
    assert rows.loc[rows["months_after"] == 12, "reason"].isna().all()
    small = power(design(2, units=18), months_after=[12], areas=[1])
    assert small["reason"].tolist() == ["p_floor"]
    with pytest.raises(OptionError, match="months_after"):
        power(made, months_after=[0])
    with pytest.raises(OptionError, match="effect"):
        power(made, effect=0)


def test_more_areas_show_more():
    rows = power(design(2), months_after=[12], areas=[1, 2, 5, 10])
    assert rows["smallest_decrease"].is_monotonic_increasing
    assert rows["chance"].is_monotonic_increasing


def row(made: Design, name: str) -> dict[str, object]:
    table = check(made)
    return table[table["check"] == name].iloc[0].to_dict()


def test_checks_see_what_they_are_for():
    made = design(1)
    assert row(made, "areas")["passed"]
    table, treated = panel(1)
    short = Design(table[table["period"] < "2024-07"], outcome="count", treated=treated, start=START)
    assert not row(short, "months_after")["passed"]
    others = [a for a in table["area"].unique() if a not in treated]
    noted = Design(table, outcome="count", treated=treated, start=START, buffer=others[:2], sharing=others[2:5])
    assert (row(noted, "buffer")["value"], row(noted, "sharing")["value"]) == (2, 3)
    holes = table.assign(count=table["count"].where(~((table["area"] == others[0]) & (table["period"] == "2020-03"))))
    assert row(Design(holes, outcome="count", treated=treated, start=START), "incomplete")["value"] == 1
    shocked = Design(
        table.assign(count=np.where(table["period"] >= START, table["count"] // 2, table["count"])),
        outcome="count",
        treated=treated,
        start=START,
    )
    assert not row(shocked, "common_shock")["passed"]
    assert row(made, "common_shock")["passed"]


def test_a_bad_fit_is_seen():
    table, treated = panel(5, choice="large")
    waves = 1 + 0.9 * np.sin(np.arange(72) / 3)
    own = table["area"].isin(treated)
    table.loc[own, "count"] = np.round(table.loc[own, "count"].to_numpy() * waves).astype(int)
    assert not row(Design(table, outcome="count", treated=treated, start=START), "fit")["passed"]
    assert row(design(5, choice="large"), "fit")["passed"]
