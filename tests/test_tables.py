from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from kunskapsbaserat import tables
from kunskapsbaserat.errors import TableError


def counts(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "area": ["2081", "2081", "20", "00"],
            "area_level": ["kommun", "kommun", "lan", "riket"],
            "offence": ["bilbrott"] * 4,
            "period": pd.PeriodIndex(["2023", "2024", "2024", "2024"], freq="Y"),
            "count": [188, 109, 648, None],
            "status": ["final"] * 4,
            "source": ["bra_indikatorer"] * 4,
        }
    )
    return table.assign(**changes)


def exposure(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame({"area": ["2081"], "area_level": ["kommun"], "kind": ["residents"], "year": [2024], "value": [51590]})
    return table.assign(**changes)


def survey(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "area": ["2081"],
            "area_level": ["kommun"],
            "measure": ["otrygg_kvall"],
            "start_year": [2025],
            "end_year": [2025],
            "share": [0.33],
            "lower": [0.29],
            "upper": [0.38],
            "n": [330],
            "source": ["bra_ntu"],
        }
    )
    return table.assign(**changes)


def test_counts_get_their_types_and_defaults():
    table = tables.counts(counts())
    assert list(table) == [*tables.COUNTS_KEY, "count", "rate_published", "status", "source"]
    assert str(table["count"].dtype) == "Int64"
    assert table["count"].isna().tolist() == [False, False, False, True]  # missing is not zero
    assert set(table["sex"]) == {"alla"}
    assert tables.frequency(table) == "Y"


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"count": [188, -1, 648, 0]}, "row 1, column 'count'", "0 or more, got -1"),
        ({"count": [188, 109.5, 648, 0]}, "column 'count'", "a whole number"),
        ({"count": [188, "..", 648, 0]}, "column 'count'", "got '..'"),
        ({"area": ["2081", "114", "20", "00"]}, "row 1, column 'area'", "leading zero kept"),
        ({"area": ["2081", "2081", "2", "00"]}, "row 2, column 'area'", "the code of a lan"),
        ({"area_level": ["kommun", "stad", "lan", "riket"]}, "row 1, column 'area_level'", "one of riket"),
        ({"status": ["final", "slutlig", "final", "final"]}, "row 1, column 'status'", "preliminary"),
        ({"sex": ["alla", "flicka", "alla", "alla"]}, "row 1, column 'sex'", "one of alla"),
        ({"namn": "Anna"}, "column 'namn'", "only the columns"),
        ({"period": ["2023", "2024", "2024", "2024"]}, "column 'period'", "a pandas Period"),
    ],
)
def test_bad_counts_say_where(change: dict[str, object], where: str, expected: str):
    with pytest.raises(TableError) as caught:
        tables.counts(counts(**change))
    assert where in str(caught.value)
    assert expected in str(caught.value)
    assert "väntade" in caught.value.svenska


def test_an_error_counts_rows_as_the_file_does():
    with pytest.raises(TableError) as caught:
        tables.counts(counts(count=[188, -1, 648, 0]), file="data/å ä ö/Borlänge.xlsx", first_row=6)
    assert str(caught.value).startswith("Borlänge.xlsx, row 7, column 'count'")


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="missing: status"):
        tables.counts(counts().drop(columns="status"))


def test_a_doubled_key_is_refused():
    # Heby stands twice in Brå's export of 2013
    doubled = pd.concat([counts(), counts().iloc[[1]]])
    with pytest.raises(TableError, match="once, got '2081, kommun, bilbrott, alla, 2024'"):
        tables.counts(doubled)


def test_exposure():
    assert tables.exposure(exposure())["value"].tolist() == [51590]
    with pytest.raises(TableError, match="column 'value'"):
        tables.exposure(exposure(value=[-1]))
    with pytest.raises(TableError, match="one of residents"):
        tables.exposure(exposure(kind=["invånare"]))


def test_survey():
    assert tables.survey(survey())["share"].tolist() == [0.33]
    with pytest.raises(TableError, match="between 0 and 1"):
        tables.survey(survey(share=[33]))
    with pytest.raises(TableError, match="lower <= share <= upper"):
        tables.survey(survey(lower=[0.34]))
    with pytest.raises(TableError, match="start_year <= end_year"):
        tables.survey(survey(start_year=[2026]))


@pytest.mark.parametrize("validate", [tables.counts, tables.exposure, tables.survey])
def test_an_empty_table_is_a_valid_table(validate):
    full = {tables.counts: counts(), tables.exposure: exposure(), tables.survey: survey()}[validate]
    assert len(validate(full.iloc[:0])) == 0


CHANGES = {
    "area": ["", 2081, None, "2081"],
    "area_level": ["kommun", "Kommun", None],
    "count": [0, -1, 1.5, 7.0, None, "7"],
    "rate_published": [0.0, -0.1, float("nan"), float("inf"), None, 3],
    "status": ["final", "slutlig", None],
    "period": [pd.Period("2025", freq="Y"), None],
}
RIGHT = {
    "counts": {"sex": "alla", "rate_published": float("nan"), "count": pd.array([188, 109, 648, None], dtype="Int64")},
    "exposure": {},
    "survey": {},
}
EXPOSURES = {"kind": ["residents", "dogs"], "year": [2024, 2024.5, None], "value": [1, 2.5, -1, None, float("nan")]}
SHARES = {"share": [0, 0.4, 1.2, None], "lower": [0.1, -0.1], "upper": [1, 1.01], "n": [None, 3, -3, 2.5]}


@pytest.mark.parametrize(
    ("contract", "right", "changes"),
    [("counts", counts, CHANGES), ("exposure", exposure, EXPOSURES), ("survey", survey, SHARES)],
)
def test_what_is_right_at_a_glance_is_right_by_pandera(contract: str, right: Callable[..., pd.DataFrame], changes: dict):
    """The quick look lets through what pandera lets through alone, and gives the same table."""
    passed = 0
    for column, values in changes.items():
        for value in values:
            for kind in (None, "Int64", "Float64", "int64", "float64", object):
                table = right(**RIGHT[contract])
                try:
                    column_of = pd.Series([value, *table.get(column, table["area"])[1:]], dtype=kind)
                except (TypeError, ValueError, OverflowError):
                    continue
                table = table[list(tables._CONTRACTS[contract])].assign(**{column: column_of})
                kept = tables._kept(table, tables._CONTRACTS[contract])
                if kept is not None:
                    passed += 1
                    pd.testing.assert_frame_equal(kept, tables._schemas()[contract].validate(table, lazy=True))
    assert passed > 3


def test_a_table_that_is_right_needs_no_pandera():
    table = tables.counts(counts())
    assert tables._kept(table, tables._CONTRACTS["counts"]) is not None


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: tables.counts(None), "a DataFrame"),
        (lambda: tables.counts(pd.DataFrame()), "the columns area"),
        (lambda: tables.counts(pd.DataFrame({"area": ["2080"]})), "a column 'period'"),
        (lambda: tables.frequency(pd.DataFrame({"period": [2024]})), "a pandas Period column"),
        (lambda: tables.whole_years(pd.DataFrame({"area": ["2080"]})), "a column 'period'"),
    ],
)
def test_what_is_no_table_of_periods_is_refused(call: Callable[[], object], expected: str):
    with pytest.raises(TableError, match=expected):
        call()
