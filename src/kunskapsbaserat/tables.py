"""The contracts: what a table of counts, exposure or survey shares holds, and one validator for each.

A reader validates once, on the way in; after that the code trusts its tables. A validator returns the table with
the contract's columns in the contract's order and types, or raises `TableError` naming file, row and column.

============  =======================================================  ==========================================
table         key                                                      columns
============  =======================================================  ==========================================
counts        area, area_level, offence, sex, period                   count, rate_published, status, source
exposure      area, area_level, kind, year                             value (persons or objects on 31 December;
                                                                       "mean_residents": person-years of the year)
survey        area, area_level, measure, start_year, end_year          share, lower, upper (0-1), n, source
============  =======================================================  ==========================================

`count` is Int64 and missing is not zero. `sex` is "alla" where the publisher does not divide. `period` is a pandas
Period and a table has one frequency: Y, Q or M.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from kunskapsbaserat.errors import TableError

if TYPE_CHECKING:
    import pandera.pandas as pa

AREA_LEVELS = ("riket", "lan", "kommun", "stadsdel", "regso", "deso")
SEXES = ("alla", "kvinna", "man")
STATUSES = ("preliminary", "final")
EXPOSURE_KINDS = ("residents", "mean_residents", "dwellings", "vehicles", "daytime_population")
PER_YEAR = {"Y": 1, "Q": 4, "M": 12}
FREQUENCIES = tuple(PER_YEAR)

COUNTS_KEY = ["area", "area_level", "offence", "sex", "period"]
EXPOSURE_KEY = ["area", "area_level", "kind", "year"]
SURVEY_KEY = ["area", "area_level", "measure", "start_year", "end_year"]


def counts(df: pd.DataFrame, *, file: str | Path | None = None, first_row: int | None = None) -> pd.DataFrame:
    """Validated table of reported offences.

    Parameters
    ----------
    df : DataFrame
        The key columns and `count`, `status`, `source`; `sex` and `rate_published` (the publisher's own rate per
        100 000 inhabitants) may be left out.
    file, first_row
        Where the rows come from, so that an error names the row a person sees in the file.

    Returns
    -------
    DataFrame
        ``area area_level offence sex period count rate_published status source``, in the contract's types.

    Raises
    ------
    TableError
        A column is missing or unknown, a value breaks the contract, or a key stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import tables
    >>> falun = {"area": "2080", "area_level": "kommun", "offence": "bostadsinbrott", "status": "final", "source": "bra"}
    >>> rows = pd.DataFrame({"period": pd.period_range("2023", "2024", freq="Y"), "count": [136, 163]}).assign(**falun)
    >>> tables.counts(rows)[["area", "offence", "sex", "period", "count"]]
       area         offence   sex period  count
    0  2080  bostadsinbrott  alla   2023    136
    1  2080  bostadsinbrott  alla   2024    163
    >>> tables.counts(rows.assign(period=[2023, 2024]), file="ut.csv")
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.TableError: ut.csv, column 'period': expected a pandas Period column with one frequency, got 'int64'
    """
    _is_table(df, file)
    df = df.assign(**{name: value for name, value in _OPTIONAL.items() if name not in df})
    if len(df):
        _in_periods(df, file)
    table = _validated(df, "counts", COUNTS_KEY, file, first_row)
    if len(table) and frequency(table) not in FREQUENCIES:
        raise TableError("yearly, quarterly or monthly periods", file=file, column="period", got=table["period"].iat[0])
    return table


def exposure(df: pd.DataFrame, *, file: str | Path | None = None, first_row: int | None = None) -> pd.DataFrame:
    """Validated table of populations (or dwellings, vehicles) on 31 December of each year.

    Parameters
    ----------
    df : DataFrame
        ``area area_level kind year value``; `kind` one of `EXPOSURE_KINDS`, `value` persons (dwellings, vehicles) on 31
        December.
    file, first_row
        As in `counts`.

    Returns
    -------
    DataFrame
        The same columns, in the contract's types.

    Raises
    ------
    TableError
        As in `counts`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import tables
    >>> people = pd.DataFrame({"area": ["2080"], "area_level": "kommun", "kind": "residents", "year": 2024, "value": 59_945.0})
    >>> tables.exposure(people)
       area area_level       kind  year    value
    0  2080     kommun  residents  2024  59945.0
    """
    return _validated(df, "exposure", EXPOSURE_KEY, file, first_row)


def survey(df: pd.DataFrame, *, file: str | Path | None = None, first_row: int | None = None) -> pd.DataFrame:
    """Validated table of survey shares (0 to 1) with the publisher's own 95 % limits and number of respondents.

    Parameters
    ----------
    df : DataFrame
        ``area area_level measure start_year end_year share lower upper`` (0 to 1) ``n`` (respondents) ``source``.
    file, first_row
        As in `counts`.

    Returns
    -------
    DataFrame
        The same columns, in the contract's types.

    Raises
    ------
    TableError
        As in `counts`, or a share lies outside its limits.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import tables
    >>> row = pd.DataFrame({"area": ["2080"], "area_level": "kommun", "measure": "otrygg_kvall"})
    >>> row = row.assign(start_year=2025, end_year=2025, share=0.19, lower=0.15, upper=0.23, n=465, source="bra_ntu")
    >>> tables.survey(row)[["measure", "share", "lower", "upper", "n"]]
            measure  share  lower  upper    n
    0  otrygg_kvall   0.19   0.15   0.23  465
    """
    table = _validated(df, "survey", SURVEY_KEY, file, first_row)
    bad = (table["lower"] > table["share"]) | (table["share"] > table["upper"]) | (table["end_year"] < table["start_year"])
    if bad.fillna(False).any():
        index = bad.fillna(False).to_numpy(dtype=bool).argmax()
        raise TableError(
            "lower <= share <= upper and start_year <= end_year",
            forvantat="att andelen ligger mellan sina gränser och att slutåret inte är före startåret",
            file=file,
            row=_row(index, first_row, file),
            column="share",
            got="{area} {measure} {end_year}: {lower:g}–{share:g}–{upper:g}".format(**table.iloc[index]),
        )
    return table


def frequency(table: pd.DataFrame) -> str:
    """The one frequency of a table's periods: "Y", "Q" or "M".

    Parameters
    ----------
    table : DataFrame
        With a column `period` of pandas Periods.

    Returns
    -------
    {"Y", "Q", "M"}

    Raises
    ------
    TableError
        There is no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import tables
    >>> tables.frequency(pd.DataFrame({"period": pd.period_range("2025Q1", "2026Q2", freq="Q")}))
    'Q'
    """
    if len(table):
        _in_periods(table, None)
    return str(table["period"].dtype).removeprefix("period[")[:1]  # period[Y-DEC], period[Q-DEC], period[M]


def whole_years(counts: pd.DataFrame) -> pd.DataFrame:
    """Calendar years out of counts of any frequency; of quarters and months only the years that are whole.

    Parameters
    ----------
    counts : DataFrame
        The counts contract.

    Returns
    -------
    DataFrame
        The counts contract per year, empty when no year is whole. A year is preliminary when any part of it is; a rate of the
        publisher's own belongs to its own period and is left missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import tables
    >>> quarters = pd.DataFrame({"period": pd.period_range("2025Q1", "2026Q2", freq="Q")})
    >>> quarters["count"] = [906, 1059, 1279, 1241, 1150, 1341]  # of 2026 there are two quarters
    >>> quarters = quarters.assign(area="2080", area_level="kommun", offence="totalt", status="final", source="bra_sol")
    >>> tables.whole_years(tables.counts(quarters))[["area", "period", "count"]]
       area period  count
    0  2080   2025   4485
    """
    parts = PER_YEAR[frequency(counts)]
    if parts == 1:
        return counts
    series = ["area", "area_level", "offence", "sex", "year"]
    rows = counts.assign(year=counts["period"].dt.year, preliminary=counts["status"] == "preliminary")
    grouped = rows.groupby(series, sort=False, observed=True)
    summed = grouped.agg(
        count=("count", "sum"), known=("count", "count"), preliminary=("preliminary", "any"), source=("source", "first")
    ).reset_index()
    whole = summed[summed["known"] == parts]
    return whole.assign(
        period=pd.PeriodIndex.from_ordinals(whole["year"].to_numpy() - 1970, freq="Y"),
        status=whole["preliminary"].map({True: "preliminary", False: "final"}),
        rate_published=pd.array([pd.NA] * len(whole), dtype="Float64"),
    ).drop(columns=["year", "known", "preliminary"])


_OPTIONAL: dict[str, Any] = {"sex": "alla", "rate_published": float("nan")}


def _validated(df: pd.DataFrame, name: str, key: list[str], file: str | Path | None, first_row: int | None) -> pd.DataFrame:
    contract = _CONTRACTS[name]
    _is_table(df, file)
    _same_columns(df, list(contract), file)
    df = df[list(contract)].reset_index(drop=True)
    table = _kept(df, contract)
    if table is None:
        table = _checked(df, name, file, first_row)
    _levels_match(table, file, first_row)
    twice = table.duplicated(key)
    if twice.any():
        index = int(twice.to_numpy().argmax())
        where = ", ".join(str(v) for v in table.loc[index, key])
        raise TableError(
            f"each of {', '.join(key)} once",
            forvantat="att varje område, brott och period står en gång",
            file=file,
            row=_row(index, first_row, file),
            got=where,
        )
    return table


def _is_table(df: object, file: str | Path | None) -> None:
    if not isinstance(df, pd.DataFrame):
        raise TableError("a DataFrame", forvantat="en tabell (pandas DataFrame)", file=file, got=type(df).__name__)


def _in_periods(df: pd.DataFrame, file: str | Path | None) -> None:
    if "period" not in df:
        raise TableError("a column 'period'", forvantat="kolumnen period", file=file, column="period")
    if not isinstance(df["period"].dtype, pd.PeriodDtype):
        raise TableError(
            "a pandas Period column with one frequency",
            forvantat="en tidsperiod (år, kvartal eller månad)",
            file=file,
            column="period",
            got=str(df["period"].dtype),
        )


def _checked(df: pd.DataFrame, name: str, file: str | Path | None, first_row: int | None) -> pd.DataFrame:
    import pandera.errors

    try:
        return _schemas()[name].validate(df, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise _explain(error.failure_cases, df, file, first_row) from None


def _same_columns(df: pd.DataFrame, expected: list[str], file: str | Path | None) -> None:
    missing = [c for c in expected if c not in df]
    unknown = [c for c in df if c not in expected]
    if missing:
        raise TableError(
            f"the columns {', '.join(expected)}",
            forvantat=f"kolumnerna {', '.join(expected)}",
            file=file,
            column=missing[0],
            hint=f"missing: {', '.join(missing)}",
            tips=f"saknas: {', '.join(missing)}",
        )
    if unknown:
        # Fails closed: a column that the contract does not know may hold persons or free text.
        raise TableError(
            f"only the columns {', '.join(expected)}",
            forvantat=f"bara kolumnerna {', '.join(expected)}",
            file=file,
            column=str(unknown[0]),
        )


def _levels_match(table: pd.DataFrame, file: str | Path | None, first_row: int | None) -> None:
    """Riket is "00", a län two digits and a kommun four: an integer code that lost its zero is caught here."""
    patterns = {"riket": r"00", "lan": r"\d{2}", "kommun": r"\d{4}"}
    for level, pattern in patterns.items():
        here = table["area_level"] == level
        wrong = here & ~table["area"].str.fullmatch(pattern)
        if wrong.any():
            index = int(wrong.to_numpy().argmax())
            raise TableError(
                f"the code of a {level} (text, leading zero kept)",
                forvantat="områdets kod som text, med inledande nolla",
                file=file,
                row=_row(index, first_row, file),
                column="area",
                got=table.at[index, "area"],
            )


def _explain(failures: pd.DataFrame, df: pd.DataFrame, file: str | Path | None, first_row: int | None) -> TableError:
    first = failures.iloc[0]
    column, index = first["column"], first["index"]
    more = f"{len(failures) - 1} more" if len(failures) > 1 else None
    row = None if pd.isna(index) else _row(int(index), first_row, file)
    got = df.at[int(index), column] if not pd.isna(index) and column in df else first["failure_case"]
    expected, forvantat = _EXPECTED.get(str(column), (str(first["check"]), str(first["check"])))
    if str(first["check"]) == "not_nullable":
        got = "nothing"
    return TableError(
        expected,
        forvantat=forvantat,
        file=file,
        row=row,
        column=str(column),
        got=got,
        hint=more and f"and {more} of the same kind",
        tips=more and f"och {len(failures) - 1} fel till",
    )


def _row(index: int, first_row: int | None, file: str | Path | None) -> int | None:
    """The row in the file; without its first one nobody knows which: the number of a row in memory is none of the file's."""
    if first_row is None:
        return None if file is not None else index
    return first_row + index


