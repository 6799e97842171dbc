"""The parts of a kommun (stadsdelar) in its own files: beside each other, and over time where there are years enough."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue, swedish
from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.rates import Position, allowed_counts, implied_person_years, person_years_of, position
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.report.documents.lagesbild.words import front, parts, situation
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    FigureRow,
    Mark,
    Note,
    Paragraph,
    Section,
    Spark,
    Stacked,
    Table,
)
from kunskapsbaserat.trends import Change, change_of_rounded
from kunskapsbaserat.trends.years import SERIES, YEARLY_BASELINE

SHOWN_FIRST = (
    *("totalt", "misshandel", "bostadsinbrott", "skadegorelse"),
    *("narkotika", "brott_mot_person", "stold_ran_kap8", "ran"),
)
"""The offences of the table, in this order, as far as most stadsdelar have them; the rest stand in the file beside."""
MOST_OFFENCES = 4
FEWEST_OTHERS = 4  # stadsdelar that a middle half can be taken of
LIMITS_MOVED = {"0180": 2021}
"""First year of the present stadsdelar: Hägersten-Liljeholmen and Älvsjö became one in Stockholm on 1 January 2021."""
_CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


def part_table(u: Underlag) -> pd.DataFrame:
    """Every figure of the kommun's parts with its verdict: the counts contract with ``name year change reason``.

    Counts are judged as they are; a series of rates alone by what the rounding allows, where the population is known or is
    implied by other rows of the same part and year. Empty without a folder or without parts in it.
    """
    if u.own is None or u.own.parts.empty:
        return pd.DataFrame(columns=[*SERIES, "period", "count", "rate_published", "status", "source", "name", "year"])
    rows = u.own.parts[u.own.parts["count"].notna() | u.own.parts["rate_published"].notna()].reset_index(drop=True)
    implied = implied_person_years(rows).set_index(["area", "area_level", "period"])
    at = pd.MultiIndex.from_frame(rows[["area", "area_level", "period"]])
    known = person_years_of(rows, u.exposure)
    people = known.fillna(implied["exposure"].reindex(at).set_axis(rows.index))
    precision = implied["precision"].reindex(at).set_axis(rows.index).where(known.isna(), 0.0)
    intervals = allowed_counts(rows, people, precision=precision.fillna(0.0))
    again = rows["area"].isin(u.own.recalculated_parts)
    typical = typical_for(u.counts, u.kommun.code)
    verdicts = [
        change_of_rounded(intervals[chosen], typical=typical, breaks=_breaks(u, rows["offence"], moved=moved))
        for chosen, moved in ((again, False), (~again, True))
        if chosen.any()
    ]
    judged = pd.concat(verdicts, ignore_index=True)[[*SERIES, "change", "reason"]]
    named = rows.assign(name=rows["area"].map(u.own.part_names), year=rows["period"].dt.year)
    return named.merge(judged, on=SERIES, how="left", validate="many_to_one")


def stadsdel_section(u: Underlag) -> Section | None:
    """The stadsdelar beside each other in the latest year, and what has changed; None when the folder has none."""
    table = part_table(u)
    if table.empty:
        return None
    year = int(table["year"].max())
    offences = _shown_offences(table[table["year"] == year])
    if not offences:
        return None
    shown = table[table["offence"].isin(offences) & (table["sex"] == "alla")]
    names = dict(sorted(shown[["area", "name"]].drop_duplicates().itertuples(index=False), key=lambda p: str(p[1])))
    first, last = int(table["year"].min()), year
    rows = [_row(shown[shown["area"] == area], shown, name, offences, year) for area, name in names.items()]
    changed = shown[shown["change"].isin(_CERTAIN)].drop_duplicates(SERIES)
    certain = [
        (row["name"], catalogue.offence(row["offence"]).facets["alla"].plural, row["change"])
        for row in changed.to_dict("records")
    ]
    judged = bool((shown["change"] != Change.KAN_INTE_BEDOMAS).any())
    block = Table(
        caption=parts.caption(u.kommun, year),
        columns=_columns(offences),
        rows=rows,
        released=[_released(table)],
        layout="overview",
        source=parts.source(first, last),
    )
    text = parts.paragraph(first, last, certain, judged=judged, needed=sum(YEARLY_BASELINE))
    note = parts.NOTE
    if u.own is not None and (moved := LIMITS_MOVED.get(u.kommun.code)):
        again = [name for area, name in names.items() if area in u.own.recalculated_parts]
        note = f"{note} {parts.limits_moved(moved, again)}"
    blocks: list[Block] = [Paragraph(text), block, Note(words.SA_LASER_DU, note)]
    if figure := _figure(u, shown[(shown["offence"] == offences[0]) & (shown["year"] == year)], block):
        blocks = [FigureRow(figure, [Paragraph(text), Note(words.SA_LASER_DU, note)]), block]
    return Section("stadsdelar", situation.EXTENT_TOPIC, parts.heading(len(names)), blocks)


def _figure(u: Underlag, latest: pd.DataFrame, table: Table) -> Figure | None:
    """The first offence of the table, a dot for each stadsdel with the whisker of chance where the count is known."""
    rated = latest.dropna(subset=["rate_published"])
    if len(rated) < 2:
        return None
    counts = rated["count"].to_numpy(dtype=float, na_value=np.nan)
    lower, upper = poisson_interval(counts)
    rates = rated["rate_published"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        per = np.where(counts > 0, rates / counts, np.nan)
    rows = [
        plots.DotRow(
            str(name),
            plots.Estimate(rate, *((low, high) if low == low else (None, None))),
            swedish.number(rate),
        )
        for name, rate, low, high in sorted(
            zip(rated["name"], rates, lower * per, upper * per, strict=True), key=lambda row: (-row[1], str(row[0]))
        )
    ]
    year, facet = int(rated["year"].iat[0]), catalogue.offence(str(rated["offence"].iat[0])).facets["alla"]
    return Figure(
        id="stadsdelar-figur",
        drawing=plots.dot_rows(rows, format_number=swedish.plain),
        caption=parts.figure_caption(facet.plural, year),
        unit=parts.FIGURE_UNIT,
        title=parts.figure_title(u.kommun, facet.plural, year),
        finding=parts.figure_finding(float(rates.min()), float(rates.max())),
        source=table.source,
        table=Table(
            caption=parts.figure_caption(facet.plural, year),
            columns=[Column(parts.PART), Column(parts.PER, right=True)],
            rows=[[row.name, row.text] for row in rows],
            released=table.released,
        ),
    )


def _breaks(u: Underlag, offences: pd.Series, *, moved: bool) -> dict[str, int]:
    """First comparable year of each offence: the catalogue's, or that of the present limits where it is later."""
    first = LIMITS_MOVED.get(u.kommun.code, 0) if moved else 0
    years = {o: max(catalogue.offence(o).first_comparable_year or 0, first) for o in offences.unique()}
    return {offence: year for offence, year in years.items() if year}


