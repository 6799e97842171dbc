"""Read every file of a kommun's folder, check it against the others, and join what they hold."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import bra, embedded, files, kolada, local, mapping, scb, screen
from kunskapsbaserat.data.bra import Export, Finding
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.folder import layout, register, years
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.errors import FileError, KunskapError, TableError
from kunskapsbaserat.kommun import Kommun

EXPOSURE_KEY = ["area", "area_level", "kind", "year"]
LOCAL = layout.PARTS[2]
SURVEY_KEY = ["area", "area_level", "measure", "start_year", "end_year"]


@dataclass(frozen=True)
class FileReport:
    """What one file is and what was found in it.

    `kind` is "bra", "exposure", "counts", "survey", "indicator" or "unknown" (not recognised, or not readable); `read` is the
    reader's result; `findings` tell errors (the file is not used), warnings and facts.
    """

    path: Path
    name: str
    sha256: str
    kind: str
    read: Export | Imported | None
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.level == "error")

    @property
    def usable(self) -> bool:
        return self.read is not None and not self.errors


@dataclass(frozen=True)
class Folder:
    """A kommun's folder as it was read.

    Attributes
    ----------
    files : tuple of FileReport
        Every file that may hold figures.
    counts : DataFrame
        The counts contract per year: Brå's own years, and months or quarters summed where a whole year of them is there and
        the year itself is not. SOL's computed indicators are added.
    months : DataFrame
        The counts contract per month.
    survey, exposure : DataFrame
        The contracts; empty when no file holds any.
    local : tuple of Imported
        Other counts, shares and indicators, by file.
    findings : tuple of Finding
        What was found when the files were joined: gaps, revisions, contradictions.
    retrieved : dict
        Date of each file, by name.
    """

    path: Path
    kommun: Kommun
    files: tuple[FileReport, ...]
    counts: pd.DataFrame
    months: pd.DataFrame
    survey: pd.DataFrame
    exposure: pd.DataFrame
    local: tuple[Imported, ...]
    findings: tuple[Finding, ...]
    retrieved: dict[str, date] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before a report is made from the folder."""
        return (*(f for file in self.files for f in file.errors), *(f for f in self.findings if f.level == "error"))

    def require_usable(self) -> None:
        """Stop a report on a folder with errors: nothing half-read gets through.

        Raises
        ------
        TableError
            Names the first error and how many there are.
        """
        if self.errors:
            more = f" (och {len(self.errors) - 1} fel till)" if len(self.errors) > 1 else ""
            raise TableError(
                f"a folder without errors; {self.errors[0]}",
                forvantat="en mapp utan fel",
                file=self.path,
                rad=f"{self.errors[0]}{more}. Kör ”kunskap kontroll {self.path}”",
            )

    @functools.cached_property
    def snapshots(self) -> dict[str, Snapshot]:
        """Provenance of every file that is used, by its name in the folder."""
        return {f.name: _snapshot(f, self.retrieved[f.name]) for f in self.files if f.usable}


def read(folder: str | Path, *, register_dates: bool = True) -> Folder:
    """Read a kommun's folder. A bad file never raises: what is wrong with it stands in its report.

    Parameters
    ----------
    folder : path
        As `create` made it, with files put anywhere in it.
    register_dates : bool
        Note the date of files not seen before in the folder's register.

    Raises
    ------
    FileError
        It is no folder, or does not say which kommun it belongs to.
    """
    folder = Path(folder)
    kommun = layout.kommun_of(folder)
    reports = [_read_one(path, path.relative_to(folder).as_posix()) for path in layout.data_paths(folder)]
    problems: list[Finding] = []
    exposure = _join([r.read for r in reports if r.kind == "exposure"], EXPOSURE_KEY, tables.exposure, problems)
    population = _first([exposure, embedded.exposure()], EXPOSURE_KEY)
    reports = [_checked(r, population) for r in reports]
    exports = [r.read for r in reports if isinstance(r.read, Export) and r.usable]
    shares = [e.survey for e in exports if e.survey is not None and len(e.survey)]
    by_frequency = years.joined(exports, problems)
    counts = years.yearly(by_frequency)
    survey = _agreed(shares, SURVEY_KEY, problems) if shares else embedded.survey().iloc[:0]
    if exports and not (counts["area"] == kommun.code).any() and not (survey["area"] == kommun.code).any():
        problems.append(Finding("warning", "other_kommun", f"Ingen av Brås filer i mappen gäller {kommun.name}.", folder.name))
    problems = [p for p in problems if p.code != "gap" or p.file == kommun.code]
    used = {r.name: (r.path, r.sha256) for r in reports if r.usable}
    return Folder(
        path=folder,
        kommun=kommun,
        files=tuple(reports),
        counts=counts,
        months=by_frequency.get("M", embedded.counts_month_2013().iloc[:0]),
        survey=survey,
        exposure=exposure,
        local=tuple(r.read for r in reports if r.usable and isinstance(r.read, Imported) and r.kind != "exposure"),
        findings=tuple(problems),
        retrieved=register.dates(folder, used, write=register_dates),
    )


def start_mappings(folder: str | Path) -> list[Path]:
    """Write a first mapping beside every file that is not recognised; what exists is not touched.

    Raises
    ------
    FileError
        It is no kommun's folder.
    """
    folder = Path(folder)
    layout.kommun_of(folder)
    reports = [_read_one(path, path.relative_to(folder).as_posix()) for path in layout.data_paths(folder)]
    unknown = [r.path for r in reports if any(f.code == "unknown" for f in r.findings)]
    return [mapping.write_start(path) for path in unknown if not mapping.path_for(path).exists()]


