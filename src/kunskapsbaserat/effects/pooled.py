"""What several kommuner's evaluations of the same measure say together, and what the next kommun may expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.effects.four_counts import normal_quantile
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.checks import numbers, refuse
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

FEWEST = 3
ROUNDS = 200
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class PooledEffects:
    """Random-effects mean of several evaluations, on their own scale (log ratios or differences).

    Attributes
    ----------
    estimate, standard_error, lower, upper, p_value : float
        Of the mean effect, by Knapp and Hartung.
    prediction_lower, prediction_upper : float
        Where the true effect in one more place like these is expected to lie. This, not the interval of the mean, is what a
        kommun that considers the measure should read.
    variance, variance_error : float
        Between the places' true effects (tau squared), by restricted maximum likelihood, and its standard error.
    i_squared : float
        Share of the variation that is between places and not error, 0 to 1.
    q, q_p : float
        Cochran's test that all places have the same effect.
    rows : DataFrame
        ``name estimate standard_error weight``; the weights sum to one.
    confidence : float

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import pool_effects
    >>> table = pd.DataFrame({"name": ["Falun", "Gävle", "Lund", "Örebro"], "estimate": [-0.4, -0.1, -0.3, 0.1]})
    >>> found = pool_effects(table.assign(standard_error=[0.1, 0.1, 0.2, 0.15]))
    >>> found.conf_int().round(1)
                lower  upper
    mean         -0.5    0.2
    prediction   -0.9    0.5
    >>> f"{found.i_squared:.0%}", found.rows["weight"].round(2).tolist()
    ('67%', [0.3, 0.3, 0.18, 0.23])
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    prediction_lower: float
    prediction_upper: float
    variance: float
    variance_error: float
    i_squared: float
    q: float
    q_p: float
    rows: pd.DataFrame
    confidence: float

    def conf_int(self) -> pd.DataFrame:
        """Rows "mean" and "prediction": ``lower upper``."""
        limits = [(self.lower, self.upper), (self.prediction_lower, self.prediction_upper)]
        return pd.DataFrame(limits, columns=["lower", "upper"], index=["mean", "prediction"])

    def summary_frame(self) -> pd.DataFrame:
        """One row: the mean with its interval and the prediction interval."""
        names = ("estimate", "standard_error", "lower", "upper", "p_value", "prediction_lower", "prediction_upper", "variance")
        return pd.DataFrame({name: [getattr(self, name)] for name in names}, index=["mean"])


@keyed(effects=("name?",))
def _pool_table(effects: pd.DataFrame, confidence: float) -> PooledEffects:
    y, error = numbers(effects, "estimate"), numbers(effects, "standard_error")
    refuse(effects, ~np.isfinite(y), "estimate", "an estimate", "en skattning")
    refuse(effects, ~(np.isfinite(error) & (error > 0)), "standard_error", "an error above 0", "ett medelfel över noll")
    if len(y) < FEWEST:
        raise DesignError(
            "few_evaluations",
            f"{len(y)} evaluations",
            needed=f"at least {FEWEST}",
            svenska=f"Det finns {len(y)} utvärderingar.",
            behovs=f"Det behövs minst {FEWEST} för att väga samman dem.",
        )
    names = effects["name"] if "name" in effects else pd.Series(range(1, len(y) + 1))
    return _pooled(y, error**2, names.astype(str).tolist(), confidence)


@keyed()
def pool_effects(effects: pd.DataFrame | Mapping[str, EffectResult], *, confidence: float = 0.95) -> PooledEffects:
    """Random-effects mean and prediction interval of evaluations of one measure in several places.

    Parameters
    ----------
    effects : DataFrame or mapping of str to EffectResult
        One row per place: ``estimate standard_error`` (both on one scale, log ratios for counts) and perhaps ``name``; or the
        answers by name, whose errors are then taken from their intervals. All that were made, not those that were liked: a
        failed measure that was never written down is missing from the mean.
    confidence : float
        Of the intervals.

    Returns
    -------
    PooledEffects

    Raises
    ------
    TableError
        A column is missing, an estimate is none or an error not above 0.
    DesignError
        Fewer than three evaluations, answers on several scales, or one without an estimate.

    Notes
    -----
    The places are taken as independent: kommuner compared with the same others, in the same years, share errors that this does
    not see.

    References
    ----------
    Hartung J, Knapp G (2001). Statistics in Medicine 20, 3875-3889. Higgins JPT, Thompson SG, Spiegelhalter DJ (2009). A
    re-evaluation of random-effects meta-analysis. J R Stat Soc A 172, 137-159; with k - 1 degrees of freedom.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"estimate": [-0.4, -0.1, -0.3, 0.1], "standard_error": [0.1, 0.1, 0.2, 0.15]})
    >>> found = pool_effects(table)
    >>> round(found.estimate, 2), bool(found.prediction_lower < found.lower)
    (-0.18, True)
    """
    if isinstance(effects, Mapping):
        effects = _table_of(effects)
    return _pool_table(effects, confidence)


