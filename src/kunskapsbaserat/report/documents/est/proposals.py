"""Where a trygghetsvandring is proposed: more events than a place usually has, and somebody who has said that it is needed.

Both are asked for, as Köping's riktlinje does ("när lägesbilden visar behov"). Reports follow who reports, so a place is held
against its own history by the reporters who have one: what a new reporter adds never proposes anything by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.report.documents.est.material import FEW, NOBODY, Material

THEME_DAYS = 365
"""A theme older than this says little of how it is now."""
OVER = ("new", "general")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place with both reasons: its events from reporters with a history, and the themes that were raised about it."""

    place: str
    count: int
    lower: float
    upper: float
    themes: tuple[Item, ...]
    last_walk: date | None


def proposals(m: Material) -> list[Proposal]:
    """The places where a walk is proposed, most events first."""
    over = over_their_range(m)
    found = [
        Proposal(
            str(row.place),
            int(row.count),
            float(row.lower),
            float(row.upper),
            themes(m, str(row.place)),
            _last_walk(m, str(row.place)),
        )
        for row in over.itertuples()
    ]
    return [one for one in found if one.themes]


def over_their_range(m: Material) -> pd.DataFrame:
    """The named places with more events than expected, counting only reporters with a history of their own."""
    who = m.all_events["reporter"].fillna(NOBODY)
    known = m.named_by(~who.isin(m.new_reporters).to_numpy(), [name for name in m.reporters if name not in m.new_reporters])
    return known[known["status"].isin(OVER)].sort_values(["count", "place"], ascending=[False, True], ignore_index=True)


def themes(m: Material, place: str) -> tuple[Item, ...]:
    """What has been raised about a place in a dialogue or a survey of the last year, by five people or more, the newest first.

    A theme without a number is one that the group has found worth writing down.
    """
    recent = [
        item
        for item in m.est.book.of(sheets.DIALOGUES)
        if item.plats == place and 0 <= (m.today - item.datum).days <= THEME_DAYS and (item.antal is None or item.antal >= FEW)
    ]
    return tuple(sorted(recent, key=lambda item: (-item.datum.toordinal(), item.row)))


def _last_walk(m: Material, place: str) -> date | None:
    walked: Sequence[date] = [i.datum for i in m.est.book.of(sheets.WALKS) if i.plats == place and i.datum <= m.today]
    return max(walked, default=None)
