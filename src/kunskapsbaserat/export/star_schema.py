"""The star schema: facts and dimensions whose keys are unique and never missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.export.dimensions import dimensions
from kunskapsbaserat.export.facts import facts
from kunskapsbaserat.export.gathered import Gathered

KEYS = {
    "dim_kommun": ("kommun_id",),
    "dim_brott": ("brott_id",),
    "dim_tid": ("tid_id",),
    "dim_kon": ("kon_id",),
    "dim_matt": ("matt_id",),
    "dim_kalla": ("kalla_id",),
    "bro_overlapp": ("brott_id_a", "brott_id_b"),
    "fakta_brott_ar": ("kommun_id", "brott_id", "tid_id"),
    "fakta_brott_kvartal": ("kommun_id", "brott_id", "tid_id"),
    "fakta_brott_manad": ("kommun_id", "brott_id", "tid_id"),
    "fakta_bedomning_brott": ("kommun_id", "brott_id"),
    "fakta_trygghet": ("kommun_id", "matt_id", "fran_ar", "tid_id"),
    "fakta_bedomning_trygghet": ("kommun_id", "matt_id"),
    "fakta_oppna_jamforelser": ("kommun_id", "matt_id", "tid_id"),
    "fakta_egna_tal": ("kommun_id", "fil", "omrade", "matt", "kon_id", "tid_id"),
}
"""What tells the rows of each table apart."""

_DIMENSIONS = {KEYS[name][0]: name for name in KEYS if name.startswith("dim_")}


@dataclass(frozen=True, eq=False)
class Star:
    """Tables by name, dimensions first; a table without rows is there with its columns.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.export.gathered import gather
    >>> from kunskapsbaserat.export.star_schema import star
    >>> made = star(gather([kommun.get("Köping")]))
    >>> years = made.tables["fakta_brott_ar"]
    >>> years.query("brott_id == 'totalt' and tid_id == '2025'")["antal"].tolist()
    [2976]
    """

    tables: Mapping[str, pd.DataFrame]

    @property
    def filled(self) -> dict[str, pd.DataFrame]:
        """The tables that have rows: an Excel table needs one."""
        return {name: table for name, table in self.tables.items() if len(table)}

    @property
    def empty(self) -> list[str]:
        return [name for name, table in self.tables.items() if table.empty]

    def relations(self) -> list[tuple[str, str, str]]:
        """(fact, dimension, key) of the filled tables: many to one each."""
        return [
            (name, _DIMENSIONS[key], key)
            for name, table in self.filled.items()
            if name.startswith("fakta_")
            for key in table.columns
            if key in _DIMENSIONS and _DIMENSIONS[key] in self.filled
        ]


def star(gathered: Gathered) -> Star:
    """The tables, after a check of their keys.

    Raises
    ------
    TableError
        A key is missing, stands twice, or is not in its dimension: a fault of the library, and nothing is written.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.export import gather, star
    >>> [name for name in star(gather([kommun.get("Köping")])).filled if name.startswith("fakta_brott")]
    ['fakta_brott_ar', 'fakta_brott_kvartal']
    """
    tables = facts(gathered)
    made = Star(dimensions(gathered, tables) | tables)
    for name, table in made.tables.items():
        _check(name, table, made.tables)
    return made


def _check(name: str, table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> None:
    key = list(KEYS[name])
    missing = table[table[key].isna().any(axis=1)]
    doubled = table[table.duplicated(key)]
    for rows, expected, forvantat in (
        (missing, "a key in every row", "en nyckel i varje rad"),
        (doubled, "each key once", "varje nyckel en gång"),
    ):
        if len(rows):
            got = ", ".join(str(v) for v in rows[key].iloc[0])
            raise TableError(f"{name}: {expected}", forvantat=f"{forvantat} i {name}", column=key[-1], got=got)
    for column in set(table.columns) & set(_DIMENSIONS):
        unknown = set(table[column]) - set(tables[_DIMENSIONS[column]][column])
        if unknown:
            raise TableError(
                f"{name}: keys of {_DIMENSIONS[column]}",
                forvantat=f"nycklar ur {_DIMENSIONS[column]} i {name}",
                column=column,
                got=min(map(str, unknown)),
            )
