"""The tables the package carries, so that a fresh install renders a real report offline.

Built by ``tools/build_embedded.py`` from published figures (Brå, SCB, Kolada); each has a sidecar.
"""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat.data import snapshot
from kunskapsbaserat.data.snapshot import Snapshot

# A folder of tables with the same names and sidecars, for a county that has every kommun's figures, or for a rehearsal.
OTHER_TABLES = "KUNSKAP_TABELLER"
_FOLDER = Path(os.environ.get(OTHER_TABLES) or Path(__file__).parent)


def counts_year() -> pd.DataFrame:
    """Brå's indicators for lägesbilder: reported offences 2017-2024, Dalarna's 15 kommuner, the län and riket."""
    return _table("counts_year.parquet").copy()


def counts_groups() -> pd.DataFrame:
    """Reported offences 2010-2025 in all 290 kommuner: the total and four broad groups, with Brå's rates."""
    return _table("counts_groups.parquet").copy()


def counts() -> pd.DataFrame:
    """Reported offences per year: the groups that all kommuner have and the indicators of Dalarna, each measure once.

    The total is one measure in both: the groups' is used, which reaches further.
    """
    groups, indicators = _table("counts_groups.parquet"), _table("counts_year.parquet")
    apart = (indicators["area_level"] != "kommun") | (indicators["offence"] != "totalt")
    return pd.concat([groups, indicators[apart]], ignore_index=True)


def counts_quarter() -> pd.DataFrame:
    """All reported offences per quarter 2014 to the second of 2026 in 290 kommuner; 2026 is preliminary."""
    return _table("counts_quarter.parquet").copy()


def counts_month() -> pd.DataFrame:
    """Reported offences per month 2013-2016 in ten groups, 290 kommuner: history, never joined with the yearly groups."""
    return _table("counts_month.parquet").copy()


def survey() -> pd.DataFrame:
    """NTU: 20 measures 2016-2025 with Brå's intervals and respondents, Dalarna's 15 kommuner, the län and riket."""
    return _table("survey.parquet").copy()


def exposure() -> pd.DataFrame:
    """Population 31 December, and person-years of 2010-2025.

    Kind "residents": all kommuner 1998-2019, 2021 and 2025, Dalarna also 2022-2024; 2020 does not exist here. Kind
    "mean_residents": what Brå's published rates imply, for a denominator only.
    """
    return pd.concat([_table("exposure.parquet"), _table("mean_residents.parquet")], ignore_index=True)


def oppna_jamforelser() -> pd.DataFrame:
    """Reported violence, theft and vandalism per 1 000 inhabitants and year, mean of 2020-2022 (``area measure start_year
    end_year per_1000``). The definitions are a little wider than those of the yearly groups."""
    return _table("oppna_jamforelser.csv").copy()


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


def altered() -> list[str]:
    """Tables that somebody has changed in memory since they were read: reports made after that would be wrong."""
    return [name for name, (table, crc) in sorted(_LOADED.items()) if _crc(table) != crc]


def shared(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table, which many reports will read and none may change (see `altered`)."""
    _LOADED[name] = table, _crc(table)
    return table


_LOADED: dict[str, tuple[pd.DataFrame, int]] = {}


def _table(name: str) -> pd.DataFrame:
    if name not in _LOADED:
        content = io.BytesIO(snapshot.read(_FOLDER / name)[1])
        table = pd.read_csv(content, dtype={"area": str}) if name.endswith(".csv") else pd.read_parquet(content)
        shared(name, table)
    return _LOADED[name][0]


def _crc(table: pd.DataFrame) -> int:
    """A check sum of the numbers, and of the texts by what holds them: Arrow's arrays cannot be changed in place."""
    found = zlib.crc32(repr((table.shape, list(table.columns))).encode())
    for _, column in table.items():
        values = column.array
        if isinstance(values, pd.arrays.ArrowStringArray):
            found = zlib.crc32(str(id(values._pa_array)).encode(), found)
            continue
        if isinstance(values, pd.arrays.PeriodArray):
            parts = [values.asi8]
        else:
            parts = [values._data, values._mask] if hasattr(values, "_mask") else [column.to_numpy()]
        for part in parts:
            found = zlib.crc32(np.ascontiguousarray(part).tobytes(), found)
    return found
