"""When did the treated leave the others? Each year before and after the start, beside what areas usually do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import Compared, may_be_judged
from kunskapsbaserat.effects.collapse import collapse_at
from kunskapsbaserat.effects.design import Design, ended, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, compare_with_placebos
from kunskapsbaserat.effects.placebo import log_ratio
from kunskapsbaserat.effects.weighted_result import pool_of
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

COLUMNS = ["first", "last", "since_start", "observed", "expected", "estimate", "lower", "upper", "p_value", "after"]


@dataclass(frozen=True, eq=False, slots=True)
class EventStudy:
    """The treated against the others, a stretch of time at a time.

    Attributes
    ----------
    rows : DataFrame
        ``first last`` (periods)
        ``since_start`` (stretches since the start: 0 the first with the measure, -1 the last before it)
        ``observed expected`` (events) ``estimate lower upper`` (log rate ratio) ``p_value`` (of the stretch alone) ``after``.
    before_p, after_p : float
        That the largest distance to the others, over all stretches before (after) the start, is no larger than areas usually
        have. A small `before_p` says that the treated had left the others already.
    n_placebo : int
        Areas, or groups of areas, compared with.
    reason : str or None
        "p_floor" when these are too few for any verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, event_study
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = event_study(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> found.before_p > 0.05, found.after_p < 0.05  # like the others before the start, and not after it
    (True, True)
    """

    rows: pd.DataFrame
    before_p: float
    after_p: float
    n_placebo: int
    reason: str | None = None

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.event_study`."""
        from kunskapsbaserat import plots

        return plots.event_study(self, ax, **options)


@for_design
@keyed()
def event_study(
    design: Design, *, months: int = 12, confidence: float = 0.95, least_a_month: float = LEAST_A_MONTH
) -> EventStudy:
    """Log rate ratio of the treated to the comparable areas in stretches of time, with placebo inference.

    Every stretch is compared with the time before the start, the stretch itself left out. What the last year before the start
    foretold is not taken out here, as `did` does: that year is one of the stretches, whose own rise would be used to explain it
    away, and with only the stretches after the start adjusted the picture would break at the start by itself. So after a bad
    year the stretches after the start lie above 0 more often than 5 % say, or fall back towards it: the verdict is `did`'s.

    Parameters
    ----------
    design : Design
        Of events, with one start.
    months : int
        Length of a stretch; a multiple of the panel's period. An incomplete one at the panel's beginning joins the next, one at
        its end stands as it is.
    confidence, least_a_month : float
        As in `did`.

    Returns
    -------
    EventStudy

    Raises
    ------
    DesignError
        The outcome is not events, the start lies after the panel, or no area is comparable.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, event_study
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = event_study(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> found.rows[["first", "since_start", "observed", "expected", "estimate"]].round({"expected": 0, "estimate": 2})
         first  since_start  observed  expected  estimate
    0  2021-01           -3     252.0     258.0     -0.02
    1  2022-01           -2     233.0     226.0      0.03
    2  2023-01           -1     221.0     222.0     -0.01
    3  2024-01            0     113.0     220.0     -0.66
    """
    if ended(design).kind != "events":
        raise DesignError(
            "not_events",
            "an event study is made for events",
            needed="for other outcomes, `att_gt` with one cohort",
            svenska="Detta räknas ut för antal händelser.",
            behovs="För andra tal finns andra metoder.",
        )
    per = design.data.months_per_period
    if months < per or months % per:
        raise OptionError("months", months, (f"a multiple of {per}",), tillatna=(f"en multipel av {per}",))
    compared = pool_of(design, least_a_month)
    if compared.sum() < max(2 * len(design.rows), 2):
        raise DesignError(
            "no_comparison",
            f"{int(compared.sum())} comparable areas",
            needed="at least two for each treated",
            svenska=f"Det finns {int(compared.sum())} områden att jämföra med.",
            behovs="Det behövs minst två för varje område med åtgärden.",
        )
    stretches = _stretches(design, months // per)
    comparisons, rows = [], []
    for since, stretch in stretches:
        two = collapse_at(design, compared, design.before & ~stretch, stretch)
        arrays = (two.before[None], two.after[None], two.growth[None], compared[None])
        here = compare_with_placebos(*arrays, design.rows[None], confidence=confidence)
        comparisons.append(here)
        rows.append(_row(design, since, stretch, here))
    late = np.array([since >= 0 for since, _ in stretches])
    floor = 1 / (int(compared.sum()) + 1)
    return EventStudy(
        rows=pd.DataFrame(rows, columns=COLUMNS),
        before_p=_largest([f for f, after in zip(comparisons, late, strict=True) if not after]),
        after_p=_largest([f for f, after in zip(comparisons, late, strict=True) if after]),
        n_placebo=len(comparisons[0].signed[0]),
        reason=None if may_be_judged(floor, confidence) else "p_floor",
    )


def _stretches(design: Design, length: int) -> list[tuple[int, Bools]]:
    """Stretches of periods by their number since the start."""
    place = np.arange(len(design.before))
    begin = design.first + int((~design.before & ~design.after).sum())
    before = max(design.first // length, 1)
    number = np.where(
        design.before, np.maximum(-((design.first - 1 - place) // length) - 1, -before), (place - begin) // length
    )
    used = design.before | design.after
    numbered = [(int(n), used & (number == n) & (design.before == (n < 0))) for n in np.unique(number[used])]
    return [(n, stretch) for n, stretch in numbered if n >= 0 or (design.before & ~stretch).any()]


def _row(design: Design, since: int, stretch: Bools, comparison: Compared) -> tuple[object, ...]:
    periods = design.data.periods[stretch]
    observed, expected = float(comparison.after[0]), float(comparison.expected[0])
    estimate = float(np.log(observed / expected)) if observed else float(log_ratio(comparison.after, comparison.expected)[0])
    limits = (float(comparison.lower[0]), float(comparison.upper[0]))
    return (periods[0], periods[-1], since, observed, expected, estimate, *limits, float(comparison.p_value[0]), since >= 0)


def _largest(comparisons: list[Compared]) -> float:
    """Place of the treated's largest statistic among the placebos' largest."""
    if not comparisons:
        return np.nan
    own = max(abs(float(f.statistic[0])) for f in comparisons)
    others = np.max([np.abs(f.signed[0]) for f in comparisons], axis=0)
    return float((1 + (others >= own).sum()) / (len(others) + 1))
