"""The public places as a GeoPackage, so that the kommun's own map can show them: the squares of the public page, no others."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from kunskapsbaserat.data import geopackage
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.public import CELL
from kunskapsbaserat.report.documents.est.public_places import told_places
from kunskapsbaserat.report.documents.est.words import deepening as words_of

FILE = "offentlig.gpkg"
_COLUMNS = {"nummer": "INTEGER", "plats": "TEXT", "antal": "INTEGER", "fran": "DATE", "till_och_med": "DATE", "obs": "TEXT"}


def files(m: Material, ledger: Ledger, shown: Sequence[Figure]) -> dict[str, bytes]:
    """The file by its name; none where no place with a point may be told."""
    told = told_places(m, ledger, shown)
    drawn = told[told["x"].notna()]
    if drawn.empty:
        return {}
    half = CELL / 2
    rows = [
        (
            shapely.box(row.x - half, row.y - half, row.x + half, row.y + half),
            {
                "nummer": int(row.nummer),
                "plats": row.plats,
                "antal": int(row.antal),
                "fran": row.fran.isoformat(),
                "till_och_med": row.till_och_med.isoformat(),
                "obs": words_of.STAND_IN_OF_A_FILE if words_of.stand_in(m) else words_of.NOT_CRIMES,
            },
        )
        for row in drawn.itertuples()
    ]
    layer = geopackage.Layer("rutor", words_of.public_title(m), _COLUMNS, rows)
    return {FILE: geopackage.content(layer, changed=m.span.last)}
