"""Tables of polars and arrow give what the same table of pandas gives, and times come as people have them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kunskapsbaserat as kb
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import DesignError, TableError
from kunskapsbaserat.frames import in_pandas, is_frame
from kunskapsbaserat.rates.times import in_periods_of_time

MONTHS = pd.period_range("2022-01", "2024-12", freq="M")


def in_polars(table: pd.DataFrame) -> pl.DataFrame:
    return pl.from_arrow(in_arrow(table))


def in_arrow(table: pd.DataFrame) -> pa.Table:
    periods = {c: table[c].astype(str) for c in table if isinstance(table[c].dtype, pd.PeriodDtype)}
    return pa.Table.from_pandas(table.assign(**periods), preserve_index=False)


@pytest.mark.parametrize("other", [in_polars, in_arrow, lambda t: in_polars(t).lazy()])
def test_a_table_of_another_library_gives_the_same_rows(other):
    rates = pd.DataFrame({"area": ["2081", "2080"], "count": [7, 0], "exposure": [1000.0, 2000.0]})
    pd.testing.assert_frame_equal(kb.crude_rate(other(rates)), kb.crude_rate(rates), check_dtype=False)
    counts = embedded.counts_year().query("area == '2080'").reset_index(drop=True)
    same = ["offence", "sex", "ratio", "change", "reason"]
    pd.testing.assert_frame_equal(kb.change(other(counts))[same], kb.change(counts)[same], check_dtype=False)


def test_missing_stays_missing_and_what_is_no_table_is_refused():
    table = pl.DataFrame({"area": ["a", "b"], "count": [3, None], "exposure": [10.0, 10.0]})
    assert kb.crude_rate(table)["reason"].tolist() == [None, "no_count"]
    with pytest.raises(TableError, match="a name in every row"):
        kb.crude_rate(pl.DataFrame({"area": ["a", None], "count": [3, 4], "exposure": [10.0, 10.0]}))
    for wrong in (pl.Series([1]), {"area": ["a"]}, "tabell.csv", np.ones((2, 2)), None):
        assert not is_frame(wrong)
        with pytest.raises(TableError, match="a DataFrame"):
            kb.crude_rate(wrong)
    frame = pd.DataFrame({"a": [1]})
    assert in_pandas(frame) is frame


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = [(f"{2000 + area}", month, int(rng.poisson(12))) for area in range(25) for month in MONTHS]
    return pd.DataFrame(rows, columns=["area", "period", "count"])


WRITTEN = {
    "text": lambda p: p.astype(str),
    "SCB": lambda p: p.dt.strftime("%YM%m"),
    "number": lambda p: p.dt.year * 100 + p.dt.month,
    "float": lambda p: (p.dt.year * 100 + p.dt.month).astype(float),
    "first day": lambda p: p.dt.to_timestamp(),
    "last day": lambda p: p.dt.end_time.dt.normalize(),
    "text of days": lambda p: p.dt.to_timestamp().dt.strftime("%Y-%m-%d"),
    "date": lambda p: p.dt.to_timestamp().dt.date,
    "category": lambda p: p.astype(str).astype("category"),
    "zone": lambda p: p.dt.to_timestamp().dt.tz_localize("Europe/Stockholm"),
    "objects": lambda p: p.astype(object),
}


@pytest.mark.parametrize("written", sorted(WRITTEN))
def test_a_design_reads_months_however_they_are_written(written: str):
    table = panel()
    expected = kb.did(kb.Design(table, outcome="count", treated="2000", start="2024-01"))
    own = table.assign(period=WRITTEN[written](table["period"]))
    made = kb.did(kb.Design(own, outcome="count", treated="2000", start="2024-01"))
    assert (made.estimate, made.p_value, made.lower) == (expected.estimate, expected.p_value, expected.lower)
    assert kb.Design(in_polars(table), outcome="count", treated="2000", start="2024-01").data.periods.equals(MONTHS)


@pytest.mark.parametrize(
    "start", ["2024-01", 202401, pd.Timestamp("2024-01-01"), pd.Period("2024-01"), dt.date(2024, 1, 1), "2024"]
)
def test_a_start_however_it_is_written(start: object):
    assert kb.Design(panel(), outcome="count", treated="2000", start=start).first_period == pd.Period("2024-01")


@pytest.mark.parametrize(
    ("values", "freq"),
    [
        ([2022, 2023, 2024], "Y"),
        (["2022", "2023", "2024"], "Y"),
        (["2022K1", "2022K2", "2022K3"], "Q"),
        (["2022Q1", "2022 Q2", "2022-Q3"], "Q"),
        (pd.to_datetime(["2022-01-01", "2023-01-01", "2024-01-01"]), "Y"),
        (pd.to_datetime(["2022-03-31", "2022-06-30", "2022-09-30"]), "Q"),
        (pd.to_datetime(["2022-01-01", "2022-02-01", "2022-03-01"]), "M"),
    ],
)
def test_the_length_of_a_period_is_read_out_of_how_it_is_written(values: object, freq: str):
    read = in_periods_of_time(pd.DataFrame({"t": values}), "t")["t"]
    assert str(read.dtype).startswith(f"period[{freq}")
    assert read.is_monotonic_increasing


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["2024-01", None], "a period in every row|a name in every row"),
        (["2024-01", "2024"], "times of one length"),
        (["2024-13", "2024-01"], "a time such as"),
        ([7, 8], "a time such as"),
        ([202413, 202401], "a time such as"),
        (["mars", "april"], "a time such as"),
        (pd.to_datetime(["2024-01-15", "2024-02-01"]), "the first day"),
        (["2024-02-31", "2024-03-01"], "a date"),
        ([2024.5, 2025.0], "a time such as"),
    ],
)
def test_a_time_that_is_none_is_refused_with_its_row(values: object, said: str):
    with pytest.raises(TableError, match=said) as error:
        in_periods_of_time(pd.DataFrame({"t": values}), "t")
    assert "kolumn ”t”" in error.value.svenska


METHODS = ["did", "evaluate", "power"]


@pytest.mark.parametrize(
    "name", [*METHODS, *(f"effects.{n}" for n in ("synthetic_control", "sdid", "compare", "check", "event_study"))]
)
@pytest.mark.parametrize("wrong", [panel(), None, "2081"])
def test_a_method_that_gets_no_design_says_what_it_wants(name: str, wrong: object):
    function = getattr(kb.effects if "." in name else kb, name.rpartition(".")[2])
    with pytest.raises(DesignError) as error:
        function(wrong)
    assert error.value.reason == "no_design"
    assert "vill ha en Design" in error.value.svenska
    assert "start='2024-01'" in error.value.svenska


def test_a_call_without_its_argument_is_pythons_own_mistake():
    with pytest.raises(TypeError, match="did"):
        kb.did()
    with pytest.raises(TypeError, match="joinpoint"):
        kb.joinpoint([1.0, 2.0], [2020, 2021])


def test_data_has_its_modules_at_hand():
    assert len(kb.data.embedded.counts())
    assert {"embedded", "kolada", "scb"} <= set(dir(kb.data))
    with pytest.raises(AttributeError, match="there are"):
        kb.data.inbyggt  # noqa: B018 - the access is the test
