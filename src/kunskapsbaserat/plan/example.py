"""The invented plan that comes with the package: read the same way as a workbook, and marked on every page."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat.forms.columns import Rows
from kunskapsbaserat.plan import sheets, workbook
from kunskapsbaserat.plan.model import Plan

KOMMUN = "2081"
_FILE = Path(__file__).with_name("exempel_borlange.toml")
_TABLES = {
    sheets.PROBLEM: "problem",
    sheets.ORSAKER: "orsaker",
    sheets.ATGARDER: "atgarder",
    sheets.MAL: "mal",
    sheets.AKTIVITETER: "aktiviteter",
    sheets.LOFTEN: "loften",
    sheets.FOKUS: "fokus",
    sheets.PROCESSTAL: "processtal",
    sheets.KONTROLLER: "kontroller",
    sheets.GRANNSAMVERKAN: "grannsamverkan",
    sheets.PLATSER: "platser",
}


@functools.cache
def example() -> Plan:
    """The plan for Borlänge 2023-2024. Everything in it is made up."""
    content = _FILE.read_bytes()
    return workbook.from_rows(rows(), kommun=KOMMUN, name=_FILE.name, example=True, sha256=hashlib.sha256(content).hexdigest())


def rows() -> dict[str, Rows]:
    """The plan as the rows of a workbook."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    book: dict[str, Rows] = {sheets.KOMMUN: _kommun_rows(said["kommun"])}
    for name, columns in sheets.SHEETS.items():
        book[name] = [
            [column.head for column in columns],
            *([entry.get(column.name) for column in columns] for entry in said.get(_TABLES[name], [])),
        ]
    return book


def _kommun_rows(said: Mapping[str, Any]) -> Rows:
    found: list[list[object]] = [[sheets.FIELD, sheets.ANSWER]]
    for line in sheets.ORGANISATION:
        answers = said.get(line.name, [])
        found.append([line.head, *(answers if isinstance(answers, list) else [answers])])
    return found
