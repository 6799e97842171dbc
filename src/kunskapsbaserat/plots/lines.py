"""Rates and counts over time, a line a kommun, from plain frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import dressed, number_axis, places, stretches, time_axis
from kunskapsbaserat.plots.theming import DASHES, MARKERS, Look, canvas
from kunskapsbaserat.plots.words import number, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SERIES = len(MARKERS)  # so many lines can be told apart; more are drawn quietly behind those that are chosen


def rate(
    df: Any,
    x: str = "ar",
    y: str = "per_100000",
    lower: str | None = "lower",
    upper: str | None = "upper",
    hue: str | None = "kommun",
    ax: Axes | None = None,
    *,
    highlight: str | Sequence[str] = (),
    title: str | None = None,
    ylabel: str | None = None,
    language: str = "sv",
) -> Axes:
    """Rates over time with their intervals, a line for each kommun.

    Six lines can be told apart. With more, those in `highlight` are drawn in colour and the others quietly behind them.

    Parameters
    ----------
    df : DataFrame
        A row for each kommun and year. The usual columns are found by the names that the library uses: year ``ar`` or
        ``period``, rate ``per_100000`` or ``rate``, kommun ``kommun`` or ``area``.
    x, y, lower, upper, hue : str
        Columns. Without limits only the lines are drawn; None leaves them out.
    ax : Axes, optional
        To draw on; default a new figure.
    highlight : str or sequence of str
        Series to put forward, by name.
    title, ylabel : str, optional
        Instead of the usual.
    language : {"sv", "en"}
        Of labels and numbers.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        A column is missing, a series has two values for a year, a cell is no number, or every value is missing.
    OptionError
        No table, or a series in `highlight` is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots
    >>> table = pd.DataFrame(
    ...     {
    ...         "kommun": ["Köping"] * 3,
    ...         "ar": [2022, 2023, 2024],
    ...         "per_100000": [420.0, 388.5, 401.2],
    ...         "lower": [350.0, 320.0, 332.0],
    ...         "upper": [500.0, 467.0, 480.0],
    ...     }
    ... )
    >>> ax = plots.rate(table, ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'Anmälda brott per 100\xa0000 invånare'
    """
    text = words(language)
    df = frames.as_frame(df)
    chosen = frames.column(df, y, frames.RATES, "rates", "tal per invånare")
    limits = [
        frames.optional(df, name, (usual,), "limits", "gränser")
        for name, usual in ((lower, "lower"), (upper, "upper"))
        if name is not None
    ]
    shape = _Series.of(df, x, chosen, hue, [name for name in limits if name] if all(limits) else [])
    with canvas(ax) as (drawn, look):
        _draw(drawn, look, shape, _chosen(shape, highlight), language)
        time_axis(drawn, shape.times, language)
        number_axis(drawn.yaxis, language)
        heading = title if title is not None else rate_title(df, language)
        return dressed(drawn, look, title=heading, xlabel=text["year"], ylabel=ylabel or "", from_zero=True)


def counts(
    data: Any,
    x: str = "ar",
    y: str = "antal",
    hue: str | None = "kommun",
    ax: Axes | None = None,
    *,
    highlight: str | Sequence[str] = (),
    title: str = "",
    ylabel: str | None = None,
    language: str = "sv",
) -> Axes:
    """A series as it was published, interrupted where figures are missing or the statistics changed.

    Parameters
    ----------
    data : Series or DataFrame
        A Series by period, with its series breaks (``attrs["breaks"]``, see `trends.series`), or a frame as for `rate`.
    x, y, hue, ax, highlight, title, ylabel, language
        As for `rate`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        As for `rate`.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots
    >>> series = pd.Series([10.0, 12.0, 9.0, 14.0], index=pd.period_range("2020", periods=4, freq="Y"))
    >>> series.attrs["breaks"] = [2022]
    >>> ax = plots.counts(series, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Nytt sätt att räkna']
    """
    text = words(language)
    breaks = list(getattr(data, "attrs", {}).get("breaks", []))
    df = frames.as_frame(data, "data")
    usual = (*frames.RATES[5:], *frames.RATES[:5])
    shape = _Series.of(df, x, frames.column(df, y, usual, "counts", "antal"), hue, [], breaks=breaks)
    with canvas(ax) as (drawn, look):
        _draw(drawn, look, shape, _chosen(shape, highlight), language)
        break_lines(drawn, look, places(shape.times), breaks, language)
        time_axis(drawn, shape.times, language)
        number_axis(drawn.yaxis, language)
        return dressed(drawn, look, title=title, xlabel="", ylabel=ylabel or text["reported"], from_zero=True)


class _Series:
    """The rows as seaborn draws them: ``x y series stretch`` and the limits, in order of time."""

    def __init__(self, rows: pd.DataFrame, times: pd.Index, named: bool) -> None:
        self.rows, self.times, self.named = rows, times, named

    @classmethod
    def of(cls, df: pd.DataFrame, x: str, y: str, hue: str | None, limits: list[str], breaks: Sequence[int] = ()) -> _Series:
        time = frames.column(df, x, frames.TIMES, "years or periods", "år eller perioder")
        series = None if hue is None else frames.optional(df, hue, frames.NAMES, "names of the series", "seriernas namn")
        frames.once(df, [time] if series is None else [series, time])
        values = {name: frames.numbers(df, name).to_numpy() for name in (*limits, y)}
        frames.some_numbers(df, y)
        index = pd.Index(df[time])
        rows = pd.DataFrame({"x": places(index), "y": values[y]})
        rows["series"] = "" if series is None else frames.area_names(df[series]).to_numpy()
        for name, column in zip(("lower", "upper"), limits, strict=False):
            rows[name] = values[column]
        known = [str(name) for name in rows["series"].unique()]
        rows["series"] = pd.Categorical(rows["series"], known)
        rows = rows.sort_values(["series", "x"], kind="stable", ignore_index=True)
        eras = np.searchsorted(np.asarray(sorted(breaks), dtype=float), rows["x"].to_numpy(), side="right")
        points = (rows[name].to_numpy() for name in ("x", "y"))
        rows["stretch"] = stretches(rows["series"].cat.codes.to_numpy(), *points, eras=eras)
        return cls(rows, index, named=series is not None and (len(known) > 1 or bool(known[0])))

    @property
    def names(self) -> list[str]:
        return [str(name) for name in self.rows["series"].cat.categories]


def _chosen(shape: _Series, highlight: str | Sequence[str]) -> list[str]:
    """The series drawn in colour: those asked for, or all when they are few."""
    asked = [highlight] if isinstance(highlight, str) else list(highlight)
    named = [str(frames.area_names(pd.Series([name])).iloc[0]) for name in asked]
    missing = [name for name in named if name not in shape.names]
    if missing or len(named) > MOST_SERIES:
        tillatna = shape.names[:8] if missing else [f"högst {MOST_SERIES} serier"]
        raise OptionError("highlight", missing[0] if missing else len(named), tillatna, tillatna=tillatna)
    return named or (shape.names if len(shape.names) <= MOST_SERIES else [])


def _draw(ax: Axes, look: Look, shape: _Series, chosen: list[str], language: str) -> None:
    import seaborn as sns

    text = words(language)
    rows = shape.rows[shape.rows["y"].notna()]
    behind = rows[~rows["series"].isin(chosen)]
    if len(behind):
        quiet(ax, behind, "stretch", look["quiet"])
        label = text["others"] if chosen else text["all"]
        many = number(behind["series"].nunique(), language)
        ax.plot([], [], color=look["quiet"], linewidth=1, label=label.format(n=many))
    front = rows[rows["series"].isin(chosen)].assign(series=lambda t: t["series"].astype(str))
    if front.empty:
        return
    _bands(ax, look, front, chosen)
    sns.lineplot(
        data=front,
        x="x",
        y="y",
        hue="series",
        hue_order=chosen,
        style="series",
        style_order=chosen,
        palette=look.series[: len(chosen)],
        dashes=list(DASHES[: len(chosen)]),
        markers=list(MARKERS[: len(chosen)]),
        markeredgecolor=look["bg"],
        units="stretch",
        estimator=None,
        legend="full" if shape.named else False,
        ax=ax,
    )


def quiet(ax: Axes, rows: pd.DataFrame, run: str, colour: str, *, width: float = 0.6) -> None:
    """All lines as one artist: seaborn would draw each by itself, which takes seconds for 290."""
    from matplotlib.collections import LineCollection

    begins = np.flatnonzero(np.diff(rows[run].to_numpy())) + 1
    runs = np.split(rows[["x", "y"]].to_numpy(), begins) if len(rows) else []
    lines = LineCollection([points for points in runs if len(points) > 1], colors=colour, linewidths=width, alpha=0.7)
    ax.add_collection(lines, autolim=True)
    lonely = np.array([points[0] for points in runs if len(points) == 1]).reshape(-1, 2)
    ax.scatter(lonely[:, 0], lonely[:, 1], color=colour, s=8, linewidth=0)
    ax.autoscale_view()


def _bands(ax: Axes, look: Look, front: pd.DataFrame, chosen: list[str]) -> None:
    """The intervals, behind every line."""
    if "upper" not in front:
        return
    alpha = 0.16 if len(chosen) <= 2 else 0.09  # many bands on each other would hide which is whose
    for name, colour in zip(chosen, look.series, strict=False):
        for _, run in front[front["series"] == name].groupby("stretch", observed=True):
            if len(run) > 1:
                ax.fill_between(run["x"], run["lower"], run["upper"], color=colour, alpha=alpha, linewidth=0)
            else:
                ax.vlines(run["x"], run["lower"], run["upper"], color=colour, alpha=0.5, linewidth=3)


def break_lines(ax: Axes, look: Look, x: Any, breaks: Sequence[int], language: str) -> None:
    """A dotted line where the statistics changed, when that is inside the series."""
    label: str | None = words(language)["break"]
    for year in breaks:
        later = x[x >= year]
        if len(later) and (x < year).any():
            between = (later.min() + x[x < year].max()) / 2
            ax.axvline(between, color=look["okning"], linestyle=":", linewidth=1.4, label=label)
            label = None


def rate_title(df: pd.DataFrame, language: str) -> str:
    """What is drawn, with the offence where the table has one."""
    per = frames.only(df, "per")
    title = words(language)["rate_title"].format(per=number(100_000.0 if per is None else per, language))
    offence = frames.only(df, "brott", "offence")
    return title if language != "sv" or offence is None else title.replace("brott", _plural(str(offence)), 1)


def _plural(name: str) -> str:
    """ "bostadsinbrott" for the catalogue's id; another name as it is written."""
    offences = {offence.id: offence for offence in catalogue.offences()}
    if name in offences:
        facets = offences[name].facets
        return next(iter(facets.values())).plural
    return f"{name[:1].lower()}{name[1:]}" if not name[:2].isupper() else name
