"""What the kommun's folder knows beside the statistics: EST, walks, dialogues, registers, costs, surveys of its own.

A lägesbild is public, and an EST report publishes exact counts by the fortnight: a sum over a year beside them would let a
small number that is hidden there be worked out. From EST the lägesbild therefore tells the order, and never how many. What a
place or a theme is called is free text: only the words that the kommun has signed as public are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from kunskapsbaserat import places
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data import walks as own_walks
from kunskapsbaserat.data.est import folder as est_folders
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.public_words import PublicWords
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.material.knowledge import FEWEST_PEOPLE, TIMES, EstYear, Knowledge, Residents, Talks, Theme, Walks
from kunskapsbaserat.report.material.own_figures import own_figures, shows_anything
from kunskapsbaserat.report.material.people import OLDEST, share_of_ages

FEWEST_EVENTS = 20
"""Events a year behind a category, a place or a time that is named: fewer are chance, and near what must be hidden."""

MOST_NAMED = 4
DONE = ("klar", "avslutad")


def knowledge_of(own: Folder) -> Knowledge:
    """What a kommun's folder holds beside the statistics.

    Raises
    ------
    FileError, FileLocked, TableError
        ``est.xlsx`` or an event list cannot be read.
    """
    figures = own_figures(own)
    est, walks, talks, digests = _from_est(own.path)
    return Knowledge(
        est=est,
        walks=walks,
        talks=talks,
        residents=residents_of(own.ages) if talks is not None else None,
        costs=any(shows_anything(file) for file in figures.costs),
        surveys=any(shows_anything(file) for file in figures.surveys),
        registers=any(shows_anything(file) for file in figures.counted),
        parts=not own.parts.empty,
        areas=any(value.count is not None for found in figures.areas for value in found.areas),
        figures=figures,
        digests=digests,
    )


def _from_est(path: Path) -> tuple[EstYear | None, Walks | None, Talks | None, tuple[tuple[str, str], ...]]:
    if not (path / sheets.FILE).exists() and not est_folders.lists(path):
        return _only_walks(path)
    found = est_folders.read(path)
    walks, talks = found.book.of(sheets.WALKS), found.book.of(sheets.DIALOGUES)
    dates = [found.reports["reported"].max(), *(pd.Timestamp(i.datum) for i in (*walks, *talks))]
    newest = max((d for d in dates if not pd.isna(d)), default=None)  # the clock never decides what a report says
    year = _year(found.events, found.reports, found.book)
    today = newest.date() if newest is not None else dt.date.min
    told = year or walks or talks
    return year, _walks(walks, today), _talks(talks, found.book.public), tuple(sorted(found.sha256.items())) if told else ()


def _only_walks(path: Path) -> tuple[None, Walks | None, None, tuple[tuple[str, str], ...]]:
    """The walks of a kommun that has no EST."""
    try:
        found = own_walks.read(path)
    except KunskapError:  # said by `kunskap kontroll` and by the walks' own report, as when there is an EST
        return None, None, None, ()
    told = _walks(own_walks.as_est(found), found.newest or dt.date.min)
    return None, told, None, tuple(sorted(found.sha256.items())) if told else ()


def _year(events: pd.DataFrame, reports: pd.DataFrame, book: Book) -> EstYear | None:
    """The last twelve months up to the newest report, of the categories and the places that may be public."""
    if reports.empty:
        return None
    last = reports["reported"].max()
    first = last - pd.DateOffset(years=1)
    inside = events[events["reported"] > first]
    public = {c.id: c.name for c in catalogue.categories() if c.public}
    placeable = [c.id for c in catalogue.categories() if c.public and c.place]
    shown = inside[inside["category"].isin(public)]
    hours = pd.to_datetime(shown["start"]).dropna().dt.hour if "start" in shown else pd.Series(dtype="int64")
    of_day = {name: int(hours.between(low, high - 1).sum()) for name, low, high in TIMES}
    return EstYear(
        first.date(),
        last.date(),
        _falling({public[c]: int(n) for c, n in shown["category"].value_counts().items()}),
        _falling(_signed(shown.loc[shown["category"].isin(placeable), "place"].value_counts(), book.public)),
        _falling(of_day)[:2],
        int(reports.loc[reports["reported"] > first, "reporter"].nunique()),
        len(book.silent),
        _peaks(shown[shown["category"].isin(placeable)]),
    )


def _peaks(events: pd.DataFrame) -> tuple[tuple[int, int], ...] | None:
    """Parts of the week that are called, of those with so many events that the part may be named."""
    hours = 24 // len(TIMES)
    if events.empty:
        return None
    found = places.week_peaks(events, hours=hours)
    if (found["reason"] == "few").all():
        return None
    called = found[found["peak"].astype(bool) & (found["count"] >= FEWEST_EVENTS)]
    return tuple((int(day), int(hour) // hours) for day, hour in zip(called["weekday"], called["from_hour"], strict=True))


def _signed(counts: pd.Series, public: PublicWords) -> dict[str, int]:
    names = {str(place): public.word(sheets.PLACE, str(place)) for place in counts.index}
    return {name: int(counts[place]) for place, name in names.items() if name is not None}


def _falling(counts: dict[str, int]) -> tuple[str, ...]:
    """The largest first, of those that are large enough to be named; equal ones by name."""
    named = sorted((name for name, n in counts.items() if n >= FEWEST_EVENTS), key=lambda name: (-counts[name], name))
    return tuple(named[:MOST_NAMED])


def _walks(items: Sequence[Item], today: dt.date) -> Walks | None:
    if not items:
        return None
    about: dict[str, int] = {}
    for item in items:
        if item.galler:
            about[item.galler] = about.get(item.galler, 0) + 1
    done = [i for i in items if i.lage in DONE]
    refused = [i for i in items if i.beslut == "gors_inte" and i not in done]
    left = [i for i in items if i not in done and i not in refused]
    return Walks(
        days=len({i.datum for i in items}),
        about=tuple(sorted(about.items(), key=lambda pair: (-pair[1], pair[0]))),
        points=len(items),
        done=len(done),
        refused=len(refused),
        overdue=sum(i.klar_senast is not None and i.klar_senast < today for i in left),
    )


def _talks(items: Sequence[Item], public: PublicWords) -> Talks | None:
    if not items:
        return None
    # One row a theme: a meeting has several, all with the same numbers of people.
    meetings = {(i.datum, i.deltagare, i.kvinnor, i.under_25, i.over_65): i for i in items}.values()
    named = [(public.word(sheets.THEME, i.namn), i) for i in items]
    themes = [Theme(name, _enough([(i.antal, i.deltagare)]), i.deltagare) for name, i in named if name is not None]
    return Talks(
        meetings=len(meetings),
        people=sum(i.deltagare for i in meetings),
        women=_enough((i.kvinnor, i.deltagare) for i in meetings),
        young=_enough((i.under_25, i.deltagare) for i in meetings),
        old=_enough((i.over_65, i.deltagare) for i in meetings),
        themes=tuple(sorted(themes, key=lambda t: (-(t.people or 0), t.name))),
    )


def residents_of(ages: pd.DataFrame) -> Residents | None:
    """The kommun's inhabitants as the fetched ages have them, in their last year."""
    if ages.empty:
        return None
    latest = ages[ages["year"] == ages["year"].max()]
    sexes = latest.groupby("sex")["value"].sum() if "sex" in latest else pd.Series(dtype="float64")
    divided = {"kvinna", "man"} <= set(sexes.index)
    young, old = share_of_ages(latest, 0, 24), share_of_ages(latest, 65, OLDEST)
    return Residents(
        int(latest["year"].max()),
        float(sexes["kvinna"] / (sexes["kvinna"] + sexes["man"])) if divided else None,
        young[0] if young is not None else None,
        old[0] if old is not None else None,
    )


def _enough(numbers: Iterable[tuple[int | None, int]]) -> int | None:
    """The sum where all are known, and each has five people or more behind it and beside it, or nobody."""
    total = 0
    for n, of in numbers:
        if n is None or 0 < n < FEWEST_PEOPLE or 0 < of - n < FEWEST_PEOPLE:
            return None
        total += n
    return total
