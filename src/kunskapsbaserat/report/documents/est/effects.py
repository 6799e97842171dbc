"""Measures at places before and after: the place beside comparable places, and whether the events moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kunskapsbaserat import effects, places
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import activity as activities
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.periods import MONTH, Rhythm
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.report.documents.est.material import FDR, Material
from kunskapsbaserat.report.documents.est.sections import table
from kunskapsbaserat.report.documents.est.words import effects as text
from kunskapsbaserat.report.page.blocks import Block, Cell, Paragraph, Section
from kunskapsbaserat.swedish import number

LEAST_DAYS = 90  # before and after
LONGEST_DAYS = 365
SLICE = 30  # days: the variation between so long times before says how much more than chance the events vary
STEADY = 0.8  # of the months before, and of those after, that a reporter was active in
RING, FAR = 3, 10  # outer radii of where events may have moved and of what is compared with, in radii of the place


@dataclass(frozen=True, slots=True)
class PlaceEffect:
    """One measure: the comparison with other places (or why there is none, in Swedish), and the rings around the place."""

    measure: Item
    reporters: int
    compared: int
    result: EffectResult | str
    rings: places.RingCounts
    displaced: effects.WddEstimate | None


def effect_section(m: Material) -> Section | None:
    """Every measure with a place that has a point and a first day; None when there is none.

    With several measures the false discovery rate is controlled over them.
    """
    points = set(m.est.book.places.dropna(subset=["x", "y"])["place"])
    answers = [(item, place_effect(m, item)) for item in _begun(m) if item.plats in points]
    if not answers:
        return None
    p = [a.result.p_value if a is not None and isinstance(a.result, EffectResult) else np.nan for _, a in answers]
    q = false_discovery_rate(pd.Series(p, dtype=float))
    blocks: list[Block] = []
    for (item, found), value in zip(answers, q, strict=True):
        blocks += _blocks(item, found, certain=bool(value <= FDR))
    return Section("fore-efter", text.TOPIC, text.HEADING, [*blocks, Paragraph(text.NOTE)])


def _begun(m: Material) -> list[Item]:
    """Measures at a place that have begun, in the order of the sheet."""
    return [i for i in m.est.book.of(sheets.MEASURES) if i.plats and i.borjade and i.borjade <= m.today]


def _blocks(item: Item, answer: PlaceEffect | None, *, certain: bool) -> list[Block]:
    if answer is None:
        return [Paragraph(text.too_early(item, LEAST_DAYS))]
    rows: list[list[Cell]] = [
        [text.RINGS[r.ring].format(number(r.from_radius), number(r.to_radius)), number(r.before), number(r.after)]
        for r in answer.rings.table.itertuples()
    ]
    shown = table(
        f"fore_efter_rad_{item.row}",
        text.RING_HEADS,
        rows,
        answer.rings.table,
        caption=text.ring_caption(item),
        scope=text.ring_scope(answer.rings.days_before, answer.reporters),
        source=text.moved(answer.displaced),
        right=(1, 2),
    )
    return [Paragraph(text.answer(item, answer.result, answer.compared, certain=certain)), shown]


def place_effect(m: Material, item: Item) -> PlaceEffect | None:
    """The measure judged on the reporters who reported both before and after; None with under 90 days on either side."""
    start = item.borjade
    reports = m.est.reports["reported"]
    known = (start - reports.min().date()).days if len(reports) else 0
    days = min(known, (m.span.end - start).days, LONGEST_DAYS)
    if days < LEAST_DAYS:
        return None
    events, reporters = _steady(m, start)
    sites, radius = _sites(m, item.plats)
    middle = sites.loc[sites["area"] == item.plats, ["x", "y"]].iloc[0]
    rings = places.displacement_rings(
        events,
        (float(middle["x"]), float(middle["y"])),
        start=pd.Timestamp(start),
        radius=radius,
        buffer=RING * radius,
        comparison=FAR * radius,
        days_before=days,
        days_after=days,
        time="reported",
    )
    displaced = _displaced(events, rings, (float(middle["x"]), float(middle["y"])), start, days)
    return PlaceEffect(item, reporters, len(sites) - 1, _compared(m, events, sites, item, radius), rings, displaced)


def _displaced(
    events: pd.DataFrame, rings: places.RingCounts, middle: tuple[float, float], start: date, days: int
) -> effects.WddEstimate | None:
    """The ring around against the one further out by their areas; None when there is nothing further out."""
    told = rings.table.set_index("ring")
    if not told.loc["comparison", ["before", "after"]].all():
        return None
    far = np.hypot(events["x"] - middle[0], events["y"] - middle[1])
    around = events.loc[(far > told.at["buffer", "from_radius"]) & (far <= told.at["buffer", "to_radius"]), "reported"]
    first = pd.Timestamp(start) - pd.Timedelta(days=days)
    edges = pd.date_range(first, periods=days // SLICE + 1, freq=f"{SLICE}D")
    before = np.histogram(around.astype("datetime64[us]").astype("int64"), edges.astype("datetime64[us]").astype("int64"))[0]
    return effects.wdd(
        treated_before=told.at["inner", "before"],
        treated_after=told.at["inner", "after"],
        control_before=told.at["comparison", "before"],
        control_after=told.at["comparison", "after"],
        displacement_treated_before=told.at["buffer", "before"],
        displacement_treated_after=told.at["buffer", "after"],
        displacement_control_before=told.at["comparison", "before"],
        displacement_control_after=told.at["comparison", "after"],
        treated_size=told.at["inner", "km2"] / told.at["buffer", "km2"],
        control_size=told.at["comparison", "km2"] / told.at["buffer", "km2"],
        displacement_control_size=told.at["comparison", "km2"] / told.at["buffer", "km2"],
        dispersion=effects.dispersion_of([before]) if before.sum() else 1.0,
    )


def _steady(m: Material, start: date) -> tuple[pd.DataFrame, int]:
    """Events with a point of the reporters who were active both before and after, and how many these are."""
    monthly = Rhythm(MONTH)
    reports = m.est.reports[m.est.reports["reported"] < pd.Timestamp(m.span.end)]
    first = reports["reported"].min().date()
    spans = [s for s in monthly.before(monthly.of(m.span.last), 120) if s.end > first]
    told = activities.table(reports, m.est.book, spans)
    after = np.array([s.start > start for s in spans])
    wide = told.pivot(index="reporter", columns="period", values="active").to_numpy(dtype=bool)
    names = told["reporter"].drop_duplicates()
    shares = [wide[:, part].mean(axis=1) if part.any() else np.zeros(len(wide)) for part in (~after, after)]
    steady = set(pd.Index(sorted(names))[(shares[0] >= STEADY) & (shares[1] >= STEADY)]) if len(wide) else set()
    shown = {c.id for c in catalogue.categories() if c.place}
    events = m.all_events
    kept = events["x"].notna() & events["category"].isin(shown) & events["reporter"].isin(steady)
    return events[kept], len(steady)


def _sites(m: Material, place: str) -> tuple[pd.DataFrame, float]:
    """The place and those it can be compared with: without a measure of their own, apart from each other and from its rings."""
    known = m.est.book.places[["place", "x", "y", "radius"]].dropna(subset=["x", "y"]).rename(columns={"place": "area"})
    known = known[~known["area"].isin({i.plats for i in _begun(m)} - {place})]
    known = pd.concat([known[known["area"] == place], known[known["area"] != place]], ignore_index=True)
    radius = float(known["radius"].iat[0])
    at = known[["x", "y"]].to_numpy(dtype=float)
    kept = [0]
    for row in range(1, len(at)):
        far = np.hypot(*(at[kept] - at[row]).T)
        if far[0] >= (RING + 1) * radius and (far[1:] >= 2 * radius).all():
            kept.append(row)
    return known.loc[kept, ["area", "x", "y"]].reset_index(drop=True), radius


def _compared(m: Material, events: pd.DataFrame, sites: pd.DataFrame, item: Item, radius: float) -> EffectResult | str:
    """`places.before_after` by whole months; the first is left out when the measure began within it."""
    if len(sites) < 2 or events.empty:
        return text.REASONS["no_comparison"]
    first = pd.Period(m.est.reports["reported"].min(), "M") + 1
    last = pd.Period(m.span.end - timedelta(days=1), "M")
    last = last if (last + 1).start_time.date() == m.span.end else last - 1
    start = pd.Period(item.borjade, "M")
    phase_in = 0 if item.borjade.day == 1 else 1
    try:
        return places.before_after(
            events,
            sites,
            treated=item.plats,
            start=start,
            radius=radius,
            first=first,
            last=last,
            time="reported",
            phase_in=phase_in,
        )
    except DesignError as error:  # too short before or after, and the like: said on the page, and no reason to make no page
        return error.svenska
