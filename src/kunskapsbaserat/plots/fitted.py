"""What a model of a series found: the figures and the trend drawn through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import Floats, dressed, number_axis, places, time_axis
from kunskapsbaserat.plots.lines import break_lines, counts
from kunskapsbaserat.plots.theming import Look, canvas
from kunskapsbaserat.plots.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def trend(data: Any, ax: Axes | None = None, *, language: str = "sv", **options: Any) -> Axes:
    """A series with the trend that was fitted to it.

    Parameters
    ----------
    data : result, Series or DataFrame
        A result of `trends` (`count_trend`, `joinpoint`, `seasonal`, `change_points`, `expected_range`), drawn with what it
        found; or a Series by period, or a frame with a column ``trend`` (or ``fitted``) beside its figures. Without that
        column the figures alone are drawn, as by `counts`.
    ax : Axes, optional
        To draw on; default a new figure.
    language : {"sv", "en"}
        Of labels and numbers.
    **options
        Of a frame: `x`, `y`, `hue`, `title`, `ylabel` as for `counts`. Of a result: `ylabel`, `title`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError, OptionError
        As for `rate`.

    Examples
    --------
    >>> from kunskapsbaserat import plots, trends
    >>> from matplotlib.figure import Figure
    >>> import pandas as pd
    >>> series = pd.Series([30, 34, 33, 39, 41], index=pd.period_range("2020", periods=5, freq="Y"))
    >>> ax = plots.trend(trends.count_trend(series), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Utfall', 'Trend']
    """
    kind = type(data).__name__
    if kind in RESULTS:
        return RESULTS[kind](data, ax=ax, language=language, **options)
    if isinstance(data, pd.Series) or frames.optional(frames.as_frame(data), None, ("trend", "fitted"), "", "") is None:
        return counts(data, ax=ax, language=language, **options)
    return _frame(frames.as_frame(data), ax, language, **options)


def _frame(
    df: pd.DataFrame,
    ax: Axes | None,
    language: str,
    *,
    x: str = "ar",
    y: str = "antal",
    title: str = "",
    ylabel: str | None = None,
) -> Axes:
    """Figures, and the trend in a column of its own."""
    usual = (*frames.RATES[5:], *frames.RATES[:5])
    columns = frames.column(df, x, frames.TIMES, "years", "år"), frames.column(df, y, usual, "figures", "tal")
    frames.once(df, [columns[0]])
    df = df.sort_values(columns[0], kind="stable")
    fitted = frames.column(df, None, ("trend", "fitted"), "a trend", "en trend")
    values, line = frames.some_numbers(df, columns[1]), frames.numbers(df, fitted)
    return _through(
        pd.Index(df[columns[0]]), values.to_numpy(), line.to_numpy(), ax, language, title=title, ylabel=ylabel or ""
    )


def _through(
    index: Any, values: Any, fitted: Any, ax: Axes | None, language: str, *, title: str = "", ylabel: str, line: str = "trend"
) -> Axes:
    """Dots for the figures and a line for what was fitted."""
    text = words(language)
    x = places(index)
    with canvas(ax) as (drawn, look):
        dots(drawn, look, x, values, text["observed"])
        drawn.plot(x, fitted, color=look["kommun"], label=text[line])
        return _done(drawn, look, index, language, title, ylabel)


def dots(ax: Axes, look: Look, x: Floats, values: Any, label: str, *, joined: bool = False) -> None:
    """Figures as they were reported, quietly; joined by a thin line that no missing value is crossed by."""
    import seaborn as sns

    y = np.asarray(values, dtype=float)
    if joined:
        ax.plot(x, y, "o-", color=look["line"], markersize=3.5, linewidth=0.9, markeredgewidth=0, label=label)
        return
    sns.scatterplot(x=x, y=y, color=look["line"], s=22, linewidth=0, label=label, legend=False, ax=ax)


def _done(ax: Axes, look: Look, index: Any, language: str, title: str, ylabel: str) -> Axes:
    time_axis(ax, index, language)
    number_axis(ax.yaxis, language)
    return dressed(ax, look, title=title, xlabel="", ylabel=ylabel, from_zero=True)


def joinpoint(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None) -> Axes:
    """Observed values, the joined lines, and a mark at each joinpoint.

    Parameters
    ----------
    result : Joinpoint
        From `trends.joinpoint`.
    ax, language, title, ylabel
        As for `rate`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from kunskapsbaserat import plots, trends
    >>> from matplotlib.figure import Figure
    >>> result = trends.joinpoint([10.0, 11, 12, 13, 14, 15, 16], selection="bic3")
    >>> plots.joinpoint(result, ax=Figure().subplots()).get_ylabel()
    'Anmälda brott'
    """
    text = words(language)
    years = np.asarray(result.fit.x, dtype=float)
    with canvas(ax) as (drawn, look):
        dots(drawn, look, years, result.values, text["observed"])
        drawn.plot(years, result.fitted, color=look["kommun"], label=text["trend"])
        bends = np.asarray(result.joinpoints, dtype=float)
        if len(bends):
            heights = np.interp(bends, years, result.fitted)
            drawn.plot(bends, heights, "D", color=look["okning"], markersize=8, label=text["bend"])
        return _done(drawn, look, years, language, title, ylabel or text["reported"])


def count_trend(
    result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None
) -> Axes:
    """Counts and the fitted means, with the series breaks that the series carries; for arguments see `joinpoint`.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots, trends
    >>> counts = pd.Series([30, 34, 33, 39, 41], index=pd.period_range("2020", periods=5, freq="Y"))
    >>> ax = plots.count_trend(trends.count_trend(counts), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Utfall', 'Trend']
    """
    text = words(language)
    with canvas(ax) as (drawn, look):
        x = places(result.observed.index)
        dots(drawn, look, x, result.observed, text["observed"])
        drawn.plot(x, result.fitted, color=look["kommun"], label=text["trend"])
        break_lines(drawn, look, x, result.observed.attrs.get("breaks", []), language)
        return _done(drawn, look, result.observed.index, language, title, ylabel or text["count"])


def seasonal(result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None) -> Axes:
    """Observed values and the trend without season; for arguments see `joinpoint`.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots, trends
    >>> months = pd.Series([10 + month % 12 for month in range(84)], index=pd.period_range("2017-01", periods=84, freq="M"))
    >>> ax = plots.seasonal(trends.seasonal(months), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Utfall', 'Utan säsong']
    """
    text = words(language)
    with canvas(ax) as (drawn, look):
        x = places(result.parts.index)
        drawn.plot(x, result.parts["observed"], color=look["line"], linewidth=0.9, label=text["observed"])
        drawn.plot(x, result.parts["trend"], color=look["kommun"], label=text["without_season"])
        return _done(drawn, look, result.parts.index, language, title, ylabel or text["count"])


def change_points(
    result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None
) -> Axes:
    """Values and the steps of their level, with the limits of each date as a band; for arguments see `joinpoint`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots, trends
    >>> found = trends.change_points([10, 11, 9, 10, 30, 31, 29, 30, 31, 28])
    >>> ax = plots.change_points(found, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['När nivån kan ha ändrats', 'Utfall', 'Nivå']
    """
    text = words(language)
    series = result.series
    with canvas(ax) as (drawn, look):
        x = places(series.index)
        label: str | None = text["when"]
        for row in result.breaks.to_dict("records"):
            drawn.axvspan(x[row["lower"] - 1], x[row["upper"] - 1], color=look["band"], linewidth=0, label=label)
            label = None
        dots(drawn, look, x, series, text["observed"], joined=True)
        drawn.step(x, result.fitted, where="mid", color=look["kommun"], label=text["level"])
        return _done(drawn, look, series.index, language, title, ylabel or text["count"])


def expected_range(
    result: Any, ax: Axes | None = None, *, language: str = "sv", title: str = "", ylabel: str | None = None
) -> Axes:
    """The last years and the range that the coming year is expected in; for arguments see `joinpoint`.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots, trends
    >>> months = pd.Series([10 + month % 12 for month in range(84)], index=pd.period_range("2017-01", periods=84, freq="M"))
    >>> ax = plots.expected_range(trends.expected_range(months), ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Utfall', 'Väntat intervall', 'Väntat']
    """
    text = words(language)
    recent = result.observed.iloc[-3 * len(result.periods) :]
    coming = result.periods
    index = recent.index.append(pd.PeriodIndex(coming["period"]))
    x = places(index)
    before, after = x[: len(recent)], x[len(recent) :]
    with canvas(ax) as (drawn, look):
        dots(drawn, look, before, recent, text["observed"], joined=True)
        drawn.fill_between(
            after, coming["lower"], coming["upper"], color=look["band"], linewidth=0, label=text["expected_range"]
        )
        drawn.plot(after, coming["expected"], color=look["kommun"], label=text["expected"])
        return _done(drawn, look, index, language, title, ylabel or text["count"])


RESULTS = {
    "CountTrend": count_trend,
    "Joinpoint": joinpoint,
    "Seasonal": seasonal,
    "ChangePoints": change_points,
    "ExpectedRange": expected_range,
}
