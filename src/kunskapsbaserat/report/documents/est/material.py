"""What an EST report stands on: the folder's events and registers, and all computed from them, before it is put into words."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat import places
from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.catalogue.est import Category
from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.est import activity as activities
from kunskapsbaserat.data.est import duplicates, periods, sheets
from kunskapsbaserat.data.est.folder import EstFolder
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.periods import Rhythm, Span
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan import Plan, workbook
from kunskapsbaserat.plan.work import Fokus
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.report.documents.est.followed import Followed, followed_of
from kunskapsbaserat.report.material.asked import day_of
from kunskapsbaserat.trends.reporting import BASELINE, FEWER, MIN_ACTIVE, MORE, WITHIN, Reporting, own_reporters

NOBODY = "(ingen rapportör angiven)"
NOT_LISTED = "(ej i Offentliga ord)"
FDR = 0.05
FEW = 5
WINDOW_DAYS = 90  # places and times of day are looked at over a quarter
SOON = 28  # days
UNTOLD = 4  # days: nobody reporting for so long at the end of a period hints that it was made too early
PAIR_LONGEST = pd.Timedelta(hours=72)  # a time more open than this pairs with everything


@dataclass(frozen=True)
class Row:
    """One category in the period."""

    category: Category
    now: int
    before: int | None
    year_ago: int | None
    history: dict[int, int]
    reporting: Reporting
    q_value: float

    @property
    def verdict(self) -> str:
        """ "fler", "farre", "inom", "fa" or "kan_inte_bedomas", false discovery controlled over the categories."""
        found = self.reporting.verdict
        if found in (MORE, FEWER):
            if self.reporting.observed < FEW and self.reporting.expected < FEW:
                return "fa"
            return found if self.q_value <= FDR else WITHIN
        if found == WITHIN and max(self.reporting.observed, self.reporting.upper) < FEW:
            return "fa"
        return found


@dataclass(frozen=True)
class Material:
    """The EST of a kommun as seen at the end of one period."""

    kommun: Kommun
    est: EstFolder
    span: Span
    days: int | str | None = None

    # ---- periods and events --------------------------------------------------------------------------------------------

    @functools.cached_property
    def rhythm(self) -> Rhythm:
        return self.est.rhythm if self.days is None else Rhythm(self.days, self.est.rhythm.first)

    @functools.cached_property
    def spans(self) -> list[Span]:
        """The period with those before it, as far back as there are reports, a year at most."""
        wanted = self.rhythm.before(self.span, max(BASELINE, self.rhythm.per_year) + 1)
        if self.est.reports.empty:
            return wanted[-1:]
        first = self.est.reports["reported"].min().date()
        return [s for s in wanted if s.end > first] or wanted[-1:]

    @property
    def last_report(self) -> date | None:
        """Day of the latest report of the period, when it leaves `UNTOLD` days or more of it untold."""
        inside = self.est.reports["reported"][self.est.reports["reported"] < pd.Timestamp(self.span.end)]
        moments = [inside.max(), *(d for d in self.est.book.silent["date"] if d < pd.Timestamp(self.span.end))]
        latest = max((m.date() for m in moments if not pd.isna(m)), default=None)
        return latest if latest is not None and self.span.last - latest >= timedelta(days=UNTOLD) else None

    @property
    def unfinished(self) -> bool:
        """May the period go on? Nobody has reported in its last `UNTOLD` days or since; the clock is not asked."""
        latest = _newest(self.est)
        return latest is None or self.span.last - latest >= timedelta(days=UNTOLD)

    @functools.cached_property
    def pairs(self) -> pd.DataFrame:
        """Possible duplicates among the reports that nobody has decided about: ``first second metres hours``."""
        return undecided_pairs(self.est)

    @functools.cached_property
    def all_events(self) -> pd.DataFrame:
        """Each event once, reported until the end of the period."""
        events = self.est.events
        if self.est.book.settings.get("dubbletter") and len(self.pairs):
            events = duplicates.apply(events, list(zip(self.pairs["first"], self.pairs["second"], strict=True)))
        return events[events["reported"] < pd.Timestamp(self.span.end)].reset_index(drop=True)

    @functools.cached_property
    def at(self) -> np.ndarray:
        """Number of the period in `spans` that each event was reported in; -1 before them."""
        return periods.number(self.all_events["reported"], self.spans)

    @property
    def events(self) -> pd.DataFrame:
        """The events of the period."""
        return self.all_events[self.at == len(self.spans) - 1]

    @functools.cached_property
    def window(self) -> list[Span]:
        """The latest whole periods that make at least a quarter, or all there are."""
        kept = [s for s in self.spans if s.start > self.span.end - timedelta(days=WINDOW_DAYS)]
        return self.spans[-(len(kept) + 1) :] if len(kept) < len(self.spans) else self.spans

    @property
    def placeable(self) -> pd.DataFrame:
        """Events of the window that may be given by place and time of day: nothing of what happens in homes, no children."""
        shown = {c.id for c in catalogue.categories() if c.place}
        recent = self.at >= len(self.spans) - len(self.window)
        return self.all_events[recent & self.all_events["category"].isin(shown)]

    # ---- what the plan has agreed on ---------------------------------------------------------------------------------

    @functools.cached_property
    def _plan(self) -> Plan | None:
        """The kommun's plan; None where there is none, or it has faults, which `kunskap kontroll` tells."""
        path = self.est.path / folders.PLAN
        return workbook.inspect(path, kommun=self.kommun).plan if path.is_file() else None

    @property
    def focus(self) -> tuple[Fokus, ...]:
        """The plan's focus areas that EST follows."""
        return tuple(f for f in self._plan.fokus if f.est) if self._plan is not None else ()

    @property
    def plan_sha256(self) -> dict[str, str]:
        """The plan's digest, where something of it stands in the report."""
        return {folders.PLAN: self._plan.sha256} if self._plan is not None and self.focus else {}

    # ---- reporters -----------------------------------------------------------------------------------------------------

    @functools.cached_property
    def activity(self) -> pd.DataFrame:
        """The activity contract over `spans`. Reports without a reporter count as one that is always there."""
        reports = self.est.reports[self.est.reports["reported"] < pd.Timestamp(self.span.end)]
        table = activities.table(reports, self.est.book, self.spans)
        unnamed = periods.number(reports.loc[reports["reporter"].isna(), "reported"], self.spans)
        if (unnamed >= 0).any() or table.empty:
            counts = np.bincount(unnamed[unnamed >= 0], minlength=len(self.spans))
            rows = [(NOBODY, t, False, True, False, int(n)) for t, n in enumerate(counts)]
            table = pd.concat([table, pd.DataFrame(rows, columns=list(activities.COLUMNS))], ignore_index=True)
        return table

    @property
    def activity_now(self) -> pd.DataFrame:
        return self.activity[self.activity["period"] == len(self.spans) - 1]

    @functools.cached_property
    def active(self) -> np.ndarray:
        """Was each reporter active in each period? Shape (reporters, periods), in the order of `reporters`."""
        wide = self.activity.pivot(index="reporter", columns="period", values="active").reindex(self.reporters)
        active: np.ndarray = wide.to_numpy(dtype=bool)
        return active

    @functools.cached_property
    def reporters(self) -> list[str]:
        return list(dict.fromkeys(self.activity["reporter"]))

    def counts(self, category: str | None = None) -> np.ndarray:
        """Events per reporter and period, shape as `active`."""
        events, at = self.all_events, self.at
        if category is not None:
            chosen = (events["category"] == category).to_numpy()
            events, at = events[chosen], at[chosen]
        row = {name: number for number, name in enumerate(self.reporters)}
        who = events["reporter"].fillna(NOBODY).map(row)
        out = np.zeros((len(self.reporters), len(self.spans)))
        inside = (at >= 0) & who.notna().to_numpy()
        np.add.at(out, (who[inside].to_numpy(dtype=int), at[inside]), 1)
        return out

    @functools.cached_property
    def new_reporters(self) -> frozenset[str]:
        """Those that have been active in too few periods to be held against themselves."""
        before = self.activity[self.activity["period"] < len(self.spans) - 1].groupby("reporter")["active"].sum()
        return frozenset(name for name in self.reporters if before.get(name, 0) < MIN_ACTIVE)

    @functools.cached_property
    def overall(self) -> Reporting:
        """All events of the period against what the same reporters used to report."""
        return own_reporters(self.counts(), self.active)

    @functools.cached_property
    def per_period(self) -> pd.DataFrame:
        """``events active expected`` per period."""
        # The flags of a folder without a register are Python's own, and so would their sums be.
        found = self.activity.groupby("period")[["active", "expected"]].sum().astype("int64")
        events = np.bincount(self.at[self.at >= 0], minlength=len(self.spans))
        return pd.DataFrame({"events": events, "active": found["active"], "expected": found["expected"]})

    # ---- categories ----------------------------------------------------------------------------------------------------

    @functools.cached_property
    def rows(self) -> list[Row]:
        """Every category with an event in `spans`, in catalogue order."""
        last = len(self.spans) - 1
        year = next((t for t, s in enumerate(self.spans) if s == self.rhythm.a_year_before(self.span)), None)
        found = []
        for category in catalogue.categories():
            counts = self.counts(category.id)
            series = counts.sum(axis=0).astype(int)
            if not series.any():
                continue
            found.append((category, series, own_reporters(counts, self.active)))
        p = pd.Series([r.p_value for _, _, r in found], dtype=float)
        q = false_discovery_rate(p) if len(p) else p
        return [
            Row(
                category,
                int(series[last]),
                int(series[last - 1]) if last else None,
                int(series[year]) if year is not None else None,
                {t: int(n) for t, n in enumerate(series)},
                reporting,
                float(q.iloc[number]),
            )
            for number, (category, series, reporting) in enumerate(found)
        ]

    # ---- places and times ----------------------------------------------------------------------------------------------

    @functools.cached_property
    def named(self) -> pd.DataFrame:
        """`named_by` of all reporters."""
        return self.named_by(np.ones(len(self.all_events), dtype=bool), self.reporters)

    def named_by(self, theirs: np.ndarray, reporters: Sequence[str]) -> pd.DataFrame:
        """`places.named_places` of the period against the earlier ones; empty without named places or without history.

        As for the categories, nothing is called where both the count and the expected are under `FEW`.

        Parameters
        ----------
        theirs : array of bool
            The events of `all_events` to count.
        reporters : sequence of str
            Whose they are: what is expected follows how many of them are active.
        """
        shown = {c.id for c in catalogue.categories() if c.place}
        known = (
            self.all_events["place"].notna().to_numpy() & (self.at >= 0) & self.all_events["category"].isin(shown).to_numpy()
        )
        known &= theirs
        if not known.any() or len(self.spans) < 2:
            return pd.DataFrame(
                columns=["place", "count", "earlier", "expected", "lower", "upper", "status", "verdict", "reason"]
            )
        events = self.all_events[known].assign(period=self.at[known])
        counted = self.active[[name in reporters for name in self.reporters]].sum(axis=0)
        active = pd.Series(counted).clip(lower=1)
        found = places.named_places(events, periods=list(range(len(self.spans))), active=active)
        few = (found["count"] < FEW) & ~(found["expected"] >= FEW) & found["status"].isin(["new", "general", "fewer"])
        return found.assign(status=found["status"].mask(few, "usual"), reason=found["reason"].mask(few, "few"))

    @functools.cached_property
    def watch(self) -> pd.DataFrame:
        """At most five places, with the reason: new first, then those that are always there, then the most events now.

        A place with one event that is no more than it usually has is nothing to watch.
        """
        order = {"new": 0, "general": 1, "persistent": 2, "usual": 3, "fewer": 4}
        found = self.named[(self.named["count"] > 1) | self.named["status"].isin(["new", "general"])]
        found = found.assign(order=found["status"].map(order).fillna(3))
        return found.sort_values(["order", "count", "place"], ascending=[True, False, True]).head(5).drop(columns="order")

    @property
    def single(self) -> int:
        """Named places with one event in the period that are not among those to watch."""
        return int(((self.named["count"] == 1) & ~self.named["place"].isin(self.watch["place"])).sum())

    @functools.cached_property
    def week(self) -> pd.DataFrame:
        """Events of the window by weekday and hour (aoristic)."""
        return places.week_pattern(self.placeable)

    @functools.cached_property
    def peaks(self) -> pd.DataFrame:
        """Parts of the week with more events than if they were spread evenly."""
        return places.week_peaks(self.placeable)

    @functools.cached_property
    def located(self) -> pd.DataFrame:
        """The events of the window that have a point."""
        return places.located(self.placeable)[0]

    @functools.cached_property
    def hot(self) -> pd.DataFrame | None:
        """Cells of the window with more events than an even spread, each by itself; None under 30 points: then there is no map.

        Not with the cells around: the events of a named place lie in one point, and neighbours with one event would be called
        hot for it.
        """
        return places.hot_spots(self.located, reach=0) if len(self.located) >= places.FEWEST_POINTS else None

    # ---- the group's own work ------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day everything is held against: the period's last. Never the clock's."""
        return self.span.last

    @functools.cached_property
    def followed(self) -> list[Followed]:
        """Measures, and proposals of walks and dialogues, oldest first."""
        return sorted((f for f in followed_of(self.est.book) if f.since <= self.today), key=lambda f: (f.since, f.id))

    @property
    def open(self) -> list[Followed]:
        """What is not done, overdue first, then by date; without a date last."""
        late = date.max
        return sorted((f for f in self.followed if f.open), key=lambda f: (not f.overdue(self.today), f.due or late, f.since))

    @property
    def problems(self) -> list[Item]:
        """Problems that are not closed, the newest first."""
        found = [
            i
            for i in self.est.book.of(sheets.PROBLEMS)
            if i.forst_sett <= self.today and not (i.avslutat and i.avslutat <= self.today)
        ]
        return sorted(found, key=lambda i: (i.forst_sett, i.id), reverse=True)

    def is_new(self, problem: Item) -> bool:
        return bool(problem.forst_sett >= self.span.start)

    @property
    def decisions(self) -> list[Item]:
        """Decided in the period, or at the meeting within two weeks after it."""
        until = self.span.end + timedelta(days=14)
        return [i for i in self.est.book.of(sheets.DECISIONS) if self.span.start <= i.datum < until]

    @property
    def police(self) -> list[Item]:
        """What the police have told the group of the period, or at the meeting within two weeks after it."""
        until = self.span.end + timedelta(days=14)
        found = [i for i in self.est.book.of(sheets.POLICE_PICTURE) if self.span.start <= i.datum < until]
        return sorted(found, key=lambda i: (i.datum, i.row))

    @property
    def public_coming(self) -> list[tuple[date, str, str | None]]:
        """What is coming and may be read by everybody: the day, what it is called there and its place, when that is public."""
        words = self.est.book.public
        found = [(start, words.of(i), words.word(sheets.PLACE, i.plats)) for start, i in self.coming if i.offentlig]
        return [(start, what, where) for start, what, where in found if what is not None]

    def only_listed(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """A table as a file may have it: of what was written freely only signed words stay (`PublicWords`)."""
        listed = {c: [self._listed(text) for text in frame[c]] for c in columns}
        return frame.assign(**listed) if len(frame) else frame

    def _listed(self, text: object) -> object:
        if not isinstance(text, str) or not text:
            return text
        words = [self.est.book.public.any_use(part) or NOT_LISTED for part in text.split(", ")]
        return self.est.book.public.any_use(text) or ", ".join(dict.fromkeys(words))

    @property
    def coming(self) -> list[tuple[date, Item]]:
        """What begins within four weeks of the period's end, or goes on then; what comes every year too."""
        until = self.span.end + timedelta(days=SOON)
        found = []
        for item in self.est.book.of(sheets.COMING):
            for start in _years(item, self.span.end.year):
                last = start + ((item.till or item.fran) - item.fran)
                if start < until and last >= self.span.end:
                    found.append((start, item))
        return sorted(found, key=lambda pair: (pair[0], pair[1].id))


def _years(item: Item, year: int) -> Iterable[date]:
    """The first day of what is coming: as written, and in this and the next year when it comes every year."""
    yield item.fran
    if item.varje_ar:
        for other in (year, year + 1):
            if other != item.fran.year:
                day = item.fran.day if (item.fran.month, item.fran.day) != (2, 29) else 28
                yield date(other, item.fran.month, day)


def proposed_pairs(est: EstFolder) -> pd.DataFrame:
    """Possible duplicates: ``first second metres hours``, incident ids, the first reported first."""
    reports = est.reports.sort_values(["reported", "file", "row"], kind="stable")
    usable = reports[reports["x"].notna() & (reports["end"] - reports["start"] <= PAIR_LONGEST)].set_index("incident_id")
    return places.duplicate_pairs(usable)


def undecided_pairs(est: EstFolder) -> pd.DataFrame:
    """Those that wait for a person."""
    return duplicates.undecided(proposed_pairs(est), est.decided).reset_index(drop=True)


def load(
    kommun: object = None, *, data: str | Path | None = None, period: object = None, dagar: int | str | None = None
) -> Material:
    """The EST of a kommun's folder at the end of a period.

    Parameters
    ----------
    kommun : str, optional
        Must be that of the folder, when given.
    data : path
        The kommun's folder.
    period : date or str, optional
        A day in the period; default the latest that reports or zero reports reach the end of: in an unfinished one everything
        would be fewer than usual.
    dagar : {7, 14, "månad"}, optional
        Length of the periods, when not as the workbook says.

    Raises
    ------
    FileError
        No folder is given, it is another kommun's, it has no EST, or a file cannot be read.
    OptionError
        There is no such period.
    """
    from kunskapsbaserat import kommun as kommuner

    if data is None:
        if kommun is not None:
            kommuner.get(kommun)
        raise FileError(
            "no_folder",
            "est.xlsx",
            "is needed: give the kommun's folder",
            "behövs. Kör ”kunskap ny KOMMUN MAPP” och sedan ”kunskap rapport est --data MAPP”.",
        )
    place = folders.kommun_of(data, kommun)
    est = ests.read(data)
    dagar = int(dagar) if isinstance(dagar, str) and dagar.strip().isdigit() else dagar  # a command line gives texts
    rhythm = est.rhythm if dagar is None else Rhythm(dagar, est.rhythm.first)
    day = day_of("period", period)
    return Material(place, est, rhythm.of(day) if day is not None else _latest(est, rhythm), dagar)


def _newest(est: EstFolder) -> date | None:
    """Day of the newest report or zero report."""
    moments = [est.reports["reported"].max(), est.book.silent["date"].max() if len(est.book.silent) else pd.NaT]
    return max((m.date() for m in moments if not pd.isna(m)), default=None)


def _latest(est: EstFolder, rhythm: Rhythm) -> Span:
    """The latest period that reports or zero reports reach the end of; the only one there is, whatever it has.

    The clock is not asked, so a period counts as complete when somebody has reported in its last `UNTOLD` days or after it.
    """
    newest = _newest(est)
    if newest is None:
        raise FileError(
            "empty_est",
            sheets.FILE,
            "has no events and no zero reports",
            "har inga händelser och inget ”Inget att rapportera”. Fyll i ett av bladen, eller lägg ett uttag i mappen est.",
        )
    latest = rhythm.of(newest)
    unfinished = latest.last - newest >= timedelta(days=UNTOLD)
    before = rhythm.of(latest.start - timedelta(days=1))
    reports = est.reports["reported"]
    return before if unfinished and (reports < pd.Timestamp(latest.start)).any() else latest
