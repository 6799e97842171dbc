"""Inequality slopes: the difference and the ratio between the two ends of a social ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import Floats, amounts, columns, numbers, option, reasons, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once

TRANSFORMS = ("none", "log", "logit")


@keyed(df=("@by", "@rank"))
def inequality_slopes(
    df: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    rank: str = "quantile",
    population: str = "population",
    value: str = "value",
    standard_error: str | None = None,
    transform: str = "none",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Slope and relative index of inequality over groups ordered from most to least exposed.

    The values are regressed on the midpoints of the groups' cumulated population shares (0 to 1), weighted by those shares.
    The slope index is the fitted value at 1 minus that at 0, the relative index their ratio.

    Parameters
    ----------
    df : DataFrame
        One row per group (decile of areas, for instance).
    by : str or sequence of str, optional
        Column(s) that divide the table in several slopes.
    rank, population, value : str
        Columns of the order, the number of inhabitants and the figure (rate, share, mean).
    standard_error : str, optional
        Column with the standard error of each value (on the value's own scale). Without it there are no limits.
    transform : {"none", "log", "logit"}
        Fit on the logarithm (rates) or on the log odds (shares); the indices are given on the original scale.
    confidence : float
        Two-sided, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per slope: the columns of `by`, ``sii sii_lower sii_upper rii rii_lower rii_upper intercept confidence transform
        reason``. Limits by the delta method (for the ratio on its logarithm). Reasons: "no_value", "few_groups" (under 3),
        "no_population", "no_ratio" (an end of the line is not above 0), "no_standard_error" (no limits).

    Raises
    ------
    TableError
        A column is missing, a population is negative, a rank stands twice, or a value cannot be transformed.

    References
    ----------
    Pamuk ER (1985). Social class inequality in mortality. Population Studies 39, 17-31.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> unsafe = pd.DataFrame({"quantile": [1, 2, 3, 4, 5], "population": 1000, "value": [40.0, 34.0, 27.0, 22.0, 17.0]})
    >>> rates.inequality_slopes(unsafe)[["sii", "rii", "reason"]].round(2)  # per cent, invented; 1 is the most exposed fifth
        sii   rii             reason
    0 -29.0  0.32  no_standard_error
    """
    option("transform", transform, TRANSFORMS)
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    columns(df, [*names, rank])
    keys_once(df, [*names, rank])
    work = df[names].assign(
        rank=numbers(df, rank),
        population=amounts(df, population, "inhabitants", "antal invånare"),
        value=numbers(df, value),
        error=amounts(df, standard_error, "a standard error", "ett medelfel") if standard_error else np.nan,
    )
    refuse(df, work["rank"].isna().to_numpy(), rank, "a place in the order", "en plats i ordningen")
    values = work["value"].dropna()
    if (transform != "none" and (values <= 0).any()) or (transform == "logit" and (values >= 1).any()):
        allowed = {"log": "above 0", "logit": "between 0 and 1"}[transform]
        raise TableError(f"values {allowed} with transform={transform!r}", column=value)
    parts = list(work.groupby(names, sort=False)) if names else [((), work)]
    rows = [_slope(part.sort_values("rank"), transform, confidence) for _, part in parts]
    slopes = pd.DataFrame(rows)
    labels = pd.DataFrame([key for key, _ in parts], columns=names) if names else pd.DataFrame(index=range(len(rows)))
    codes = pd.Series([row["reason"] for row in rows], dtype=object)
    return pd.concat([labels, slopes.drop(columns="reason")], axis=1).assign(
        confidence=confidence, transform=transform, reason=codes
    )


def _slope(part: pd.DataFrame, transform: str, confidence: float) -> dict[str, float | str | None]:
    names = ("sii", "sii_lower", "sii_upper", "rii", "rii_lower", "rii_upper", "intercept")
    y, people, error = (part[c].to_numpy(dtype=float) for c in ("value", "population", "error"))
    why = reasons(
        pd.RangeIndex(1),
        (np.array([np.isnan(people).any() or not (people > 0).all()]), "no_population"),
        (np.array([np.isnan(y).any()]), "no_value"),
        (np.array([len(y) < 3]), "few_groups"),
    ).iat[0]
    if why is not None:
        return dict.fromkeys(names, np.nan) | {"reason": why}
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    ends = _ends(share, middle)  # the fitted values at 0 and at 1 are these weights times the values
    low, high = _back(ends @ _forth(y, transform), transform)
    spread = ends * (_slope_of_transform(y, transform) * error)  # standard errors on the fitted scale, then back
    spread = spread * np.array([[1 / _slope_of_transform(low, transform)], [1 / _slope_of_transform(high, transform)]])
    z = -float(scipy.special.ndtri((1 - confidence) / 2))
    half = z * float(np.sqrt(np.sum((spread[1] - spread[0]) ** 2)))
    ratio, log_half = np.nan, np.nan
    if low > 0 and high > 0:
        ratio, log_half = high / low, z * float(np.sqrt(np.sum((spread[1] / high - spread[0] / low) ** 2)))
    reason = "no_ratio" if np.isnan(ratio) else "no_standard_error" if np.isnan(half) else None
    difference = high - low
    limits = (difference - half, difference + half, ratio, ratio * np.exp(-log_half), ratio * np.exp(log_half), low)
    return dict(zip(names, (difference, *limits), strict=True)) | {"reason": reason}


def _ends(share: Floats, middle: Floats) -> Floats:
    """Weights of the values in the fitted line at 0 and at 1 (weighted least squares), shape (2, groups)."""
    centre = np.sum(share * middle)
    slope = share * (middle - centre) / np.sum(share * (middle - centre) ** 2)
    return np.array([share - centre * slope, share + (1 - centre) * slope])


def _forth(y: Floats, transform: str) -> Floats:
    if transform == "none":
        return y
    transformed: Floats = np.log(y) if transform == "log" else scipy.special.logit(y)
    return transformed


def _back(fitted: Floats, transform: str) -> tuple[float, float]:
    if transform != "none":
        fitted = np.exp(fitted) if transform == "log" else scipy.special.expit(fitted)
    return float(fitted[0]), float(fitted[1])


def _slope_of_transform(y: Floats | float, transform: str) -> Floats:
    y = np.asarray(y, dtype=float)
    if transform == "none":
        return np.ones_like(y)
    return np.asarray(1 / y if transform == "log" else 1 / (y * (1 - y)))
