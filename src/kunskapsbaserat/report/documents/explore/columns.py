"""The columns of saved tables as an analyst reads them in Excel."""

from __future__ import annotations

import enum
import math
from typing import Any

import pandas as pd

from kunskapsbaserat.rates import Comparison, FunnelClass, Position
from kunskapsbaserat.report.page.common_words import AMONG, CHANGE, POSITION
from kunskapsbaserat.trends import Change

NAMES = {
    "rank": "Ordning",
    "area": "Kommunkod",
    "kommun": "Kommunkod",
    "name": "Namn",
    "offence": "Brottsmått",
    "sex": "Kön",
    "year": "År",
    "status": "Status",
    "count": "Antal",
    "exposure": "Folkmängd",
    "rate": "Per 100 000",
    "lower": "Nedre gräns",
    "upper": "Övre gräns",
    "expected": "Väntat antal",
    "ratio": "Kvot",
    "shrunken_rate": "Utjämnat per 100 000",
    "funnel_class": "Bland alla kommuner",
    "in_group": "Jämförs med",
    "group": "Jämförelse",
    "group_members": "Kommuner i jämförelsen",
    "group_rate": "Jämförelsens tal",
    "lower_quartile": "Mittersta hälften, nedre",
    "median": "Median i jämförelsen",
    "upper_quartile": "Mittersta hälften, övre",
    "comparison": "Mot jämförelsen",
    "position": "Mot jämförelsen",
    "level_certain": "Läget säkerställt",
    "mean_earlier": "Snitt före",
    "mean_latest": "Snitt nu",
    "q_value": "q-värde",
    "change": "Dom",
    "reason": "Skäl",
    "tier": "Grupp i listan",
}
_STATUS = {"final": "slutlig", "preliminary": "preliminär"}
_REASONS = {
    "few": "för få brott",
    "missing_years": "år saknas",
    "series_break": "räknades på annat sätt förut",
    "no_exposure": "folkmängd saknas",
    "no_group": "ingen att jämföra med",
    "no_group_figures": "för få i jämförelsen har siffror",
    "no_variation": "för få år",
}
_SHEETS = {"ar": "År", "brottsmatt": "Brottsmått"}


def in_swedish(table: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    """Headings, and rows whose missing values are empty and whose verdicts are words."""
    return [NAMES.get(str(c), str(c)) for c in table], [
        [_cell(str(column), value) for column, value in zip(table, row, strict=True)]
        for row in table.itertuples(index=False, name=None)
    ]


def sheet_name(name: str) -> str:
    """ "Kommuner 2024" of "kommuner-2024"."""
    return _SHEETS.get(name, name.replace("-", " ").capitalize())[:31]


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, Change):
        return CHANGE[value][1]
    if isinstance(value, Position):
        return POSITION.get(value, value.value)
    if isinstance(value, FunnelClass):
        return AMONG.get(value, "inte ovanligt" if value is FunnelClass.INOM else "kan inte bedömas")
    if isinstance(value, Comparison | enum.Enum):
        return str(value.value).replace("_", " ")
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if column == "status":
        return _STATUS.get(str(value), value)
    if column == "reason":
        return _REASONS.get(str(value), value)
    return _plain(value.item() if hasattr(value, "item") else value)


def _plain(value: Any) -> Any:
    """What a cell can hold; text that Excel would take for a formula stands after an apostrophe."""
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith("=") else text
