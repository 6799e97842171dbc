"""One `kunskap hamta`: ask each source, keep what it answers, and put the files in the folders of the kommuner."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat.data import fetched
from kunskapsbaserat.data import scb as scb_reader
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.fetch import addresses, alike, asking, hosts, revisions, sources, trouble, wanted
from kunskapsbaserat.data.fetch.asking import Asker, Offline, Online
from kunskapsbaserat.data.fetch.http import Client, Limits
from kunskapsbaserat.data.fetch.measures import Judged, Measures
from kunskapsbaserat.data.fetch.sources import SOURCES, Files, Source
from kunskapsbaserat.data.fetch.store import Store
from kunskapsbaserat.data.fetch.wanted import MOST_ONE_BY_ONE, Wanted
from kunskapsbaserat.data.folder.layout import REVISIONS
from kunskapsbaserat.errors import FetchError, FileError, FileLocked, TableError
from kunskapsbaserat.kommun import Kommun

HOSTS_AT_ONCE = True
"""False asks one host after another, so that the order of the questions is always the same."""
_MOST_SAID = 30  # lines about groups that have changed; in the whole country they may be hundreds


@dataclass(frozen=True)
class Came:
    """What one source gave: `retrieved` is None when nothing came, `error` says why the newest did not.

    `by_hand` is how a person gets it instead; `asked` is False for one that is not asked for so many kommuner. `lacking` are
    the kommuner that nothing came of, and why.
    """

    name: str
    retrieved: date | None = None
    error: FetchError | None = None
    calls: int = 0
    by_hand: str = ""
    asked: bool = True
    lacking: Mapping[Kommun, FetchError] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """The files of one kommun, and how many of their cells the publishers had changed since the last time.

    `has_total` is whether all reported offences of the kommun came in this run.
    """

    place: Kommun
    folder: Path
    files: tuple[Path, ...] = ()
    revised: int = 0
    has_total: bool = False


@dataclass(frozen=True)
class Summary:
    """How a whole run went; `said` is what else a person should know, in Swedish."""

    services: tuple[Came, ...]
    placed: tuple[Placed, ...]
    judged: tuple[Judged, ...] = field(default_factory=tuple)
    people_differ: int = 0
    said: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether what the first page needs has come now: the total of each kommun."""
        return all(one.has_total for one in self.placed)


@dataclass(frozen=True)
class _Got:
    source: Source
    result: Any
    came: Came

    @property
    def is_new(self) -> bool:
        return self.result is not None and self.came.error is None


