"""Prioritera, bevaka eller avvakta: a proposal by a rule that is printed in the report. The kommun decides."""

from __future__ import annotations

from enum import StrEnum

from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.trends import Change


class Step(StrEnum):
    PRIORITERA = "prioritera"
    BEVAKA = "bevaka"
    AVVAKTA = "avvakta"


def step_for_counts(offence: Offence, position: Position | None, change: Change) -> Step:
    """The proposal for a reported offence.

    - Prioritera: over the comparison, and the rise is säkerställd.
    - Bevaka: over the comparison without a säkerställd fall, or a säkerställd rise, or an offence that is seldom
      reported (a low number is no comfort there).
    - Avvakta: everything else.

    An offence that follows police controls is never proposed for priority on its number alone.
    """
    rising = change is Change.SAKERSTALLD_OKNING
    over = position is Position.OVER
    if over and rising and not offence.detection_driven:
        return Step.PRIORITERA
    watched = offence.sensitive and offence.wanted_direction == "unclear"
    if rising or watched or (over and change is not Change.SAKERSTALLD_MINSKNING):
        return Step.BEVAKA
    return Step.AVVAKTA


def step_for_survey(comparison: Comparison, change: Change) -> Step:
    """The proposal for a survey measure: prioritera when säkerställt higher than the län, bevaka when säkerställt rising."""
    if comparison is Comparison.HOGRE:
        return Step.PRIORITERA
    return Step.BEVAKA if change is Change.SAKERSTALLD_OKNING else Step.AVVAKTA
