"""Funnel plots: which areas lie further from the common level than chance puts them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import Floats, amounts, confidence_level, counts, option, positive, reasons, refuse
from kunskapsbaserat.rates.intervals import EXACT_BELOW, poisson_interval
from kunskapsbaserat.rates.keys import keyed, keys_once
from kunskapsbaserat.rates.overdispersion import RULES, overdispersion

LIMITS = ("control", "interval")


class FunnelClass(StrEnum):
    """Where an area lies in the funnel. Outside the outer limits: `mycket`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> table = rates.funnel(pd.DataFrame({"area": ["2080", "2084"], "count": [163, 119], "expected": [150.0, 56.6]}))
    >>> [kind.value for kind in table["funnel_class"]], table["funnel_class"].iloc[1] is rates.FunnelClass.MYCKET_HOGRE
    (['inom', 'mycket_hogre'], True)
    """

    MYCKET_HOGRE = "mycket_hogre"
    HOGRE = "hogre"
    INOM = "inom"
    LAGRE = "lagre"
    MYCKET_LAGRE = "mycket_lagre"
    KAN_INTE_BEDOMAS = "kan_inte_bedomas"


@keyed(df=("area?",))
def funnel(
    df: pd.DataFrame,
    *,
    count: str = "count",
    expected: str = "expected",
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: str | None = None,
    limits: str = "control",
    target: float = 1,
    trim: float = 0.1,
    consistent: bool = False,
) -> pd.DataFrame:
    """Ratios of observed to expected events against funnel limits, and each area's class.

    Parameters
    ----------
    df : DataFrame
        One row per area, of one offence and period: they form one funnel.
    count, expected : str
        Columns of events and expected events; for a crude rate, person-years times the common rate.
    levels : two shares
        Coverage of the inner and the outer limits.
    overdispersion : {None, "shmi", "cqc"}
        None: areas differ by chance alone (Poisson). Else the limits widen by the variance between areas, see
        `rates.overdispersion`: with kommuner as different as Sweden's most lie outside a Poisson funnel.
    limits : {"control", "interval"}
        Without overdispersion: "control", the ratios at which the area's own interval (exact below 10 events, then Byar)
        leaves the target, so that the class is the test of Public Health England; or "interval", the exact Poisson interval
        around the expected count, as FunnelPlotR draws. The second is a little wider above.
    target : float
        The common level of the ratio.
    trim : float
        Share of areas trimmed at each end when the variance between areas is estimated.
    consistent : bool
        False: the rules as published. They underestimate the variance: of 290 simulated kommuner 11-22 % fall outside the
        95 % limits where 5 % should (benchmarks/screen_calibration.txt). True: corrected, see `rates.overdispersion`.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``ratio lower_inner upper_inner lower_outer upper_outer`` (ratios),
        ``level_inner level_outer funnel_class`` (`FunnelClass`), ``phi tau2`` (0 without overdispersion) and ``reason``:
        "no_count", "no_expected" (missing or 0) or "few_areas" (too few to estimate the variance between areas).

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, an expected count is negative, or a key stands twice.

    References
    ----------
    Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24, 1185-1202.
    Dover DC, Schopflocher DP (2011). Using funnel plots in public health surveillance. Population Health Metrics 9, 58.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = pd.DataFrame({"count": [8, 15, 11, 24, 14, 21, 11, 27, 31, 163, 226, 22, 45, 119, 53]})  # Dalarna 2024
    >>> per_100_000 = [119, 146, 106, 149, 127, 305, 159, 248, 151, 272, 438, 196, 294, 527, 200]
    >>> burglary["expected"] = burglary["count"] / per_100_000 * 275  # 275 in the 15 kommuner together
    >>> inside = rates.funnel(burglary)["funnel_class"] == "inom"  # were chance the only difference between kommuner
    >>> usual = rates.funnel(burglary, overdispersion="cqc", consistent=True)["funnel_class"] == "inom"
    >>> int(inside.sum()), int(usual.sum())
    (6, 15)
    """
    option("limits", limits, LIMITS)
    if overdispersion not in (None, *RULES):
        raise OptionError("overdispersion", overdispersion, (None, *RULES))
    if not 0 < trim < 0.5:
        raise OptionError("trim", trim, ("a share between 0 and 0.5",), tillatna=("ett tal mellan 0 och 0,5",))
    inner, outer = _two(levels)
    keys_once(df, None, besides=(count, expected))
    events, size = counts(df, count), amounts(df, expected, "expected events", "antal väntade händelser")
    size = np.where(size > 0, size, np.nan)
    target = positive("target", target)
    extra, tau2 = _extra(events, size * target, overdispersion, trim, consistent)
    limit_columns = {}
    for name, level in (("inner", inner), ("outer", outer)):
        low, high = funnel_limits(size * target, level, rule=overdispersion, tau2=tau2, limits=limits)
        limit_columns[f"lower_{name}"], limit_columns[f"upper_{name}"] = low * target, high * target
    ratio = events / size
    few = np.full(len(df), np.isnan(extra) and overdispersion is not None)
    return df.assign(
        ratio=ratio,
        **limit_columns,
        level_inner=inner,
        level_outer=outer,
        funnel_class=funnel_class(np.where(few, np.nan, ratio), **limit_columns),
        phi=extra,
        tau2=tau2,
        reason=reasons(df.index, (np.isnan(events), "no_count"), (np.isnan(size), "no_expected"), (few, "few_areas")),
    )


def _two(levels: Sequence[float]) -> list[float]:
    if len(levels) != 2:
        raise OptionError(
            "levels",
            tuple(levels),
            ("two shares, for instance 0.95 and 0.998",),
            tillatna=("två tal mellan 0 och 1, till exempel 0,95 och 0,998",),
        )
    return sorted(confidence_level(level, "levels") for level in levels)


def _extra(events: Floats, size: Floats, rule: str | None, trim: float, consistent: bool) -> tuple[float, float]:
    if rule is None:
        return 0.0, 0.0
    usable = ~(np.isnan(events) | np.isnan(size))
    extra = overdispersion(events[usable], size[usable], rule=rule, trim=trim, consistent=consistent)
    return extra.phi, extra.tau2


def funnel_limits(
    expected: Floats, level: float, *, rule: str | None = None, tau2: Floats | float = 0.0, limits: str = "control"
) -> tuple[Floats, Floats]:
    """Lower and upper funnel limits of observed / expected, for arrays of expected events (NaN gives NaN)."""
    tail = (1 - level) / 2
    z = -float(scipy.special.ndtri(tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        if rule == "shmi":
            step = np.exp(z * np.sqrt(1 / expected + tau2))
            return 1 / step, step
        if rule == "cqc":
            half = z * np.sqrt(1 / (4 * expected) + tau2)
            return np.maximum(1 - half, 0) ** 2, (1 + half) ** 2
        if limits == "interval":
            lower, upper = poisson_interval(expected, confidence=level, method="exact")
            return lower / expected, upper / expected
        return _control(expected, tail, z)


def funnel_class(
    ratio: Floats, *, lower_inner: Floats, upper_inner: Floats, lower_outer: Floats, upper_outer: Floats
) -> pd.Categorical:
    """Each area's `FunnelClass`, as an ordered categorical from lowest to highest (not judged last)."""
    kinds = ["mycket_lagre", "lagre", "inom", "hogre", "mycket_hogre", "kan_inte_bedomas"]
    codes = np.select(
        [
            np.isnan(ratio) | np.isnan(upper_inner),
            ratio < lower_outer,
            ratio < lower_inner,
            ratio > upper_outer,
            ratio > upper_inner,
        ],
        [5, 0, 1, 4, 3],
        default=2,
    )
    return pd.Categorical.from_codes(codes, pd.Index([FunnelClass(kind) for kind in kinds], dtype=object))


