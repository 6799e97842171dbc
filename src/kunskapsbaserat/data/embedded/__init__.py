"""The tables the package carries, so that a fresh install renders a real report offline.

Built by ``tools/build_embedded.py`` from published figures (Brå, SCB, Kolada); each has a sidecar.
"""

from __future__ import annotations

import functools
import io
import os
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data import snapshot
from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.data.snapshot import Snapshot

# A folder of tables with the same names and sidecars, for a county that has every kommun's figures, or for a rehearsal.
OTHER_TABLES = "KUNSKAP_TABELLER"
_FOLDER = Path(os.environ.get(OTHER_TABLES) or Path(__file__).parent)


def counts_year() -> pd.DataFrame:
    """Brå's indicators for lägesbilder: reported offences 2017-2024, Dalarna's 15 kommuner, the län and riket.

    Returns
    -------
    DataFrame
        The counts contract per year, a copy: ``area area_level offence sex period count rate_published status source``.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> rows = embedded.counts_year().query("area == '2081' and offence == 'bostadsinbrott'")
    >>> rows[["period", "count", "rate_published"]].tail(2)
         period  count  rate_published
    1454   2023    329           633.0
    1455   2024    226           438.0
    """
    return _table("counts_year.csv.gz").copy()


def counts_groups() -> pd.DataFrame:
    """Reported offences 2010-2025 in all 290 kommuner: the total and four broad groups, with Brå's rates.

    Returns
    -------
    DataFrame
        The counts contract per year, ``rate_published`` per 100 000 inhabitants; a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> table = embedded.counts_groups()
    >>> table["area"].nunique(), sorted(table["offence"].unique())
    (290, ['brott_mot_person', 'narkotika_och_vapen', 'skadegorelse_kap12', 'stold_ran_kap8', 'totalt'])
    >>> table.query("area == '1983' and offence == 'totalt'")[["period", "count"]].tail(2)
          period  count
    17598   2024   2829
    17599   2025   2976
    """
    return _table("counts_groups.csv.gz").copy()


def counts() -> pd.DataFrame:
    """Reported offences per year: the groups that all kommuner have and the indicators of Dalarna, each measure once.

    The total is one measure in both: the groups' is used, which reaches further.

    Returns
    -------
    DataFrame
        The counts contract per year; a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> borlange = embedded.counts().query("area == '2081'")
    >>> borlange["offence"].nunique(), embedded.counts().query("area == '0180'")["offence"].nunique()
    (16, 5)
    """
    groups, indicators = _table("counts_groups.csv.gz"), _table("counts_year.csv.gz")
    apart = (indicators["area_level"] != "kommun") | (indicators["offence"] != "totalt")
    return pd.concat([groups, indicators[apart]], ignore_index=True)


def counts_quarter() -> pd.DataFrame:
    """All reported offences per quarter 2014 to the second of 2026 in 290 kommuner; 2026 is preliminary.

    Returns
    -------
    DataFrame
        The counts contract per quarter; a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> embedded.counts_quarter().query("area == '2081'")[["period", "count", "status"]].tail(2)
           period  count       status
    11134  2026Q1   1284  preliminary
    11135  2026Q2   1634  preliminary
    """
    return _table("counts_quarter.csv.gz").copy()


def counts_month() -> pd.DataFrame:
    """Reported offences per month 2013-2016 in ten groups, 290 kommuner: history, never joined with the yearly groups.

    Returns
    -------
    DataFrame
        The counts contract per month, offences of the catalogue that end in ``_2013``; a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> thefts = embedded.counts_month().query("area == '2081' and offence == 'stold_2013'")
    >>> len(thefts), int(thefts["count"].sum())
    (48, 10477)
    """
    return _table("counts_month.csv.gz").copy()


def survey() -> pd.DataFrame:
    """NTU: 20 measures 2016-2025 with Brå's intervals and respondents, Dalarna's 15 kommuner, the län and riket.

    Returns
    -------
    DataFrame
        The survey contract, a copy: ``area area_level measure start_year end_year share lower upper n source``; shares 0-1.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> rows = embedded.survey().query("area == '2081' and measure == 'otrygg_kvall'")
    >>> rows[["start_year", "end_year", "share", "lower", "upper"]].tail(1).round(2)
          start_year  end_year  share  lower  upper
    2165        2025      2025   0.33   0.29   0.38
    """
    return _table("survey.csv.gz").copy()


def exposure() -> pd.DataFrame:
    """Population 31 December, and person-years of 2010-2025.

    Kind "residents": all kommuner 1998-2019, 2021 and 2025, Dalarna also 2022-2024; 2020 does not exist here. Kind
    "mean_residents": what Brå's published rates imply, for a denominator only.

    Returns
    -------
    DataFrame
        The exposure contract: ``area area_level kind year value`` (persons, or person-years); a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> borlange = embedded.exposure().query("area == '2081' and year == 2025")
    >>> borlange[["kind", "year", "value"]].round(0)
                     kind  year    value
    5596        residents  2025  51354.0
    10712  mean_residents  2025  51390.0
    """
    return pd.concat([_table("exposure.csv.gz"), _table("mean_residents.csv.gz")], ignore_index=True)


