"""Does the kind of a measure fit its cause? One in the situation asks for situational prevention, one in people for social."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.chain import column_of
from kunskapsbaserat.plan.faults import warning
from kunskapsbaserat.plan.model import Orsak, Plan, Triangel, Typ
from kunskapsbaserat.swedish import listed

FITS: Mapping[Triangel, tuple[Typ, ...]] = MappingProxyType(
    {
        Triangel.PLATS: (Typ.SITUATIONELL, Typ.BADA),
        Triangel.GARNINGSPERSON: (Typ.SOCIAL, Typ.BADA),
    }
)
"""Who is exposed can be helped by either kind: a lock, or somebody to talk to. No rule for that side of the triangle."""

_ASKED = {Triangel.PLATS: "situationell", Triangel.GARNINGSPERSON: "social"}
_ABOUT = {Triangel.PLATS: "platsen och den som kan skydda", Triangel.GARNINGSPERSON: "den som begår brottet"}


def kinds_by_side(plan: Plan) -> dict[tuple[Triangel, Typ], int]:
    """How many links there are from a measure of a kind to a cause of a side: the table type by cause."""
    sides = {cause.id: cause.triangel for cause in plan.orsaker}
    links = [
        (side, measure.typ)
        for measure in plan.atgarder
        for cause in measure.orsaker
        if (side := sides.get(cause)) is not None and measure.typ is not None
    ]
    return dict(Counter(links))


def mismatches(plan: Plan) -> list[Finding]:
    """Causes that no measure of a fitting kind is aimed at, though measures are; and those whose measures have no kind."""
    head = column_of(sheets.ORSAKER, "triangel")
    return [
        warning("kind_does_not_fit", sheets.ORSAKER, cause.row, head, f"{cause.id} {cause.namn}: {text}")
        for cause, text in unfit(plan)
    ]


def unfit(plan: Plan) -> list[tuple[Orsak, str]]:
    """The causes, each with what is to be said of it in the names of its measures."""
    found = []
    for cause in plan.orsaker:
        aimed = [measure for measure in plan.atgarder if cause.id in measure.orsaker]
        side = cause.triangel
        if side is None or side not in FITS or not aimed or any(measure.typ in FITS[side] for measure in aimed):
            continue
        named = listed([measure.namn for measure in aimed])
        if any(measure.typ is None for measure in aimed):
            text = f"typ är inte ifylld för {named}."
        else:
            text = f"ingen åtgärd mot den är {_ASKED[side]} ({named}). Stämmer typen, eller saknas en åtgärd?"
        found.append((cause, f"orsaken handlar om {_ABOUT[side]}, men {text}"))
    return found
