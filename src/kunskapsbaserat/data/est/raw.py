"""An export as a table of only the columns that a mapping names; the others are never made into a table at all."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat.data import files, textfile, workbook
from kunskapsbaserat.data.est import mapping as mappings
from kunskapsbaserat.data.est.mapping import ExportMapping
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.errors import FileError

MAX_BYTES = 500_000_000
GEOJSON = (".geojson", ".json")
_OPENING = re.compile(r"\A\ufeff?(sep=[^\n]*\n?)?([^\n]*)")


@dataclass(frozen=True)
class RawEvents:
    """The mapped columns of one sheet by field name, as they were written; the index is the row as Excel shows it.

    `unread` are the letters of the columns that were not read, `unread_sheets` the names of other sheets that hold events.
    """

    frame: pd.DataFrame
    mapping: ExportMapping
    sheet: str
    sha256: str
    unread: tuple[str, ...]
    letters: Mapping[str, str]
    unread_sheets: tuple[str, ...] = ()


_WORKBOOKS = ("xls", "xlsx", "ods")


def read(source: str | Path | files.DataFile, *, sheet: str | None = None) -> RawEvents:
    """A CSV, workbook or GeoJSON of events; a workbook that has been read is not read again.

    Raises
    ------
    FileLocked, FileError
        It cannot be read, or no mapping fits.
    TableError
        Its mapping is wrong.
    """
    if isinstance(source, files.DataFile) and source.kind in _WORKBOOKS:
        return _book(source, sheet)
    path = source.path if isinstance(source, files.DataFile) else Path(source)
    content = files.read_bytes(path, limit=MAX_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    if path.suffix.casefold() in GEOJSON:
        return _geojson(content, path, digest)
    if workbook.kind(content, path) is not None:
        return _book(files.read_file(path), sheet)
    return _csv(content, path, digest)


def _csv(content: bytes, path: Path, digest: str) -> RawEvents:
    text, encoding = textfile.decode(content, path)
    declared, head = next(_OPENING.finditer(text)).groups("")
    del text  # as large as the file, which is taken apart from its bytes
    first = 2 if declared else 1
    settings: dict[str, Any] = {
        "sep": max(textfile.DELIMITERS, key=head.count),
        "skiprows": first - 1,
        "encoding": encoding,
        "dtype": str,
        "keep_default_na": False,
        "skip_blank_lines": False,
    }
    try:
        headings = list(pd.read_csv(io.BytesIO(content), nrows=0, **settings).columns)
        mapping = mappings.choose(path, headings)
        columns = mapping.columns(headings)
        frame = pd.read_csv(io.BytesIO(content), usecols=list(columns.values()), **settings)
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        # The parser's own message can repeat what stands in the file.
        raise FileError(
            "corrupt", path, "cannot be split into cells", "går inte att dela i celler. Spara den på nytt."
        ) from None
    frame.index = pd.RangeIndex(first + 1, first + 1 + len(frame))
    if len(frame) and (frame.iloc[:, 0] == "").any():  # only a row that begins with nothing can be empty
        frame = frame[~(frame == "").all(axis=1)]
    return _finished(frame, headings, columns, mapping, "", digest)


def _book(file: files.DataFile, sheet: str | None) -> RawEvents:
    """The sheet named, else the first that a mapping fits; the others that one fits are named."""
    path = file.path
    wanted = [s for s in file.sheets if sheet is None or s.name == sheet]
    refused: FileError | None = None
    fitting: list[tuple[files.Sheet, list[str], ExportMapping]] = []
    for found in wanted:
        heads = ["" if cell is None else str(cell) for cell in (found.rows[0] if found.rows else ())]
        try:
            fitting.append((found, heads, mappings.choose(path, heads)))
        except FileError as error:
            refused = refused or error
    if not fitting:
        raise refused or FileError("no_mapping", path, "has no sheet of events", "har inget blad med händelser.")
    found, heads, mapping = fitting[0]
    columns = mapping.columns(heads)
    rows = [(*row, *(None,) * (len(heads) - len(row)))[: len(heads)] for row in found.rows[1:]]
    places = [heads.index(heading) for heading in columns.values()]
    cells = [[row[at] for at in places] for row in rows]
    frame = pd.DataFrame(cells, columns=list(columns.values()), dtype=object, index=range(2, len(rows) + 2))
    frame = frame[frame.notna().any(axis=1)]
    others = tuple(other.name for other, _, _ in fitting[1:] if len(other.rows) > 1)
    return replace(_finished(frame, heads, columns, mapping, found.name, file.sha256), unread_sheets=others)


def _geojson(content: bytes, path: Path, digest: str) -> RawEvents:
    try:
        features = json.loads(content.decode("utf-8-sig"))["features"]
        rows = [{**(f.get("properties") or {}), **_point(f.get("geometry"))} for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FileError("not_geojson", path, "is no GeoJSON of features", "är ingen GeoJSON med händelser.") from None
    headings = list(dict.fromkeys(key for row in rows for key in row))
    mapping = mappings.choose(path, headings)
    columns = mapping.columns(headings)
    cells = [[row.get(heading) for heading in columns.values()] for row in rows]
    frame = pd.DataFrame(cells, columns=list(columns.values()), dtype=object, index=range(1, len(rows) + 1))
    return _finished(frame, headings, columns, mapping, "", digest)


def _point(geometry: Any) -> dict[str, float]:
    if not geometry or geometry.get("type") != "Point":
        return {}
    x, y = geometry["coordinates"][:2]
    return {"x": x, "y": y}


def _finished(
    frame: pd.DataFrame, headings: list[str], columns: Mapping[str, str], mapping: ExportMapping, sheet: str, digest: str
) -> RawEvents:
    read = set(columns.values())
    named = {field: letter(headings.index(heading)) for field, heading in columns.items()}
    unread = tuple(letter(at) for at, heading in enumerate(headings) if heading and heading not in read)
    frame = frame[list(columns.values())].set_axis(list(columns), axis=1)
    return RawEvents(frame, mapping, sheet, digest, unread, named)
