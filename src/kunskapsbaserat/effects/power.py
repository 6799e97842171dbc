"""How large an effect would be seen? On the user's own panel, before the measure starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects import placebo
from kunskapsbaserat.effects.answers import may_be_judged
from kunskapsbaserat.effects.collapse import collapse
from kunskapsbaserat.effects.design import FEWEST_MONTHS_BEFORE, Design, at, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, LEAST_EXPECTED, compare_with_placebos, eligible
from kunskapsbaserat.effects.prognosis import history_of
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.checks import confidence_level, positive, whole_number
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

COLUMNS = ["months_after", "areas", "expected", "smallest_decrease", "smallest_increase", "effect", "chance", "reason"]


@for_design
@keyed()
def power(
    design: Design,
    *,
    months_after: int | Sequence[int] = (6, 12, 18, 24),
    areas: int | Sequence[int] | None = None,
    effect: float = 0.8,
    confidence: float = 0.95,
    asked: float = 0.8,
    least_a_month: float = LEAST_A_MONTH,
) -> pd.DataFrame:
    """Smallest effect that `did` would find, by months after the start and number of areas.

    The last months before the start play the time after it: what areas usually do in so many months is estimated from all
    comparable areas of the panel, and nothing after the start is looked at.

    Parameters
    ----------
    design : Design
        Planned or begun, of events.
    months_after : int or sequence of int
        Lengths of the time after the start, multiples of the panel's period.
    areas : int or sequence of int, optional
        Numbers of areas, each like the average of the design's treated. Default: first the design's own number, then 1, 2, 3,
        5, 10.
    effect : float
        True rate ratio for the column ``chance``.
    confidence, asked : float
        Of the verdict; the probability asked for.
    least_a_month : float
        As in `did`.

    Returns
    -------
    DataFrame
        ``months_after areas expected`` (events after the start without effect), ``smallest_decrease smallest_increase`` (rate
        ratios found with probability `asked`, NaN where none is), ``effect chance`` (probability that this effect would be
        found) and ``reason`` (None, "too_short": fewer than 24 months are left before; "p_floor"; "few_events_before";
        "few_events_after").

    Raises
    ------
    DesignError
        The outcome is not events, or no area is comparable.
    OptionError
        A length or a number of areas is no whole number of 1 or more, or a share not between 0 and 1.

    Examples
    --------
    How large a fall would be found with one area and with three, half a year after the start?

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, power
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=60, months_before=36).table()
    >>> planned = Design(panel, outcome="count", treated=["0563"], start="2025-01")
    >>> power(planned, months_after=6, areas=[1, 3])[["areas", "smallest_decrease", "chance"]].round(2)
       areas  smallest_decrease  chance
    0      1               0.51    0.18
    1      3               0.72    0.47
    """
    if design.kind != "events":
        raise DesignError(
            "not_events",
            "power is worked out for events",
            needed="for shares, the smallest visible difference is printed with `did`",
            svenska="Detta räknas ut för antal händelser.",
            behovs="För andelar står den minsta synliga skillnaden i resultatet.",
        )
    for name, value in (("effect", effect), ("least_a_month", least_a_month)):
        positive(name, value)
    confidence_level(asked, "asked")
    lengths = _several("months_after", months_after)
    own = len(design.rows)
    numbers = [own, *(n for n in (1, 2, 3, 5, 10) if n != own)] if areas is None else _several("areas", areas)
    per = design.data.months_per_period
    wrong = [m for m in lengths if m % per]
    if wrong:
        raise OptionError("months_after", wrong[0], (f"multiples of {per}",), tillatna=(f"multiplar av {per}",))
    rows = [row for m in lengths for row in _one_length(design, m, numbers, effect, confidence, asked, least_a_month)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _several(name: str, numbers: int | Sequence[int]) -> list[int]:
    """One whole number or several, each at least 1."""
    values = list(numbers) if isinstance(numbers, Iterable) and not isinstance(numbers, str) else [numbers]
    return [whole_number(name, value, 1) for value in values]


def _one_length(
    design: Design, months: int, numbers: Sequence[int], effect: float, confidence: float, asked: float, least: float
) -> list[dict[str, object]]:
    start = design.first - months // design.data.months_per_period
    if start * design.data.months_per_period < FEWEST_MONTHS_BEFORE:
        return [_without(months, n, effect, "too_short") for n in numbers]
    earlier = at(design, start=start, end=design.first, phase_in=0)
    compared = eligible(earlier, least)
    if compared.sum() < 2:
        return [_without(months, n, effect, "p_floor") for n in numbers]
    two = collapse(earlier, compared)
    arrays = (two.before[None], two.after[None], two.growth[None], compared[None])
    history = history_of(earlier, compared)
    comparison = compare_with_placebos(*arrays, design.rows[None], history=history, confidence=confidence)
    own = len(design.rows)
    floor = not may_be_judged(1 / (compared.sum() + 1), confidence)
    few = two.before[design.rows].mean() < least * earlier.months_before
    rows: list[dict[str, object]] = []
    for n in numbers:
        total = float(comparison.expected[0]) * n / own
        law = (total, float(comparison.area_variance[0]) * own / n, float(comparison.law.chance[0]))
        reason = (
            "p_floor"
            if floor or compared.sum() < 2 * n
            else "few_events_before"
            if few
            else "few_events_after"
            if total < LEAST_EXPECTED
            else None
        )
        if reason:
            rows.append(_without(months, n, effect, reason) | {"expected": total})
            continue
        groups = np.flatnonzero(compared)[:n][None]  # any n areas: only the placebos, groups as large, are read
        same = comparison if n == own else compare_with_placebos(*arrays, groups, history=history, confidence=confidence)
        test = same.signed[0], float(same.critical[0])
        smallest = [np.exp(placebo.smallest_visible(*law, *test, power=asked, sign=s)) for s in (-1, 1)]
        chance = placebo.chance_of_finding(float(np.log(effect)), *law, *test)
        values = (months, n, total, *smallest, effect, chance, None)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def _without(months: int, areas: int, effect: float, reason: str) -> dict[str, object]:
    return dict(zip(COLUMNS, (months, areas, np.nan, np.nan, np.nan, effect, np.nan, reason), strict=True))
