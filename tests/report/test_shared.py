"""What is kept between reports: the same answers as without, and nothing kept of a table that is gone."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat.data import embedded
from kunskapsbaserat.frames import records
from kunskapsbaserat.rates import band
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of
from kunskapsbaserat.report.material.grid import Grid
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.trends import typical_variation
from kunskapsbaserat.trends.change import dispersion_of, variation_of
from kunskapsbaserat.trends.variation import Pool

AREAS = st.sampled_from(["00", "20", "2081", "2080"])


@given(st.lists(AREAS, max_size=30), st.lists(AREAS, max_size=4))
def test_rows_are_those_of_a_filter(areas: list[str], wanted: list[str]):
    table = pd.DataFrame({"area": pd.Series(areas, dtype="str"), "value": np.arange(len(areas))})
    pd.testing.assert_frame_equal(rows_in(table, wanted), table[table["area"].isin(wanted)])
    pd.testing.assert_frame_equal(rows_of(table, "2081"), table[table["area"] == "2081"])


def test_once_a_table():
    calls = []
    table, other = pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]})
    for frame in (table, table, other):
        assert once(frame, "x", lambda: calls.append(1) or len(calls)) == (1 if frame is table else 2)
    assert once(table.copy(), "x", lambda: "of the copy") == "of the copy"


def test_kept_of_two_tables_goes_with_either():
    """An exposure made where a forgotten one stood in memory is another exposure."""
    counts, first, second = (pd.DataFrame({"a": [1]}) for _ in range(3))
    kept = weakref.ref(once(counts, "pooled", lambda: pd.DataFrame({"b": [1]}), also=first))
    assert once(counts, "pooled", lambda: None, also=first) is kept()
    assert once(counts, "pooled", lambda: "other", also=second) == "other"
    assert once(counts, "pooled", lambda: "alone") == "alone"
    del first
    gc.collect()
    assert kept() is None


def test_gone_with_the_table():
    table = pd.DataFrame({"a": [1]})
    kept = weakref.ref(once(table, "x", lambda: pd.DataFrame({"b": [1]})))
    gc.collect()
    assert kept() is not None
    del table
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("kommun", ["2081", "2021"])
def test_typical_variation_leaves_the_kommun_out(kommun: str):
    """Computed once from all series, as from the others alone; also when the kommun alone reaches furthest."""
    counts = embedded.counts_year()
    places = counts[counts["area_level"] == "kommun"]
    assert typical_for(counts, kommun) == variation_of(places[places["area"] != kommun])
    shorter = counts[(counts["area"] == kommun) | (counts["period"].dt.year < 2024)].reset_index(drop=True)
    places = shorter[shorter["area_level"] == "kommun"]
    assert typical_for(shorter, kommun) == variation_of(places[places["area"] != kommun])


def test_a_changed_table_is_noticed():
    table = embedded.shared("prov", pd.DataFrame({"n": pd.array([1, 2], dtype="Int64"), "t": ["a", "b"], "f": [1.0, 2.0]}))
    try:
        assert embedded.altered() == []
        for place, value in (((0, "n"), 3), ((1, "t"), "c"), ((0, "f"), 1.5)):
            before = table.loc[place]
            table.loc[place] = value
            assert embedded.altered() == ["prov"], place
            table.loc[place] = before
            embedded.shared("prov", table)
    finally:
        del embedded._LOADED["prov"]


def test_a_grid_has_the_bands_and_the_figures_of_its_table():
    counts = embedded.counts_year()
    counts = counts[counts["area_level"] == "kommun"]
    table = counts.assign(year=counts["period"].dt.year, rate=counts["rate_published"]).sample(frac=0.9, random_state=1)
    grid = Grid.of(table, rate="rate")
    for members in (sorted(set(table["area"]))[:7], ["2080", "2081", "0000", "2026"], ["0000"], []):
        slow = band(table, members=members, by=["offence", "sex", "year"])
        expected = {
            ((row["offence"], row["sex"]), row["year"]): (row["lower_quartile"], row["median"], row["upper_quartile"])
            for row in slow.to_dict("records")
        }
        assert {key: (b.lower, b.median, b.upper) for key, b in grid.bands(members).items()} == expected
    for _, row in table.sample(20, random_state=2).iterrows():
        areas, found, rates = grid.at((row["offence"], row["sex"]), row["year"], [row["area"], "0000"])
        assert areas == [row["area"]]
        np.testing.assert_equal(found, [row["count"]] if not pd.isna(row["count"]) else [np.nan])
        np.testing.assert_equal(rates, [row["rate"]] if not pd.isna(row["rate"]) else [np.nan])


def test_a_pool_beside_some_kommuner_is_that_of_the_rows_of_the_others():
    cells = dispersion_of(embedded.counts_groups())
    cells = cells[cells["reason"].isna()]
    first = cells["area"].iat[0]  # whose series stand first, and number the others'
    for judged in (("2081",), (first, "2080", "0000"), ()):
        assert Pool.of(cells).beside(judged).typical() == typical_variation(cells[~cells["area"].isin(judged)])


def test_records_are_those_of_pandas():
    some = embedded.survey().head(50)
    for mine, theirs in zip(records(some), some.to_dict("records"), strict=True):
        assert list(mine) == list(theirs)
        assert all(mine[name] is theirs[name] or mine[name] == theirs[name] or pd.isna(mine[name]) for name in mine)


def test_the_survey_up_to_a_year_is_one_table_and_watched():
    first, second = (underlag.load(code, year=2023).survey for code in ("2081", "2080"))
    assert first is second
    at = first.index[0], "share"
    before = first.loc[at]
    first.loc[at] = before + 0.1
    try:
        assert embedded.altered() == ["enkät till 2024"]
    finally:
        first.loc[at] = before
    assert embedded.altered() == []
