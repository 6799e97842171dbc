"""SCB's polygons of a kommun, DeSO and tätorter, as they are published: kept for maps."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from kunskapsbaserat.data.fetch.asking import Asker, WrongShape
from kunskapsbaserat.data.fetch.each import Each, each
from kunskapsbaserat.kommun import Kommun

LAYERS = {"deso": ("DeSO_2025", "kommunkod", "desokod"), "tatorter": ("Tatorter_2023", "kommun", "tatortskod")}
"""Our name: the layer, the property with the kommun's code, and the one with the area's own code."""
_NAMES = {"deso": "DeSO-områden", "tatorter": "tätorter"}
_EAST, _NORTH = (200_000, 1_000_000), (6_000_000, 7_800_000)  # Sweden in SWEREF 99 TM, metres


def maps(asker: Asker, places: Sequence[Kommun]) -> Each[dict[str, bytes]]:
    """Every layer of each kommun: GeoJSON in SWEREF 99 TM, east before north.

    Raises
    ------
    FetchError
        For no kommun is the answer a whole collection of polygons in it.
    """
    return each(places, lambda place: {layer: _map(asker, place, layer) for layer in LAYERS})


def _map(asker: Asker, place: Kommun, layer: str) -> bytes:
    name, kommun, code = LAYERS[layer]
    path = (
        f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=stat:{name}&outputFormat=application/json"
        f"&srsName=EPSG:3006&CQL_FILTER={quote(f'{kommun}={chr(39)}{place.code}{chr(39)}')}"
    )
    purpose = f"{_NAMES[layer]}, {place.name}"
    found: list[dict[str, Any]] = asker.ask(path, lambda data: features(data, place.code, kommun, code), purpose=purpose)
    return collection(found)


def collection(found: list[dict[str, Any]]) -> bytes:
    """The areas as GeoJSON in SWEREF 99 TM, the same bytes for the same areas."""
    whole = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:3006"}}, "features": found}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def features(data: Any, place: str, kommun: str, code: str) -> list[dict[str, Any]]:
    """The polygons of an answer by their code; `kommun` and `code` are the properties that have the kommun's and their own.

    Raises
    ------
    WrongShape
        It is no whole collection of polygons in the kommun `place`.
    """
    given = data.get("features") if isinstance(data, dict) else None
    if not isinstance(given, list) or not given or not all(isinstance(f, dict) for f in given):
        raise WrongShape("no features", "svaret har inga områden")
    matched = data.get("numberMatched", data.get("totalFeatures", len(given)))
    if matched != len(given):
        raise WrongShape(f"{len(given)} of {matched} features", f"svaret har {len(given)} av {matched} områden")
    found: list[dict[str, Any]] = []
    for feature in given:
        about = feature.get("properties")
        if not isinstance(about, dict) or str(about.get(kommun)) != place or not about.get(code):
            raise WrongShape("a feature of another kommun", "svaret har ett område utan kod, eller i en annan kommun")
        found.append({"type": "Feature", "properties": about, "geometry": geometry(feature.get("geometry"))})
    by_code = {str(feature["properties"][code]): feature for feature in found}
    if len(by_code) != len(found):
        raise WrongShape("a code twice", "samma område står två gånger")
    return [by_code[area] for area in sorted(by_code)]


def geometry(shape: Any) -> dict[str, Any]:
    """A polygon, or several, within Sweden; with east first, whichever order the server writes.

    Raises
    ------
    WrongShape
        It is something else.
    """
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise WrongShape(f"no polygon: {kind}", "ett område är ingen polygon")
    written: Any = shape.get("coordinates")
    polygons = written if kind == "MultiPolygon" else [written]
    if not isinstance(polygons, list) or not all(isinstance(p, list) and all(isinstance(r, list) for r in p) for p in polygons):
        raise WrongShape("coordinates that are none", "ett område har inga koordinater")
    turned = [[[_point(point) for point in ring] for ring in polygon] for polygon in polygons]
    if not turned or any(len(ring) < 4 or ring[0] != ring[-1] for polygon in turned for ring in polygon or [[]]):
        raise WrongShape("a ring that is not closed", "ett område är inte en sluten linje")
    return {"type": kind, "coordinates": turned if kind == "MultiPolygon" else turned[0]}


def _point(point: Any) -> list[float]:
    if not isinstance(point, list) or len(point) < 2:
        raise WrongShape("coordinates that are none", "ett område har inga koordinater")
    one, other = point[:2]
    if not all(isinstance(n, (int, float)) and not isinstance(n, bool) and math.isfinite(n) for n in (one, other)):
        raise WrongShape("a coordinate that is no number", "en koordinat är inget tal")
    for east, north in ((one, other), (other, one)):
        if _EAST[0] <= east <= _EAST[1] and _NORTH[0] <= north <= _NORTH[1]:
            return [east, north]
    raise WrongShape("a point outside Sweden", "en punkt ligger utanför Sverige: koordinaterna är inte i SWEREF 99 TM")
