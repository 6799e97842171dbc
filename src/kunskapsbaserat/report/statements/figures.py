"""Figures and their tables, from findings. Each passes the disclosure gate before it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import Released, release, release_parts
from kunskapsbaserat.frames import records
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Cell, Column, Figure, Spark, Table
from kunskapsbaserat.report.statements import comparison, method, reported, survey


def counts_table(f: CountFinding, u: Underlag) -> Released:
    """The yearly figures of one offence: count, rate and the comparison band, through the gate (once)."""
    name = _counts_name(f)
    if name not in u.released:  # every report shows most of them, and one pass through the gate costs as much as all
        together = any(f is one for one in u.count_findings)
        u.released.update(_released_counts(u.count_findings if together else (f,), u))
    return u.released[name]


def _counts_name(f: CountFinding) -> str:
    return f"anmalda_{f.key}"


def _released_counts(findings: Sequence[CountFinding], u: Underlag) -> dict[str, Released]:
    """Each offence's table of its own, made and passed through the gate together."""
    rows = [(f, year, f.counts[year], f.bands.get(year)) for f in findings for year in sorted(f.counts)]
    frame = pd.DataFrame(
        {
            "kommun": u.kommun.code,
            "area_level": "kommun",
            "offence": [f.offence.id for f, *_ in rows],
            "sex": [f.facet.sex for f, *_ in rows],
            "year": [year for _, year, *_ in rows],
            "count": [count for *_, count, _ in rows],
            "rate": [f.rates.get(year) for f, year, *_ in rows],
            "median": [band and band.median for *_, band in rows],
            "lower_quartile": [band and band.lower for *_, band in rows],
            "upper_quartile": [band and band.upper for *_, band in rows],
            "comparable": [year >= f.first_comparable for f, year, *_ in rows],
            "approximate": [year in f.approximate for f, year, *_ in rows],
        }
    )
    parts = _parts((_counts_name(f), len(f.counts)) for f in findings)
    sources = {_counts_name(f): u.sources_of(f.offence.id) for f in findings}
    return release_parts(frame, parts=parts, contents="counts", sources=sources)