def _control(expected: Floats, tail: float, z: float) -> tuple[Floats, Floats]:
    """The counts whose own interval (exact below 10, then Byar) just touches the expected count, over the expected count."""
    low, high = _byar_inverse(expected, -z) - 1, _byar_inverse(expected, z)
    some = expected[~np.isnan(expected)] if np.ndim(expected) else expected
    if np.size(some):
        low = np.where(low < EXACT_BELOW, _quantile(expected, tail, low), low)
        high = np.where(high < EXACT_BELOW, _quantile(expected, 1 - tail, high) + 1, high)
    return np.maximum(low, 0) / expected, high / expected


def _byar_inverse(expected: Floats, z: float) -> Floats:
    """Solve x (1 - 1/(9x) - z/(3 sqrt x))^3 = expected for x, by Newton's method in the cube root."""
    root = np.cbrt(expected)
    y = np.maximum(root + z / (3 * np.sqrt(np.maximum(root, 0.1))), 0.2)
    for _ in range(30):
        value = y - 1 / (9 * y**2) - z / (3 * np.sqrt(y)) - root
        slope = 1 + 2 / (9 * y**3) + z / (6 * y**1.5)
        step = value / slope
        y = np.maximum(y - step, y / 4)
        if not (np.abs(step) > 1e-12 * y).any():
            break
    return y**3


