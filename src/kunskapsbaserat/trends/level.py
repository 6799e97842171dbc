"""Is the level outside the middle half of the comparison kommuner by more than years usually vary?

A year that happens to lie high puts a kommun above the others without its level being so. The interval around the kommun's rate
holds its own variation between years and that of the kommuner at the edge of the middle half, so that the picture says what the
verdict says: the level is säkerställd when the whole interval lies outside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import columns, confidence_level
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
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
    known = levels[levels["rate"] > 0]
    mine = levels[levels["area"] == area].set_index(["offence", "sex"])
    if mine.empty:
        raise OptionError("area", area, sorted(levels["area"].unique()))
    noise = _noise(known, typical)
    places = known.groupby(["offence", "sex"], sort=False).indices
    rows = [_one(known.iloc[places.get(key, [])], noise, area) for key in mine.index]
    found = pd.DataFrame(rows, index=mine.index).assign(rate=mine["rate"])
    return _decided(found, typical, confidence)[_NAMES].reset_index()


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
    noise = _noise(known, typical)
    mine = levels.set_index(["area", "offence", "sex"])
    of = dict(iter(known.groupby(["offence", "sex"])))
    rows = [_one(of.get((offence, sex), known.iloc[:0]), noise, area) for area, offence, sex in mine.index]
    found = pd.DataFrame(rows, index=mine.index).assign(rate=mine["rate"])
    return _decided(found, typical, confidence)[_NAMES].reset_index()


_NAMES = ["rate", "lower", "upper", "lower_quartile", "upper_quartile", "certain", "p_value", "q_value", "reason"]


def _decided(found: pd.DataFrame, typical: TypicalVariation | None, confidence: float) -> pd.DataFrame:
    """The levels with what is säkerställt among all of them, and the limits at the level that this takes."""
    if typical is None:
        found["reason"] = found["reason"].fillna("no_typical")
    df = 1.0 if typical is None else typical.beside.df
    judged = found["reason"].isna()
    outside = [_beyond(found, edge, df) for edge in ("upper", "lower")]
    found["p_value"] = pd.Series(np.minimum(*outside), index=found.index).where(judged)
    found["q_value"] = false_discovery_rate(found["p_value"].reset_index(drop=True)).to_numpy()
    found["certain"] = found["q_value"] <= 1 - confidence
    met = _level_met(found, 1 - confidence)
    for limit, sign, edge in (("lower", -1, "upper"), ("upper", 1, "lower")):
        error, worth = _error(found, edge, df)
        found[limit] = (found["rate"] * np.exp(sign * scipy.special.stdtrit(worth, 1 - met) * error)).where(judged)
    return found


def _error(found: pd.DataFrame, edge: str, df: float) -> tuple[pd.Series, pd.Series]:
    """Standard error of the distance to an edge, and its degrees of freedom: three variances, each as uncertain as the pool."""
    variance = found["own"] + found[f"at_{edge}"]
    return np.sqrt(variance), df * variance**2 / (found["own"] ** 2 + found[f"squares_{edge}"])


def _beyond(found: pd.DataFrame, edge: str, df: float) -> Floats:
    """One-sided p-value that the level lies outside this edge."""
    error, worth = _error(found, edge, df)
    with np.errstate(divide="ignore"):
        distance = np.log(found["rate"] / found[f"{edge}_quartile"]) * (1 if edge == "upper" else -1)
    return np.asarray(scipy.special.stdtr(worth, -distance / error))


def _level_met(found: pd.DataFrame, alpha: float) -> float:
    """The largest p-value that is called: Benjamini and Hochberg's step, or the first one when nothing is called."""
    tested = max(int(found["p_value"].notna().sum()), 1)
    return alpha * max(int(found["certain"].sum()), 1) / tested


def _noise(known: pd.DataFrame, typical: TypicalVariation | None) -> pd.Series:
    """Squared coefficient of variation of each rate around its level."""
    if typical is None:
        return pd.Series(np.nan, index=known.index)
    around = typical.beside.dispersion(known["offence"], known["sex"], known["count"] / known["years"])
    memory = known["years"].map({n: over_years(int(n), typical.beside.correlation) for n in known["years"].unique()})
    return (1 + (around - 1) * memory / typical.within) / known["count"].clip(lower=1)


def _one(rows: pd.DataFrame, noise: pd.Series, area: str) -> dict[str, object]:
    """The quartiles of the others with their noise, and the area's own noise, out of the rates of one offence."""
    others, own = rows[rows["area"] != area], rows[rows["area"] == area]
    reason = "few_others" if len(others) < 4 else "few" if own.empty else None
    found: dict[str, object] = {"reason": reason, "own": float(noise[own.index].iat[0]) if len(own) else np.nan}
    order = np.argsort(others["rate"].to_numpy(dtype=float), kind="stable")
    rates, noises = others["rate"].to_numpy(dtype=float)[order], noise[others.index].to_numpy()[order]
    for name, share in (("lower", 0.25), ("upper", 0.75)):
        quartile, at = _quartile(rates, noises, share) if len(rates) else (np.nan, np.full(2, np.nan))
        found |= {f"{name}_quartile": quartile, f"at_{name}": EDGE * at.sum(), f"squares_{name}": EDGE**2 * np.sum(at**2)}
    return found


def _quartile(rates: Floats, noises: Floats, share: float) -> tuple[float, Floats]:
    """By linear interpolation between two sorted rates, with the variance that each of the two brings."""
    place = (len(rates) - 1) * share
    low = int(place)
    high, weight = min(low + 1, len(rates) - 1), place - low
    quartile = (1 - weight) * rates[low] + weight * rates[high]
    return float(quartile), np.array([(1 - weight) ** 2 * noises[low], weight**2 * noises[high]])