def _parts(sizes: Iterable[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """Where each table lies among those one after the other."""
    found, after = {}, 0
    for name, size in sizes:
        found[name] = (after, after + size)
        after += size
    return found


def survey_table(f: SurveyFinding, u: Underlag) -> Released:
    """The yearly shares of one measure with limits, for kommun, län and riket, through the gate (once)."""
    name = _survey_name(f)
    if name not in u.released:
        together = any(f is one for one in u.survey_findings)
        u.released.update(_released_shares(u.survey_findings if together else (f,), u))
    return u.released[name]


def _survey_name(f: SurveyFinding) -> str:
    return f"ntu_{f.key}"


def _released_shares(findings: Sequence[SurveyFinding], u: Underlag) -> dict[str, Released]:
    """Each measure's table of its own, made and passed through the gate together."""
    rows = [(f, year) for f in findings for year in sorted(f.kommun)]
    columns: dict[str, object] = {
        "kommun": u.kommun.code,
        "measure": [f.measure.id for f, _ in rows],
        "year": [year for _, year in rows],
        "n": [u.respondents.get((f.measure.id, year)) for f, year in rows],
    }
    unknown = (None, None, None)
    for where in ("", "_lan", "_riket"):
        series = [getattr(f, where[1:] or "kommun").get(year, unknown) for f, year in rows]
        columns |= {f"{name}{where}": [values[at] for values in series] for at, name in enumerate(("share", "lower", "upper"))}
    parts = _parts((_survey_name(f), len(f.kommun)) for f in findings)
    sources = dict.fromkeys(parts, u.survey_sources)
    return release_parts(pd.DataFrame(columns), parts=parts, contents="survey", sources=sources)


def count_figure(f: CountFinding, u: Underlag, *, target: plots.Target | None = None) -> Figure:
    """Line with comparison band, or dots when the offences are few; a target in the figure's own unit."""
    released = counts_table(f, u)
    frame = released.frame
    kommun, group = u.kommun.name, comparison.group_name(f.group)
    series = dict(zip(frame["year"], frame["rate" if f.rated and not f.few else "count"], strict=True))
    values = {int(y): float(v) for y, v in series.items() if not pd.isna(v)}
    if f.few:
        drawing = plots.few_counts(values, format_number=swedish.plain, series_break=_series_break(f), target=target)
        caption_unit = labels.unit_few()
    else:
        bands = f.bands if f.rated else {}
        drawing = plots.line_with_band(
            values,
            band={y: (b.lower, b.upper) for y, b in bands.items()},
            median={y: b.median for y, b in bands.items()},
            words=plots.Words(
                name=kommun,
                last_value=swedish.number(values[max(values)]),
                median=labels.MEDIAN,
                last_median=swedish.number(bands[max(bands)].median) if bands else "",
            ),
            format_number=swedish.plain,
            periods=_periods(f),
            series_break=_series_break(f),
            target=target,
        )
        caption_unit = labels.unit_rate(len(f.group.members) if f.bands else 0) if f.rated else labels.unit_count()
    return Figure(
        id=f.key,
        drawing=drawing,
        caption=labels.caption(f),
        unit=caption_unit,
        title=reported.figure_title(f, kommun, group),
        finding=reported.figure_finding(f, kommun, len(f.group.members)),
        source=method.counts_source([f]),
        table=_count_details(f, u, released),
    )


def _periods(f: CountFinding) -> plots.Periods | None:
    """The two bars under the axis, where a change could be judged."""
    if f.judgement.q_value != f.judgement.q_value:
        return None
    return plots.Periods(f.judgement.earlier, f.judgement.latest, labels.EARLIER_YEARS, labels.LATEST_YEARS)


def _series_break(f: CountFinding) -> plots.SeriesBreak | None:
    if not f.offence.breaks or min(f.counts) >= f.first_comparable:
        return None
    return plots.SeriesBreak(f.first_comparable, labels.break_label(f.offence.breaks[-1]))


def _count_details(f: CountFinding, u: Underlag, released: Released) -> Table:
    group = comparison.group_name(f.group)
    columns = [Column(labels.YEAR), Column(labels.COUNT, right=True)]
    if not f.few:
        columns.append(Column(labels.RATE_SHORT, right=True))
        if f.bands:
            columns += [
                Column(labels.median_of(len(f.group.members)), right=True),
                Column(labels.MIDDLE_HALF, right=True),
            ]
    rows: list[list[Cell]] = []
    for row in records(released.frame):
        cells: list[Cell] = [f"{row['year']}{'' if row['comparable'] else ' *'}", _count(row)]
        if not f.few:
            cells.append(swedish.number(row["rate"]))
            if f.bands:
                cells += [swedish.number(row["median"]), _middle(row)]
        rows.append(cells)
    return Table(
        caption=labels.details_caption(f, u.kommun, group if f.bands and not f.few else None),
        columns=columns,
        rows=rows,
        released=[released],
    )


def _count(row: dict[str, Any]) -> str:
    if row["suppressed"]:
        return str(row["suppressed"])
    return f"{'ca ' if row['approximate'] else ''}{labels.count(row['count'])}"


def _middle(row: dict[str, Any]) -> str:
    if row["lower_quartile"] is None or pd.isna(row["lower_quartile"]):
        return swedish.MISSING
    return swedish.limits(row["lower_quartile"], row["upper_quartile"])


def spark(f: CountFinding) -> Spark:
    """The sparkline of a reported offence."""
    if f.few:
        return Spark(plots.sparkline({y: float(c) for y, c in f.counts.items()}, few=True, until=f.judgement.latest[1]))
    limits = {y: (b.lower, b.upper) for y, b in f.bands.items()}
    first_good = f.first_comparable if f.offence.breaks else None
    values = f.rates if f.rated else {y: float(c) for y, c in f.counts.items()}
    band = limits if f.rated else {}
    return Spark(plots.sparkline(values, band=band, first_good=first_good, until=f.judgement.latest[1]))


def survey_spark(f: SurveyFinding) -> Spark:
    limits = {y: (100 * b.lower, 100 * b.upper) for y, b in f.lan_band.items()}
    return Spark(plots.sparkline({y: 100 * v[0] for y, v in f.kommun.items()}, band=limits))


def survey_figure(f: SurveyFinding, u: Underlag, *, target: plots.Target | None = None) -> Figure:
    """The kommun's shares with their intervals, the län with its band, riket as a thin line; a target in per cent."""
    released = survey_table(f, u)
    d = survey.decimals(f)
    kommun, lan, riket = (
        {y: tuple(100 * v for v in values) for y, values in series.items()} for series in (f.kommun, f.lan, f.riket)
    )
    last = f.last_year
    others = {}
    for name, series in ((labels.RIKET, riket), (labels.LAN, lan)):
        others[name] = f"{swedish.number(series[last][0], d)}{swedish.NBSP}%" if last in series else ""
    drawing = plots.survey_intervals(
        {y: (v[1], v[2]) for y, v in kommun.items()},
        {y: v[0] for y, v in kommun.items()},
        lan={y: v[0] for y, v in lan.items()},
        lan_limits={y: (v[1], v[2]) for y, v in lan.items()},
        riket={y: v[0] for y, v in riket.items()},
        words=plots.Words(name=u.kommun.name, last_value=f"{swedish.number(kommun[last][0], d)}{swedish.NBSP}%", others=others),
        format_number=swedish.plain,
        top_label=f"{swedish.NBSP}%",
        target=target,
    )
    return Figure(
        id=f.key,
        drawing=drawing,
        caption=f.measure.name,
        unit=survey.unit(f),
        title=survey.figure_title(f, u.kommun.name, u.kommun.lan),
        finding=survey.figure_finding(f, u.kommun.name),
        source=method.survey_source([f]),
        table=_survey_details(f, u, released),
    )


def _survey_details(f: SurveyFinding, u: Underlag, released: Released) -> Table:
    d = survey.decimals(f)
    rows: list[list[Cell]] = []
    for row in records(released.frame):
        cells: list[Cell] = [str(row["year"])]
        for name in ("", "_lan", "_riket"):
            cells.append(_share(row, name, d))
        cells.append(swedish.MISSING if pd.isna(row["n"]) else swedish.number(row["n"]))
        rows.append(cells)
    heads = [u.kommun.name, u.kommun.lan, labels.RIKET, labels.respondents_in(u.kommun)]
    return Table(
        caption=labels.survey_details_caption(f),
        columns=[Column(labels.YEAR), *(Column(head, right=True) for head in heads)],
        rows=rows,
        released=[released],
    )


def _share(row: dict[str, Any], name: str, d: int) -> str:
    if row[f"share{name}"] is None or pd.isna(row[f"share{name}"]):
        return str(row["suppressed"] or swedish.MISSING)
    share = swedish.number(100 * row[f"share{name}"], d)
    return f"{share} ({swedish.percent_limits(row[f'lower{name}'], row[f'upper{name}'], d)})"


def county_figure(u: Underlag) -> Figure | None:
    """The map of the län with all reported offences per 100 000 inhabitants; None where the län is one kommun."""
    neighbours = kommuner.in_lan(u.kommun.lan_code)
    if len(neighbours) < 2:
        return None
    ordered = sorted(neighbours, key=lambda k: kommuner.sort_key(k.name))
    frame = pd.DataFrame(
        [{"kommun": k.code, "name": k.name, "year": u.total_year, "rate": u.total_rates.get(k.code)} for k in ordered]
    )
    released = release(frame, name="totalt_lanet", contents="description", sources=u.count_sources)
    values = {k.code: u.total_rates.get(k.code) for k in neighbours}
    drawing = plots.county_map(values, own=u.kommun.code, format_number=swedish.number)
    rows: list[list[Cell]] = [[row["name"], swedish.number(row["rate"])] for row in records(released.frame)]
    return Figure(
        id="karta",
        drawing=drawing,
        caption=labels.map_caption(u.total_year),
        unit=labels.map_unit(),
        title=labels.map_title(u.kommun, u.total_year),
        finding=labels.map_finding(u.kommun, u.total_rates, [k.code for k in neighbours], u.total_year),
        source=f"{method.total_source(u.count_findings)} {labels.MAP_SOURCE}",
        table=Table(
            caption=labels.map_details_caption(u.kommun, u.total_year),
            columns=[Column(labels.KOMMUN), Column(labels.RATE_SHORT, right=True)],
            rows=rows,
            released=[released],
        ),
        css="figur karta",
    )
