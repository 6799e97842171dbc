"""Do two sources about the same problem say the same? Only what each can say for certain is held against the other.

A level is held against a level and a change against a change. Where either source has nothing certain to say, chance may be all
the difference there is, and nothing is said of the two but why they cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_series import OUTSIDE, OwnSeries
from kunskapsbaserat.report.material.own_shares import Question
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.trends import Change

_CHANGED = {Change.SAKERSTALLD_OKNING: 1, Change.SAKERSTALLD_MINSKNING: -1, Change.INGEN_SAKERSTALLD_SKILLNAD: 0}
_AGAINST = {Comparison.HOGRE: 1, Comparison.LAGRE: -1, Comparison.INGEN_SAKERSTALLD_SKILLNAD: 0}


class Picture(StrEnum):
    """What two sources say together."""

    SAMMA = "samma"
    OLIKA = "olika"
    DELVIS = "delvis"
    KAN_INTE_JAMFORAS = "kan_inte_jamforas"


@dataclass(frozen=True, slots=True)
class Signal:
    """What a source says: 1 for high or rising, -1 for low or falling, 0 for nothing certain, None where it cannot tell.

    `why_not` says what it tells instead, when it tells neither level nor change.
    """

    source: str
    text: str
    level: int | None = None
    change: int | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources about one problem."""

    problem: str
    one: Signal
    other: Signal

    @property
    def level(self) -> int:
        """1 where both are certain and agree, -1 where they contradict each other, 0 where neither can be said."""
        return (self.one.level or 0) * (self.other.level or 0)

    @property
    def change(self) -> int:
        return (self.one.change or 0) * (self.other.change or 0)

    @property
    def picture(self) -> Picture:
        said = {self.level, self.change} - {0}
        if not said:
            return Picture.KAN_INTE_JAMFORAS
        return Picture.DELVIS if len(said) > 1 else Picture.SAMMA if said == {1} else Picture.OLIKA

    @property
    def comparable(self) -> bool:
        """Do both tell of a level, or both of a change?"""
        both = ((self.one.level, self.other.level), (self.one.change, self.other.change))
        return any(a is not None and b is not None for a, b in both)


def reported(f: CountFinding, source: str, text: str) -> Signal:
    """An offence: its level only where the whole interval lies outside the middle half of the comparison."""
    if f.offence.detection_driven:
        return Signal(source, text, why_not="kontroller")
    level = None
    if f.level is not None and f.position is not None:
        level = {Position.OVER: 1, Position.UNDER: -1}.get(f.position, 0) if f.level.certain else 0
    return Signal(source, text, level, _CHANGED.get(f.judgement.change))


def asked(s: SurveyFinding, source: str, text: str) -> Signal:
    """A measure of NTU: against the län, and since the first survey."""
    return Signal(source, text, _AGAINST.get(s.comparison), _CHANGED.get(s.change))


def answered(q: Question, source: str, text: str) -> Signal:
    """A question of the kommun's own survey: its change alone, as nobody else has been asked."""
    return Signal(source, text, None, _CHANGED.get(q.change))


def registered(s: OwnSeries, source: str, text: str) -> Signal:
    """A register by its change; an amount by whether its last year is beyond what is usual."""
    if s.usual is None:
        return Signal(source, text, None, None if s.change is None else _CHANGED.get(s.change))
    last = list(s.points.values())[-1]
    return Signal(source, text, None, 0 if s.usual != OUTSIDE else 1 if last > s.upper else -1)


def certain_of(pairs: Iterable[Pair]) -> list[Pair]:
    return [p for p in pairs if p.picture is not Picture.KAN_INTE_JAMFORAS]
