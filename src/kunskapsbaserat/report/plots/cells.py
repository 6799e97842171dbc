"""The map of hot cells as a drawing of the page: `places` makes the artists, the page's own SVG cleaner writes them."""

from __future__ import annotations

import pandas as pd
import shapely

from kunskapsbaserat import places
from kunskapsbaserat.report.plots.canvas import Canvas, Drawing


def cell_map(cells: pd.DataFrame, *, size: float | None, outline: shapely.Geometry | None = None, hot: str = "hot") -> Drawing:
    """Squares where there are events, those called filled and numbered as in the table; see `places.place_map`."""
    drawn = places.place_map(cells, size=size, outline=outline, hot=hot)
    canvas = Canvas(drawn.width, drawn.height)
    for artist in drawn.artists:
        artist.set_transform(canvas.pixels)
        canvas.figure.add_artist(artist)
    return canvas.finish()