def _quantile(mean: Floats, share: float, instead: Floats) -> Floats:
    """The Poisson distribution's interpolated quantile: k with P(X <= k) = share; below 0 where P(0) is larger."""
    small = np.where(mean < 4 * EXACT_BELOW, mean, np.nan)
    at = ~np.isnan(small)
    quantile = np.array(instead, dtype=float)
    quantile[at] = np.where(np.exp(-small[at]) > share, -1.0, scipy.special.pdtrik(share, small[at]))
    return quantile


@keyed(df=("area?",))
def funnel_shares(
    df: pd.DataFrame, *, count: str = "count", total: str = "total", levels: Sequence[float] = (0.95, 0.998)
) -> pd.DataFrame:
    """Shares of a whole against funnel limits: those at which Wilson's interval leaves the common share.

    Parameters
    ----------
    df : DataFrame
        One row per area.
    count, total : str
        Columns of the part and the whole; a weighted part need not be whole, but is at most the whole.
    levels : two shares
        Coverage of the inner and the outer limits.

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``share common_share lower_inner upper_inner lower_outer upper_outer
        level_inner level_outer funnel_class reason``. Reasons: "no_count", "no_total" (missing or 0).

    Raises
    ------
    TableError
        A column is missing, a number is negative, a part is larger than its whole, or a key stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> solved = pd.DataFrame({"area": ["2026", "2080", "2081"], "count": [9, 40, 81], "total": [30, 300, 330]})
    >>> rates.funnel_shares(solved)[["area", "share", "common_share", "funnel_class"]].round(2)
       area  share  common_share funnel_class
    0  2026   0.30           0.2         inom
    1  2080   0.13           0.2        lagre
    2  2081   0.25           0.2        hogre
    """
    inner, outer = _two(levels)
    keys_once(df, None, besides=(count, total))
    part, whole = amounts(df, count, "a number", "ett tal"), amounts(df, total, "a number", "ett tal")
    refuse(df, part > whole, count, f"at most its whole ({total})", f"högst så många som i {total}")
    usable = ~np.isnan(part) & (whole > 0)
    common = part[usable].sum() / whole[usable].sum() if usable.any() else np.nan
    size = np.where(usable, whole, np.nan)
    limit_columns = {}
    for name, level in (("inner", inner), ("outer", outer)):
        half = -scipy.special.ndtri((1 - level) / 2) * np.sqrt(common * (1 - common) / size)
        limit_columns[f"lower_{name}"], limit_columns[f"upper_{name}"] = (
            np.maximum(common - half, 0),
            np.minimum(common + half, 1),
        )
    share = part / size
    return df.assign(
        share=share,
        common_share=common,
        **limit_columns,
        level_inner=inner,
        level_outer=outer,
        funnel_class=funnel_class(share, **limit_columns),
        reason=reasons(df.index, (np.isnan(part), "no_count"), (~(whole > 0), "no_total")),
    )


@keyed(series=("observed",))
def funnel_lines(observed: Sequence[float], *, levels: Sequence[float] = (0.95, 0.998)) -> pd.DataFrame:
    """The funnel's lines: for each observed count, the expected counts at which it sits on the limits.

    Parameters
    ----------
    observed : sequence of int
        Counts above 0.
    levels : two shares
        Coverage of the inner and the outer limits.

    Returns
    -------
    DataFrame
        ``observed``, and for inner and outer limits ``expected_lower_inner ratio_lower_inner expected_upper_inner
        ratio_upper_inner`` and so on: the ratio observed / expected on the lower and on the upper line.

    Raises
    ------
    OptionError
        An observed count of 0, or levels that are not two shares.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> lines = rates.funnel_lines([10, 100])
    >>> lines[["observed", "ratio_lower_inner", "ratio_upper_inner"]].round(2)
       observed  ratio_lower_inner  ratio_upper_inner
    0      10.0               0.54               2.09
    1     100.0               0.82               1.23
    """
    x = counts(pd.DataFrame({"observed": list(observed)}), "observed")
    if not (x > 0).all():
        raise OptionError("observed", list(observed), ("whole numbers above 0",), tillatna=("heltal över noll",))
    table = pd.DataFrame({"observed": x})
    inner, outer = _two(levels)
    for name, level in (("inner", inner), ("outer", outer)):
        below, above = poisson_interval(x, confidence=level, method="exact")
        table[f"expected_lower_{name}"], table[f"ratio_lower_{name}"] = above, x / above
        table[f"expected_upper_{name}"], table[f"ratio_upper_{name}"] = below, x / below
    return table
