"""Skolinspektionen's Skolenkät for one school, out of the workbook with all schools, and a plain table of shares.

No original has been seen. As public descriptions have it, the first sheet has three rows of headings: the statement, the
answer, and ``Antal`` or ``Andel``; before them stand Organisationsnummer, Huvudman, Kommun, Skolenhetskod, Skolenhet, Antal i
gruppen, Antal svar and Svarsfrekvens. Headings are therefore looked for by what they say, never by their place, and a statement
whose answers are not those of the scale is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kunskapsbaserat.cells import FORM, PUBLISHER, Refused, read_number, text_of
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.answers import Answers
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.columns import Rows
from kunskapsbaserat.forms.faults import error

NAME = "Skolenkäten"
PLAIN = "egen tabell"
_HEAD_ROWS = 12
_CODE, _SCHOOL, _GROUP_SIZE, _ANSWERED = "skolenhetskod", "skolenhet", "antal i gruppen", "antal svar"
_AGREE = {"stämmer helt och hållet", "stämmer helt", "stämmer till stor del", "stämmer ganska bra"}
_OTHER = {"stämmer till viss del", "stämmer ganska dåligt", "stämmer inte alls", "vet inte", "vet ej"}
_HIDDEN = {"-", "–", "*", "**", "***", "..", ""}
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_GRADE = re.compile(r"ak[-_ ]?([1-9])|ar[-_ ]?([1-3])(?=\D*gymnas)|(?:gymnas\w*)[-_ ]ar[-_ ]?([1-3])")


def is_skolenkat(file: DataFile) -> bool:
    """Does a sheet have the columns that say of which school a row is, and how many answered?"""
    return any(_head_row(sheet.rows) is not None for sheet in file.sheets)


def is_plain(file: DataFile) -> bool:
    """Is it a table of shares: a column for the statement and one for the share?"""
    return any(_plain_heads(sheet.rows) is not None for sheet in file.sheets)


def year_of(file: DataFile) -> int | None:
    """The year that the file's name or its first rows say; None where they say none, or several."""
    for text in (file.path.stem, *(text_of(c) for s in file.sheets for r in s.rows[:2] for c in r[:1] if c is not None)):
        years = set(_YEAR.findall(text))
        if len(years) == 1:
            return int(years.pop())
    return None


# ---- the workbook of all schools -----------------------------------------------------------------------------------------


def _heads(row: Sequence[object]) -> dict[str, int]:
    return {" ".join(text_of(cell).split()).casefold(): at for at, cell in enumerate(row) if cell is not None}


def _head_row(rows: Rows) -> int | None:
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        if {_CODE, _GROUP_SIZE, _ANSWERED} <= _heads(row).keys():
            return at
    return None


def read(file: DataFile, *, code: str | None, school: str) -> tuple[list[Answers], list[Finding]]:
    """The school's rows, by its code or, where it has none, by its name."""
    found: list[Answers] = []
    faults: list[Finding] = []
    who, group = _about(file.path.stem)
    for sheet in file.sheets:
        at = _head_row(sheet.rows)
        if at is None:
            continue
        heads = _heads(sheet.rows[at])
        below = _data_start(sheet.rows, at, heads[_CODE])
        mine = [
            (number, row)
            for number, row in enumerate(sheet.rows[below:], start=below + 1)
            if _is_school(row, heads, code=code, school=school)
        ]
        if len(mine) != 1:
            what = "står inte i filen" if not mine else f"står på {len(mine)} rader i filen"
            where = f"skolenhetskod {code}" if code else f"skolan {school}"
            told = f"{where} {what}. Fyll i skolenhetskoden i bladet {sheets.FACTS}."
            faults.append(error("school_not_found", sheet.name, None, None, told))
            continue
        number, row = mine[0]
        asked = _count(row, heads[_GROUP_SIZE], sheet, number, faults)
        for question, answers in _questions(sheet.rows, at, below).items():
            counts = {name: _count(row, place, sheet, number, faults) for name, place in answers.items()}
            if any(value is None for value in counts.values()):
                continue  # hidden by Skolinspektionen, or not asked
            n = sum(value or 0 for value in counts.values())
            agree = sum(value or 0 for name, value in counts.items() if name in _AGREE)
            if n:
                found.append(Answers(question, who, n, agree, asked=asked, group=group, source=NAME))
            if asked is not None and n > asked:
                told = f"”{question}” har fler svar än gruppen är stor: mer än 100 procent."
                faults.append(error("more_than_asked", sheet.name, number, None, told))
    return found, faults


