"""Funnels: every kommun's ratio or rate over its size, and what is usual among so many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.axes import dressed, number_axis
from kunskapsbaserat.plots.theming import Look, canvas
from kunskapsbaserat.plots.words import number, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZES = ("expected", "vantade", "väntade", "exposure", "invanare", "invånare", "folkmangd", "total")
_VALUES = ("ratio", "kvot", "per_100000", "rate", "share")
_LIMITS = ("lower_inner", "upper_inner", "lower_outer", "upper_outer")
_MOST_NAMED = 6
_BESIDE = ((6, 0, "left"), (-6, 0, "right"), (6, 9, "left"), (6, -9, "left"), (-6, 9, "right"), (-6, -9, "right"))
_HIGHEST = 4.0  # times the common level: higher limits of the smallest kommuner would squeeze all others


def funnel(
    df: Any,
    ax: Axes | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    name: str | None = None,
    highlight: str | Sequence[str] = (),
    target: float | None = None,
    title: str = "",
    xlabel: str | None = None,
    ylabel: str | None = None,
    language: str = "sv",
) -> Axes:
    """Each kommun over its size, with the limits of what is usual; those furthest outside, or those asked for, are named.

    Parameters
    ----------
    df : DataFrame
        From `rates.funnel`, `rates.funnel_shares` or one offence and year of `screen`: a row for each kommun, ``ratio``
        (or ``per_100000`` or ``share``), ``expected`` (or ``exposure`` or ``total``), and the limits ``lower_inner upper_inner
        lower_outer upper_outer``.
    ax : Axes, optional
        To draw on; default a new figure.
    x, y, name : str, optional
        Columns of size, value and kommun, where they are called something else.
    highlight : str or sequence of str
        Kommuner to name; by default the few furthest outside the outer limits.
    target : float, optional
        The common level; by default 1 for a ratio, and the column ``common_share`` for shares.
    title, xlabel, ylabel : str, optional
        Instead of the usual.
    language : {"sv", "en"}
        Of labels and numbers.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        A column is missing, a kommun stands twice, a cell is no number, or every value is missing.
    OptionError
        No table, or a kommun in `highlight` is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots, rates
    >>> table = pd.DataFrame({"area": ["2081", "2080", "2083"], "count": [40, 90, 21], "expected": [50.0, 80.0, 20.0]})
    >>> plots.funnel(rates.funnel(table), ax=Figure().subplots()).get_ylabel()
    'Anmälda brott mot väntade'
    """
    text = words(language)
    rows, value = _rows(frames.as_frame(df), x, y, name)
    level = target if target is not None else _common(df, value, rows)
    named = _named(rows, highlight, level)
    with canvas(ax, size=(8.0, 5.0)) as (drawn, look):
        _limits(drawn, look, rows, df, language)
        if level is not None:
            drawn.axhline(level, color=look["ink2"], linewidth=1, label=text["common"])
        _points(drawn, look, rows, language)
        _scales(drawn, rows, language)
        _names(drawn, look, rows[rows["name"].isin(named)])
        usual = text["funnel_y"] if value in _VALUES[:2] else text["share"] if value == "share" else _per(df, language)
        across = text["funnel_x"] if _size(df, x) in _SIZES[:3] else text["funnel_x_size"]
        return dressed(drawn, look, title=title, xlabel=xlabel or across, ylabel=ylabel or usual, from_zero=True)


def _size(df: pd.DataFrame, x: str | None) -> str:
    return frames.column(df, x, _SIZES, "sizes", "hur stora områdena är")


def _rows(df: pd.DataFrame, x: str | None, y: str | None, name: str | None) -> tuple[pd.DataFrame, str]:
    """``size value name`` and the limits of each kommun that has a value, and the name of the value's column."""
    size, value = _size(df, x), frames.column(df, y, _VALUES, "ratios or rates", "kvoter eller tal")
    kommun = frames.optional(df, name, frames.NAMES, "names", "namn")
    if kommun is not None:
        frames.once(df, [kommun])
    rows = pd.DataFrame({"size": frames.numbers(df, size), "value": frames.some_numbers(df, value)})
    rows["name"] = frames.area_names(df[kommun]) if kommun is not None else rows.index.astype(str)
    for limit in _LIMITS:
        rows[limit] = frames.numbers(df, limit) if limit in df.columns else np.nan
    rows = rows[rows["value"].notna() & (rows["size"] > 0)]
    if rows.empty:
        raise TableError(
            "a kommun with a value and a size above 0", forvantat="någon kommun med både tal och storlek över noll"
        )
    return rows.sort_values("size", kind="stable", ignore_index=True), value


