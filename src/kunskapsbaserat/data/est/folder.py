"""Everything about EST in a kommun's folder: its workbook, the event lists in ``est/``, what is decided on duplicates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import book as books
from kunskapsbaserat.data.est import duplicates, raw, reader, secret, sheets, times
from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.mapping import ExportMapping
from kunskapsbaserat.data.est.periods import FIRST_MONDAY, Rhythm
from kunskapsbaserat.data.est.remarks import remark
from kunskapsbaserat.data.est.secret import Secret
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.folder.layout import EST, EST_LEDGER
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.findings import Finding

LEDGER = EST_LEDGER
AREAS = ("omraden.geojson", "omraden.gpkg")
_LISTS = {".csv", ".txt", ".xlsx", ".xls", ".xlsm", ".ods", *raw.GEOJSON}


@dataclass(frozen=True)
class EstFolder:
    """The EST of a kommun as it was read.

    Attributes
    ----------
    reports : DataFrame
        Every report: the incidents contract of all files together.
    events : DataFrame
        The same with each event once, as far as a person has decided.
    decided : dict
        What has been decided about pairs of reports; see `duplicates`.
    mappings : dict
        The mapping of each event list.
    sha256 : dict
        Digest of every file that was read, by name.
    secret : Secret
        The folder's.
    now_called : dict
        The id of an event by the one that earlier versions gave it.

    Examples
    --------
    >>> import tempfile
    >>> from kunskapsbaserat.data import est
    >>> home = tempfile.TemporaryDirectory()
    >>> _ = est.write_new(est.path_in(home.name), "Köping")
    >>> found = est.read(home.name)
    >>> len(found.events), found.rhythm.days, found.areas
    (0, 14, None)
    >>> home.cleanup()
    """

    path: Path
    book: Book
    reports: pd.DataFrame
    events: pd.DataFrame
    decided: dict[tuple[str, str], str]
    remarks: tuple[Finding, ...]
    mappings: dict[str, ExportMapping]
    sha256: dict[str, str]
    secret: Secret = field(repr=False)
    now_called: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def rhythm(self) -> Rhythm:
        said = self.book.settings
        return Rhythm(said.get("dagar", 14), said.get("forsta_dag", FIRST_MONDAY))

    @property
    def areas(self) -> Path | None:
        """The kommun's own map of areas, if there is one."""
        return next((path for name in AREAS if (path := self.path / EST / name).exists()), None)


def lists(folder: str | Path) -> tuple[Path, ...]:
    """The event lists in the folder ``est``."""
    place = Path(folder) / EST
    if not place.is_dir():
        return ()
    return tuple(
        p
        for p in files.data_files(place)
        if p.suffix.casefold() in _LISTS and ".mappning." not in p.name and p.name not in AREAS
    )


