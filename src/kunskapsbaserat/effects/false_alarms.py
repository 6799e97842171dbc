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
        "single/auto": _cells(0.04, 0.063, 0.053, 0.08, 0.029, 0.048),
        "single/model": _cells(0.095, 0.129, 0.145, 0.184, 0.077, 0.105),
        "single/newey_west": _cells(0.143, 0.18, 0.173, 0.23, 0.089, 0.127),
        "covariate/auto": _cells(0.035, 0.036, 0.046, 0.042, 0.031, 0.039),
        "second/auto": _cells(0.035, 0.035, 0.051, 0.039, 0.029, 0.023),
        "second/model": _cells(0.079, 0.074, 0.124, 0.106, 0.071, 0.064),
    }
)

# By method and what the variance was taken from; against the unit with the nearest number of events.
FOUR_COUNTS: Rates = MappingProxyType(
    {
        "wdd/counts": _cells(0.155, 0.127, 0.316, 0.291, 0.159, 0.138),
        "wdd/dispersion": _cells(0.059, 0.051, 0.08, 0.063, 0.09, 0.07),
        "ratio/counts": _cells(0.153, 0.143, 0.317, 0.316, 0.186, 0.182),
        "ratio/dispersion": _cells(0.059, 0.055, 0.078, 0.071, 0.106, 0.098),
    }
)
