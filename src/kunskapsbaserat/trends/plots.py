"""Draw a result and return its Axes. Labels in Swedish; the finding itself is said by `report.statements.trends`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskapsbaserat.trends.axes import BAND, LINE, QUIET, SIGNAL, axes_or_new, finished, positions, year_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kunskapsbaserat.trends.change_points import ChangePoints
    from kunskapsbaserat.trends.control_chart import ControlChart
    from kunskapsbaserat.trends.count_trend import CountTrend
    from kunskapsbaserat.trends.expected_range import ExpectedRange
    from kunskapsbaserat.trends.joinpoint import Joinpoint
    from kunskapsbaserat.trends.run_chart import RunChart
    from kunskapsbaserat.trends.seasonal import Seasonal


def plot_joinpoint(result: Joinpoint, *, ax: Axes | None = None, ylabel: str = "Anmälda brott") -> Axes:
    """Observed values, the joined lines, and a mark at each joinpoint."""
    ax = axes_or_new(ax)
    years = result.fit.x
    ax.plot(years, result.values, "o", color=QUIET, markersize=4, label="Utfall")
    ax.plot(years, result.fitted, color=LINE, label="Trend")
    places = np.isin(years, result.joinpoints)
    if places.any():
        ax.plot(years[places], result.fitted[places], "D", color=SIGNAL, markersize=6, label="Trenden böjer av")
    return finished(ax, "År", ylabel, legend=True)


def plot_control_chart(result: ControlChart, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """Points, centre line and limits for each part; points outside the limits are marked."""
    ax = axes_or_new(ax)
    points = result.points
    x = positions(points["x"])
    for _, part in points.groupby("part"):
        here = x[part.index]
        ax.fill_between(here, part["lower"], part["upper"], color=BAND, step="mid", linewidth=0)
        shifted = bool(result.parts.set_index("part").at[part["part"].iat[0], "runs_signal"])
        ax.plot(here, part["centre"], color=LINE, linestyle="--" if shifted else "-")
    ax.plot(x, points["y"], "o-", color=QUIET, markersize=3, linewidth=0.8)
    outside = points["outside"].to_numpy(dtype=bool)
    ax.plot(x[outside], points["y"][outside], "o", color=SIGNAL, markersize=6)
    year_ticks(ax, x, points["x"])
    return finished(ax, "", ylabel)


def plot_run_chart(result: RunChart, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """Points around their median; the line is broken when the level has shifted."""
    ax = axes_or_new(ax)
    x = positions(result.x)
    ax.plot(x, result.values, "o-", color=QUIET, markersize=3, linewidth=0.8)
    ax.plot(x, np.full(len(x), result.centre), color=LINE, linestyle="--" if result.signal else "-")
    year_ticks(ax, x, result.x)
    return finished(ax, "", ylabel)


def plot_seasonal(result: Seasonal, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """Observed values and the trend without season."""
    ax = axes_or_new(ax)
    x = positions(result.parts.index)
    ax.plot(x, result.parts["observed"], color=QUIET, linewidth=0.8, label="Utfall")
    ax.plot(x, result.parts["trend"], color=LINE, label="Utan säsong")
    year_ticks(ax, x, result.parts.index)
    return finished(ax, "", ylabel, legend=True)


def plot_change_points(result: ChangePoints, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """Values and the steps of their level, with the limits of each date as a band."""
    ax = axes_or_new(ax)
    series = result.series
    x = positions(series.index)
    for row in result.breaks.to_dict("records"):
        ax.axvspan(x[row["lower"] - 1], x[row["upper"] - 1], color=BAND, linewidth=0)
    ax.plot(x, series.to_numpy(), "o-", color=QUIET, markersize=3, linewidth=0.8)
    ax.step(x, result.fitted, where="mid", color=LINE)
    year_ticks(ax, x, series.index)
    return finished(ax, "", ylabel)


def plot_count_trend(result: CountTrend, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """Counts and the fitted means, with the series breaks that the series carries."""
    ax = axes_or_new(ax)
    x = positions(result.observed.index)
    ax.plot(x, result.observed.to_numpy(), "o", color=QUIET, markersize=3)
    ax.plot(x, result.fitted, color=LINE)
    _break_lines(ax, result.observed)
    year_ticks(ax, x, result.observed.index)
    return finished(ax, "", ylabel)


def plot_expected_range(result: ExpectedRange, *, ax: Axes | None = None, ylabel: str = "Antal") -> Axes:
    """The last years and the range that the coming year is expected in."""
    ax = axes_or_new(ax)
    recent = result.observed.iloc[-3 * len(result.periods) :]
    coming = result.periods
    index = recent.index.append(pd.PeriodIndex(coming["period"]))
    x = positions(index)
    before, after = x[: len(recent)], x[len(recent) :]
    ax.plot(before, recent.to_numpy(), "o-", color=QUIET, markersize=3, linewidth=0.8, label="Utfall")
    ax.fill_between(after, coming["lower"], coming["upper"], color=BAND, linewidth=0, label="Väntat intervall")
    ax.plot(after, coming["expected"], color=LINE, label="Väntat")
    year_ticks(ax, x, index)
    return finished(ax, "", ylabel, legend=True)


def plot_counts(counts: pd.Series, *, ax: Axes | None = None, ylabel: str = "Anmälda brott") -> Axes:
    """A series as it was published, interrupted where the statistics changed (see `series(across_breaks=True)`)."""
    ax = axes_or_new(ax)
    x = positions(counts.index)
    years = np.asarray(counts.index.year)
    edges = [-np.inf, *counts.attrs.get("breaks", []), np.inf]
    for start, end in itertools.pairwise(edges):
        here = (years >= start) & (years < end)
        ax.plot(x[here], counts.to_numpy()[here], "o-", color=LINE, markersize=3)
    _break_lines(ax, counts)
    year_ticks(ax, x, counts.index)
    return finished(ax, "", ylabel)


def _break_lines(ax: Axes, counts: pd.Series) -> None:
    if not isinstance(counts.index, pd.PeriodIndex):
        return
    years = np.asarray(counts.index.year)
    for year in counts.attrs.get("breaks", []):
        place = np.flatnonzero(years >= year)
        if len(place) and place[0] > 0:
            ax.axvline(place[0] - 0.5, color=SIGNAL, linestyle=":", label="Nytt sätt att räkna")
            ax.legend(frameon=False)
