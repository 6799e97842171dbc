"""The same drawing for each kommun, side by side on the same scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import dressed, number_axis, places, stretches, time_axis
from kunskapsbaserat.plots.lines import quiet
from kunskapsbaserat.plots.theming import Look, dressed_in, mode_of_settings, settings
from kunskapsbaserat.plots.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 49  # the kommuner of Västra Götaland


def small_multiples(
    df: Any,
    x: str = "ar",
    y: str = "per_100000",
    by: str = "kommun",
    *,
    lower: str | None = "lower",
    upper: str | None = "upper",
    columns: int = 4,
    language: str = "sv",
    title: str = "",
) -> NDArray[Any]:
    """A small drawing for each kommun with all the others quietly behind it.

    Parameters
    ----------
    df : DataFrame
        As for `rate`.
    x, y, by, lower, upper : str
        Columns.
    columns : int
        Drawings beside each other.
    language : {"sv", "en"}
        Of labels and numbers.
    title : str
        Above all of them.

    Returns
    -------
    array of Axes
        In the order in which the kommuner stand in the table.

    Raises
    ------
    TableError
        As for `rate`, or more than 49 kommuner.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import plots
    >>> table = pd.DataFrame({"kommun": ["Falun", "Mora"] * 2, "ar": [2023] * 2 + [2024] * 2, "per_100000": [4.0, 5, 6, 3]})
    >>> [ax.get_title(loc="left") for ax in plots.small_multiples(table)]
    ['Falun', 'Mora']
    >>> import matplotlib.pyplot as plt
    >>> plt.close("all")
    """
    import seaborn as sns

    words(language)
    df = frames.as_frame(df)
    rows, index = _rows(df, x, y, by, [lower, upper])
    names = [str(name) for name in rows["name"].cat.categories]
    if len(names) > MOST:
        raise TableError(
            f"at most {MOST} areas",
            forvantat=f"högst {MOST} områden",
            column=by,
            got=len(names),
            tips="Välj ut några, eller ett län.",
        )
    mode = mode_of_settings()
    look = Look(mode)
    with dressed_in(settings(mode) | {"figure.constrained_layout.use": False}):
        grid = sns.FacetGrid(rows, col="name", col_order=names, col_wrap=min(columns, len(names)), height=2.0, aspect=1.25)
        grid.set_titles("")
        for ax, name in zip(grid.axes.flat, names, strict=True):
            _one(ax, look, rows, name)
            time_axis(ax, index, language)
            _few_ticks(ax)
            number_axis(ax.yaxis, language)
            dressed(ax, look, xlabel="", ylabel="", from_zero=True, legend=False)
            ax.set_title(_short(name), loc="left", fontsize=10, color=look["ink"])
        if title:
            grid.figure.suptitle(title, x=0.01, ha="left", color=look["ink"], fontweight="bold")
        grid.figure.set_layout_engine("constrained")
        return np.asarray(grid.axes.flat)


def _rows(df: pd.DataFrame, x: str, y: str, by: str, limits: list[str | None]) -> tuple[pd.DataFrame, pd.Index]:
    """``name x y run`` and the limits, and the times as they were given."""
    time = frames.column(df, x, frames.TIMES, "years or periods", "år eller perioder")
    value = frames.column(df, y, frames.RATES, "rates", "tal")
    area = frames.column(df, by, frames.NAMES, "names", "namn")
    frames.once(df, [area, time])
    rows = pd.DataFrame({"name": frames.area_names(df[area]), "x": places(pd.Index(df[time]))}, index=df.index)
    rows["y"] = frames.some_numbers(df, value)
    for name, column in zip(("lower", "upper"), limits, strict=True):
        if column is not None and column in df.columns:
            rows[name] = frames.numbers(df, column)
    rows["name"] = pd.Categorical(rows["name"], rows["name"].unique())
    rows = rows.sort_values(["name", "x"], kind="stable", ignore_index=True)
    rows["run"] = stretches(rows["name"].cat.codes.to_numpy(), rows["x"].to_numpy(), rows["y"].to_numpy())
    return rows, pd.Index(df[time])


def _one(ax: Axes, look: Look, rows: pd.DataFrame, name: str) -> None:
    import seaborn as sns

    others, own = rows[(rows["name"] != name) & rows["y"].notna()], rows[(rows["name"] == name) & rows["y"].notna()]
    quiet(ax, others, "run", look["sparkband"], width=0.7)
    if {"lower", "upper"} <= set(own.columns):
        for _, run in own.groupby("run", sort=False):
            ax.fill_between(run["x"], run["lower"], run["upper"], color=look["kommun"], alpha=0.18, linewidth=0)
    sns.lineplot(
        data=own,
        x="x",
        y="y",
        units="run",
        estimator=None,
        color=look["kommun"],
        marker="o",
        markersize=3.5,
        linewidth=1.6,
        ax=ax,
    )


def _few_ticks(ax: Axes) -> None:
    from matplotlib.ticker import FixedLocator, MaxNLocator

    if not isinstance(ax.xaxis.get_major_locator(), FixedLocator):
        ax.xaxis.set_major_locator(MaxNLocator(3, integer=True, steps=[1, 2, 5, 10]))


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