def fetch(
    places: Mapping[Kommun, Path],
    store: Path,
    *,
    riket: bool = False,
    offline: bool = False,
    limits: Limits | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Get everything for some kommuner, and put it in their folders.

    Parameters
    ----------
    places : mapping of Kommun to Path
        The kommuner and their folders, which exist.
    store : Path
        Where every answer is kept.
    riket : bool
        Every measure for all 290 kommuner, not only the kommun, those it is compared with and its län.
    offline : bool
        Make the tables of what the store has; nothing is sent.
    limits : Limits, optional
        Of time and size.
    told
        Hears of each request.

    Raises
    ------
    FileError, FileLocked
        A folder cannot be written, or another run is busy in it.
    """
    kept = Store(store)
    asked = wanted.of(list(places), riket=riket)
    with kept.locked():
        how = _How(kept, offline, limits, told, asked)
        try:
            got = how.all()
        finally:
            how.stop()
        placed = [_place(place, folder, got, asked) for place, folder in places.items()]
    judged = tuple(one for found in got for one in sources.judged_of(found.result))
    return Summary(tuple(found.came for found in got), tuple(placed), judged, _people_differ(got), tuple(_said(got, asked)))


@dataclass
class _How:
    """Asks a source, or the store; a source that fails leaves the newest whole run of the store."""

    store: Store
    offline: bool
    limits: Limits | None
    told: Callable[[str], None]
    wanted: Wanted
    stopped: threading.Event = field(default_factory=threading.Event)
    speaking: threading.Lock = field(default_factory=threading.Lock)

    def all(self) -> list[_Got]:
        """What every source gives; the publishers' hosts are asked side by side, each at its own pace."""
        if self.offline or not HOSTS_AT_ONCE:
            return [self.get(source) for source in SOURCES]
        return hosts.at_once([(source.service, functools.partial(self.get, source)) for source in SOURCES], self.stopped)

    def say(self, purpose: str) -> None:
        with self.speaking:
            if self.stopped.is_set():
                raise hosts.Stopped
            self.told(purpose)

    def stop(self) -> None:
        """Nothing more is asked, and nobody is told more: what a thread still waits for is thrown away."""
        with self.speaking:
            self.stopped.set()

    def get(self, source: Source) -> _Got:
        if source.one_by_one and len(self.wanted.places) > MOST_ONE_BY_ONE:
            return _Got(source, None, Came(source.name, asked=False))
        service = dataclasses.replace(addresses.service(source.service), name=source.name)
        client = Client(service, self.limits)
        failure: FetchError | None = None
        if not self.offline:
            run = self.store.new_run()
            asker = Online(client, self.store, run, source.key, told=lambda purpose: self.say(f"{source.name}: {purpose}"))
            try:
                result = source.ask(asker, self.wanted)
            except FetchError as error:
                failure = error
            else:
                self.store.close(run, source.key)
                return self._got(source, result, asker, None, client)
        return self._earlier(source, client, failure)

    def _earlier(self, source: Source, client: Client, failure: FetchError | None) -> _Got:
        for run in self.store.closed_runs(source.key):
            earlier = Offline(client.service, self.store, run, source.key)
            try:
                result = source.ask(earlier, self.wanted)
            except FetchError as error:
                failure = failure or (None if asking.is_missing(error) else error)
            else:
                return self._got(source, result, earlier, failure, client)
        failure = failure or trouble.not_in_store(source.name, client.service.base)
        return _Got(source, None, Came(source.name, None, failure, client.calls, source.by_hand))

    def _got(self, source: Source, result: Any, asker: Asker, failure: FetchError | None, client: Client) -> _Got:
        lacking = sources.lacking_of(result)
        return _Got(source, result, Came(source.name, _day(asker), failure, client.calls, source.by_hand, lacking=lacking))


def _day(asker: Asker) -> date:
    return max(date.fromisoformat(entry.time[:10]) for entry in asker.answers)


def _place(place: Kommun, folder: Path, got: Sequence[_Got], asked: Wanted) -> Placed:
    """Put the files in the folder. What has been revised is noted first: after a crash the next run finds it again."""
    room = folder / fetched.FOLDER
    found: Files = {}
    gone: list[str] = []
    has_total = False
    for one in got:
        if one.result is None or one.came.retrieved is None:
            continue
        mine = one.source.files(one.result, place, one.came.retrieved, asked)
        if mine is None:
            continue
        has_total |= one.is_new and sources.total_is_known(mine, place)
        found |= mine
        gone += [name for name in one.source.names if name not in mine]  # it can no longer be proved to be what it was
    revised = revisions.note(folder / REVISIONS, _differences(room, found), _newest(found))
    for name, file in found.items():
        if isinstance(file, bytes):
            replace_file(room / name, file)
        else:
            fetched.write(room / name, *file)
    for name in gone:
        _remove(room / name)
    return Placed(place, folder, tuple(room / name for name in found), revised, has_total)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError as error:  # Windows keeps a file that Excel has open
        raise FileLocked(path) from error


def _differences(room: Path, found: Files) -> dict[str, tuple[str, pd.DataFrame]]:
    differences = {}
    for name, file in found.items():
        if not isinstance(file, bytes) and (earlier := _table_before(room / name)) is not None:
            table, about = file
            differences[name] = (about.contents, revisions.changed(earlier, table, about.contents))
    return differences


def _newest(found: Files) -> date:
    return max((file[1].retrieved for file in found.values() if not isinstance(file, bytes)), default=date.min)


def _table_before(path: Path) -> pd.DataFrame | None:
    """The table of the last time; one that somebody has changed says nothing about the publisher, and is replaced."""
    try:
        return fetched.read(path)[0].table if path.exists() else None
    except (FileError, TableError):
        return None


def _people_differ(got: Sequence[_Got]) -> int:
    """Populations that Kolada and SCB do not agree about, of the years before SCB's noise."""
    tables = [
        found.result.exposure if isinstance(found.result, Measures) else found.result
        for found in got
        if found.source.key in ("kolada", "scb") and found.result is not None
    ]
    if len(tables) < 2:
        return 0
    both = tables[0].merge(tables[1], on=["area", "year"], suffixes=("", "_other"))
    return int(((both["year"] < scb_reader.NOISE_FROM) & (both["value"] != both["value_other"])).sum())


def _said(got: Sequence[_Got], asked: Wanted) -> list[str]:
    """Liknande kommuner that are others than those that the package compares with."""
    tables = [found.result for found in got if found.source.key == "kolada_liknande" and found.result is not None]
    return [text for table in tables for place in asked.places for text in alike.changed(table, place)][:_MOST_SAID]
