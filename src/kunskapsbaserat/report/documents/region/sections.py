"""The sections that every län has: first page, small multiples, map, what is missing, trygghet, what can be done together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.catalogue import Measure, Offence, evidens
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.region.material import SEEN, Material, Series
from kunskapsbaserat.report.documents.region.package import SharedProblem
from kunskapsbaserat.report.documents.region.survey import Answers
from kunskapsbaserat.report.documents.region.words import front, sections
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    FigureRow,
    FirstPage,
    Highlight,
    Panel,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.report.statements import evidence
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.trends import Change

SOURCES = ["bra_sol", "bra_grupper"]
MAX_HIGHLIGHTS = 6
MEASURES_SHOWN, PLANNED_SHOWN = 5, 3


def first_page(m: Material) -> FirstPage:
    """What is säkerställt, how to read it, and the offences beside each other."""
    return FirstPage(
        heading=front.KORTHET,
        lead=front.lead(m),
        notice="",
        highlights_heading=front.found_heading(m),
        highlights=highlights(m),
        decide_heading=front.READ,
        decide=[front.read_this(m)],
        remaining_heading=front.OTHERWISE,
        remaining=front.otherwise(m),
        remaining_link=None,
        marks_heading="",
        marks=(),
        overview=overview(m),
    )


def highlights(m: Material) -> list[Highlight]:
    """The verdicts by offence, those on levels first; several kommuner with the same one stand together."""
    found = []
    for offence in m.offences:
        for above in (True, False):
            if there := [s for s in m.certain_levels(offence) if s.level.above is above]:
                mark = front.level_mark(above=above)
                found.append(Highlight(front.level_topic(offence), mark, front.level_text(there, m)))
    for offence in m.offences:
        for verdict in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
            if there := m.alike(offence, verdict):
                mark = front.change_mark(verdict)
                found.append(Highlight(front.level_topic(offence), mark, front.change_text(there, m)))
    more = len(found) - MAX_HIGHLIGHTS
    shown = [*found[:MAX_HIGHLIGHTS], Highlight("", None, front.left_out(more))] if more > 0 else found
    alike = Highlight(front.ALIKE, None, f"{sections.matrix_heading(m)}. {front.NOT_TESTED}")
    return [*(shown or [Highlight("", None, front.no_difference(m))]), alike]


def overview(m: Material) -> Table:
    """What the offences have in common and what differs; one row each."""
    rows: list[list[Cell]] = []
    lines = []
    single = len(m.codes) == 1
    for offence in m.offences:
        of, ratio = m.of(offence), m.others_ratio.get(offence.id)
        band = _band(of)
        rising, falling = (m.alike(offence, v) for v in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING))
        cells = [
            swedish.number(of[0].level.rate) if single else swedish.limits(*band),
            front.level_cell(m.certain_levels(offence), judged=any(s.level.reason is None for s in of)),
            front.change_cell(rising, falling),
            front.fewer_cell(m.fewer_than_at_first(offence), len(of), ratio),
        ]
        rows.append([front.SHORT[offence.id], *cells])
        lines.append([offence.id, *band, *cells[1:]])
    names = ["offence", "lower_quartile", "upper_quartile", "level", "change", "fewer"]
    heads = front.overview_heads(m)
    return plain_table(
        pd.DataFrame(lines, columns=names),
        rows,
        [Column(head, phone=phone) for head, phone in zip(heads, front.PHONE_HEADS, strict=True)],
        caption=front.overview_caption(m),
        name="lanet_oversikt",
        contents="description",
        sources=SOURCES,
        scope_line=front.overview_scope(m),
        layout="cards",
    )


def _band(of: Sequence[Series]) -> tuple[float, float]:
    rates = pd.Series([s.level.rate for s in of])
    return float(rates.quantile(0.25)), float(rates.quantile(0.75))


# ---- the small multiples -------------------------------------------------------------------------------------------------


def matrix_section(m: Material) -> Section:
    """Kommuner by offences, by size and never by crime."""
    size = m.inhabitants[1]
    shared, columns, tops = [], [Column(sections.KOMMUN)], {}
    for offence in m.offences:
        everyone = [s.rates for s in m.of(offence)]
        tops[offence.id] = charts.round_top(max(max(rates.values()) for rates in everyone))
        shared.append(charts.behind(everyone, name=f"g-{offence.id}", top=tops[offence.id]))
        head = sections.column(offence, tops[offence.id])
        columns.append(Column(head, phone=front.PHONE.get(offence.id, front.SHORT[offence.id])))
    rows: list[list[Cell]] = []
    for place in m.by_size:
        panels = [_panel(m.series[place.code, o.id], tops[o.id], m) for o in m.offences]
        rows.append([Stacked(place.name, sections.inhabitants(size[place.code])), *panels])
    table = Table(
        caption=sections.matrix_caption(m),
        columns=columns,
        rows=rows,
        released=[release(_yearly(m), name="anmalda_brott_lanet", contents="counts", sources=SOURCES)],
        scope_line=sections.matrix_scope(m),
        layout="matrix",
        key=sections.KEY,
        signs=sections.SIGNS,
        source=f"{sections.CAVEAT} {sections.source(m)}",
        shared="".join(shared),
    )
    return Section("kommunerna", sections.CRIME, sections.matrix_heading(m), [Paragraph(sections.matrix_lead(m)), table])


def _panel(s: Series, top: float, m: Material) -> Panel:
    drawing = charts.panel(s.rates, list(range(m.first, m.last + 1)), top=top, certain=s.level.certain)
    marks = [front.short_level(above=s.level.above)] if s.level.certain else []
    marks += [front.short_change(s.moved.change)] if s.moved.certain else []
    return Panel(drawing, f"g-{s.offence.id}", swedish.number(s.level.rate), marks)


def _yearly(m: Material) -> pd.DataFrame:
    rows = [
        {
            "kommun": s.kommun.code,
            "name": s.kommun.name,
            "area_level": "kommun",
            "offence": s.offence.id,
            "year": year,
            "count": count,
            "rate": s.rates.get(year),
        }
        for offence in m.offences
        for s in m.of(offence)
        for year, count in sorted(s.counts.items())
    ]
    return pd.DataFrame(rows)


# ---- the map -------------------------------------------------------------------------------------------------------------


def map_section(m: Material) -> Section | None:
    """The offence with most levels that are säkerställda; None where the län is one kommun."""
    if len(m.codes) == 1:
        return None
    offence = max(m.offences, key=lambda o: (len(m.certain_levels(o)), -m.offences.index(o)))
    certain = m.certain_levels(offence)
    texts: list[Block] = [Paragraph(text) for text in sections.map_text(m, offence, certain)]
    texts.append(Paragraph(sections.map_proposal(certain)))
    row = FigureRow(_map(m, offence, certain), texts)
    return Section("karta", sections.MAP, sections.map_heading(m, offence, certain), [row])


def _map(m: Material, offence: Offence, certain: Sequence[Series]) -> Figure:
    of = m.of(offence)
    frame = pd.DataFrame(
        [
            {
                "kommun": s.kommun.code,
                "name": s.kommun.name,
                "rate": s.level.rate,
                "lower": s.level.lower,
                "upper": s.level.upper,
            }
            for s in of
        ]
    )
    released = release(frame, name="karta", contents="description", sources=SOURCES)
    rows: list[list[Cell]] = [
        [s.kommun.name, swedish.number(s.level.rate), swedish.limits(s.level.lower, s.level.upper)] for s in of
    ]
    return Figure(
        id="lanskarta",
        drawing=charts.county_map(
            {s.kommun.code: s.level.rate for s in of},
            lan=m.lan.code,
            named=[s.kommun.code for s in certain],
            format_number=swedish.number,
        ),
        caption=sections.map_caption(offence),
        unit=sections.map_unit(m),
        title=sections.map_title(m, offence),
        finding=sections.map_finding(m, offence),
        source=f"{sections.source(m)} {sections.MAP_LIMITS}",
        table=Table(
            caption=sections.MAP_DETAILS,
            columns=[Column(sections.KOMMUN), Column(sections.RATE, right=True), Column(sections.LIMITS, right=True)],
            rows=rows,
            released=[released],
        ),
        css="figur karta",
    )


# ---- what there is -------------------------------------------------------------------------------------------------------


def basis_section(m: Material, answered: Answers, folders: Mapping[str, object] | None) -> Section:
    """Which kommuner lack what."""
    everyone = {k.code: k.name for k in m.lan.kommuner}
    thefts = next(o for o in m.offences if o.id == "stold_ran_kap8")
    seen = {s.kommun.code for s in m.of(thefts) if s.moved.visible_decrease >= SEEN}
    types = m.with_types & set(everyone)
    there = set(folders or ())
    lines = [
        (sections.SEEN, seen, sections.SEEN_NEXT if len(everyone) > 1 else sections.SEEN_ALONE),
        (sections.TYPES, types, sections.TYPES_NEXT.format(swedish.quoted(m.lan.short))),
        (sections.SURVEY, answered.areas, sections.SURVEY_NEXT),
        (sections.FOLDER, there, sections.FOLDER_NEXT),
    ]
    total = len(everyone)
    rows: list[list[Cell]] = []
    for what, having, following in lines:
        missing = [name for code, name in everyone.items() if code not in having]
        rows.append([what, f"{len(having)} av {total}", sections.whom(missing, total), following if missing else "–"])
    heads = sections.BASIS_HEADS
    table = plain_table(
        pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=["uppgift", "finns_for", "saknas_for", "nasta"]),
        rows,
        [Column(heads[0]), *(Column(head, phone=head) for head in heads[1:])],
        caption=sections.BASIS_CAPTION,
        name="lanet_underlag",
        contents="description",
        sources=SOURCES,
        layout="cards",
    )
    packaged = len(there) if folders is not None else None
    heading = sections.basis_heading(total - len(answered.areas), total, packaged=packaged)
    return Section("underlag", sections.BASIS, heading, [table])


# ---- trygghet ------------------------------------------------------------------------------------------------------------


def trygghet_section(m: Material, answered: Answers) -> Section:
    """A dashed box where nobody has asked; otherwise the shares with their limits, in a section of their own."""
    total = len(m.codes)
    heading = sections.trygghet_heading(len(answered.areas), total)
    if not answered.areas:
        return Section("trygghet", sections.TRYGGHET_TOPIC, heading, [Paragraph(sections.trygghet_missing(total))], "del okand")
    blocks: list[Block] = [Paragraph(sections.TRYGGHET_LEAD), _shares(m, answered)]
    missing = [k.name for k in m.lan.kommuner if k.code not in answered.areas]
    if missing:
        blocks.append(Paragraph(sections.without_answers(missing)))
    return Section("trygghet", sections.TRYGGHET_TOPIC, heading, blocks)


def _shares(m: Material, answered: Answers) -> Table:
    """One row per kommun in alphabetical order, one column per question."""
    found: dict[tuple[str, str], str] = {}
    released = []
    for measure, table in answered.tables.items():
        kept = table[["area", "share", "lower", "upper", "n", "end_year"]]
        frame = kept.rename(columns={"area": "kommun", "end_year": "year"})
        one = release(frame, name=f"trygghet_{measure.id}", contents="survey", sources=table["source"].astype(str))
        released.append(one)
        for row in one.frame.to_dict("records"):
            hidden = row["suppressed"] is not None and not pd.isna(row["suppressed"])
            text = str(row["suppressed"]) if hidden else _share(row["share"], row["lower"], row["upper"])
            found[row["kommun"], measure.id] = text
    there = [k for k in m.lan.kommuner if k.code in answered.areas]
    rows: list[list[Cell]] = [
        [k.name, *(found.get((k.code, measure.id), swedish.MISSING) for measure in answered.tables)] for k in there
    ]
    return Table(
        caption=sections.trygghet_caption(*answered.years),
        columns=[Column(sections.KOMMUN), *(_question(measure) for measure in answered.tables)],
        rows=rows,
        released=released,
        layout="cards",
        source=sections.TRYGGHET_SOURCE,
    )


def _question(measure: Measure) -> Column:
    return Column(measure.name, phone=measure.short)


def _share(share: float, lower: float, upper: float) -> str:
    between = f" ({swedish.percent_limits(lower, upper)})" if not pd.isna(lower) and not pd.isna(upper) else ""
    return f"{swedish.number(100 * share)}{between}"


# ---- together ------------------------------------------------------------------------------------------------------------


def together_section(m: Material, planned: Sequence[SharedProblem] = ()) -> Section:
    """What research says about the problems that several kommuner share: by the figures, or by their plans."""
    blocks: list[Block] = []
    for offence in m.shared:
        rising, high = m.alike(offence, Change.SAKERSTALLD_OKNING), [s for s in m.certain_levels(offence) if s.level.above]
        parts = [name for name in offence.overlaps_with if name != "totalt"]
        blocks += [Paragraph(sections.shared_text(offence, rising, high)), *measures(front.plural(offence), parts)]
    for problem in planned:
        blocks += planned_blocks(problem)
    if not blocks:
        blocks = [Paragraph(sections.ONE_KOMMUN if len(m.codes) == 1 else sections.NOTHING_SHARED)]
    else:
        blocks.append(Paragraph(sections.UNKNOWN))
    return Section("tillsammans", sections.TOGETHER, sections.together_heading(m, [p.name for p in planned]), blocks)


def planned_blocks(problem: SharedProblem) -> list[Block]:
    """A problem of several plans with what is known about measures against it."""
    known = measures(problem.name.casefold(), [problem.indicator] if problem.indicator else [], most=PLANNED_SHOWN)
    return [Paragraph(sections.planned_text(problem.name, problem.kommuner)), *known]


def measures(about: str, indicators: Sequence[str], *, most: int = MEASURES_SHOWN) -> list[Block]:
    """The entries of the catalogue that are aimed at it, the best known first."""
    known = evidens.suggestions(*indicators)
    if not known:
        return [Paragraph(sections.NO_MEASURES.format(about))]
    shown = [evidence.suggestion(e) for e in known[:most]]
    more = len(known) - len(shown)
    return [Bullets([*shown, *([sections.more_measures(more)] if more else [])], heading=sections.MEASURES)]
