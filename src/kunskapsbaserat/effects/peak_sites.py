"""Places that were chosen because they had many events: what they would have had anyway (Hauer's empirical Bayes).

The worst places of last year are on average not as bad this year, measure or not. How much of a peak stays is told by places
that nobody did anything about: a place's expected number is a weighing of its own count and of what places like it have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.four_counts import normal_quantile
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.rates.checks import amounts, counts, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once
from kunskapsbaserat.rates.smoothing import likelihood_prior, shrink

Floats = NDArray[np.float64]

FEWEST_REFERENCE = 10
FEWEST_EVENTS = 20  # of the reference before and after: the ratio over time rests on them


@dataclass(frozen=True, slots=True)
class PeakSites:
    """Events after the measure against those that the places would have had without it.

    Attributes
    ----------
    ratio, standard_error, lower, upper : float
        Events over expected events (Hauer's theta, corrected for the error of the expected), with limits on the logarithm's
        scale.
    observed, expected, averted : float
        Events after, those expected without the measure, and the difference.
    naive_ratio : float
        The same with the places' own counts before as they are: what a plain before and after comparison says.
    reference_change : float
        Events after over usual events before, where nothing was done.
    rows : DataFrame
        The treated places: ``area before after weight usual expected``; `weight` of what places like it have, `usual` the
        events that the place's history and the others together give for the time before.
    confidence : float

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import peak_sites
    >>> rng = np.random.default_rng(1)
    >>> usual = rng.gamma(3, 4, 80)
    >>> places = pd.DataFrame({"area": np.arange(80).astype(str), "before": rng.poisson(usual), "after": rng.poisson(usual)})
    >>> found = peak_sites(places, treated=places.nlargest(8, "before")["area"].tolist())
    >>> round(found.naive_ratio, 2), round(found.ratio, 2)  # nothing was done: the true ratio is 1
    (0.67, 0.8)
    >>> found.rows[["area", "before", "usual", "after"]].head(2).round(0)
      area  before  usual  after
    0    2    21.0   18.0   18.0
    1    4    24.0   20.0    9.0
    """

    ratio: float
    standard_error: float
    lower: float
    upper: float
    observed: float
    expected: float
    naive_ratio: float
    reference_change: float
    rows: pd.DataFrame
    confidence: float

    @property
    def averted(self) -> float:
        return self.expected - self.observed

    def conf_int(self) -> pd.DataFrame:
        """The interval of the ratio: one row, ``lower`` and ``upper``."""
        return pd.DataFrame({"lower": [self.lower], "upper": [self.upper]}, index=["ratio"])

    def summary_frame(self) -> pd.DataFrame:
        """One row: ``ratio standard_error lower upper observed expected naive_ratio confidence``."""
        names = ("ratio", "standard_error", "lower", "upper", "observed", "expected", "naive_ratio", "confidence")
        return pd.DataFrame({name: [getattr(self, name)] for name in names}, index=["ratio"])


@keyed(df=("@area",))
def peak_sites(
    df: pd.DataFrame,
    *,
    treated: Sequence[str],
    area: str = "area",
    before: str = "before",
    after: str = "after",
    size: str | None = None,
    confidence: float = 0.95,
) -> PeakSites:
    """Before and after at places that were chosen after a peak, with the peak's own turn taken out.

    Parameters
    ----------
    df : DataFrame
        The pool of places from which the treated were chosen, one row each: events before and after the start, over times that
        are the same for all. Leaving out those with few events would make peaks look usual.
    treated : sequence of str
        Places with the measure. Nobody did anything about the others: at least 10.
    area, before, after : str
        Columns.
    size : str, optional
        Column that events before are proportional to among places like each other (length, visitors), above 0.
    confidence : float
        Of the interval.

    Returns
    -------
    PeakSites

    Raises
    ------
    TableError
        A column is missing, a count is missing, negative or not whole, a size is not above 0, or a place stands twice.
    DesignError
        No treated or too few reference places, a name that is not in the table, or too few events.

    Notes
    -----
    What places like each other have is estimated from the whole pool's time before, and the change over time from the others,
    whose low counts turn upwards as the peaks turn down. The error of the first is not in the interval:
    95 % limits cover somewhat more seldom (a test holds them to 88 %). An effect is not to be claimed from this alone.

    References
    ----------
    Hauer E (1997). Observational before-after studies in road safety, chapters 11-12. Pergamon. Hauer E, Harwood DW, Council
    FM, Griffith MS (2002). Estimating safety by the empirical Bayes method: a tutorial. Transportation Research Record 1784.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> usual = rng.gamma(3, 4, 80)
    >>> table = pd.DataFrame({"before": rng.poisson(usual), "after": rng.poisson(usual)})
    >>> table["area"] = [f"{i:02}" for i in range(80)]
    >>> worst = table.nlargest(8, "before")["area"].tolist()
    >>> found = peak_sites(table, treated=worst)
    >>> found.naive_ratio < found.ratio  # nothing was done: the worst places turned by themselves
    True
    """
    z = normal_quantile(confidence)
    keys_once(df, [area])
    early, late = counts(df, before), counts(df, after)
    refuse(df, np.isnan(early), before, "a count", "ett antal")
    refuse(df, np.isnan(late), after, "a count", "ett antal")
    sizes = np.ones(len(df)) if size is None else amounts(df, size)
    if size is not None:
        refuse(df, ~(sizes > 0), size, "a size above 0", "en storlek över noll")
    own = _chosen(df[area].astype(str), treated)
    rest = ~own
    _enough(own, rest, early, late)
    mean, variance = likelihood_prior(early, sizes)
    rates, trust = shrink(early, sizes, np.full(len(early), mean), np.full(len(early), variance))
    usual_of_all, spread_of_all = rates * sizes, trust * rates * sizes
    usual, spread, weight = usual_of_all[own], spread_of_all[own], 1 - trust[own]
    at_rest, error_at_rest = float(usual_of_all[rest].sum()), float(spread_of_all[rest].sum())
    change = float(late[rest].sum()) / at_rest
    change_variance = change**2 * (error_at_rest / at_rest**2 + 1 / late[rest].sum())
    expected = change * float(usual.sum())
    relative = float((change**2 * spread.sum() + usual.sum() ** 2 * change_variance) / expected**2)
    observed = float(late[own].sum())
    ratio = observed / expected / (1 + relative)
    if observed:
        error = ratio * np.sqrt(1 / observed + relative) / (1 + relative)
        lower, upper = ratio / np.exp(z * error / ratio), ratio * np.exp(z * error / ratio)
    else:  # nothing happened: the exact limits of a Poisson count of 0
        error, lower, upper = np.nan, 0.0, -np.log((1 - confidence) / 2) / expected / (1 + relative)
    rows = pd.DataFrame({"area": df[area][own].astype(str), "before": early[own], "after": late[own], "weight": weight})
    return PeakSites(
        ratio=ratio,
        standard_error=float(error),
        lower=float(lower),
        upper=float(upper),
        observed=observed,
        expected=expected,
        naive_ratio=float(observed / (change * early[own].sum())) if early[own].sum() else np.nan,
        reference_change=change,
        rows=rows.assign(usual=usual, expected=change * usual).reset_index(drop=True),
        confidence=confidence,
    )


def _chosen(names: pd.Series, treated: Sequence[str]) -> NDArray[np.bool_]:
    wanted = [treated] if isinstance(treated, str) else [str(name) for name in treated]
    missing = sorted(set(wanted) - set(names))
    if missing:
        raise DesignError(
            "unknown_area",
            f"{', '.join(missing[:5])} not in the table",
            needed="names as in the table",
            svenska=f"Platsen {', '.join(missing[:5])} finns inte i tabellen.",
            behovs="Skriv namnen som i tabellen.",
        )
    return np.asarray(names.isin(wanted), dtype=bool)


def _enough(own: NDArray[np.bool_], rest: NDArray[np.bool_], early: Floats, late: Floats) -> None:
    events = min(early[rest].sum(), late[rest].sum())
    if not own.any() or rest.sum() < FEWEST_REFERENCE or events < FEWEST_EVENTS:
        raise DesignError(
            "few_places",
            f"{int(own.sum())} treated and {int(rest.sum())} reference places with {events:g} events",
            needed=f"a treated place, and {FEWEST_REFERENCE} others with at least {FEWEST_EVENTS} events before and after",
            svenska=f"Det finns {int(own.sum())} platser med åtgärden och {int(rest.sum())} andra, med {events:g} händelser.",
            behovs=f"Det behövs minst {FEWEST_REFERENCE} andra platser, med minst {FEWEST_EVENTS} händelser före och efter.",
        )
