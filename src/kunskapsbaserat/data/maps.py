"""The maps that `kunskap hamta` puts in a kommun's folder, as shapes in metres (SWEREF 99 TM)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsbaserat.data import fetched
from kunskapsbaserat.errors import FileError, OptionError

if TYPE_CHECKING:
    import shapely

MAPS = {"deso": "desokod", "tatorter": "tatort", "utsatta_omraden": "NAMN"}
"""The maps, and the property that names each area."""


def read(folder: str | Path, name: str) -> dict[str, shapely.Geometry]:
    """The areas of one map by code or name: SCB's DeSO or tätorter in the kommun, or Polisens utsatta områden in the country.

    Parameters
    ----------
    folder : path
        The kommun's folder.
    name : {"deso", "tatorter", "utsatta_omraden"}
        Which map.

    Raises
    ------
    FileError
        The map has not been fetched, or somebody has changed it.
    OptionError
        There is no such map.
    """
    if name not in MAPS:
        raise OptionError("name", name, tuple(MAPS))
    from kunskapsbaserat.data.est import areas

    path = Path(folder) / fetched.FOLDER / f"{name}.geojson"
    if not path.exists():
        raise FileError("missing", path, "is not there: kunskap hamta fetches it", "saknas. Kör ”kunskap hamta” för kommunen.")
    return areas.read(path, code=MAPS[name])
