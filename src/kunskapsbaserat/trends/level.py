"""Is the level outside the middle half of the comparison kommuner by more than years usually vary?

A year that happens to lie high puts a kommun above the others without its level being so. The interval around the kommun's rate
holds its own variation between years and that of the kommuner at the edge of the middle half, so that the picture says what the
verdict says: the level is säkerställd when the whole interval lies outside.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import columns, confidence_level
from kunskapsbaserat.rates.multiplicity import adjusted
from kunskapsbaserat.trends.correlation import over_years
from kunskapsbaserat.trends.variation import Typical, TypicalVariation, each, expected

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
    if not (levels["area"] == area).any():
        raise OptionError("area", area, sorted(levels["area"].unique()))
    return level_verdicts_of_each(levels.assign(judged=area), typical=typical, confidence=confidence).drop(columns="judged")


def level_verdicts_of_each(levels: pd.DataFrame, *, typical: Typical | None, confidence: float = 0.95) -> pd.DataFrame:
    """As `level_verdicts` for several areas, each against others of its own and with a family of its own.

    Parameters
    ----------
    levels : DataFrame
        As there, with a column ``judged``: the area whose level, or whose comparison, the row is.
    typical : TypicalVariation, or mapping of area to one
        For each that is judged.
    confidence : float
        As there.

    Returns
    -------
    DataFrame
        As there, with ``judged`` first.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.trends.level import level_verdicts_of_each
    >>> levels = pd.DataFrame({"judged": list("aaabbb"), "area": list("abcbac"), "rate": [900.0, 400, 410, 400, 900, 410]})
    >>> found = level_verdicts_of_each(levels.assign(count=900, offence="totalt", sex="alla", years=1), typical=None)
    >>> found[["judged", "rate", "reason"]].values.tolist()
    [['a', 900.0, 'few_others'], ['b', 400.0, 'few_others']]
    """
    known = levels[levels["rate"] > 0]
    mine = levels[levels["area"] == levels["judged"]].set_index(["judged", "offence", "sex"])
    noise, rates = _noise(known, typical), known["rate"].to_numpy(dtype=float)
    own = (known["area"] == known["judged"]).to_numpy()
    places = known.groupby(["judged", "offence", "sex"], sort=False).indices
    nowhere = np.empty(0, dtype=np.intp)
    rows = [_one(rates[at], noise[at], own[at]) for at in (places.get(key, nowhere) for key in mine.index)]
    found = pd.DataFrame(rows, index=mine.index).assign(rate=mine["rate"])
    families = mine.index.get_level_values("judged").tolist()
    return _decided(found, families, typical, confidence)[_NAMES].reset_index()


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
    known = levels[levels["rate"] > 0]
    noise, rates, areas = _noise(known, typical), known["rate"].to_numpy(dtype=float), known["area"].to_numpy()
    mine = levels.set_index(["area", "offence", "sex"])
    of = known.groupby(["offence", "sex"]).indices
    nowhere = np.empty(0, dtype=np.intp)
    wanted = ((area, of.get((offence, sex), nowhere)) for area, offence, sex in mine.index)
    rows = [_one(rates[at], noise[at], areas[at] == area) for area, at in wanted]
    found = pd.DataFrame(rows, index=mine.index).assign(rate=mine["rate"])
    return _decided(found, ["table"] * len(found), typical, confidence)[_NAMES].reset_index()


_NAMES = ["rate", "lower", "upper", "lower_quartile", "upper_quartile", "certain", "p_value", "q_value", "reason"]


def _decided(found: pd.DataFrame, families: Sequence[str], typical: Typical | None, confidence: float) -> pd.DataFrame:
    """The levels with what is säkerställt in each family, and the limits at the level that this takes."""
    if typical is None:
        found["reason"] = found["reason"].fillna("no_typical")
    usual = [] if typical is None else each(pd.DataFrame({"judged": families}), typical, by="judged")
    df = np.array([one.beside.df for one in usual]) if usual else 1.0
    judged = found["reason"].isna()
    outside = [_beyond(found, edge, df) for edge in ("upper", "lower")]
    found["p_value"] = pd.Series(np.minimum(*outside), index=found.index).where(judged)
    found["q_value"], met = _within_families(found["p_value"].to_numpy(dtype=float), families, 1 - confidence)
    found["certain"] = found["q_value"] <= 1 - confidence
    for limit, sign, edge in (("lower", -1, "upper"), ("upper", 1, "lower")):
        error, worth = _error(found, edge, df)
        found[limit] = (found["rate"] * np.exp(sign * scipy.special.stdtrit(worth, 1 - met) * error)).where(judged)
    return found


def _error(found: pd.DataFrame, edge: str, df: float | Floats) -> tuple[pd.Series, pd.Series]:
    """Standard error of the distance to an edge, and its degrees of freedom: three variances, each as uncertain as the pool."""
    variance = found["own"] + found[f"at_{edge}"]
    return np.sqrt(variance), df * variance**2 / (found["own"] ** 2 + found[f"squares_{edge}"])


def _beyond(found: pd.DataFrame, edge: str, df: float | Floats) -> Floats:
    """One-sided p-value that the level lies outside this edge."""
    error, worth = _error(found, edge, df)
    with np.errstate(divide="ignore"):
        distance = np.log(found["rate"] / found[f"{edge}_quartile"]) * (1 if edge == "upper" else -1)
    return np.asarray(scipy.special.stdtr(worth, -distance / error))


def _within_families(p: Floats, families: Sequence[str], alpha: float) -> tuple[Floats, Floats]:
    """The q-values, and the largest p-value that is called: Benjamini and Hochberg's step, or the first when nothing is."""
    q_value, met = np.empty(len(p)), np.empty(len(p))
    for at in pd.Series(families).groupby(list(families)).indices.values():
        q_value[at] = q = adjusted(p[at])
        met[at] = alpha * max(int(np.sum(q <= alpha)), 1) / max(int(np.sum(~np.isnan(q))), 1)
    return q_value, met


