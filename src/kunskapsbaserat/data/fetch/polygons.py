"""The polygons that `kunskap hamta` keeps in its store, with whose they are: for a map of several kommuner at once.

The map of one kommun's own folder is read by `data.maps`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.fetch import kinds, shapes
from kunskapsbaserat.data.fetch.store import Entry, Store
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.kommun import Kommun

if TYPE_CHECKING:
    import shapely

SOURCE = "scb_geo"
_NAMES = ("tatort", "regsonamn")  # what an area is called, where it is called anything but its code


@dataclass(frozen=True)
class Area:
    """One polygon: whose it is, SCB's code and name of it, and its shape in SWEREF 99 TM (metres, east before north)."""

    kommun: Kommun
    code: str
    name: str
    shape: shapely.Geometry


def in_store(store: str | Path, layer: str = "deso", *, places: Sequence[Kommun] | None = None) -> tuple[Area, ...]:
    """The areas of every kommun that the store has them for, as they were fetched last; by kommun and code.

    Parameters
    ----------
    store : path
        The folder ``lager`` below the one that was fetched into.
    layer : {"deso", "tatorter"}
        SCB's DeSO, which together cover each kommun, or its tätorter.
    places : sequence of Kommun, optional
        Only these; one that the store does not have is left out.

    Raises
    ------
    FileError
        The store has none of them, or has been damaged.
    OptionError
        There is no such layer.

    Examples
    --------
    >>> [area.code for area in in_store("dalarna/lager")][:2]
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.FileError: lager: has no such map: kunskap hamta fetches it
    """
    if layer not in shapes.LAYERS:
        raise OptionError("layer", layer, tuple(shapes.LAYERS))
    kept = Store(store)
    wanted = None if places is None else {place.code for place in places}
    newest = {code: entry for code, entry in _newest(kept, layer).items() if wanted is None or code in wanted}
    if not newest:
        raise FileError(
            "missing",
            kept.folder,
            "has no such map: kunskap hamta fetches it",
            "har ingen karta. Kör ”kunskap hamta” för kommunerna.",
        )
    return tuple(area for code, entry in sorted(newest.items()) for area in _areas(kept, entry, layer, kommuner.get(code)))


def outlines(areas: Sequence[Area]) -> dict[Kommun, shapely.Geometry]:
    """Each kommun as one shape: its DeSO together.

    Examples
    --------
    >>> import shapely
    >>> place = kommuner.get("Köping")
    >>> halves = [Area(place, f"1983A00{n}0", "", shapely.box(10 * n, 0, 10 * n + 10, 10)) for n in (1, 2)]
    >>> outlines(halves)[place].area
    200.0
    """
    import shapely

    shapes_of: dict[Kommun, list[shapely.Geometry]] = {}
    for area in areas:
        shapes_of.setdefault(area.kommun, []).append(area.shape)
    return {place: shapely.union_all(parts) for place, parts in shapes_of.items()}


def _newest(store: Store, layer: str) -> dict[str, Entry]:
    """The last answer about each kommun of a run that was whole."""
    asked = re.compile(rf"typeNames=stat:{shapes.LAYERS[layer][0]}&.*CQL_FILTER=\w+='(\d{{4}})'")
    entries = store.entries()
    whole = {entry.run for entry in entries if entry.closed and entry.source == SOURCE}
    found: dict[str, Entry] = {}
    for entry in entries:
        match = asked.search(unquote(entry.key))
        if match and entry.source == SOURCE and entry.run in whole:
            found[match[1]] = entry  # the log is in order of time
    return found


def _areas(store: Store, entry: Entry, layer: str, place: Kommun) -> list[Area]:
    import shapely

    _, kommun, code = shapes.LAYERS[layer]
    try:
        features = shapes.features(kinds.whole_json(store.content(entry)), place.code, kommun, code)
    except ValueError as error:
        raise FileError(
            "store", store.folder, f"has a map that cannot be read ({error})", "har en karta som inte går att läsa."
        ) from error
    made = shapely.make_valid([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features])
    return [
        Area(place, str(about[code]), _name(about, str(about[code])), shape)
        for about, shape in zip((feature["properties"] for feature in features), made, strict=True)
    ]


def _name(about: dict[str, Any], code: str) -> str:
    return next((str(about[name]) for name in _NAMES if about.get(name)), code)
