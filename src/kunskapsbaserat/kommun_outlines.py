"""The outline of every kommun, for whoever draws a map."""

from __future__ import annotations

import functools
import gzip
import json
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely

FILE = "kommun_outlines.geojson.gz"


@functools.cache
def outlines_in_degrees() -> dict[str, shapely.Geometry]:
    """Outline of every kommun in WGS84, as SCB publishes them for maps of the whole country."""
    from shapely.geometry import shape

    packed = resources.files("kunskapsbaserat").joinpath("data", "embedded", FILE).read_bytes()
    features = json.loads(gzip.decompress(packed))["features"]
    return {feature["properties"]["kommun"]: shape(feature["geometry"]) for feature in features}
