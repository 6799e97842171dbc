"""Events out of an export: only values from fixed lists, from the kommun's registers, times and rounded points get out.

What a person has written freely (a note, a name, an own word for a place) is not kept, so it cannot reach a report: the table
has no column it could stand in. A value that is on no list becomes missing and is remarked by row, not repeated.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.cells import COORDINATE, Refused, Tally, read_number
from kunskapsbaserat.data.est import coordinates, raw, sheets, times
from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.mapping import UTC, ExportMapping
from kunskapsbaserat.data.est.raw import RawEvents
from kunskapsbaserat.data.est.remarks import NOT_COUNTED, remark
from kunskapsbaserat.data.est.secret import Secret, continued
from kunskapsbaserat.findings import Finding

Floats = NDArray[np.float64]

COLUMNS = {
    "incident_id": "str",
    "file": "str",
    "row": "int64",
    "reported": "datetime64[us]",
    "start": "datetime64[us]",
    "end": "datetime64[us]",
    "place": "str",
    "area": "str",
    "x": "float64",
    "y": "float64",
    "place_type": "str",
    "category": "str",
    "severity": "Int64",
    "reporter": "str",
    "reporter_type": "str",
    "police": "str",
}
"""The incidents contract: `start` and `end` are Swedish local time, `x` and `y` metres in SWEREF 99 TM rounded to `GRAIN`."""

GRAIN = 50.0
"""Points are rounded to the middle of squares of so many metres as they are read: no table ever points out a door."""

MISSPELT, NEAR = 200, 0.85
"""So many unknown words for a category are compared with the list, and so like one of it (difflib's ratio) they must be."""

UNNAMED = "Rapportör utan namn i registret"


@dataclass(frozen=True)
class Events:
    """Events of one file or of several.

    `table` follows `COLUMNS` (`place`, `area`, `reporter` and the like are missing where nothing known was written);
    `remarks` say what was not read; `mappings` are the mappings used, `sha256` the files' digests by name. `now_called` gives
    the id of an event by the one that earlier versions gave it.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.est import COLUMNS, Events
    >>> none = Events(pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()}))
    >>> len(none.table), list(none.table)[:5], none.remarks
    (0, ['incident_id', 'file', 'row', 'reported', 'start'], ())
    """

    table: pd.DataFrame
    remarks: tuple[Finding, ...] = ()
    mappings: tuple[ExportMapping, ...] = ()
    sha256: dict[str, str] = field(default_factory=dict)
    now_called: dict[str, str] = field(default_factory=dict)


def read(
    path: str | Path,
    *,
    book: Book | None = None,
    name: str | None = None,
    sheet: str | None = None,
    secret: Secret | None = None,
) -> Events:
    """The events of an export.

    Parameters
    ----------
    path : path
        CSV, workbook or GeoJSON; its mapping beside it, or a ready one.
    book : Book
        The kommun's registers; without them no place or reporter has a name.
    name : str
        What the file is called in remarks and tables; its own name when not given.
    sheet : str
        The sheet of a workbook.
    secret : Secret
        Of the folder, so that an event has the same id the next time; without it the ids are of this call only.

    Raises
    ------
    FileLocked, FileError, TableError
        As `raw.read`.
    """
    found = raw.read(path, sheet=sheet)
    own_name, key = Path(path).name, secret or Secret(secrets.token_bytes())
    events = from_raw(found, name or own_name, book or Book(), key, own_name=own_name)
    if name in (None, own_name):
        return events
    earlier = _ids(found.frame, str(name), key).loc[events.table["row"]]
    return replace(events, now_called=dict(zip(earlier, events.table["incident_id"], strict=True)))


def from_raw(found: RawEvents, name: str, book: Book, secret: Secret, *, own_name: str | None = None) -> Events:
    """The events of a table of mapped columns; see `read`. An id is made of the file's `own_name`, which no table shows."""
    cells, rows = found.frame, found.frame.index.to_numpy()
    remarks = [remark("unread_sheet", file=name, sheet=other) for other in found.unread_sheets]
    tally = Tally.of(name, found.sheet, rows)

    def say(code: str, which: np.ndarray | pd.Series, field_name: str = "") -> None:
        hit = np.asarray(which, dtype=bool)
        if hit.any():
            if code in NOT_COUNTED:
                tally.take("finding", *rows[hit])
            remarks.append(remark(code, rows[hit], file=name, sheet=found.sheet, column=found.letters.get(field_name, "")))

    order = found.mapping.order
    utc = found.mapping.zone == UTC
    reported, _ = times.parse(_column(cells, "rapporterad"), order=order, utc=utc)
    start, until, unread = times.spans(_column(cells, "start"), _column(cells, "slut"), reported, order=order, utc=utc)
    category, misspelt = _categories(_column(cells, "kategori"), _category_words(found.mapping))
    say("misspelt", misspelt, "kategori")
    kept = np.ones(len(cells), dtype=bool)
    for code, which, at in (
        ("no_start", start.isna(), "start"),
        ("bad_end", start.notna() & (unread | (until < start)), "slut"),
        ("no_category", category.isna(), "kategori"),
        ("future", reported.notna() & (start > reported.dt.normalize() + np.timedelta64(1, "D")), "start"),
    ):
        say(code, which, at)
        kept &= ~which.to_numpy()
    ids = _ids(cells, own_name or name, secret)
    repeated = ids[kept].duplicated().reindex(ids.index, fill_value=False)
    say("repeated", repeated, "handelse_id")
    kept &= ~repeated.to_numpy()
    x, y = coordinates.plane(_number(_column(cells, "y")), _number(_column(cells, "x")))
    said = _text(_column(cells, "x")).ne("") | _text(_column(cells, "y")).ne("")
    say("outside", said & np.isnan(x), "x")
    place, by_name = _places(_text(_column(cells, "plats")), x, y, book)
    say("unknown_place", by_name & place.isna(), "plats")
    reporter, stranger = _reporters(_column(cells, "rapportor"), book)
    say("unknown_reporter", stranger, "rapportor")
    if found.unread:
        remarks.append(remark("unread_column", file=name, sheet=found.sheet, column=", ".join(found.unread[:30])))
    table = pd.DataFrame(
        {
            "incident_id": ids,
            "file": name,
            "row": rows,
            "reported": reported.fillna(start),
            "start": start,
            "end": until,
            **_where(found, place, x, y, book),
            "category": category,
            "severity": _severity(_column(cells, "allvarlighet")),
            **_by_whom(found, reporter.where(~stranger, UNNAMED), book),
        }
    )
    table = table[kept].reset_index(drop=True).astype(COLUMNS)
    tally.take("values", *table["row"])
    tally.settle()
    return Events(table, tuple(remarks), (found.mapping,), {name: found.sha256})


def _looked_up(names: pd.Series, register: pd.Series) -> pd.Series:
    """What the register says of each name, missing where it does not have it; each name is looked up once."""
    numbers, said = pd.factorize(names)
    return pd.Series(register.reindex(said).array.take(numbers, allow_fill=True), index=names.index)


def _where(found: RawEvents, place: pd.Series, x: Floats, y: Floats, book: Book) -> dict[str, pd.Series]:
    """Place, area, coordinates and kind of place: what the register says of a place goes before what the row says."""
    registered = book.places.set_index("place")
    own_type = _known(_column(found.frame, "platstyp"), _words(found.mapping, "platstyp", sheets.PLACE_TYPES))
    return {
        "place": place,
        "area": _looked_up(place, registered["area"].astype("str")),
        "x": _rounded(_looked_up(place, registered["x"].astype(float)).fillna(pd.Series(x, index=place.index))),
        "y": _rounded(_looked_up(place, registered["y"].astype(float)).fillna(pd.Series(y, index=place.index))),
        "place_type": _looked_up(place, registered["place_type"].astype("str")).fillna(own_type),
    }


def _reporters(cells: pd.Series, book: Book) -> tuple[pd.Series, pd.Series]:
    """The reporter of each row by the register, and whether the row names somebody who is not in it."""
    reporter = _known(cells, {name.casefold(): name for name in book.reporters["name"]})
    return reporter, _text(cells).ne("") & reporter.isna()


def _by_whom(found: RawEvents, reporter: pd.Series, book: Book) -> dict[str, pd.Series]:
    """Who reported, what kind of reporter that is, and whether the police know."""
    words = _words(found.mapping, "rapportortyp", sheets.REPORTER_TYPES)
    own_type = _known(_column(found.frame, "rapportortyp"), words)
    return {
        "reporter": reporter,
        "reporter_type": _looked_up(reporter, book.reporters.set_index("name")["type"].astype("str")).fillna(own_type),
        "police": _known(_column(found.frame, "polisanmald"), sheets.POLICE).fillna("okant"),
    }


def empty() -> pd.DataFrame:
    """A table of no events."""
    return _empty().copy()


@functools.cache
def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in COLUMNS.items()})


