"""Axes as the house draws them: whole years below, numbers as the language writes them, the legend beside the data."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.plots.theming import Look, canvas
from kunskapsbaserat.plots.words import MONTHS, number, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

_YEARS = (1700, 2200)  # whole numbers between these are years
_MOST_LABELS = 8
_MOST_IN_LEGEND = 12
_LONGEST_LABEL = 40


def places(index: Any) -> Floats:
    """Where points stand on the axis of time: years as numbers, months and quarters as parts of a year, else one step apart."""
    values = pd.Index(index)
    if isinstance(values, pd.DatetimeIndex):
        return np.asarray(values.year + (values.day_of_year - 1) / 366, dtype=float)
    if isinstance(values, pd.PeriodIndex):
        start = values.start_time
        return np.asarray(values.year + (start.month - 1) / 12 + (start.day - 1) / 366, dtype=float)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return np.asarray(values, dtype=float)
    years = pd.to_numeric(values, errors="coerce")  # years that were read as text
    if values.astype(str).str.fullmatch(r"\d{4}").all():
        return np.asarray(years, dtype=float)
    parsed = _periods(values)
    return np.arange(len(values), dtype=float) if parsed is None else places(parsed)


def _periods(values: pd.Index) -> pd.PeriodIndex | None:
    """Months and quarters written as text, such as "2024-03" and "2024Q1"."""
    texts = values.astype(str)
    for pattern, freq in ((r"\d{4}-\d{2}", "M"), (r"\d{4}-?Q[1-4]", "Q")):
        if len(texts) and texts.str.fullmatch(pattern).all():
            return pd.PeriodIndex(texts.str.replace("-Q", "Q"), freq=freq)
    return None


def step_of(x: Floats) -> float:
    """The usual distance between points: 1 of years, a twelfth of months."""
    steps = np.diff(np.unique(x[np.isfinite(x)]))
    return float(steps.min()) if len(steps) else 1.0


def stretches(series: Any, x: Floats, y: Floats, *, eras: Any = 0) -> NDArray[np.int64]:
    """A number for each run of points without a gap: a line never crosses a missing value or a missing period.

    The rows are in order of series and time; `eras` tells apart what was counted in different ways.
    """
    if not len(x):
        return np.empty(0, dtype=np.int64)
    keys = (np.asarray(series), np.broadcast_to(eras, len(x)))
    changed = np.any([np.append(True, key[1:] != key[:-1]) for key in keys], axis=0)
    missing = np.isnan(y)
    far = np.diff(x, prepend=x[0]) > 1.5 * step_of(x)
    return np.cumsum(changed | far | missing | np.append(False, missing[:-1]))


def time_axis(ax: Axes, index: Any, language: str) -> None:
    """Whole years; months where there are few years; names where the points have no time."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = pd.Index(index)
    x = places(values)
    if not len(x):
        return
    if _is_ordinal(values):
        kept = np.arange(0, len(values), max(1, -(-len(values) // _MOST_LABELS)))
        ax.set_xticks(x[kept], [str(values[i])[:10] for i in kept])
        return
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    if not _is_years(low, high):
        ax.xaxis.set_major_locator(MaxNLocator(_MOST_LABELS, integer=bool(np.allclose(x, np.round(x)))))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
        return
    if high - low < 2.5 and step_of(x) < 0.9:
        _month_ticks(ax, low, high, language)
        return
    ax.xaxis.set_major_locator(MaxNLocator(_MOST_LABELS, integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    if high == low:
        ax.set_xlim(low - 1, high + 1)
        ax.set_xticks([round(low)])


def _is_ordinal(values: pd.Index) -> bool:
    dated = isinstance(values, pd.DatetimeIndex | pd.PeriodIndex) or pd.api.types.is_numeric_dtype(values.dtype)
    return not dated and not values.astype(str).str.fullmatch(r"\d{4}").all() and _periods(values) is None


def _is_years(low: float, high: float) -> bool:
    return low >= _YEARS[0] and high <= _YEARS[1]


def _month_ticks(ax: Axes, low: float, high: float, language: str) -> None:
    """Every so many months, the year written where it begins and first of all."""
    first, last = round(low * 12), round(high * 12)
    every = next(step for step in (1, 2, 3, 6, 12) if (last - first) / step < _MOST_LABELS)
    ticks = [month for month in range(first, last + 1) if month % every == 0] or [first]
    labels = [
        f"{MONTHS[language][month % 12]}\n{month // 12}" if at == 0 or month % 12 == 0 else MONTHS[language][month % 12]
        for at, month in enumerate(ticks)
    ]
    ax.set_xticks([month / 12 for month in ticks], labels)


def number_axis(axis: Any, language: str) -> None:
    """Numbers as the language writes them, and few of them."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
    axis.set_minor_formatter(NullFormatter())


def finish(
    ax: Axes,
    *,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    language: str = "sv",
    from_zero: bool = False,
) -> Axes:
    """Give any axes the house's last touch: whole years, numbers in Swedish, legend beside the data.

    What `theme` cannot set, for a drawing made by seaborn or Matplotlib directly.

    Parameters
    ----------
    ax : Axes
        Drawn on already.
    title, xlabel, ylabel : str, optional
        None leaves what is there.
    language : {"sv", "en"}
        How numbers are written.
    from_zero : bool
        Let the y-axis begin at 0 (or below).

    Returns
    -------
    Axes
        The same.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import seaborn as sns
    >>> table = pd.DataFrame({"ar": [2022, 2023], "antal": [1250.0, 1500.0]})
    >>> ax = sns.lineplot(table, x="ar", y="antal", ax=Figure().subplots())
    >>> ax = finish(ax, ylabel="Anmälda brott")
    >>> ax.xaxis.get_major_formatter()(2022.0)
    '2022'
    """
    words(language)
    with canvas(ax) as (_, look):
        low, high = ax.get_xlim()
        if ax.get_xscale() == "linear" and not _has_names(ax) and _is_years(low, high):
            inside = [x for line in ax.get_lines() for x in np.asarray(line.get_xdata(), dtype=float) if low <= x <= high]
            time_axis(ax, inside or [np.ceil(low), np.floor(high)], language)
        elif not _has_names(ax):
            number_axis(ax.xaxis, language)
        if not _has_names(ax, "y"):
            number_axis(ax.yaxis, language)
        return dressed(ax, look, title=title, xlabel=xlabel, ylabel=ylabel, from_zero=from_zero)


def _has_names(ax: Axes, which: str = "x") -> bool:
    """Are the ticks names, as of a categorical axis?"""
    from matplotlib.category import StrCategoryConverter
    from matplotlib.ticker import FixedFormatter

    axis = ax.xaxis if which == "x" else ax.yaxis
    return isinstance(axis.get_converter(), StrCategoryConverter) or isinstance(axis.get_major_formatter(), FixedFormatter)


def dressed(
    ax: Axes,
    look: Look,
    *,
    title: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    from_zero: bool = False,
    legend: bool = True,
) -> Axes:
    """Labels, spines, grid and legend in the look's colours."""
    for name, text in (("xlabel", xlabel), ("ylabel", ylabel)):
        if text is not None:
            ax.set(**{name: text})
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set(visible=True, color=look["line"])
    ax.grid(visible=True, axis="y", color=look["hair"], linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=look["line"], labelcolor=look["ink2"])
    ax.tick_params(axis="y", left=False)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_color(look["ink2"])
    if from_zero:
        ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    rows = legend_above(ax, look) if legend else 0.0
    if title is not None:
        with warnings.catch_warnings():
            ax.set_title(title, loc="left", pad=6 + rows, color=look["ink"], wrap=True)
    return ax


def _shortened(label: str) -> str:
    """A long name with its middle left out: two that begin alike are still told apart."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[:24]}…{label[25 - _LONGEST_LABEL :]}"


def legend_above(ax: Axes, look: Look) -> float:
    """Put the legend between the title and the data, as wide as the axes; its height in points."""
    handles: list[Any]
    handles, labels = ax.get_legend_handles_labels()
    present = ax.get_legend()
    if present is not None and not handles:
        handles, labels = present.legend_handles, [text.get_text() for text in present.get_texts()]
    first = dict(zip(reversed(labels), reversed(handles), strict=True))
    kept = [label for label in dict.fromkeys(labels) if label][:_MOST_IN_LEGEND]
    if present is not None:
        present.remove()
    if not kept:
        return 0.0
    figure: Any = ax.get_figure(root=True)
    if (layout := figure.get_layout_engine()) is not None:
        layout.execute(figure)  # long names beside the axes make them narrower
    room = ax.get_window_extent().width
    points = 72 / figure.dpi
    for columns in range(len(kept), 0, -1):
        legend = ax.legend(
            [first[label] for label in kept],
            [_shortened(label) for label in kept],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=columns,
            frameon=False,
            borderaxespad=0.2,
            borderpad=0.1,
            columnspacing=1.4,
            labelcolor=look["ink"],
            fontsize=10,
        )
        box = legend.get_window_extent()
        if box.width <= room:
            break
    return float(box.height * points) + 2
