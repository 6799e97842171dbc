"""Many small areas: weights on the others that give exactly the treated's own totals before the start, for several outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import check_outcomes, may_be_judged
from kunskapsbaserat.effects.balance_solver import OBJECTIVES, balanced
from kunskapsbaserat.effects.balance_test import Contrast, contrast
from kunskapsbaserat.effects.design import Design, ended
from kunskapsbaserat.effects.outcomes import step_down
from kunskapsbaserat.errors import DesignError, OptionError, TableError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SEED = 39


@dataclass(frozen=True, eq=False, slots=True)
class BalanceResult:
    """Treated areas against the same areas as the others would have had them.

    Attributes
    ----------
    rows : DataFrame
        One row per outcome: ``outcome observed expected pct_change estimate`` (log ratio) ``standard_error lower upper
        statistic p_model p_fewer`` (one-sided, fewer) ``p_value`` (place among placebos) ``p_family`` (adjusted over the
        outcomes) ``reason`` ("no_placebos", "p_floor", "no_events" or None).
    omnibus_model_p, omnibus_p : float
        That nothing changed in any outcome: by the model, and by placebos.
    weights : Series
        By area compared with; they sum to the number of treated.
    balance : DataFrame
        ``constraint treated weighted unweighted`` (the areas compared with at equal weights): what was balanced.
    effective_areas : float
        Square of the sum of the weights over the sum of their squares.
    n_treated, n_placebo : int
        Treated areas; groups of as many in the placebo distribution.
    failed_placebos : int
        Groups drawn for which no weights met the totals.
    confidence : float
        Of the limits.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import balance_weights
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=60, months_before=36, effect=-0.5, n_treated=3).table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = balance_weights(panel, outcomes=["count"], treated=treated, start="2024-01", every=12, placebos=39)
    >>> found.balance.round(1)
                       constraint  treated  weighted  unweighted
    0                       areas      3.0       3.0         3.0
    1  count 2023-01 till 2023-12    121.0     121.0       292.9
    2  count 2022-01 till 2022-12    123.0     123.0       300.6
    3  count 2021-01 till 2021-12    141.0     141.0       335.7
    >>> round(float(found.weights.sum()), 6), found.n_treated
    (3.0, 3)
    """

    rows: pd.DataFrame
    omnibus_model_p: float
    omnibus_p: float
    weights: pd.Series
    balance: pd.DataFrame
    effective_areas: float
    n_treated: int
    n_placebo: int
    failed_placebos: int
    confidence: float


@keyed(panel=())
def balance_weights(
    panel: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    treated: str | Sequence[str],
    start: str | pd.Period,
    covariates: Sequence[str] = (),
    every: int = 1,
    objective: str = "variance",
    placebos: int = 199,
    areas_as_clusters: bool = True,
    confidence: float = 0.95,
    **design: Any,
) -> BalanceResult:
    """The treated areas together against weighted others with the same number of areas, covariates and events before the start.

    Parameters
    ----------
    panel : DataFrame
        One row per area and period, a column per outcome and covariate; areas compared with need be complete.
    outcomes : sequence of str
        Columns of events, balanced in every period (or stretch) before the start.
    treated, start
        As in `Design`.
    covariates : sequence of str
        Columns of numbers, the same in all periods of an area.
    every : int
        Periods added together before they are balanced: fewer totals to meet.
    objective : {"variance", "entropy"}
        The weights nearest equal ones, by squares (weights of 0 allowed; the weights with the smallest variance) or by relative
        entropy. Either has one solution.
    placebos : int
        Groups of as many areas without the measure, weighted and compared in the same way. 0 for none, and no p-value by them.
    areas_as_clusters : bool
        Whether an area's periods hang together; if not, each is taken as independent (as published: too small an error).
    confidence : float
        Of the limits.
    **design
        The other arguments of `Design` (unit, time, buffer, sharing, phase_in).

    Returns
    -------
    BalanceResult
        Limits are of the log ratio (delta method), by the placebos' critical value where there are placebos.

    Raises
    ------
    DesignError
        No weights meet the totals, or too few areas.
    TableError
        A covariate has holes or changes over time.
    OptionError
        `outcomes` is no list of columns, or another option is out of range.

    Notes
    -----
    With 20 treated of 400 areas and nothing happening, the placebo p-values were 0.05 or less in 7 % of simulated panels, for
    one outcome and for two together (benchmarks/toolbox_rates.txt).

    References
    ----------
    Robbins MW, Saunders J, Kilmer B (2017). JASA 112(517), 109-126.

    Examples
    --------
    Three areas whose events are halved, against others weighted to the same events in each of the three years before:

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import balance_weights
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=60, months_before=36, effect=-0.5, n_treated=3).table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> found = balance_weights(panel, outcomes=["count"], treated=treated, start="2024-01", every=12, placebos=39)
    >>> found.rows[["observed", "expected", "pct_change", "p_value"]].round(2)
       observed  expected  pct_change  p_value
    0      72.0    122.38      -41.16     0.03
    """
    check_outcomes(outcomes)
    if objective not in OBJECTIVES:
        raise OptionError("objective", objective, OBJECTIVES)
    if placebos < 0 or every < 1:
        raise OptionError(
            "placebos, every", (placebos, every), ("0 or more, 1 or more",), tillatna=("0 eller mer, 1 eller mer",)
        )
    designs = [ended(Design(panel, outcome=name, treated=treated, start=start, **design)) for name in outcomes]
    first = designs[0]
    usable = np.all([d.comparable for d in designs], axis=0)
    traits, names = _traits(designs, panel, covariates, every)
    own = np.zeros(len(usable), dtype=bool)
    own[first.rows] = True
    weights = _weights(traits, own, usable, objective)
    if weights is None:
        raise DesignError(
            "no_balance",
            f"no weights of {int(usable.sum())} areas meet the treated's {traits.shape[1]} totals",
            needed="fewer outcomes or covariates, longer stretches (`every`), or more areas",
            svenska=f"Inga vikter på {int(usable.sum())} områden ger de behandlades {traits.shape[1]} summor.",
            behovs="Ta färre mått, längre tider (every) eller fler områden att jämföra med.",
        )
    after = [d.data.observed[:, d.after] for d in designs]
    contrasts = contrast(after, own, usable, weights, clusters=areas_as_clusters)
    drawn, failed = _placebos(traits, after, own, usable, objective, areas_as_clusters, placebos)
    return _result(designs, traits, names, own, usable, weights, contrasts, drawn, failed, confidence)


def _traits(designs: list[Design], panel: pd.DataFrame, covariates: Sequence[str], every: int) -> tuple[Floats, list[str]]:
    """What is balanced (areas, totals): one, covariates, events before the start."""
    first = designs[0]
    columns, names = [np.ones(len(first.data.units))], ["areas"]
    for name in covariates:
        by_area = panel.assign(_area=panel[first.unit].astype(str)).groupby("_area")[name]
        values = by_area.first().reindex(list(first.data.units))
        changing = by_area.nunique(dropna=False).reindex(list(first.data.units)) > 1
        if values.isna().any() or changing.any():
            where = values.index[(values.isna() | changing).to_numpy()][0]
            text = "a number, the same in all periods of the area"
            raise TableError(text, forvantat="ett tal, samma i områdets alla perioder", column=name, row=where)
        columns.append(values.to_numpy(dtype=float))
        names.append(name)
    for design in designs:
        periods = design.data.periods[design.before]
        events = np.nan_to_num(design.data.observed[:, design.before])
        for end in range(events.shape[1], 0, -every):
            begin = max(end - every, 0)
            columns.append(events[:, begin:end].sum(axis=1))
            names.append(f"{design.outcome} {periods[begin]}" + (f" till {periods[end - 1]}" if end - begin > 1 else ""))
    return np.column_stack(columns), names


def _weights(traits: Floats, own: Bools, usable: Bools, objective: str) -> Floats | None:
    """Of all areas; 1 for the treated, 0 where not compared with."""
    nearest = balanced(traits[usable], traits[own].sum(axis=0), own.sum() / max(usable.sum(), 1), objective)
    if nearest is None:
        return None
    weights = own.astype(float)
    weights[usable] = nearest
    return weights


def _placebos(
    traits: Floats, after: list[Floats], own: Bools, usable: Bools, objective: str, clusters: bool, placebos: int
) -> tuple[Floats, int]:
    """Statistics (groups, outcomes) of groups of areas without the measure, and for how many no weights were found."""
    rng = np.random.default_rng([_SEED, int(usable.sum()), int(own.sum())])
    areas, statistics, failed = np.flatnonzero(usable), [], 0
    for _ in range(placebos if len(areas) >= 3 * own.sum() else 0):
        group = np.zeros_like(own)
        group[rng.choice(areas, int(own.sum()), replace=False)] = True
        rest = usable & ~group
        weights = _weights(traits, group, rest, objective)
        if weights is None:
            failed += 1
            continue
        statistics.append(contrast(after, group, rest, weights, clusters=clusters).statistic)
    return np.array(statistics).reshape(len(statistics), len(after)), failed


def _result(
    designs: list[Design],
    traits: Floats,
    names: list[str],
    own: Bools,
    usable: Bools,
    weights: Floats,
    contrasts: Contrast,
    drawn: Floats,
    failed: int,
    confidence: float,
) -> BalanceResult:
    number = len(drawn)
    judged = may_be_judged(1 / (number + 1), confidence)
    omnibus_model, omnibus = _omnibus(contrasts, drawn)
    units = np.array(designs[0].data.units)[usable]
    others = weights[usable]
    balance = {
        "constraint": names,
        "treated": traits[own].sum(axis=0),
        "weighted": others @ traits[usable],
        "unweighted": traits[usable].mean(axis=0) * own.sum(),
    }
    return BalanceResult(
        rows=_rows([d.outcome for d in designs], contrasts, drawn, confidence, judged=judged),
        omnibus_model_p=omnibus_model,
        omnibus_p=omnibus if judged else np.nan,
        weights=pd.Series(others, index=units, name="weight"),
        balance=pd.DataFrame(balance),
        effective_areas=float(others.sum() ** 2 / (others**2).sum()),
        n_treated=int(own.sum()),
        n_placebo=number,
        failed_placebos=failed,
        confidence=confidence,
    )


def _rows(outcomes: list[str], contrasts: Contrast, drawn: Floats, confidence: float, *, judged: bool) -> pd.DataFrame:
    from scipy.stats import norm

    number = len(drawn)
    away = np.abs(contrasts.statistic)
    finite = np.isfinite(away)
    p_value = (1 + (np.abs(drawn) >= away).sum(axis=0)) / (number + 1) if number else np.full(len(away), np.nan)
    p_family = np.full(len(away), np.nan)
    critical = np.full(len(away), norm.isf((1 - confidence) / 2))
    if judged:
        p_family[finite] = step_down(contrasts.statistic[finite], drawn[:, finite].T)
        critical = np.sort(np.abs(drawn), axis=0)[::-1][max(int(np.ceil((1 - confidence) * (number + 1))) - 2, 0)]
    unjudged = None if judged else "p_floor" if number else "no_placebos"
    return pd.DataFrame(
        {
            "outcome": outcomes,
            "observed": contrasts.observed,
            "expected": contrasts.expected,
            "pct_change": 100 * np.expm1(contrasts.log_ratio),
            "estimate": contrasts.log_ratio,
            "standard_error": contrasts.log_error,
            "lower": contrasts.log_ratio - critical * contrasts.log_error,
            "upper": contrasts.log_ratio + critical * contrasts.log_error,
            "statistic": contrasts.statistic,
            "p_model": 2 * norm.sf(away),
            "p_fewer": norm.cdf(contrasts.statistic),
            "p_value": np.where(finite, p_value, np.nan),
            "p_family": p_family,
            "reason": pd.Series([unjudged if k else "no_events" for k in finite], dtype=object),
        }
    )


def _omnibus(contrasts: Contrast, drawn: Floats) -> tuple[float, float]:
    """That nothing changed in any outcome: by the model, and by the placebos."""
    from scipy.stats import chi2

    finite = np.isfinite(contrasts.statistic)
    difference, covariance = contrasts.difference[finite], contrasts.covariance[np.ix_(finite, finite)]
    whole, rank = difference @ np.linalg.pinv(covariance) @ difference, int(np.linalg.matrix_rank(covariance))
    squares = (drawn[:, finite] ** 2).sum(axis=1)
    farther = (squares >= (np.abs(contrasts.statistic[finite]) ** 2).sum()).sum()
    return float(chi2.sf(whole, rank)) if rank else np.nan, float((1 + farther) / (len(drawn) + 1))
