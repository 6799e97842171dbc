"""What to divide by: the exposure an offence ought to have, and how much the choice matters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.rates.checks import columns, first_reason, reasons
from kunskapsbaserat.rates.compare import band, position
from kunskapsbaserat.rates.crude import crude_rate
from kunskapsbaserat.rates.exposure import mean_population
from kunskapsbaserat.rates.keys import CELLS, EXPOSURE, keyed, keys_once

FALLBACK = "residents"
# Said only where the wanted exposure is not at hand: the catalogue's reason holds in both cases.
_NOT_AT_HAND = "Antal {} finns inte i underlaget; talet visas per invånare som hos Brå."
_COUNTED = {"dwellings": "bostäder", "vehicles": "fordon", "daytime_population": "personer som är där på dagen"}


@dataclass(frozen=True, slots=True)
class ExposureChoice:
    """The exposure that an offence is divided by. Made by `exposure_for`.

    Attributes
    ----------
    offence : str
        Id in the offence catalogue.
    kind : str
        What is at hand, one of `tables.EXPOSURE_KINDS`.
    wanted : str
        What it ought to be.
    reason : str
        Why, a Swedish sentence.
    is_fallback : bool
        Whether `kind` is another than `wanted`.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> choice = rates.exposure_for("bostadsinbrott", available=["residents"])
    >>> choice.wanted, choice.kind, choice.is_fallback
    ('dwellings', 'residents', True)
    """

    offence: str
    kind: str
    wanted: str
    reason: str

    @property
    def is_fallback(self) -> bool:
        return self.kind != self.wanted


def exposure_for(offence: str, *, available: Collection[str] | None = None) -> ExposureChoice:
    """Which exposure to divide an offence by, with the reason, from the offence catalogue.

    Parameters
    ----------
    offence : str
        Id in the offence catalogue.
    available : collection of str, optional
        The kinds of exposure at hand. Without the wanted one the choice falls back to residents, and says so.

    Returns
    -------
    ExposureChoice

    Raises
    ------
    OptionError
        The offence is not in the catalogue.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> print(rates.exposure_for("bostadsinbrott").reason)
    Det är bostäder som utsätts.
    >>> print(rates.exposure_for("bostadsinbrott", available=["residents"]).reason)
    Det är bostäder som utsätts. Antal bostäder finns inte i underlaget; talet visas per invånare som hos Brå.
    """
    entry = catalogue.offence(offence)
    wanted = entry.exposure
    kind = wanted if available is None or wanted in available else FALLBACK
    reason = entry.exposure_reason
    if kind != wanted:
        reason = f"{reason} {_NOT_AT_HAND.format(_COUNTED[wanted])}"
    return ExposureChoice(offence, kind, wanted, reason)


_SENSITIVITY = (
    "kind",
    "recommended",
    "rate",
    "median",
    "ratio_to_median",
    "position",
    "agrees",
    "members_with_value",
    "per",
    "reason",
)


@keyed(filled=("counts", "exposure"), counts=CELLS, exposure=EXPOSURE)
def exposure_sensitivity(
    counts: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    area: str,
    members: Collection[str],
    status: str = "final",
    per: float = 100_000,
    kinds: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Does the comparison change when the offences are divided by something else?

    Parameters
    ----------
    counts : DataFrame
        The counts contract, yearly.
    exposure : DataFrame
        The exposure contract, with the kinds that are at hand.
    area : str
        Code of the kommun.
    members : collection of str
        Codes of the kommuner it is compared with.
    status : {"final", "preliminary"}
        Which of Brå's rules for the denominator, see `mean_population`.
    per : float
        The rates' base.
    kinds : sequence of str, optional
        Default: all kinds in `exposure`.

    Returns
    -------
    DataFrame
        One row per offence, sex, period and kind: ``kind recommended rate median ratio_to_median position agrees
        members_with_value per reason``. `recommended` is the catalogue's kind (False everywhere for an unknown
        offence); `agrees` says whether the position against the middle half is that of residents. Reasons: those of
        `crude_rate`, and "few_members" (fewer than half of the members have a rate).

    Raises
    ------
    TableError
        A table breaks its contract.
    OptionError
        A kind that `exposure` does not hold, or an unknown status.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> key = {"area_level": "kommun", "offence": "bostadsinbrott", "sex": "alla", "period": pd.Period("2024", freq="Y")}
    >>> burglary = pd.DataFrame({"area": ["2029", "2080", "2083"], "count": [24, 163, 45], "status": "final"}).assign(**key)
    >>> people = burglary[["area"]].assign(kind="residents", value=[16_090, 59_965, 15_313])
    >>> homes = people.assign(kind="dwellings", value=[9_100, 29_000, 8_400])  # invented
    >>> size = pd.concat([table.assign(year=year, area_level="kommun") for table in (people, homes) for year in (2023, 2024)])
    >>> found = rates.exposure_sensitivity(burglary, size, area="2080", members=["2029", "2083"])
    >>> found[["kind", "recommended", "rate", "position", "agrees"]].round(0)
            kind  recommended   rate position agrees
    0  residents        False  272.0     over   True
    1  dwellings         True  562.0     over   True
    """
    key = ["area", "area_level", "offence", "sex", "period"]
    columns(counts, key)
    keys_once(counts, key)
    kinds = list(exposure["kind"].unique()) if kinds is None else list(kinds)
    by = ["offence", "sex", "period"]
    rows = counts.loc[counts["area"].isin({area, *members}), [*key, "count"]]
    rows = rows.assign(year=rows["period"].dt.year)
    by_kind = []
    for kind in kinds:
        years = mean_population(exposure, status=status, kind=kind)
        joined = rows.merge(years, on=["area", "area_level", "year"], how="left", validate="many_to_one")
        rates = crude_rate(joined, per=per)
        own = rates[rates["area"] == area]
        middle = band(rates, members=members, by=by)
        by_kind.append(own.merge(middle, on=by, how="left", validate="one_to_one").assign(kind=kind))
    table = pd.concat(by_kind, ignore_index=True)
    places = [position(*cell) for cell in table[["rate", "lower_quartile", "upper_quartile"]].to_numpy(dtype=float)]
    table["position"] = pd.Series(places, index=table.index, dtype=object)
    wanted = {o.id: o.exposure for o in catalogue.offences()}
    table["recommended"] = table["kind"] == table["offence"].map(wanted)
    agrees = _agreement(table, places, by)
    few = reasons(table.index, (np.isnan(table["median"].to_numpy(dtype=float)), "few_members"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(table["median"] > 0, table["rate"] / table["median"], np.nan)
    return table.assign(
        ratio_to_median=ratio,
        agrees=pd.Series(agrees, index=table.index, dtype=object),
        reason=first_reason(table["reason"], few),
    )[[*by, *_SENSITIVITY]].sort_values(by, kind="stable", ignore_index=True)


def _agreement(table: pd.DataFrame, places: Sequence[object], by: list[str]) -> list[bool | None]:
    """Whether each place against the middle half is that by residents; None where either is missing."""
    by_residents = table[table["kind"] == FALLBACK].set_index(by)["position"]
    same = by_residents.reindex(pd.MultiIndex.from_frame(table[by])).to_numpy(dtype=object)
    return [
        None if one is None or other is None or pd.isna(other) else one == other
        for one, other in zip(places, same, strict=True)
    ]
