"""Is the level outside the middle half of the comparison kommuner by more than years usually vary?

A year that happens to lie high puts a kommun above the others without its level being so. The interval around the kommun's rate
holds its own variation between years and that of the kommuner at the edge of the middle half, so that the picture says what the
verdict says: the level is säkerställd when the whole interval lies outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import columns, confidence_level
from kunskapsbaserat.rates.multiplicity import adjusted
from kunskapsbaserat.trends.correlation import over_years
from kunskapsbaserat.trends.variation import TypicalVariation

Floats = NDArray[np.float64]

EDGE = 0.25
"""How much of the noise of the two kommuner around an edge counts as its own. Who lies there changes with the noise, which
evens some of it out, and noise moves edges outwards, away from the kommun: with a quarter the error rate holds in simulation
and on the real figures, with none it leaves out what is known to be there (benchmarks/level_calibration.txt)."""


def level_verdicts(
    levels: pd.DataFrame, *, area: str, typical: TypicalVariation | None, confidence: float = 0.95
) -> pd.DataFrame:
    """A verdict on every level of an area: outside the middle half of the others, or can that be how years vary?

    Parameters
    ----------
    levels : DataFrame
        One row per area and offence, the area and those it is compared with: ``area offence sex rate`` (per inhabitants),
        ``count`` (the events it rests on) and ``years`` (over how many years, the same in all rows of an offence).
    area : str
        Whose levels are judged.
    typical : TypicalVariation
        How counts vary between years (`trends.variation_of`). Without it nothing is säkerställt.
    confidence : float
        One minus the false discovery rate over the levels of the area. A level at the very edge is called in 5 % of the
        cases, one inside the middle half more seldom.

    Returns
    -------
    DataFrame
        One row per offence and sex of the area: ``offence sex rate lower upper`` (limits at the level that the verdicts of the
        area have to meet), ``lower_quartile upper_quartile certain p_value q_value reason`` (None, "few_others": fewer than
        four with a rate, "few": no events, or "no_typical").

    Raises
    ------
    TableError
        A column is missing.
    OptionError
        `confidence` is out of range, or the area has no rows.

    Notes
    -----
    ``log(rate) ± t * sqrt(D / count + EDGE * noise of the edge)``, where ``D = 1 + (dispersion - 1) * m / w``: the dispersion
    around the others' common course, `m` the variance of a mean over correlated years and `w` what the years within a period
    show of it (`trends.correlation`); `t` by Welch and Satterthwaite. Error rates: benchmarks/level_calibration.txt.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.trends.level import level_verdicts
    >>> levels = pd.DataFrame({"area": list("abcdefgh"), "rate": [900.0, 400, 410, 420, 430, 440, 450, 460], "count": 900})
    >>> level_verdicts(levels.assign(offence="totalt", sex="alla", years=1), area="a", typical=None)["reason"].tolist()
    ['no_typical']
    """
    confidence_level(confidence, "confidence")
    columns(levels, ["area", "offence", "sex", "rate", "count", "years"])
    mine = levels.loc[levels["area"] == area, ["offence", "sex", "rate"]].reset_index(drop=True)
    if mine.empty:
        raise OptionError("area", area, sorted(levels["area"].unique()))
    known = _Known.of(levels, typical)
    return _decided([known.beside(area, *key) for key in _keys(mine)], mine, typical, confidence)


def level_verdicts_together(
    levels: pd.DataFrame, *, typical: TypicalVariation | None, confidence: float = 0.95
) -> pd.DataFrame:
    """As `level_verdicts` for every area against all the others, false discoveries controlled over the whole table.

    Parameters
    ----------
    levels, typical, confidence
        As there.

    Returns
    -------
    DataFrame
        As there, with ``area`` first: one row per row of `levels`, in its order.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.trends.level import level_verdicts_together
    >>> levels = pd.DataFrame({"area": list("abc"), "rate": [900.0, 400, 410], "count": 900, "offence": "totalt"})
    >>> level_verdicts_together(levels.assign(sex="alla", years=2), typical=None)["reason"].tolist()
    ['few_others', 'few_others', 'few_others']
    """
    confidence_level(confidence, "confidence")
    columns(levels, ["area", "offence", "sex", "rate", "count", "years"])
    mine = levels[["area", "offence", "sex", "rate"]].reset_index(drop=True)
    known = _Known.of(levels, typical)
    rows = [known.beside(area, *key) for area, key in zip(mine["area"].to_numpy(dtype=object), _keys(mine), strict=True)]
    return _decided(rows, mine, typical, confidence)


class _Beside(NamedTuple):
    """Of one level: why it is not judged, its own noise, and the quartiles of the others with the noise at each."""

    reason: str | None
    own: float
    lower_quartile: float
    at_lower: float
    squares_lower: float
    upper_quartile: float
    at_upper: float
    squares_upper: float


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """The levels above 0 with their noise, found by offence and sex."""

    areas: NDArray[np.object_]
    rates: Floats
    noises: Floats
    places: Mapping[tuple[str, str], NDArray[np.intp]]

    @classmethod
    def of(cls, levels: pd.DataFrame, typical: TypicalVariation | None) -> _Known:
        known = levels[(levels["rate"] > 0).to_numpy(dtype=bool, na_value=False)]
        return cls(
            areas=known["area"].to_numpy(dtype=object),
            rates=known["rate"].to_numpy(dtype=float),
            noises=_noise(known, typical),
            places=known.groupby(["offence", "sex"], sort=False).indices,
        )

    def beside(self, area: str, offence: str, sex: str) -> _Beside:
        """The quartiles of the others with their noise, and the area's own noise, out of the rates of one offence."""
        at = self.places.get((offence, sex), np.empty(0, dtype=np.intp))
        is_own = self.areas[at] == area
        others, own = at[~is_own], at[is_own]
        order = others[np.argsort(self.rates[others], kind="stable")]
        ends: list[float] = []
        for share in (0.25, 0.75):
            quartile, noise = _quartile(self.rates[order], self.noises[order], share)
            ends += [quartile, EDGE * noise.sum(), EDGE**2 * np.sum(noise**2)]
        reason = "few_others" if len(others) < 4 else None if len(own) else "few"
        return _Beside(reason, float(self.noises[own[0]]) if len(own) else np.nan, *ends)


