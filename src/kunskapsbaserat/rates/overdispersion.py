"""How much more areas differ than chance: the dispersion of standardised ratios, by two published rules."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from kunskapsbaserat.rates.checks import Floats

RULES = ("shmi", "cqc")


class Overdispersion(NamedTuple):
    """`phi`: variance of the trimmed z-scores; `tau2`: variance between areas on the rule's scale; `areas` used."""

    phi: float
    tau2: float
    areas: int


def overdispersion(
    observed: Floats, expected: Floats, *, rule: str = "shmi", trim: float = 0.1, consistent: bool = False
) -> Overdispersion:
    """Variance between areas over and above Poisson, estimated from the middle of the areas.

    Parameters
    ----------
    observed, expected : arrays
        Events and expected events (above 0) per area.
    rule : {"shmi", "cqc"}
        - "shmi": logarithm of the ratio; the areas with the lowest and highest `trim` of z-scores are left out (NHS SHMI).
        - "cqc": square root of the ratio; z-scores beyond the `trim` quantiles are drawn in to them (CQC).
    trim : float
        Share at each end.
    consistent : bool
        The published rules leave out or draw in the outermost z-scores, take the variance of the rest for that of all and
        spread it over areas of different size: far too many areas fall outside the limits. True corrects both: phi is
        divided by what the trimming leaves of normal scores' variance (0.44 for SHMI, 0.68 for CQC at a tenth), and tau2
        is the variance at which the scores with it in their error have that trimmed variance (after Paule and Mandel).

    References
    ----------
    Spiegelhalter DJ (2005). Handling over-dispersion of performance indicators. Quality and Safety in Health Care 14, 347-351.
    """
    if len(observed) < 2:
        return Overdispersion(np.nan, 0.0, len(observed))
    with np.errstate(divide="ignore"):
        if rule == "shmi":  # 0 observed gives minus infinity, the lowest rank: it is left out
            away, error = np.log(observed / expected), 1 / np.sqrt(expected)
        else:
            away, error = np.sqrt(observed / expected) - 1, 1 / (2 * np.sqrt(expected))
    z, kept = _trimmed(away / error, rule, trim)
    n = len(z)
    if n < 2:
        return Overdispersion(np.nan, 0.0, n)
    if consistent:
        left = _kept_variance(rule, trim)
        return Overdispersion(float(np.mean(z**2)) / left, _between(away, error, rule, trim, left), n)
    phi = float(np.mean(z**2))
    weight = 1 / error[kept] ** 2
    spread = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = (n * phi - (n - 1)) / spread if spread > 0 else 0.0
    return Overdispersion(phi, max(0.0, between), n)


def _trimmed(z: Floats, rule: str, trim: float) -> tuple[Floats, np.ndarray]:
    """The z-scores that count, and which areas they are of."""
    if rule == "cqc":
        return np.clip(z, *_ends(z, trim)), np.ones(len(z), dtype=bool)
    place = np.floor(_rank(z) / trim / (len(z) + 1) + 1e-12)
    kept = (place > 0) & (place < round(1 / trim) - 1) & np.isfinite(z)
    return z[kept], kept


def _ends(z: Floats, trim: float) -> tuple[float, float]:
    """What `np.quantile` gives for `trim` and 1 - `trim`, bit for bit; a tenth of its time, and halving asks for it often."""
    ordered = np.sort(z)

    def quantile(level: float) -> float:
        place = (len(z) - 1) * level
        at = int(place)
        share, low, high = place - at, ordered.item(at), ordered.item(min(at + 1, len(z) - 1))
        step = high - low
        return float(low + step * share if share < 0.5 else high - step * (1 - share))

    return quantile(trim), quantile(1 - trim)


def _between(away: Floats, error: Floats, rule: str, trim: float, left: float) -> float:
    """The variance between areas at which the trimmed scores have the variance `left`: by halving, it falls in tau2."""

    def excess(tau2: float) -> float:
        z, _ = _trimmed(away / np.sqrt(error**2 + tau2), rule, trim)
        return float(np.mean(z**2)) - left if len(z) else -1.0

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 0.01
    while excess(high) > 0:
        low, high = high, 2 * high
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _rank(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean rank."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2


def _kept_variance(rule: str, trim: float) -> float:
    """Variance of standard normal scores whose tails beyond the `trim` quantiles are cut off (SHMI) or drawn in (CQC)."""
    end = -float(scipy.special.ndtri(trim))
    density = float(np.exp(-(end**2) / 2) / np.sqrt(2 * np.pi))
    inside = 1 - 2 * trim - 2 * end * density
    return inside / (1 - 2 * trim) if rule == "shmi" else inside + 2 * trim * end**2
