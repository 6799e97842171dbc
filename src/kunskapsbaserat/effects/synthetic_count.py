"""Synthetic control of counts and rates: weights of 0 or more that need not sum to one, and a ratio freed of its own fit."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import check_one_treated, without_answer
from kunskapsbaserat.effects.design import Design, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH
from kunskapsbaserat.effects.matched_series import matched
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.simplex import Products, weights_of
from kunskapsbaserat.effects.weighted_result import (
    early_reason,
    fit_before,
    pool_of,
    series_of,
)
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

_PENALTIES = 1e8 * 10.0 ** (-0.8 * np.arange(-1, 20))  # times the classical misfit a donor: the path of Bonander's own code


@for_design
@keyed()
def synthetic_count(
    design: Design, *, blocks: int = 2, confidence: float = 0.95, least_a_month: float = LEAST_A_MONTH
) -> EffectResult:
    """The treated against a weighted sum of other areas, whose weights may sum to more or less than one.

    For a treated area that lies above or below all others: the weights are 0 or more, drawn towards those of the classical
    synthetic control by a penalty that predicts left-out periods best. The ratio is cross-fitted: for each block of the time
    before, the weights are chosen without it, and the ratio after the start is divided by the ratio within the block.

    Parameters
    ----------
    design : Design
        With one treated area; events, or an outcome that is never below 0.
    blocks : int
        Of the time before; the interval is Student's with `blocks` - 1 degrees of freedom, wide on purpose.
    confidence, least_a_month : float
        As in `did`.

    Returns
    -------
    EffectResult
        On the log-ratio scale, with `Inference.MODEL`: never called an effect. `diagnostics.details`: ``sum_of_weights``,
        ``full_sample_ratio`` (weights from all periods before, not cross-fitted) and ``penalty``.

    Raises
    ------
    DesignError
        Several treated, or an outcome below 0.

    References
    ----------
    Bonander C (2021). A (flexible) synthetic control method for count data and other nonnegative outcomes. Epidemiology 32(5),
    653-660. Chernozhukov V, Wuthrich K, Zhu Y (2018). arXiv:1812.10820.

    Examples
    --------
    The treated area lies above all others: four times b is its course, and the events are halved from 2018 on.

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import Design, synthetic_count
    >>> rng, years = np.random.default_rng(2), pd.period_range("2006", periods=14, freq="Y")
    >>> events = rng.poisson(100, size=(6, 14))
    >>> events[0] = rng.poisson(4 * events[1] * np.where(years >= "2018", 0.5, 1.0))
    >>> table = pd.DataFrame({"area": np.repeat(list("abcdef"), 14), "period": np.tile(years, 6), "y": events.ravel()})
    >>> answer = synthetic_count(Design(table, outcome="y", treated="a", start="2018"))
    >>> round(float(np.exp(answer.estimate)), 1), round(answer.diagnostics.details["sum_of_weights"])
    (0.5, 4)
    """
    compared = pool_of(design, least_a_month)
    _check(design, blocks)
    reason = early_reason(design, compared, least_a_month)
    if reason:
        return without_answer(design, "synthetic_count", reason, confidence)
    from scipy.stats import t

    series = matched(design, compared, intercept=False, fitted=design.before)
    own = series.course[design.rows[0]]
    others = series.course[compared]
    before, after = np.flatnonzero(design.before), np.flatnonzero(design.after)
    weights, penalty = _weights(others[:, before], own[before])
    length = min(len(before) // blocks, len(after))
    block_estimates = np.array(
        [_fitted_without(others, own, before, after, np.arange(b * length, (b + 1) * length)) for b in range(blocks)]
    )
    estimate = float(block_estimates.mean())
    error = float(block_estimates.std(ddof=1) * np.sqrt((1 + blocks * length / len(after)) / blocks))
    half = float(t.isf((1 - confidence) / 2, blocks - 1)) * error
    together = np.zeros_like(series.course)
    together[design.rows[0]] = weights @ others
    counterfactual = series.outcome(together)
    table = series_of(design, counterfactual)
    fit = fit_before(design, table, design.before)
    late = table.loc[table["after"], ["observed", "counterfactual"]].sum()
    observed, units = float(late["observed"]), np.array(design.data.units)[compared]
    ends = (estimate, estimate + half, estimate - half)
    averted = [observed * float(np.expm1(-v)) for v in ends] if design.kind == "events" else [np.nan] * 3
    usable = np.isfinite(estimate)
    return EffectResult(
        method="synthetic_count",
        scale=Scale.LOG_RATIO,
        estimate=estimate if usable else np.nan,
        lower=estimate - half if usable else np.nan,
        upper=estimate + half if usable else np.nan,
        confidence=confidence,
        p_value=float(2 * t.sf(abs(estimate) / error, blocks - 1)) if usable and error > 0 else np.nan,
        inference=Inference.MODEL,
        design_step=design.step,
        outcome=design.outcome,
        unit=Unit(design.kind),
        events=(averted[0], averted[1], averted[2]) if usable else (np.nan, np.nan, np.nan),
        reason="bad_fit" if fit["bad"] or not usable else None,
        diagnostics=Diagnostics(
            n_placebo=0,
            series=table,
            weights=pd.Series(weights, index=units, name="weight"),
            effective_donors=float(weights.sum() ** 2 / np.sum(weights**2)) if weights.any() else None,
            pre_rmspe=fit["relative_rmspe"],
            details=MappingProxyType(
                {
                    **fit,
                    "sum_of_weights": float(weights.sum()),
                    "full_sample_ratio": float(own[after].sum() / (weights @ others)[after].sum()) if weights.any() else np.nan,
                    "penalty": penalty,
                    "block_estimates": block_estimates,
                }
            ),
        ),
    )


def _check(design: Design, blocks: int) -> None:
    if blocks < 2 or design.before.sum() < 2 * blocks:
        most = int(design.before.sum()) // 2
        raise OptionError("blocks", blocks, (f"2 to {most}",), tillatna=(f"2 till {most}",))
    check_one_treated(design)
    if np.nanmin(design.data.observed) < 0:
        raise DesignError(
            "below_zero",
            f"{design.outcome} is below 0",
            needed="an outcome of 0 or more",
            svenska="Det finns tal under noll.",
            behovs="Metoden gäller tal som är noll eller mer.",
        )


def _fitted_without(
    others: Floats, own: Floats, before: NDArray[np.intp], after: NDArray[np.intp], block: NDArray[np.intp]
) -> float:
    """Log ratio after the start minus that of a block of the time before, by weights chosen without the block."""
    kept = np.delete(before, block)
    weights, _ = _weights(others[:, kept], own[kept])
    left_out = before[block]
    with np.errstate(divide="ignore", invalid="ignore"):
        late, early = (np.log(own[p].sum()) - np.log((weights @ others[:, p]).sum()) for p in (after, left_out))
    return float(late - early)


def _weights(others: Floats, own: Floats) -> tuple[Floats, float]:
    """Weights (donors,) on the others to follow `own`, and the penalty chosen by leaving out a period at a time.

    Periods, and their mean, count in units of how much the areas differ in them.
    """
    everything = np.vstack([others, own])
    rows = np.vstack([everything.mean(axis=1), everything.T])
    spread = rows.std(axis=1, ddof=1)
    rows = rows / np.where(spread > 0, spread, 1.0)[:, None]
    x, y = rows[:, :-1], rows[:, -1]
    gram, linear = x.T @ x, x.T @ y
    allowed = np.ones((1, len(linear)), dtype=bool)
    classical = weights_of(gram, linear[None], allowed)[0]
    penalties = _PENALTIES * float(np.sum((y - x @ classical) ** 2)) / len(linear)
    periods = len(own)
    grams = gram - x[1:, :, None] * x[1:, None, :]
    linears = linear - x[1:] * y[1:, None]
    which, chosen = np.repeat(np.arange(periods), len(penalties)), np.tile(penalties, periods)
    tried = weights_of(
        Products(grams, which),
        linears[which] + chosen[:, None] * classical,
        np.ones((len(which), len(linear)), dtype=bool),
        ridge=chosen,
        sum_to_one=False,
    )
    missed = (own[which] - (tried * others.T[which]).sum(axis=1)) ** 2
    penalty = float(penalties[missed.reshape(periods, -1).mean(axis=0).argmin()])
    best = weights_of(gram, (linear + penalty * classical)[None], allowed, ridge=penalty, sum_to_one=False)[0]
    return best, penalty
