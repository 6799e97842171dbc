"""What a reader hands over: a contract table, what should be known about single cells, and the file it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.findings import Finding

REASONS = {
    "empty": "cellen är tom",
    "not_available": "uppgift saknas (..)",
    "not_applicable": "uppgiften är inte tillämplig (.)",
    "dropout": "bortfall (-)",
    "suppressed": "uppgiften är dold av källan",
    "no_interval": "källan anger inget osäkerhetsintervall",
    "noise": "SCB har lagt slumpmässigt brus på talet (från 2025); delar summerar inte till helheten",
    "preliminary": "preliminär uppgift",
}
"""What the codes of `Imported.remarks` mean, in Swedish."""

REMARK_COLUMNS = ("column", "reason", "sheet", "row")


@dataclass(frozen=True)
class Imported:
    r"""One file as a table.

    Attributes
    ----------
    table : DataFrame
        Follows the contract named by `contract` ("counts", "exposure", "survey"), or "indicator": columns ``area``,
        ``area_level``, ``indicator``, ``sex``, ``period`` (or ``start_year``, ``end_year``), ``value``, ``unit``, ``source``.
    remarks : DataFrame
        One row per marked cell: the table's key columns, and ``column``, ``reason`` (a key of `REASONS`), ``sheet``, ``row``
        (as seen in the file). A missing value always has a remark; a noisy one too, and nothing is done to it.
    notes : tuple of Finding
        What was said of the file, and what was left out of it and why.
    names : dict
        What the file calls each offence, measure or indicator, by its short name.
    asked : Series or None
        Of a survey whose file says it: how many could have answered, row by row of `table`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import scb
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "folkmangd.csv"
    >>> _ = path.write_text("region;Folkmängd 2024;Folkmängd 2025\n2081 Borlänge;51425;51354\n", encoding="utf-8")
    >>> imported = scb.population(path)
    >>> imported.contract, imported.publisher, imported.licence
    ('exposure', 'Statistiska centralbyrån (SCB)', 'CC0')
    >>> imported.remarks[["column", "reason", "row"]]
      column reason  row
    0  value  noise    2
    >>> folder.cleanup()
    """

    contract: str
    table: pd.DataFrame
    remarks: pd.DataFrame
    file: DataFile
    publisher: str
    title: str
    address: str = ""
    licence: str = ""
    status: str = "final"
    notes: tuple[Finding, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    asked: pd.Series | None = None

    def snapshot(self, retrieved: dt.date | None = None) -> Snapshot:
        """Provenance of the file that was read; `retrieved` is the date of the file itself when not given."""
        when = retrieved or dt.date.fromtimestamp(self.file.path.stat().st_mtime)
        return Snapshot(
            name=self.file.path.name,
            publisher=self.publisher,
            title=self.title,
            address=self.address,
            licence=self.licence,
            retrieved=when,
            published=None,
            status=self.status,
            sha256=self.file.sha256,
        )


def remarks(rows: Iterable[Mapping[str, Any]], key: list[str]) -> pd.DataFrame:
    """The remarks as a table, with the same columns when there are none."""
    return pd.DataFrame(list(rows), columns=[*key, *REMARK_COLUMNS])