def oppna_jamforelser() -> pd.DataFrame:
    """Reported violence, theft and vandalism per 1 000 inhabitants and year, mean of 2020-2022 (``area measure start_year
    end_year per_1000``). The definitions are a little wider than those of the yearly groups.

    Returns
    -------
    DataFrame
        One row per kommun and measure; a copy.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> embedded.oppna_jamforelser().query("area == '2081'")[["measure", "per_1000"]].round(1)
              measure  per_1000
    693  skadegorelse      16.5
    694         stold      37.4
    695          vald      12.3
    """
    return _table("oppna_jamforelser.csv").copy()


def sicily() -> pd.DataFrame:
    """A published example for `effects.its`: monthly admissions before and after Sicily's smoking ban of January 2005.

    Columns ``period`` (months 2002-2006), ``events``, ``exposure`` (age-standardised population) and ``measure`` (0 or 1).
    Lopez Bernal J, Cummins S, Gasparrini A (2017). International Journal of Epidemiology 46(1), 348-355.

    Returns
    -------
    DataFrame
        59 months, whose exposure is persons.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> months = embedded.sicily()
    >>> months.groupby("measure")["events"].agg(["count", "mean"]).round().reset_index()
       measure  count   mean
    0        0     36  811.0
    1        1     23  858.0
    """
    table = _table("examples/sicily.csv")
    return table.assign(period=pd.PeriodIndex(table["period"], freq="M"))


def as_kept(name: str) -> pd.DataFrame:
    """A table itself and not a copy, for what reads it in every report; nobody may change it (see `altered`).

    Parameters
    ----------
    name : str
        Of its file, as in `snapshots`.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> embedded.as_kept("survey.csv.gz") is embedded.as_kept("survey.csv.gz")
    True
    """
    return _table(name)


def snapshots() -> dict[str, Snapshot]:
    """The snapshot of every embedded table, by file name.

    Returns
    -------
    dict of str to Snapshot

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> source = embedded.snapshots()["survey.csv.gz"]
    >>> source.publisher, source.status
    ('Brottsförebyggande rådet (Brå)', 'final')
    """
    return dict(_snapshots_in(_FOLDER))


@functools.cache
def _snapshots_in(folder: Path) -> dict[str, Snapshot]:
    """Read with the bytes they vouch for, once: a report does not hash the tables of all reports anew."""
    names = sorted(path.name.removesuffix(".json") for path in folder.glob("*.json"))
    return {name: snapshot.read(folder / name)[0] for name in names}


def altered() -> list[str]:
    """Tables that somebody has changed in memory since they were read: reports made after that would be wrong.

    Returns
    -------
    list of str
        File names; empty when all is well.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> table = embedded.survey()
    >>> table["share"] = 0.5  # a copy: the shared table stays as it was
    >>> embedded.altered()
    []
    """
    return [name for name, (table, as_read) in sorted(_LOADED.items()) if _bytes_of(table) != as_read]


def shared(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table, which many reports will read and none may change (see `altered`).

    Parameters
    ----------
    name : str
        That `altered` calls it by.
    table : DataFrame
        From now on read only.

    Returns
    -------
    DataFrame
        The same object.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.data import embedded
    >>> table = embedded.shared("exempel", pd.DataFrame({"count": [1, 2]}))
    >>> table.loc[0, "count"] = 9
    >>> "exempel" in embedded.altered()
    True
    >>> table.loc[0, "count"] = 1  # as it was
    >>> "exempel" in embedded.altered()
    False
    """
    _LOADED[name] = table, _bytes_of(table)
    return table


_LOADED: dict[str, tuple[pd.DataFrame, list[bytes]]] = {}


def _table(name: str) -> pd.DataFrame:
    if name not in _LOADED:
        content = snapshot.read(_FOLDER / name)[1]
        plain = name.endswith(".csv")
        shared(name, pd.read_csv(io.BytesIO(content), dtype={"area": str}) if plain else storage.table(content))
    return _LOADED[name][0]


def _bytes_of(table: pd.DataFrame) -> list[bytes]:
    """The numbers, and of the texts where they lie: Arrow's arrays, where pandas uses them, cannot be changed in place, and a
    text of Python's is another object when it has been replaced.

    Kept whole, because it is compared after every report: copying and comparing takes half of a check sum's time.
    """
    found = [repr((table.shape, list(table.columns))).encode()]
    for _, column in table.items():
        values = column.array
        if isinstance(values, pd.arrays.ArrowStringArray):
            found.append(str(id(values._pa_array)).encode())
            continue
        if isinstance(values, pd.arrays.PeriodArray):
            parts = [values.asi8]
        else:
            parts = [values._data, values._mask] if hasattr(values, "_mask") else [column.to_numpy()]
        found.extend(part.tobytes() for part in parts)
    return found
