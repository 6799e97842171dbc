"""The tables the package carries, so that a fresh install renders a real report offline.

Built by ``tools/build_embedded.py`` from published figures (Brå, SCB, Kolada); each has a sidecar.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data import snapshot
from kunskapsbaserat.data.snapshot import Snapshot

_FOLDER = Path(__file__).parent


def counts_year() -> pd.DataFrame:
    """Brå's indicators for lägesbilder: reported offences 2017-2024, Dalarna's 15 kommuner, the län and riket."""
    return _table("counts_year.parquet").copy()


def counts_month_2013() -> pd.DataFrame:
    """Reported offences per month of 2013 in ten groups: 290 kommuner and riket (preliminary; a historical example)."""
    return _table("counts_month_2013.parquet").copy()


def survey() -> pd.DataFrame:
    """NTU: 20 measures 2016-2025 with Brå's intervals and respondents, Dalarna's 15 kommuner, the län and riket."""
    return _table("survey.parquet").copy()


def exposure() -> pd.DataFrame:
    """Population 31 December: all kommuner 1998-2019, 2021 and 2025; Dalarna also 2022-2024. 2020 does not exist here."""
    return _table("exposure.parquet").copy()


def total_rate() -> pd.DataFrame:
    """All reported offences per 100 000 inhabitants 2025 in the 290 kommuner (columns area, year, rate)."""
    return _table("total_rate.csv").copy()


def sicily() -> pd.DataFrame:
    """A published example for `effects.its`: monthly admissions before and after Sicily's smoking ban of January 2005.

    Columns ``period`` (months 2002-2006), ``events``, ``exposure`` (age-standardised population) and ``measure`` (0 or 1).
    Lopez Bernal J, Cummins S, Gasparrini A (2017). International Journal of Epidemiology 46(1), 348-355.
    """
    table = _table("examples/sicily.csv")
    return table.assign(period=pd.PeriodIndex(table["period"], freq="M"))


def snapshots() -> dict[str, Snapshot]:
    """The snapshot of every embedded table, by file name."""
    names = sorted(path.name.removesuffix(".json") for path in _FOLDER.glob("*.json"))
    return {name: snapshot.read(_FOLDER / name)[0] for name in names}


@functools.cache
def _table(name: str) -> pd.DataFrame:
    content = io.BytesIO(snapshot.read(_FOLDER / name)[1])
    if name.endswith(".csv"):
        return pd.read_csv(content, dtype={"area": str})
    return pd.read_parquet(content)
