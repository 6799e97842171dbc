"""The workbook of walks: everything that is wrong is found in one reading, and nothing is half-read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from kunskapsbaserat import cells
from kunskapsbaserat.data import filled_form
from kunskapsbaserat.data.est import coordinates
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.filled_form import Book, Form
from kunskapsbaserat.data.walks import sheets
from kunskapsbaserat.data.walks.model import Group, Photo, Seen, Walk
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms import values
from kunskapsbaserat.forms.columns import Column
from kunskapsbaserat.forms.faults import FormError, error, warning


class WalkError(FormError):
    """A workbook of walks has faults and is not used; `faults` has all of them.

    Attributes
    ----------
    faults : tuple of Finding
        Everything that is wrong, each with sheet, row and column.

    Examples
    --------
    Something seen on a walk that is not in the workbook:

    >>> import datetime
    >>> import tempfile
    >>> from kunskapsbaserat.data import walks
    >>> from kunskapsbaserat.data.walks.template import workbook
    >>> walk = {"id": "V1", "datum": datetime.date(2026, 3, 10), "plats": "Stationsområdet"}
    >>> lamp = {"id": "I1", "vandring": "V9", "plats": "Gångtunneln", "tema": "belysning", "namn": "En lampa är släckt"}
    >>> home = tempfile.TemporaryDirectory()
    >>> walks.path_in(home.name).parent.mkdir()
    >>> _ = walks.path_in(home.name).write_bytes(workbook("Köping", {"Vandringar": [walk], "Iakttagelser": [lamp]}))
    >>> try:
    ...     walks.read(home.name)
    ... except walks.WalkError as error:
    ...     print(error.faults[0])
    blad ”Iakttagelser”, rad 4, kolumn ”Vandring”: V9 står inte i bladet Vandringar. Där finns: V1.
    >>> home.cleanup()
    """

    kind = "a workbook of walks"


def _clock(cell: object, _: Column) -> int | None:
    return cells.read_clock(cell)


FORM = Form(
    file=sheets.FILE,
    facts_sheet=sheets.FACTS,
    lines=sheets.LINES,
    sheets=sheets.SHEETS,
    must_be=(sheets.WALKS, sheets.SEEN),
    apart=(sheets.READ_ME, sheets.LISTS),
    names_of_places=frozenset({"plats"}),
    readers=MappingProxyType({"clock": _clock, "file": values.text}),
)


def read(file: DataFile) -> tuple[Book, list[Finding]]:
    """The workbook, and what a person should know of it.

    Raises
    ------
    FileError
        It is no workbook of walks.
    WalkError
        Anything in it is wrong: all of it, with sheet and row.
    PersonalDataError
        It seems to hold personal data: where, never what.
    """
    if not {sheets.WALKS, sheets.SEEN} & {sheet.name for sheet in file.sheets}:
        raise FileError(
            "no_walk_book",
            file.path,
            "is no workbook of walks: its sheets are missing",
            f"är ingen arbetsbok för trygghetsvandringar: bladen {sheets.WALKS} och {sheets.SEEN} saknas. "
            "Kör ”kunskap ny --vandring KOMMUN MAPP” så skrivs en att fylla i.",
        )
    book, faults = filled_form.read(file, FORM)
    faults += filled_form.doubled(book.items, FORM, _KEYS)
    faults += filled_form.loose(book.items, FORM)
    faults += _about_points(book.of(sheets.SEEN))
    faults += _about_days(book)
    faults += _about_seen_before(book)
    if faults:
        raise WalkError(file.path, faults)
    return book, list(_remarks(book))


def walks_of(book: Book) -> tuple[Walk, ...]:
    """The walks, the oldest first."""
    found = [
        Walk(
            item.id,
            item.datum,
            item.plats,
            item.start,
            item.ljus,
            item.anledning,
            tuple(Group(g.organisation, g.antal) for g in book.of(sheets.PARTICIPANTS) if g.vandring == item.id),
        )
        for item in book.of(sheets.WALKS)
    ]
    return tuple(sorted(found, key=lambda walk: (walk.day, walk.id)))


def seen_of(book: Book) -> tuple[Seen, ...]:
    """What was seen, in the order of the workbook."""
    walks = {walk.id: walk for walk in walks_of(book)}
    found = {item.id: _seen(item, walks[item.vandring]) for item in book.of(sheets.SEEN)}
    return tuple(replace(one, since=_since(one, found)) for one in found.values())


def _since(one: Seen, found: Mapping[str, Seen]) -> date:
    """When it was first seen; what was done or refused in between begins anew. An earlier walk is always earlier: no circle."""
    earlier = found.get(one.before) if one.before else None
    return _since(earlier, found) if earlier is not None and earlier.open else one.walk.day


def _seen(item: Item, walk: Walk) -> Seen:
    point = _point(item) if item.x is not None else None
    return Seen(
        id=item.id,
        walk=walk,
        place=item.plats,
        theme=item.tema,
        text=item.namn,
        state=item.lage or sheets.NOT_STARTED,
        sheet=sheets.SEEN,
        row=item.row,
        x=point[0] if point else None,
        y=point[1] if point else None,
        before=item.forut,
        proposal=item.forslag,
        responsible=item.ansvarig,
        action=item.atgard,
        decided=item.beslutad,
        due=item.klar_senast,
        done=item.klar,
        why_not=item.varfor,
        photo=Photo(item.bild, item.bildtext, bool(item.personfri)) if item.bild else None,
    )


def _point(item: Item) -> tuple[float, float] | None:
    """Easting and northing; None outside Sweden."""
    x, y = coordinates.plane([item.y], [item.x])
    return None if np.isnan(x[0]) else (float(x[0]), float(y[0]))


# ---- what does not agree -------------------------------------------------------------------------------------------------

_KEYS = MappingProxyType(
    {
        sheets.WALKS: ("vandringen", lambda item: str(item.id).casefold()),
        sheets.PARTICIPANTS: ("organisationen", lambda item: (item.vandring, str(item.organisation).casefold())),
        sheets.SEEN: ("id", lambda item: str(item.id).casefold()),
    }
)


def _about_points(items: Sequence[Item]) -> Iterator[Finding]:
    for item in items:
        if (item.x is None) != (item.y is None):
            yield error("half_a_place", sheets.SEEN, item.row, None, "fyll i båda koordinaterna, eller ingen av dem.")
        elif item.x is not None and _point(item) is None:
            told = "koordinaterna ligger inte i Sverige. Skriv SWEREF 99 TM i meter eller grader, eller lämna tomt."
            yield error("outside", sheets.SEEN, item.row, None, told)


_DAYS = (("beslutad", "Beslutad", "Beslutet"), ("klar", "Blev klar", "Dagen då det blev klart"))


def _about_days(book: Book) -> Iterator[Finding]:
    """Days that cannot all be true."""
    days = {item.id: item.datum for item in book.of(sheets.WALKS) if item.datum}
    for item in book.of(sheets.SEEN):
        walked = days.get(item.vandring)
        for name, head, what in _DAYS:
            day = item.cells.get(name)
            if walked and day and day < walked:
                yield error("before_the_walk", sheets.SEEN, item.row, head, f"{what} är före vandringen den {walked}.")
        if item.klar and (item.lage or sheets.NOT_STARTED) != sheets.DONE:
            state = item.lage or sheets.NOT_STARTED
            told = f"en dag är ifylld, men läget är {state}. Ändra läget till {sheets.DONE} eller ta bort dagen."
            yield error("done_or_not", sheets.SEEN, item.row, "Blev klar", told)


def _about_seen_before(book: Book) -> Iterator[Finding]:
    days = {item.id: item.datum for item in book.of(sheets.WALKS)}
    walked = {item.id: days.get(item.vandring) for item in book.of(sheets.SEEN)}
    for item in book.of(sheets.SEEN):
        then, now = walked.get(item.forut), days.get(item.vandring)
        if item.forut and then and now and then >= now:
            told = f"{item.forut} sågs inte på en tidigare vandring. Skriv id för samma sak en gång före den här."
            yield error("not_before", sheets.SEEN, item.row, "Sågs förut", told)


def _remarks(book: Book) -> Iterator[Finding]:
    """What can be used, and somebody ought to fill in."""
    told: Mapping[str, Any] = {
        "no_reason": ("Varför nekad", "skälet saknas. Den som var med vill veta varför svaret är nej."),
        "no_day": ("Blev klar", "dagen saknas, så det går inte att säga hur lång tid det tog."),
        "nobody": ("Ansvarig funktion", "ingen ansvarig är utsedd."),
    }
    walks = {walk.id: walk for walk in walks_of(book)}
    for item in book.of(sheets.SEEN):
        seen = _seen(item, walks[item.vandring])
        codes = ["no_reason"] if seen.state == sheets.REFUSED and not seen.why_not else []
        codes += ["no_day"] if seen.state == sheets.DONE and seen.done is None else []
        codes += ["nobody"] if seen.open and not seen.responsible else []
        for code in codes:
            head, text = told[code]
            yield warning(code, sheets.SEEN, item.row, head, text)
    there = {item.vandring for item in book.of(sheets.SEEN)}
    for item in book.of(sheets.WALKS):
        if item.id not in there:
            yield warning("nothing_seen", sheets.WALKS, item.row, None, "inga iakttagelser är inskrivna från vandringen.")