def _about(stem: str) -> tuple[str, str]:
    """Who answered, and in which year of school, as the publisher names its files."""
    plain = stem.casefold().translate(str.maketrans("åäö", "aao"))
    who = (
        sheets.PARENTS
        if "vardnadshav" in plain
        else sheets.STAFF
        if "larare" in plain or "personal" in plain
        else sheets.PUPILS
    )
    grade = _GRADE.search(plain)
    if who != sheets.PUPILS or grade is None:
        return who, ""
    return who, f"åk {grade[1]}" if grade[1] else f"gymnasiet år {grade[2] or grade[3]}"


def _data_start(rows: Rows, head: int, column: int) -> int:
    """The first row with a code of a school."""
    for at, row in enumerate(rows[head + 1 :], start=head + 1):
        if column < len(row) and re.fullmatch(r"\d{8}", text_of(row[column]) if row[column] is not None else ""):
            return at
    return len(rows)


def _is_school(row: Sequence[object], heads: Mapping[str, int], *, code: str | None, school: str) -> bool:
    def cell(name: str) -> str:
        at = heads.get(name)
        return text_of(row[at]) if at is not None and at < len(row) and row[at] is not None else ""

    return cell(_CODE) == code if code else cell(_SCHOOL).casefold() == school.casefold()


def _questions(rows: Rows, head: int, below: int) -> dict[str, dict[str, int]]:
    """Statement by statement, the columns with the number of each answer."""
    block = rows[: max(below, head + 1)]
    width = max(len(row) for row in block)
    carried: list[list[str]] = []
    for row in block:
        last, line = "", []
        for at in range(width):
            cell = text_of(row[at]) if at < len(row) and row[at] is not None else ""
            last = cell or last
            line.append(last)
        carried.append(line)
    found: dict[str, dict[str, int]] = {}
    for at in range(width):
        column = [line[at] for line in carried]
        answer = next((c.casefold() for c in column if c.casefold() in _AGREE | _OTHER), None)
        kind = next((c.casefold() for c in column if c.casefold() in ("antal", "andel")), "antal")
        question = next((c for c in column if len(c) > 12 and c.casefold() not in _AGREE | _OTHER), None)
        if answer and question and kind == "antal":
            found.setdefault(question, {}).setdefault(answer, at)
    return {q: a for q, a in found.items() if len(a.keys() & _AGREE) == 2 and len(a) >= 4}


def _count(row: Sequence[object], at: int, sheet: Sheet, number: int, faults: list[Finding]) -> int | None:
    cell = row[at] if at < len(row) else None
    if cell is None or text_of(cell) in _HIDDEN:
        return None
    try:
        value = read_number(cell, PUBLISHER).value
    except Refused as refused:
        faults.append(error(refused.code, sheet.name, number, None, refused.sentence(cell)))
        return None
    if value is not None and value != int(value):
        faults.append(error("not_whole", sheet.name, number, None, "ett antal svar är inget heltal."))
        return None
    return None if value is None else int(value)


# ---- a plain table -------------------------------------------------------------------------------------------------------

_PLAIN_HEADS = ("fråga", "vilka", "andel", "antal svar", "antal tillfrågade", "årskurs", "kön", "år")


def _plain_heads(rows: Rows) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        heads = _heads(row)
        if {"fråga", "andel", "antal svar"} <= heads.keys():
            return at, {name: heads[name] for name in _PLAIN_HEADS if name in heads}
    return None