def _read_one(path: Path, name: str) -> FileReport:
    try:
        file = files.read_file(path)
        screen.refuse(file)
        kind, found = _recognised(path, file)
    except KunskapError as error:
        return FileReport(path, name, "", "unknown", None, (Finding("error", "unreadable", _without_name(error, path), name),))
    notes = [Finding("info", note.code, note.svenska, name) for note in file.notes]
    if found is None:
        notes.append(Finding("error", "unknown", _UNKNOWN, name))
    elif isinstance(found, Imported):
        notes += [Finding("info", n.code, n.svenska, name) for n in found.notes if n not in file.notes]
    return FileReport(path, name, file.sha256, kind, found, tuple(notes))


_UNKNOWN = (
    "Filen saknar mappning och känns inte igen som Brås, SCB:s eller Koladas. Är det egna uppgifter: kör ”kunskap kontroll "
    "MAPP --mappning” så skrivs en mappning att fylla i. Annars: flytta filen ur mappen."
)


def _recognised(path: Path, file: DataFile) -> tuple[str, Export | Imported | None]:
    """The reader that knows the file, tried in the order of how surely it is recognised."""
    if mapping.path_for(path).exists():
        found = local.read(path)
        return found.contract, found
    if path.parent.name == LOCAL and not kolada.recognises(file):
        return "unknown", None  # a table of fires by kommun and year looks like one of offences
    if kolada.recognises(file):
        with contextlib.suppress(TableError):
            return "exposure", kolada.population(path)
        found = kolada.indicators(path)
        return found.contract, found
    for reader in _READERS:
        try:
            kind, read = reader(path)
        except FileError as error:
            if error.reason not in _NOT_MINE:
                raise
        else:
            return kind, read
    return "unknown", None


def _bra(path: Path) -> tuple[str, Export | Imported]:
    return "bra", bra.read(path)


def _scb(path: Path) -> tuple[str, Export | Imported]:
    try:
        return "exposure", scb.population(path)
    except TableError as error:
        raise FileError("not_scb", path, str(error), error.svenska) from error


_READERS: tuple[Callable[[Path], tuple[str, Export | Imported]], ...] = (_bra, _scb)
_NOT_MINE = ("not_bra", "not_scb")


def _checked(report: FileReport, population: pd.DataFrame) -> FileReport:
    """Brå's file against the population: swapped rows, a rate read as a count, preliminary or final."""
    if not isinstance(report.read, Export):
        return report
    export = bra.checks.settle_status(report.read, population)
    return FileReport(
        report.path,
        report.name,
        report.sha256,
        report.kind,
        export,
        (*report.findings, *bra.check(export, population=population)),
    )


def _join(
    imports: Iterable[Export | Imported | None],
    key: list[str],
    contract: Callable[..., pd.DataFrame],
    problems: list[Finding],
) -> pd.DataFrame:
    parts = [i.table for i in imports if isinstance(i, Imported)]
    return contract(_agreed(parts, key, problems)) if parts else embedded.exposure().iloc[:0]


def _agreed(parts: Sequence[pd.DataFrame], key: list[str], problems: list[Finding]) -> pd.DataFrame:
    """All rows, each key once; files that contradict each other are a problem of the folder."""
    rows = pd.concat(parts, ignore_index=True)
    value = "value" if "value" in rows else "share"
    known = rows.dropna(subset=[value])
    spread = known.groupby(key)[value]
    differ = spread.min() != spread.max()
    if differ.any():
        first = differ[differ].index[0]
        sources = sorted(known.loc[(known[key] == list(first)).all(axis=1), "source"].unique()) if "source" in known else []
        problems.append(
            Finding(
                "error",
                "contradiction",
                f"{int(differ.sum())} tal finns i flera filer med olika värden, det första för {', '.join(map(str, first))}"
                f"{' (' + ', '.join(sources) + ')' if sources else ''}. Ta bort den fil som är inaktuell.",
                "mappen",
            )
        )
    return rows.sort_values(value, na_position="last").drop_duplicates(key).sort_values(key, ignore_index=True)


def _first(parts: Sequence[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Rows of the first part that has each key."""
    filled = [p for p in parts if len(p)]
    return pd.concat(filled, ignore_index=True).drop_duplicates(key).reset_index(drop=True)


def _snapshot(report: FileReport, when: date) -> Snapshot:
    if isinstance(report.read, Imported):
        about = report.read.snapshot(when)
        return Snapshot(**{**{f: getattr(about, f) for f in about.__dataclass_fields__}, "name": report.name})
    assert report.read is not None
    statuses = set(report.read.frame["status"])
    return Snapshot(
        name=report.name,
        publisher="Brottsförebyggande rådet (Brå)",
        title=bra.KINDS[report.read.kind],
        address="https://bra.se/statistik",
        licence="får återges fritt",
        retrieved=when,
        published=None,
        status="final" if statuses == {"final"} else "preliminary",
        sha256=report.sha256,
    )


def _without_name(error: KunskapError, path: Path) -> str:
    """The error's words; the file is named beside them already."""
    text = error.svenska
    return text.removeprefix(path.name).lstrip(" ,:") if text.startswith(path.name) else text
