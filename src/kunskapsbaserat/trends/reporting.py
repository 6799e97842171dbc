"""Is it more events, or more reporting? A period held against what its own reporters used to report.

Reports follow who reports: a new account at a school looks like a wave of crime. So every reporter is compared with itself: the
expected number is the sum, over the reporters active now, of what each used to report in a period when it was active. A
reporter without enough history is on neither side, and is said. (Indirect standardisation by reporter, on a constant panel.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.control_chart import ControlChart, control_chart
from kunskapsbaserat.trends.expected_range import count_limits

Floats = NDArray[np.float64]

BASELINE = 26  # periods before: a year of fortnights
MIN_ACTIVE = 6  # periods that a reporter must have been active in to have an own level
MORE, FEWER, WITHIN, UNKNOWN = "fler", "farre", "inom", "kan_inte_bedomas"


@dataclass(frozen=True, slots=True)
class Reporting:
    """One period against what its reporters used to report.

    Attributes
    ----------
    observed, expected : int, float
        Reports of the `panel` reporters.
    lower, upper : float
        Counts that are expected of a usual period.
    p_value, dispersion, confidence : float
        Two-sided; variance over mean of a usual period; of the range.
    panel : int
        Reporters that are active now and have enough history.
    new, left_out : int
        Reporters active now without enough history, and their reports.
    silent : int
        Reporters with history that are not active now.
    raw, raw_before : int, float
        All reports, and their mean in the baseline.
    periods : int
        Periods in the baseline.
    reason : str or None
        Why nothing could be judged.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.trends import own_reporters
    >>> counts = np.array([[5, 4, 6, 5, 5], [3, 2, 3, 4, 3], [0, 0, 0, 0, 30]])
    >>> found = own_reporters(counts, counts > 0, baseline=4, min_active=3)
    >>> found.verdict, found.observed, round(found.expected, 1)
    ('inom', 8, 8.0)
    >>> found.raw, found.new, found.left_out  # all reports, and what the reporter without history reported
    (38, 1, 30)
    """

    observed: int
    expected: float
    lower: float
    upper: float
    p_value: float
    dispersion: float
    confidence: float
    panel: int
    new: int
    left_out: int
    silent: int
    raw: int
    raw_before: float
    periods: int
    reason: str | None = None

    @property
    def verdict(self) -> str:
        """ "fler", "farre", "inom" or "kan_inte_bedomas"."""
        if self.reason is not None:
            return UNKNOWN
        if self.lower <= self.observed <= self.upper:
            return WITHIN
        return MORE if self.observed > self.upper else FEWER


@keyed(grids=("counts",))
def own_reporters(
    counts: Floats,
    active: NDArray[np.bool_],
    *,
    baseline: int = BASELINE,
    min_active: int = MIN_ACTIVE,
    confidence: float = 0.95,
    dispersion: float | None = None,
) -> Reporting:
    """The last period against the same reporters' earlier ones.

    Parameters
    ----------
    counts : array, shape (reporters, periods)
        Reports, oldest period first; 0 where a reporter was not active.
    active : array of bool, same shape
        Did the reporter report anything, or nothing on purpose?
    baseline : int
        At most so many periods before the last are compared with.
    min_active : int
        A reporter needs so many active periods in the baseline to have a level of its own.
    confidence : float
        Of the expected range.
    dispersion : float, optional
        Variance over mean of a usual period; estimated from the baseline when not given, and never below 1.

    Returns
    -------
    Reporting
        With ``reason`` "no_panel" when no reporter active now has enough history.

    Raises
    ------
    TableError
        The shapes differ, a count is negative, or reports stand where the reporter was not active.

    Examples
    --------
    A third caretaker began to report last month. All reports went from 8 to 38, what the first two report has not changed:

    >>> import numpy as np
    >>> from kunskapsbaserat.trends import own_reporters
    >>> counts = np.array([[5, 4, 6, 5, 5], [3, 2, 3, 4, 3], [0, 0, 0, 0, 30]])
    >>> found = own_reporters(counts, counts > 0, baseline=4, min_active=3)
    >>> found.raw, found.observed, found.verdict
    (38, 8, 'inom')
    """
    counts, active = np.asarray(counts, dtype=float), np.asarray(active, dtype=bool)
    if counts.ndim != 2 or counts.shape != active.shape or not (counts >= 0).all() or (counts[~active] > 0).any():
        raise TableError(
            "counts of 0 or more per reporter and period, 0 where not active",
            forvantat="antal per rapportör och period, noll där rapportören inte var aktiv",
        )
    before, was = counts[:, :-1][:, -baseline:], active[:, :-1][:, -baseline:]
    now, here = counts[:, -1], active[:, -1]
    times = was.sum(axis=1)
    long_enough = times >= min_active
    panel = long_enough & here
    level = np.divide(before.sum(axis=1), times, out=np.zeros(len(times)), where=times > 0)
    total = float(before[panel].sum())
    expected = float(level[panel].sum())
    uncertainty = float(np.sum(level[panel] / np.maximum(times[panel], 1)))
    if panel.any() and total == 0:  # never seen: half an event keeps it from being impossible
        expected = 0.5 / float(np.median(times[panel]))
        uncertainty = expected / float(np.median(times[panel]))
    if dispersion is None:
        dispersion = _dispersion(before[long_enough], was[long_enough], level[long_enough])
    reason = None if panel.any() else "no_panel"
    lower = upper = p_value = np.nan
    if reason is None:
        spread = max(1.0, dispersion) * (1 + uncertainty / expected)
        lower, upper = (float(limit) for limit in count_limits(np.array(expected), spread, confidence))
        p_value = _p_value(float(now[panel].sum()), expected, spread)
    return Reporting(
        observed=int(now[panel].sum()),
        expected=expected,
        lower=lower,
        upper=upper,
        p_value=p_value,
        dispersion=dispersion,
        confidence=confidence,
        panel=int(panel.sum()),
        new=int((here & ~long_enough).sum()),
        left_out=int(now[here & ~long_enough].sum()),
        silent=int((long_enough & ~here).sum()),
        raw=int(now.sum()),
        raw_before=float(before.sum() / max(before.shape[1], 1)),
        periods=before.shape[1],
        reason=reason,
    )


def _dispersion(counts: Floats, active: NDArray[np.bool_], level: Floats) -> float:
    """How much a period's reports vary around what its reporters usually report, in units of chance."""
    expected = level @ active if len(level) else np.zeros(counts.shape[1])
    observed = np.where(active, counts, 0).sum(axis=0)
    usable = expected > 0
    if usable.sum() < 2:
        return 1.0
    squares = (observed[usable] - expected[usable]) ** 2 / expected[usable]
    return max(1.0, float(squares.sum() / (usable.sum() - 1)))


