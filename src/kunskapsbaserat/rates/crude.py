"""Crude rates: events per person-years, with an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskapsbaserat.rates.checks import amounts, counts, positive, reasons
from kunskapsbaserat.rates.intervals import poisson_interval
from kunskapsbaserat.rates.keys import keyed, keys_once


@keyed(df=("area?",))
def crude_rate(
    df: pd.DataFrame,
    *,
    count: str = "count",
    exposure: str = "exposure",
    per: float = 100_000,
    confidence: float = 0.95,
    method: str = "exact_byar",
    key: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Events per `per` inhabitants and year, with an interval for the Poisson mean.

    Reported crime is a census, not a sample: the interval says how much the number may vary between years without any
    change in the underlying level, and it assumes that events are independent. Crime varies more than that; for a
    verdict on a change use `kunskapsbaserat.trends.change`, which estimates the extra variation.

    Parameters
    ----------
    df : DataFrame
        One row per area and period. Other columns pass through.
    count : str
        Column of events: whole, 0 or more.
    exposure : str
        Column of person-years, more than 0; for a yearly figure the mean population, see `mean_population`.
    per : float
        The rate's base: 100 000 inhabitants by default.
    confidence, method
        See `poisson_interval`.
    key : sequence of str, optional
        Columns that together may stand only once. Default, when there is a column ``area``: every column that names
        something (all but fractional numbers, `count`, `exposure`, status and source).

    Returns
    -------
    DataFrame
        The rows of `df`, same order and index, plus ``rate``, ``lower``, ``upper`` (events per `per` person-years),
        ``per``, ``confidence``, ``method`` and ``reason``: None, "no_count" or "no_exposure" (missing or zero
        person-years), and then rate and limits are missing.

    Raises
    ------
    TableError
        A column is missing, a count is negative or not whole, an exposure is negative or infinite, or a key stands
        twice. More events than person-years is legal: one person can meet several.

    References
    ----------
    Public Health England (2018). Technical guide: confidence intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> burglary = pd.DataFrame({"area": ["2080", "2083"], "count": [163, 45], "exposure": [59_965.5, 15_313.0]})  # 2024
    >>> rates.crude_rate(burglary)[["area", "rate", "lower", "upper"]].round(1)  # Brå has published 272 and 294
       area   rate  lower  upper
    0  2080  271.8  231.7  316.9
    1  2083  293.9  214.3  393.2
    """
    keys_once(df, key, besides=(count, exposure))
    events = counts(df, count)
    years = amounts(df, exposure)
    usable = ~np.isnan(events) & (years > 0)
    low, high = poisson_interval(events, confidence=confidence, method=method)
    scale = positive("per", per) / np.where(usable, years, np.nan)
    return df.assign(
        rate=events * scale,
        lower=low * scale,
        upper=high * scale,
        per=per,
        confidence=confidence,
        method=method,
        reason=reasons(df.index, (np.isnan(events), "no_count"), (~usable, "no_exposure")),
    )
