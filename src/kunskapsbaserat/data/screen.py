"""No personal data comes in: every cell is screened before a table is made of it, and one hit refuses the file.

The act on kommuners brottsförebyggande ansvar gives no ground of its own for personal data. What was found is never
repeated: a message says of what kind it is and where it stands, not what it says.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kunskapsbaserat.data import files, names
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import PersonalDataError

KINDS = {
    "personnummer": "personnummer eller samordningsnummer",
    "email": "e-postadress",
    "phone": "telefonnummer",
    "vehicle": "registreringsnummer för fordon",
    "name": "personnamn",
    "heading": "en kolumn vars rubrik lovar personuppgifter",
    "free_text": "fritext om händelser",
}

SHOWN = 5
"""Places named in one message; the number of the rest is said."""

RANDOM_HIT = 0.0075
"""Share of random ten-digit numbers that pass as a personnummer: 12/100 months, 62/100 days, 1/10 check digits."""

ENOUGH_DIGITS = 10
"""In a column with at most this many ten- or twelve-digit numbers one hit is enough; above, chance is counted with."""


@dataclass(frozen=True, order=True)
class Finding:
    """Where something personal seems to stand: row and column as in Excel ("C"). The value itself is not kept."""

    sheet: str
    row: int
    column: str
    kind: str


def safe_file(source: str | Path | DataFile) -> DataFile:
    """A file read and screened; one that has passed before is handed back as it is, so that several readers can try it.

    Raises
    ------
    PersonalDataError, FileError, FileLocked
        As `refuse` and `files.read_file`.
    """
    file = source if isinstance(source, DataFile) else files.read_file(source)
    if file.screened:
        return file
    refuse(file)
    return replace(file, screened=True)


def refuse(file: DataFile) -> None:
    """Stop when a file seems to hold personal data.

    Raises
    ------
    PersonalDataError
        With the kind and the place of the first findings, without what stands there.
    """
    found = find(file.sheets)
    if found:
        where = [f"{KINDS[f.kind]} (blad ”{_safe_name(f.sheet)}”, rad {f.row}, kolumn {f.column})" for f in found[:SHOWN]]
        english = [f"{f.kind} (sheet {_safe_name(f.sheet)!r}, row {f.row}, column {f.column})" for f in found[:SHOWN]]
        raise PersonalDataError(file.path, len(found), english, where)


def find(sheets: Iterable[Sheet]) -> tuple[Finding, ...]:
    """Every cell that looks like personal data, in the order of the file.

    Returns
    -------
    tuple of Finding
        Contact lines of the publishers themselves ("Kontaktperson", SCB) are not counted.
    """
    found: set[Finding] = set()
    for sheet in sheets:
        found |= {Finding(sheet.name, 0, "", kind) for kind in _in_text(sheet.name)}
        public = _contact_rows(sheet)
        series = _series(sheet)
        digits: dict[int, list[tuple[int, str]]] = {}
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, (int, str)) and (bare := _bare_digits(cell)):
                    digits.setdefault(column, []).append((at, bare))
                if isinstance(cell, str):
                    kinds = _in_text(cell) - (_PUBLIC_KINDS if at in public else frozenset())
                    numbered = _NUMBERED.fullmatch(cell.strip()) if "vehicle" in kinds else None
                    if numbered and (column, numbered[1]) in series:
                        kinds -= {"vehicle"}
                    found |= {Finding(sheet.name, at + 1, letter(column), kind) for kind in kinds}
        for column, numbers in digits.items():
            found |= {Finding(sheet.name, at + 1, letter(column), "personnummer") for at in _numbers(numbers)}
        found |= set(_headings(sheet))
    return tuple(sorted(found))


_NUMBERED = re.compile(r"([A-Z]{3})[ -]?\d{3}")
_SERIES = 5
"""So many cells of a column that all begin with the same three letters are numbered things ("LEK-101"), not vehicles."""


def _series(sheet: Sheet) -> set[tuple[int, str]]:
    """Columns whose cells are the same three letters with different numbers: vehicles of one place do not share letters."""
    found: dict[int, set[tuple[str, str]]] = {}
    for row in sheet.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (numbered := _NUMBERED.fullmatch(cell.strip())):
                found.setdefault(column, set()).add((numbered[1], cell))
    return {
        (column, next(iter(cells))[0])
        for column, cells in found.items()
        if len(cells) >= _SERIES and len({letters for letters, _ in cells}) == 1
    }


def letter(column: int) -> str:
    """Excel's name of a column: 0 is "A", 26 is "AA"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


