"""The reference format in one shape, so that an adapter reads any case of its topic and not just those it was written beside.

The README beside the cases allows the same thing to be written in several ways: rows as records, as columns, or a single
record; parameters and tolerance left out; a confidence called `conf` or `confidence`; a column by another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Case = Mapping[str, Any]

# Topics whose rows hold one value a cell: their columns may be turned into records without mistaking a list for a column.
ROWS = {
    *("crude_rate", "poisson_ci", "proportion", "proportion_change", "etest", "official_sweden", "ytd", "scan"),
    *("rate_ratio", "wdd"),
}
CELLS_OF_LISTS = {"rate_ratio", "wdd"}  # a cell is itself a list (before and after): columns cannot be told from records
TABLES = {"pai", "index_series"}  # read as a table either way
SAME = (
    ("conf", "confidence", "conf_level", "level"),
    ("multiplier", "multiply", "per"),
    ("tol", "tolerance"),
    ("maxiter", "max_iterations"),
)
COLUMNS = {
    "x": ("x", "Numerator", "numerator", "count", "events", "observed"),
    "n": ("n", "Denominator", "denominator", "exposure", "population", "pop", "person_years", "total"),
}
COUNTED = {"crude_rate", "poisson_ci", "proportion"}  # topics with one count and what it is of


def normal(case: Case) -> dict[str, Any]:
    """The case with every part it may leave out, one name for each thing, and its rows as records."""
    topic = case.get("topic", "")
    given, expected = case.get("input", {}), case.get("expected", {})
    parameters = _one_name(case.get("parameters") or {})
    if topic in ROWS:
        given, expected = (_records(part, columns=topic not in CELLS_OF_LISTS) for part in (given, expected))
        given = [_one_name(row) if isinstance(row, Mapping) else row for row in given]
    if topic in COUNTED:
        given = [_called(row) if isinstance(row, Mapping) else row for row in given]
    return {**case, "parameters": parameters, "input": given, "expected": expected, "tolerance": case.get("tolerance") or {}}


def _records(part: Any, *, columns: bool) -> list[Any]:
    """A list of records, out of records, columns of the same length or one record."""
    if not isinstance(part, Mapping):
        return list(part)
    lengths = {len(values) for values in part.values() if isinstance(values, list)}
    if columns and len(lengths) == 1:
        (length,) = lengths
        spread = {name: values if isinstance(values, list) else [values] * length for name, values in part.items()}
        return [dict(zip(spread, row, strict=True)) for row in zip(*spread.values(), strict=True)]
    return [dict(part)]


def _one_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Each setting also under the other names that adapters know it by."""
    found = dict(values)
    for names in SAME:
        present = next((name for name in names if name in values), None)
        found |= {} if present is None else {name: values[present] for name in names if name not in values}
    return found


def _called(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's count and what it is of, also as `x` and `n`."""
    found = dict(row)
    for mine, names in COLUMNS.items():
        present = next((name for name in names if name in row), None)
        if present is not None:
            found[mine] = row[present]
    return found


def shapes_of(case: Case) -> dict[str, Case]:
    """The same case written in the format's other ways, to see that its adapter reads them all."""
    topic, given, expected = case.get("topic", ""), case.get("input"), case.get("expected")
    others: dict[str, Case] = {"keys in reverse": {name: case[name] for name in reversed(list(case))}}
    without = {name: value for name, value in case.items() if name not in ("notes", "source", "tier", "edge_case", "part")}
    others["only what is needed"] = (
        without if without.get("parameters") else {k: v for k, v in without.items() if k != "parameters"}
    )
    if isinstance(given, Mapping):
        others["input in reverse"] = {**case, "input": {name: given[name] for name in reversed(list(given))}}
    if isinstance(expected, Mapping):
        others["expected in reverse"] = {**case, "expected": {name: expected[name] for name in reversed(list(expected))}}
    if topic in ROWS and isinstance(given, list) and isinstance(expected, list) and len(given) == len(expected):
        others["the first row alone, as a list"] = {**case, "input": given[:1], "expected": expected[:1]}
        if isinstance(given[0], Mapping) and isinstance(expected[0], Mapping):
            others["the first row alone, as itself"] = {**case, "input": given[0], "expected": expected[0]}
        others["rows in reverse"] = {**case, "input": given[::-1], "expected": expected[::-1]}
        if topic not in CELLS_OF_LISTS and all(isinstance(r, Mapping) and set(r) == set(given[0]) for r in given):
            others["rows as columns"] = {**case, "input": {name: [row[name] for row in given] for name in given[0]}}
    return others
