"""The two pages of an EST report: what sticks out, categories; reporters, places, times, work and data quality."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.est.followed import Followed
from kunskapsbaserat.report.documents.est.material import NOT_LISTED, Material, Row
from kunskapsbaserat.report.documents.est.proposals import proposals
from kunskapsbaserat.report.documents.est.words import agreed as agreed_words
from kunskapsbaserat.report.documents.est.words import method as method_words
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.est.words import walks as walk_words
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    FigureRow,
    Highlight,
    Mark,
    Note,
    Paragraph,
    Section,
    Spark,
    Stacked,
    Table,
)
from kunskapsbaserat.swedish import MISSING, capital, limits, number, plain
from kunskapsbaserat.trends.reporting import FEWER, MORE, per_reporter_chart

CONTENTS = "description"  # for the group itself: nothing here is published, the public version has a gate of its own
SOURCE = "est"
SPARK_PERIODS = 12
ROWS = 15
MEASURES_SHOWN = 7
MOSTLY = 3  # events of a kind before a place is said to have mostly that
CHIPS = dict(text.VERDICTS)
_SHORT = re.compile(r"[A-ZÅÄÖ]{0,3}-?\d{1,4}")  # an id that can be nothing but a number of the sheet's own


def table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    frame: pd.DataFrame,
    *,
    caption: str,
    scope: str = "",
    source: str = "",
    right: Sequence[int] = (),
    layout: str = "plain",
) -> Table:
    """A table of the group's own; `frame` is what is written beside the page."""
    released = release(frame, name=name, contents=CONTENTS, sources=[SOURCE])
    columns = [Column(head, right=at in right, phone=head if layout == "cards" else "") for at, head in enumerate(heads)]
    return Table(caption, columns, rows, [released], scope_line=scope, layout=layout, source=source)


# ---- page one ------------------------------------------------------------------------------------------------------------


def highlights(m: Material) -> list[Highlight]:
    """At most three: categories out of the usual, places out of the usual, and what comes of new accounts."""
    found = [
        Highlight(row.category.name, Mark(*CHIPS[row.verdict]), text.category_highlight(row, _mostly_at(m, row)))
        for row in sorted(m.rows, key=lambda r: r.q_value)
        if row.verdict in (MORE, FEWER)
    ][:2]
    for place in m.watch[m.watch["status"] == "new"].itertuples():
        what = _mostly(m, place.place)
        found.append(
            Highlight(place.place, Mark(*CHIPS[MORE]), text.place_highlight(place.count, place.lower, place.upper, what))
        )
    if m.overall.new and m.overall.left_out and len(found) < 3:
        found.append(Highlight(text.NEW_REPORTERS, None, text.new_reporters(m.overall)))
    return found[:3] or [Highlight("", None, text.NOTHING)]


def _mostly_at(m: Material, row: Row) -> str:
    """Where most of a category's events were, if half of them or more share a place."""
    mine = m.events[m.events["category"] == row.category.id]
    if not row.category.place or len(mine) < 4:
        return ""
    named = mine["place"].value_counts()
    return (
        text.mostly_at(named.index[0], int(named.iloc[0]), len(mine)) if len(named) and 2 * named.iloc[0] >= len(mine) else ""
    )


def _mostly(m: Material, place: str) -> str:
    """What most of a place's events were."""
    mine = m.events[m.events["place"] == place]
    shown = {c.id for c in catalogue.categories() if c.place}
    named = mine.loc[mine["category"].isin(shown), "category"].value_counts()
    return (
        text.mostly(catalogue.category(named.index[0]).name, int(named.iloc[0]))
        if len(named) and named.iloc[0] >= MOSTLY
        else ""
    )


