"""The map of a län or of the whole country: its kommuner shaded by class."""

from __future__ import annotations

import functools
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.kommun_outlines import outlines_in_degrees
from kunskapsbaserat.plots import frames
from kunskapsbaserat.plots.classes import class_limits, class_of
from kunskapsbaserat.plots.lines import rate_title
from kunskapsbaserat.plots.theming import Look, canvas
from kunskapsbaserat.plots.words import number, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHADES = {
    1: ("map2",),
    2: ("map1", "map3"),
    3: ("map1", "map2", "map3"),
    4: ("map1", "map2of4", "map3of4", "map3"),
}
_MOST_NAMED = 16  # kommuner; on a map of more the names cover each other
_ON_STRONG = ("map3", "map3of4")  # classes on which a name is written in the page's own colour
_DETAIL = 0.002  # of the width, by which a border may be simplified


def map(
    df: Any,
    value: str = "per_100000",
    ax: Axes | None = None,
    *,
    kommun: str = "kommunkod",
    names: bool | None = None,
    highlight: str = "",
    title: str | None = None,
    language: str = "sv",
) -> Axes:
    """Kommuner shaded by classes of equal width; those of the same län without a value are hatched.

    Parameters
    ----------
    df : DataFrame
        A row for each kommun: its code or name (``kommunkod``, ``area`` or ``kommun``) and a value.
    value, kommun : str
        Columns.
    ax : Axes, optional
        To draw on; default a new figure.
    names : bool, optional
        Write the kommuner's names; by default when they are sixteen or fewer.
    highlight : str
        A kommun to frame.
    title : str, optional
        Instead of the usual.
    language : {"sv", "en"}
        Of labels and numbers.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        A column is missing, a name that no kommun has, a kommun that stands twice, or every value missing.
    UnknownKommun
        `highlight` is no kommun.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> from kunskapsbaserat import plots
    >>> table = pd.DataFrame({"kommun": ["Gotland"], "per_100000": [310.5]})
    >>> ax = plots.map(table, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['310,5']
    """
    text = words(language)
    df = frames.as_frame(df)
    column = frames.column(df, value, frames.RATES, "values", "tal")
    area = frames.column(df, kommun, frames.CODES, "kommuner", "kommuner")
    codes = frames.kommun_codes(df[area], area)
    frames.once(df.assign(**{area: codes}), [area])
    values = dict(zip(codes, frames.some_numbers(df, column), strict=True))
    known = {code: float(v) for code, v in values.items() if v == v}
    framed = kommuner.get(highlight).code if highlight else None
    lan = {code[:2] for code in values}
    drawn_codes = [k.code for k in kommuner.all_kommuner() if k.code[:2] in lan]
    shapes, ratio = _shapes(tuple(drawn_codes))
    size = (6.4, min(9.0, max(3.6, 6.0 * ratio)) + 0.8)
    with canvas(ax, size=size) as (drawn, look):
        limits = class_limits(list(known.values()))
        shades = _SHADES[len(limits) + 1]
        for code in drawn_codes:
            shade = shades[class_of(known[code], limits)] if code in known else None
            _area(drawn, look, shapes[code], shade, framed=code == framed)
        if names if names is not None else len(drawn_codes) <= _MOST_NAMED:
            _write_names(drawn, look, shapes, {c: shades[class_of(v, limits)] for c, v in known.items()})
        drawn.set_aspect(1.0)
        drawn.axis("off")
        missing = len(known) < len(drawn_codes)
        _key(drawn, look, limits, list(known.values()), text["map_missing"] if missing else "", language)
        heading = title if title is not None else rate_title(df, language) if column in frames.RATES[:2] else ""
        drawn.set_title(heading, loc="left", color=look["ink"], fontsize=12, wrap=True)
        return drawn


@functools.lru_cache(maxsize=32)
def _shapes(codes: tuple[str, ...]) -> tuple[dict[str, Any], float]:
    """Outlines with longitudes shortened by the latitude, simplified together, and height over width."""
    import shapely

    raw = outlines_in_degrees()
    outlines = np.array([raw[code] for code in codes])
    west, south, east, north = shapely.total_bounds(outlines)
    shorten = math.cos(math.radians((south + north) / 2))
    flat = shapely.transform(shapely.make_valid(outlines), lambda p: np.column_stack(((p[:, 0] - west) * shorten, p[:, 1])))
    simple = shapely.coverage_simplify(flat, _DETAIL * max((east - west) * shorten, (north - south) / 3))
    return dict(zip(codes, simple, strict=True)), float((north - south) / ((east - west) * shorten))


def _area(ax: Axes, look: Look, shape: Any, shade: str | None, *, framed: bool) -> None:
    """One kommun; without a value it is hatched, so that nobody reads it as low."""
    import shapely
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    rings = [ring for part in shapely.get_parts(shape) for ring in _rings(part)]
    if not rings:
        return
    path = Path.make_compound_path(*(Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings))
    fill = {"facecolor": look["bg"], "hatch": "////"} if shade is None else {"facecolor": look[shade]}
    edge = {"edgecolor": look["ink"], "linewidth": 2.2, "zorder": 3} if framed else _edge(look, shade)
    ax.add_patch(PathPatch(path, **fill, **edge))
    ax.autoscale_view()


def _rings(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else []


def _edge(look: Look, shade: str | None) -> dict[str, Any]:
    return {"edgecolor": look["quiet"] if shade is None else look["bg"], "linewidth": 0.5, "zorder": 2}


def _write_names(ax: Axes, look: Look, shapes: dict[str, Any], shades: dict[str, str]) -> None:
    import shapely

    for code, shape in shapes.items():
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if not parts:
            continue
        middle = shapely.maximum_inscribed_circle(max(parts, key=lambda part: part.area), tolerance=0.01).coords[0]
        colour = look["bg" if shades.get(code) in _ON_STRONG else "ink"]
        halo = look[shades[code]] if code in shades else look["bg"]
        label = ax.annotate(kommuner.get(code).name, middle, ha="center", va="center", fontsize=8, color=colour, zorder=4)
        label.set_path_effects(_halo(halo))


def _halo(colour: str) -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.5, foreground=colour)]


def _key(ax: Axes, look: Look, limits: list[float], values: list[float], missing: str, language: str) -> None:
    """The classes from few to many, and what hatching means."""
    from matplotlib.patches import Patch

    text = words(language)
    shown = [number(limit, language) for limit in limits]
    if not limits:
        labels = [number(values[0], language)]
    else:
        between = [text["map_between"].format(a, b) for a, b in itertools.pairwise(shown)]
        labels = [text["map_below"].format(shown[0]), *between, text["map_above"].format(shown[-1])]
    keys = [
        Patch(facecolor=look[shade], edgecolor=look["line"], linewidth=0.5, label=label)
        for shade, label in zip(_SHADES[len(limits) + 1], labels, strict=True)
    ]
    if missing:
        keys.append(Patch(facecolor=look["bg"], edgecolor=look["quiet"], hatch="////", linewidth=0.5, label=missing))
    ax.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        ncols=min(3, len(keys)),
        frameon=False,
        labelcolor=look["ink"],
        fontsize=9,
        borderaxespad=0.2,
    )
