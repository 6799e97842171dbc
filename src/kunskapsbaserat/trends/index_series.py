"""Series on a common footing: index numbers, and this year so far against last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.keys import keyed


@keyed(filled=("df",), df=("@by", "@year", "@year#", "@value#"))
def index_series(df: pd.DataFrame, *, base: int, value: str = "rate", year: str = "year", by: str = "region") -> pd.DataFrame:
    """Each series as a percentage of its own value in the base year.

    Parameters
    ----------
    df : DataFrame
        One row per series and year, long: `by`, `year` and `value`. Other columns pass through.
    base : int
        The year that becomes 100.
    value, year, by : str
        Names of the columns: any unit, the year, and what tells the series apart.

    Returns
    -------
    DataFrame
        The rows of `df` with ``index`` (base year = 100) and ``reason`` ("no_base" where the base year is absent, missing or
        0; then `index` is missing).

    Raises
    ------
    TableError
        A year stands twice in a series.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.trends import index_series
    >>> rates = pd.DataFrame({"region": ["2081"] * 3, "year": [2023, 2024, 2025], "rate": [120.0, 114.0, 90.0]})
    >>> index_series(rates, base=2023)[["year", "index"]]
       year  index
    0  2023  100.0
    1  2024   95.0
    2  2025   75.0
    """
    if df.duplicated([by, year]).any():
        raise TableError(f"each {by} and {year} once", forvantat="att varje serie och år står en gång")
    bases = df[df[year] == base].set_index(by)[value].astype(float)
    divisor = df[by].map(bases[bases > 0])
    reason = [None if has_base else "no_base" for has_base in divisor.notna()]
    return df.assign(index=100 * df[value].astype(float) / divisor, reason=pd.Series(reason, index=df.index, dtype=object))


@keyed(df=("@now#", "@before#"))
def year_to_date(df: pd.DataFrame, *, now: str = "now", before: str = "before") -> pd.DataFrame:
    """Events so far this year against the same months last year: the difference, and how unusual it is for chance alone.

    ``z = 2 (sqrt(now) - sqrt(before))`` is about standard normal for Poisson counts over equal periods. Reported crime varies
    more than that: z is for a quick look, the verdict is `change`.

    Parameters
    ----------
    df : DataFrame
        One row per series, with the events of two equally long periods. Other columns pass through.
    now, before : str
        Names of the two columns.

    Returns
    -------
    DataFrame
        The rows of `df` with ``difference`` (events) and ``z``.

    Raises
    ------
    TableError
        A count is negative.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.trends import year_to_date
    >>> half_year = pd.DataFrame({"offence": ["cykelstöld", "rån"], "now": [64, 12], "before": [100, 9]})
    >>> year_to_date(half_year).round(1)
          offence  now  before  difference    z
    0  cykelstöld   64     100       -36.0 -4.0
    1         rån   12       9         3.0  0.9
    """
    numbers = df[[now, before]].astype(float)
    if (numbers < 0).any(axis=None):
        raise TableError("counts of 0 or more", forvantat="antal som är noll eller mer")
    roots = np.sqrt(numbers)
    return df.assign(difference=numbers[now] - numbers[before], z=2 * (roots[now] - roots[before]))
