"""What may be public of an EST: counts by category, and by named place and map cell over three months, through the ledger.

Named places, cells of the events elsewhere and what has no point are one partition of the events: no event is counted in two
of its parts, so that a cell less the place in it tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import periods, sheets
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.data.est.periods import Span
from kunskapsbaserat.data.est.secret import FILE as SECRET_FILE
from kunskapsbaserat.data.est.secret import Secret
from kunskapsbaserat.disclosure import below_threshold
from kunskapsbaserat.disclosure.ledger import SMALL_AREA_DAYS, SMALLEST, Figure, Ledger
from kunskapsbaserat.disclosure.linear import Linked
from kunskapsbaserat.disclosure.suppress import suppress
from kunskapsbaserat.errors import DisclosureError
from kunskapsbaserat.report.documents.est.material import Material

CATEGORY, PLACE, GRID = "kategori", "plats", "rutnät"
TOTAL, SHOWN, WITHHELD = "summa", "visas", "visas inte"
"""A report notes whether its total is shown; one made before that was noted showed it when it was not small."""

TOTAL_WEIGHT = 3.0
"""The total is worth three categories: it stands in the lead, and it is what next period is compared with."""

ELSEWHERE = "(annan plats)"
CELL = 500.0
"""Side in metres of the cells that events outside the named places are counted in."""

CELL_MARK = "ruta "
PLACES, CELLS = 5, 5


PLACE_MARK = "plats "
"""A named place stands in the ledger by a keyed digest: its name may be a person's, and the ledger outlives the register."""


def part_of(secret: Secret, place: str) -> str:
    """The part of the ledger that a named place is."""
    return f"{PLACE_MARK}{secret.digest(place)}"


def keyed(secret: Secret) -> Callable[[Ledger], Ledger]:
    """What makes a ledger that was read this folder's: places by digest, as those of earlier versions are not.

    Raises
    ------
    DisclosureError
        By the returned function: the ledger was written with another secret, so its places cannot be known again.
    """

    def mine(ledger: Ledger) -> Ledger:
        key = secret.digest(LEDGER)
        if ledger.key not in (None, key):
            raise DisclosureError(
                f"{LEDGER} goes with another {SECRET_FILE}",
                svenska=f"{LEDGER} hör till en annan {SECRET_FILE} än den som ligger i mappen, så det går inte att veta vad "
                f"som redan är publicerat. Hämta tillbaka {SECRET_FILE} ur en säkerhetskopia av mappen. Utan den kan ingen "
                "offentlig version göras.",
            )
        ledger.key = key
        return ledger.renamed(PLACE, lambda part: part if _is_no_name(part) else part_of(secret, part))

    return mine


def _is_no_name(part: str) -> bool:
    return part == ELSEWHERE or cell_of(part) is not None or re.fullmatch(rf"{PLACE_MARK}[0-9a-f]{{20}}", part) is not None


def cell_of(part: str) -> tuple[float, float] | None:
    """Middle (m) of the cell that a part of the ledger is, None for a named place."""
    found = re.fullmatch(rf"{CELL_MARK}(-?\d+)_(-?\d+)", part)
    return (float(found[1]) + CELL / 2, float(found[2]) + CELL / 2) if found else None


def _parts_of(events: pd.DataFrame, parts: Mapping[str, str]) -> pd.Series:
    """The part of the partition that each event lies in."""
    west, south = (np.floor(events[axis] / CELL) * CELL for axis in ("x", "y"))
    corners = zip(west.fillna(0).astype(int), south.fillna(0).astype(int), strict=True)
    cells = pd.Series([f"{CELL_MARK}{x}_{y}" for x, y in corners], index=events.index, dtype="str")
    return events["place"].map(parts).astype("str").fillna(cells.where(events["x"].notna(), ELSEWHERE))


def counts_of(m: Material, spans: Sequence[Span]) -> list[dict[str, dict[str, int]]]:
    """By period: events by category and by place, of what may be public at all."""
    public = [c.id for c in catalogue.categories() if c.public]
    placeable = {c.id for c in catalogue.categories() if c.public and c.place}
    at = periods.number(m.all_events["reported"], spans)
    parts = {place: part_of(m.est.secret, place) for place in m.est.book.places["place"]}
    named = _parts_of(m.all_events, parts)
    found = []
    for number in range(len(spans)):
        inside = at == number
        category = m.all_events.loc[inside & m.all_events["category"].isin(public), "category"].value_counts()
        place = named[inside & m.all_events["category"].isin(placeable)].value_counts()
        none = dict.fromkeys([*parts.values(), ELSEWHERE], 0)
        found.append(
            {
                CATEGORY: {c: int(category.get(c, 0)) for c in public},
                PLACE: none | {str(p): int(n) for p, n in place.items()},
                GRID: {"meter": int(CELL)},
            }
        )
    return found


