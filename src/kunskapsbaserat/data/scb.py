"""SCB's downloads as exposure: the population on 31 December per kommun, län or riket.

Read are the Statistikdatabasen's files as they are saved (CSV, xlsx, json-stat2) and tables of the same shape.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import itertools
import json
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from kunskapsbaserat import cells, tables
from kunskapsbaserat.data import crosstab, embedded, files, imported, jsonstat, screen, unread
from kunskapsbaserat.data.crosstab import Entry
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.errors import FileError, TableError
from kunskapsbaserat.findings import Finding

NOISE_FROM = 2025
"""From this reference year SCB adds noise to every population figure, totals too (scb.se, FAQ on the cell key method)."""

PUBLISHER = "Statistiska centralbyrån (SCB)"
ADDRESS = "https://www.statistikdatabasen.scb.se"
LICENCE = "CC0"

_POPULATION = re.compile(r"folkm[äa]ngd(en)?|befolkning(en)?|invånare|personer|antal invånare", re.IGNORECASE)
_FILLING = re.compile(r"\b(N01951|totalt?|antal|den|per månad|31|12|31 ?dec(ember)?)\b|[(),:/-]", re.IGNORECASE)
_NOT_POPULATION = re.compile(r"ökning|förändring|andel|procent|per 100|%|medel|täthet|födda|döda|flytt", re.IGNORECASE)
_TOTALS = re.compile(r"(tot|totalt|samtliga|alla|båda)\b.*|kvinnor och män|män och kvinnor|.*\btotalt", re.IGNORECASE)
_IGNORED = {"kalla", "källa", "source", "status", "enhet"}


def population(path: str | Path | DataFile) -> Imported:
    r"""Population on 31 December, from a download of SCB's or a table of the same shape.

    The file may divide by sex, age or civil status only if it also holds the totals: from 2025 the parts do not sum to
    them. Figures of other months than December are left out, as are other contents (births, change); a note says so.

    Parameters
    ----------
    path : str or Path
        csv, xlsx or json-stat2, as downloaded or resaved.

    Returns
    -------
    Imported
        The exposure contract, kind "residents". Remarks: "noise" for every figure from 2025, and each missing figure.

    Raises
    ------
    TableError, FileError, FileLocked
        The file cannot be read, has no areas, years or totals, or states two figures for one area and year.
    PersonalDataError
        The file seems to hold personal data.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import scb
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "folkmangd.csv"
    >>> _ = path.write_text("region;Folkmängd 2024;Folkmängd 2025\n2081 Borlänge;51425;51354\n", encoding="utf-8")
    >>> imported = scb.population(path)
    >>> imported.table
       area area_level       kind  year    value
    0  2081     kommun  residents  2024  51425.0
    1  2081     kommun  residents  2025  51354.0
    >>> imported.remarks[["year", "reason"]]
       year reason
    0  2025  noise
    >>> folder.cleanup()
    """
    file, found = _read(path)
    return exposure(file, found, publisher=PUBLISHER, title="Folkmängd 31 december", address=ADDRESS, licence=LICENCE)


def exposure(
    file: DataFile,
    found: Iterable[Entry],
    *,
    publisher: str,
    title: str,
    address: str,
    licence: str,
    dash: Literal["zero", "missing"] | None = None,
    others: int = 0,
) -> Imported:
    """The entries of a population table as the exposure contract; `others` figures were left out before."""
    totals = _Totals(cells.PUBLISHER.of(file).with_dash(dash))
    totals.left_out["other_content"] = others
    for entry in found:
        totals.take(entry)
    if not totals.rows:
        raise _nothing(file, totals.parts, totals.left_out)
    frame = pd.DataFrame(
        [{"area": a, "area_level": v, "kind": "residents", "year": y, "value": n} for (a, v, y), n in totals.rows.items()]
    ).sort_values(["area_level", "area", "year"])
    left_out = [(code, n) for code, n in totals.left_out.items() if n]
    notes = [Finding("info", code, _LEFT_OUT[code].format(n=n, name=file.path.name)) for code, n in left_out]
    return Imported(
        "exposure",
        tables.exposure(frame, file=file.path),
        imported.remarks(totals.marked, tables.EXPOSURE_KEY),
        file,
        publisher,
        title,
        address,
        licence,
        notes=(*file.notes, *notes),
    )


class _Totals:
    """The figures of the whole population in December, one an area and year; the others are counted by why they are not."""

    def __init__(self, dialect: cells.Dialect) -> None:
        self.dialect = dialect
        self.rows: dict[tuple[str, str, int], float] = {}
        self.marked: list[dict[str, object]] = []
        self.left_out = dict.fromkeys(_LEFT_OUT, 0)
        self.parts: list[Entry] = []

    def take(self, entry: Entry) -> None:
        if (code := _not_a_total(entry)) is None:
            self._keep(entry)
            return
        self.left_out[code] += 1
        if code == "parts":
            self.parts.append(entry)

    def _keep(self, entry: Entry) -> None:
        area, level = _area(entry)
        key = (area, level, entry.year)
        number = cells.number(entry.cell, entry.place, self.dialect)
        if number.value is None:
            self._mark(entry, key, number.reason)
        elif key not in self.rows:
            refuse_implausible(area, entry.year, number.value, entry.place)
            if entry.year >= NOISE_FROM:
                self._mark(entry, key, "noise")
            self.rows[key] = number.value
        elif self.rows[key] == number.value:
            self.left_out["repeated"] += 1
        else:
            got = f"{self.rows[key]:g} och {number.value:g}"
            raise entry.place.error("one figure per area and year", "ett tal per område och år", got)

    def _mark(self, entry: Entry, key: tuple[str, str, int], reason: str | None) -> None:
        area, level, year = key
        about = {"area": area, "area_level": level, "kind": "residents", "year": year, "column": "value", "reason": reason}
        self.marked.append(about | {"sheet": entry.place.sheet, "row": entry.place.row})


def _not_a_total(entry: Entry) -> str | None:
    """Why a figure is not that of a whole population in December, None where it is."""
    if not _is_population(entry.label, entry.title):
        return "other_content"
    if crosstab.is_aggregate(entry.area):
        return "aggregate"
    if entry.month not in (None, 12):
        return "not_december"
    if entry.year >= dt.date.today().year:  # a forecast: 31 December has not been
        return "future"
    return None if _is_total(entry) else "parts"


_LEFT_OUT = {
    "other_content": "{name}: {n} tal som inte är folkmängd lästes inte.",
    "not_december": "{name}: {n} tal för andra månader än december lästes inte; folkmängden gäller 31 december.",
    "future": "{name}: {n} tal för år som inte är slut lästes inte: de är prognoser.",
    "parts": "{name}: {n} tal för delar (kön, ålder) lästes inte; totalerna används.",
    "aggregate": "{name}: {n} tal för grupper som ”Alla kommuner” lästes inte: de är ovägda medelvärden, inte riket.",
    "repeated": "{name}: {n} tal står två gånger och är lika; de räknas en gång.",
}


def _is_population(label: str, title: str) -> bool:
    """The heading names the whole population; a heading with only a year leans on the title of the table."""
    bare = " ".join(_FILLING.sub(" ", label).split())
    if not bare and not re.search("N01951", label):
        return bool(_POPULATION.search(f"{label} {title}")) and not _NOT_POPULATION.search(title)
    return not bare or bool(_POPULATION.fullmatch(bare))


def _is_total(entry: Entry) -> bool:
    """Whether the other stub cells (sex, age, civil status) all say the total. A second spelling of the area is no part."""
    for head, cell in entry.stub.items():
        name = head.casefold()
        of_area = name in crosstab.AREA_HEADINGS | crosstab.CODE_HEADINGS or crosstab.may_be_area(cell)
        if cell is not None and name not in _IGNORED and not of_area and not _TOTALS.fullmatch(str(cell).strip()):
            return False
    return True


def _area(entry: Entry) -> tuple[str, str]:
    """Code and level; a second column with the name must agree, since rows that changed places are a known fault."""
    area = cells.area(entry.area, entry.place)
    for cell in entry.stub.values():
        if crosstab.may_be_area(cell) and not crosstab.is_aggregate(cell):
            other = cells.area(cell, entry.place)
            if other[1] == area[1] and other != area:
                raise entry.place.error(
                    "a code and a name of one area", "en kod och ett namn på samma område", f"{entry.area} {cell}"
                )
    return area


def refuse_implausible(area: str, year: int, value: float, place: cells.Place) -> None:
    """A part, thousands, or another kommun's row: no kommun grows or shrinks by a third in five years.

    Raises
    ------
    TableError
        The figure is far from the kommun's population in the nearest year that the package knows.
    """
    known = _known_population().get(area, {})
    near = min(known, key=lambda other: abs(other - year), default=None)
    if near is None or abs(near - year) > 5 or 0.75 < value / known[near] < 1.33:
        return
    raise place.error(
        f"the whole population of {area}, near {known[near]:.0f} as in {near}",
        f"hela folkmängden i {area}, nära {known[near]:.0f} som {near}",
        f"{value:g}",
        tips="raderna kan ha bytt plats, talet kan gälla en del av befolkningen eller stå i tusental",
    )


@functools.cache
def _known_population() -> dict[str, dict[int, float]]:
    rows = embedded.exposure().query("kind == 'residents' and area_level == 'kommun'")
    return {str(area): dict(zip(part["year"], part["value"], strict=True)) for area, part in rows.groupby("area")}


def _nothing(file: DataFile, parts: list[Entry], left_out: dict[str, int]) -> TableError:
    if parts:
        return parts[0].place.error(
            "a total over sex and age",
            "en total över kön och ålder",
            tips="hämta tabellen utan kön och ålder, eller med ”totalt”: från 2025 får delarna inte summeras",
        )
    if left_out["not_december"]:
        return TableError("figures of 31 December", forvantat="tal för 31 december (december månad)", file=file.path)
    if left_out["future"]:
        return TableError("figures of a year that is over", forvantat="folkmängd för ett år som är slut", file=file.path)
    tips = (
        "skriv Folkmängd i kolumnens rubrik, till exempel ”Folkmängd 2025”, eller hämta SCB:s tabell Folkmängden efter region"
    )
    return TableError("population figures", forvantat="en kolumn med folkmängd", file=file.path, tips=tips)


def _read(path: str | Path | DataFile) -> tuple[DataFile, list[Entry]]:
    if not isinstance(path, DataFile) and files.read_bytes(Path(path)).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return read_jsonstat(path)
    file = screen.safe_file(path)
    read = [sheet for sheet in file.sheets if _has_areas(sheet)]
    found = [list(crosstab.entries(file, sheet)) for sheet in read]
    if not found:
        found = [list(crosstab.entries(file, file.sheets[0]))]  # says what was expected
    lost = unread.sheets(file, {sheet.name for sheet in read}) if read else []
    return replace(file, notes=(*file.notes, *lost)), list(itertools.chain.from_iterable(found))


def _has_areas(sheet: files.Sheet) -> bool:
    return any(crosstab.is_area(cell) for row in sheet.rows for cell in row[:4])


def read_jsonstat(path: str | Path) -> tuple[DataFile, list[Entry]]:
    """The figures of a json-stat2 reply (PxWebApi 2): areas by code, other dimensions by the label of their value.

    Raises
    ------
    FileError
        Not json-stat2, or fewer values than its dimensions need (a cut reply).
    """
    path = Path(path)
    content = files.read_bytes(path)
    try:
        data: dict[str, Any] = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileError("corrupt", path, "is not whole JSON", "är avklippt eller ingen JSON-fil. Hämta den på nytt.") from error
    size, ids = (data.get("size"), data.get("id")) if isinstance(data, dict) else (None, None)
    if not isinstance(data, dict) or data.get("class") != "dataset" or not isinstance(size, list) or not isinstance(ids, list):
        raise FileError(
            "not_a_table", path, "is JSON but not json-stat2", "är JSON men inte json-stat2. Välj det formatet hos SCB."
        )
    file = DataFile(path, "json-stat2", hashlib.sha256(content).hexdigest(), len(content), ())
    return file, jsonstat_entries(data, path)


def jsonstat_entries(data: dict[str, Any], path: Path) -> list[Entry]:
    """The figures of a json-stat2 dataset, in its order; `path` names it in messages.

    Raises
    ------
    FileError
        It is not whole.
    """
    try:
        return list(_jsonstat_entries(data, path))
    except (KeyError, AttributeError, TypeError, IndexError) as error:
        # The dimensions of a whole reply are all there, each with its index.
        raise FileError(
            "corrupt", path, "lacks a part that json-stat2 has", "saknar delar som json-stat2 har. Hämta den på nytt."
        ) from error


def _jsonstat_entries(data: dict[str, Any], path: Path) -> Iterable[Entry]:
    ids: list[str] = data["id"]
    labels = {name: data["dimension"][name]["category"].get("label", {}) for name in ids}
    total = math.prod(len(jsonstat.codes(data["dimension"][name])) for name in ids)
    values, status = data.get("value", []), data.get("status", {})
    if isinstance(values, list) and len(values) != total:
        raise FileError(
            "corrupt", path, f"has {len(values)} values, not {total}", "har inte alla tal som den ska ha. Hämta den på nytt."
        )
    if isinstance(values, dict) and not set(values) <= {str(at) for at in range(total)}:
        raise FileError("corrupt", path, f"has values beyond its {total}", "har tal utan plats i tabellen. Hämta den på nytt.")
    role = data.get("role", {})
    time = (role.get("time") or [next((name for name in ids if name.casefold() in ("tid", "time")), "")])[0]
    metric = (role.get("metric") or [next((name for name in ids if name.casefold() == "contentscode"), None)])[0]
    region = (role.get("geo") or [next((name for name in ids if name.casefold() == "region"), "")])[0]
    if time not in ids or region not in ids:
        raise TableError("a region and a time dimension", forvantat="en dimension för region och en för tid", file=path)
    for at, code in enumerate(jsonstat.places(data)):
        value = values[at] if isinstance(values, list) else values.get(str(at))
        mark = status.get(str(at)) if isinstance(status, dict) else status[at] if status else None
        place = _place(path, at, code)
        found = re.fullmatch(r"((?:19|20)\d\d)(?:M(\d\d))?", code[time])
        if not found:
            raise place.error("a year or a month", "ett år eller en månad", code[time])
        stub = {data["dimension"][n]["label"]: labels[n].get(code[n], code[n]) for n in ids if n not in (time, metric, region)}
        label = labels[metric].get(code[metric], "") if metric else data.get("label", "")
        month = int(found[2]) if found[2] else None
        yield Entry(
            data.get("label", ""), code[region], int(found[1]), month, label, stub, mark if value is None else value, place
        )


def _place(path: Path, at: int, code: dict[str, str]) -> cells.Place:
    return cells.Place(path, "value", at + 1, ", ".join(code.values()))
