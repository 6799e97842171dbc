"""What `kunskap kontroll` says about a folder: each file, what is wrong, what is missing, what is newer than the report."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kunskapsbaserat import catalogue
from kunskapsbaserat.data.folder import TEXTS, Folder, layout
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.kontroll import est as est_inspection
from kunskapsbaserat.report.documents.kontroll import forms as form_inspection
from kunskapsbaserat.report.documents.kontroll import plan as plan_inspection
from kunskapsbaserat.report.documents.kontroll import published
from kunskapsbaserat.report.documents.kontroll import schools as school_inspection
from kunskapsbaserat.report.documents.kontroll import walks as walk_inspection
from kunskapsbaserat.report.documents.kontroll.words import folder as inspection
from kunskapsbaserat.report.material import law, underlag
from kunskapsbaserat.report.material.own_texts import file as texts
from kunskapsbaserat.report.material.own_texts import places
from kunskapsbaserat.report.material.selection import has_rates
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.trends.years import YEARLY_BASELINE

YEARS_FOR_A_VERDICT = sum(YEARLY_BASELINE)


@dataclass(frozen=True, slots=True)
class Inspection:
    """The text, line by line, and how many errors stop a report."""

    lines: list[str]
    errors: int


def inspect(folder: Folder, *, report: Path | None = None, today: date | None = None) -> Inspection:
    """Everything to be said about a folder.

    Parameters
    ----------
    folder : Folder
        As `data.folder.read` gave it.
    report : Path, optional
        Folder of the last report; what is newer than it is listed.
    today : date, optional
        The day that the act's due dates are held against; default today.
    """
    problem, written = _texts(folder)
    errors = len(folder.errors) + (problem is not None)
    lines = [inspection.heading(folder)]
    for file in folder.files:
        lines += inspection.about_file(file)
    if not folder.files:
        lines.append(inspection.NO_FILES)
    lines += inspection.about_all(folder.findings)
    empty = [h for k, h in _wanted().items() if k not in written]
    lines += inspection.about_texts(
        problem, empty, hidden=written.hidden, findings=written.findings, unused=_unused(folder, written)
    )
    u = None if errors else underlag.load(data=folder)
    planned, wrong = plan_inspection.inspect(folder.path, folder.kommun, underlag=u, today=today or date.today())
    events, broken = est_inspection.inspect(folder.path)
    schools, unusable = school_inspection.inspect(folder.path)
    walked, unread = walk_inspection.inspect(folder.path, today or date.today())
    others, damaged = form_inspection.inspect(folder.path)
    lines += [*planned, *events, *schools, *walked, *others]
    if u is not None:
        lines += inspection.missing(_missing(u))
    errors += wrong + broken + unusable + unread + damaged
    lines += published.inspect(folder, today or date.today())
    lines += inspection.newer(_newer(folder, written, report))
    lines.append(inspection.verdict(errors))
    return Inspection(lines, errors)


def _texts(folder: Folder) -> tuple[str | None, texts.Texts]:
    try:
        return None, texts.read(folder.path / TEXTS)
    except KunskapError as error:
        return error.svenska, texts.Texts()


def _unused(folder: Folder, written: texts.Texts) -> list[str]:
    """The pictures of the folder that no text names."""
    names = [path.relative_to(folder.path).as_posix() for path in layout.pictures(folder.path)]
    whole = unicodedata.normalize("NFC", unquote("\n".join(written.sections.values())))
    return [name for name in names if unicodedata.normalize("NFC", name) not in whole]


def _wanted() -> dict[str, str]:
    headings = places.headings()
    return {key: headings[key] for key in law.PLACES}


def _missing(u: Underlag) -> list[str]:
    """What a complete lägesbild would need, in the order of its weight."""
    found = []
    have = {f.key for f in u.count_findings}
    absent = [
        facet.short
        for offence in catalogue.offences("bra_indikatorer")
        for sex, facet in offence.facets.items()
        if (offence.id if sex == "alla" else f"{offence.id}_{sex}") not in have
    ]
    if has_rates(u):
        found.append(inspection.ONLY_RATES)
    if absent:
        found.append(inspection.offences(absent))
    if not u.survey_findings:
        found.append(inspection.SURVEY)
    if u.count_findings:
        last = u.count_findings[0].last_year
        if last < u.total_year:
            found.append(inspection.newer_year(last, u.total_year))
        years = {y for f in u.count_findings for y in f.counts}
        if len(years) < YEARS_FOR_A_VERDICT:
            found.append(inspection.few_years(len(years), YEARS_FOR_A_VERDICT))
        unknown = sorted({y for year in years for y in (year - 1, year) if u.population(y) is None})
        if unknown:
            found.append(inspection.population(unknown))
        if any(f.group.kind != "liknande" for f in u.count_findings):
            found.append(inspection.alike(u))
    return found


def _newer(folder: Folder, written: texts.Texts, report: Path | None) -> list[str] | None:
    """Files that the last report did not have; None when there is no report."""
    manifest = _manifest(report)
    if manifest is None:
        return None
    used = {i.get("sha256") for i in manifest.get("inputs", ())}
    changed = [f.name for f in folder.files if f.usable and f.sha256 not in used]
    if manifest.get("texts") != written.digest:
        changed.append(TEXTS)
    return changed


def _manifest(report: Path | None) -> Mapping[str, Any] | None:
    try:
        return json.loads((report / "manifest.json").read_text(encoding="utf-8")) if report is not None else None
    except (OSError, ValueError):
        return None