# Texts ---------------------------------------------------------------------------------------------------------------

_DIGIT = re.compile(r"\d")
_PERSON = re.compile(r"(?<![\d.,])(?:18|19|20)?(\d{6})[-+ ]?(\d{4})(?!\d)")
_MASKED = re.compile(r"(?<!\d)(?:18|19|20)?(\d{6})[-+](?:[xX*]{4}|[A-Za-z]\d{3})(?!\w)")
# One letter before the sign is enough: a run of them would be read again from each of its letters.
_EMAIL = re.compile(r"[\w.+-]\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[\w-]")
_MOBILE = re.compile(r"(?<![\d.,])(?:\+46|0046)?[ -]?\(?0?\)?[ -]?7[02369][ -/]{0,3}\d(?:[ -]?\d){6}(?!\d)")
_LANDLINE = re.compile(
    r"(?<![\d.,-])(?:(?:\+46|0046)[ -]?\(?0?\)?[ -]?[1-9]\d{0,2}|08|0[1-9]\d{1,2})[ ]?[-/ ][ ]?\d(?:[ ]?\d){4,7}(?!\d)"
)
_PLATE = re.compile(r"(?<![\w-])([A-HJ-PR-UW-Z]{3})([ -]?)(\d{2}[0-9A-HJ-NPR-UW-Z])(?![\w-])")
_NO_PLATE = {
    "BRA",
    "DSM",
    "ESO",
    "FOU",
    "KPI",
    "LSS",
    "LUP",
    "MSB",
    "NTU",
    "OBJ",
    "PTU",
    "RSO",
    "SCB",
    "SFS",
    "SKR",
    "SOL",
    "SOU",
    "SUB",
    "TAB",
}
_DASHES = str.maketrans({"–": "-", "−": "-", "‑": "-", "‐": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


# The headings, explanations and lists of choices are most of a workbook's texts, and the same in every kommun's.
@functools.lru_cache(maxsize=4096)
def _in_text(text: str) -> frozenset[str]:
    """The kinds of personal data in one text."""
    text = text.translate(_DASHES).strip()
    if (text.isdigit() and not text.startswith("07")) or re.fullmatch(r"[+-]?\d*[.,]\d+", text):
        return frozenset()  # figures are judged by column
    kinds = set()
    if _DIGIT.search(text):
        grouped = re.fullmatch(r"[+-]?\d{1,3}( \d{3})+([.,]\d+)?", text)
        if not grouped and (
            any(_is_person(*m.groups()) for m in _PERSON.finditer(text)) or any(_is_date(m[1]) for m in _MASKED.finditer(text))
        ):
            kinds.add("personnummer")
        if not grouped and (_MOBILE.search(text) or _is_landline(text)):
            kinds.add("phone")
        if any(_is_plate(m) for m in _PLATE.finditer(text)) or re.fullmatch(r"[a-hj-pr-uw-z]{3}\d{2}[0-9a-hj-npr-uw-z]", text):
            kinds.add("vehicle")
    if _EMAIL.search(text):
        kinds.add("email")
    if names.in_text(text):
        kinds.add("name")
    return frozenset(kinds)


WITHHELD = "(visas inte)"
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """A text for a log: personnummer and e-mail addresses are withheld, whatever file name or cell they came from.

    Examples
    --------
    >>> from kunskapsbaserat.data.screen import masked
    >>> masked("expected a number, got 'anna.svensson@koping.se' (19121212-1212)")
    "expected a number, got '(visas inte)' ((visas inte))"
    """

    def person(match: re.Match[str]) -> str:
        return WITHHELD if _is_date(match[1]) and (match.re is _MASKED or _luhn(match[1] + match[2])) else match[0]

    for pattern in (_PERSON, _MASKED):
        text = pattern.sub(person, text)
    return _ADDRESS.sub(WITHHELD, text)


# 08/11 2026, with or without a time of day after it (14:00, 9:30): a date, though Stockholm's numbers begin so.
_DATE = re.compile(r"0\d[-/](?:0[1-9]|1[0-2])[ /](?:19|20)\d\d(?:$| (?:[01]?\d|2[0-3])(?:\D|$))|0\d-\d\d ?(?:19|20)\d\d$")


def _is_landline(text: str) -> bool:
    for match in _LANDLINE.finditer(text):
        number = re.sub(r"\D", "", match[0])
        dashed = re.match(r"\+46|0046|0\d{1,3} ?[-/]", match[0])
        if dashed and 8 <= len(number) <= 13 and not _DATE.match(match[0]):
            return True
    return False


def _is_plate(match: re.Match[str]) -> bool:
    """A registration number: three letters, two digits, and a digit or (since 2019) a letter."""
    return match[1] not in _NO_PLATE


def _is_person(date: str, rest: str) -> bool:
    return _is_date(date) and _luhn(date + rest)


def _is_date(yymmdd: str) -> bool:
    """A day that exists; 60 is added to the day of a coordination number."""
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    day -= 60 if day > 60 else 0
    longest = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= longest[month - 1]


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (2 - at % 2) for at, d in enumerate(digits))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


# Columns -------------------------------------------------------------------------------------------------------------


def _bare_digits(cell: int | str) -> str | None:
    text = str(cell).strip()
    return text if 8 <= len(text) <= 12 and text.isdigit() and text.isascii() else None


def _numbers(numbers: list[tuple[int, str]]) -> list[int]:
    """Rows of the numbers that are personnummer, when there are more of them than chance gives.

    Counts and amounts can have ten digits, and one in 130 passes both checks. Excel drops the leading zeros of those
    born 2000-2009, so eight and nine digits are looked at too, but only as a pattern of a column.
    """
    hits: list[int] = []
    for lengths, at_least in (((10, 12), 1), ((8, 9), 3)):
        group = [(at, text) for at, text in numbers if len(text) in lengths]
        passed = [(at, text) for at, text in group if _bare_person(text)]
        stamps = bool(group) and all(_is_stamp(text) for _, text in group)
        few = len(group) <= ENOUGH_DIGITS and (not stamps or len(passed) * 2 >= len(group))
        many = _tail(len(group), len(passed), 0.1 if stamps else RANDOM_HIT) < 0.01
        if len(passed) >= at_least and (few or many):
            hits += [at for at, _ in passed]
    return hits


def _bare_person(text: str) -> bool:
    if len(text) == 12:
        return text[:2] in ("18", "19", "20") and _is_person(text[2:8], text[8:])
    return len(text) != 11 and _is_person(text.zfill(10)[:6], text.zfill(10)[6:])


def _is_stamp(text: str) -> bool:
    """Date and time written together (202601311530): the date always passes, the check digit one time in ten."""
    return len(text) in (10, 12) and _is_date(text[-10:-4]) and int(text[-4:-2]) < 24 and int(text[-2:]) < 60


def _tail(n: int, hits: int, chance: float) -> float:
    """P(at least `hits` of `n`) for a binomial count."""
    return 1 - sum(math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(hits))


_PERSONAL_HEADINGS = re.compile(
    r"(person|samordnings)(nummer|nr)|pnr|födelse(datum|nummer)|(för|efter|till)namn|namn på (person|anmälare|målsägande)"
    r"|(målsägandes?|misstänkts?|anmälarens?|elevens?|vårdnadshavares?) ?(namn|personnummer)?"
    r"|e-?post(adress)?|e-?mail|mejl(adress)?"
    r"|(mobil|telefon)(nummer|nr|telefon)?|tel|(reg\.?|registrerings)(nr|nummer)|(gatu|bostads|hem|folkbokförings)adress",
    re.IGNORECASE,
)
_TEXT_HEADINGS = re.compile(
    r"fri ?text|(händelse|brotts|gärnings)?beskrivning|anteckning(ar)?|kommentar(er)?|notering(ar)?|(fritt|öppet) svar",
    re.IGNORECASE,
)
_NAME_HEADINGS = re.compile(r"namn|handläggare|kontakt(person)?|elev|kund|boende", re.IGNORECASE)


_ANY_HEADING = re.compile(
    "|".join(heading.pattern for heading in (_PERSONAL_HEADINGS, _TEXT_HEADINGS, _NAME_HEADINGS)), re.IGNORECASE
)


def _headings(sheet: Sheet) -> Iterator[Finding]:
    """Columns whose heading says what they hold, if they hold anything."""
    for at, row in enumerate(sheet.rows[:30]):
        if sum(isinstance(cell, str) for cell in row) < 2:
            continue
        for column, cell in enumerate(row):
            head = " ".join(cell.split()) if isinstance(cell, str) else ""
            if not _ANY_HEADING.fullmatch(head):
                continue  # as nearly all: what stands below is not looked at
            below = [r[column] for r in sheet.rows[at + 1 :] if column < len(r) and r[column] is not None]
            texts = [text for text in below if isinstance(text, str)]
            if below and _PERSONAL_HEADINGS.fullmatch(head):
                yield Finding(sheet.name, at + 1, letter(column), "heading")
            elif _TEXT_HEADINGS.fullmatch(head) and texts and sum(len(t.split()) >= 5 for t in texts) * 2 >= len(texts):
                yield Finding(sheet.name, at + 1, letter(column), "free_text")
            elif _NAME_HEADINGS.fullmatch(head) and texts and sum(map(names.shaped_as_name, texts)) * 2 >= len(texts):
                yield Finding(sheet.name, at + 1, letter(column), "name")


# The publishers' own contact lines -----------------------------------------------------------------------------------

_PUBLIC_KINDS = frozenset({"email", "phone", "name"})
_CONTACT = re.compile(r"kontakt|contact|statistikservice|frågor om statistiken", re.IGNORECASE)
_PUBLISHER = re.compile(
    r"\b(SCB|Statistiska centralbyrån|Brå|Brottsförebyggande rådet|RKA|Kolada|Polismyndigheten|MSB|MCF|Skolverket|SKR"
    r"|Transportstyrelsen|Folkhälsomyndigheten|Socialstyrelsen)\b|@(scb|bra|kolada|rka|polisen|msb|mcf|skolverket|skr|transportstyrelsen"
    r"|folkhalsomyndigheten|socialstyrelsen)\.(se|nu)\b"
)


def _contact_rows(sheet: Sheet) -> set[int]:
    """Rows of a footer that says whom at the publisher to ask: the row that says "kontakt" and the four after it."""
    found: set[int] = set()
    texts = ["\n".join(cell for cell in row if isinstance(cell, str)) for row in sheet.rows]
    for at, text in enumerate(texts):
        if _CONTACT.search(text):
            block = texts[at : at + 5]
            if any(map(_PUBLISHER.search, block)):
                found |= set(range(at, at + len(block)))
    return found


def _safe_name(sheet: str) -> str:
    """A sheet's name can be a person's; it is then not repeated either."""
    return sheet if not _in_text(sheet) else "(namnet döljs)"
