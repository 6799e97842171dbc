"""Measured shares of false alarms: what a text has to say where a method is offered whose error rate may not hold.

The stated design with one treated unit of 290 and no effect, 5 000 panels a cell, at 5 %: benchmarks/its_calibration.txt and
benchmarks/wdd_calibration.txt. "With common fall" is the same when all units fall by 10 % at the start, for another reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Rates = Mapping[str, Mapping[str, float]]

CELLS = (
    "one_at_random",
    "one_at_random_with_common_fall",
    "one_large",
    "one_large_with_common_fall",
    "after_a_rise",
    "after_a_rise_with_common_fall",
)


def _cells(*rates: float) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(CELLS, rates, strict=True)))


# By control ("single": none) and errors.
ITS: Rates = MappingProxyType(
    {
        "single/auto": _cells(0.043, 0.067, 0.054, 0.083, 0.024, 0.045),
        "single/model": _cells(0.101, 0.127, 0.144, 0.196, 0.074, 0.105),
        "single/newey_west": _cells(0.151, 0.184, 0.18, 0.239, 0.083, 0.125),
        "covariate/auto": _cells(0.042, 0.04, 0.047, 0.045, 0.027, 0.036),
        "second/auto": _cells(0.037, 0.037, 0.048, 0.044, 0.021, 0.021),
        "second/model": _cells(0.084, 0.081, 0.125, 0.103, 0.061, 0.061),
    }
)

# By method and what the variance was taken from; against the unit with the nearest number of events.
FOUR_COUNTS: Rates = MappingProxyType(
    {
        "wdd/counts": _cells(0.15, 0.139, 0.326, 0.278, 0.162, 0.148),
        "wdd/dispersion": _cells(0.06, 0.05, 0.082, 0.054, 0.085, 0.076),
        "ratio/counts": _cells(0.151, 0.158, 0.321, 0.304, 0.183, 0.188),
        "ratio/dispersion": _cells(0.057, 0.056, 0.079, 0.067, 0.101, 0.104),
    }
)
