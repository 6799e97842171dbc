"""How the package's own tables are kept: CSV in gzip, which every program opens and only pandas has to read."""

from __future__ import annotations

import gzip
import io
import re

import pandas as pd

_NUMBERS = dict.fromkeys(("count", "year", "start_year", "end_year", "n"), "Int64")
_NUMBERS |= dict.fromkeys(("rate_published", "value", "share", "lower", "upper"), "Float64")
_FREQUENCIES = {r"\d{4}": "Y", r"\d{4}Q[1-4]": "Q", r"\d{4}-\d{2}": "M"}


def content(table: pd.DataFrame) -> bytes:
    """The table as the file holds it: its periods as ``2024``, ``2024Q1`` or ``2024-01``, its numbers to the last digit.

    Parameters
    ----------
    table : DataFrame
        Of a contract in `kunskapsbaserat.tables`.

    Returns
    -------
    bytes

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.embedded import storage
    >>> written = storage.content(pd.DataFrame({"area": ["0180"], "count": [7]}))
    >>> storage.table(written).to_dict("list")
    {'area': ['0180'], 'count': [7]}
    """
    return gzip.compress(table.to_csv(index=False, lineterminator="\n").encode("utf-8"), mtime=0)


def table(packed: bytes) -> pd.DataFrame:
    """The table of a file that `content` wrote: the same values of the same types.

    Parameters
    ----------
    packed : bytes
        The whole file.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data.embedded import storage
    >>> years = pd.DataFrame({"period": pd.period_range("2024", periods=2, freq="Y"), "count": pd.array([1, None], "Int64")})
    >>> storage.table(storage.content(years)).equals(years)
    True
    """
    text = gzip.decompress(packed)
    names = text.partition(b"\n")[0].decode("utf-8").split(",")
    kinds = {name: _NUMBERS.get(name, "str") for name in names}
    read = pd.read_csv(io.BytesIO(text), dtype=kinds, keep_default_na=False, na_values=[""])
    if "period" in read and len(read):
        read["period"] = _periods(read["period"])
    return read


def _periods(texts: pd.Series) -> pd.PeriodIndex:
    """Each text is read once: a table has as many rows a period as it has places."""
    codes, each = pd.factorize(texts)
    (frequency,) = (freq for form, freq in _FREQUENCIES.items() if all(re.fullmatch(form, text) for text in each))
    return pd.PeriodIndex(each, freq=frequency).take(codes)
