"""Keys of the star schema: the same words in every export, so that a model in Power BI can be refreshed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

ALL_SEXES = "alla"
_FILES = {
    ("bra_sol", "Y"): "counts_groups.csv.gz",
    ("bra_sol", "Q"): "counts_quarter.csv.gz",
    ("bra_indikatorer", "Y"): "counts_year.csv.gz",
    ("bra_ntu", "S"): "survey.csv.gz",
    ("oj", "S"): "oppna_jamforelser.csv",
}
_LETTER = {"Q": "K", "M": "M"}


def offence_id(offence: str, sex: str) -> str:
    """The key of an offence for one sex: its name in the catalogue, and the sex where the publisher divides by it."""
    return offence if sex == ALL_SEXES else f"{offence}_{sex}"


def offence_ids(rows: pd.DataFrame) -> list[str]:
    return [offence_id(o, s) for o, s in zip(rows["offence"], rows["sex"], strict=True)]


def time_id(period: pd.Period) -> str:
    """ "2025", "2025K1" or "2025M01".

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.export.keys import time_id
    >>> time_id(pd.Period("2025Q1", "Q")), time_id(pd.Period("2025-01", "M")), time_id(pd.Period("2025", "Y"))
    ('2025K1', '2025M01', '2025')
    """
    kind = period.freqstr[0]
    number = f"{period.quarter}" if kind == "Q" else f"{period.month:02d}"
    return str(period.year) if kind in "YA" else f"{period.year}{_LETTER[kind]}{number}"


def time_ids(periods: Iterable[pd.Period]) -> list[str]:
    known: dict[pd.Period, str] = {}
    return [known[p] if p in known else known.setdefault(p, time_id(p)) for p in periods]


def source_id(source: str, freq: str, *, kommun: str | None = None) -> str:
    """The key of a source: the package's table, or the kommun's folder and whose figures it holds; `freq` S is a survey."""
    if kommun is not None:
        return f"mapp_{kommun}_{source}"
    return _FILES.get((source, freq), source).partition(".")[0]


def source_ids(rows: pd.DataFrame, freq: str, own: ArrayLike) -> list[str]:
    return [
        source_id(source, freq, kommun=area if mine else None)
        for source, area, mine in zip(rows["source"], rows["area"], np.asarray(own, dtype=bool), strict=True)
    ]
