"""What a design refuses, and how it says so; what it counts as before, after and comparable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import catalogue, simulate
from kunskapsbaserat.effects import Assignment, Design
from kunskapsbaserat.errors import DesignError, KunskapError, OptionError, TableError

TABLE = simulate.effect_panels(np.random.default_rng(1), 1, units=12, months_before=36, rate=1e-3).table()
AREAS = list(TABLE["area"].unique())


def design(table: pd.DataFrame = TABLE, **options: object) -> Design:
    return Design(table, **({"outcome": "count", "treated": AREAS[0], "start": "2024-01"} | options))


def changed(column: str, value: object, rows: object = 5) -> pd.DataFrame:
    table = TABLE.astype({column: object}) if column != "period" else TABLE.copy()
    table.loc[rows, column] = value
    return table


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"treated": "9999"}, "unknown_area"),
        ({"treated": 180}, "unknown_area"),
        ({"buffer": ["0000"]}, "unknown_area"),
        ({"treated": AREAS[:2], "sharing": AREAS[1:3]}, "treated_among_donors"),
        ({"buffer": AREAS[:1]}, "treated_among_donors"),
        ({"start": "2021-01"}, "start_outside"),
        ({"start": "2019-06"}, "start_outside"),
        ({"start": "2022-12"}, "too_short"),
        ({"phase_in": 12}, "phase_in_too_long"),
    ],
)
def test_refused_with_a_code_and_what_is_needed_in_both_languages(options, code):
    with pytest.raises(DesignError) as error:
        design(**options)
    assert error.value.reason == code
    assert str(error.value) != error.value.svenska
    named = options.get("start") or options.get("phase_in") or options.get("buffer") or options["treated"]
    named = (named if isinstance(named, list) else [str(named)])[-1 if code == "treated_among_donors" else 0]
    if code not in ("too_short", "treated_among_donors"):
        assert named in str(error.value)
        assert named in error.value.svenska
    assert error.value.svenska.count(".") >= 2  # what is wrong, and what now


def test_too_short_says_how_many_months_there_are_and_how_many_are_needed():
    with pytest.raises(DesignError, match=r"23 months before the start.*24") as error:
        design(start="2022-12")
    assert "23 månader före starten" in error.value.svenska
    assert "minst 24" in error.value.svenska
    assert design(start="2023-01").months_before == 24


@pytest.mark.parametrize("rows", [3, 40])
def test_a_treated_area_with_a_hole_in_the_window_is_refused(rows):
    with pytest.raises(DesignError, match=f"missing for treated {AREAS[0]}") as error:
        design(changed("count", pd.NA, rows))
    assert error.value.reason == "missing_figures"
    assert AREAS[0] in error.value.svenska


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("count", -1, "row 5, column 'count'"),
        ("count", 1.5, "row 5, column 'count'"),
        ("count", "..", "row 5, column 'count'.*'..'"),
        ("count", np.inf, "row 5, column 'count'"),
        ("population", 0, "row 5, column 'population'"),
        ("population", None, "row 5, column 'population'"),
        ("population", "many", "row 5, column 'population'.*'many'"),
    ],
)
def test_a_bad_value_is_named_with_row_and_column(column, value, said):
    with pytest.raises(TableError, match=said) as error:
        design(changed(column, value), exposure="population")
    assert column in error.value.svenska
    assert "5" in error.value.svenska


def test_exposure_may_be_missing_only_where_the_count_is():
    table = changed("count", pd.NA, 60)
    table.loc[60, "population"] = np.nan
    assert not design(table, exposure="population").usable[1]
    table.loc[61, "population"] = 0
    with pytest.raises(TableError, match="row 61, column 'population'"):
        design(table, exposure="population")


def test_tables_that_break_the_contract():
    with pytest.raises(TableError, match="each unit and period once") as error:
        design(pd.concat([TABLE, TABLE.iloc[[7]]], ignore_index=True))
    assert f"{AREAS[0]} 2021-08" in str(error.value)
    with pytest.raises(TableError, match="'crimes'"):
        design(outcome="crimes")
    with pytest.raises(TableError, match="a time such as"):
        design(TABLE.assign(period=TABLE["period"].dt.strftime("%B %Y")))
    with pytest.raises(TableError, match="Period"):
        design(TABLE.assign(period=TABLE["period"].dt.asfreq("D")))
    with pytest.raises(TableError, match="at least one row"):
        design(TABLE.iloc[:0])
    with pytest.raises(TableError, match="row 0, column 'population': expected a share"):
        design(outcome="population", kind="share")


@pytest.mark.parametrize(
    "options",
    [{"kind": "rate"}, {"assignment": "luck"}, {"phase_in": -1}, {"treated": []}],
)
def test_options_name_what_is_allowed(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        design(**options)


def test_every_error_is_one_of_ours_with_swedish():
    for options in ({"treated": None}, {"start": "soon"}, {"treated": [180, 114]}):
        with pytest.raises(KunskapError) as error:
            design(**options)
        assert error.value.svenska


def test_series_break_inside_the_window_is_refused_unless_allowed():
    broken = next(o for o in catalogue.offences() if o.breaks)
    year = broken.breaks[0].first_good
    simulated = simulate.effect_panels(np.random.default_rng(2), 1, units=5, rate=1e-3)
    table = simulated.table(last=f"{year + 2}-12").assign(offence=broken.id)
    options = {"treated": table["area"].iat[0], "start": f"{year + 2}-01"}
    with pytest.raises(DesignError, match=f"{broken.id} breaks at {year}") as error:
        design(table, **options)
    assert error.value.reason == "series_break"
    assert all(facet.plural in error.value.svenska for facet in broken.facets.values())
    assert broken.id not in error.value.svenska
    assert design(table, across_breaks=True, **options).months_before == 60


def test_before_after_and_comparable():
    found = design(treated=[AREAS[3], AREAS[1], AREAS[3]], buffer=[AREAS[5]], sharing=[AREAS[7]], phase_in=3)
    assert found.areas == (AREAS[3], AREAS[1])
    assert (found.before.sum(), found.after.sum()) == (36, 9)
    assert (found.months_before, found.months_after) == (36, 9)
    assert not (found.before & found.after).any()
    out = {AREAS[1], AREAS[3], AREAS[5], AREAS[7]}
    assert {u for u, c in zip(found.data.units, found.comparable, strict=True) if not c} == out
    assert found.step == 4
    assert design(assignment=Assignment.LOT).step == 5


def test_a_row_that_is_not_there_is_missing_and_not_zero():
    found = design(TABLE.drop(index=TABLE[TABLE["area"] == AREAS[4]].index[10]))
    row = found.data.units.index(AREAS[4])
    assert np.isnan(found.data.observed[row, 10])
    assert not found.comparable[row]


@pytest.mark.parametrize(("freq", "start", "before"), [("Q", "2024Q1", 36), ("Y", "2024", 36), ("Q", "2024-01", 36)])
def test_quarters_and_years_count_as_months(freq, start, before):
    coarse = TABLE.assign(period=TABLE["period"].dt.asfreq(freq)).groupby(["area", "period"], as_index=False)["count"].sum()
    assert design(coarse, start=start).months_before == before


def test_limits_are_read_as_strictly_as_counts():
    table = TABLE.assign(share=0.3, low=0.25, high=0.35)
    options = {"outcome": "share", "kind": "share", "limits": ("low", "high")}
    assert design(table, **options).data.errors[0, 0] == pytest.approx(0.1 / 2 / 1.959964, rel=1e-6)
    for column, value in (("low", 0.4), ("high", "..")):
        bad = table.astype({column: object})
        bad.loc[9, column] = value
        with pytest.raises(TableError, match=f"row 9, column '{column}'" if value == ".." else "row 9"):
            design(bad, **options)
    table.loc[100, "high"] = np.nan  # of another area: it cannot be compared with
    assert design(table, **options).comparable.sum() == len(AREAS) - 2
    table.loc[9, "low"] = np.nan
    with pytest.raises(DesignError, match="missing for treated"):
        design(table, **options)


def test_within_looks_at_nothing_later():
    whole = design(phase_in=2)
    kept = whole.within(6)
    last = kept.data.periods[-1]
    assert (kept.months_after, last) == (6, whole.first_period + 7)
    cut = design(TABLE[TABLE["period"] <= last], phase_in=2)
    np.testing.assert_array_equal(kept.data.observed, cut.data.observed)
    assert whole.within(10) is whole.within(120) is whole
    quarters = TABLE.assign(period=TABLE["period"].dt.asfreq("Q"))
    quarters = quarters.groupby(["area", "period"], as_index=False)["count"].sum()
    with pytest.raises(DesignError) as caught:
        design(quarters, start="2024Q1").within(4)
    assert "Välj ett antal som går att dela med 3" in caught.value.svenska
