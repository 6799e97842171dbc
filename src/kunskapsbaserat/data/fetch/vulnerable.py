"""Polisens utsatta områden: the polygons of the whole country, from the archive that polisen.se links to."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

from kunskapsbaserat.data.fetch import kinds
from kunskapsbaserat.data.fetch.asking import Asker, WrongShape
from kunskapsbaserat.data.fetch.shapes import collection, geometry

PAGE = "/om-polisen/polisens-arbete/utsatta-omraden/"
CLASSES = ("Utsatt område", "Särskilt utsatt område")
"""What an area may be called; riskområde is no longer used."""
FEWEST = 20
"""Areas that there must be: the list of 2025 has 65."""
LARGEST = 64 << 20
_LINK = re.compile(r"""href\s*=\s*["']([^"']*uso_(\d{4})[^"']*geojson[^"']*\.zip)["']""", re.IGNORECASE)


def areas(asker: Asker) -> bytes:
    """GeoJSON in SWEREF 99 TM of every utsatt område, with the properties that Polisen gives.

    Raises
    ------
    FetchError
        The page has no link to the archive, or the archive has no such polygons.
    """
    link = asker.ask(PAGE, _newest, purpose="länken till kartan", kind=kinds.PAGE)
    if link is None:
        raise asker.wrong("no link to the map", "sidan har ingen länk till kartan (GeoJSON)")
    return asker.ask(link, _unpacked, purpose="utsatta områden", kind=kinds.ARCHIVE)


def _newest(page: str) -> str | None:
    links = [(int(match[2]), html.unescape(match[1])) for match in _LINK.finditer(page)]
    return max(links)[1] if links else None


def _unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [info for info in archive.infolist() if info.filename.casefold().endswith((".geojson", ".json"))]
        if len(names) != 1:
            raise WrongShape(f"{len(names)} maps in the archive", f"zip-filen har {len(names)} kartor, inte en")
        if names[0].file_size > LARGEST:
            raise WrongShape("a map that is too large", "kartan i zip-filen är orimligt stor")
        packed = archive.read(names[0])
    try:
        data: Any = kinds.whole_json(packed)
    except (ValueError, RecursionError) as error:
        raise WrongShape("no GeoJSON in the archive", "kartan i zip-filen är ingen hel GeoJSON") from error
    return _collection(data)


def _collection(data: Any) -> bytes:
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or len(features) < FEWEST or not all(isinstance(f, dict) for f in features):
        raise WrongShape("too few areas", f"kartan har färre än {FEWEST} områden")
    found = []
    for feature in features:
        about = feature.get("properties")
        if not isinstance(about, dict) or not about.get("NAMN") or about.get("KATEGORI") not in CLASSES:
            kind = about.get("KATEGORI") if isinstance(about, dict) else None
            raise WrongShape(f"an area of class {kind}", f"ett område är av slaget ”{kind}”, som inte känns igen")
        found.append({"type": "Feature", "properties": about, "geometry": geometry(feature.get("geometry"))})
    return collection(found)