def category_table(m: Material) -> Table:
    """One row a category and one for all, most events first."""
    last = len(m.spans) - 1
    ordered = sorted(m.rows, key=lambda r: (-r.now, -sum(r.history.values())))
    rows: list[list[Cell]] = []
    frame = []
    everything = m.per_period["events"].to_dict()
    year = next((t for t, s in enumerate(m.spans) if s == m.rhythm.a_year_before(m.span)), None)
    sums = (everything[last], everything.get(last - 1), None if year is None else everything[year])
    lines = [(text.total(), *sums, m.overall, m.overall.verdict, everything)]
    lines += [(r.category.name, r.now, r.before, r.year_ago, r.reporting, r.verdict, r.history) for r in ordered[:ROWS]]
    for name, now, before, year_ago, reporting, verdict, history in lines:
        recent = {t: float(n) for t, n in history.items() if t > last - SPARK_PERIODS}
        spark: Cell = Spark(plots.sparkline(recent, until=last)) if len(recent) > 1 else MISSING
        numbers_ = [text.count(n) for n in (now, before, year_ago)]
        rows.append([name, spark, *numbers_, text.expected(reporting), Mark(*CHIPS[verdict])])
        frame.append(
            (name, now, before, year_ago, reporting.expected, reporting.lower, reporting.upper, reporting.p_value, verdict)
        )
    columns = ["kategori", "antal", "forra", "i_fjol", "vantat", "nedre", "ovre", "p", "bedomning"]
    released = release(pd.DataFrame(frame, columns=columns), name="kategorier", contents=CONTENTS, sources=[SOURCE])
    css = ("", "c-spark", "c-antal", "c-tal", "c-tal", "c-jmf", "c-dom")
    heads = [
        Column(head, right=at in (2, 3, 4, 5), phone=phone, css=c)
        for at, (head, phone, c) in enumerate(zip(text.HEADS, text.PHONE, css, strict=True))
    ]
    return Table(text.CAPTION, heads, rows, [released], text.table_scope(m), layout="overview", source=text.SOURCE)


# ---- page two ------------------------------------------------------------------------------------------------------------


def reporters_section(m: Material) -> Section:
    blocks: list[Block] = [FigureRow(period_figure(m), [Bullets(text.reporters(m))])]
    return Section("rapportorer", text.TOPIC_REPORTERS, text.reporters_heading(m), blocks, style="del est est-bred")


def period_figure(m: Material) -> Figure:
    """Reports per period over the limits of a u chart, drawn as counts at each period's number of active reporters."""
    per = m.per_period
    chart = per_reporter_chart(per["events"], per["active"]).points
    size = per["active"].clip(lower=1).to_numpy()
    low, high = chart["lower"].to_numpy() * size, chart["upper"].to_numpy() * size
    labels = [text.short_period(s, m.rhythm) for s in m.spans]
    frame = pd.DataFrame(
        {
            "period": [s.start.isoformat() for s in m.spans],
            "antal": per["events"],
            "aktiva": per["active"],
            "nedre": low.round(1),
            "ovre": high.round(1),
        }
    )
    rows: list[list[Cell]] = [
        [label, number(n), number(a), number(lo), number(hi)]
        for label, n, a, lo, hi in zip(labels, per["events"], per["active"], low, high, strict=True)
    ]
    details = table("perioder", text.FIGURE_HEADS, rows, frame, caption=text.FIGURE_DETAILS, right=(1, 2, 3, 4))
    return Figure(
        id="perioder",
        drawing=plots.period_counts(list(per["events"]), list(zip(low, high, strict=True)), labels, format_number=plain),
        caption=text.FIGURE_CAPTION,
        unit=text.figure_unit(),
        title=text.figure_title(m),
        finding=text.figure_finding(m, bool(chart["outside"].iat[-1])),
        source=text.SOURCE,
        table=details,
    )


def places_section(m: Material) -> Section:
    rows: list[list[Cell]] = [
        [
            p.place,
            number(p.count),
            limits(p.lower, p.upper) if p.lower == p.lower else MISSING,
            text.reason(str(p.status), _mostly(m, p.place), judged=not isinstance(p.reason, str)),
        ]
        for p in m.watch.itertuples()
    ]
    new = list(m.watch.loc[m.watch["status"] == "new", "place"])
    blocks: list[Block] = [Paragraph(text.no_places(m.single))]
    if rows:
        frame = m.only_listed(m.watch[["place", "count", "lower", "upper", "status"]], "place")
        blocks = [
            table(
                "platser",
                text.PLACE_HEADS,
                rows,
                frame,
                caption=text.PLACES_CAPTION,
                source=text.single_places(m.single),
                right=(1, 2),
                layout="cards",
            )
        ]
    blocks += [Note(walk_words.WALK_PROPOSED, walk_words.walk_proposed(one)) for one in proposals(m)]
    return Section("platser", text.TOPIC_PLACES, text.places_heading(len(rows), new), blocks, style="del est est-bred")