def read(folder: str | Path) -> EstFolder:
    """Read the EST of a folder.

    Parameters
    ----------
    folder : str or Path
        The kommun's.

    Returns
    -------
    EstFolder

    Raises
    ------
    FileError
        There is neither a workbook nor an event list, or one of them cannot be read. The message never repeats what stands
        in it.
    FileLocked, TableError
        As `book.read`, `reader.read` and `duplicates.read_decisions`.

    Examples
    --------
    An event in the workbook's own list; its time is a span, since nobody saw it happen:

    >>> import tempfile
    >>> from openpyxl import load_workbook
    >>> from kunskapsbaserat.data import est
    >>> home = tempfile.TemporaryDirectory()
    >>> path = est.path_in(home.name)
    >>> _ = est.write_new(path, "Köping")
    >>> book = load_workbook(path)
    >>> book["Händelser"].append(["H1", None, "2026-11-13 16:00", "2026-11-16 07:00", "Skadegörelse"])
    >>> book.save(path)
    >>> found = est.read(home.name)
    >>> found.events[["start", "end", "category"]]
                    start                 end      category
    0 2026-11-13 16:00:00 2026-11-16 07:00:00  skadegorelse
    >>> home.cleanup()
    """
    folder = Path(folder)
    workbook = folder / sheets.FILE
    found_lists = lists(folder)
    if not workbook.exists() and not found_lists:
        raise FileError(
            "no_est",
            workbook,
            "does not exist, and there is no event list in the folder est",
            "finns inte, och mappen est är tom. Kör ”kunskap ny KOMMUN MAPP”; inget i mappen skrivs över.",
        )
    if not (folder / secret.FILE).exists() and duplicates.are_keyed(folder / duplicates.FILE):
        raise FileError(
            "secret",
            folder / secret.FILE,
            f"is missing, and the decisions in {duplicates.FILE} were made with it",
            f"saknas, och besluten i {duplicates.FILE} är gjorda med den. Hämta tillbaka den ur en säkerhetskopia av mappen, "
            f"eller ta bort {duplicates.FILE} och besluta igen.",
        )
    file = files.read_file(workbook) if workbook.exists() else None
    registers, own_secret = books.of_file(file) if file is not None else Book(), secret.of(folder)
    remarks = list(registers.remarks)
    tables, mappings = [], {}
    registers, digests = _with_walks(folder, registers, remarks)
    now_called: dict[str, str] = {}
    if file is not None:
        digests[sheets.FILE] = registers.sha256
        own = _own_events(file, registers, own_secret)
        if own is not None:
            tables.append(own.table)
            remarks += [r for r in own.remarks if r.code != "unread_column"]
    for at, path in enumerate(found_lists, start=1):
        name = _safe_name(path, at)
        found = reader.read(path, book=registers, name=name, secret=own_secret)
        tables.append(found.table)
        remarks += found.remarks
        mappings[name] = found.mappings[0]
        digests |= found.sha256
        now_called |= found.now_called
    reports = pd.concat(tables, ignore_index=True) if tables else reader.empty()
    decided = duplicates.with_ids_of_today(duplicates.read_decisions(folder / duplicates.FILE, own_secret), now_called)
    events = duplicates.apply(reports, [pair for pair, said in decided.items() if said == duplicates.SAME])
    return EstFolder(
        folder,
        registers,
        reports,
        events,
        decided,
        tuple(remarks),
        mappings,
        digests,
        own_secret,
        now_called,
    )


def _with_walks(folder: Path, registers: Book, remarks: list[Finding]) -> tuple[Book, dict[str, str]]:
    """The registers with what stands in the workbook of walks, and its digest; a fault there stops nothing here."""
    from kunskapsbaserat.data import walks  # reads rows of est.xlsx too, and so needs this package

    try:
        found = walks.read(folder)
    except KunskapError:
        remarks.append(remark("unread_walks", file=walks.path_in(folder).name))
        return registers, {}
    items = dict(registers.items)
    written = {(item.id.casefold(), item.datum) for item in walks.as_est(found)}  # moved there, and left here
    old = [item for item in registers.of(sheets.WALKS) if (item.id.casefold(), item.datum) not in written]
    items[sheets.WALKS] = (*old, *walks.as_est(found))
    return replace(registers, items=MappingProxyType(items)), dict(found.sha256)


def _own_events(workbook: DataFile, registers: Book, own_secret: Secret) -> reader.Events | None:
    """The sheet of events of the workbook, without its example; None when nothing is filled in."""
    found = raw.read(workbook, sheet=sheets.EVENTS)
    ids = pd.Series(times.stripped(found.frame["handelse_id"]), index=found.frame.index)
    told = ids.eq("Förklaring") | ids.str.upper().str.startswith("EXEMPEL")
    frame = found.frame[~told]
    if frame.empty:
        return None
    kept = raw.RawEvents(frame, found.mapping, found.sheet, found.sha256, found.unread, found.letters)
    return reader.from_raw(kept, sheets.FILE, registers, own_secret)


_PLAIN = frozenset(
    [
        "arcgis",
        "dubbletter",
        "embrace",
        "est",
        "export",
        "form",
        "formulär",
        "händelse",
        "händelser",
        "handelse",
        "handelser",
        "kommun",
        "lista",
        "msb",
        "polisen",
        "rapport",
        "rapporter",
        "survey",
        "survey123",
        "till",
        "tom",
        "uttag",
        "vecka",
        "v",
        "och",
        "från",
        "fram",
        "år",
        "jan",
        "feb",
        "mar",
        "apr",
        "maj",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "nov",
        "dec",
        "januari",
        "februari",
        "mars",
        "april",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ]
)


def _safe_name(path: Path, at: int) -> str:
    """A file's name can be a person's: one with any word but the plainest is not repeated."""
    said = re.findall(r"[^\W\d_]+(?:\d+)?", path.stem.casefold())
    return path.name if all(word in _PLAIN for word in said) else f"lista {at} i mappen est ({path.suffix[1:].casefold()})"
