"""An answer with clustered standard errors: refused where so few areas have the measure that they are wrong."""

from __future__ import annotations

import numpy as np
import scipy

from kunskapsbaserat.effects.fixed_effects_fit import FixedEffectsFit
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.keys import keyed

LEAST_CLUSTERS = 10  # with the measure, and without


@keyed()
def clustered_effect(
    fit: FixedEffectsFit, term: str, *, cluster: str, outcome: str = "", confidence: float = 0.95
) -> EffectResult:
    """The coefficient of `term` with errors clustered by area and Student's t with one less than the clusters.

    Parameters
    ----------
    fit : FixedEffectsFit
        Of `fepois` or `twfe`.
    term : str
        The regressor that is above 0 where and when the measure is in force.
    cluster : str
        Column of the areas.
    outcome : str
        What to call the outcome.
    confidence : float
        Of the interval.

    Returns
    -------
    EffectResult
        With `Inference.CLUSTER`; a log ratio after `fepois`, a difference after `twfe`. Never called an effect.

    Raises
    ------
    DesignError
        "few_treated_clusters", "few_control_clusters": fewer than ten areas with the measure, or (when all start at once)
        without it. The error is then far too small: use `did`, which compares with the same figure for every other area.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import clustered_effect, fepois
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(3), 1, units=40, months_before=24, effect=-0.3, n_treated=12).table()
    >>> panel["measure"] = (panel["treated"] & (panel["period"] >= "2024-01")).astype(int)
    >>> fit = fepois(panel, outcome="count", regressors=["measure"], effects=["area", "period"])
    >>> answer = clustered_effect(fit, "measure", cluster="area")
    >>> np.exp([answer.estimate, answer.lower, answer.upper]).round(2).tolist()  # the true rate ratio is 0.7
    [0.66, 0.56, 0.78]
    """
    if term not in fit.coefficients.index:
        raise OptionError("term", term, list(fit.coefficients.index))
    errors = fit.cluster_errors(cluster)
    rows = fit.table.iloc[fit.rows]
    with_measure = (rows[term] != 0).groupby(rows[cluster]).any()
    treated, untreated = int(with_measure.sum()), int((~with_measure).sum())
    if treated < LEAST_CLUSTERS:
        raise _too_few("few_treated_clusters", treated, "with the measure", "med åtgärden")
    if untreated < LEAST_CLUSTERS and _one_start(fit, term, cluster):
        raise _too_few("few_control_clusters", untreated, "without the measure", "utan åtgärden")
    estimate, error, df = float(fit.coefficients[term]), float(errors[term]), len(with_measure) - 1
    half = float(scipy.special.stdtrit(df, 0.5 + confidence / 2)) * error
    mde = half + float(scipy.special.stdtrit(df, 0.8)) * error
    return EffectResult(
        method="fepois" if fit.family == "poisson" else "twfe",
        scale=Scale.LOG_RATIO if fit.family == "poisson" else Scale.DIFFERENCE,
        estimate=estimate,
        lower=estimate - half,
        upper=estimate + half,
        confidence=confidence,
        p_value=float(2 * scipy.special.stdtr(df, -abs(estimate) / error)),
        inference=Inference.CLUSTER,
        design_step=4,
        outcome=outcome,
        mde=-mde,
        mde_increase=mde,
        unit=Unit.EVENTS if fit.family == "poisson" else Unit.INDEX,
        diagnostics=Diagnostics(n_treated=treated),
    )


def _one_start(fit: FixedEffectsFit, term: str, cluster: str) -> bool:
    """All areas with the measure follow the same course."""
    rows = fit.table.iloc[fit.rows]
    courses = {tuple(values) for _, values in rows[term].groupby(rows[cluster]) if np.any(values != 0)}
    return len(courses) == 1


def _too_few(reason: str, clusters: int, which: str, vilka: str) -> DesignError:
    return DesignError(
        reason,
        f"a clustered standard error with {clusters} areas {which}",
        needed=f"at least {LEAST_CLUSTERS} areas; with fewer use did(), whose error comes from all other areas",
        svenska=f"Med {clusters} områden {vilka} blir felmarginalen alldeles för liten.",
        behovs=f"Minst {LEAST_CLUSTERS} behövs. Använd did(), som jämför med samma uträkning för alla andra områden.",
    )