def _p_value(observed: float, expected: float, spread: float) -> float:
    """Two-sided mid-p of a negative binomial with variance `spread` times its mean."""

    def below(k: float) -> float:
        if k < 0:
            return 0.0
        if spread <= 1 + 1e-9:
            return float(scipy.special.pdtr(k, expected))
        return float(scipy.special.betainc(expected / (spread - 1), k + 1, 1 / spread))

    at, under = below(observed), below(observed - 1)
    return min(1.0, 2 * min(under + (at - under) / 2, 1 - at + (at - under) / 2))


def per_reporter_chart(counts: pd.Series, active: pd.Series) -> ControlChart:
    """u chart of reports per active reporter; periods when nobody was active are left out of the limits and the runs."""
    nobody = [at for at, n in enumerate(active) if n == 0]
    return control_chart(counts, np.where(active > 0, active, 1), chart="u", exclude=nobody)


def days_between_chart(days: pd.Series) -> ControlChart:
    """g chart of the whole days between one rare event and the next (0 on the same day), in time order.

    Raises
    ------
    TableError
        Less than two events: there is nothing between them.
    """
    dates = days.dt.normalize().sort_values(ignore_index=True)
    if len(dates) < 2:
        raise TableError("at least two events", forvantat="minst två händelser", got=len(dates))
    return control_chart(dates.diff().dt.days.iloc[1:].reset_index(drop=True), chart="g")
