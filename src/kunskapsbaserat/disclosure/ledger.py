"""The ledger of what has been published about EST: two reports may never be subtracted to find an event.

What a published period held is frozen: a report that comes in later, a duplicate found, a corrected row do not move a public
figure by one or two, which would tell of just that event. What may be published beside everything before is decided by
`differencing`. The ledger holds counts only (no times or texts, no point finer than a map cell), and stays in the kommun's
folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from kunskapsbaserat.disclosure.differencing import Sum, publishable
from kunskapsbaserat.errors import DisclosureError

VERSION = 3
_WITH_CHECKSUM = (2, VERSION)
SMALLEST = 5
SMALL_AREA_DAYS = 90

Counts = Mapping[str, Mapping[str, int]]
"""By dimension ("kategori", "plats"), by part: how many events."""


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """A count that was published: of one part of a dimension, over whole periods from `first` to before `end`."""

    dimension: str
    part: str
    first: date
    end: date


@dataclass(slots=True)
class Period:
    """What is frozen of one period."""

    start: date
    end: date
    counts: dict[str, dict[str, int]]


@dataclass
class Ledger:
    """Frozen periods, and the figures of each report by the period it was made for.

    `key` says which secret its parts are named with: a digest, not the secret.
    """

    periods: dict[date, Period] = field(default_factory=dict)
    reports: dict[date, tuple[Figure, ...]] = field(default_factory=dict)
    key: str | None = None

    @classmethod
    def from_text(cls, text: str, *, name: str = "ledger") -> Ledger:
        """The ledger as `to_text` wrote it.

        Raises
        ------
        DisclosureError
            It is damaged: nothing may be published until it is mended, or what was published is forgotten.
        """
        try:
            content = json.loads(text)
            checksum = content.pop("sha256", None)
            if content["version"] not in (_WITH_CHECKSUM if checksum else (1,)) or checksum not in (None, _checksum(content)):
                raise ValueError("version or checksum")
            key = content.get("nyckel")
            periods = [Period(_day(p["start"]), _day(p["end"]), p["counts"]) for p in content["periods"]]
            reports = {
                _day(r["period"]): tuple(Figure(d, k, _day(a), _day(b)) for d, k, a, b in r["figures"])
                for r in content["reports"]
            }
        except (ValueError, KeyError, TypeError) as error:
            raise DisclosureError(
                f"{name} is damaged; what has been published cannot be known",
                svenska=f"{name} är skadad, så det går inte att veta vad som redan är publicerat. Hämta tillbaka filen ur en "
                "säkerhetskopia. Utan den kan ingen offentlig version göras.",
            ) from error
        return cls({p.start: p for p in periods}, reports, key)

    def to_text(self) -> str:
        content: dict[str, Any] = {
            "version": VERSION,
            **({"nyckel": self.key} if self.key else {}),
            "periods": [
                {"start": p.start.isoformat(), "end": p.end.isoformat(), "counts": p.counts}
                for _, p in sorted(self.periods.items())
            ],
            "reports": [
                {
                    "period": start.isoformat(),
                    "figures": [[f.dimension, f.part, f.first.isoformat(), f.end.isoformat()] for f in figures],
                }
                for start, figures in sorted(self.reports.items())
            ],
        }
        return json.dumps(content | {"sha256": _checksum(content)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def renamed(self, dimension: str, name: Callable[[str], str]) -> Ledger:
        """The same ledger with the parts of a dimension called otherwise; no two may get one name."""
        periods = {
            start: Period(
                p.start, p.end, {d: _renamed(parts, name) if d == dimension else parts for d, parts in p.counts.items()}
            )
            for start, p in self.periods.items()
        }
        reports = {
            start: tuple(replace(f, part=name(f.part)) if f.dimension == dimension else f for f in figures)
            for start, figures in self.reports.items()
        }
        return Ledger(periods, reports, self.key)

    def is_closed(self, start: date, locked: date | None) -> bool:
        """May the public figures of this period's report no longer change? A later one was made, or it has been given out."""
        later = any(start < other for other in self.reports)
        return start in self.reports and (later or (locked is not None and self.periods[start].end <= _after(locked)))

    def is_told(self, start: date, *, but: date) -> bool:
        """Has another report than that of the period `but` told anything of a period, by its own table or by a sum?"""
        others = {report: figures for report, figures in self.reports.items() if report != but}
        return start in others or any(f.first <= start < f.end for figures in others.values() for f in figures)

    def freeze(self, start: date, end: date, counts: Counts, *, open_period: bool) -> None:
        """Keep what a period holds; a frozen one is not changed, unless it is the open one of a report still being made.

        Raises
        ------
        DisclosureError
            The period overlaps a frozen one: the rhythm was changed, and days would be counted in two ways.
        """
        if start in self.periods and not open_period:
            return
        for other in self.periods.values():
            if other.start != start and other.start < end and start < other.end:
                raise DisclosureError(
                    f"the period from {start} overlaps one that is published, from {other.start}",
                    svenska=f"Perioden från {start} går om lott med en som redan är publicerad (från {other.start}). Byt "
                    "tillbaka periodens längd i est.xlsx, eller börja den nya rytmen efter den sista publicerade perioden.",
                )
        self.periods[start] = Period(start, end, {d: dict(sorted(parts.items())) for d, parts in counts.items()})

    def count(self, figure: Figure) -> int:
        """The frozen count of a figure."""
        inside = [p for p in self.periods.values() if figure.first <= p.start and p.end <= figure.end]
        return sum(p.counts.get(figure.dimension, {}).get(figure.part, 0) for p in inside)

    def publish(
        self, report: date, wanted: Sequence[Figure], *, judged: Sequence[Figure] = (), smallest: int = SMALLEST
    ) -> tuple[Figure, ...]:
        """Note, for the report of a period, those of the wanted figures that may be published beside everything before.

        Parameters
        ----------
        report : date
            First day of the period that the report is for; what was noted for it before is replaced.
        wanted : sequence of Figure
            The most important first. Their periods must be frozen.
        judged : sequence of Figure
            Of one period each, judged together with the rest of their table already (`disclosure.suppress`): noted as they are.
        smallest : int
            See `differencing.publishable`.
        """
        self.reports.pop(report, None)
        before = [f for figures in self.reports.values() for f in figures]
        kept = list(judged)
        for dimension in dict.fromkeys(f.dimension for f in wanted):
            kept += self._of(dimension, before, [f for f in wanted if f.dimension == dimension], smallest)
        self.reports[report] = tuple(kept)
        return tuple(kept)

    def _of(self, dimension: str, before: Sequence[Figure], wanted: Sequence[Figure], smallest: int) -> list[Figure]:
        spans = sorted(self.periods.values(), key=lambda p: p.start)
        parts = sorted({part for p in spans for part in p.counts.get(dimension, {})} | {f.part for f in wanted})
        at = {part: number for number, part in enumerate(parts)}
        first = {p.start: number for number, p in enumerate(spans)}
        last = {p.end: number for number, p in enumerate(spans)}
        counts = np.array([[p.counts.get(dimension, {}).get(part, 0) for p in spans] for part in parts], dtype=np.int64)

        def as_sum(figure: Figure) -> Sum:
            if figure.first not in first or figure.end not in last:
                raise DisclosureError(
                    f"a figure from {figure.first} to {figure.end} does not consist of whole periods",
                    svenska=f"En uppgift för {figure.first}–{figure.end} består inte av hela perioder och kan inte publiceras.",
                )
            return Sum(at[figure.part], first[figure.first], last[figure.end])

        sums_before = [as_sum(f) for f in before if f.dimension == dimension]
        repeated = [f for f in wanted if f in before]
        fresh = {as_sum(f): f for f in wanted if f not in before}
        allowed = set(publishable(counts, sums_before, list(fresh), smallest=smallest))
        return [f for f in wanted if f in repeated or as_sum(f) in allowed]


def _renamed(parts: Mapping[str, int], name: Callable[[str], str]) -> dict[str, int]:
    return dict(sorted((name(part), count) for part, count in parts.items()))


def _checksum(content: Mapping[str, Any]) -> str:
    """Of the content, however it is laid out; version 1 had none."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