def shown(m: Material, ledger: Ledger) -> tuple[Figure, ...]:
    """What the report of the period may tell: noted before and closed, or judged now against everything before."""
    start = m.span.start
    closed = ledger.is_closed(start, m.est.book.settings.get("publicerad"))
    spans = window(m)
    for span, counts in zip(spans, counts_of(m, spans), strict=True):
        own = span.start != start or start not in ledger.periods or start in ledger.reports
        ledger.freeze(
            span.start, span.end, counts, open_period=own and not closed and not ledger.is_told(span.start, but=start)
        )
    if closed:
        return ledger.reports[start]
    return ledger.publish(start, _wanted(m, ledger, spans), judged=categories_shown(ledger, m.span))


def categories_shown(ledger: Ledger, span: Span) -> list[Figure]:
    """The categories of a period that may be told beside its total, or without it where that costs less."""
    counts = ledger.periods[span.start].counts[CATEGORY]
    names = list(counts)
    values = [sum(counts.values()), *counts.values()]
    linked = Linked.of(values, [(0, range(1, len(values)))])
    weight = np.array([TOTAL_WEIGHT, *[1.0] * len(names)])
    hidden = suppress(linked, below_threshold(values, threshold=SMALLEST), weight=weight).hidden
    told = [Figure(CATEGORY, name, span.start, span.end) for name, hide in zip(names, hidden[1:], strict=True) if not hide]
    return [*told, Figure(TOTAL, WITHHELD if hidden[0] else SHOWN, span.start, span.end)]


def total_of(ledger: Ledger, start: date) -> int | None:
    """The total of a period that its report tells; None when it does not."""
    said = {f.part for f in ledger.reports[start] if f.dimension == TOTAL}
    total = sum(ledger.periods[start].counts[CATEGORY].values())
    if said:
        return total if SHOWN in said else None
    return total if total == 0 or total >= SMALLEST else None


def window(m: Material) -> list[Span]:
    """The fewest whole periods that make three months, the period last; the period alone when there are not so many."""
    kept = [m.span]
    for span in m.spans[-2::-1]:
        if (kept[-1].end - kept[0].start) >= timedelta(days=SMALL_AREA_DAYS):
            break
        kept.insert(0, span)
    return kept


def _wanted(m: Material, ledger: Ledger, spans: Sequence[Span]) -> list[Figure]:
    end = m.span.end
    wanted: list[Figure] = []
    if spans[-1].end - spans[0].start < timedelta(days=SMALL_AREA_DAYS):
        return wanted
    parts = {part for span in spans for part in ledger.periods[span.start].counts[PLACE] if part != ELSEWHERE}
    found = [Figure(PLACE, part, spans[0].start, end) for part in parts]
    found = [f for f in found if ledger.count(f) >= SMALLEST]  # stricter than "8 addresses or 5 events", of which one would do
    public = public_places(m)
    found.sort(key=lambda f: (-ledger.count(f), public.get(f.part, f.part)))
    before = {f for figures in ledger.reports.values() for f in figures if f.dimension == PLACE and f.end <= end}
    named = [f for f in found if f.part in public][:PLACES]
    cells = [f for f in found if cell_of(f.part) is not None][:CELLS] if _all_have_cells(ledger, spans) else []
    for figure in [*named, *cells]:
        wanted.append(figure)
        wanted += sorted((f for f in before if f.part == figure.part and f != figure), key=lambda f: f.end, reverse=True)[:1]
    return wanted


def public_places(m: Material) -> dict[str, str]:
    """The named places that may be named in public, by their part of the ledger."""
    words = m.est.book.public
    found = {part_of(m.est.secret, place): words.word(sheets.PLACE, place) for place in m.est.book.places["place"]}
    return {part: name for part, name in found.items() if name is not None}


def _all_have_cells(ledger: Ledger, window: Sequence[Span]) -> bool:
    """Were all periods frozen with cells of this size? In one that was not they would seem to have no events."""
    return all(ledger.periods[span.start].counts.get(GRID) == {"meter": int(CELL)} for span in window)


def held_back(m: Material, ledger: Ledger) -> int:
    """How many more events (minus: fewer) the folder has now than the period was frozen with for the public."""
    now = counts_of(m, [m.span])[0][CATEGORY]
    return sum(now.values()) - sum(ledger.periods[m.span.start].counts[CATEGORY].values())
