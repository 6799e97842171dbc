"""What was put into a SOL-like sheet comes out of it; a sheet that was damaged never gives a wrong table."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sol_sheets import Built, data_file, sheets

from kunskapsbaserat.data.bra import labels, sol
from kunskapsbaserat.errors import KunskapError

calm = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def found(built_rows: list[list[object]]) -> dict[tuple[str, str, object, str], tuple[float | None, str]]:
    export = sol.read(data_file(built_rows))
    assert export is not None
    return values_of(export.frame)


def values_of(f: pd.DataFrame) -> dict[tuple[str, str, object, str], tuple[float | None, str]]:
    return {(r.region, r.label, r.period, r.measure): (None if r.reason else float(r.value), r.status) for r in f.itertuples()}


@pytest.mark.thorough
@calm
@given(sheets())
def test_a_sheet_reads_back_exactly(built: Built):
    assert found(built.rows) == built.truth


@calm
@given(sheets())
def test_every_value_is_where_the_export_says(built: Built):
    for row in sol.read(data_file(built.rows)).frame.itertuples():
        column = sum((ord(c) - 64) * 26**i for i, c in enumerate(reversed(row.column))) - 1
        cell = built.rows[row.row - 1][column]
        shown = ".." if row.reason else f"{row.value:.0f}"
        assert str(cell).replace("\xa0", "") == shown


@calm
@given(sheets(), st.data())
def test_a_cut_sheet_is_refused_or_names_no_other_value(built: Built, data: st.DataObject):
    """A cut between two whole regions cannot be seen in the file; any other cut is refused, and none gives a wrong value."""
    cut = data.draw(st.integers(built.header_rows, built.last_value_row - 1))
    never_wrong(built.rows[:cut], built.truth)


@calm
@given(sheets(regions_in="rows"), st.randoms(use_true_random=False))
def test_moved_rows_never_give_a_wrong_value(built: Built, rng: random.Random):
    """An offence label that the library does not know can land below another heading; its rows are reported and not used."""
    rows = list(built.rows)
    i, j = (rng.randrange(built.header_rows, built.last_value_row) for _ in range(2))
    rows.insert(j, rows.pop(i))
    never_wrong(rows, built.truth, known_only=True)


@calm
@given(sheets(), st.data())
def test_a_lost_header_cell_never_gives_a_wrong_value(built: Built, data: st.DataObject):
    row = data.draw(st.integers(2, built.header_rows - 1))
    column = data.draw(st.integers(1, len(built.rows[row]) - 1))
    rows = [list(r) for r in built.rows]
    rows[row][column] = None
    never_wrong(rows, built.truth)


@calm
@given(sheets(), st.data())
def test_a_changed_header_cell_never_gives_a_wrong_value(built: Built, data: st.DataObject):
    row = data.draw(st.integers(2, built.header_rows - 1))
    column = data.draw(st.integers(1, len(built.rows[row]) - 1))
    rows = [list(r) for r in built.rows]
    rows[row][column] = data.draw(st.sampled_from(["Förändring i procent", "x", "Kv 9", "Andel"]))
    never_wrong(rows, built.truth)


@pytest.mark.parametrize("bad", ["12a", "#REF!", -3, 4.5, "1 234,5 %", "jan-12"])
def test_a_cell_that_is_no_count_is_refused_with_its_place(bad: object):
    rows = [[None, "2024", "2025"], [None, "Antal", "Antal"], ["Avesta kommun", None, None], ["Totalt antal brott", 12, bad]]
    with pytest.raises(KunskapError) as error:
        sol.read(data_file(rows))
    assert "rad 4" in error.value.svenska
    assert "kolumn ”C”" in error.value.svenska


def never_wrong(rows: list[list[object]], truth: dict, known_only: bool = False) -> None:
    """Either the library's own error (or no export at all), or no value that was not in the whole sheet at that very place."""
    try:
        export = sol.read(data_file(rows))
    except KunskapError:
        return
    if export is not None:
        values = values_of(export.frame)
        assert (by_offence(values).items() <= by_offence(truth).items()) if known_only else (values.items() <= truth.items())


def by_offence(values: dict) -> dict:
    """The figures that a counts table could have: those of an offence that the library knows."""
    known = {key: labels.offence(tuple(key[1].split(" > "))) for key in values}
    return {(k[0], known[k].offence, *k[2:]): v for k, v in values.items() if known[k] and v[0] is not None}
