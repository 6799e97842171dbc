"""Kolada's downloads: the web tool's workbook of many nyckeltal, and rows of API version 3 as rKolada flattens them.

"Alla kommuner" in Kolada is the unweighted mean of the kommuner, not riket, and never becomes an area here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kunskapsbaserat import cells, kommun
from kunskapsbaserat.cells import Place, Tally
from kunskapsbaserat.data import crosstab, imported, scb, screen
from kunskapsbaserat.data.crosstab import Entry
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding

PUBLISHER = "Rådet för främjande av kommunala analyser (RKA), Kolada"
ADDRESS = "https://www.kolada.se"
POPULATION_KPI = "N01951"
INDICATOR_KEY = ["area", "area_level", "indicator", "sex", "year"]

_POPULATION_TITLE = re.compile(r"(N01951 )?invånare,? ?totalt,? antal", re.IGNORECASE)
_FLAT = {"kpi", "year", "value"}
_GENDERS = {"T": "alla", "K": "kvinna", "M": "man"}


def recognises(file: DataFile) -> bool:
    """Whether a file is one of Kolada's downloads: the web tool's workbook or rows of the API."""
    for sheet in file.sheets:
        top = {str(cell).strip().casefold() for row in sheet.rows[:2] for cell in row if cell is not None}
        if "kolada nyckeltal" in top or top >= _FLAT:
            return True
    return False


def population(path: str | Path | DataFile) -> Imported:
    r"""Population on 31 December (nyckeltal N01951, whose source is SCB) from any of Kolada's downloads.

    Parameters
    ----------
    path : str or Path
        The web tool's workbook, or rows of the API as csv.

    Returns
    -------
    Imported
        As `scb.population`; other nyckeltal in the file are left out with a note.

    Raises
    ------
    TableError, FileError, FileLocked, PersonalDataError
        As `scb.population`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import kolada
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "kolada.csv"
    >>> _ = path.write_text("kpi;municipality;year;gender;value\nN01951;2081;2023;T;51735\nN07403;2081;2023;T;123\n")
    >>> imported = kolada.population(path)
    >>> imported.table[["area", "kind", "year", "value"]]
       area       kind  year    value
    0  2081  residents  2023  51735.0
    >>> [note.code for note in imported.notes]
    ['other_content']
    >>> folder.cleanup()
    """
    file = screen.safe_file(path)
    found, others = [], 0
    for entry in (entry for sheet in file.sheets for entry in _entries(file, sheet)):
        if entry.stub["kpi"] != POPULATION_KPI and not _POPULATION_TITLE.fullmatch(entry.label):
            others += 1
        elif entry.stub["sex"] == "alla":
            found.append(replace(entry, label=POPULATION_KPI, stub={}))
    return scb.exposure(
        file,
        found,
        publisher=PUBLISHER,
        title="Invånare totalt, antal (N01951)",
        address=ADDRESS,
        licence="",
        dash="missing",
        others=others,
    )


def indicators(path: str | Path | DataFile) -> Imported:
    r"""Every nyckeltal of a Kolada download, in Kolada's own units.

    Parameters
    ----------
    path : str or Path
        The web tool's workbook, or rows of the API as csv.

    Returns
    -------
    Imported
        `contract` "indicator": columns ``area``, ``area_level``, ``indicator`` (the nyckeltal's id, or its title where
        the file has no ids), ``sex`` (alla, kvinna, man), ``year``, ``value``, ``unit`` ("kolada"), ``source``. A missing value
        stays as a row without value and has its reason in `remarks`.

    Raises
    ------
    TableError, FileError, FileLocked
        The file cannot be read or states two figures for one key.
    PersonalDataError
        The file seems to hold personal data.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import kolada
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "kolada.csv"
    >>> _ = path.write_text("kpi;municipality;year;gender;value\nN07403;2081;2023;T;123\nN07403;2081;2024;T;..\n")
    >>> imported = kolada.indicators(path)
    >>> imported.table[["area", "indicator", "sex", "year", "value"]]
       area indicator   sex  year  value
    0  2081    N07403  alla  2023  123.0
    1  2081    N07403  alla  2024   <NA>
    >>> imported.remarks[["year", "reason"]]
       year         reason
    0  2024  not_available
    >>> folder.cleanup()
    """
    file = screen.safe_file(path)
    rows: dict[tuple[object, ...], float | None] = {}
    marked, means, repeated = [], 0, 0
    for entry in (entry for sheet in file.sheets for entry in _entries(file, sheet)):
        if crosstab.is_aggregate(entry.area):
            means += 1
            continue
        area, level = cells.area(entry.area, entry.place)
        key = (area, level, str(entry.stub["kpi"]), str(entry.stub["sex"]), entry.year)
        number = cells.number(entry.cell, entry.place, cells.PUBLISHER.of(file).with_dash("missing"))
        if key in rows and rows[key] != number.value:
            raise entry.place.error(
                "one figure per nyckeltal, area and year", "ett tal per nyckeltal, område och år", " ".join(map(str, key[2:]))
            )
        if key in rows:
            repeated += 1
        elif number.reason:
            where = {"column": "value", "reason": number.reason, "sheet": entry.place.sheet, "row": entry.place.row}
            marked.append(dict(zip(INDICATOR_KEY, key, strict=True)) | where)
        rows[key] = number.value
    frame = pd.DataFrame([[*key, value] for key, value in rows.items()], columns=[*INDICATOR_KEY, "value"])
    frame = frame.astype({"value": "Float64", "year": "Int64"}).assign(unit="kolada", source="kolada")
    notes = []
    if means:
        text = f"{means} tal för ”Alla kommuner” lästes inte: de är ovägda medelvärden."
        notes.append(Finding("info", "aggregate", text))
    if repeated:
        notes.append(Finding("info", "repeated", f"{repeated} tal står två gånger och är lika; de räknas en gång."))
    return Imported(
        "indicator",
        frame.sort_values(INDICATOR_KEY, ignore_index=True),
        imported.remarks(marked, INDICATOR_KEY),
        file,
        PUBLISHER,
        "Nyckeltal ur Kolada",
        ADDRESS,
        notes=(*file.notes, *notes),
    )


def _entries(file: DataFile, sheet: Sheet) -> Iterator[Entry]:
    """The figures, each with its nyckeltal as label and as stub "kpi", and its sex as stub "sex"."""
    head = {str(cell).strip().casefold(): at for at, cell in enumerate(sheet.rows[0]) if cell is not None} if sheet.rows else {}
    if head.keys() >= _FLAT and head.keys() & {"municipality_id", "municipality"}:
        yield from _flat(file, sheet, head)
        return
    for entry in crosstab.entries(file, sheet):
        titles = [str(cell) for cell in entry.stub.values() if cell is not None and not crosstab.is_area(cell)]
        title = " ".join(" ".join(titles or [entry.label]).split())
        divided = re.fullmatch(r"(.*), (kvinnor|män)", title)
        sex = ("kvinna" if divided[2] == "kvinnor" else "man") if divided else "alla"
        yield replace(entry, label=title, stub={"kpi": divided[1] if divided else title, "sex": sex})


def _flat(file: DataFile, sheet: Sheet, head: dict[str, int]) -> Iterator[Entry]:
    """Rows of API version 3: one value a row, with kommun id, year, gender and a status where there is no value."""
    tally = Tally(file.path, sheet.name, sheet.rows)
    tally.take("heading", 1)
    for at, row in enumerate(sheet.rows[1:], start=2):
        if all(cell is None for cell in row):
            continue
        tally.take("values", at)
        cell = {name: row[column] if column < len(row) else None for name, column in head.items()}
        place = Place(file.path, sheet.name, at, "value")
        year = cells.period(cell["year"], Place(file.path, sheet.name, at, "year"), "Y").year
        gender = str(cell.get("gender") or "T").strip().upper()
        if gender not in _GENDERS:
            raise TableError("T, K or M", forvantat="T, K eller M", file=file.path, row=at, column="gender", got=gender)
        kpi = str(cell["kpi"]).strip()
        missing = {"missing": "-", "private": "..", "confidential": ".."}.get(str(cell.get("status") or "").casefold())
        value = cell["value"] if cell["value"] is not None else missing
        area = _unit(cell)
        yield Entry("", area, int(year), None, kpi, {"kpi": kpi, "sex": _GENDERS[gender]}, value, place)
    tally.settle()


def _unit(cell: dict[str, object]) -> object:
    """Kolada writes län (regioner) with two leading zeros: "0001" is Stockholm's län and "0000" riket."""
    code = str(cell.get("municipality_id") or "").strip().zfill(4) if cell.get("municipality_id") is not None else ""
    if re.fullmatch(r"00\d\d", code):
        return code[2:] if code != "0000" else kommun.RIKET
    return code or cell.get("municipality")
