"""Figures of the kommun's own that belong to one topic, whatever file they came in: traffic, and safety online.

They are recognised by what their file calls itself and its rows: what a kommun names its files is its own affair.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.material.own_figures import OwnFigures
from kunskapsbaserat.report.material.own_gate import OwnFile
from kunskapsbaserat.report.material.own_series import OwnRegister, OwnSeries
from kunskapsbaserat.report.material.own_shares import OwnSurvey, Question

YEARS = 5
"""Years that injuries are told of together: those of one year are too few."""

_TRAFFIC = re.compile(r"trafik|strada|hastighet|km/h|fortk|rattfyll|nykterhet|buskör|moped|vägolyck", re.IGNORECASE)
_NOT_TRAFFIC = re.compile(r"narkotikatrafik|internethastighet|bredband", re.IGNORECASE)
_INJURY = re.compile(r"strada|\bskada(?:d|de|t)\b|skadade|personskad|trafikskad|olyck|död|omkom", re.IGNORECASE)
_SPEED = re.compile(r"hastighet|km/h|fortk", re.IGNORECASE)
_ONLINE = re.compile(r"\bnät(?:et|mobb|hat|kränk|bedräg)|internet|online|sociala medier|digital", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Injuries, measured speed, and controls: three answers to three questions."""

    injuries: tuple[OwnRegister, ...] = ()
    speed_shares: tuple[OwnSurvey, ...] = ()
    speeds: tuple[OwnRegister, ...] = ()
    controls: tuple[OwnRegister, ...] = ()

    @property
    def there(self) -> bool:
        return bool(self.injuries or self.speed_shares or self.speeds or self.controls)


def traffic_of(figures: OwnFigures) -> tuple[Traffic, OwnFigures]:
    """The files about traffic, and the figures without them: each stands in one place only."""
    kinds = [_kind(r) for r in figures.registers]
    by_kind = {kind: tuple(r for r, k in zip(figures.registers, kinds, strict=True) if k == kind) for kind in ("", *_KINDS)}
    measured = [_is_traffic(s.file) for s in figures.surveys]
    found = Traffic(
        injuries=by_kind["injuries"],
        speed_shares=tuple(s for s, traffic in zip(figures.surveys, measured, strict=True) if traffic),
        speeds=by_kind["speeds"],
        controls=by_kind["controls"],
    )
    surveys = tuple(s for s, traffic in zip(figures.surveys, measured, strict=True) if not traffic)
    rest = dataclasses.replace(figures, surveys=surveys, registers=by_kind[""])
    return found, rest


_KINDS = ("injuries", "speeds", "controls")


def _kind(register: OwnRegister) -> str:
    """What a register tells of traffic; empty where it is about something else, or about money."""
    if register.money or not _is_traffic(register.file):
        return ""
    words = _words(register.file)
    return "injuries" if _INJURY.search(words) else "speeds" if _SPEED.search(words) else "controls"


def online_of(figures: OwnFigures) -> list[tuple[OwnSurvey, Question]]:
    """Questions about what happens online, of any survey."""
    whole = {id(s) for s in figures.surveys if _ONLINE.search(s.file.read.title)}
    return [(s, q) for s in figures.surveys for q in s.questions if id(s) in whole or _ONLINE.search(q.name)]


def over_years(series: OwnSeries) -> tuple[int, int, float] | None:
    """First and last year and the sum of the latest years that follow on each other; None where there are not two."""
    periods = [p for p in series.points if p.freqstr[:1] in "YA"]
    if len(periods) < len(series.points) or len(periods) < 2:
        return None
    kept = [periods[-1]]
    for period in reversed(periods[:-1]):
        if kept[0].ordinal - period.ordinal != 1 or len(kept) == YEARS:
            break
        kept.insert(0, period)
    if len(kept) < 2:
        return None
    return kept[0].year, kept[-1].year, sum(series.points[p] for p in kept)


def _is_traffic(file: OwnFile) -> bool:
    words = _words(file)
    return bool(_TRAFFIC.search(words)) and not _NOT_TRAFFIC.search(words)


def _words(file: OwnFile) -> str:
    """What a file calls itself, its source and what it counts."""
    names: Sequence[str] = [file.label(str(name)) for name in file.frame[file.name_column].unique()]
    return " ".join([file.read.title, file.read.publisher, *names])
