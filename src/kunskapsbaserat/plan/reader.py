"""A plan out of the rows of a workbook: everything that is wrong is found in one reading, and nothing is half-read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.plan import cells, sheets
from kunskapsbaserat.plan.faults import Fault, error
from kunskapsbaserat.plan.model import Medlem, Organisation, Overenskommelse, Plan

Rows = Sequence[Sequence[object]]
HEADS_WITHIN = 6  # the row of headings is one of the first


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan as far as it could be read, and every fault. `plan` is None when there is any error.

    `partial` has the rows that could be read, `unread` the ids of those that could not: links to them are no faults.
    """

    plan: Plan | None
    faults: tuple[Fault, ...]
    empty: bool = False
    partial: Plan | None = None
    unread: frozenset[str] = frozenset()


def read_rows(book: Mapping[str, Rows], *, kommun: str, example: bool = False, sha256: str = "") -> Reading:
    """A plan from the rows of its sheets, as they stand in the workbook (row 1 first).

    Parameters
    ----------
    book : mapping of sheet name to rows
        Cells are None, str, int, float or date.
    kommun : str
        Code of the kommun.
    example : bool
        Whether the plan is the invented one.
    sha256 : str
        Of the file that the rows come from.
    """
    faults = list(_sheet_faults(book))
    organisation = _organisation(book.get(sheets.KOMMUN, ()), faults)
    parts: dict[str, list[Any]] = {}
    for name, columns in sheets.SHEETS.items():
        parts[name] = _parts(name, columns, book[name], faults) if name in book else []
    faults += [f for name, found in parts.items() for f in _doubled(name, found)]
    plan = Plan(
        kommun=kommun,
        organisation=organisation or Organisation(date.min, date.max),
        problem=tuple(parts[sheets.PROBLEM]),
        orsaker=tuple(parts[sheets.ORSAKER]),
        atgarder=tuple(parts[sheets.ATGARDER]),
        mal=tuple(parts[sheets.MAL]),
        aktiviteter=tuple(parts[sheets.AKTIVITETER]),
        loften=tuple(parts[sheets.LOFTEN]),
        example=example,
        sha256=sha256,
    )
    broken = organisation is None or any(f.level == "error" for f in faults)
    unread = frozenset(_ids(book) - {part.id for found in parts.values() for part in found})
    return Reading(None if broken else plan, tuple(faults), not any(parts.values()), plan, unread)


def _ids(book: Mapping[str, Rows]) -> set[str]:
    """Whatever stands in the first column of the sheets of the chain."""
    return {str(row[0]).strip() for name in sheets.SHEETS for row in book.get(name, ()) if row and row[0] is not None}


def is_untouched(book: Mapping[str, Rows]) -> bool:
    """Has nobody filled in anything yet? Only the workbook's own examples are there."""
    for name, columns in sheets.SHEETS.items():
        at = _heads(book.get(name, ()), columns[0].head)
        if at is not None and any(_is_data(row) for row in book[name][at + 1 :]):
            return False
    answers = [row[1:] for row in book.get(sheets.KOMMUN, ()) if row and row[0] in {x.head for x in sheets.ORGANISATION}]
    return not any(cell is not None for row in answers for cell in row[: sheets.ANSWERS])


def _sheet_faults(book: Mapping[str, Rows]) -> Iterable[Fault]:
    wanted = [sheets.KOMMUN, *sheets.SHEETS]
    for name in wanted:
        if name not in book:
            yield error("missing_sheet", name, None, None, "bladet saknas. Lägg tillbaka det med samma namn.")
    for name in book:
        if name not in wanted and name not in OTHER_SHEETS:
            near = difflib.get_close_matches(name, wanted, n=1, cutoff=0.5)
            hint = f"Menade du {near[0]}? " if near else ""
            yield error("unknown_sheet", name, None, None, f"bladet hör inte till planen. {hint}Ta bort det eller byt namn.")


READ_ME, RESEARCH, LISTS = "Läs mig", "Forskning", "Listor"
OTHER_SHEETS = (READ_ME, RESEARCH, LISTS)


# ---- the sheet Kommun ----------------------------------------------------------------------------------------------------


def _organisation(rows: Rows, faults: list[Fault]) -> Organisation | None:
    if not rows:
        return None
    at = _heads(rows, sheets.FIELD)
    if at is None:
        faults.append(
            error(
                "no_headings",
                sheets.KOMMUN,
                1,
                "A",
                f"rubrikraden saknas: den ska börja med {sheets.FIELD} och {sheets.ANSWER}.",
            )
        )
        return None
    said: dict[str, list[Any]] = {}
    known = {line.head.casefold(): line for line in sheets.ORGANISATION}
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        head = str(row[0]).strip() if row and row[0] is not None else ""
        answers = list(row[1 : 1 + sheets.ANSWERS])
        line = known.get(" ".join(head.split()).casefold())
        if not head and not any(cell is not None for cell in answers):
            continue
        if line is None:
            near = difflib.get_close_matches(head, [x.head for x in sheets.ORGANISATION], n=1, cutoff=0.5)
            hint = f" Menade du ”{near[0]}”?" if near else ""
            faults.append(error("unknown_field", sheets.KOMMUN, number, "A", f"uppgiften ”{head}” är okänd.{hint}"))
            continue
        if line.name in said:
            faults.append(error("doubled_field", sheets.KOMMUN, number, "A", f"uppgiften ”{head}” står två gånger."))
            continue
        said[line.name] = _answers(line, answers, number, faults)
    for line in sheets.ORGANISATION:
        if line.name not in said:
            faults.append(error("missing_field", sheets.KOMMUN, None, "A", f"raden ”{line.head}” saknas. Lägg tillbaka den."))
        elif line.required and said[line.name][0] is None and not any(line.head in f.svenska for f in faults):
            faults.append(error("empty", sheets.KOMMUN, None, "B", f"”{line.head}” är inte ifylld."))
    return _as_organisation(said) if not any(f.level == "error" and f.sheet == sheets.KOMMUN for f in faults) else None