_EXPECTED = {
    "area": ("an area code as text", "en områdeskod som text"),
    "area_level": (f"one of {', '.join(AREA_LEVELS)}", f"något av {', '.join(AREA_LEVELS)}"),
    "sex": (f"one of {', '.join(SEXES)}", f"något av {', '.join(SEXES)}"),
    "status": (f"one of {', '.join(STATUSES)}", f"något av {', '.join(STATUSES)}"),
    "kind": (f"one of {', '.join(EXPOSURE_KINDS)}", f"något av {', '.join(EXPOSURE_KINDS)}"),
    "count": ("a whole number, 0 or more", "ett heltal, noll eller mer"),
    "rate_published": ("a number, 0 or more", "ett tal, noll eller mer"),
    "value": ("a number, 0 or more", "ett tal, noll eller mer"),
    "share": ("a share between 0 and 1", "en andel mellan 0 och 1"),
    "lower": ("a share between 0 and 1", "en andel mellan 0 och 1"),
    "upper": ("a share between 0 and 1", "en andel mellan 0 och 1"),
    "n": ("a whole number, 0 or more", "ett heltal, noll eller mer"),
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a contract: text (of those that are allowed), a number from 0 to `upper`, or anything that is there."""

    kind: Literal["text", "Int64", "Float64", "any"]
    allowed: tuple[str, ...] = ()
    nullable: bool = False
    upper: float | None = None


_TEXT = _Column("text")
_COUNT, _NUMBER = _Column("Int64", nullable=True), _Column("Float64", nullable=True)
_SHARE = _Column("Float64", nullable=True, upper=1)
_YEAR = _Column("Int64")
_PLACE = {"area": _TEXT, "area_level": _Column("text", AREA_LEVELS)}
_CONTRACTS: dict[str, dict[str, _Column]] = {
    "counts": {
        **_PLACE,
        "offence": _TEXT,
        "sex": _Column("text", SEXES),
        "period": _Column("any"),
        "count": _COUNT,
        "rate_published": _NUMBER,
        "status": _Column("text", STATUSES),
        "source": _TEXT,
    },
    "exposure": {**_PLACE, "kind": _Column("text", EXPOSURE_KINDS), "year": _YEAR, "value": _Column("Float64")},
    "survey": {
        **_PLACE,
        "measure": _TEXT,
        "start_year": _YEAR,
        "end_year": _YEAR,
        **dict.fromkeys(("share", "lower", "upper"), _SHARE),
        "n": _COUNT,
        "source": _TEXT,
    },
}
_EXACT = {"Int64": ("Int64", "int64"), "Float64": ("Float64", "float64")}
"""Types that become the contract's without a figure being changed."""


def _kept(df: pd.DataFrame, contract: Mapping[str, _Column]) -> pd.DataFrame | None:
    """The table with the contract's types when every cell keeps the contract at a glance; else pandera says what is wrong.

    Most tables are right, and pandera takes thirty times as long to say so.
    """
    if not all(_keeps(df[name], column) for name, column in contract.items()):
        return None
    kinds = {name: column.kind for name, column in contract.items() if column.kind in _EXACT}
    return df.astype({name: kind for name, kind in kinds.items() if str(df[name].dtype) != kind})


def _keeps(cells: pd.Series, column: _Column) -> bool:
    missing = bool(cells.isna().any())
    if missing and not column.nullable:
        return False
    if column.kind == "text":
        words = cells.unique()
        return isinstance(cells.dtype, pd.StringDtype) and all(w in column.allowed if column.allowed else w for w in words)
    if column.kind == "any":
        return True
    if str(cells.dtype) not in _EXACT[column.kind]:
        return False
    values = cells[cells.notna()].to_numpy(dtype=float) if missing else cells.to_numpy(dtype=float)
    return bool((values >= 0).all() and (column.upper is None or (values <= column.upper).all()))


@functools.cache
def _schemas() -> dict[str, pa.DataFrameSchema]:
    import pandera.pandas as pa

    def made(column: _Column) -> pa.Column:
        if column.kind == "any":
            return pa.Column(None, nullable=column.nullable)
        if column.kind == "text":
            return pa.Column(str, pa.Check.isin(column.allowed) if column.allowed else pa.Check.str_length(min_value=1))
        checks = [pa.Check.ge(0)] + ([pa.Check.le(column.upper)] if column.upper is not None else [])
        return pa.Column(column.kind, checks, nullable=column.nullable, coerce=True)

    return {name: pa.DataFrameSchema({c: made(about) for c, about in parts.items()}) for name, parts in _CONTRACTS.items()}
