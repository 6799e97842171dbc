"""The kommun's own tables through the gate, all of them together, so that no table gives away what another hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.disclosure import OwnTable, OwnTables, Released, release
from kunskapsbaserat.disclosure.own import OF_AREA

if TYPE_CHECKING:
    from kunskapsbaserat.data.folder import Folder
    from kunskapsbaserat.data.imported import Imported

CONTENTS = {"counts": "local", "survey": "survey", "indicator": "indicator"}
NAMES = {"counts": "offence", "survey": "measure", "indicator": "indicator"}
PARTS = ("stadsdel", "regso", "deso")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """What one file says about the kommun as a whole, or about its parts, as far as it may be shown.

    `of_parts`: the rows of `released` are of parts of the kommun, and its column of names holds both name and area.
    """

    read: Imported
    released: Released
    of_parts: bool = False

    @property
    def name_column(self) -> str:
        return NAMES[self.read.contract]

    @property
    def frame(self) -> pd.DataFrame:
        return self.released.frame

    def label(self, name: str) -> str:
        """What is counted, as the file writes it."""
        words = self.read.names.get(name, name.replace("_", " "))
        return words[:1].upper() + words[1:]


def own_files(own: Folder | None) -> tuple[OwnFile, ...]:
    """Every file of the folder that has figures about the kommun or its parts; a file with both gives two."""
    if own is None:
        return ()
    code = own.kommun.code
    wholes = [(found, found.table[found.table["area"] == code].reset_index(drop=True)) for found in own.local]
    parts = [(found, _of_parts(found, code)) for found in own.local if found.contract in CONTENTS]
    told = [(found, rows, False) for found, rows in wholes if len(rows)] + [
        (found, rows, True) for found, rows in parts if len(rows)
    ]
    together = OwnTables(tuple(OwnTable(rows, CONTENTS[found.contract]) for found, rows, _ in told))
    return tuple(
        OwnFile(found, _released(found, rows, number, together), of_parts)
        for number, (found, rows, of_parts) in enumerate(told, start=1)
    )


def _released(found: Imported, rows: pd.DataFrame, number: int, together: OwnTables) -> Released:
    return release(rows, name=f"lokal_{number}", contents=CONTENTS[found.contract], sources=["lokal"], beside=together)


def _of_parts(found: Imported, code: str) -> pd.DataFrame:
    """Rows about the kommun's parts, counts by whole years: a shorter time in a small area points at somebody.

    The kommun's own rows stand among them: a hidden part must not be what is left of the whole.
    """
    table, name = found.table, NAMES[found.contract]
    inside = table["area_level"].isin(PARTS) & ~(table["area_level"].ne("stadsdel") & ~table["area"].str.startswith(code))
    rows = table[inside | (table["area"] == code)]
    if not inside.any():
        return rows.iloc[:0]
    if found.contract == "counts":
        rows = tables.whole_years(rows)
    elif "period" in rows and tables.frequency(rows) != "Y":
        return rows.iloc[:0]
    if not rows["area_level"].isin(PARTS).any():
        return rows.iloc[:0]
    named = rows[name].where(rows["area"] == code, rows[name] + OF_AREA + rows["area"].astype(str))
    return rows.assign(**{name: named}).reset_index(drop=True)


def of_kommun(files: Sequence[OwnFile]) -> list[OwnFile]:
    return [file for file in files if not file.of_parts]
