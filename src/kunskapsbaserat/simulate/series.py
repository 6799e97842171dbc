"""Single series of counts: season, overdispersion and correlation between neighbouring periods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError

SOURCE = "SIMULERAD"


def month_means(
    mean_per_year: ArrayLike, *, years: int, season: float = 0.0, ratio: ArrayLike = 1.0, ratio_months: int = 12
) -> NDArray[np.float64]:
    """Expected counts (series, 12 * years): a yearly wave of relative height `season`, the last months times `ratio`.

    Parameters
    ----------
    mean_per_year : array_like, shape (series,)
        Expected events per year.
    years : int
        How many.
    season : float
        Height of the yearly wave, as a share of the mean.
    ratio : array_like
        What the last months are multiplied by, one for all or one a series.
    ratio_months : int
        How many months that is.

    Returns
    -------
    float array (series, 12 * years)
        Expected events per month.

    Raises
    ------
    OptionError
        A season outside [0, 1).

    Examples
    --------
    >>> from kunskapsbaserat import simulate
    >>> means = simulate.month_means([120.0], years=2, season=0.3, ratio=0.8)
    >>> means.shape, round(float(means[0, :12].sum())), round(float(means[0, 12:].sum()))
    ((1, 24), 120, 96)
    """
    if not 0 <= season < 1:
        raise OptionError("season", season, ("0 to below 1",), tillatna=("från 0 till under 1",))
    wave = 1 + season * np.sin(2 * np.pi * np.arange(12) / 12)
    level = np.atleast_1d(np.asarray(mean_per_year, dtype=float)) / 12
    means = level[:, None] * np.tile(wave, years)
    means[:, 12 * years - ratio_months :] *= np.broadcast_to(ratio, level.shape)[:, None]
    return means


def autocorrelated_counts(
    rng: np.random.Generator, means: ArrayLike, *, dispersion: float = 1.0, autocorrelation: float = 0.0
) -> NDArray[np.int64]:
    """Counts with given means, variance `dispersion` times the mean, and correlation between neighbours.

    A count keeps a part of the one before (thinning: binomial for Poisson counts, beta-binomial for overdispersed ones) and
    adds new events, so that the counts are exactly Poisson or negative binomial and the correlation over k periods is
    `autocorrelation` to the power k (times the root of the ratio of means where these differ).

    Parameters
    ----------
    rng : Generator
        Source of all random numbers.
    means : array_like, shape (series, periods)
        No mean may fall below `autocorrelation` times the one before.
    dispersion : float
        Variance over mean, 1 or more; 1 is Poisson.
    autocorrelation : float
        Of neighbours, 0 to below 1.

    Returns
    -------
    int array (series, periods)

    Raises
    ------
    OptionError
        A dispersion below 1, an autocorrelation outside [0, 1), or means that fall too fast.

    References
    ----------
    McKenzie E (1986). Autoregressive moving-average processes with negative-binomial and geometric marginals. Adv Appl
    Probab 18, 679-705.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat import simulate
    >>> rng, means = np.random.default_rng(1), np.full((500, 60), 20.0)
    >>> counts = simulate.autocorrelated_counts(rng, means, dispersion=2.0, autocorrelation=0.5)
    >>> neighbours = np.corrcoef(counts[:, :-1].ravel(), counts[:, 1:].ravel())[0, 1]
    >>> round(float(counts.var() / counts.mean()), 1), round(float(neighbours), 1)
    (2.0, 0.5)
    """
    mu = np.atleast_2d(np.asarray(means, dtype=float))
    new = mu[:, 1:] - autocorrelation * mu[:, :-1]
    if dispersion < 1 or not 0 <= autocorrelation < 1 or (new < 0).any():
        raise OptionError(
            "dispersion, autocorrelation",
            (dispersion, autocorrelation),
            ("1 or more, and 0 to below 1 with means that do not fall faster than that",),
            tillatna=("minst 1, och från 0 till under 1 med medeltal som inte faller fortare än så",),
        )
    counts = np.empty(mu.shape, dtype=np.int64)
    counts[:, 0] = _draw(rng, mu[:, 0], dispersion)
    for t in range(1, mu.shape[1]):
        chance = np.full(len(mu), autocorrelation)
        if dispersion > 1 and autocorrelation > 0:
            shape = mu[:, t - 1] / (dispersion - 1)
            chance = rng.beta(autocorrelation * shape, (1 - autocorrelation) * shape)
        counts[:, t] = rng.binomial(counts[:, t - 1], chance) + _draw(rng, new[:, t - 1], dispersion)
    return counts


def _draw(rng: np.random.Generator, means: NDArray[np.float64], dispersion: float) -> NDArray[np.int64]:
    if dispersion == 1:
        return rng.poisson(means)
    return rng.poisson(rng.gamma(means / (dispersion - 1), dispersion - 1))


def counts_table(
    counts: ArrayLike, *, last: str, areas: Sequence[str] | None = None, offence: str = "skadegorelse", freq: str = "M"
) -> pd.DataFrame:
    """Simulated counts (series, periods) as a contract table; one area a series, the last period given.

    Parameters
    ----------
    counts : array_like, shape (series, periods)
        Whole numbers; NaN where one is missing.
    last : str
        The last period, for instance "2024-12".
    areas : sequence of str, optional
        One code a series. Default "0001" and so on.
    offence : str
        Id in the offence catalogue.
    freq : {"M", "Q", "Y"}
        Length of the periods.

    Returns
    -------
    DataFrame
        The counts contract, source "SIMULERAD".

    Raises
    ------
    TableError
        A count is negative or not whole.
    OptionError
        There is not one area a series.

    Examples
    --------
    >>> from kunskapsbaserat import simulate
    >>> table = simulate.counts_table([[4, 6, 5]], last="2024-12", areas=["2080"])
    >>> table[["area", "offence", "period", "count", "source"]]
       area       offence   period  count     source
    0  2080  skadegorelse  2024-10      4  SIMULERAD
    1  2080  skadegorelse  2024-11      6  SIMULERAD
    2  2080  skadegorelse  2024-12      5  SIMULERAD
    """
    values = np.atleast_2d(np.asarray(counts, dtype=float))
    whole = np.isfinite(values) & (values == np.floor(values)) & (values >= 0)
    if not (whole | np.isnan(values)).all():
        raise TableError("whole numbers, 0 or more", forvantat="heltal, noll eller mer", column="count")
    names = [f"{i + 1:04}" for i in range(len(values))] if areas is None else list(areas)
    if len(names) != len(values):
        expected, tillatna = f"{len(values)} codes, one a series", f"{len(values)} koder, en för varje serie"
        raise OptionError("areas", names, (expected,), tillatna=(tillatna,))
    periods = pd.period_range(end=pd.Period(last, freq=freq), periods=values.shape[1])
    return pd.DataFrame(
        {
            "area": np.repeat(names, values.shape[1]),
            "area_level": "kommun",
            "offence": offence,
            "sex": "alla",
            "period": periods[np.tile(np.arange(values.shape[1]), len(values))],
            "count": pd.array(values.ravel(), dtype="Int64"),
            "rate_published": pd.NA,
            "status": "final",
            "source": SOURCE,
        }
    )
