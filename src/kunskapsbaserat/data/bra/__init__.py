"""Brå's files on reported offences: `read` is the one door, `describe` says what came in, `counts` makes the table of many.

SOL's exports are read in the layouts of the originals. The workbook "Indikatorer för kommuners lägesbild" and the yearly open
file are built from descriptions and are marked as unverified against an original.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kunskapsbaserat import cells
from kunskapsbaserat.data.bra import checks, indicators, selections, sol, table, table120
from kunskapsbaserat.data.bra.checks import check
from kunskapsbaserat.data.bra.export import KINDS, Export, Note
from kunskapsbaserat.data.bra.merge import Merged, counts, merge
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.screen import safe_file
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding

__all__ = [
    "KINDS",
    "Export",
    "Finding",
    "Merged",
    "Note",
    "check",
    "checks",
    "counts",
    "describe",
    "merge",
    "read",
    "selections",
]

_STATUS = {"preliminary": "preliminära", "final": "slutliga", "unknown": "okänd status"}
_PERSONS = {"brottskod", "inskrivningsdatum", "desokod", "brottsdatum från"}


def read(path: str | Path | DataFile, *, year: int | None = None) -> Export:
    r"""Any of Brå's files, known by its content.

    Parameters
    ----------
    path : str or Path
        .xls, .xlsx, .csv, .txt or .html, as downloaded or resaved.
    year : int, optional
        The year of the figures, where neither the file nor its name says it.

    Returns
    -------
    Export
        `frame` has one row per value of the file, with the row and column that Excel shows.

    Raises
    ------
    PersonalDataError
        The file seems to hold personal data.
    FileError, FileLocked
        The file cannot be read, or is none of Brå's (`reason` "not_bra"): the message says what it looks like.
    TableError
        It is Brå's, but damaged or changed so that a value could end up in the wrong place, or of a period that has not
        begun: file, sheet, row, column.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "uttag.csv"
    >>> text = ";;2024;2025\n;;Antal;Antal\nBorlänge kommun;Totalt antal brott;6424;5846\n"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> export = bra.read(path)
    >>> export.kind, export.usable
    ('sol', True)
    >>> export.frame[["area", "offence", "period", "measure", "value", "row", "column"]]
       area offence period measure   value  row column
    0  2081  totalt   2024   count  6424.0    3      C
    1  2081  totalt   2025   count  5846.0    3      D
    >>> folder.cleanup()
    """
    file = safe_file(path)
    _refuse_records(file)
    export = _read(file, year)
    _refuse_future(export)
    return export


def _read(file: DataFile, year: int | None) -> Export:
    if (export := indicators.read(file)) is not None:
        return export
    if (export := table120.read(file)) is not None:
        return export
    if (export := table.read(file, year=year)) is not None:
        return export if export.kind != "indikatorer" else indicators.with_survey(export, file)
    if (export := sol.read(file)) is not None:
        return export
    if (export := table.read(file, year=year, behind=True)) is not None:
        return export
    raise _not_bra(file)


def _refuse_future(export: Export) -> None:
    coming = [period for period in export.frame["period"].unique() if not cells.has_begun(period)]
    if not coming:
        return
    row = export.frame[export.frame["period"] == min(coming)].iloc[0]
    place = cells.Place(export.path, row["sheet"], int(row["row"]), row["column"])
    raise place.error(
        "a period that has begun",
        "en period som har börjat",
        str(row["period"]),
        tips="Rätta årtalet i filen, eller datorns datum.",
    )


def describe(export: Export) -> dict[str, Any]:
    r"""The facts that `kunskap kontroll` prints for one file.

    Parameters
    ----------
    export : Export
        From `read`.

    Returns
    -------
    dict
        ``file``, ``kind`` and ``title`` (Swedish), ``verified``, ``periods`` (first and last per frequency), ``status``
        (Swedish, one per status), ``values``, ``missing``, ``regions``, ``offences``, ``unknown_offences``, ``measures``,
        ``errors``, ``warnings``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "uttag.csv"
    >>> text = ";;2024;2025\n;;Antal;Antal\nBorlänge kommun;Totalt antal brott;6424;..\n"
    >>> _ = path.write_text(text, encoding="utf-8")
    >>> facts = bra.describe(bra.read(path))
    >>> facts["title"], facts["periods"], facts["values"], facts["missing"]
    ('Uttag ur Brås databas (SOL)', {'Y': ('2024', '2025')}, 1, 1)
    >>> folder.cleanup()
    """
    f = export.frame
    periods = {
        str(frequency): (str(min(part["period"])), str(max(part["period"]))) for frequency, part in f.groupby("frequency")
    }
    return {
        "file": export.path.name,
        "kind": export.kind,
        "title": KINDS[export.kind],
        "verified": export.verified,
        "periods": periods,
        "status": [_STATUS[s] for s in dict.fromkeys(f["status"])],
        "values": int(f["value"].notna().sum()),
        "missing": int(f["value"].isna().sum()),
        "regions": list(dict.fromkeys(f["region"])),
        "offences": [o for o in dict.fromkeys(f["offence"]) if isinstance(o, str)],
        "unknown_offences": list(dict.fromkeys(f.loc[f["offence"].isna(), "label"])),
        "measures": sorted(set(f["measure"])),
        "errors": [str(x) for x in export.findings if x.level == "error"],
        "warnings": [str(x) for x in export.findings if x.level == "warning"],
    }


def _refuse_records(file: DataFile) -> None:
    """Polisen's file of single offences is not Brå's, and its rows can point at persons: it is not opened further."""
    heads = {str(c).casefold().strip() for sheet in file.sheets for row in sheet.rows[:3] for c in row if c is not None}
    if len(heads & _PERSONS) >= 2:
        raise FileError(
            "records",
            file.path,
            "holds single offences from Polisen, not Brå's statistics",
            "ser ut att vara Polisens fil med enskilda brott, inte Brås statistik. Den läses inte "
            "här: raderna kan gå att knyta till personer.",
        )


def _not_bra(file: DataFile) -> FileError:
    sheet = file.sheets[0]
    first = [str(c)[:30] for row in sheet.rows for c in row[:6] if c is not None][:4]
    return FileError(
        "not_bra",
        file.path,
        f"is none of Brå's files on reported offences (it begins {first})",
        f"är inget uttag från Brå som går att känna igen. Filen börjar med: {', '.join(first)}. "
        "Väntade ett uttag ur Brås databas "
        "(områden och brottstyper i rader, år, kvartal eller månad i kolumner, Antal eller /100 000 inv), Brås indikatorer för "
        "kommuners lägesbild eller den öppna kommunfilen.",
    )
