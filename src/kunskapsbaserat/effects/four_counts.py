"""Counts before and after, with and without the measure: what the simple comparisons of four numbers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
import scipy

from kunskapsbaserat.effects.false_alarms import FOUR_COUNTS
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import positive

FEW_EVENTS = 5  # a count below this: the normal limits are rough
POWER = 0.8


def event_count(name: str, value: float) -> float:
    """A whole number of events, 0 or more."""
    whole = isinstance(value, Real | np.number) and not isinstance(value, bool)
    if not whole or not np.isfinite(value) or value < 0 or value != np.floor(value):
        raise TableError("a whole number, 0 or more", forvantat="ett heltal, noll eller mer", column=name, got=value)
    return float(value)


def sizes(name: str, values: tuple[float, ...], length: int) -> tuple[float, ...]:
    """So many positive numbers."""
    if len(values) != length:
        raise TableError(f"{length} numbers above 0", forvantat=f"{length} tal över noll", column=name, got=values)
    return tuple(positive(name, value) for value in values)


def dispersion_factor(dispersion: float | str, *, besides: tuple[str, ...] = ()) -> float:
    """Variance of a count over its mean: a number of 1 or more. `besides` are the rules by name that the caller knows."""
    if isinstance(dispersion, str) or not (np.isfinite(dispersion) and dispersion >= 1):
        allowed, tillatna = ("a number, at least 1", *besides), ("ett tal, minst 1", *besides)
        raise OptionError("dispersion", dispersion, allowed, tillatna=tillatna)
    return float(dispersion)


def normal_p(z: float) -> float:
    """Two-sided."""
    return float(2 * scipy.special.ndtr(-abs(z)))


def normal_quantile(confidence: float) -> float:
    """That a two-sided interval reaches on each side."""
    return float(scipy.special.ndtri(0.5 + confidence / 2))


@dataclass(frozen=True, slots=True)
class NormalChange:
    """A change with its standard error, judged by the normal distribution."""

    change: float
    standard_error: float
    confidence: float

    @property
    def interval(self) -> tuple[float, float]:
        half = normal_quantile(self.confidence) * self.standard_error
        return self.change - half, self.change + half

    @property
    def z(self) -> float:
        return self.change / self.standard_error if self.standard_error > 0 else 0.0

    @property
    def p_value(self) -> float:
        """Two-sided, of the change."""
        return normal_p(self.z)


def visible(standard_error: float, confidence: float) -> float:
    """The change that a test at 1 - `confidence` finds with probability 0.8."""
    return (normal_quantile(confidence) + float(scipy.special.ndtri(POWER))) * standard_error


def measured(method: str, dispersion: Sequence[float]) -> MappingProxyType[str, Any]:
    """The false alarms that belong to an answer, for its details; none where the four dispersions differ: not measured."""
    kind = "counts" if set(dispersion) == {1.0} else "dispersion"
    rates = FOUR_COUNTS[f"{method}/{kind}"] if len(set(dispersion)) == 1 else {}
    return MappingProxyType({"false_alarms": rates})
