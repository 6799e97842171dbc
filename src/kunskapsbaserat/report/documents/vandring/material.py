"""What a report on trygghetsvandringar stands on: the walks of a folder as seen on a day, before they are put into words."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data import walks as own_walks
from kunskapsbaserat.data.est import book as est_book
from kunskapsbaserat.data.est import path_in as est_path
from kunskapsbaserat.data.est import sheets as est_sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.walks import Seen, Walk, Walks, sheets
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material import photos
from kunskapsbaserat.report.material.asked import day_of
from kunskapsbaserat.report.material.own_texts.pictures import NoPicture, Picture
from kunskapsbaserat.report.statements import ground

PHOTOS_TOGETHER = 600_000
"""Bytes of all photos of a report: it has to open on a slow line."""

DONE, AGAIN, REFUSED, REMAINS, NOT_NOTED = "klar", "igen", "nekad", "kvar", "namns_inte"


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo that can be shown, or why it cannot."""

    seen: Seen
    picture: Picture | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two walks at one place: what the earlier saw and what has become of it, and what only the later saw."""

    before: Walk
    after: Walk
    then: tuple[tuple[Seen, str], ...]
    new: tuple[Seen, ...]

    def count(self, outcome: str) -> int:
        return sum(what == outcome for _, what in self.then)


@dataclass(frozen=True)
class Material:
    """The walks of a kommun up to a day."""

    kommun: Kommun
    all: Walks
    day: date
    folder: Path | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def walks(self) -> tuple[Walk, ...]:
        return tuple(walk for walk in self.all.walks if walk.day <= self.day)

    @property
    def later(self) -> int:
        """Walks after the day, which are not told of."""
        return len(self.all.walks) - len(self.walks)

    @functools.cached_property
    def seen(self) -> tuple[Seen, ...]:
        """What was seen, the oldest walk first."""
        inside = [one for one in self.all.seen if one.walk.day <= self.day]
        return tuple(sorted(inside, key=lambda one: (one.walk.day, one.walk.id, one.row)))

    @functools.cached_property
    def open(self) -> tuple[Seen, ...]:
        """What waits, the oldest first. What was seen again waits on its latest row, with the age it has had from the first."""
        carried_on = {one.before for one in self.seen if one.before}
        waiting = [one for one in self.seen if one.open and one.id not in carried_on]
        return tuple(sorted(waiting, key=lambda one: (one.first_day, one.walk.day, one.walk.id, one.row)))

    @functools.cached_property
    def old(self) -> list[Seen]:
        """What has waited for more than six months."""
        return [one for one in self.open if one.half_a_year_on < self.day]

    @functools.cached_property
    def refused(self) -> list[Seen]:
        return [one for one in self.seen if one.state == sheets.REFUSED]

    @functools.cached_property
    def done(self) -> list[Seen]:
        return [one for one in self.seen if one.state == sheets.DONE and one.needs_something]

    @functools.cached_property
    def done_in_time(self) -> list[Seen]:
        return [one for one in self.done if one.done is not None and one.done <= one.half_a_year_on]

    @functools.cached_property
    def late(self) -> list[Seen]:
        return [one for one in self.open if one.last_day < self.day]

    @functools.cached_property
    def undecided(self) -> list[Seen]:
        return [one for one in self.open if one.decided is None and not one.action]

    @functools.cached_property
    def without_owner(self) -> list[Seen]:
        return [one for one in self.open if not one.responsible]

    def age(self, one: Seen) -> int:
        """Days since it was first seen."""
        return (self.day - one.first_day).days

    @functools.cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The last two walks at each place that has had more than one, by place."""
        by_place: dict[str, list[Walk]] = {}
        for walk in self.walks:
            by_place.setdefault(" ".join(walk.place.casefold().split()), []).append(walk)
        pairs = [there[-2:] for there in by_place.values() if len(there) > 1]
        return tuple(self._compared(*pair) for pair in sorted(pairs, key=lambda pair: kommuner.sort_key(pair[0].place)))

    def _compared(self, before: Walk, after: Walk) -> Comparison:
        again = {one.before for one in self.seen if one.walk == after and one.before}
        then = [one for one in self.seen if one.walk == before and one.needs_something]
        new = [one for one in self.seen if one.walk == after and one.needs_something and not one.before]
        return Comparison(before, after, tuple((one, _outcome(one, one.id in again)) for one in then), tuple(new))

    @functools.cached_property
    def photos(self) -> tuple[Shown, ...]:
        """Every photo of the form: what waits first, then the newest; those that there is no room for say so."""
        place = None if self.folder is None else own_walks.path_in(self.folder).parent / sheets.PHOTOS
        with_photo = [one for one in self.seen if one.photo is not None]
        found, room = [], PHOTOS_TOGETHER
        for one in sorted(with_photo, key=lambda one: (not one.open, -one.walk.day.toordinal(), one.row)):
            shown = _shown(one, place)
            if shown.picture is not None and len(shown.picture.content) > room:
                shown = Shown(one, None, "får inte plats i rapporten, som ska gå fort att öppna. Den finns kvar i mappen.")
            room -= 0 if shown.picture is None else len(shown.picture.content)
            found.append(shown)
        return tuple(found)

    @functools.cached_property
    def made_of(self) -> dict[str, str]:
        """The digest of every file, by a name that cannot be anybody's: a photo is called by what it shows."""
        found = dict(self.inputs)
        if self.folder is not None and self.walks:
            found |= ground.digests(self.folder)
            place = own_walks.path_in(self.folder).parent / sheets.PHOTOS
            for shown in self.photos:
                path = place / shown.seen.photo.file if shown.seen.photo is not None else place
                if shown.picture is not None:
                    found[f"bild till {shown.seen.id}"] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