def when_section(m: Material) -> Section:
    enough = len(m.placeable) > 0 and not (m.peaks["reason"] == "few").all()
    found = m.peaks[m.peaks["peak"].astype(bool)]
    peaks = [(int(d), int(h)) for d, h in zip(found["weekday"], found["from_hour"], strict=True)]
    week = m.week.to_numpy()
    parts = np.column_stack([week[:, a:b].sum(axis=1) for a, b in text.PARTS])
    rows: list[list[Cell]] = []
    for weekday in range(7):
        cells: list[Cell] = [capital(text.DAYS[weekday])]
        for at, (a, _) in enumerate(text.PARTS):
            cells.append(f"{number(parts[weekday, at])}{' ▲' if (weekday, a) in peaks else ''}")
        rows.append(cells)
    frame = pd.DataFrame(parts.round(2), columns=[f"{a:02}-{b:02}" for a, b in text.PARTS])
    frame.insert(0, "veckodag", list(text.DAYS))
    heads = [head.split(" ")[0] for head in text.WHEN_HEADS]
    shown = table("nar", heads, rows, frame, caption=text.WHEN_CAPTION, scope=text.when_scope(m), right=(1, 2, 3, 4))
    return Section("nar", text.TOPIC_WHEN, text.when_heading(peaks, enough), [shown], style="del est")


def problems_section(m: Material) -> Section:
    new = [i for i in m.problems if m.is_new(i)]
    old = [i for i in m.problems if not m.is_new(i)]
    said = [text.problem(i, new=True) for i in new] + [text.problem(i, new=False) for i in old[: 5 - min(len(new), 5)]]
    blocks: list[Block] = [Bullets(said)] if said else []
    return Section("problem", text.TOPIC_PROBLEMS, text.problems_heading(len(new), len(old)), blocks, style="del est")


def measures_section(m: Material) -> Section:
    late = [f for f in m.open if f.overdue(m.today)]
    blocks: list[Block] = []
    if m.open:
        blocks.append(measures_table(m, m.open[:MEASURES_SHOWN], "atgarder"))
        if more := agreed_words.more_measures(len(m.open) - MEASURES_SHOWN if len(m.open) > MEASURES_SHOWN else 0):
            blocks.append(Paragraph(more))
    return Section(
        "atgarder", text.TOPIC_MEASURES, agreed_words.measures_heading(len(late), len(m.open)), blocks, style="del est est-bred"
    )


def measures_table(m: Material, shown: Sequence[Followed], name: str) -> Table:
    rows: list[list[Cell]] = []
    frame = []
    for f in shown:
        what, where = agreed_words.followed(f)
        days = f.days_old(m.today)
        rows.append(
            [
                Stacked(what, where),
                f.responsible or "ansvarig saknas",
                agreed_words.due(f, m.today),
                text.STATES[f.state],
                agreed_words.age(days),
            ]
        )
        frame.append(
            (
                f.id if _SHORT.fullmatch(f.id) else NOT_LISTED,
                f.kind,
                what,
                f.place,
                f.responsible,
                f.due,
                f.state,
                days,
                f.overdue(m.today),
            )
        )
    columns = ["id", "slag", "vad", "plats", "ansvarig", "klar_senast", "lage", "dagar_gammal", "over_tiden"]
    listed = m.only_listed(pd.DataFrame(frame, columns=columns), "vad", "plats", "ansvarig")
    return table(name, agreed_words.MEASURE_HEADS, rows, listed, caption=agreed_words.MEASURES_CAPTION, layout="cards")


def decisions_section(m: Material) -> Section:
    said = [agreed_words.decision(i) for i in m.decisions[:5]]
    blocks: list[Block] = [Bullets(said)] if said else [Paragraph(agreed_words.NO_DECISIONS)]
    return Section("beslut", "", text.TOPIC_DECISIONS, blocks, style="del est")


def police_sections(m: Material) -> list[Section]:
    """The police's picture, where somebody has written it: for the group alone, in no table and on no other page."""
    said = [agreed_words.police(i) for i in m.police]
    return [Section("polisen", "", agreed_words.TOPIC_POLICE, [Bullets(said)], style="del est")] if said else []


def coming_section(m: Material) -> Section:
    said = [agreed_words.coming(start, i.namn, i.plats) for start, i in m.coming[:5]]
    blocks: list[Block] = [Bullets(said)] if said else [Paragraph(agreed_words.NO_COMING)]
    return Section("kommande", "", text.TOPIC_COMING, blocks, style="del est")


def quality_section(m: Material) -> Section:
    return Section("underlaget", "", text.TOPIC_QUALITY, [Bullets(method_words.quality(m))], style="del est est-bred")