def _answers(line: sheets.Line, answers: list[object], number: int, faults: list[Fault]) -> list[Any]:
    found: list[Any] = []
    for at, cell in enumerate(answers):
        try:
            found.append(cells.value(cell, line))
        except cells.Refused as refused:
            faults.append(error(refused.code, sheets.KOMMUN, number, letter(at + 1), f"{line.head}: {refused.svenska}"))
            found.append(None)
        if at and found[at] is not None and not line.many:
            faults.append(
                error("too_many", sheets.KOMMUN, number, letter(at + 1), f"”{line.head}” kan bara ha ett svar, i kolumn B.")
            )
    return found or [None]


def _as_organisation(said: Mapping[str, list[Any]]) -> Organisation:
    single = {line.name: said[line.name][0] for line in sheets.ORGANISATION if not line.many}
    agreements = zip(*(said[f"ok_{name}"] for name in ("part", "syfte", "omraden", "fran", "till")), strict=True)
    members = zip(said["medlem"], said["medlem_ledande"], strict=True)
    return Organisation(
        **single,
        overenskommelser=tuple(Overenskommelse(*agreement) for agreement in agreements if agreement[0]),
        medlemmar=tuple(Medlem(*member) for member in members if member[0]),
        fullmaktiges_mal=tuple(goal for goal in said["fullmaktiges_mal"] if goal),
    )


# ---- the other sheets ----------------------------------------------------------------------------------------------------


def _heads(rows: Rows, first: str) -> int | None:
    """Index of the row whose first cell is the first heading."""
    for at, row in enumerate(rows[:HEADS_WITHIN]):
        if row and isinstance(row[0], str) and row[0].strip().casefold() == first.casefold():
            return at
    return None


def _is_data(row: Sequence[object]) -> bool:
    if not any(cell is not None for cell in row):
        return False
    first = str(row[0]).strip() if row[0] is not None else ""
    return not first.upper().startswith(sheets.EXAMPLE) and first != sheets.EXPLANATION


def _parts(name: str, columns: Sequence[sheets.Column], rows: Rows, faults: list[Fault]) -> list[Any]:
    at = _heads(rows, columns[0].head)
    if at is None:
        faults.append(error("no_headings", name, 1, "A", f"rubrikraden saknas: den ska börja med {columns[0].head}."))
        return []
    places = _places(name, columns, rows[at], at + 1, faults)
    if places is None:
        return []
    found = []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        if _is_data(row) and (part := _part(name, columns, places, row, number, faults)) is not None:
            found.append(part)
    return found


def _places(
    name: str, columns: Sequence[sheets.Column], heads: Sequence[object], number: int, faults: list[Fault]
) -> dict[str, int] | None:
    """Where each column stands: by its heading, in any order."""
    known = {column.head.casefold(): column.name for column in columns}
    places: dict[str, int] = {}
    wrong = False
    for at, cell in enumerate(heads):
        if cell is None:
            continue
        head = " ".join(str(cell).split())
        field = known.get(head.casefold())
        if field is None:
            near = difflib.get_close_matches(head, [c.head for c in columns], n=1, cutoff=0.5)
            hint = f" Menade du ”{near[0]}”?" if near else " Ta bort den."
            faults.append(error("unknown_column", name, number, letter(at), f"kolumnen ”{head}” hör inte till bladet.{hint}"))
            wrong = True
        elif field in places:
            faults.append(error("doubled_column", name, number, letter(at), f"kolumnen ”{head}” står två gånger."))
            wrong = True
        else:
            places[field] = at
    for column in columns:
        if column.name not in places:
            faults.append(error("missing_column", name, number, None, f"kolumnen ”{column.head}” saknas. Lägg tillbaka den."))
            wrong = True
    return None if wrong else places


def _part(
    name: str,
    columns: Sequence[sheets.Column],
    places: Mapping[str, int],
    row: Sequence[object],
    number: int,
    faults: list[Fault],
) -> Any | None:
    said: dict[str, Any] = {"row": number}
    before = len(faults)
    for column in columns:
        at = places[column.name]
        try:
            found = cells.value(row[at] if at < len(row) else None, column)
        except cells.Refused as refused:
            faults.append(error(refused.code, name, number, letter(at), f"{column.head}: {refused.svenska}"))
            continue
        if found is None and column.required:
            faults.append(error("empty", name, number, letter(at), f"”{column.head}” är inte ifylld."))
        if found is not None:
            said[column.name] = found
    for at in range(len(columns), len(row)):
        if row[at] is not None and at not in places.values():
            faults.append(
                error("outside", name, number, letter(at), "det står något utanför kolumnerna. Flytta eller ta bort det.")
            )
    return sheets.MODELS[name](**said) if len(faults) == before else None


def _doubled(name: str, found: Sequence[Any]) -> Iterable[Fault]:
    seen: dict[str, int] = {}
    for part in found:
        key = part.id.casefold()
        if key in seen:
            yield error("doubled_id", name, part.row, "A", f"id {part.id} står också på rad {seen[key]}.")
        seen.setdefault(key, part.row)
