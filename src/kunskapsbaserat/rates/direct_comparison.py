"""Two directly standardised rates compared: their ratio and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import Floats, option
from kunskapsbaserat.rates.direct import directly_standardised_rate
from kunskapsbaserat.rates.keys import keyed

METHODS = ("lognormal", "log_error_added")
COLUMNS = ("ratio", "ratio_lower", "ratio_upper", "difference", "difference_lower", "difference_upper", "p_value")


@keyed(df=("@by", "@stratum"))
def compare_standardised(
    df: pd.DataFrame,
    *,
    reference: Any,
    by: str = "area",
    stratum: str | Sequence[str] | None = None,
    count: str = "count",
    exposure: str = "exposure",
    standard: str = "standard",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "lognormal",
) -> pd.DataFrame:
    """Each group's directly standardised rate against the reference's.

    Parameters
    ----------
    df : DataFrame
        One row per group and stratum, as in `directly_standardised_rate`, the reference being one of the groups. Groups share
        no events: compare a kommun with the rest of its län, not with the whole of it.
    reference : label
        A value of `by`.
    by : str
        Column of the group.
    stratum, count, exposure, standard, per, confidence
        As in `directly_standardised_rate`.
    method : {"lognormal", "log_error_added"}
        Of the ratio's limits. "lognormal": from the error of the ratio's logarithm (SAS PROC STDRATE). "log_error_added": that
        error added to the ratio itself, as the R package dsr does and calls lognormal; only for comparison with its reports,
        and a limit below 0 is given as 0. The difference's limits are normal.

    Returns
    -------
    DataFrame
        One row per group, in order of appearance: the column of `by`, ``reference rate reference_rate`` (per `per`) ``ratio
        ratio_lower ratio_upper`` (times) ``difference difference_lower difference_upper`` (per `per`), ``p_value`` (that the
        rates are equal, on the logarithm's scale), ``per confidence method reason``. Reasons: "reference" (the reference
        itself: ratio 1, no limits), those of `directly_standardised_rate` ("no_events" has estimates but no limits), and such a
        reason after ``reference_``.

    Raises
    ------
    TableError
        As `directly_standardised_rate`.
    OptionError
        No group is called `reference`, or an unknown method.

    References
    ----------
    Elandt-Johnson RC, Johnson NL (1980). Survival Models and Data Analysis, chapter 2. Wiley.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> rows = pd.DataFrame({"area": list("aabb"), "age": [0, 1, 0, 1], "count": [20, 40, 15, 20], "exposure": [1e4] * 4})
    >>> found = rates.compare_standardised(rows.assign(standard=[3, 1, 3, 1]), reference="b", stratum="age")
    >>> found[["area", "rate", "reference_rate", "ratio", "ratio_lower", "ratio_upper"]].round(2)
      area   rate  reference_rate  ratio  ratio_lower  ratio_upper
    0    a  250.0           162.5   1.54         0.96         2.47
    1    b  162.5           162.5   1.00          NaN          NaN
    """
    option("method", method, METHODS)
    z = -float(scipy.special.ndtri((1 - confidence) / 2))
    rates = directly_standardised_rate(
        df,
        by=by,
        stratum=stratum,
        count=count,
        exposure=exposure,
        standard=standard,
        per=per,
        confidence=confidence,
        method="normal",
    )
    own = (rates[by] == reference).to_numpy()
    if own.sum() != 1:
        labels = tuple(str(label) for label in rates[by].head(5))
        raise OptionError("reference", reference, labels)
    compared = _compared(rates, int(own.argmax()), z, method)
    reason = _reasons(rates, int(own.argmax()))
    limits = [name for name in COLUMNS if name not in ("ratio", "difference")]
    compared.loc[reason.notna(), limits] = np.nan
    compared.loc[own & rates["rate"].notna().to_numpy(), ["ratio", "difference"]] = [1.0, 0.0]
    return rates[[by]].assign(
        reference=reference,
        rate=rates["rate"],
        reference_rate=rates["rate"].iat[int(own.argmax())],
        **{name: compared[name].where(np.isfinite(compared[name])) for name in COLUMNS},
        per=rates["per"],
        confidence=confidence,
        method=method,
        reason=reason,
    )


def _compared(rates: pd.DataFrame, base: int, z: float, method: str) -> pd.DataFrame:
    rate, error = (rates[name].to_numpy(dtype=float) for name in ("rate", "standard_error"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, log_error = rate / rate[base], np.hypot(error / rate, error[base] / rate[base])
        limits: tuple[Floats, Floats] = (ratio * np.exp(-z * log_error), ratio * np.exp(z * log_error))
        if method == "log_error_added":
            limits = (np.maximum(ratio - z * log_error, 0), ratio + z * log_error)
        p_value = 2 * scipy.special.ndtr(-np.abs(np.log(ratio)) / log_error)
    difference, both = rate - rate[base], np.hypot(error, error[base])
    columns = (ratio, *limits, difference, difference - z * both, difference + z * both, p_value)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=rates.index)


def _reasons(rates: pd.DataFrame, base: int) -> pd.Series:
    """The group's own reason, else that it is the reference, else the reference's."""
    of_reference = rates["reason"].iat[base]
    later = pd.Series(None if pd.isna(of_reference) else f"reference_{of_reference}", index=rates.index, dtype=object)
    later.iloc[base] = "reference"
    return rates["reason"].where(rates["reason"].notna(), later).astype(object)
