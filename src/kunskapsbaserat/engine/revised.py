"""What the publishers have changed since a report was made, cell by cell, and which of its verdicts would be others today.

Nothing is rendered: the report's own tables are held against the newest figures, with the same last year.
"""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskapsbaserat import catalogue, orphans
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.engine import manifest, unchanged
from kunskapsbaserat.engine.packages import folders_in
from kunskapsbaserat.engine.placing import MANIFEST
from kunskapsbaserat.engine.processes import at_most, usable_cores
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.page import common_words

TEMPLATE = "lagesbild"
FEWEST_EACH = 8
"""Reports that are worth a process of their own: it takes some seconds to begin."""
_Asked = tuple[Path, "Mapping[str, object] | None", "Mapping[Kommun, Path]"]
_COUNTS, _CHANGE = "anmalda_brott.csv", "utveckling.csv"
_SHARES, _SURVEY = "trygghetsfragor.csv", "trygghet_bedomning.csv"
_MAY_BE_MISSING = {_SHARES: ["measure", "year", "share"], _SURVEY: ["measure"]}
"""A report without NTU has no such tables, and an older one keeps no verdicts about it; the columns that are asked of them."""
_ROUNDED = {"count": 0.0, "rate": 1.0, "share": 0.005}
"""How far two figures may differ and be the same: a rate may be given whole by one publisher and with decimals by another."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the report that has another value now; `after` is None when there is none any more."""

    what: str
    year: int
    column: str
    before: float
    after: float | None


@dataclass(frozen=True, slots=True)
class Turned:
    """One verdict of the report that would be another with the figures of today: its codes."""

    what: str
    column: str
    before: str
    after: str

    @property
    def svenska(self) -> str:
        """What turned, in the words that the page has for it."""
        before, after = (common_words.of_code(self.column, code) for code in (self.before, self.after))
        return f"{self.what}, {common_words.VERDICTS[self.column]}: var {before}, blir {after}"