def _noise(known: pd.DataFrame, typical: Typical | None) -> Floats:
    """Squared coefficient of variation of each rate around its level."""
    if typical is None:
        return np.full(len(known), np.nan)
    usual = each(known, typical, by="judged")
    count, years = (known[name].to_numpy(dtype=float) for name in ("count", "years"))
    around = expected(known, [one.beside for one in usual], count / years)
    memory = np.array([_memory(int(n), one.beside.correlation) for n, one in zip(years, usual, strict=True)])
    within = np.array([one.within for one in usual])
    return np.asarray((1 + (around - 1) * memory / within) / np.maximum(count, 1))


_memory = functools.cache(over_years)


def _one(rates: Floats, noise: Floats, own: NDArray[np.bool_]) -> dict[str, object]:
    """The quartiles of the others with their noise, and the area's own noise, out of the rates of one offence."""
    reason = "few_others" if np.sum(~own) < 4 else None if own.any() else "few"
    found: dict[str, object] = {"reason": reason, "own": float(noise[own][0]) if own.any() else np.nan}
    order = np.argsort(rates[~own], kind="stable")
    rates, noise = rates[~own][order], noise[~own][order]
    for name, share in (("lower", 0.25), ("upper", 0.75)):
        quartile, at = _quartile(rates, noise, share) if len(rates) else (np.nan, np.full(2, np.nan))
        found |= {f"{name}_quartile": quartile, f"at_{name}": EDGE * at.sum(), f"squares_{name}": EDGE**2 * np.sum(at**2)}
    return found


def _quartile(rates: Floats, noises: Floats, share: float) -> tuple[float, Floats]:
    """By linear interpolation between two sorted rates, with the variance that each of the two brings."""
    place = (len(rates) - 1) * share
    low = int(place)
    high, weight = min(low + 1, len(rates) - 1), place - low
    quartile = (1 - weight) * rates[low] + weight * rates[high]
    return float(quartile), np.array([(1 - weight) ** 2 * noises[low], weight**2 * noises[high]])