def _shown_offences(latest: pd.DataFrame) -> list[str]:
    """The first four that at least half of the stadsdelar have."""
    areas = latest["area"].nunique()
    have = latest[latest["rate_published"].notna()].groupby("offence")["area"].nunique()
    return [o for o in SHOWN_FIRST if have.get(o, 0) * 2 >= areas][:MOST_OFFENCES]


def _columns(offences: list[str]) -> list[Column]:
    lead, *others = (catalogue.offence(o).facets["alla"].short for o in offences)
    heads = [f"{lead}, {parts.PER}", *(f"{name}, {parts.PER}" for name in others)]
    return [
        Column(parts.PART),
        Column(front.DEVELOPMENT, css="c-spark"),
        Column(parts.COUNT, right=True, css="c-antal", phone=parts.COUNT),
        *(Column(head, right=True, css="c-tal", phone=head) for head in heads[:1]),
        Column(parts.CHANGE, css="c-dom", phone=parts.CHANGE),
        *(Column(head, right=True, css="c-tal", phone=head) for head in heads[1:]),
    ]


def _row(mine: pd.DataFrame, shown: pd.DataFrame, name: str, offences: list[str], year: int) -> list[Cell]:
    """Name; line, count, rate and verdict of the first offence; rates of the others."""
    lead = mine[mine["offence"] == offences[0]].sort_values("year")
    rates = dict(zip(lead["year"].astype(int), lead["rate_published"].astype(float), strict=True))
    rates = {y: rate for y, rate in rates.items() if rate == rate}
    spark: Cell = Spark(plots.sparkline(rates)) if rates else swedish.MISSING
    counts = lead.loc[lead["year"] == year, "count"].dropna()
    count = swedish.number(float(counts.iat[0])) if len(counts) else swedish.MISSING
    verdict: Cell = swedish.MISSING
    if len(lead):
        kind, text = words.CHANGE[lead["change"].iat[0]]
        code = lead["reason"].iat[0]
        verdict = Mark(kind, text + parts.reason(None if pd.isna(code) else str(code)))
    cells = [_rate(mine, shown, offence, year) for offence in offences]
    return [name, spark, count, cells[0], verdict, *cells[1:]]


def _rate(mine: pd.DataFrame, shown: pd.DataFrame, offence: str, year: int) -> Cell:
    """The latest rate with its place against the middle half of the other stadsdelar."""
    here = shown[(shown["offence"] == offence) & (shown["year"] == year)].dropna(subset=["rate_published"])
    own = here[here["area"].isin(mine["area"])]["rate_published"].astype(float)
    if own.empty:
        return swedish.MISSING
    others = here[~here["area"].isin(mine["area"])]["rate_published"].to_numpy(dtype=float)
    number = swedish.number(float(own.iat[0]))
    if len(others) < FEWEST_OTHERS:
        return number
    lower, upper = np.quantile(others, [0.25, 0.75])
    place = position(float(own.iat[0]), float(lower), float(upper), decimals=0)
    return Stacked(number, words.POSITION[place], True) if place in (Position.OVER, Position.UNDER) else number


def _released(table: pd.DataFrame) -> Released:
    frame = table.assign(months=12, change=table["change"].astype(str))
    columns = ["name", "area", "area_level", "offence", "sex", "year", "months", "count", "rate_published"]
    return release(
        frame[[*columns, "status", "change", "reason"]],
        name="kommunens_delar",
        contents="counts",
        sources=frame["source"],
    )
