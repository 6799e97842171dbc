"""Event study of staggered starts by a regression in which every cohort has its own course (Sun and Abraham 2021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.panel import panel_of
from kunskapsbaserat.effects.staggered import FEWEST_TREATED, covariate_grids, start_positions
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
    covariates: Sequence[str] = (),
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
    covariates : sequence of str
        Columns of numbers that vary within areas, as further terms of the regression. One that does not has no slope beside the
        areas' own levels: for such as the population see `att_gt`.
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
        Figures are missing, nobody is left to compare with, a cohort has no period before its start, or a covariate does not
        vary within areas.

    References
    ----------
    Sun L, Abraham S (2021). Journal of Econometrics 225(2), 175-199.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import sun_abraham
    >>> years = pd.period_range("2021", periods=4, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcd"), 4), "period": np.tile(years, 4)})
    >>> table["y"] = [5, 6, 4, 3, 8, 9, 7, 6, 5, 6, 7, 8, 9, 10, 11, 12]
    >>> found = sun_abraham(table, outcome="y", starts={"a": "2023", "b": "2023"})
    >>> found.loc[found["since_start"] >= 0, ["since_start", "estimate", "n_treated", "reason"]].round(6)
       since_start  estimate  n_treated       reason
    2            0      -3.0          2  few_treated
    3            1      -5.0          2  few_treated
    """
    from scipy.stats import norm

    panel = panel_of(table, outcome=outcome, unit=unit, time=time, kind="index")
    y, cohorts = panel.observed, start_positions(panel, table, starts, unit)
    further = covariate_grids(table, covariates, unit=unit, time=time)
    if not (cohorts < 0).any():
        last = int(cohorts.max())
        y, further, cohorts = y[:, :last], further[:, :last], np.where(cohorts == last, -1, cohorts)
    if np.isnan(y).any() or not (cohorts < 0).any() or not (cohorts >= 0).any() or (cohorts == 0).any():
        raise DesignError(
            "no_comparison",
            "missing figures, no cohort with a period before its start, or nobody to compare with",
            needed="complete areas, at least one period before each start, and areas treated later or never",
            svenska="Tal saknas, eller så finns ingen tid före en start eller inga områden att jämföra med.",
            behovs="Talen behöver vara hela, med tid före varje start och områden som får åtgärden senare eller aldrig.",
        )
    terms = [(g, e) for g in np.unique(cohorts[cohorts >= 0]) for e in range(-g, y.shape[1] - g) if e != -1]
    coefficients, covariance = _regression(y, cohorts, terms, _varying(further, covariates))
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


def _varying(further: Floats, covariates: Sequence[str]) -> list[Floats]:
    """The covariates with areas' and periods' means taken out."""
    columns = [_within(further[..., k]) for k in range(len(covariates))]
    for name, column in zip(covariates, columns, strict=True):
        if np.abs(column).max() < 1e-9:  # the columns are in standard deviations
            raise DesignError(
                "constant_covariate",
                f"{name} does not vary within areas beside the periods' common course",
                needed="a column that varies; for what does not, att_gt",
                svenska=f"Kolumnen {name} ändras inte inom områdena.",
                behovs="Det behövs en kolumn som ändras över tid. Använd annars att_gt, som jämför områden med lika värden.",
            )
    return columns


def _regression(
    y: Floats, cohorts: NDArray[np.intp], terms: list[tuple[int, int]], further: list[Floats]
) -> tuple[Floats, Floats]:
    """Coefficients of the cohorts' courses and their covariance, areas as clusters; further terms are estimated beside."""
    periods = y.shape[1]
    courses = [_within(((cohorts == g)[:, None] & (np.arange(periods) == g + e)).astype(float)) for g, e in terms]
    columns, outcome = np.column_stack([*courses, *further]), _within(y)
    inverse = np.linalg.pinv(columns.T @ columns)
    coefficients = inverse @ columns.T @ outcome
    left = (outcome - columns @ coefficients).reshape(len(y), periods)
    scores = np.einsum("itk,it->ik", columns.reshape(len(y), periods, -1), left)
    observations, parameters = y.size, columns.shape[1] + periods  # the areas, being the clusters, are not counted
    correction = len(y) / (len(y) - 1) * (observations - 1) / (observations - parameters)
    covariance = correction * inverse @ scores.T @ scores @ inverse
    return coefficients[: len(terms)], covariance[: len(terms), : len(terms)]


def _within(values: Floats) -> Floats:
    """Areas' and periods' means taken out (balanced panel), as one column."""
    rest: Floats = (values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()).ravel()
    return rest
