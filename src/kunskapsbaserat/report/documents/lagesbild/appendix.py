"""The appendix: all tables, the disclosure log and the manifest, on the page and as files beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat import __version__, catalogue, swedish
from kunskapsbaserat.data.export import machine_csv
from kunskapsbaserat.disclosure import LogEntry, Released, release
from kunskapsbaserat.report.documents.lagesbild.sections import by_comparison
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import (
    Block,
    Cell,
    Column,
    Definitions,
    FigureRow,
    FirstPage,
    Paragraph,
    Part,
    Section,
    Table,
)
from kunskapsbaserat.report.statements import annex, method
from kunskapsbaserat.report.statements.figures import counts_table, survey_table
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

MIME = "application/vnd.kunskapsbaserat.report+json"


@dataclass(frozen=True, slots=True, repr=False)
class Appendix:
    """The last part of a report, and what the exporter needs beside the page: title, foot, tables, manifest."""

    part: Part
    record: dict[str, Any]

    def __repr__(self) -> str:
        return f"Appendix({len(self.record['tables'])} tables)"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return self.part._repr_mimebundle_() | {MIME: self.record}


def build(u: Underlag, parts: Sequence[Part], *, template: str, title: str, year: int) -> Appendix:
    """The appendix of a finished report made of `parts`."""
    files = _files(u)
    released = [*released_in(parts), *files.values()]
    log = list(dict.fromkeys(entry for table in released for entry in table.log))
    manifest = manifest_of(u, template)
    blocks: list[Block] = [Paragraph(annex.lead(list(files)))]
    blocks += _tables(u)
    blocks += [log_table(log), inputs_table(manifest)]
    blocks.append(Definitions(annex.reproduction(manifest)))
    section = Section("bilagor", annex.TOPIC, annex.HEADING, blocks, style="bilaga")
    files["rojandelogg"] = Released("rojandelogg", pd.DataFrame([asdict(e) for e in log]), ())
    record = {
        "title": title,
        "foot": annex.page_foot(u.kommun, year),
        "nav": [[p.sections[0].id, p.nav] for p in parts if p.nav] + [["bilagor", annex.NAV]],
        "tables": {name: csv_of(table) for name, table in files.items()},
        "figures": sum(len(p.figures()) for p in parts),
        "manifest": manifest,
    }
    return Appendix(Part("bilagor", annex.NAV, [section]), record)


def released_in(parts: Sequence[Part]) -> list[Released]:
    """Every table on the page, also those behind figures, once each."""
    found: list[Released] = []
    for block in (b for p in parts for s in p.sections for b in s.blocks):
        tables = [block.figure.table] if isinstance(block, FigureRow) else []
        tables += [block] if isinstance(block, Table) else []
        tables += [block.overview] if isinstance(block, FirstPage) else []
        found += [r for t in tables for r in t.released]
    return list({r.name: r for r in found}.values())


def _files(u: Underlag) -> dict[str, Released]:
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
    totals = pd.DataFrame({"area": list(u.total_rates), "year": u.total_year, "rate": list(u.total_rates.values())})
    files["totalt_alla_kommuner"] = release(
        totals, name="totalt_alla_kommuner", contents="description", sources=u.count_sources
    )
    quarters = rows_of(u.quarters, u.kommun.code).astype({"period": str})
    files["kvartal"] = release(quarters, name="kvartal", contents="counts", sources=["bra_sol"])
    return files


def _change_file(u: Underlag) -> Released:
    rows = []
    for f in u.count_findings:
        j = asdict(f.judgement)
        latest, earlier = j.pop("latest"), j.pop("earlier")
        span = {"latest_from": latest[0], "latest_to": latest[1], "earlier_from": earlier[0], "earlier_to": earlier[1]}
        head = {"kommun": u.kommun.code, "area_level": "kommun", "offence": f.offence.id, "sex": f.facet.sex}
        counts = {"count_latest": j["mean_latest"] * (latest[1] - latest[0] + 1)}
        rows.append(head | span | counts | j | {"position": f.position, "step": f.step})
    return release(pd.DataFrame(rows), name="utveckling", contents="counts", sources=u.count_sources)


def _tables(u: Underlag) -> list[Table]:
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
        rows.append([f.facet.short, *means, ratio, limits, words.CHANGE[j.change][1]])
    j = findings[0].judgement
    return Table(
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


def log_table(log: Sequence[LogEntry]) -> Table:
    """The gate's decisions, one line per rule and outcome."""
    frame = pd.DataFrame([asdict(e) for e in log])
    grouped = (
        frame.groupby(["rule", "action"], sort=False).agg(tables=("table", "nunique"), cells=("cells", "sum")).reset_index()
    )
    rows: list[list[Cell]] = [
        [annex.RULES.get(r["rule"], r["rule"]), str(r["tables"]), swedish.number(r["cells"]), annex.action(r["action"])]
        for r in grouped.to_dict("records")
    ]
    released = release(grouped, name="rojandelogg_sammanfattad", contents="description", sources=["scb"])
    columns = [Column(head, right=i in (1, 2)) for i, head in enumerate(annex.LOG_HEADS)]
    return Table(caption=annex.LOG_CAPTION, columns=columns, rows=rows, released=[released])


def inputs_table(manifest: dict[str, Any]) -> Table:
    frame = pd.DataFrame(manifest["inputs"])
    rows: list[list[Cell]] = [[i["title"], i["publisher"], i["retrieved"], i["sha256"][:12]] for i in manifest["inputs"]]
    released = release(frame, name="indatafiler", contents="description", sources=["scb"])
    return Table(caption=annex.INPUTS_CAPTION, columns=[Column(h) for h in annex.INPUT_HEADS], rows=rows, released=[released])


def manifest_of(u: Underlag, template: str, **more: Any) -> dict[str, Any]:
    """What the report is made of: everything here is the same at the next rendering. `more` is what a document adds."""
    inputs = [
        {
            "file": name,
            "publisher": s.publisher,
            "title": s.title,
            "status": s.status,
            "retrieved": s.retrieved.isoformat(),
            "published": s.published.isoformat() if s.published else None,
            "sha256": s.sha256,
        }
        for name, s in sorted(u.snapshots.items())
    ]
    made_of = {
        "template": template,
        "version": __version__,
        "catalogue": catalogue.version(),
        "parameters": {"kommun": u.kommun.code, "year": u.year},
        "inputs": inputs,
        "texts": u.texts.digest,
        **more,
    }
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    return made_of | {"digest": digest}


def csv_of(table: Released) -> str:
    """Comma and point; the exporter also writes a version for Swedish Excel."""
    return machine_csv(table.frame)
