"""A figure that Matplotlib draws, as an image with its finding in words."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def image(draw: Callable[[Axes], Any], *, alt: str) -> str:
    """An ``<img>`` of what `draw` puts on the axes that it is given."""
    data = base64.b64encode(png(draw)).decode()
    return f'<img class="kbw-bild" src="data:image/png;base64,{data}" alt="{escape(alt)}">'


def png(draw: Callable[[Axes], Any]) -> bytes:
    """What `draw` puts on the axes that it is given, on white."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), dpi=144, layout="constrained")
    FigureCanvasAgg(figure)
    draw(figure.subplots())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
