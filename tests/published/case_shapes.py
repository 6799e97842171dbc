"""One reference case written in the format's other ways, each of which its adapter must read to the same end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from case_format import CELLS_OF_LISTS, ONE_ANSWER, ROWS, SAME, Case, table_of

KEYS_NOT_NEEDED = ("notes", "source", "tier", "edge_case", "part", "title", "id")


def shapes_of(case: Case) -> dict[str, Case]:
    """By what is written otherwise."""
    return {**_other_order(case), **_other_names(case), **_other_input(case), **_other_results(case)}


def _other_order(case: Case) -> dict[str, Case]:
    shapes: dict[str, Case] = {"keys in reverse": {name: case[name] for name in reversed(list(case))}}
    without = {name: value for name, value in case.items() if name not in KEYS_NOT_NEEDED}
    shapes["only what is needed"] = without if without.get("parameters") else _without(without, "parameters")
    for part in ("input", "expected"):
        if isinstance(case[part], Mapping):
            shapes[f"{part} in reverse"] = {**case, part: {name: case[part][name] for name in reversed(list(case[part]))}}
    return shapes


def _other_names(case: Case) -> dict[str, Case]:
    """Settings by their other names, and a tolerance by key with a default."""
    shapes: dict[str, Case] = {}
    parameters = case.get("parameters") or {}
    called = {name: names for names in SAME for name in names if name in parameters}
    for number in range(max((len(names) for names in called.values()), default=0)):
        renamed = {called[k][number % len(called[k])] if k in called else k: v for k, v in parameters.items()}
        if list(renamed) != list(parameters) and number in (0, 1, 2):
            shapes[f"settings called {', '.join(renamed)}"] = {**case, "parameters": renamed}
    tolerance = case.get("tolerance") or {}
    if isinstance(tolerance.get("atol"), int | float):
        shapes["tolerance by key"] = {**case, "tolerance": {**tolerance, "atol": {"default": tolerance["atol"]}}}
    return shapes


def _other_input(case: Case) -> dict[str, Case]:
    topic, given, expected = case.get("topic", ""), case.get("input"), case.get("expected")
    shapes: dict[str, Case] = {}
    if isinstance(given, Mapping) and "csv" in given:
        shapes |= {f"the csv as {kind}": {**case, "input": inside} for kind, inside in _written_out(given).items()}
    elif isinstance(given, Mapping) and _columns(given) and topic not in CELLS_OF_LISTS:
        shapes["columns as records"] = {**case, "input": _spread(given)}
    if topic not in ROWS or not isinstance(given, list) or not isinstance(expected, list) or len(given) != len(expected):
        return shapes
    shapes["the first row alone, as a list"] = {**case, "input": given[:1], "expected": expected[:1]}
    if isinstance(given[0], Mapping) and isinstance(expected[0], Mapping):
        shapes["the first row alone, as itself"] = {**case, "input": given[0], "expected": expected[0]}
        common = {k: v for k, v in (case.get("parameters") or {}).items() if k not in given[0]}
        shapes["parameters in each row"] = {**case, "parameters": {}, "input": [{**common, **row} for row in given]}
    shapes["rows in reverse"] = {**case, "input": given[::-1], "expected": expected[::-1]}
    if topic not in CELLS_OF_LISTS and all(isinstance(r, Mapping) and set(r) == set(given[0]) for r in given):
        shapes["rows as columns"] = {**case, "input": {name: [row[name] for row in given] for name in given[0]}}
    return shapes


def _written_out(given: Mapping[str, Any]) -> dict[str, Any]:
    """A csv's columns as lists beside the names of their roles, and as lists that are the roles."""
    rows = table_of({"input": given})
    lists = {name: json.loads(rows[name].to_json(orient="values", double_precision=15)) for name in rows}
    roles = {key: value for key, value in given.items() if key not in ("csv", "filter")}
    free = {key: value for key, value in roles.items() if key not in lists}
    shapes: dict[str, Any] = {"lists": {**lists, **free}} if len(free) == len(roles) else {}
    if roles and all(isinstance(value, str) and value in lists for value in roles.values()):
        own = {role: lists[column] for role, column in roles.items()}
        shapes |= {"lists by role": own, "records by role": _spread(own)}
    return shapes


def _columns(given: Mapping[str, Any]) -> bool:
    """Whether all of it is columns of one length."""
    return all(isinstance(v, list) for v in given.values()) and len({len(v) for v in given.values()}) == 1


def _spread(columns: Mapping[str, list]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _other_results(case: Case) -> dict[str, Case]:
    expected = case.get("expected")
    shapes: dict[str, Case] = {}
    if isinstance(expected, list) and expected and all(isinstance(r, Mapping) and set(r) == set(expected[0]) for r in expected):
        if not any(isinstance(value, Mapping | list) for row in expected for value in row.values()):
            together = {name: [row[name] for row in expected] for name in expected[0]}
            shapes["results as columns"] = {**case, "expected": together}
    elif isinstance(expected, Mapping) and case.get("topic") in ONE_ANSWER:
        shapes["the one result in a list"] = {**case, "expected": [expected]}
    if isinstance(expected, Mapping):
        tables = {k: v for k, v in expected.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
        if tables and all(set(row) == set(rows[0]) for rows in tables.values() for row in rows):
            columns = {
                k: pd.DataFrame(v).astype(object).where(pd.notna(pd.DataFrame(v)), None).to_dict("list")
                for k, v in tables.items()
            }
            shapes["tables of results as columns"] = {**case, "expected": {**expected, **columns}}
    return shapes


def _without(case: Case, key: str) -> Case:
    return {name: value for name, value in case.items() if name != key}
