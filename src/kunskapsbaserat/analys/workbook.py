"""`till_excel`: a table as a workbook to send on, with Swedish headers and the sources on a sheet of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.analys import words
from kunskapsbaserat.analys.table import about
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.forms import writing
from kunskapsbaserat.frames import in_pandas

_SHEET, _SOURCES = "Tabell", "Källor"
_DECIMALS = {
    "kvot": "0.00",
    "nedre_95": "0.00",
    "ovre_95": "0.00",
    "nedre_998": "0.00",
    "ovre_998": "0.00",
    "per_100000": "#,##0",
}
_WHOLE = {"ar", "brytar", "ar_for_jamforelsen"}  # years: no space between thousands
_NARROWEST, _WIDEST = 8, 60
_MOST_ROWS = 1_048_575  # that a sheet holds under its header
_NOT_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def till_excel(tabell: Any, path: str | Path) -> Path:
    """Write any table as a workbook: one sheet with the table, one that says where the figures come from.

    Parameters
    ----------
    tabell : DataFrame
        From this layer, or any other; an index with a name becomes columns. Headers that the layer knows are in Swedish.
    path : path
        Ends with ".xlsx".

    Returns
    -------
    Path
        The file that was written; one that was there is replaced.

    Raises
    ------
    FileLocked
        The file is open in Excel.
    FileError
        The file has another ending, or the table has more rows than a sheet can hold.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kunskapsbaserat as kb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = kb.till_excel(kb.brott("Köping", "totalt"), Path(folder) / "koping.xlsx")
    ...     file.name
    'koping.xlsx'
    """
    frame = in_pandas(tabell)
    if not isinstance(frame, pd.DataFrame):
        raise OptionError("tabell", type(tabell).__name__, ("a DataFrame",), tillatna=("en tabell (DataFrame)",))
    target = _checked(Path(path), frame)
    told = about(frame)
    book = writing.new_book([_SHEET, _SOURCES])
    _write(book[_SHEET], _with_index(frame))
    lines = _lines(told, frame)
    writing.introduce(book[_SOURCES], lines)
    replace_file(target, writing.content_of(book, lines[0]))
    return target


def _checked(path: Path, frame: pd.DataFrame) -> Path:
    if path.suffix.casefold() != ".xlsx":
        raise FileError("ending", path, "must end with .xlsx", "måste heta något som slutar på .xlsx.")
    if len(frame) > _MOST_ROWS:
        english = f"a sheet holds {_MOST_ROWS} rows, the table has {len(frame)}"
        raise FileError("rows", path, english, f"får inte plats: tabellen har {len(frame)} rader. Välj ut färre.")
    return path


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with what their index says; a plain row number says nothing."""
    plain = frame.index.nlevels == 1 and frame.index.name is None and pd.api.types.is_integer_dtype(frame.index)
    flat = pd.DataFrame(frame).reset_index(drop=plain)
    if flat.columns.nlevels > 1:
        flat.columns = [" ".join(str(part) for part in name if str(part)) for name in flat.columns]
    return flat


def _write(sheet: Any, frame: pd.DataFrame) -> None:
    for at, name in enumerate(frame.columns, start=1):
        cell = sheet.cell(1, at, words.HEADERS.get(str(name), str(name)))
        writing.head(cell)
        values = [_cell(value) for value in frame.iloc[:, at - 1]]
        shape = _number_format(str(name), frame.iloc[:, at - 1])
        for row, value in enumerate(values, start=2):
            written = sheet.cell(row, at, value)
            if isinstance(value, str):
                written.data_type = "s"  # text that begins as a formula stays text
            elif shape:
                written.number_format = shape
        longest = max((len(_shown(v, shape)) for v in values), default=0)
        word = max((len(w) for w in str(cell.value).split()), default=0)
        sheet.column_dimensions[cell.column_letter].width = min(max(longest, word, _NARROWEST) + 2, _WIDEST)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _cell(value: Any) -> Any:
    """What Excel can hold: text, a number, a truth or a date; a period as it is written, missing as an empty cell."""
    if isinstance(value, str):
        return _NOT_IN_A_CELL.sub("", value)
    if isinstance(value, (list, tuple, dict, set)):
        return str(value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "ja" if value else "nej"
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_pydatetime()
    return str(value)


def _number_format(name: str, column: pd.Series) -> str | None:
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return None
    if name in _WHOLE:
        return "0"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "#,##0"
    return _DECIMALS.get(name, "#,##0.0")


def _shown(value: Any, shape: str | None) -> str:
    if isinstance(value, float):
        return f"{value:,.{len((shape or '0.0').partition('.')[2])}f}"
    return f"{value:,}" if isinstance(value, int) and shape != "0" else str("" if value is None else value)


def _lines(told: dict[str, Any], frame: pd.DataFrame) -> Sequence[str]:
    title = told.get("rubrik") or "Tabell"
    lines = [title, *(f"Källa: {line}" for line in told.get("kallor", ()))]
    if not told.get("kallor"):
        lines.append("Källan är inte känd av programmet. Skriv den här.")
    lines += [f"Att veta: {line}" for line in told.get("anmarkningar", ())]
    if "per_100000" in frame:
        lines.append("Per 100 000 invånare är antalet delat med medelfolkmängden, som Brå räknar.")
    if {"lower", "upper"} <= set(frame.columns):
        lines.append("Gränserna visar hur mycket talet kan variera av slump, med 95 procents säkerhet.")
    if "orsak" in frame:
        lines.append("En tom ruta är ett värde som saknas, inte noll. Kolumnen ”Varför ett värde saknas” säger varför.")
    return lines
