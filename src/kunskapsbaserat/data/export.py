"""Tables as CSV: one file that a Swedish Excel opens by double-click, and one that machines read.

====================  ===================================  =======================
version               Excel                                machine
====================  ===================================  =======================
separator, decimals   ``;`` and comma                      ``,`` and point
encoding              UTF-8 with byte order mark, CRLF     UTF-8, LF
missing               empty                                empty
text that begins as   gets an apostrophe first, so that    unchanged
a formula             Excel shows it and runs nothing
====================  ===================================  =======================
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pandas as pd

from kunskapsbaserat.errors import FileLocked

MACHINE_FOLDER = "maskin"

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_FORMULA = re.compile(r"'*[=+\-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}]")
# Columns whose cells are written as Python writes them.
_AS_IT_IS = frozenset({"object", "str", "string", "bool", "boolean", "int64", "Int64", "float64", "Float64"})
_TRUTH = {"True": "SANT", "False": "FALSKT"}


def machine_csv(df: pd.DataFrame) -> str:
    """The table with comma and point; periods as "2025", "2025Q1" or "2025-01", dates as 2025-01-31. The index is left out.

    Parameters
    ----------
    df : DataFrame
        The index is left out.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import export
    >>> export.machine_csv(pd.DataFrame({"period": pd.PeriodIndex(["2025Q1"], freq="Q"), "per_1000": [12.5]})).splitlines()
    ['period,per_1000', '2025Q1,12.5']
    """
    if not {str(dtype) for dtype in df.dtypes} <= _AS_IT_IS:
        text: str = df.to_csv(index=False, lineterminator="\n")
        return text
    # What pandas writes, at a third of its price for the small tables of a report.
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(list(df.columns))
    writer.writerows(zip(*(values.to_numpy(dtype=object, na_value="") for _, values in df.items()), strict=True))
    return out.getvalue()


def excel_csv(df: pd.DataFrame) -> str:
    """The table as Swedish Excel wants it, without the byte order mark (which `write` adds).

    Parameters
    ----------
    df : DataFrame
        The index is left out.

    Returns
    -------
    str
        Semicolons, decimal comma, and an apostrophe before what Excel would take for a formula.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import export
    >>> export.excel_csv(pd.DataFrame({"område": ["0114"], "per_1000": [12.5], "anteckning": ["=1+1"]})).splitlines()
    ['område;per_1000;anteckning', "0114;12,5;'=1+1"]
    """
    numeric = {str(name) for name in df if pd.api.types.is_numeric_dtype(df[name])}
    return excel_from_machine(machine_csv(df), numeric=numeric)


def excel_from_machine(text: str, *, numeric: Collection[str] | None = None) -> str:
    """The Excel version of a machine version, cell by cell: "0114" stays "0114", 12 stays 12 beside a missing value.

    Parameters
    ----------
    text : str
        What `machine_csv` gave.
    numeric : collection of str, optional
        The columns of numbers. Found when not given: every cell that is not empty is a number.
    """
    rows = list(csv.reader(io.StringIO(text, newline="")))
    head, body = (rows[0], rows[1:]) if rows else ([], [])
    columns = []
    for name, cells in zip(head, zip(*body, strict=True) if body else ((),) * len(head), strict=True):
        several = set(cells)  # most columns have the same few cells again and again
        number = all(map(_NUMBER.fullmatch, several - {""})) if numeric is None else name in numeric
        written = {cell: _excel_cell(cell, number) for cell in several}
        columns.append([written[cell] for cell in cells])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_guarded(name) for name in head])
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def unguarded(cell: str) -> str:
    """A text cell of the Excel version as it was before the apostrophe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """Each table as ``<name>.csv`` for Excel and ``maskin/<name>.csv`` for machines; existing files are replaced whole.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name of the file, without ending; the index is left out.
    folder : str or Path
        Made when missing.

    Returns
    -------
    list of Path
        Two for each table.

    Raises
    ------
    FileLocked
        One of the files is open in Excel. It keeps its old content, and the others are whole.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import export
    >>> folder = tempfile.TemporaryDirectory()
    >>> written = export.write({"brott": pd.DataFrame({"område": ["0114"], "per_1000": [12.5]})}, folder.name)
    >>> [path.relative_to(folder.name).as_posix() for path in written]
    ['brott.csv', 'maskin/brott.csv']
    >>> folder.cleanup()
    """
    folder = Path(folder)
    written = []
    for name, table in tables.items():
        text = machine_csv(table)
        numeric = {str(column) for column in table if pd.api.types.is_numeric_dtype(table[column])}
        excel = "\ufeff" + excel_from_machine(text, numeric=numeric)
        for path, content in ((folder / f"{name}.csv", excel), (folder / MACHINE_FOLDER / f"{name}.csv", text)):
            replace_file(path, content.encode("utf-8"))
            written.append(path)
    return written


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file and move into place: a reader sees the old content or the new, never half of it.

    Raises
    ------
    FileLocked
        The file is open in another program, or the folder may not be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.ny")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except PermissionError as error:
        raise FileLocked(path) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_once(path: str | Path, content: Callable[[], bytes]) -> bool:
    """Write a file that is to be filled in; one that exists is never touched, and nothing is made for it. Was it written?

    Raises
    ------
    FileLocked
        The folder may not be written.
    """
    if Path(path).exists():
        return False
    replace_file(Path(path), content())
    return True


def _excel_cell(cell: str, number: bool) -> str:
    return _TRUTH.get(cell, cell.replace(".", ",")) if number else _guarded(_TRUTH.get(cell, cell))


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
