"""The walks of a kommun's folder: ``vandringar/vandring.xlsx``, and what older workbooks of EST have in a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from kunskapsbaserat.data import files
from kunskapsbaserat.data.est import sheets as est_sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.folder.layout import WALKS as FOLDER
from kunskapsbaserat.data.walks import book, sheets
from kunskapsbaserat.data.walks.model import Seen, Walk
from kunskapsbaserat.data.walks.template import path_in
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.forms.faults import warning

_TABLES = {".xlsx", ".xls", ".xlsm", ".ods", ".csv"}


@dataclass(frozen=True)
class Walks:
    """The walks of a kommun: the oldest first, what was seen in the order it was written, and what a person should know.

    `exercise` is what the form says of being none of the kommun's.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.walks import Walk, Walks
    >>> Walks((Walk("V1", datetime.date(2026, 3, 10), "Stationsområdet"),)).newest
    datetime.date(2026, 3, 10)
    """

    walks: tuple[Walk, ...] = ()
    seen: tuple[Seen, ...] = ()
    remarks: tuple[Finding, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)
    exercise: str = ""

    @property
    def newest(self) -> date | None:
        """The last day that something is said to have happened on; the clock is not asked."""
        days = [walk.day for walk in self.walks]
        days += [day for one in self.seen for day in (one.decided, one.done) if day is not None]
        return max(days, default=None)


def read(folder: str | Path, *, of_est: Sequence[Item] = ()) -> Walks:
    """The walks of a kommun's folder; without a workbook only those of EST, and none at all is an answer too.

    Parameters
    ----------
    folder : path
        The kommun's.
    of_est : sequence of Item
        The rows of the sheet in ``est.xlsx``.

    Returns
    -------
    Walks

    Raises
    ------
    WalkError
        Anything in the workbook is wrong: all of it, with sheet and row.
    FileError, PersonalDataError, FileLocked
        As `book.read` and `files.read_file`.

    Examples
    --------
    >>> import datetime
    >>> import tempfile
    >>> from kunskapsbaserat.data import walks
    >>> from kunskapsbaserat.data.walks.template import workbook
    >>> walk = {"id": "V1", "datum": datetime.date(2026, 3, 10), "plats": "Stationsområdet"}
    >>> lamp = {"id": "I1", "vandring": "V1", "plats": "Gångtunneln", "tema": "belysning", "namn": "En lampa är släckt"}
    >>> home = tempfile.TemporaryDirectory()
    >>> walks.path_in(home.name).parent.mkdir()
    >>> _ = walks.path_in(home.name).write_bytes(workbook("Köping", {"Vandringar": [walk], "Iakttagelser": [lamp]}))
    >>> found = walks.read(home.name)
    >>> [(str(one.day), one.place) for one in found.walks], [(one.place, one.state) for one in found.seen]
    ([('2026-03-10', 'Stationsområdet')], [('Gångtunneln', 'inte påbörjad')])
    >>> home.cleanup()
    """
    path = path_in(folder)
    if not path.exists():
        return _with_old(Walks(remarks=tuple(_others(path.parent))), of_est)
    file = files.read_file(path)
    read_book, remarks = book.read(file)
    if path.with_name(f"~${path.name}").exists():
        told = f"{path.name} är öppen i Excel. Det som inte är sparat kommer inte med."
        remarks.append(warning("open_in_excel", "", None, None, told))
    own = Walks(
        book.walks_of(read_book),
        book.seen_of(read_book),
        tuple(replace(remark, file=sheets.FILE) for remark in [*remarks, *_others(path.parent)]),
        {f"{FOLDER}/{sheets.FILE}": file.sha256},
        str(read_book.facts.get("ovning") or ""),
    )
    return _with_old(own, of_est)


def _others(place: Path) -> Iterator[Finding]:
    """Other tables beside the workbook are not read, and that is said."""
    if not place.is_dir():
        return
    for path in files.data_files(place):
        if path.parent == place and path.suffix.casefold() in _TABLES and path.name != sheets.FILE:
            told = f"En annan tabell ligger bredvid {sheets.FILE} och läses inte. Skriv alla vandringar i {sheets.FILE}."
            yield warning("another_table", "", None, None, told)


# ---- as EST has it -------------------------------------------------------------------------------------------------------

_STATE = MappingProxyType(
    {"ej_startad": sheets.NOT_STARTED, "pagar": sheets.ONGOING, "klar": sheets.DONE, "avslutad": sheets.REFUSED}
)
_AS_EST = MappingProxyType({there: here for here, there in _STATE.items() if here != "avslutad"})


def _with_old(own: Walks, of_est: Sequence[Item]) -> Walks:
    """The walks with those that stand in ``est.xlsx``: a walk there is all that was seen at a place in a day."""
    found: dict[tuple[date, str], Walk] = {(walk.day, walk.place.casefold()): walk for walk in own.walks}
    seen, remarks = list(own.seen), list(own.remarks)
    written = {(one.id.casefold(), one.walk.day) for one in own.seen}
    for item in of_est:
        if (str(item.id).casefold(), item.datum) in written:
            told = f"{item.id} står också i {sheets.FILE}, och den raden används. Ta bort raden här."
            remarks.append(warning("in_both", est_sheets.WALKS, item.row, None, told))
            continue
        place = item.plats or "plats saknas"
        walk = found.setdefault(
            (item.datum, place.casefold()), Walk(f"{item.datum} {place}", item.datum, place, light=_light(item))
        )
        seen.append(_old(item, walk))
    walks = tuple(sorted(found.values(), key=lambda walk: (walk.day, walk.id)))
    return replace(own, walks=walks, seen=tuple(seen), remarks=tuple(remarks))


def _light(item: Item) -> str | None:
    return {"ljust": "ljust", "morkt": "mörkt"}.get(item.ljus)


def _old(item: Item, walk: Walk) -> Seen:
    refused = item.beslut == "gors_inte"
    return Seen(
        id=item.id,
        walk=walk,
        place=item.plats or walk.place,
        theme=sheets.THEME_OF_OLD.get(item.galler, item.galler or "annat"),
        text=item.namn,
        state=sheets.REFUSED if refused else _STATE.get(item.lage or "ej_startad", sheets.NOT_STARTED),
        sheet=est_sheets.WALKS,
        row=item.row,
        proposal=item.forslag,
        responsible=item.ansvarig,
        action=item.forslag if item.beslut == "gors" else None,
        due=item.klar_senast,
        why_not=item.varfor_inte,
    )


def as_est(walks: Walks) -> tuple[Item, ...]:
    """What was seen and needs something, as rows of the sheet in ``est.xlsx``: EST follows it as its own.

    What was seen again waits on its latest row alone.

    Parameters
    ----------
    walks : Walks
        From `read`.

    Returns
    -------
    tuple of Item

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat.data.walks import Seen, Walk, Walks, as_est
    >>> walk = Walk("V1", datetime.date(2026, 3, 10), "Stationsområdet")
    >>> lamp = Seen("I1", walk, "Gångtunneln", "belysning", "En lampa är släckt", "inte påbörjad", "Iakttagelser", 4)
    >>> [(item.id, item.namn) for item in as_est(Walks((walk,), (lamp,)))]
    [('I1', 'En lampa är släckt')]
    """
    carried_on = {one.before for one in walks.seen if one.before}
    return tuple(_item(one) for one in walks.seen if one.needs_something and not (one.open and one.id in carried_on))


def _item(one: Seen) -> Item:
    decision = "gors_inte" if one.state == sheets.REFUSED else "gors" if one.action or one.decided else None
    cells = {
        "id": one.id,
        "datum": one.walk.day,
        "plats": one.walk.place,
        "galler": one.theme,
        "namn": one.text,
        "forslag": one.action or one.proposal or one.text,
        "ansvarig": one.responsible,
        "klar_senast": one.last_day,
        "lage": _AS_EST.get(one.state),
        "beslut": decision,
        "varfor_inte": one.why_not,
        "klar": one.done,
    }
    return Item(
        est_sheets.WALKS, one.row, MappingProxyType({name: value for name, value in cells.items() if value is not None})
    )