def _outcome(one: Seen, again: bool) -> str:
    if one.state == sheets.DONE:
        return AGAIN if again else DONE
    if one.state == sheets.REFUSED:
        return REFUSED
    return REMAINS if again else NOT_NOTED


def _shown(one: Seen, place: Path | None) -> Shown:
    photo = one.photo
    assert photo is not None
    if not photo.cleared:
        return Shown(one, None, "visas inte: ingen har skrivit ja i Inga personer syns. Programmet kan inte avgöra det.")
    if not photo.alternative:
        return Shown(one, None, "visas inte: kolumnen Bilden visar är tom. Den som inte ser bilden behöver orden.")
    if place is None:
        return Shown(one, None, "visas inte: mappen saknas.")
    try:
        return Shown(one, photos.load(place, photo.file))
    except NoPicture as refused:
        return Shown(one, None, f"visas inte: den {refused.svenska}")


def load(kommun: object = None, *, data: str | Path | None = None, datum: object = None) -> Material:
    """The walks of a kommun's folder; without a folder there are none, and the protocol can still be printed.

    Raises
    ------
    UnknownKommun
        Neither `kommun` nor `data` says which.
    OptionError
        `datum` is no date.
    WalkError, FileError, PersonalDataError, FileLocked
        As `data.walks.read`.
    """
    day = day_of("datum", datum)
    if data is None:
        return Material(kommuner.get(kommun), Walks(), day or date.min)
    place = folders.kommun_of(data, kommun)
    old, digests = _of_est(Path(data))
    found = own_walks.read(data, of_est=old)
    return Material(place, found, day or found.newest or date.min, Path(data), {**found.sha256, **digests})


def _of_est(folder: Path) -> tuple[Sequence[Item], dict[str, str]]:
    """The rows of the sheet in an older ``est.xlsx``, and its digest when there are any."""
    path = est_path(folder)
    try:
        found = est_book.read(path)
    except FileError:  # what is wrong with it is said by the EST report and by `kunskap kontroll`
        return (), {}
    old = found.of(est_sheets.WALKS)
    return old, {path.name: found.sha256} if old else {}