def _table_of(answers: Mapping[str, EffectResult]) -> pd.DataFrame:
    wrong = [name for name, answer in answers.items() if not isinstance(answer, EffectResult)]
    if wrong:
        prose = ("a table, or EffectResult by name",)
        raise OptionError("effects", wrong[0], prose, tillatna=("en tabell, eller EffectResult efter namn",))
    empty = [name for name, answer in answers.items() if not np.isfinite([answer.estimate, answer.lower, answer.upper]).all()]
    if empty or len({answer.scale for answer in answers.values()}) > 1:
        what = ", ".join(map(str, empty)) or "several scales"
        raise DesignError(
            "not_pooled",
            f"no estimate with an interval, or several scales: {what}",
            needed="answers with estimate and interval, all log ratios or all differences",
            svenska=f"Utvärderingar saknar skattning eller har olika skala: {what}.",
            behovs="Det behövs svar med intervall, alla som kvoter eller alla som skillnader.",
        )
    z = [normal_quantile(answer.confidence) for answer in answers.values()]
    errors = [(a.upper - a.lower) / (2 * reach) for a, reach in zip(answers.values(), z, strict=True)]
    return pd.DataFrame({"name": list(answers), "estimate": [a.estimate for a in answers.values()], "standard_error": errors})


def _pooled(y: Floats, v: Floats, names: list[str], confidence: float) -> PooledEffects:
    tau2 = between_variance(y, v)
    weight = 1 / (v + tau2)
    mean = float(weight @ y / weight.sum())
    spread = float(weight @ (y - mean) ** 2 / (len(y) - 1))  # Knapp and Hartung: 1 when tau squared is right
    if tau2 == 0:  # places that agree by chance are no more certain than their own errors say
        spread = max(spread, 1.0)
    error = float(np.sqrt(spread / weight.sum()))
    reach = float(-scipy.special.stdtrit(len(y) - 1, (1 - confidence) / 2))
    plain = 1 / v
    common = plain @ y / plain.sum()
    q = float(plain @ (y - common) ** 2)
    typical = (len(y) - 1) * plain.sum() / (plain.sum() ** 2 - (plain**2).sum())
    next_place = float(np.sqrt(tau2 + error**2))
    return PooledEffects(
        estimate=mean,
        standard_error=error,
        lower=mean - reach * error,
        upper=mean + reach * error,
        p_value=float(2 * scipy.special.stdtr(len(y) - 1, -abs(mean) / error)) if error > 0 else float(mean == 0),
        prediction_lower=mean - reach * next_place,
        prediction_upper=mean + reach * next_place,
        variance=tau2,
        variance_error=float(np.sqrt(2 / _trace_of_squares(weight))),
        i_squared=float(tau2 / (tau2 + typical)),
        q=q,
        q_p=float(scipy.special.chdtrc(len(y) - 1, q)),
        rows=pd.DataFrame({"name": names, "estimate": y, "standard_error": np.sqrt(v), "weight": weight / weight.sum()}),
        confidence=confidence,
    )


def between_variance(y: Floats, v: Floats) -> float:
    """Variance between the places by restricted maximum likelihood, 0 or more (Fisher's scoring)."""
    tau2 = max(0.0, float(np.var(y, ddof=1) - v.mean()))
    for _ in range(ROUNDS):
        weight = 1 / (v + tau2)
        left = weight * (y - weight @ y / weight.sum())
        score = left @ left - (weight.sum() - (weight**2).sum() / weight.sum())
        step = float(score / _trace_of_squares(weight))
        new = max(0.0, tau2 + step)
        if abs(new - tau2) <= _CLOSE * (v.mean() + tau2):
            return new
        tau2 = new
    return tau2


def _trace_of_squares(weight: Floats) -> float:
    """Of the projection that takes the weighted mean out: twice the information on the variance between."""
    squares = (weight**2).sum()
    return float(squares - 2 * (weight**3).sum() / weight.sum() + (squares / weight.sum()) ** 2)
