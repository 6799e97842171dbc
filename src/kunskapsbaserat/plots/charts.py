"""Control charts and run charts: which points, and which runs of points, are more than the usual variation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import dressed, number_axis, places, time_axis
from kunskapsbaserat.plots.fitted import dots
from kunskapsbaserat.plots.theming import canvas
from kunskapsbaserat.plots.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def control_chart(
    result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None
) -> Axes:
    """Points, centre line and limits for each part; points outside the limits are marked, a shifted level is dashed.

    Parameters
    ----------
    result : ControlChart or DataFrame
        From `trends.control_chart`, or its points: ``x y centre lower upper``, and ``part outside`` where there are several.
    ax, language, title, ylabel
        As for `rate`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        A column is missing, or a cell is no number.

    Examples
    --------
    >>> from kunskapsbaserat import plots, trends
    >>> from matplotlib.figure import Figure
    >>> result = trends.control_chart([12, 9, 14, 11, 10, 30, 12, 8, 13, 11])
    >>> ax = plots.control_chart(result, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Vanlig variation', 'Medelnivå', 'Utfall', 'Utanför vanlig variation']
    """
    text = words(language)
    points = _points(result)
    parts = getattr(result, "parts", None)
    shifted = {} if parts is None else dict(zip(parts["part"], parts["runs_signal"], strict=True))
    x = places(pd.Index(points["x"]))
    with canvas(ax) as (drawn, look):
        for _, part in points.groupby("part", sort=False):
            here = x[part.index]
            moved = bool(shifted.get(part["part"].iat[0], False))
            drawn.fill_between(
                here, part["lower"], part["upper"], color=look["band"], step="mid", linewidth=0, label=text["limits"]
            )
            label = text["centre_shifted" if moved else "centre"]
            drawn.plot(here, part["centre"], color=look["kommun"], linestyle="--" if moved else "-", label=label)
        dots(drawn, look, x, points["y"], text["observed"], joined=True)
        outside = points["outside"].to_numpy(dtype=bool)
        if outside.any():
            drawn.plot(x[outside], points["y"][outside], "D", color=look["okning"], markersize=7, label=text["outside"])
        time_axis(drawn, points["x"], language)
        number_axis(drawn.yaxis, language)
        return dressed(drawn, look, title=title, xlabel="", ylabel=ylabel or text["count"], from_zero=True)


def _points(result: Any) -> pd.DataFrame:
    points = getattr(result, "points", None)
    if points is not None:
        return points
    df = frames.as_frame(result, "result").reset_index(drop=True)
    time = frames.column(df, "x", ("x", *frames.TIMES), "times", "tider")
    value = frames.column(df, "y", ("y", *frames.RATES[5:], *frames.RATES[:5]), "figures", "tal")
    columns = {name: frames.numbers(df, frames.column(df, name, (name,), name, name)) for name in ("centre", "lower", "upper")}
    y = frames.some_numbers(df, value)
    outside = df["outside"].astype(bool) if "outside" in df else (y < columns["lower"]) | (y > columns["upper"])
    return pd.DataFrame({"x": df[time], "y": y, "part": df.get("part", 1), "outside": outside, **columns})


def run_chart(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None) -> Axes:
    """Points around their median, which is dashed when the level has shifted.

    Parameters
    ----------
    result : RunChart
        From `trends.run_chart`.
    ax, language, title, ylabel
        As for `rate`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from kunskapsbaserat import plots, trends
    >>> from matplotlib.figure import Figure
    >>> plots.run_chart(trends.run_chart([3, 5, 4, 6, 2, 5]), ax=Figure().subplots()).get_ylabel()
    'Antal'
    """
    text = words(language)
    x = places(result.x)
    with canvas(ax) as (drawn, look):
        label = text["median_shifted" if result.signal else "median"]
        level = np.full(len(x), result.centre)
        drawn.plot(x, level, color=look["kommun"], linestyle="--" if result.signal else "-", label=label)
        dots(drawn, look, x, result.values, text["observed"], joined=True)
        time_axis(drawn, result.x, language)
        number_axis(drawn.yaxis, language)
        return dressed(drawn, look, title=title, xlabel="", ylabel=ylabel or text["count"], from_zero=True)
