"""One file from Brå as it was read: every value with its place in the file, and what a person should know about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kunskapsbaserat import cells
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding

COLUMNS = [
    "region",
    "area",
    "area_level",
    "label",
    "offence",
    "sex",
    "period",
    "frequency",
    "measure",
    "value",
    "reason",
    "status",
    "sheet",
    "row",
    "column",
]

KINDS = {
    "sol": "Uttag ur Brås databas (SOL)",
    "indikatorer": "Brås indikatorer för kommuners lägesbild",
    "oppen_csv": "Brås öppna kommunfil (ett år)",
    "manad_2013": "Kommuntabell med månader i kolumner",
    "tabell_120": "Brås Tabell 120, en kommun på varje blad",
    "lang_tabell": "Tabell med en rad per område och tid",
}


@dataclass(frozen=True, slots=True)
class Note:
    """The publisher's note on one subject (a region or an offence).

    Examples
    --------
    >>> from kunskapsbaserat.data.bra.export import Note
    >>> Note("Borlänge kommun", "Uppgifterna är preliminära.").subject
    'Borlänge kommun'
    """

    subject: str
    text: str


@dataclass(frozen=True)
class Export:
    r"""One file from Brå.

    Attributes
    ----------
    frame : DataFrame
        One row per value of the file, columns `COLUMNS`. `period` holds pandas Periods (a file can have months and the
        whole year; `frequency` is Y, Q or M), `measure` is "count" or "rate" (per 100 000 inhabitants), `label` the
        offence with its parents ("a > b"), `offence` and `area` None where the catalogue has no such entry. A missing
        `value` has its `reason`: "not_available" (".."), "dropout" ("-"), "suppressed" or "empty". `status` is "preliminary",
        "final" or "unknown". `row` and `column` are those that Excel shows.
    survey : DataFrame or None
        NTU shares, as `tables.survey`, where the file has them.
    verified : bool
        False for a format of which no original from Brå has been seen.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "uttag.csv"
    >>> _ = path.write_text(";;2025\n;;Antal\nBorlänge kommun;Totalt antal brott;..\n", encoding="utf-8")
    >>> export = bra.read(path)
    >>> export.kind, export.verified, export.frame["reason"].tolist()
    ('sol', True, ['not_available'])
    >>> folder.cleanup()
    """

    path: Path
    kind: str
    sha256: str
    frame: pd.DataFrame
    survey: pd.DataFrame | None = None
    notes: tuple[Note, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    verified: bool = True

    @property
    def usable(self) -> bool:
        """False when a finding is an error."""
        return not any(f.level == "error" for f in self.findings)


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows as a table with the columns, and only the columns, of an export."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    for column in ("region", "area", "area_level", "label", "offence", "sex", "period", "reason", "sheet", "column"):
        table[column] = table[column].astype(object).where(table[column].notna(), None)
    return table.astype({"value": "Float64", "row": "Int64"})


def letter(index: int) -> str:
    """Excel's name of the column with this index (0 is A)."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def refuse(
    path: Path,
    expected: str,
    forvantat: str,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: int | None = None,
    got: object = None,
    hint: str | None = None,
    tips: str | None = None,
) -> TableError:
    """The error for a place in a file."""
    where = path.name + (f", blad ”{sheet}”".replace("/", "-").replace("\\", "-") if sheet else "")
    shown = letter(column) if column is not None else None
    return TableError(expected, forvantat=forvantat, file=where, row=row, column=shown, got=got, hint=hint, tips=tips)


def figure(
    cell: object, path: Path, *, sheet: str, row: int, column: int, whole: bool = False
) -> tuple[float | None, str | None]:
    """The value of a cell and, where it is missing, why: "not_available" (".."), "dropout" ("-"), "empty" ...

    Raises
    ------
    TableError
        It is neither a number nor a sign of a missing one, or should be whole and is not.
    """

    def wrong(expected: str, forvantat: str, tips: str | None = None) -> TableError:
        return refuse(path, expected, forvantat, sheet=sheet, row=row, column=column, got=cell, tips=tips)

    try:
        number = cells.read_number(cell, cells.BRA)
    except cells.Refused as refused:
        if refused.code == "negative":
            raise wrong(refused.expected, refused.forvantat) from None
        raise wrong("a number or '..'", "ett tal eller ”..”", refused.advice) from None
    if number.percent:
        raise wrong("a number without %", "ett tal utan %-tecken")
    if whole and number.value is not None and not number.value.is_integer():
        raise wrong("a whole number", "ett heltal")
    return number.value, number.reason
