"""Draw an evaluation and return its Axes. Labels in Swedish; the finding itself is said by `effects.words`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.result import EffectResult, Unit
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.trends.axes import BAND, LINE, QUIET, SIGNAL, axes_or_new, finished, positions, year_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes


YLABELS = {Unit.EVENTS: "Anmälda brott", Unit.SHARE: "Andel", Unit.INDEX: "Värde"}


def plot_series(result: EffectResult, *, ax: Axes | None = None, ylabel: str | None = None) -> Axes:
    """What happened beside what the comparison says, with the start and the phase-in marked."""
    series = result.diagnostics.series
    if series is None:
        raise OptionError(
            "result",
            result.method,
            ("a result with a counterfactual series",),
            tillatna=("ett resultat med en serie att jämföra med",),
        )
    ax = axes_or_new(ax)
    otherwise = "Om det hade gått som för de andra" if result.design_step >= 4 else "Om det hade fortsatt som förut"
    x = positions(pd.PeriodIndex(series["period"]))
    ax.plot(x, series["observed"], "o-", color=QUIET, markersize=2.5, linewidth=0.8, label="Utfall")
    ax.plot(x, series["counterfactual"], color=LINE, label=otherwise)
    left_out = series["left_out"].to_numpy(dtype=bool)
    start = x[(series["after"] | series["left_out"]).to_numpy(dtype=bool)].min() - 0.5
    if left_out.any():
        ax.axvspan(x[left_out].min() - 0.5, x[left_out].max() + 0.5, color=BAND, linewidth=0, label="Införande, räknas inte")
    ax.axvline(start, color=SIGNAL, linestyle=":", label="Start")
    year_ticks(ax, x, pd.PeriodIndex(series["period"]))
    return finished(ax, "", ylabel or YLABELS[result.unit or Unit.EVENTS], legend=True)


def plot_placebos(result: EffectResult, *, ax: Axes | None = None) -> Axes:
    """How far the treated lies among the same comparison for areas without the measure."""
    statistics, own = result.diagnostics.placebo_distribution, result.diagnostics.statistic
    if statistics is None or own is None:
        raise OptionError(
            "result",
            result.method,
            ("a result with placebos",),
            tillatna=("ett resultat med jämförelser för områden utan åtgärden",),
        )
    ax = axes_or_new(ax)
    ends = np.ceil(max(np.abs(statistics).max(), abs(own)) * 2) / 2
    ax.hist(statistics, bins=np.arange(-ends, ends + 0.25, 0.25).tolist(), color=BAND, label="Områden utan åtgärden")
    critical = result.diagnostics.details.get("critical", np.inf)
    if np.isfinite(critical):
        for place, label in ((-critical, "Gräns för säkerställt"), (critical, None)):
            ax.axvline(place, color=QUIET, linestyle="--", linewidth=0.8, label=label)
    ax.axvline(own, color=SIGNAL, label="Med åtgärden")
    return finished(
        ax,
        "Färre än väntat  ←  Skillnad mot de andra  →  Fler än väntat",
        "Antal områden" if result.diagnostics.n_treated == 1 else "Antal grupper av områden",
        legend=True,
    )


def plot_power(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The smallest fall that would be seen, by months after the start, a line for each number of areas."""
    ax = axes_or_new(ax)
    judged = table[table["reason"].isna() & table["smallest_decrease"].notna()]
    styles = ("-", "--", "-.", ":")
    for i, (areas, part) in enumerate(judged.groupby("areas")):
        percent = 100 * (1 - part["smallest_decrease"])
        name = "1 område" if areas == 1 else f"{areas} områden"
        ax.plot(part["months_after"], percent, f"o{styles[i % len(styles)]}", color=LINE, markersize=4, label=name)
        ax.annotate(
            name, (part["months_after"].iloc[-1], percent.iloc[-1]), xytext=(6, 0), textcoords="offset points", va="center"
        )
    if len(judged):
        ax.set_xticks(sorted(judged["months_after"].unique()))
    ax.margins(x=0.2)
    return finished(ax, "Månader efter starten", "Minsta minskning som troligen syns, procent")


def plot_result(result: EffectResult, *, ax: Axes | None = None, ylabel: str | None = None) -> Axes:
    """The series when there is one, otherwise the estimate with its interval."""
    if result.diagnostics.series is not None:
        return plot_series(result, ax=ax, ylabel=ylabel)
    ax = axes_or_new(ax)
    bounds = np.array([[result.estimate - result.lower], [result.upper - result.estimate]])
    ax.errorbar([result.estimate], [0], xerr=bounds if np.isfinite(bounds).all() else None, fmt="o", color=LINE)
    ax.axvline(0, color=QUIET, linestyle=":")
    ax.set_yticks([])
    return finished(ax, "Skillnad mot jämförelsen", "")
