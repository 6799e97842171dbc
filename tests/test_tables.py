from __future__ import annotations

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