@dataclass(frozen=True, slots=True)
class Revised:
    """A report against the newest figures.

    Attributes
    ----------
    folder : Path
        The report's.
    place : Kommun
        Whose it is.
    last_year : int
        The newest of its figures.
    cells, verdicts : tuple
        Figures, and verdicts, that are no longer the same.
    gone : tuple of str
        Series of the report that have no figures at all any more.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Revised
    >>> found = Revised(Path("1983-koping/lagesbild"), kommun.get("Köping"), 2025, cells=(), verdicts=(), gone=("Bilbrott",))
    >>> found.same, found.gone
    (False, ('Bilbrott',))
    """

    folder: Path
    place: Kommun
    last_year: int
    cells: tuple[Cell, ...]
    verdicts: tuple[Turned, ...]
    gone: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Does everything that the report says stand as it did?"""
        return not (self.cells or self.verdicts or self.gone)


def against_newest(reports: Sequence[Path], *, data: Path | None = None, workers: int | None = None) -> list[Revised]:
    """Each report against the figures of today: those of the kommun's folder, and the package's own where it has none.

    Parameters
    ----------
    reports : sequence of Path
        Folders of reports, from `reports_in`; other templates than the lägesbild have no tables to compare and are passed over.
    data : Path, optional
        The kommun's folder, or the one that holds a folder for each.
    workers : int, optional
        Processes to share many reports between; default the usable cores.

    Returns
    -------
    list of Revised
        One for each lägesbild, in the order of `reports`.

    Raises
    ------
    FileError
        None of them is a lägesbild, or one has lost its manifest or tables.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import against_newest, reports_in
    >>> found = against_newest(reports_in(Path("rapporter")))  # doctest: +SKIP
    >>> [one.place.name for one in found if not one.same]  # doctest: +SKIP
    ['Köping']
    """
    homes = folders_in(data) if data else {}
    read = {report: manifest.read(report) for report in reports}
    mine = [(r, record, homes) for r, record in read.items() if record is None or record.get("template") == TEMPLATE]
    found = _shared(mine, min(at_most(workers or usable_cores()), len(mine) // FEWEST_EACH))
    if reports and not found:
        raise FileError(
            "no_lagesbild", reports[0], "holds no lägesbild", "har ingen lägesbild: bara den har tabeller att jämföra med."
        )
    return found


def _shared(mine: Sequence[_Asked], workers: int) -> list[Revised]:
    """In this process, or in some that begin anew: the same on every system."""
    if workers < 2:
        return [_revised(*one) for one in mine]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), orphans.end_with_parent) as pool:
        return list(pool.map(_one, mine, chunksize=FEWEST_EACH))


def _one(asked: _Asked) -> Revised:
    return _revised(*asked)


def _revised(report: Path, record: Mapping[str, object] | None, homes: Mapping[Kommun, Path]) -> Revised:
    parameters = record.get("parameters") if record is not None else None
    if not isinstance(parameters, dict) or "kommun" not in parameters:
        raise FileError("manifest", report / MANIFEST, "cannot be read", "går inte att läsa. Skapa rapporten på nytt.")
    place = kommuner.get(parameters["kommun"])
    counts, change, shares, survey = (_table(report, name) for name in (_COUNTS, _CHANGE, _SHARES, _SURVEY))
    year = int(counts["year"].max())
    home = homes.get(place)
    if record is not None and manifest.outputs_of(report) == record["outputs"] and unchanged.has_same_figures(record, home):
        return Revised(report, place, year, (), ())
    own = folders.read(home, register_dates=False) if home is not None else None
    u = underlag.load(place, year=year, data=own)
    counted = {f.key: f for f in u.verdicts}
    shown = {measure.id: (measure.name, years) for measure, years in u.shares}
    asked = {f.key: f for f in u.survey_findings} if len(survey) else {}
    return Revised(
        report,
        place,
        year,
        (*_cells(counts, counted), *_shares(shares, shown)),
        (*_turned(change, counted), *_survey_turned(survey, asked)),
        (*_gone(_count_names(), counts, "count", counted), *_gone(_survey_names(), shares, "share", shown)),
    )


def _table(report: Path, name: str) -> pd.DataFrame:
    path = report / "tables" / "maskin" / name
    try:
        return pd.read_csv(path, dtype={"kommun": str, "suppressed": str})
    except FileNotFoundError:
        if name in _MAY_BE_MISSING:
            return pd.DataFrame(columns=_MAY_BE_MISSING[name])
        raise FileError("table", path, "is missing", "saknas i rapporten. Skapa rapporten på nytt.") from None


def _cells(table: pd.DataFrame, today: Mapping[str, CountFinding]) -> Iterator[Cell]:
    """Counts, or rates where the report had no count, that are others now."""
    for row in table[table["count"].notna()].to_dict("records"):
        finding = today.get(_key(row))
        if finding is None:
            continue
        year, column = int(row["year"]), "rate" if row["approximate"] else "count"
        values = finding.rates if column == "rate" else finding.counts
        if column == "count" and year in finding.approximate:
            column, values = "rate", finding.rates
        if _differ(row[column], values.get(year), column):
            yield Cell(finding.facet.name, year, column, float(row[column]), values.get(year))


def _shares(table: pd.DataFrame, today: Mapping[str, tuple[str, Mapping[int, float]]]) -> Iterator[Cell]:
    for row in table[table["share"].notna()].to_dict("records"):
        if row["measure"] in today:
            name, years = today[row["measure"]]
            year, now = int(row["year"]), years.get(int(row["year"]))
            if _differ(row["share"], now, "share"):
                yield Cell(name, year, "share", float(row["share"]), now)


def _gone(names: Mapping[str, str], table: pd.DataFrame, value: str, today: Collection[str]) -> Iterator[str]:
    """Series of the report that nobody gives out any more: there is no cell to compare, and that is told."""
    for key in dict.fromkeys(_key(row) for row in table[table[value].notna()].to_dict("records")):
        if key not in today:
            yield names.get(key, key)


@functools.cache
def _count_names() -> dict[str, str]:
    facets = ((offence.id, sex, facet) for offence in catalogue.offences() for sex, facet in offence.facets.items())
    return {_key({"offence": offence, "sex": sex}): facet.name for offence, sex, facet in facets}


@functools.cache
def _survey_names() -> dict[str, str]:
    return {measure.id: measure.name for measure in catalogue.measures()}


def _turned(table: pd.DataFrame, today: Mapping[str, CountFinding]) -> Iterator[Turned]:
    for row in table.to_dict("records"):
        if finding := today.get(_key(row)):
            yield from _others(finding.facet.name, row, _verdicts(finding))


def _survey_turned(table: pd.DataFrame, today: Mapping[str, SurveyFinding]) -> Iterator[Turned]:
    for row in table.to_dict("records"):
        if finding := today.get(_key(row)):
            yield from _others(finding.measure.name, row, _survey_verdicts(finding))


def _others(what: str, row: Mapping[Hashable, object], today: Mapping[str, str]) -> Iterator[Turned]:
    """The verdicts of a row that are others today; an older report may keep fewer."""
    for column, after in today.items():
        before = row.get(column, after)
        code = before if isinstance(before, str) else ""  # an empty cell is no verdict
        if code != after:
            yield Turned(what, column, code, after)


def _verdicts(finding: CountFinding) -> dict[str, str]:
    position = finding.position.value if finding.position is not None else ""
    judgement = finding.judgement
    return {"change": judgement.change.value, "relative_change": judgement.relative_change.value, "position": position}


def _survey_verdicts(finding: SurveyFinding) -> dict[str, str]:
    return {
        "survey_change": finding.change.value,
        "against_lan": finding.comparison.value,
        "against_riket": finding.comparison_riket.value,
    }


def _key(row: Mapping[Hashable, object]) -> str:
    """What a row is about, as the findings are called: a measure of the survey, or an offence and a sex."""
    if "measure" in row:
        return str(row["measure"])
    return str(row["offence"]) if row["sex"] == "alla" else f"{row['offence']}_{row['sex']}"


def _differ(before: float, after: float | None, column: str) -> bool:
    return after is None or abs(float(before) - float(after)) > _ROUNDED[column]
