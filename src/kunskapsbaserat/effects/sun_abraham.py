"""Event study of staggered starts by a regression in which every cohort has its own course (Sun and Abraham 2021)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.panel import panel_of
from kunskapsbaserat.effects.staggered import FEWEST_TREATED, start_positions
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

COLUMNS = ["since_start", "estimate", "standard_error", "lower", "upper", "n_treated", "reason"]


@keyed(table=())
def sun_abraham(
    table: pd.DataFrame,
    *,
    outcome: str,
    starts: str | Mapping[str, str | pd.Period],
    unit: str = "area",
    time: str = "period",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Mean effect by time since the start: two-way fixed effects with a course for each cohort, weighted by cohort size.

    Parameters
    ----------
    table : DataFrame
        One row per area and period, complete.
    outcome, unit, time : str
        Columns.
    starts : str or mapping
        As in `att_gt`. Without areas that never get the measure, the last cohort is compared with and its own time with the
        measure left out.
    confidence : float
        Of the limits (normal, areas as clusters).

    Returns
    -------
    DataFrame
        ``since_start estimate standard_error lower upper n_treated reason``; the reference is the last period before the start
        (-1, estimate 0, reason "reference"). No error with fewer than 10 treated areas ("few_treated").

    Raises
    ------
    DesignError
        Figures are missing, nobody is left to compare with, or a cohort has no period before its start.

    References
    ----------
    Sun L, Abraham S (2021). Journal of Econometrics 225(2), 175-199.
    """
    from scipy.stats import norm

    panel = panel_of(table, outcome=outcome, unit=unit, time=time, kind="index")
    y, cohorts = panel.observed, start_positions(panel, table, starts, unit)
    if not (cohorts < 0).any():
        last = int(cohorts.max())
        y, cohorts = y[:, :last], np.where(cohorts == last, -1, cohorts)
    if np.isnan(y).any() or not (cohorts < 0).any() or not (cohorts >= 0).any() or (cohorts == 0).any():
        raise DesignError(
            "no_comparison",
            "missing figures, no cohort with a period before its start, or nobody to compare with",
            needed="complete areas, at least one period before each start, and areas treated later or never",
            svenska="Tal saknas, eller så finns ingen tid före en start eller inga områden att jämföra med.",
            behovs="Talen behöver vara hela, med tid före varje start och områden som får åtgärden senare eller aldrig.",
        )
    periods = y.shape[1]
    terms = [(g, e) for g in np.unique(cohorts[cohorts >= 0]) for e in range(-g, periods - g) if e != -1]
    columns = np.column_stack(
        [_within(((cohorts == g)[:, None] & (np.arange(periods) == g + e)).astype(float)) for g, e in terms]
    )
    outcome_within = _within(y)
    inverse = np.linalg.pinv(columns.T @ columns)
    coefficients = inverse @ columns.T @ outcome_within
    left = (outcome_within - columns @ coefficients).reshape(len(y), periods)
    scores = np.einsum("itk,it->ik", columns.reshape(len(y), periods, -1), left)
    observations, parameters = y.size, columns.shape[1] + periods - 1
    correction = len(y) / (len(y) - 1) * (observations - 1) / (observations - parameters)
    covariance = correction * inverse @ scores.T @ scores @ inverse
    sizes = {g: int((cohorts == g).sum()) for g, _ in terms}
    z = norm.isf((1 - confidence) / 2)
    rows: list[tuple[object, ...]] = [(-1, 0.0, np.nan, np.nan, np.nan, int((cohorts >= 0).sum()), "reference")]
    for e in sorted({e for _, e in terms}):
        share = np.array([sizes[g] if here == e else 0 for g, here in terms], dtype=float)
        number, share = int(share.sum()), share / share.sum()
        estimate = float(share @ coefficients)
        error = float(np.sqrt(share @ covariance @ share)) if number >= FEWEST_TREATED else np.nan
        reason = None if number >= FEWEST_TREATED else "few_treated"
        rows.append((e, estimate, error, estimate - z * error, estimate + z * error, number, reason))
    effects = pd.DataFrame(rows, columns=COLUMNS).astype({"reason": object})
    return (
        effects.where(effects.notna(), None)
        .astype(dict.fromkeys(COLUMNS[1:5], float))
        .sort_values("since_start", ignore_index=True)
    )


def _within(values: Floats) -> Floats:
    """Areas' and periods' means taken out (balanced panel), as one column."""
    rest: Floats = (values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()).ravel()
    return rest
