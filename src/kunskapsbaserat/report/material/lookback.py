"""What the last lägesbild said, and how it went: from the report kept in the folder, else computed with the years of then."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.selection import SUMS, count_problems, problems_among, survey_problems
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.trends import Change

FINAL_FIGURES = 4  # the month in which Brå's final figures of the year before are out
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Level:
    """A mean per year of reported offences, or a share in per cent (`percent`), over the years `first` to `last`."""

    value: float
    first: int
    last: int
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """One problem: what was said then and what is said now."""

    name: str
    step: Step
    then: Level
    change_then: Change
    now: Level
    change_now: Change


@dataclass(frozen=True, slots=True)
class Lookback:
    """`year` is the last year of the figures of then; `kept` tells whether the report itself was found."""

    year: int
    kept: bool
    items: tuple[Remembered, ...]


def look_back(u: Underlag, *, decided: date | None, as_of: date) -> Lookback | None:
    """The problems that the last lägesbild proposed to prioritise or watch.

    Parameters
    ----------
    u : Underlag
        The figures of now.
    decided : date or None
        When it was decided; its figures then reached to the year before (from April), else to the year before that.
    as_of : date
        The day of the follow-up; without `decided` the lägesbild is taken to be two years older.
    """
    now = count_problems(u)
    if not now:
        return None
    last = max(f.last_year for f in now)
    year = _figures_of(decided or date(as_of.year - 2, as_of.month, 1))
    if u.own is not None and (kept := _kept(u.own.path, before=last + 1)):
        kept_year, rows = kept
        return Lookback(kept_year, True, _items(u, rows))
    known = {y for f in now for y in f.counts}
    if year not in known or year >= last:
        year = max((y for y in known if y < last), default=0)
    if year not in known:
        return None
    return Lookback(year, False, _items(u, _computed(u, year)))


def _figures_of(decided: date) -> int:
    return decided.year - 1 if decided.month >= FINAL_FIGURES else decided.year - 2


Row = tuple[Step, Change, Level]


def _items(u: Underlag, then: Mapping[str, Row]) -> tuple[Remembered, ...]:
    """The problems of then that can be told of now, those to prioritise first."""
    counts = {f.key: (f.facet.short, f.judgement.change, _of_counts(f)) for f in count_problems(u)}
    now = counts | {f.key: (f"{f.measure.short} (NTU)", f.change, _of_survey(f)) for f in u.survey_findings}
    found = [
        Remembered(now[key][0], step, level, moved, now[key][2], now[key][1])
        for key, (step, moved, level) in then.items()
        if key in now and step is not Step.AVVAKTA
    ]
    return tuple(sorted(found, key=lambda r: list(Step).index(r.step))[:SHOWN])


def _of_counts(f: CountFinding) -> Level:
    return Level(f.judgement.mean_latest, *f.judgement.latest)


def _of_survey(f: SurveyFinding) -> Level:
    return Level(100 * f.share, f.last_year, f.last_year, percent=True)


def _computed(u: Underlag, year: int) -> dict[str, Row]:
    earlier = _underlag_of(u, year)
    asked = {f.key: (f.step, f.change, _of_survey(f)) for f in survey_problems(earlier)}
    judged = [f for f in problems_among(earlier.verdicts) if f.judgement.mean_latest == f.judgement.mean_latest]
    return asked | {f.key: (f.step, f.judgement.change, _of_counts(f)) for f in judged}


@functools.lru_cache(maxsize=8)
def _load(kommun: str, year: int) -> Underlag:
    return underlag.load(kommun, year=year)


def _underlag_of(u: Underlag, year: int) -> Underlag:
    return _load(u.kommun.code, year) if u.own is None else underlag.load(u.kommun, year=year, data=u.own)


def _kept(folder: Path, *, before: int) -> tuple[int, dict[str, Row]] | None:
    """The newest lägesbild kept in the folder whose figures end earlier than today's."""
    best: tuple[int, dict[str, Row]] | None = None
    for manifest in sorted(folder.rglob("manifest.json")):
        table = manifest.parent / "tables" / "maskin" / "utveckling.csv"
        rows = _rows(manifest, table)
        if rows:
            year = max(level.last for _, _, level in rows.values())
            if year < before - 1 and (best is None or year > best[0]):
                best = year, rows
    return best


def _rows(manifest: Path, table: Path) -> dict[str, Row]:
    """The verdicts of a kept report; none when it is no lägesbild or cannot be read."""
    try:
        if json.loads(manifest.read_text(encoding="utf-8")).get("template") != "lagesbild":
            return {}
        with table.open(encoding="utf-8", newline="") as lines:
            found = {}
            for row in csv.DictReader(lines):
                if row["offence"] not in SUMS and row["mean_latest"]:
                    key = row["offence"] if row["sex"] == "alla" else f"{row['offence']}_{row['sex']}"
                    latest = int(row["latest_from"]), int(row["latest_to"])
                    found[key] = (Step(row["step"]), Change(row["change"]), Level(float(row["mean_latest"]), *latest))
            return found
    except (OSError, ValueError, KeyError):
        return {}
