"""Indirect standardisation: observed events against those a reference population's rates would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.rates.checks import (
    Floats,
    amounts,
    columns,
    confidence_level,
    counts,
    first_reason,
    positive,
    reasons,
)
from kunskapsbaserat.rates.grouped import any_of, groups, total_of
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.keys import keyed, keys_once


@keyed(df=("@by", "@stratum"))
def standardised_ratio(
    df: pd.DataFrame,
    *,
    by: str | Sequence[str] = "area",
    stratum: str | Sequence[str] | None = None,
    count: str = "count",
    exposure: str = "exposure",
    reference_count: str = "reference_count",
    reference_exposure: str = "reference_exposure",
    scale: float = 1,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """Observed events over expected ones (the standardised ratio, SMR), with limits.

    The expected count is what the group would have had with the reference population's rate in every stratum. Two groups'
    ratios have different weights: compare each with the reference, not with one another.

    Parameters
    ----------
    df : DataFrame
        One row per group and stratum: events and person-years of the group and of the reference population.
    by, stratum : str or sequence of str
        Column(s) of the group; column(s) of the stratum, which then may stand only once in a group.
    count, exposure, reference_count, reference_exposure : str
        Column names. A reference may have 0 events in a stratum.
    scale : float
        1, or 100 when the reference is to be 100.
    confidence : float
        Two-sided, between 0 and 1.
    method : str
        As in `poisson_interval`, for the observed count; or "lognormal": observed * exp(+-z / sqrt(observed)), as esda.

    Returns
    -------
    DataFrame
        One row per group: the columns of `by`, ``observed expected reference_rate ratio lower upper scale confidence method
        reason``; `reference_rate` is the reference's crude rate per person-year. Reasons: "no_count", "no_exposure",
        "no_reference" (missing or no person-years in a stratum), "no_expected" (none expected), "no_events" (no limits).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, an exposure is negative, or a stratum stands twice.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical Methods in Cancer Research II. IARC, chapter 2.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> ages = pd.DataFrame({"area": "2080", "age": ["0-17", "18-"], "count": [30, 120], "exposure": [12_000, 48_000]})
    >>> ages = ages.assign(reference_count=[9_000, 20_000], reference_exposure=[2_100_000, 8_400_000])  # invented
    >>> rates.standardised_ratio(ages, stratum="age")[["observed", "expected", "ratio", "lower", "upper"]].round(2)
       observed  expected  ratio  lower  upper
    0     150.0    165.71   0.91   0.77   1.06
    """
    ratios = _ratio(df, by, stratum, count, exposure, reference_count, reference_exposure, confidence, method)
    values = ["ratio", "lower", "upper"]
    ratios[values] *= positive("scale", scale)
    order = ["observed", "expected", "reference_rate", *values]
    return ratios[[*_names(by), *order]].assign(scale=scale, confidence=confidence, method=method, reason=ratios["reason"])


@keyed(df=("@by", "@stratum"))
def indirectly_standardised_rate(
    df: pd.DataFrame,
    *,
    by: str | Sequence[str] = "area",
    stratum: str | Sequence[str] | None = None,
    count: str = "count",
    exposure: str = "exposure",
    reference_count: str = "reference_count",
    reference_exposure: str = "reference_exposure",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
) -> pd.DataFrame:
    """The standardised ratio times the reference population's crude rate, with limits.

    Parameters
    ----------
    df, by, stratum, count, exposure, reference_count, reference_exposure, confidence, method
        As in `standardised_ratio`.
    per : float
        The rate's base.

    Returns
    -------
    DataFrame
        One row per group: the columns of `by`, ``observed expected reference_rate rate lower upper per confidence method
        reason``; the reference's rate is per `per` too.

    Raises
    ------
    TableError
        As in `standardised_ratio`.

    References
    ----------
    Public Health England (2018). Technical guide: confidence intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> ages = pd.DataFrame({"area": "2080", "age": ["0-17", "18-"], "count": [30, 120], "exposure": [12_000, 48_000]})
    >>> ages = ages.assign(reference_count=[9_000, 20_000], reference_exposure=[2_100_000, 8_400_000])  # invented
    >>> rates.indirectly_standardised_rate(ages)[["observed", "expected", "reference_rate", "rate", "lower", "upper"]].round(1)
       observed  expected  reference_rate   rate  lower  upper
    0     150.0     165.7           276.2  250.0  211.6  293.4
    """
    ratios = _ratio(df, by, stratum, count, exposure, reference_count, reference_exposure, confidence, method)
    ratios["reference_rate"] *= positive("per", per)
    for name, ratio in {"rate": "ratio", "lower": "lower", "upper": "upper"}.items():
        ratios[name] = ratios[ratio] * ratios["reference_rate"]
    order = ["observed", "expected", "reference_rate", "rate", "lower", "upper"]
    return ratios[[*_names(by), *order]].assign(per=per, confidence=confidence, method=method, reason=ratios["reason"])


def _ratio(
    df: pd.DataFrame,
    by: str | Sequence[str],
    stratum: str | Sequence[str] | None,
    count: str,
    exposure: str,
    reference_count: str,
    reference_exposure: str,
    confidence: float,
    method: str,
) -> pd.DataFrame:
    names = _names(by)
    columns(df, names)
    if stratum is not None:
        keys_once(df, [*names, *([stratum] if isinstance(stratum, str) else stratum)])
    events, years = counts(df, count), amounts(df, exposure)
    ref_events, ref_years = counts(df, reference_count), amounts(df, reference_exposure)
    group, labels = groups(df, names)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = ref_events / np.where(ref_years > 0, ref_years, np.nan)
        none = (years == 0) | (rates == 0)  # nothing is expected there, however many the person-years or high the rate
        expected = total_of(np.where(none, 0.0, years * rates), group)
        reference_rate = total_of(ref_events, group) / total_of(ref_years, group)
        observed = total_of(events, group)
        reason = reasons(
            labels.index,
            (np.isnan(observed), "no_count"),
            (any_of(np.isnan(years) & ~none, group) | (total_of(years, group) == 0), "no_exposure"),
            (np.isnan(expected) | ~np.isfinite(reference_rate), "no_reference"),
            (expected == 0, "no_expected"),
        )
        usable = np.where(reason.notna(), np.nan, 1 / expected)
        lower, upper = _observed_limits(observed, confidence, method)
    return labels.assign(
        observed=observed,
        expected=expected,
        reference_rate=np.where(np.isfinite(reference_rate), reference_rate, np.nan),
        ratio=observed * usable,
        lower=lower * usable,
        upper=upper * usable,
        reason=first_reason(reason, reasons(labels.index, (np.isnan(upper), "no_events"))),
    )


def _observed_limits(observed: Floats, confidence: float, method: str) -> tuple[Floats, Floats]:
    if method != "lognormal":
        return poisson_interval(observed, confidence=confidence, method=method)
    z = -scipy.special.ndtri((1 - confidence_level(confidence)) / 2)
    some = np.where(observed > 0, observed, np.nan)
    step = np.exp(z / np.sqrt(some))
    return some / step, some * step


def _names(by: str | Sequence[str]) -> list[str]:
    return [by] if isinstance(by, str) else list(by)
