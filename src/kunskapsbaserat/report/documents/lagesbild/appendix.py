"""The tables of a lägesbild's appendix: those on the page, and the files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.report.documents.lagesbild.sections import by_comparison
from kunskapsbaserat.report.material.computed_once import once, rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Cell, Column, Table
from kunskapsbaserat.report.statements import annex, method
from kunskapsbaserat.report.statements.common_blocks import same_in_all_rows
from kunskapsbaserat.report.statements.figures import counts_table, survey_table
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM


def tables_beside(u: Underlag) -> dict[str, Released]:
    """The tables written beside the page, tidy: one row per observation."""
    files: dict[str, Released] = {}
    if u.count_findings:
        rows = pd.concat([counts_table(f, u).frame for f in u.count_findings]).drop(columns="suppressed")
        files["anmalda_brott"] = release(rows, name="anmalda_brott", contents="counts", sources=u.count_sources)
        files["utveckling"] = _change_file(u)
        files |= {"tre_ar": _pooled_file(u)} if any(f.pooled for f in u.count_findings) else {}
    if u.survey_findings:
        rows = pd.concat([survey_table(f, u).frame for f in u.survey_findings]).drop(columns="suppressed")
        files["trygghetsfragor"] = release(rows, name="trygghetsfragor", contents="survey", sources=u.survey_sources)
        files["trygghet_bedomning"] = _survey_verdicts_file(u)
    sources = tuple(u.count_sources)
    files["totalt_alla_kommuner"] = once(u.counts, ("totals", u.total_year, sources), lambda: _totals_file(u))
    quarters = rows_of(u.quarters, u.kommun.code).astype({"period": str})
    files["kvartal"] = release(quarters, name="kvartal", contents="counts", sources=["bra_sol"])
    return files


def _totals_file(u: Underlag) -> Released:
    """The rate of every kommun: the same file in all lägesbilder of the same figures."""
    totals = pd.DataFrame({"area": list(u.total_rates), "year": u.total_year, "rate": list(u.total_rates.values())})
    return release(totals, name="totalt_alla_kommuner", contents="description", sources=u.count_sources)


def _change_file(u: Underlag) -> Released:
    rows = []
    for f in u.count_findings:
        j = {one.name: getattr(f.judgement, one.name) for one in fields(f.judgement)}  # asdict copies every value
        latest, earlier = j.pop("latest"), j.pop("earlier")
        span = {"latest_from": latest[0], "latest_to": latest[1], "earlier_from": earlier[0], "earlier_to": earlier[1]}
        head = {"kommun": u.kommun.code, "area_level": "kommun", "offence": f.offence.id, "sex": f.facet.sex}
        counts = {"count_latest": j["mean_latest"] * (latest[1] - latest[0] + 1)}
        rows.append(head | span | counts | j | {"position": f.position, "step": f.step})
    return release(pd.DataFrame(rows), name="utveckling", contents="counts", sources=u.count_sources)


def _survey_verdicts_file(u: Underlag) -> Released:
    """The verdicts of the survey's measures by their codes, so that a report can be held against later figures."""
    rows = [
        {
            "kommun": u.kommun.code,
            "measure": f.measure.id,
            "first": f.first_year,
            "last": f.last_year,
            "survey_change": f.change,
            "against_lan": f.comparison,
            "against_riket": f.comparison_riket,
        }
        for f in u.survey_findings
    ]
    return release(pd.DataFrame(rows), name="trygghet_bedomning", contents="description", sources=u.survey_sources)


def tables_on_page(u: Underlag) -> list[Table]:
    """What stands on the page; rates, survey answers by year and means of three years are files beside it."""
    found: list[Table] = [_years_table(part, u) for part in by_comparison(u.count_findings)]
    found += [_change_table(part, u) for part in by_comparison(u.count_findings)]
    return found


def _years_table(findings: Sequence[CountFinding], u: Underlag) -> Table:
    years = sorted({y for f in findings for y in f.counts})
    rows: list[list[Cell]] = []
    for f in findings:
        star = {y: "" if y >= f.first_comparable else " *" for y in years}
        rows.append([f.facet.short, *(labels.count(f.counts.get(y)) + star[y] for y in years)])
    return Table(
        caption=annex.counts_caption(u.kommun, years[0], years[-1]),
        columns=[Column(annex.OFFENCE), *(Column(str(y), right=True) for y in years)],
        rows=rows,
        released=[counts_table(f, u) for f in findings],
        source=method.counts_source(findings),
    )


def _pooled_file(u: Underlag) -> Released:
    """Means of three years with the interval for chance variation, the shrunken rate and the comparison kommuner."""
    rows = []
    for f in u.count_findings:
        if f.pooled is None:
            continue
        p = asdict(f.pooled)
        middle = p.pop("band") or {"lower": None, "median": None, "upper": None}
        head = {"kommun": u.kommun.code, "area_level": "kommun", "offence": f.offence.id, "sex": f.facet.sex}
        rows.append(head | p | {f"band_{name}": value for name, value in middle.items()})
    return release(pd.DataFrame(rows), name="tre_ar", contents="counts", sources=u.count_sources)


def _change_table(findings: Sequence[CountFinding], u: Underlag) -> Table:
    rows: list[list[Cell]] = []
    for f in findings:
        j = f.judgement
        small = min(j.mean_latest, j.mean_earlier) < PERCENT_FROM or j.ratio != j.ratio
        certain = j.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
        if j.change in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
            ratio = limits = swedish.NOT_APPLICABLE
        else:
            ratio = swedish.NOT_APPLICABLE if small else swedish.number(j.ratio, 2)
            limits = swedish.limits(j.lower, j.upper, 2) if certain and not small else annex.seen(j)
        means = [swedish.number(m, 1) if m < 20 else swedish.number(m) for m in (j.mean_latest, j.mean_earlier)]
        rows.append([f.facet.short, *means, ratio, limits, words.change_mark(j.change, j.relative_change)[1]])
    j = findings[0].judgement
    table = Table(
        caption=annex.change_caption(j.latest, j.earlier, u.kommun),
        columns=[
            Column(annex.OFFENCE),
            Column(annex.mean_of(*j.latest), right=True),
            Column(annex.mean_of(*j.earlier), right=True),
            Column(annex.RATIO, right=True),
            Column(annex.LIMITS_OR_SEEN, right=True),
            Column(annex.VERDICT),
        ],
        rows=rows,
        released=[counts_table(f, u) for f in findings],
        scope_line=annex.CHANGE_SCOPE,
        source=method.counts_source(findings),
    )
    return same_in_all_rows(table)
