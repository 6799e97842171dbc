"""Few areas with different starts, any outcome: their mean effect among the means of as many areas without the measure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.answers import may_be_judged
from kunskapsbaserat.effects.gap_inference import Differences, placebos_of_lists
from kunskapsbaserat.effects.placebo import draw_groups, wider
from kunskapsbaserat.effects.result import Diagnostics, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.staggered import complete_panel, start_positions
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]


@keyed(table=())
def staggered_placebos(
    table: pd.DataFrame,
    *,
    outcome: str,
    starts: str | Mapping[str, str | pd.Period],
    unit: str = "area",
    time: str = "period",
    anticipation: int = 0,
    confidence: float = 0.95,
    power: float = 0.8,
) -> EffectResult:
    """The mean effect of `att_gt` over areas and periods after the starts, judged by placebos: no error needs many treated.

    Groups of areas that never get the measure are given the treated's starts, and compared with the areas outside the group.

    Parameters
    ----------
    table, outcome, starts, unit, time, anticipation
        As in `att_gt`; compared with areas that never get the measure.
    confidence : float
        Of the interval.
    power : float
        Of the smallest visible difference.

    Returns
    -------
    EffectResult
        A difference on the outcome's scale. Reasons: "no_comparison" and "p_floor". Areas that start in the panel's first
        period have nothing before and are left out, as in `att_gt` (`diagnostics.n_treated` counts the others).

    Raises
    ------
    TableError, DesignError
        As `att_gt`.

    Notes
    -----
    The areas' changes are taken to be spread alike. Those of counts are not: see `staggered_did`.

    References
    ----------
    Callaway B, Sant'Anna PHC (2021). Journal of Econometrics 225(2), 200-230. Conley TG, Taber CR (2011). Review of Economics
    and Statistics 93(1), 113-125.

    Examples
    --------
    Two areas with the measure, at different times; the other 28 are what chance can do:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import staggered_placebos
    >>> years = pd.period_range("2018", periods=6, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat([f"{i:02}" for i in range(30)], 6), "period": np.tile(years, 30)})
    >>> table["y"] = np.random.default_rng(1).normal(0, 0.1, 180)
    >>> table.loc[(table["area"] == "00") & (table["period"] >= "2021"), "y"] -= 1
    >>> table.loc[(table["area"] == "01") & (table["period"] >= "2022"), "y"] -= 1
    >>> answer = staggered_placebos(table, outcome="y", starts={"00": "2021", "01": "2022"})
    >>> round(answer.estimate, 1), answer.p_value < 0.05, str(answer.inference)
    (-1.0, True, 'placebo')
    """
    if anticipation < 0:
        raise OptionError("anticipation", anticipation, ("0 or more",), tillatna=("0 eller mer",))
    panel = complete_panel(table, outcome=outcome, unit=unit, time=time)
    cohorts = start_positions(panel, table, starts, unit)
    treated, never = np.flatnonzero(cohorts > anticipation), np.flatnonzero(cohorts < 0)
    members, number = len(treated), len(never)
    if not members:
        allowed, tillatna = (
            ("a start with a period before it, within the panel",),
            ("en start med en period före, inom tabellen",),
        )
        raise OptionError("starts", "none", allowed, tillatna=tillatna)
    if number < max(2 * members, 2):
        return _result(outcome, confidence, members, reason="p_floor" if number else "no_comparison")
    differences = _judged(panel.observed, cohorts[treated], treated, never, anticipation, confidence)
    floor = 1 / (number + 1)
    judged = may_be_judged(floor, confidence)
    half = differences.critical * differences.spread if judged else np.nan
    visible = differences.visible(power) if judged else np.nan
    return _result(
        outcome,
        confidence,
        members,
        reason=None if judged else "p_floor",
        estimate=differences.estimate,
        lower=differences.estimate - half,
        upper=differences.estimate + half,
        p_value=differences.p_value if judged else np.nan,
        mde=-visible,
        mde_increase=visible,
        diagnostics=Diagnostics(
            n_treated=members,
            n_placebo=len(differences.signed),
            p_floor=floor,
            placebo_distribution=differences.signed,
            statistic=differences.statistic,
            details=MappingProxyType({"placebo_se": differences.placebo_se, "critical": differences.critical, "power": power}),
        ),
    )


def _judged(
    y: Floats,
    starts: NDArray[np.intp],
    treated: NDArray[np.intp],
    never: NDArray[np.intp],
    anticipation: int,
    confidence: float,
) -> Differences:
    """The treated among groups of those that never get the measure."""
    cells = y.shape[1] - starts
    changes = np.array([(y[:, g:] - y[:, [g - 1 - anticipation]]).sum(axis=1) for g in starts]) / cells.sum()
    order = np.arange(len(starts))
    others = changes[:, never]
    estimate = float((changes[order, treated] - others.mean(axis=1)).sum())
    chosen = draw_groups(len(never), len(starts))
    outside = (others.sum(axis=1)[:, None] - others[:, chosen].sum(axis=2)) / (len(never) - len(starts))
    moved = others[order, chosen].sum(axis=1) - outside.sum(axis=0)
    spread = float(moved.std(ddof=1))
    least = max(spread, 1e-12 * float(np.abs(y).max()), 1e-300)
    signed = moved / least if len(starts) == 1 else wider(moved / least, len(never))
    placebos = placebos_of_lists([signed])
    return Differences(
        estimate=estimate,
        spread=least,
        statistic=estimate / least,
        signed=signed,
        placebos=placebos,
        critical=float(placebos.critical(confidence)[0]),
        p_ratio=np.nan,
        placebo_se=spread,
    )


def _result(outcome: str, confidence: float, members: int, *, reason: str | None, **answer: Any) -> EffectResult:
    nothing: dict[str, Any] = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
    return EffectResult(
        method="staggered_placebos",
        scale=Scale.DIFFERENCE,
        confidence=confidence,
        inference=Inference.PLACEBO,
        design_step=4,
        outcome=outcome,
        unit=Unit.INDEX,
        failed_checks=("not_calibrated",),
        reason=reason,
        **({"diagnostics": Diagnostics(n_treated=members)} | nothing | answer),
    )
