"""The kinds of cells that only the plan's workbook has: an indicator, several of them, and a study."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.cells import Refused
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.forms import values
from kunskapsbaserat.forms.columns import Column
from kunskapsbaserat.plan import indicators


def value(cell: object, column: Column) -> Any:
    """As `forms.values.value`, with the plan's own kinds."""
    return values.value(cell, column, _OWN)


def _indicator(cell: object, column: Column) -> str:
    """The key of a known indicator; what may be the id of an activity is kept and checked when all sheets are read."""
    return _key(values.text(cell, column))


def _indicators(cell: object, column: Column) -> tuple[str, ...]:
    return tuple(_key(part) for part in values.several(cell, column))


def _key(text: str) -> str:
    indicator = indicators.find(text)
    return indicator.key if indicator else text


def _evidence(cell: object, column: Column) -> str:
    try:
        return evidens.get(values.text(cell, column)).id
    except OptionError:
        what = ("a study on the sheet Forskning", "en studie på bladet Forskning")
        raise Refused("unknown_evidence", *what, "finns inte på bladet Forskning", "Välj i listan.") from None


_OWN: Mapping[str, values.Reader] = MappingProxyType(
    {"indicator": _indicator, "indicators": _indicators, "evidence": _evidence}
)
