"""What the columns of a local file mean, in a sheet that a samordnare can read and change in Excel.

A mapping is a table of two columns, ``fält`` and ``värde`` (a third, ``förklaring``, is for the reader), kept beside the file
it describes as ``<file>.mappning.csv``. A sheet and not TOML, because whoever keeps it has Excel and no text editor; saved from
Excel in any of its CSV forms or as .xlsx it is still read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kunskapsbaserat import cells
from kunskapsbaserat.data import crosstab, export, files
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import FileError, TableError

FIXED = "fast:"
IN_HEADINGS = "i rubrikerna"
ROW_COUNT = "antal rader"

EXPOSURES = {"befolkning": "residents", "bostäder": "dwellings", "fordon": "vehicles", "dagbefolkning": "daytime_population"}
CONTENTS = {"antal": "counts", "andel": "survey", "indikator": "indicator"} | dict.fromkeys(EXPOSURES, "exposure")
FREQUENCIES = {"år": "Y", "kvartal": "Q", "månad": "M"}
SHARE_UNITS = ("procent", "andel", "procent, alla under 1")


@dataclass(frozen=True)
class Field:
    """One line of a mapping: what it means, what it may say, and what it says when nothing is written.

    Attributes
    ----------
    explanation : str
        In Swedish, as it stands in a new mapping.
    allowed : tuple of str
        What it may say; empty when anything.
    default : str
        What it says when nothing is written.

    Examples
    --------
    >>> from kunskapsbaserat.data import mapping
    >>> field = mapping.FIELDS["status"]
    >>> field.allowed, field.default
    (('slutlig', 'preliminär'), 'slutlig')
    """

    explanation: str
    allowed: tuple[str, ...] = ()
    default: str = ""


FIELDS = {
    "innehåll": Field("Vad filen innehåller.", tuple(CONTENTS)),
    "källa": Field("Vem som har tagit fram uppgifterna. Står under varje figur."),
    "titel": Field("Vad statistiken heter hos källan."),
    "adress": Field("Webbadress där filen finns (får vara tom)."),
    "licens": Field("Villkor för att återge uppgifterna (får vara tom)."),
    "status": Field("Om uppgifterna är slutliga.", ("slutlig", "preliminär"), "slutlig"),
    "blad": Field("Bladets namn. Får vara tomt om bara ett blad har uppgifter."),
    "rubrikrad": Field("Radnumret i Excel där kolumnrubrikerna står.", default="1"),
    "område": Field("Rubriken på kolumnen med kommun eller område. Eller ”fast: 2081” om allt gäller en kommun."),
    "områdesnivå": Field("Tomt för kommun, län och riket. Annars vilken nivå.", ("", "stadsdel", "regso", "deso")),
    "period": Field("Rubriken på kolumnen med tid. Eller ”fast: 2025”. Eller ”i rubrikerna” om varje period har en kolumn."),
    "tidssteg": Field("Hur lång varje period är.", tuple(FREQUENCIES), "år"),
    "mått": Field(
        "Rubriken på kolumnen som säger vad som räknas. Eller ”fast: ” och ett kort namn, till exempel ”fast: anlagd_brand”."
    ),
    "kön": Field("Rubriken på kolumnen med kön (får vara tom)."),
    "värde": Field(
        "Rubriken på kolumnen med talen. ”antal rader” om varje rad är en händelse. Tomt om perioderna står i rubrikerna."
    ),
    "enhet": Field("För andel: ”procent” (0–100) eller ”andel” (0–1). För indikator: enheten, till exempel ”kronor”."),
    "nedre": Field("Rubriken på kolumnen med intervallets undre gräns, om källan anger den."),
    "övre": Field("Rubriken på kolumnen med intervallets övre gräns, om källan anger den."),
    "antal svar": Field("Rubriken på kolumnen med antal svarande, om källan anger den."),
    "antal tillfrågade": Field("Rubriken på kolumnen med hur många som kunde svara, om källan anger den."),
    "streck": Field("Vad ”-” betyder i filen. Tomt om det inte finns.", ("", "noll", "saknas")),
    "rader som saknas": Field(
        "När ”värde” är ”antal rader”: om en period utan rader betyder noll.", ("saknas", "noll"), "saknas"
    ),
    "gäller året före": Field("”ja” om ett tal på raden för 2022 gäller den 31 december 2021.", ("nej", "ja"), "nej"),
    "hoppa över": Field("Områden eller mått som inte ska läsas, till exempel ”Totalt; Summa”."),
}


@dataclass(frozen=True)
class Mapping:
    r"""A mapping as it was read: the value of every field, the selections and the translations.

    Attributes
    ----------
    selections : dict
        ``urval: RUBRIK``: only rows whose cell under that heading is one of the values (set apart by ;) are read.
    translations : dict
        ``mått: TEXT``: the short name to use for what the file calls TEXT.
    rows : dict
        Row in the mapping of each field, for messages.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import mapping
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "olyckor.csv.mappning.csv"
    >>> fields = ["fält;värde", "källa;Transportstyrelsen", "titel;Olyckor", "innehåll;antal", "område;Kommun", "period;År"]
    >>> _ = path.write_text("\n".join([*fields, "mått;fast: olyckor", "värde;Antal"]), encoding="utf-8")
    >>> rules = mapping.read(path)
    >>> rules["område"], rules.fixed("mått"), rules.fixed("område")
    ('Kommun', 'olyckor', None)
    >>> folder.cleanup()
    """

    path: Path
    said: dict[str, str]
    selections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    translations: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.said[name]

    def fixed(self, name: str) -> str | None:
        """What stands after "fast:", or None when the field names a column."""
        return self.said[name][len(FIXED) :].strip() if self.said[name].casefold().startswith(FIXED) else None

    def error(self, name: str, expected: str, forvantat: str, *, tips: str | None = None) -> TableError:
        return TableError(
            f"{name}: {expected}",
            forvantat=f"{name}: {forvantat}",
            file=self.path,
            row=self.rows.get(name),
            column="värde",
            got=self.said.get(name) or None,
            tips=tips,
        )


def path_for(file: str | Path) -> Path:
    """Where the mapping of a file is kept: ``strada.xlsx.mappning.csv`` beside ``strada.xlsx``.

    Parameters
    ----------
    file : str or Path
        The file; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from kunskapsbaserat.data import mapping
    >>> mapping.path_for("lokalt/strada.xlsx").as_posix()
    'lokalt/strada.xlsx.mappning.csv'
    """
    file = Path(file)
    return file.with_name(f"{file.name}.mappning.csv")


def read(path: str | Path) -> Mapping:
    r"""A mapping, with every field checked.

    Parameters
    ----------
    path : str or Path
        Of the mapping, a csv with the columns ``fält`` and ``värde``.

    Returns
    -------
    Mapping
        Read by field: ``mapping["period"]``.

    Raises
    ------
    TableError
        A field is unknown, stands twice, is missing, or says something that is not allowed; file, row and what to write.
    FileError, FileLocked
        The file cannot be read.

    Examples
    --------
    A mapping that leaves a question open is refused, with the row to fill in:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import mapping
    >>> from kunskapsbaserat.errors import TableError
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "olyckor.csv.mappning.csv"
    >>> fields = ["fält;värde", "källa;Transportstyrelsen", "titel;Olyckor", "innehåll;antal", "område;Kommun", "period;"]
    >>> _ = path.write_text("\n".join([*fields, "mått;fast: olyckor", "värde;Antal"]), encoding="utf-8")
    >>> try:
    ...     mapping.read(path)
    ... except TableError as error:
    ...     print(error.svenska.partition(". ")[0])
    olyckor.csv.mappning.csv, rad 6, kolumn ”värde”: väntade period: Rubriken på kolumnen med tid
    >>> folder.cleanup()
    """
    path = Path(path)
    values, rows, selections, translations = {name: f.default for name, f in FIELDS.items()}, {}, {}, {}
    for at, row in enumerate(files.read_file(path).sheets[0].rows, start=1):
        name, value = (_text(cell) for cell in (*row, None, None)[:2])
        kind, _, rest = name.partition(":")
        key = " ".join(kind.casefold().split())
        if not name or (at == 1 and key == "fält"):
            continue
        if key in rows and not rest:
            raise TableError("each field once", forvantat="varje fält en gång", file=path, row=at, column="fält", got=name)
        if key == "urval" and rest.strip():
            selections[rest.strip()] = _list(value)
        elif key == "mått" and rest.strip():
            translations[rest.strip()] = value
        elif key in FIELDS:
            values[key], rows[key] = value or FIELDS[key].default, at
        else:
            known = ", ".join(FIELDS)
            raise TableError(
                f"one of {known}", forvantat=f"något av fälten {known}", file=path, row=at, column="fält", got=name
            )
    mapping = Mapping(path, values, selections, translations, rows)
    _check(mapping)
    return mapping


def _check(mapping: Mapping) -> None:
    for name, about in FIELDS.items():
        if about.allowed and mapping[name].casefold() not in about.allowed:
            listed = " eller ".join(f"”{value}”" for value in about.allowed if value)
            raise mapping.error(name, f"one of {', '.join(about.allowed)}", listed)
        mapping.said[name] = mapping[name].casefold() if about.allowed else mapping[name]
    for name in ("källa", "titel", "område", "period", "mått"):
        if not mapping[name] and not (name == "mått" and mapping["innehåll"] in EXPOSURES):
            raise mapping.error(name, "a value", FIELDS[name].explanation.removesuffix("."))
    if not mapping["rubrikrad"].isdigit() or mapping["rubrikrad"] == "0":
        raise mapping.error("rubrikrad", "a row number", "ett radnummer, 1 eller mer")
    if bool(mapping["värde"]) == (mapping["period"].casefold() == IN_HEADINGS):
        raise mapping.error("värde", "a column, or periods in the headings", "en rubrik, om inte period är ”i rubrikerna”")
    if mapping["innehåll"] == "andel":
        if mapping["enhet"].casefold() not in SHARE_UNITS:
            raise mapping.error("enhet", f"one of {', '.join(SHARE_UNITS)}", "”procent” (0–100) eller ”andel” (0–1)")
        if bool(mapping["nedre"]) != bool(mapping["övre"]):
            raise mapping.error("övre", "both limits or none", "båda gränserna eller ingen")
        if mapping["tidssteg"] != "år":
            raise mapping.error("tidssteg", "år, for shares", "”år” för andelar (ett spann som 2023–2024 går bra)")
    if mapping["innehåll"] == "indikator" and not mapping["enhet"]:
        raise mapping.error("enhet", "a unit", "en enhet, till exempel ”kronor”")
    if mapping["innehåll"] in EXPOSURES and mapping["tidssteg"] != "år":
        raise mapping.error("tidssteg", "år, for figures of 31 December", "”år” för uppgifter om den 31 december")
    if mapping["värde"].casefold() == ROW_COUNT and mapping["innehåll"] != "antal":
        raise mapping.error("innehåll", "antal, when rows are counted", "”antal” när raderna räknas")


def write_start(file: str | Path, *, target: str | Path | None = None) -> Path:
    r"""A first mapping for a file, from its headings, with an explanation in Swedish on every line.

    What the headings say plainly is filled in; everything else is left for a person, and `read` refuses the mapping until
    it is. An existing mapping is never overwritten.

    Parameters
    ----------
    file : str or Path
        The file to map.
    target : str or Path, optional
        Where the mapping is written; default beside the file, see `path_for`.

    Returns
    -------
    Path
        The mapping's.

    Raises
    ------
    FileError
        The mapping exists already, or the file cannot be read.

    Examples
    --------
    >>> import csv
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import mapping
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "olyckor.csv"
    >>> _ = path.write_text("Kommun;År;Antal\n2081 Borlänge;2024;12\n", encoding="utf-8")
    >>> written = mapping.write_start(path)
    >>> rows = csv.reader(written.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    >>> {row[0]: row[1] for row in rows if row[0] in ("område", "period", "värde", "källa")}  # the last is left for a person
    {'källa': '', 'område': 'Kommun', 'period': 'År', 'värde': 'Antal'}
    >>> folder.cleanup()
    """
    source = files.read_file(file)
    path = Path(target) if target is not None else path_for(file)
    if path.exists():
        raise FileError("exists", path, "exists already", "finns redan. Ändra i den, eller ta bort den först.")
    sheet = max(source.sheets, key=lambda s: len(s.rows))
    at, heads = _header(sheet)
    guess = _guess(source, sheet, at, heads)
    rows = [(name, guess.get(name, about.default), _explain(about)) for name, about in FIELDS.items()]
    rows += [("", "", "Filens rubriker: " + "; ".join(head for head in heads if head))]
    table = pd.DataFrame(rows, columns=["fält", "värde", "förklaring"])
    export.replace_file(path, ("\ufeff" + export.excel_csv(table)).encode("utf-8"))
    return path


def _explain(about: Field) -> str:
    allowed = [value for value in about.allowed if value]
    return about.explanation + (f" Välj {' eller '.join(allowed)}." if allowed else "")


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """The first row with at least two texts is taken for the headings."""
    for at, row in enumerate(sheet.rows):
        if sum(isinstance(cell, str) for cell in row) >= 2 or sum(cell is not None for cell in row) >= 3:
            return at, [_text(cell) for cell in row]
    return 0, [_text(cell) for cell in sheet.rows[0]]


_GUESSES = {
    "område": r"kommunkod|kommun|region|område|municipality|stadsdel|deso|regso",
    "period": r"år|ar|year|period|datum|månad|kvartal|mätår|undersökningsår|tid",
    "mått": r"mått|fråga|indikator|nyckeltal|brottstyp|typ|kategori|händelsetyp",
    "kön": r"kön|gender",
    "värde": r"värde|antal|andel|procent|value|summa",
    "nedre": r"(ki )?(nedre|undre)( gräns)?|lower|ki undre|ki nedre",
    "övre": r"(ki )?övre( gräns)?|upper|ki övre",
    "antal svar": r"n|antal svar(ande)?|antal respondenter|svarande",
    "antal tillfrågade": r"antal tillfrågade|tillfrågade|antal utskick|antal elever|population",
}


def _guess(source: DataFile, sheet: Sheet, at: int, heads: list[str]) -> dict[str, str]:
    found = {"rubrikrad": str(at + 1), "blad": sheet.name if len(source.sheets) > 1 else ""}
    for name, pattern in _GUESSES.items():
        hits = [head for head in heads if re.fullmatch(pattern, head, re.IGNORECASE)]
        ranked = sorted(hits, key=lambda head: [bool(re.fullmatch(p, head, re.I)) for p in pattern.split("|")].index(True))
        found[name] = ranked[0] if ranked else ""
    for step, frequency in FREQUENCIES.items():
        if sum(cells.is_period(head, frequency) for head in heads) >= 2:
            found |= {"period": IN_HEADINGS, "tidssteg": step, "värde": ""}
    if not found["område"]:
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else ()
        found["område"] = next((h for h, cell in zip(heads, below, strict=False) if h and crosstab.is_area(cell)), "")
    return found


def _text(cell: object) -> str:
    return " ".join(export.unguarded(str(cell)).split()) if cell is not None else ""


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())