def _common(df: pd.DataFrame, value: str, rows: pd.DataFrame) -> float | None:
    common = frames.only(df, "common_share", "common_rate", "common", "gemensam")
    if common is not None:
        return float(common)
    if value in _VALUES[:2]:
        return 1.0
    return float((rows["value"] * rows["size"]).sum() / rows["size"].sum())


def _named(rows: pd.DataFrame, highlight: str | Sequence[str], level: float | None) -> list[str]:
    asked = [highlight] if isinstance(highlight, str) else list(highlight)
    chosen = [str(frames.area_names(pd.Series([one])).iloc[0]) for one in asked]
    missing = [one for one in chosen if one not in set(rows["name"])]
    if missing:
        some = rows["name"].tolist()[:8]
        raise OptionError("highlight", missing[0], some, tillatna=some)
    if chosen:
        return chosen
    outside = rows[(rows["value"] > rows["upper_outer"]) | (rows["value"] < rows["lower_outer"])]
    far = (np.log(outside["value"].clip(lower=1e-9)) - np.log(level or 1.0)).abs() * np.sqrt(outside["size"])
    return [str(name) for name in outside.loc[far.sort_values(ascending=False).index[:_MOST_NAMED], "name"]]


def _limits(ax: Axes, look: Look, rows: pd.DataFrame, df: pd.DataFrame, language: str) -> None:
    """The funnel itself, from the limits of the kommuner."""
    text = words(language)
    for name, colour, style in (("outer", "tint", ":"), ("inner", "band", "--")):
        low, high = rows[f"lower_{name}"], rows[f"upper_{name}"]
        if low.isna().all():
            continue
        level = df[f"level_{name}"].iloc[0] if f"level_{name}" in df.columns else {"inner": 0.95, "outer": 0.998}[name]
        label = text[name].format(level=number(100 * float(level), language))
        ax.fill_between(rows["size"], low, high, color=look[colour], linewidth=0, label=label)
        for edge in (low, high):
            ax.plot(rows["size"], edge, color=look["line"], linewidth=0.7, linestyle=style)


def _points(ax: Axes, look: Look, rows: pd.DataFrame, language: str) -> None:
    import seaborn as sns

    text = words(language)
    kinds = np.select([rows["value"] > rows["upper_inner"], rows["value"] < rows["lower_inner"]], ["higher", "lower"], "inside")
    present = [kind for kind in ("inside", "higher", "lower") if (kinds == kind).any()]
    colours = {"inside": look["line"], "higher": look["okning"], "lower": look["minskning"]}
    marks = {"inside": "o", "higher": "^", "lower": "v"}
    sns.scatterplot(
        data=rows.assign(kind=[text[kind] for kind in kinds]),
        x="size",
        y="value",
        hue="kind",
        style="kind",
        hue_order=[text[kind] for kind in present],
        style_order=[text[kind] for kind in present],
        palette=[colours[kind] for kind in present],
        markers=[marks[kind] for kind in present],
        s=30,
        linewidth=0.4,
        edgecolor=look["bg"],
        ax=ax,
    )


def _names(ax: Axes, look: Look, rows: pd.DataFrame) -> None:
    """Names beside their dots, where they cover no other; one that finds no room is left out."""
    taken: list[Any] = []
    for row in rows.to_dict("records"):
        for across, up, side in _BESIDE:
            label = ax.annotate(
                row["name"],
                (row["size"], row["value"]),
                xytext=(across, up),
                textcoords="offset points",
                ha=side,
                va="center",
                color=look["ink"],
                fontsize=9,
            )
            box = label.get_window_extent()
            inside = box.x0 >= ax.bbox.x0 and box.x1 <= ax.bbox.x1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            label.remove()


def _scales(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """A logarithmic axis of size, and a height at which the kommuner can be seen."""
    from matplotlib.ticker import LogLocator

    low, high = rows["size"].min(), rows["size"].max()
    ax.set_xscale("log")
    ax.set_xlim(low / 1.15, high * 1.15)
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 100 else (1.0, 2.0, 5.0)))
    number_axis(ax.xaxis, language)
    number_axis(ax.yaxis, language)
    middle = rows["value"].median()
    top = max(rows["value"].max() * 1.08, min(np.nanmax([rows["upper_outer"].max(), 0.0]), _HIGHEST * middle))
    if top > 0:
        ax.set_ylim(top=top * 1.02)


def _per(df: pd.DataFrame, language: str) -> str:
    per = frames.only(df, "per")
    return words(language)["rate_title"].format(per=number(100_000.0 if per is None else per, language))
