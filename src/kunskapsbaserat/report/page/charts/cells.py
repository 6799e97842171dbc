"""The map of hot cells as a drawing of the page: `places` makes the artists, the page's own canvas draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from kunskapsbaserat.report.page.charts.canvas import Canvas, Drawing

if TYPE_CHECKING:
    from matplotlib.artist import Artist


def cell_map(
    cells: pd.DataFrame, *, size: float | None, outline: shapely.Geometry | None = None, hot: str = "hot", most: int = 5
) -> Drawing:
    """Squares where there are events, those called filled and numbered as in the table; see `places.place_map`."""
    from kunskapsbaserat import places  # only the EST report draws cells; the others need not load what finds them

    drawn = places.place_map(cells, size=size, outline=outline, hot=hot, most=most)
    canvas = Canvas(drawn.width, drawn.height)
    for artist in drawn.artists:
        _draw(canvas, artist)
    return canvas.finish()


def _draw(canvas: Canvas, artist: Artist) -> None:
    """The same mark by the canvas's own functions."""
    from matplotlib.colors import to_hex, to_rgba
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon
    from matplotlib.text import Text

    gid = str(artist.get_gid())
    if isinstance(artist, Polygon):
        fill, edge = artist.get_facecolor(), artist.get_edgecolor()
        corners = [(float(x), float(y)) for x, y in artist.get_xy()]
        filled, drawn = (to_hex(c) if to_rgba(c)[3] else "none" for c in (fill, edge))
        canvas.area(corners, gid, fill=filled, edge=drawn, width=artist.get_linewidth() if drawn != "none" else 0)
    elif isinstance(artist, Text):
        x, y = artist.get_position()
        canvas.text(
            float(x),
            float(y),
            artist.get_text(),
            gid,
            size=float(artist.get_fontsize()),
            colour=to_hex(artist.get_color()),
            bold=artist.get_fontweight() in (700, "bold"),
            align=artist.get_horizontalalignment(),
        )
    elif isinstance(artist, Line2D):
        points = [(float(x), float(y)) for x, y in np.asarray(artist.get_xydata(), dtype=float)]
        if artist.get_marker() in ("None", "none", None, " ", ""):
            canvas.line(points, gid, colour=to_hex(artist.get_color()), width=artist.get_linewidth())
        else:
            face, edge_colour = to_hex(artist.get_markerfacecolor()), to_hex(artist.get_markeredgecolor())
            canvas.dots(
                points, gid, size=artist.get_markersize(), fill=face, edge=edge_colour, width=artist.get_markeredgewidth()
            )
    else:
        raise TypeError(f"the canvas has no mark for {type(artist).__name__}")
