"""A plan out of the rows of a workbook: everything that is wrong is found in one reading, and nothing is half-read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from kunskapsbaserat.cells import Refused, Tally, text_of
from kunskapsbaserat.data.screen import letter
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import reading
from kunskapsbaserat.forms.columns import Column, Rows, apart_rows, filled_rows
from kunskapsbaserat.forms.reading import Misplaced
from kunskapsbaserat.plan import kinds, sheets
from kunskapsbaserat.plan.faults import error
from kunskapsbaserat.plan.model import Delegation, KfMal, Medlem, Organisation, Overenskommelse, Plan


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan as far as it could be read, and every fault. `plan` is None when there is any error.

    `partial` has every row, without the cells that have faults of their own: the chain can be followed through all of them.
    `unread` are the sheets that could not be read: links to them are no faults.
    """

    plan: Plan | None
    faults: tuple[Finding, ...]
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
    book = by_name(book)
    faults = list(_sheet_faults(book))
    organisation = _organisation(book.get(sheets.KOMMUN, ()), faults)
    read = {name: _parts(name, columns, book[name], faults) for name, columns in sheets.SHEETS.items() if name in book}
    parts: dict[str, list[Any]] = {name: read.get(name) or [] for name in sheets.SHEETS}
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
        fokus=tuple(parts[sheets.FOKUS]),
        processtal=tuple(parts[sheets.PROCESSTAL]),
        kontroller=tuple(parts[sheets.KONTROLLER]),
        grannsamverkan=tuple(parts[sheets.GRANNSAMVERKAN]),
        platser=tuple(parts[sheets.PLATSER]),
        example=example,
        sha256=sha256,
    )
    broken = organisation is None or any(f.level == "error" for f in faults)
    # A sheet that the workbook need not have is empty when it is not there: what is said to stand on it does not.
    missed = [name for name in sheets.SHEETS if name in book or name not in sheets.LATER]
    unread = frozenset(name for name in missed if read.get(name) is None)
    return Reading(None if broken else plan, tuple(faults), not any(parts.values()), plan, unread)


def by_name(book: Mapping[str, Rows]) -> dict[str, Rows]:
    """The sheets under their own names, however these are written in capitals or with spaces around."""
    own = {name.casefold(): name for name in (sheets.KOMMUN, *sheets.SHEETS, *OTHER_SHEETS)}
    named = {name: own.get(name.strip().casefold(), name) for name in book}
    return {(name if own_name != name and own_name in book else own_name): book[name] for name, own_name in named.items()}


def is_untouched(book: Mapping[str, Rows]) -> bool:
    """Has nobody filled in anything yet? Only the workbook's own examples are there."""
    book = by_name(book)
    for name, columns in sheets.SHEETS.items():
        rows = book.get(name, ())
        at = reading.head_row(rows, columns[0].head)
        if at is not None and any(filled_rows(rows, at)):
            return False
    answers = [row[1:] for row in book.get(sheets.KOMMUN, ()) if row and row[0] in {x.head for x in sheets.ORGANISATION}]
    return not any(cell is not None for row in answers for cell in row[: sheets.ANSWERS])


def _sheet_faults(book: Mapping[str, Rows]) -> Iterable[Finding]:
    wanted = [sheets.KOMMUN, *sheets.SHEETS]
    for name in wanted:
        if name not in book and name not in sheets.LATER:
            yield error("missing_sheet", name, None, None, "bladet saknas. Lägg tillbaka det med samma namn.")
    for name in book:
        if name not in wanted and name not in OTHER_SHEETS:
            near = difflib.get_close_matches(name, wanted, n=1, cutoff=0.5)
            hint = f"Menade du {near[0]}? " if near else ""
            yield error("unknown_sheet", name, None, None, f"bladet hör inte till planen. {hint}Ta bort det eller byt namn.")


READ_ME, RESEARCH, LISTS = "Läs mig", "Forskning", "Listor"
OTHER_SHEETS = (READ_ME, RESEARCH, LISTS)


# ---- the sheet Kommun ----------------------------------------------------------------------------------------------------


def _organisation(rows: Rows, faults: list[Finding]) -> Organisation | None:
    if not rows:
        return None
    at = reading.head_row(rows, sheets.FIELD)
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
    heads = [text_of(cell) for cell in rows[at]]  # a council of more than six has more columns of answers
    end = heads.index(sheets.EXPLANATION) if sheets.EXPLANATION in heads else max(map(len, rows))
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        head = str(row[0]).strip() if row and row[0] is not None else ""
        answers = list(row[1:end])
        for beside in (c for c in range(end + 1, len(row)) if row[c] is not None):
            faults.append(_outside_cell(sheets.KOMMUN, number, beside))
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
        if line.name not in said and line.later:
            continue
        if line.name not in said:
            faults.append(error("missing_field", sheets.KOMMUN, None, "A", f"raden ”{line.head}” saknas. Lägg tillbaka den."))
        elif line.required and said[line.name][0] is None and not any(line.head in f.svenska for f in faults):
            faults.append(error("empty", sheets.KOMMUN, None, "B", f"”{line.head}” är inte ifylld."))
    return _as_organisation(said)


def _answers(line: sheets.Line, answers: list[object], number: int, faults: list[Finding]) -> list[Any]:
    found: list[Any] = []
    for at, cell in enumerate(answers):
        try:
            found.append(kinds.value(cell, line.column))
        except Refused as refused:
            text = f"{line.head}: {refused.sentence(cell)}"
            faults.append(error(refused.code, sheets.KOMMUN, number, letter(at + 1), text))
            found.append(None)
        if at and found[at] is not None and not line.many:
            faults.append(
                error("too_many", sheets.KOMMUN, number, letter(at + 1), f"”{line.head}” kan bara ha ett svar, i kolumn B.")
            )
    return found or [None]


