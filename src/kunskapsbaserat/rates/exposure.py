"""Person-years: the denominators Brå divides by."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import EXPOSURE, keyed, keys_once
from kunskapsbaserat.tables import EXPOSURE_KEY, STATUSES


@keyed(exposure=EXPOSURE)
def mean_population(exposure: pd.DataFrame, *, status: str = "final", kind: str = "residents") -> pd.DataFrame:
    """Person-years per area and year, by Brå's own rule.

    Final yearly figures are divided by the mean of the population on 31 December of the year before and of the year
    itself, preliminary ones by 31 December of the year before. A rate with the year-end population does not
    reproduce Brå's.

    Parameters
    ----------
    exposure : DataFrame
        The exposure contract: `area`, `area_level`, `kind`, `year`, `value` on 31 December.
    status : {"final", "preliminary"}
        Which of Brå's two rules.
    kind : str
        Kind of exposure, see `tables.EXPOSURE_KINDS`.

    Returns
    -------
    DataFrame
        ``area``, ``area_level``, ``year``, ``exposure``: the years whose 31 December figures are all known, and for final
        residents also the years of kind "mean_residents", the person-years that a published rate implies. Other years are
        a gap, and so are their rates.

    Raises
    ------
    OptionError
        An unknown status.
    TableError
        A column is missing, or a key stands twice.

    References
    ----------
    Checked against the published rates of all kommuner in 2010-2019 and of Dalarna in 2017-2019 and 2022-2024.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> falun = pd.DataFrame({"area": "2080", "area_level": "kommun", "kind": "residents", "year": [2023, 2024]})
    >>> falun["value"] = [59_986.0, 59_945.0]  # SCB, 31 December
    >>> rates.mean_population(falun)
       area area_level  year  exposure
    0  2080     kommun  2024   59965.5
    """
    if status not in STATUSES:
        raise OptionError("status", status, STATUSES)
    keys_once(exposure, EXPOSURE_KEY)
    rows = exposure.loc[exposure["kind"] == kind, ["area", "area_level", "year", "value"]]
    before = rows.assign(year=rows["year"] + 1)
    if status == "preliminary":
        return before.rename(columns={"value": "exposure"}).reset_index(drop=True)
    both = rows.merge(before, on=["area", "area_level", "year"], suffixes=("", "_before"), validate="one_to_one")
    both["exposure"] = (both["value"] + both["value_before"]) / 2
    columns = ["area", "area_level", "year", "exposure"]
    implied = exposure.loc[exposure["kind"] == f"mean_{kind}"].rename(columns={"value": "exposure"})
    if implied.empty:
        return both[columns]
    # The mean of two known year-ends is exact; what a rate implies fills the years without them.
    return pd.concat([both[columns], implied[columns]], ignore_index=True).drop_duplicates(columns[:3], ignore_index=True)


@keyed(counts=("area", "area_level", "period!", "status="), exposure=EXPOSURE)
def person_years_of(counts: pd.DataFrame, exposure: pd.DataFrame) -> pd.Series:
    """Person-years of every row of a yearly counts table, by the rule of its status; NaN where the population is not known.

    Parameters
    ----------
    counts : DataFrame
        `area`, `area_level`, `period` (years), `status`.
    exposure : DataFrame
        As for `mean_population`.

    Returns
    -------
    Series
        Person-years, with the index of `counts`.

    Raises
    ------
    TableError
        A column is missing, the periods are no periods, or a key stands twice.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> from kunskapsbaserat.data import embedded
    >>> falun = embedded.counts_year().query("area == '2080' and offence == 'bostadsinbrott' and period >= '2023'")
    >>> falun.assign(exposure=rates.person_years_of(falun, embedded.exposure()))[["period", "count", "exposure"]]
         period  count  exposure
    1334   2023    136   59902.0
    1335   2024    163   59965.5
    """
    person_years = pd.Series(float("nan"), index=counts.index)
    key = pd.MultiIndex.from_arrays([counts["area"], counts["area_level"], counts["period"].dt.year])
    for status in counts["status"].unique():
        years = mean_population(exposure, status=status).set_index(["area", "area_level", "year"])["exposure"]
        person_years = person_years.where(counts["status"] != status, years.reindex(key).to_numpy(dtype=float))
    return person_years


@keyed(exposure=EXPOSURE)
def sum_areas(exposure: pd.DataFrame, areas: list[str], *, area: str, area_level: str) -> pd.DataFrame:
    """Population of several areas together, for the years in which all of them are known.

    Up to 2024 SCB's kommuner sum to the län and to riket. From 2025 each figure carries its own noise and the sum is
    not the published total; it is then no official population, only the sum.

    Parameters
    ----------
    exposure : DataFrame
        The exposure contract.
    areas : list of str
        Codes of the areas to be summed.
    area, area_level : str
        Code and level of the sum.

    Returns
    -------
    DataFrame
        The exposure contract: one row per kind and year in which all the areas have a value.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> people = pd.DataFrame({"area": ["2080", "2081", "2080"], "area_level": "kommun", "kind": "residents"})
    >>> people = people.assign(year=[2024, 2024, 2025], value=[59_945.0, 51_489.0, 59_974.0])  # Borlänge of 2025 is missing
    >>> rates.sum_areas(people, ["2080", "2081"], area="falun_borlange", area_level="lan")
                 area area_level       kind  year     value
    0  falun_borlange        lan  residents  2024  111434.0
    """
    rows = exposure[exposure["area"].isin(areas)]
    grouped = rows.groupby(["kind", "year"])["value"].agg(["sum", "size"]).reset_index()
    whole = grouped[grouped["size"] == len(set(areas))]
    return whole.rename(columns={"sum": "value"}).assign(area=area, area_level=area_level)[
        ["area", "area_level", "kind", "year", "value"]
    ]
