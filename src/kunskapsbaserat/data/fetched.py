"""The tables that `kunskap hamta` puts in a kommun's folder: a contract's table as CSV under one line that says whose it is.

The line and the figures are one file, so that a reader never meets the figures of one day with the date of another.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import export, files, imported
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.errors import FileError

FOLDER = "hamtat"
MARK = "# kunskap hamta "
KEYS = {
    "counts": tables.COUNTS_KEY,
    "survey": tables.SURVEY_KEY,
    "exposure": tables.EXPOSURE_KEY,
    "indicator": ["area", "area_level", "indicator", "sex", "period"],
    "months": tables.COUNTS_KEY,
    "parts": tables.EXPOSURE_KEY,
    "ages": ["area", "area_level", "sex", "age", "year"],
    "alike": ["kommun", "kind"],
}
"""What a file may hold: the contracts, and the counts by month, DeSO and RegSO as exposure, inhabitants by age and sex, and
Kolada's liknande kommuner."""
_TEXTS = ("area", "offence", "measure", "indicator", "period", "age", "kommun", "kind", "members", "name")
_TYPES = dict.fromkeys(_TEXTS, str)
_WHOLE = {"count": "Int64", "n": "Int64", "year": "Int64", "start_year": "int64", "end_year": "int64"}
_PARTS = ("rate_published", "share", "lower", "upper")


@dataclass(frozen=True, slots=True)
class About:
    """Whose figures a file holds: what a snapshot says, and which contract they follow."""

    contents: str
    publisher: str
    title: str
    address: str
    licence: str
    retrieved: date
    status: str = "final"


def write(path: Path, table: pd.DataFrame, about: About) -> None:
    """Put a table in its place, whole or not at all; the same figures of the same day give the same bytes.

    Raises
    ------
    FileLocked
        The file is open in another program, or the folder may not be written.
    """
    body = export.machine_csv(table.sort_values(KEYS[about.contents], ignore_index=True)).encode()
    export.replace_file(path, _file(about, body))


def _file(about: About, body: bytes) -> bytes:
    said = {name: getattr(about, name) for name in About.__dataclass_fields__} | {"retrieved": about.retrieved.isoformat()}
    said["sha256"] = hashlib.sha256(body).hexdigest()
    return f"{MARK}{json.dumps(said, ensure_ascii=False, sort_keys=True)}\n".encode() + body


def recognises(path: Path) -> bool:
    """Whether `kunskap hamta` wrote the file, also when somebody has changed it since."""
    if path.parent.name != FOLDER or path.suffix.casefold() != ".csv":
        return False
    return files.read_bytes(path).removeprefix(b"\xef\xbb\xbf").startswith(MARK.encode())


def read(path: Path) -> tuple[Imported, About]:
    """A file that `write` wrote.

    Raises
    ------
    FileError
        Somebody has changed it.
    """
    content = files.read_bytes(path)
    about, digest, body = _parts(content, path)
    if hashlib.sha256(body).hexdigest() != digest or about.contents not in KEYS:
        raise _changed(path)
    table = _table_once(digest, about.contents, body).copy(deep=False)
    file = DataFile(path, "hämtad tabell", hashlib.sha256(content).hexdigest(), len(content), ())
    key = KEYS[about.contents]
    return (
        Imported(
            about.contents,
            table,
            imported.remarks([], key),
            file,
            about.publisher,
            about.title,
            about.address,
            about.licence,
            about.status,
        ),
        about,
    )


def about(path: Path) -> About:
    """What the first line of a file that `write` wrote says.

    Raises
    ------
    FileError
        Somebody has changed it.
    """
    return _parts(files.read_bytes(path), path)[0]


def sha256_as_of(path: Path, day: date) -> str:
    """The sha256 that a file that `write` wrote would have, had its figures been fetched on another day.

    Raises
    ------
    FileError
        Somebody has changed its first line.
    """
    said, _, body = _parts(files.read_bytes(path), path)
    return hashlib.sha256(_file(dataclasses.replace(said, retrieved=day), body)).hexdigest()


def _parts(content: bytes, path: Path) -> tuple[About, str, bytes]:
    """What the first line says, the checksum that it gives, and the figures below it."""
    head, _, body = content.partition(b"\n")
    try:
        said: dict[str, Any] = json.loads(head.decode("utf-8").removeprefix(MARK))
        digest = str(said.pop("sha256"))
        return About(**{**said, "retrieved": date.fromisoformat(said["retrieved"])}), digest, body
    except (ValueError, KeyError, TypeError) as error:
        raise _changed(path) from error


def _periods(texts: pd.Series, *, by_month: bool) -> pd.PeriodIndex:
    """The periods of "2025" or "2025-08"; each by its number, since pandas reads a column of texts one at a time."""
    year = texts.str[:4].astype(int).to_numpy() - 1970
    if not by_month:
        return pd.PeriodIndex.from_ordinals(year, freq="Y")
    return pd.PeriodIndex.from_ordinals(12 * year + texts.str[5:].astype(int).to_numpy() - 1, freq="M")


_LATEST: dict[tuple[str, str], pd.DataFrame] = {}
_REMEMBERED = 24


def _table_once(digest: str, contents: str, body: bytes) -> pd.DataFrame:
    """The figures of these very bytes; folders that were filled in one go have some files in common, as the population."""
    table = _LATEST.pop((digest, contents), None)
    if table is None:
        table = _table(body.decode("utf-8"), contents)
    _LATEST[digest, contents] = table
    if len(_LATEST) > _REMEMBERED:
        del _LATEST[next(iter(_LATEST))]
    return table


def _table(text: str, contents: str) -> pd.DataFrame:
    """The figures as they were written: the contract was checked then, and the checksum says that nothing is changed since."""
    frame = pd.read_csv(
        StringIO(text), dtype=_TYPES, keep_default_na=False, na_values={c: [""] for c in (*_WHOLE, *_PARTS, "value")}
    )
    frame = frame.astype({name: kind for name, kind in _WHOLE.items() if name in frame})
    frame = frame.astype({name: "Float64" for name in _PARTS if name in frame})
    if "period" in frame:
        frame = frame.assign(period=_periods(frame["period"], by_month=contents == "months"))
    return frame


def _changed(path: Path) -> FileError:
    return FileError(
        "changed",
        path,
        "has been changed since it was fetched",
        "har ändrats sedan den hämtades. Kör ”kunskap hamta” igen, med --offline om nätet saknas. "
        "Egna siffror läggs i en egen fil.",
    )