def _as_organisation(said: Mapping[str, list[Any]]) -> Organisation:
    """What could be read: a plan without a first or a last day goes on for ever, and is not used."""
    single = {line.name: said[line.name][0] for line in sheets.ORGANISATION if not line.many and line.name in said}
    nothing = [None] * sheets.ANSWERS
    agreements = zip_longest(
        *(said.get(f"ok_{name}", nothing) for name in ("part", "syfte", "omraden", "fran", "till", "fokus"))
    )
    members = zip_longest(said.get("medlem", nothing), said.get("medlem_ledande", nothing))
    handed_over = zip_longest(*(said.get(f"del_{name}", nothing) for name in ("vad", "till", "beslut", "slut")))
    single["plan_fran"] = single.get("plan_fran") or date.min
    single["plan_till"] = single.get("plan_till") or date.max
    return Organisation(
        **single,
        overenskommelser=tuple(
            Overenskommelse(part, purpose, areas, first, last, focus or ())
            for part, purpose, areas, first, last, focus in agreements
            if part
        ),
        medlemmar=tuple(Medlem(*member) for member in members if member[0]),
        fullmaktiges_mal=tuple(goal for goal in said.get("fullmaktiges_mal", nothing) if goal),
        kf_mal=_goals_of_council(said),
        delegationer=tuple(Delegation(*one) for one in handed_over if one[0]),
    )


def _goals_of_council(said: Mapping[str, list[Any]]) -> tuple[KfMal, ...]:
    """Fullmäktige's goals with what the plan says of them; none where the workbook says nothing more than their words."""
    nothing = [None] * sheets.ANSWERS
    goals = zip_longest(*(said.get(name, nothing) for name in ("fullmaktiges_mal", "kf_mal", "kf_till")))
    found = [KfMal(goal, ids or (), until) for goal, ids, until in goals if goal]
    return tuple(found) if any(goal.planens or goal.till for goal in found) else ()


# ---- the other sheets ----------------------------------------------------------------------------------------------------


def _parts(name: str, columns: Sequence[Column], rows: Rows, faults: list[Finding]) -> list[Any] | None:
    """Every row that is filled in; None when there are no headings to read it by."""
    at = reading.head_row(rows, columns[0].head)
    if at is None:
        faults.append(error("no_headings", name, 1, "A", f"rubrikraden saknas: den ska börja med {columns[0].head}."))
        return None
    places, misplaced = reading.places(columns, rows[at])
    faults += [_misplaced(name, at + 1, wrong) for wrong in misplaced]
    headed = {place for place, cell in enumerate(rows[at]) if cell is not None}
    tally = Tally(sheets.FILE, name, rows)
    tally.take("heading", *apart_rows(rows, at))
    found = []
    for number, row in filled_rows(rows, at):
        found.append(_part(name, columns, places, row, number, faults))
        faults += _outside(name, columns, headed, row, number)
    tally.take("values", *(part.row for part in found))
    tally.settle()
    return found


def _misplaced(name: str, number: int, wrong: Misplaced) -> Finding:
    return error(wrong.code, name, number, None if wrong.at is None else letter(wrong.at), wrong.svenska)


def _part(
    name: str,
    columns: Sequence[Column],
    places: Mapping[str, int],
    row: Sequence[object],
    number: int,
    faults: list[Finding],
) -> Any:
    """The row without the cells that cannot be used; a required one of these is empty."""
    values, wrong = reading.read_row(columns, places, row, kinds.value)
    for fault in wrong:
        if fault.refused is None:
            faults.append(error("empty", name, number, fault.column.head, "cellen är inte ifylld."))
        else:
            faults.append(error(fault.refused.code, name, number, fault.column.head, fault.refused.sentence(fault.cell)))
    unknown = {column.name for column in columns if column.name not in places}
    unknown |= {fault.column.name for fault in wrong if fault.refused is not None}
    if (
        name == sheets.MAL
        and "enhet" not in values
        and any(_in_percent(row, places, column) for column in ("utgangsvarde", "malvarde"))
    ):
        values["enhet"] = "procent"  # said with the number: a goal on counts is then in another unit than the figures
    if "slag" in unknown:  # what a goal is measured by depends on its kind
        values.pop("indikator", None)
    required: dict[str, Any] = {column.name: None for column in columns if column.required}
    return sheets.MODELS[name](**{"row": number} | required | values)


def _in_percent(row: Sequence[object], places: Mapping[str, int], column: str) -> bool:
    at = places.get(column, len(row))
    return at < len(row) and text_of(row[at]).endswith("%")


def _outside(name: str, columns: Sequence[Column], headed: set[int], row: Sequence[object], number: int) -> Iterable[Finding]:
    """What stands beside the columns: it would be lost."""
    for at in range(len(columns), len(row)):
        if row[at] is not None and at not in headed:
            yield _outside_cell(name, number, at)


def _outside_cell(name: str, number: int, at: int) -> Finding:
    return error("outside", name, number, letter(at), "det står något utanför kolumnerna. Flytta eller ta bort det.")


def _doubled(name: str, found: Sequence[Any]) -> Iterable[Finding]:
    seen: dict[str, int] = {}
    for part in found:
        if part.id is None:
            continue
        key = part.id.casefold()
        if key in seen:
            yield error(
                "doubled_id", name, part.row, sheets.SHEETS[name][0].head, f"id {part.id} står också på rad {seen[key]}."
            )
        seen.setdefault(key, part.row)