def _keys(levels: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(*(levels[name].to_numpy(dtype=object) for name in ("offence", "sex")), strict=True))


def _decided(
    beside: Sequence[_Beside], mine: pd.DataFrame, typical: TypicalVariation | None, confidence: float
) -> pd.DataFrame:
    """The levels with what is säkerställt among all of them, and the limits at the level that this takes."""
    reason = [one.reason or (None if typical else "no_typical") for one in beside]
    df = 1.0 if typical is None else typical.beside.df
    rate = mine["rate"].to_numpy(dtype=float)
    columns = np.array([one[1:] for one in beside], dtype=float).T
    own, lower, upper = columns[0], _Edge(*columns[1:4]), _Edge(*columns[4:])
    judged = np.array([text is None for text in reason])
    outside = [edge.beyond(rate, own, df, sign) for edge, sign in ((upper, 1), (lower, -1))]
    p_value = np.where(judged, np.minimum(*outside), np.nan)
    q_value = adjusted(p_value)
    certain = q_value <= 1 - confidence
    tested = max(int(np.sum(~np.isnan(p_value))), 1)
    # the largest p-value that is called: Benjamini and Hochberg's step, or the first one when nothing is called
    met = (1 - confidence) * max(int(certain.sum()), 1) / tested
    limits = []
    for sign, edge in ((-1, upper), (1, lower)):
        error, worth = edge.error(own, df)
        limits.append(np.where(judged, rate * np.exp(sign * scipy.special.stdtrit(worth, 1 - met) * error), np.nan))
    return mine.assign(
        lower=limits[0],
        upper=limits[1],
        lower_quartile=lower.quartile,
        upper_quartile=upper.quartile,
        certain=certain,
        p_value=p_value,
        q_value=q_value,
        reason=pd.Series(reason, dtype=object),
    )


class _Edge(NamedTuple):
    """An edge of the middle half of each level: where it lies, its noise, and what that says of its degrees of freedom."""

    quartile: Floats
    noise: Floats
    squares: Floats

    def error(self, own: Floats, df: float) -> tuple[Floats, Floats]:
        """Standard error of the distance to it, and its degrees of freedom: three variances, each as uncertain as the pool."""
        variance = own + self.noise
        return np.sqrt(variance), df * variance**2 / (own**2 + self.squares)

    def beyond(self, rate: Floats, own: Floats, df: float, sign: int) -> Floats:
        """One-sided p-value that the level lies outside it: above (1) or below (-1)."""
        error, worth = self.error(own, df)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.log(rate / self.quartile) * sign
        return np.asarray(scipy.special.stdtr(worth, -distance / error))


def _noise(known: pd.DataFrame, typical: TypicalVariation | None) -> Floats:
    """Squared coefficient of variation of each rate around its level."""
    if typical is None:
        return np.full(len(known), np.nan)
    count, years = (known[name].to_numpy(dtype=float) for name in ("count", "years"))
    mean = pd.Series(count / years, index=known.index)
    around = typical.beside.dispersion(known["offence"], known["sex"], mean).to_numpy(dtype=float)
    memory = {n: over_years(int(n), typical.beside.correlation) for n in np.unique(years)}
    extra = (around - 1) * np.array([memory[n] for n in years]) / typical.within
    return np.asarray((1 + extra) / np.maximum(count, 1))


def _quartile(rates: Floats, noises: Floats, share: float) -> tuple[float, Floats]:
    """By linear interpolation between two sorted rates, with the variance that each of the two brings; missing without any."""
    if not len(rates):
        return np.nan, np.full(2, np.nan)
    place = (len(rates) - 1) * share
    low = int(place)
    high, weight = min(low + 1, len(rates) - 1), place - low
    quartile = (1 - weight) * rates[low] + weight * rates[high]
    return float(quartile), np.array([(1 - weight) ** 2 * noises[low], weight**2 * noises[high]])
