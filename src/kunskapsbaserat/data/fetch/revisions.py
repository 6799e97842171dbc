"""What a publisher has changed: every cell that has another value than the last time, once, in a file that only grows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data import fetched
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.errors import FileError, FileLocked

COLUMNS = ("tabell", "område", "vad", "kön", "år", "kolumn", "förra", "ny", "först sedd")
VALUES = {
    "counts": ("count", "rate_published"),
    "survey": ("share", "lower", "upper"),
    "exposure": ("value",),
    "indicator": ("value",),
    "months": ("count",),
    "parts": ("value",),
    "ages": ("value",),
}
_WHAT = {
    "counts": "offence",
    "survey": "measure",
    "exposure": "kind",
    "indicator": "indicator",
    "months": "offence",
    "parts": "kind",
    "ages": "age",
}
_SMALLEST = 1e-9  # below it two numbers are the same number written by two machines


def changed(old: pd.DataFrame, new: pd.DataFrame, contents: str) -> pd.DataFrame:
    """The cells that two tables of one contract have with different values.

    A cell that is in one of them only is no revision: a year was added, or the kommun is compared with others.

    Returns
    -------
    DataFrame
        The key's columns and ``column``, ``old``, ``new``.
    """
    key = fetched.KEYS[contents]
    if contents not in VALUES:  # names, no figures
        return pd.DataFrame(columns=[*key, "column", "old", "new"])
    both = old.merge(new, on=key, suffixes=("_old", "_new"))
    parts = []
    for column in VALUES[contents]:
        before, after = (both[f"{column}_{when}"].astype("Float64") for when in ("old", "new"))
        differ = (before - after).abs() > _SMALLEST * before.abs().clip(lower=1)
        differ = differ.fillna(before.notna() != after.notna()).to_numpy(dtype=bool)
        parts.append(both.loc[differ, key].assign(column=column, old=before[differ], new=after[differ]))
    return pd.concat(parts, ignore_index=True)


def note(path: Path, differences: Mapping[str, tuple[str, pd.DataFrame]], when: date) -> int:
    """Add the differences that are not there already; how many they were.

    Parameters
    ----------
    path : Path
        ``revideringar.csv``, made when there is something to say.
    differences : mapping of str to tuple
        By table: the contract, and what `changed` gave.
    when : date
        The day of the newer answer.

    Raises
    ------
    FileLocked, FileError
        The file is open in Excel, or somebody has changed its columns.
    """
    lines = [line for name, (contents, rows) in differences.items() for line in _lines(name, contents, rows, when)]
    if not lines:
        return 0
    existing = read(path)
    known = {tuple(line[:-1]) for line in existing}
    new = [line for line in lines if tuple(line[:-1]) not in known]
    if new:
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([COLUMNS, *existing, *new])
        replace_file(path, ("\ufeff" + out.getvalue()).encode())
    return len(new)


def read(path: Path) -> list[list[str]]:
    """The lines of ``revideringar.csv``, oldest first."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
    except FileNotFoundError:
        return []
    except PermissionError as error:
        raise FileLocked(path, reading=True) from error
    except UnicodeDecodeError as error:
        raise _other_file(path) from error
    if not rows or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise _other_file(path)
    return rows[1:]


def _other_file(path: Path) -> FileError:
    return FileError(
        "revisions",
        path,
        "is not as it was written",
        "har andra kolumner än den skrevs med. Flytta filen ur mappen, så skrivs en ny.",
    )


def _lines(name: str, contents: str, rows: pd.DataFrame, when: date) -> list[list[str]]:
    year = "period" if "period" in rows else "end_year" if "end_year" in rows else "year"
    return [
        [
            name,
            str(row["area"]),
            str(row[_WHAT[contents]]),
            str(row.get("sex", "alla")),
            str(row[year]),
            str(row["column"]),
            _number(row["old"]),
            _number(row["new"]),
            when.isoformat(),
        ]
        for row in rows.to_dict("records")
    ]


def _number(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{float(value):.10g}".replace(".", ",")
