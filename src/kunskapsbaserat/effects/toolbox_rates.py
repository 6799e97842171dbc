"""Measured shares of false alarms of the weighted comparisons, and where they have been shown to hold.

The stated design without effect, at 5 %, the larger of with and without a common fall of 10 %:
benchmarks/synthetic_calibration.txt (cells a to f) and benchmarks/synthetic_calibration_few.txt (g and h), which say how many
panels. A method is shown to hold when the cells of the stated design (a to d) lie in their bands, and with few areas to compare
with from the number on where the measured do. Elsewhere its answer carries the rates, and no effect may be claimed from it.

They were measured before the areas' last year was looked at (`prognosis`). With it the rates on real months are in
benchmarks/effect_real_panels.txt.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CELLS = (
    *("one_at_random", "one_large", "after_a_rise", "five_at_random"),
    *("one_of_40", "five_of_40", "five_of_60", "five_of_100"),
)


def _cells(*rates: float) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(CELLS, rates, strict=True)))


FALSE_ALARMS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "synthetic_control": _cells(0.0468, 0.0548, 0.048, 0.0546, 0.0314, 0.061, 0.0592, 0.0552),
        "sdid": _cells(0.0498, 0.0548, 0.0522, 0.059, 0.0416, 0.0878, 0.0656, 0.0616),
    }
)

MONTHS_BEFORE = 60  # as many were measured, in months
MOST_TREATED = 5
# Fewest areas to compare with, with one treated and with several: of the cells measured, the smallest that holds.
FEWEST_COMPARED: Mapping[str, tuple[int, int]] = MappingProxyType({"synthetic_control": (39, 35), "sdid": (39, 95)})


def shown_to_hold(method: str, *, treated: int, compared: int, months_before: int, months_per_period: int) -> bool:
    """Whether a comparison like this one, with the method's usual options, was among those measured and held.

    Parameters
    ----------
    method : str
        Its name.
    treated, compared : int
        Areas with the measure, and areas they are compared with.
    months_before, months_per_period : int
        Of the panel.
    """
    if method not in FEWEST_COMPARED or months_per_period != 1 or months_before < MONTHS_BEFORE or treated > MOST_TREATED:
        return False
    return compared >= FEWEST_COMPARED[method][treated > 1]
