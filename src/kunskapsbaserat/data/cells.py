"""One cell as a number, an area or a period: by stated rules, and refused where two readings are possible."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskapsbaserat import kommun
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.errors import TableError, UnknownKommun

_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_HIDDEN = re.compile(r"<\s*\d+|\d+\s*[-–]\s*\d+|[xX]|\*")
_DASHES = {"-", "–", "—", "−"}
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True)
class Place:
    """Where a cell stands, for the messages: `row` and `column` as a person sees them in the file."""

    file: Path
    sheet: str
    row: int
    column: str

    def error(
        self, expected: str, forvantat: str, got: object = None, *, rad: str | None = None, hint: str | None = None
    ) -> TableError:
        return TableError(
            expected,
            forvantat=forvantat,
            file=self.file,
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            got=got,
            hint=hint,
            rad=rad,
        )


@dataclass(frozen=True)
class Number:
    """A number or the reason why there is none; `percent` when the cell itself says "%"."""

    value: float | None
    reason: str | None = None
    percent: bool = False


def decimal_sign(file: DataFile) -> str:
    """Where commas split the cells a point is the decimal sign; everywhere else the comma is."""
    return "." if file.delimiter == "," else ","


def number(cell: object, place: Place, *, decimal: str = ",", dash: str | None = None) -> Number:
    """A cell as a number.

    Parameters
    ----------
    cell : object
        As read by `files`.
    place : Place
        Where it stands, for the message.
    decimal : {",", "."}
        The file's decimal sign. The other sign is accepted too, except before exactly three digits, where it could set
        thousands apart.
    dash : {"zero", "missing"}, optional
        What "-" means: nothing happened (SCB, SKR) or dropout (Kolada). None refuses it.

    Raises
    ------
    TableError
        The cell is no number, or could be read in two ways.
    """
    if cell is None:
        return Number(None, "empty")
    if isinstance(cell, (int, float)):
        return Number(float(cell))
    if isinstance(cell, dt.date):
        raise place.error(
            "a number", "ett tal", "a date", rad="Excel har gjort om talet till ett datum. Hämta filen på nytt från källan."
        )
    text = str(cell).strip().strip(_SPACES).replace("−", "-")
    if text in _DASHES:
        if dash is None:
            raise place.error("a number", "ett tal", text, rad="Ange i mappningen vad streck betyder: noll eller saknas.")
        return Number(0.0) if dash == "zero" else Number(None, "dropout")
    known = {"..": "not_available", "…": "not_available", ".": "not_applicable"}
    if text in known:
        return Number(None, known[text])
    percent = text.endswith("%")
    text = text.removesuffix("%").rstrip(_SPACES)
    if _HIDDEN.fullmatch(text):
        return Number(None, "suppressed")
    if not (_GROUPED.fullmatch(text) or _PLAIN.fullmatch(text)):
        raise place.error("a number", "ett tal", _short(cell))
    other = "." if decimal == "," else ","
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}{re.escape(other)}\d{{3}}", text):
        raise place.error(
            f"a number with {decimal!r} as decimal sign",
            f"ett tal med ”{decimal}” som decimaltecken",
            text,
            rad="tecknet kan betyda både tusental och decimal; skriv talet utan det",
        )
    return Number(float(re.sub(rf"[{_SPACES}]", "", text).replace(",", ".")), percent=percent)


def area(cell: object, place: Place) -> tuple[str, str]:
    """Code and level of an area written as a code, a name, or "0114 Upplands Väsby" (which must agree).

    Raises
    ------
    TableError
        Nothing has that code or name, or code and name are two different areas.
    """
    text = " ".join(str(cell).split()) if not isinstance(cell, float) else str(int(cell))
    try:
        if re.fullmatch(r"\d{4}[A-C]\d{4}", text):
            return text, "deso"
        if re.fullmatch(r"\d{4}R\d{3}", text):
            return text, "regso"
        if both := re.fullmatch(r"(\d{2}|\d{4})[ ,]+(\D.*)", text):
            code, name = _coded(both[1]), kommun.area(both[2])
            if code != name:
                raise place.error("a code and a name of one area", "en kod och ett namn på samma område", text)
            return code
        return _coded(text) if text.isdigit() else kommun.area(text)
    except LookupError as error:
        hint = error.svenska if isinstance(error, UnknownKommun) else None
        raise place.error("a kommun, a län or riket", "en kommun, ett län eller riket", _short(cell), rad=hint) from error


def _coded(digits: str) -> tuple[str, str]:
    """ "00" riket, "20" or 1 a län, "0114" or 114 a kommun."""
    if digits in ("00", "0000", "0"):
        return kommun.RIKET, "riket"
    if len(digits) <= 2:
        code = digits.zfill(2)
        if code not in {k.lan_code for k in kommun.all_kommuner()}:
            raise LookupError(digits)
        return code, "lan"
    return kommun.get(digits).code, "kommun"


def years(cell: object, place: Place) -> tuple[int, int]:
    """First and last year of "2025", "2023-2024", "2023/24" or "2025 prel."."""
    text = str(cell.year) if isinstance(cell, dt.date) else _tidy(cell)
    found = re.fullmatch(r"((?:19|20)\d\d)(?:\s*[-–/]\s*((?:19|20)?\d\d))?(?:\s*prel\.?)?", text)
    if not found:
        raise place.error("a year or a span of years", "ett år eller ett spann av år", _short(cell))
    first = int(found[1])
    last = int(found[2] if len(found[2] or "") == 4 else found[1][:2] + found[2]) if found[2] else first
    return first, last


def period(cell: object, place: Place, frequency: str) -> pd.Period:
    """A year ("Y"), quarter ("Q") or month ("M") in the spellings of the publishers and of Excel."""
    result = _period(cell, frequency)
    if result is None:
        names = {"Y": ("a year", "ett år"), "Q": ("a quarter", "ett kvartal"), "M": ("a month", "en månad")}
        raise place.error(*names[frequency], _short(cell))
    return result


def is_period(cell: object, frequency: str) -> bool:
    """Whether a heading is a year, quarter or month."""
    return cell is not None and _period(cell, frequency) is not None


def _period(cell: object, frequency: str) -> pd.Period | None:
    if isinstance(cell, dt.date):
        return pd.Period(cell, freq="M") if frequency == "M" else None
    text = re.sub(r"\s*\(?prel(?:iminär)?\.?\)?$", "", _tidy(cell))
    year = r"((?:19|20)\d\d)"
    if frequency == "Y":
        found = re.fullmatch(rf"(?:år )?{year}", text)
        return pd.Period(year=int(found[1]), freq="Y") if found else None
    if frequency == "Q":
        first = re.fullmatch(rf"{year}\s*-?\s*(?:k|q|kv|kv\.|kvartal)\s*([1-4])", text)
        last = re.fullmatch(rf"(?:k|q|kv|kv\.|kvartal)\s*([1-4])[ ,]+{year}", text)
        pair = (first[1], first[2]) if first else (last[2], last[1]) if last else None
        return pd.Period(year=int(pair[0]), quarter=int(pair[1]), freq="Q") if pair else None
    month = next((at for at, name in enumerate(_MONTHS, start=1) if re.search(rf"\b{name}[a-zåäö]*\b", text)), None)
    named = re.fullmatch(rf"[a-zåäö]+\.?[ ,-]*{year}|{year}[ ,-]*[a-zåäö]+\.?", text)
    if month and named:
        return pd.Period(year=int(named[1] or named[2]), month=month, freq="M")
    found = re.fullmatch(rf"{year}\s*(?:m|-|)\s*(0[1-9]|1[0-2])(?:-\d\d)?", text)
    return pd.Period(year=int(found[1]), month=int(found[2]), freq="M") if found else None


def sex(cell: object, place: Place) -> str:
    """ "alla", "kvinna" or "man" in the publishers' spellings."""
    text = _tidy(cell)
    for name, spellings in _SEXES.items():
        if text in spellings:
            return name
    raise place.error("a sex or the total", "kvinnor, män eller totalt", _short(cell))


_SEXES = {
    "alla": {"", "t", "alla", "tot", "totalt", "samtliga", "båda", "båda könen", "kvinnor och män", "män och kvinnor"},
    "kvinna": {"k", "kvinna", "kvinnor", "flickor", "flicka"},
    "man": {"m", "man", "män", "pojkar", "pojke"},
}


def _tidy(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell if cell is not None else "").split()).casefold()


def _short(cell: object) -> str:
    """A cell for a message. Long text may hold anything about anybody and is not repeated."""
    text = str(cell)
    return text if len(text) <= 20 and not re.search(r"\d{6}[-+ ]?\d{4}|@", text) else f"text of {len(text)} characters"
