"""Every reasonable way to make the comparison, beside each other: none is picked, and all are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.design import FEWEST_MONTHS_BEFORE, Design, codes, ended, for_design
from kunskapsbaserat.effects.did import did
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.effects.result import EffectResult
from kunskapsbaserat.effects.sdid import sdid
from kunskapsbaserat.effects.synthetic import synthetic_control
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.keys import keyed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METHODS: Mapping[str, Callable[..., EffectResult]] = MappingProxyType(
    {"did": did, "synthetic_control": synthetic_control, "sdid": sdid}
)
POOLS = ("all", "alike")
ALIKE = 3.0  # times as many events before the start, or as few
COLUMNS = [
    *("method", "pool", "months_before", "estimate", "lower", "upper", "p_value", "verdict", "reason"),
    *("n_compared", "effective_donors", "pre_rmspe", "scale"),
]


@for_design
@keyed()
def compare(
    design: Design,
    *,
    methods: Sequence[str] = tuple(METHODS),
    months_before: Sequence[int] | None = None,
    pools: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The answer of every combination of method, time before the start and areas compared with.

    The order is that of the choices, never of the results. The answer of an evaluation is that of `evaluate`, by its rules;
    this shows how much of it hangs on them.

    Parameters
    ----------
    design : Design
        With figures after the start.
    methods : sequence of {"did", "synthetic_control", "sdid"}
        Default all three.
    months_before : sequence of int, optional
        Lengths of the time before the start; default all of it, and the last 48 and 36 months where there is more.
    pools : sequence of {"all", "alike"}, optional
        All comparable areas, or (events) those with between a third and three times as many events before the start as the
        treated have on average. Default both for events, all for others.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        ``method pool months_before estimate lower upper p_value verdict reason n_compared effective_donors pre_rmspe scale``.
        The p-values are of one comparison each; that some of many is small is no finding.

    Raises
    ------
    OptionError
        An unknown method or pool, or a time before the start shorter than 24 months or longer than the panel's.
    DesignError
        The start lies after the panel.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, compare
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> design = Design(panel, outcome="count", treated=treated, start="2024-01")
    >>> answers = compare(design, methods=["did", "sdid"], pools=["all"])
    >>> answers[["method", "pool", "months_before", "estimate", "n_compared"]].round(1)
      method pool  months_before  estimate  n_compared
    0    did  all             36      -0.6          49
    1   sdid  all             36      -0.8          49
    """
    for name, chosen, allowed in (("methods", methods, tuple(METHODS)), ("pools", pools or (), POOLS)):
        wrong = [value for value in chosen if value not in allowed]
        if wrong:
            raise OptionError(name, wrong[0], allowed)
    whole = ended(design).months_before
    if months_before is None:
        months_before = [whole, *(m for m in (48, 36) if m < whole and m % design.data.months_per_period == 0)]
    wrong_lengths = [m for m in months_before if not FEWEST_MONTHS_BEFORE <= m <= whole or m % design.data.months_per_period]
    if wrong_lengths:
        lengths, tillatna = (f"{FEWEST_MONTHS_BEFORE} to {whole}",), (f"{FEWEST_MONTHS_BEFORE} till {whole}",)
        raise OptionError("months_before", wrong_lengths[0], lengths, tillatna=tillatna)
    if pools is None:
        pools = POOLS if design.kind == "events" else ("all",)
    rows = []
    for method in methods:
        for pool in pools:
            for months in months_before:
                result = METHODS[method](_other(design, pool, months), confidence=confidence)
                rows.append(_row(method, pool, months, result))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"verdict": object, "reason": object})


def _row(method: str, pool: str, months: int, result: EffectResult) -> tuple[object, ...]:
    diagnostics = result.diagnostics
    compared = 0 if diagnostics.weights is None else len(diagnostics.weights)
    answer = (result.estimate, result.lower, result.upper, result.p_value, result.verdict, result.reason)
    return (method, pool, months, *answer, compared, diagnostics.effective_donors, diagnostics.pre_rmspe, result.scale)


def _other(design: Design, pool: str, months: int) -> Design:
    """The design on a part of its time before, or of its areas."""
    data = design.data
    from_ = design.first - months // data.months_per_period
    errors = None if data.errors is None else data.errors[:, from_:]
    panel = Panel(
        data.units, data.periods[from_:], data.observed[:, from_:], data.exposure[:, from_:], errors, data.kind, data.offences
    )
    left_out: list[str] = []
    if pool == "alike":
        before = np.where(design.before, np.nan_to_num(data.observed), 0.0).sum(axis=1)
        own = before[design.rows].mean()
        other = (before < own / ALIKE) | (before > own * ALIKE)
        left_out = [u for u, far in zip(data.units, other, strict=True) if far and u not in design.areas]
    sharing = [*codes(design.sharing), *(u for u in left_out if u not in codes(design.sharing))]
    return replace(design, panel=panel, sharing=sharing)


def plot_comparisons(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """As `plots.comparisons`, by the name that it had before the drawings got a part of their own.

    Parameters
    ----------
    table : DataFrame
        From `compare`.
    ax : Axes, optional
        To draw in.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat.effects import Design, compare, plot_comparisons
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answers = compare(Design(panel, outcome="count", treated=treated, start="2024-01"), methods=["did"])
    >>> ax = plot_comparisons(answers, ax=Figure().subplots())
    >>> len(ax.get_yticklabels()), ax.get_xlabel()
    (2, 'Förändring mot jämförelsen, procent')
    """
    from kunskapsbaserat import plots

    return plots.comparisons(table, ax)