def _column(cells: pd.DataFrame, name: str) -> pd.Series:
    return cells[name] if name in cells else pd.Series("", index=cells.index, dtype="str")


def _text(cells: pd.Series) -> pd.Series:
    """Without space around it, and empty where nothing stands."""
    return pd.Series(times.stripped(cells), index=cells.index, dtype="str")


def _coded(cells: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Each different text without space around it, and which of them each cell has; what is missing has the last, "".

    A column of words has the same few again and again: each is looked up once.
    """
    numbers, said = pd.factorize(cells if isinstance(cells.dtype, pd.StringDtype) else _text(cells))
    return numbers, [*times.stripped(pd.Series(said)), ""]


def _known(cells: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """The id of each cell by a list of words, missing where the list does not have it; each word is looked up once."""
    numbers, said = _coded(cells)
    return _taken([words.get(_folded(word)) for word in said], numbers, cells.index)


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _taken(known: Sequence[str | None], numbers: NDArray[np.intp], index: pd.Index) -> pd.Series:
    """What is known of each different text, at the rows where it stands."""
    return pd.Series(pd.array(known, dtype="str").take(numbers), index=index)


def _categories(cells: pd.Series, words: Mapping[str, str]) -> tuple[pd.Series, pd.Series]:
    """The category of each cell, and whether it was misspelt: near one word of the list and of no other category."""
    numbers, said = _coded(cells)
    known = [words.get(_folded(word)) for word in said]
    unknown = [at for at, word in enumerate(said) if word and known[at] is None]
    misspelt = np.zeros(len(said), dtype=bool)
    for at in unknown[:MISSPELT]:
        near = {words[w] for w in difflib.get_close_matches(_folded(said[at]), words, n=3, cutoff=NEAR)}
        if len(near) == 1:
            known[at], misspelt[at] = near.pop(), True
    return _taken(known, numbers, cells.index), pd.Series(misspelt[numbers], index=cells.index)


def _category_words(mapping: ExportMapping) -> dict[str, str]:
    words: dict[str, str] = {}
    for category in catalogue.categories():
        words |= dict.fromkeys((category.id, category.name.casefold(), *category.also), category.id)
    return words | {word: known for (kind, word), known in mapping.words.items() if kind == "kategori"}


def _words(mapping: ExportMapping, kind: str, choices: Mapping[str, str]) -> dict[str, str]:
    known = dict(choices)
    known |= {value: value for value in known.values()}
    return known | {word: said for (of, word), said in mapping.words.items() if of == kind}


def _number(cells: pd.Series) -> Floats:
    if pd.api.types.is_numeric_dtype(cells):
        return np.asarray(cells.to_numpy(dtype=float))
    numbers, said = _coded(cells)
    read: Floats = np.array([_coordinate(text) for text in said], dtype=float)[numbers]
    return read


def _coordinate(text: str) -> float:
    """A coordinate is written by a system, with a decimal point and any number of decimals ("14.503")."""
    try:
        value = read_number(text, COORDINATE).value
    except Refused:
        return np.nan
    return np.nan if value is None else value


def _severity(cells: pd.Series) -> pd.Series:
    numbers, said = _coded(cells)
    level = pd.to_numeric(pd.Series(said, dtype="str").str.extract(r"^([1-3])\b", expand=False), errors="coerce")
    return pd.Series(level.astype("Int64").array.take(numbers), index=cells.index)


def _rounded(values: pd.Series) -> pd.Series:
    return np.floor(values / GRAIN) * GRAIN + GRAIN / 2


def _ids(cells: pd.DataFrame, name: str, secret: Secret) -> pd.Series:
    """A short digest of the file's own id (of the row where it has none): stable, and tells nothing without the secret.

    `name` is the file's own: what it is called in a report ("lista 2") is another's when a file is put before it.
    The inner digest is the whole id of earlier versions, so that decisions made with it are known again.
    """
    said = _text(_column(cells, "handelse_id"))
    if (without := said.eq("")).any():
        said[without] = [f"rad {row}" for row in cells.index[without]]
    file = hashlib.blake2b(f"{name}\x1f".encode(), digest_size=8)
    plain = (continued(file, text) for text in said.tolist())
    return pd.Series(secret.digests(plain), index=cells.index, dtype="str")


def _places(text: pd.Series, x: np.ndarray, y: np.ndarray, book: Book) -> tuple[pd.Series, pd.Series]:
    """The registered place of each event: by its name, else the nearest whose radius it lies within. And who gave a name."""
    place = _known(text, {n.casefold(): n for n in book.places["place"]})
    unplaced = (place.isna() & ~np.isnan(x)).to_numpy()
    centres = book.places.dropna(subset=["x", "y"])
    if unplaced.any() and len(centres):
        from scipy.spatial import cKDTree

        at = np.column_stack([x[unplaced], y[unplaced]])
        count = min(len(centres), 5)
        far, which = cKDTree(centres[["x", "y"]].to_numpy()).query(at, k=count, distance_upper_bound=centres["radius"].max())
        far, which = far.reshape(len(at), count), which.reshape(len(at), count)
        radius = np.append(centres["radius"].to_numpy(dtype=float), -1.0)[which]
        inside = far <= radius
        first = inside.argmax(axis=1)
        hit = inside.any(axis=1)
        names = centres["place"].to_numpy()[which[np.arange(len(at)), first][hit]]
        target = place.index[unplaced][hit]
        place.loc[target] = names
    return place, text.ne("")