def read_plain(file: DataFile) -> tuple[dict[int, list[Answers]], list[Finding]]:
    """The shares of a table by year.

    Its columns are Fråga, Andel and Antal svar, and as they are needed År, Vilka, Antal tillfrågade, Årskurs and Kön.
    """
    found: dict[int, list[Answers]] = {}
    faults: list[Finding] = []
    for sheet in file.sheets:
        headed = _plain_heads(sheet.rows)
        if headed is None:
            continue
        at, heads = headed
        numbered = [(k, row) for k, row in enumerate(sheet.rows[at + 1 :], start=at + 2) if any(c is not None for c in row)]
        unit = _unit(row[heads["andel"]] for _, row in numbered if heads["andel"] < len(row))
        for number, row in numbered:
            read_row = _plain_row(row, heads, sheet, number, unit, year_of(file), faults)
            if read_row is not None:
                found.setdefault(read_row[0], []).append(read_row[1])
    return found, faults


def _unit(cells: Iterator[object]) -> float:
    """By what a bare share is divided: a workbook keeps 62 % as 0,62, and then none is above 1."""
    values = []
    for cell in cells:
        try:
            number = read_number(cell, FORM)
        except Refused:
            continue
        if number.value is not None and not number.percent:
            values.append(number.value)
    return 1 if values and max(values) <= 1 else 100


def _plain_row(
    row: Sequence[object],
    heads: Mapping[str, int],
    sheet: Sheet,
    number: int,
    unit: float,
    year: int | None,
    faults: list[Finding],
) -> tuple[int, Answers] | None:
    def cell(name: str) -> object:
        at = heads.get(name)
        return row[at] if at is not None and at < len(row) else None

    before = len(faults)

    def wrong(code: str, head: str, told: str) -> None:
        faults.append(error(code, sheet.name, number, head, told))

    def figure(name: str) -> tuple[float | None, bool]:
        try:
            read_cell = read_number(cell(name), FORM)
        except Refused as refused:
            wrong(refused.code, name.capitalize(), refused.sentence(cell(name)))
            return None, False
        return read_cell.value, read_cell.percent

    share, percent = figure("andel")
    n, asked, said = figure("antal svar")[0], figure("antal tillfrågade")[0], figure("år")[0]
    when = int(said) if said is not None else year
    question = text_of(cell("fråga")) if cell("fråga") is not None else ""
    who = text_of(cell("vilka")).casefold() if cell("vilka") is not None else sheets.PUPILS
    share = None if share is None else share / (100 if percent else unit)
    if share is not None and share > 1:
        wrong("above_all", "Andel", "andelen är mer än 100 procent.")
    for name, value in (("Antal svar", n), ("Antal tillfrågade", asked)):
        if value is not None and value != int(value):
            wrong("not_whole", name, "är inget heltal.")
    if n is not None and asked is not None and n > asked:
        wrong("more_than_asked", "Antal svar", "svaren är fler än de tillfrågade: mer än 100 procent svarade.")
    if not question:
        wrong("empty", "Fråga", "cellen är inte ifylld.")
    if n is None and len(faults) == before:
        wrong("empty", "Antal svar", "cellen är inte ifylld.")
    if when is None:
        wrong("no_year", "År", "året saknas. Lägg till en kolumn År, eller skriv året i filens namn.")
    if who not in sheets.WHO:
        wrong("bad_choice", "Vilka", f"välj {', '.join(sheets.WHO)}.")
    if len(faults) > before or share is None or n is None or when is None:
        return None
    grade, sex = (text_of(cell(name)) if cell(name) is not None else "" for name in ("årskurs", "kön"))
    if grade and sex:
        wrong("class_by_sex", "Kön", "årskurs och kön får inte stå på samma rad.")
        return None
    agree = int(share * n + 0.5)
    return when, Answers(
        question, who, int(n), agree, None if asked is None else int(asked), grade, sex.casefold(), source=PLAIN
    )
