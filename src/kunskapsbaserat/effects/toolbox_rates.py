"""Measured shares of false alarms of the weighted comparisons, and which of them have been shown to hold.

The stated design without effect, at 5 %, the larger of with and without a common fall of 10 %, from
benchmarks/synthetic_calibration.txt, which says how many panels. A method is shown to hold when every cell lies in the band
with 5 000 panels each; until then its answer carries the rate, and no effect may be claimed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CELLS = ("one_at_random", "one_large", "after_a_rise", "five_at_random")

FALSE_ALARMS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "synthetic_control": MappingProxyType(dict(zip(CELLS, (0.065, 0.0675, 0.075, 0.0775), strict=True))),
        "sdid": MappingProxyType(dict(zip(CELLS, (0.0675, 0.065, 0.0775, 0.0625), strict=True))),
    }
)

SHOWN_TO_HOLD: frozenset[str] = frozenset()
