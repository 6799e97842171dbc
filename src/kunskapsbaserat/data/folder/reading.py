"""Read every file of a kommun's folder, check it against the others, and join what they hold."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import bra, embedded, fetched, kolada, local, mapping, scb, screen
from kunskapsbaserat.data.bra import Export
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.folder import figures, joining, layout, ownership, precedence, register, years
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.errors import FileError, KunskapError, TableError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.kommun import Kommun

_, POPULATION, LOCAL = layout.PARTS


@dataclass(frozen=True)
class FileReport:
    r"""What one file is and what was found in it.

    `kind` is "bra", "fetched", "exposure", "counts", "survey", "indicator" or "unknown" (not recognised, or not readable);
    `read` is the reader's result; `findings` tell errors (the file is not used), warnings and facts. `about_kommun` is False
    for a file of Brå's without a figure about the folder's kommun or a part of it: it serves for comparison and is no source of
    the kommun's.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = folder.create(home.name, "Borlänge", {})
    >>> _ = (Path(home.name) / "okand.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    >>> report, = folder.read(home.name).files
    >>> report.name, report.kind, report.usable
    ('okand.csv', 'unknown', False)
    >>> home.cleanup()
    """

    path: Path
    name: str
    sha256: str
    kind: str
    read: Export | Imported | None
    findings: tuple[Finding, ...] = ()
    about_kommun: bool = True

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.level == "error")

    @property
    def usable(self) -> bool:
        return self.read is not None and not self.errors


@dataclass(frozen=True)
class Folder:
    r"""A kommun's folder as it was read.

    Attributes
    ----------
    files : tuple of FileReport
        Every file that may hold figures.
    counts : DataFrame
        The counts contract per year: Brå's own years, and months or quarters summed where a whole year of them is there and
        the year itself is not. SOL's computed indicators are added.
    months : DataFrame
        The counts contract per month: the kommun's own files first.
    survey, exposure : DataFrame
        The contracts; empty when no file holds any.
    areas : DataFrame
        The exposure contract of DeSO and RegSO as fetched, with the ``name`` that SCB gives the RegSO.
    ages : DataFrame
        Inhabitants by age and sex as fetched: ``area area_level sex age year value``.
    alike : DataFrame
        Kolada's liknande kommuner as fetched: ``kommun kind year members``.
    local : tuple of Imported
        Other counts, shares and indicators, by file.
    findings : tuple of Finding
        What was found when the files were joined: gaps, revisions, contradictions.
    retrieved : dict
        Date of each file, by name.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = folder.create(home.name, "Borlänge", {})
    >>> _ = (Path(home.name) / "okand.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    >>> own = folder.read(home.name)
    >>> len(own.counts), own.sources, [found.code for found in own.errors]
    (0, (), ['unknown'])
    >>> home.cleanup()
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
    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    alike: pd.DataFrame = field(default_factory=pd.DataFrame)

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
                tips=f"{self.errors[0]}{more}. Kör ”kunskap kontroll {self.path}”",
            )

    @functools.cached_property
    def snapshots(self) -> dict[str, Snapshot]:
        """Provenance of every file that is used, by its name in the folder."""
        return {f.name: _snapshot(f, self.retrieved[f.name]) for f in self.files if f.usable}

    @functools.cached_property
    def parts(self) -> pd.DataFrame:
        """The rows of `counts` about parts of the kommun (stadsdelar)."""
        own = (self.counts["area_level"] == "stadsdel") & self.counts["area"].str.startswith(f"{self.kommun.code}:")
        return self.counts[own].reset_index(drop=True)

    @functools.cached_property
    def part_names(self) -> dict[str, str]:
        """The name of each part by its code, as the files write it."""
        return ownership.part_names([f.read for f in self.files if isinstance(f.read, Export)], self.kommun)

    @functools.cached_property
    def recalculated_parts(self) -> frozenset[str]:
        """Parts whose years before they were formed the publisher has counted afterwards, so that they can be compared."""
        return ownership.recalculated_parts([f.read for f in self.files if isinstance(f.read, Export)])

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the files that are used and have figures about the kommun, or a part of it."""
        return tuple(f.name for f in self.files if f.usable and f.about_kommun and not _is_beside(f))


def read(folder: str | Path, *, register_dates: bool = True) -> Folder:
    r"""Read a kommun's folder. A bad file never raises: what is wrong with it stands in its report.

    Parameters
    ----------
    folder : path
        As `create` made it, with files put anywhere in it.
    register_dates : bool
        Note the date of files not seen before in the folder's register.

    Returns
    -------
    Folder

    Raises
    ------
    FileError
        It is no folder, or does not say which kommun it belongs to.

    Examples
    --------
    A file of Brå's, put anywhere in the folder, is known by its content:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = folder.create(home.name, "Borlänge", {})
    >>> text = ";;2024;2025\n;;Antal;Antal\nBorlänge kommun;Totalt antal brott;6424;5846\n"
    >>> _ = (Path(home.name) / "nedladdat.csv").write_text(text, encoding="utf-8")
    >>> own = folder.read(home.name)
    >>> own.kommun.name, [(file.name, file.kind) for file in own.files]
    ('Borlänge', [('nedladdat.csv', 'bra')])
    >>> own.counts[["area", "offence", "period", "count", "status"]]
       area offence period  count status
    0  2081  totalt   2024   6424  final
    1  2081  totalt   2025   5846  final
    >>> home.cleanup()
    """
    folder = Path(folder)
    kommun = layout.kommun_of(folder)
    reports = [_read_one(path, path.relative_to(folder).as_posix()) for path in layout.data_paths(folder)]
    problems: list[Finding] = []
    exposure = joining.exposure(_named(reports), problems)
    if got := _got(reports, "exposure"):
        exposure = figures.first([exposure, *got], tables.EXPOSURE_KEY)
    if any(isinstance(report.read, Export) for report in reports):
        population = figures.first([exposure, embedded.exposure()], tables.EXPOSURE_KEY)
        reports = [_checked(r, population, kommun) for r in reports]
    exports = [r.read for r in reports if isinstance(r.read, Export) and r.usable]
    shares = [e.survey.assign(file=e.path.name) for e in exports if e.survey is not None and len(e.survey)]
    by_frequency = years.joined(exports, problems)
    counts = years.yearly(by_frequency, problems)
    survey = joining.agreed(shares, tables.SURVEY_KEY, problems) if shares else figures.none_of(embedded.survey)
    if exports and not (counts["area"] == kommun.code).any() and not (survey["area"] == kommun.code).any():
        problems.append(Finding("warning", "other_kommun", f"Ingen av Brås filer i mappen gäller {kommun.name}.", folder.name))
    if got := _got(reports, "survey"):
        survey = figures.first([survey, *got], tables.SURVEY_KEY)
    if got := _got(reports, "counts"):  # under the kommun's own files, over what the package carries
        counts = precedence.joined(counts, *sorted(got, key=_publisher)).drop(columns="own")
    problems = [dataclasses.replace(p, file=kommun.name) if p.code == "gap" else p for p in problems if _concerns(p, kommun)]
    if len(counts):
        problems += joining.against_total(counts, kommun)
        problems += precedence.contradictions(counts, embedded.counts(), kommun=kommun)
    used = {r.name: (r.path, r.sha256) for r in reports if r.usable and r.kind != "fetched"}
    dated = {r.name: fetched.about(r.path).retrieved for r in reports if r.usable and r.kind == "fetched"}
    return Folder(
        path=folder,
        kommun=kommun,
        files=tuple(reports),
        counts=counts,
        months=_months([by_frequency.get("M", figures.no_months()), *_got(reports, "months")]),
        survey=survey,
        exposure=exposure,
        local=tuple(r.read for r in reports if r.usable and isinstance(r.read, Imported) and _is_local(r)),
        findings=tuple(problems),
        retrieved=register.dates(folder, used, write=register_dates) | dated,
        areas=_one(_got(reports, "parts"), figures.none_of(embedded.exposure)),
        ages=_one(_got(reports, "ages"), pd.DataFrame(columns=[*fetched.KEYS["ages"], "value"])),
        alike=_one(_got(reports, "alike"), pd.DataFrame(columns=[*fetched.KEYS["alike"], "year", "members"])),
    )


def start_mappings(folder: str | Path) -> list[Path]:
    r"""Write a first mapping beside every file that is not recognised; what exists is not touched.

    Parameters
    ----------
    folder : str or Path
        As `create` made it.

    Returns
    -------
    list of Path
        The mappings that were written.

    Raises
    ------
    FileError
        It is no kommun's folder.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = folder.create(home.name, "Borlänge", {})
    >>> _ = (Path(home.name) / "lokalt" / "olyckor.csv").write_text("Kommun;År;Antal\n2081;2024;12\n", encoding="utf-8")
    >>> [path.name for path in folder.start_mappings(home.name)]
    ['olyckor.csv.mappning.csv']
    >>> home.cleanup()
    """
    folder = Path(folder)
    layout.kommun_of(folder)
    reports = [_read_one(path, path.relative_to(folder).as_posix()) for path in layout.data_paths(folder)]
    unknown = [r.path for r in reports if any(f.code == "unknown" for f in r.findings)]
    return [mapping.write_start(path) for path in unknown if not mapping.path_for(path).exists()]


def _read_one(path: Path, name: str) -> FileReport:
    found: Export | Imported | None
    try:
        if path.suffix.casefold() == ".json":  # SCB's json-stat2, which has no sheets
            population = scb.population(path)
            file, kind, found = population.file, "exposure", population
        elif fetched.recognises(path):
            found, kind = fetched.read(path)[0], "fetched"
            file = found.file
        else:
            file = screen.safe_file(path)
            kind, found = _recognised(file)
    except KunskapError as error:
        wrong = Finding("error", "unreadable", _without_name(error, path), name)
        return FileReport(path, name, "", "unreadable", None, (wrong,))
    notes = [dataclasses.replace(note, file=name) for note in file.notes]
    if found is None:
        notes.append(Finding("error", "unknown", _UNKNOWN, name))
    elif isinstance(found, Imported):
        notes += [dataclasses.replace(note, file=name) for note in found.notes if note not in file.notes]
        if kind != "fetched" and found.contract == "survey" and found.table["n"].isna().all():
            notes.append(Finding("warning", "no_n", _NO_N, name))
    return FileReport(path, name, file.sha256, kind, found, tuple(notes))


_NO_N = (
    "Filen säger inte hur många som har svarat. Andelarna visas inte i rapporten förrän mappningen anger kolumnen under ”antal "
    "svar”: få svarande kan avslöja vad enskilda svarat."
)
_UNKNOWN = (
    "Filen saknar mappning och känns inte igen som Brås, SCB:s eller Koladas. Är det egna uppgifter: kör ”kunskap kontroll "
    "MAPP --mappning” så skrivs en mappning att fylla i. Annars: flytta filen ur mappen."
)


def _recognised(file: DataFile) -> tuple[str, Export | Imported | None]:
    """The reader that knows the file, tried in the order of how surely it is recognised."""
    place = file.path.parent.name
    if mapping.path_for(file.path).exists():
        found = local.read(file)
        return found.contract, found
    if kolada.recognises(file):
        with contextlib.suppress(TableError):
            return "exposure", kolada.population(file)
        found = kolada.indicators(file)
        return found.contract, found
    if place == LOCAL:
        return "unknown", None  # a table of fires by kommun and year looks like one of offences
    readers = _READERS[::-1] if place == POPULATION else _READERS
    refused: KunskapError | None = None
    for reader in readers:
        try:
            return reader(file)
        except KunskapError as error:
            if not (isinstance(error, FileError) and error.reason in _NOT_MINE):
                refused = refused or error  # recognised, but wrong in some place: unless another reader knows it better
    if refused is not None:
        raise refused
    return "unknown", None


def _bra(file: DataFile) -> tuple[str, Export | Imported]:
    return "bra", bra.read(file)


def _scb(file: DataFile) -> tuple[str, Export | Imported]:
    try:
        return "exposure", scb.population(file)
    except TableError as error:
        if file.path.parent.name == POPULATION:
            raise
        raise FileError("not_scb", file.path, str(error), error.svenska) from error


_READERS: tuple[Callable[[DataFile], tuple[str, Export | Imported]], ...] = (_bra, _scb)
_NOT_MINE = ("not_bra", "not_scb")


def _checked(report: FileReport, population: pd.DataFrame, kommun: Kommun) -> FileReport:
    """Brå's file against the population: swapped rows, a rate read as a count, preliminary or final; and whose it is."""
    if not isinstance(report.read, Export):
        return report
    population = population[population["area"].isin(report.read.frame["area"].unique())]
    export = bra.checks.settle_status(report.read, population)
    found = [*ownership.about(export, kommun, report.name), *_empty_cells(export, report.name)]
    return dataclasses.replace(
        report,
        read=export,
        findings=(*report.findings, *found, *bra.check(export, population=population)),
        about_kommun=ownership.has_figures(export, kommun),
    )


def _empty_cells(export: Export, name: str) -> list[Finding]:
    empty = export.frame[export.frame["reason"] == "empty"]
    if empty.empty:
        return []
    first = empty.iloc[0]
    text = f"{len(empty)} tomma celler bland talen; de räknas som saknade, inte som noll. Den första står här."
    return [Finding("warning", "empty", text, name, first["sheet"], int(first["row"]), first["column"])]


def _named(reports: Sequence[FileReport]) -> list[pd.DataFrame]:
    """The tables of population and other exposure, each row with its file."""
    return [r.read.table.assign(file=r.name) for r in reports if r.kind == "exposure" and isinstance(r.read, Imported)]


def _got(reports: Sequence[FileReport], contents: str) -> list[pd.DataFrame]:
    """The fetched tables of one contract."""
    found = [r.read for r in reports if r.kind == "fetched" and r.usable and isinstance(r.read, Imported)]
    return [read.table for read in found if read.contract == contents and len(read.table)]


def _publisher(rows: pd.DataFrame) -> int:
    """Brå's own database before Kolada, and table 120, which is one year, last."""
    sources = set(rows["source"].unique())
    return 0 if "bra_sol" in sources else 1 if "kolada" in sources else 2


def _months(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Each series from the first part that has it: two files may not mean the same by one name."""
    found = parts[0]
    for part in parts[1:]:
        have = pd.MultiIndex.from_frame(found[years.SERIES])
        new = part[~pd.MultiIndex.from_frame(part[years.SERIES]).isin(have)]
        found = pd.concat([p for p in (found, new) if len(p)], ignore_index=True) if len(new) else found
    return found


def _one(found: Sequence[pd.DataFrame], like: pd.DataFrame) -> pd.DataFrame:
    return found[0] if found else like.iloc[:0]


def _is_local(report: FileReport) -> bool:
    """Figures that stand in a table of their own: what was fetched does so only where it keeps its publisher's name."""
    if report.kind == "fetched":
        return isinstance(report.read, Imported) and report.read.contract == "indicator"
    return report.kind != "exposure"


def _is_beside(report: FileReport) -> bool:
    """Fetched figures that say nothing of offences: areas, ages and Kolada's groups."""
    return isinstance(report.read, Imported) and report.read.contract in ("parts", "ages", "alike")


def _concerns(finding: Finding, kommun: Kommun) -> bool:
    """Gaps in other kommuner's series are their own business."""
    return finding.code != "gap" or finding.file == kommun.code


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
