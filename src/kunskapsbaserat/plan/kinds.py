"""The kinds of cells that only the plan's workbook has: indicators, a study, a process figure, EST categories."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from kunskapsbaserat.catalogue import est, evidens, processer
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


def _process(cell: object, column: Column) -> str:
    """The key of a measure that the list has."""
    labels = {m.label.casefold(): m.key for work in processer.works() for m in work.measures}
    said = values.text(cell, column)
    key = labels.get(" ".join(said.split()).casefold())
    if key is None:
        names = [m.label for work in processer.works() for m in work.measures]
        what = ("a measure on the list", "ett mått ur listan")
        raise Refused("unknown_measure", *what, "finns inte i listan", f"Välj i listan.{_near(said, names)}")
    return key


def _est_categories(cell: object, column: Column) -> tuple[str, ...]:
    """Ids of EST categories, by their names."""
    known = {name.casefold(): c.id for c in est.categories() for name in (c.name, c.id)}
    found = []
    for part in values.several(cell, column):
        if part.casefold() not in known:
            what = ("an EST category", "en kategori i EST")
            near = _near(part, [c.name for c in est.categories()])
            raise Refused(
                "unknown_category", *what, f"har ”{part}”, som inte är någon kategori i EST", f"Se listan i est.xlsx.{near}"
            )
        found.append(known[part.casefold()])
    return tuple(found)


def _near(said: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(said, list(names), n=1, cutoff=0.4)
    return f" Menade du ”{near[0]}”?" if near else ""


_OWN: Mapping[str, values.Reader] = MappingProxyType(
    {
        "indicator": _indicator,
        "indicators": _indicators,
        "evidence": _evidence,
        "process": _process,
        "est": _est_categories,
    }
)
