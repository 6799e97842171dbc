"""The reference format in one shape, so that an adapter reads any case of its topic and not just those it was written beside.

The README beside the cases allows the same thing to be written in several ways: rows as records, as columns, as a single
record or in a csv; results keyed by name or as records; parameters and tolerance left out; a setting or a column by another
name. What differs is evened out here; how a case is written in the other ways, for the tests, is in `case_shapes`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Case = Mapping[str, Any]
FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))

# Topics whose input is rows with one result each: their columns may be turned into records.
ROWS = {
    *("crude_rate", "poisson_ci", "proportion", "proportion_change", "etest", "official_sweden", "ytd", "scan"),
    *("rate_ratio", "wdd"),
}
CELLS_OF_LISTS = {"rate_ratio", "wdd"}  # a cell is itself a list (before and after): columns cannot be told from records
GROUPED = {"dsr", "dsr_repeat_events", "isr_smr", "index_series", "pai"}  # rows in, another number of results out
ONE_ANSWER = {"monotone_trend", "changepoint", "segmented", "count_trend", "stl", "joinpoint", "empirical_bayes", "farrington"}
SAME = (
    ("conf", "confidence", "conf_level", "level", "conf_int", "confidence_level", "sig"),
    ("multiplier", "multiply", "per", "mp"),
    ("method", "variant", "type"),
    ("alternative", "side"),
    ("tol", "tolerance"),
    ("maxiter", "max_iterations", "max_iter"),
)
COLUMNS = {
    "x": ("x", "Numerator", "numerator", "count", "events", "event", "observed", "cases", "y", "a"),
    "n": ("n", "Denominator", "denominator", "exposure", "population", "pop", "person_years", "pyears", "total", "pt"),
}
COUNTED = {"crude_rate", "poisson_ci", "proportion"}  # topics with one count and what it is of


def normal(case: Case) -> dict[str, Any]:
    """The case with every part it may leave out, one name for each thing, and its rows as records."""
    topic = case.get("topic", "")
    given, expected = case.get("input", {}), case.get("expected", {})
    parameters = one_name(case.get("parameters") or {})
    if isinstance(given, Mapping) and "csv" in given and topic in ROWS | GROUPED:
        given = _rows_of_csv(given)
    if topic in ROWS:
        given = _records(given, columns=topic not in CELLS_OF_LISTS)
        lists = isinstance(expected, Mapping) and len(given) > 1 and {len(given)} == {len(v) for v in expected.values()}
        expected = _records(expected, columns=lists or topic not in CELLS_OF_LISTS)
        given = [one_name(row) if isinstance(row, Mapping) else row for row in given]
    if topic in COUNTED:
        given = [_called(row) if isinstance(row, Mapping) else row for row in given]
    if topic in ONE_ANSWER and isinstance(expected, Sequence) and len(expected) == 1:
        expected = expected[0]
    return {**case, "parameters": parameters, "input": given, "expected": expected, "tolerance": case.get("tolerance") or {}}


def close(got: Any, expected: Any, tolerance: Mapping[str, Any], key: str = "") -> None:
    """Equal within the case's own tolerance, None being missing.

    `exact` compares equal; an `rtol` or `atol` that is an object goes by key, with "default" for the others.
    """
    found = np.atleast_1d(np.asarray([np.nan if v is None else v for v in np.ravel(np.asarray(got, dtype=object))]))
    cells = np.ravel(np.asarray(expected, dtype=object))
    wanted = np.asarray([np.nan if v is None else v for v in cells])
    if tolerance.get("exact"):
        np.testing.assert_array_equal(*_as_one_kind(found, wanted), err_msg=key)
        return
    limits = {}
    for name in ("rtol", "atol"):
        value = tolerance.get(name, 0)
        limits[name] = value.get(key, value.get("default", 0)) if isinstance(value, Mapping) else value
    assert found.shape == wanted.shape or 1 in (found.size, wanted.size), (key, found.shape, wanted.shape)
    np.testing.assert_allclose(found.astype(float), wanted.astype(float), err_msg=key, **limits)


def _as_one_kind(found: Any, wanted: Any) -> tuple[Any, Any]:
    """Flags written 0 and 1 equal flags written false and true."""
    return (
        (found.astype(float), wanted.astype(float)) if {found.dtype.kind, wanted.dtype.kind} <= set("biuf") else (found, wanted)
    )


def records(given: Any) -> list[dict[str, Any]]:
    """Results as records: out of records, columns of one length, one record or a csv."""
    if isinstance(given, Mapping) and "csv" in given:
        given = table_of({"input": given}).to_dict("records")
    return [dict(row) for row in _records(given, columns=True)]


def frame_of(given: Any) -> pd.DataFrame:
    """Results as a table, null being missing."""
    return pd.DataFrame(records(given))


def table_of(case: Case) -> pd.DataFrame:
    """The rows of a case: of its csv, filtered; of records; or of its longest lists."""
    given = case["input"]
    if isinstance(given, Mapping) and "csv" in given:
        rows = pd.read_csv(next(FOLDER.rglob(given["csv"])))
        for column, value in (given.get("filter") or {}).items():
            rows = rows[rows[column].isin(np.atleast_1d(value))]
        return rows.reset_index(drop=True)
    if not isinstance(given, Mapping):
        return pd.DataFrame(given if len(given) and isinstance(given[0], Mapping) else {"y": given})
    longest = max((len(v) for v in given.values() if isinstance(v, list)), default=0)
    return pd.DataFrame({name: v for name, v in given.items() if isinstance(v, list) and len(v) == longest})


def column_of(case: Case, *roles: str, needed: bool = True) -> np.ndarray | None:
    """The first of the roles that there is: a list, or a column named by the input or called by the role.

    A table with one column of numbers needs no name for it.
    """
    rows, given = table_of(case), case["input"] if isinstance(case["input"], Mapping) else {}
    for role in roles:
        value = given.get(role)
        if isinstance(value, list):
            return np.asarray(value, dtype=float)
        for name in (value, role):
            if isinstance(name, str) and name in rows:
                return rows[name].to_numpy(dtype=float)
    if not needed:
        return None
    numbers = rows.select_dtypes("number")
    assert numbers.shape[1] > 0, (roles, list(rows))
    return numbers.iloc[:, -1].to_numpy(dtype=float)


def confidences(*places: Mapping[str, Any]) -> list[float]:
    """The confidence or confidences that the first place says; shares, or per cent as in "95%, 99.8%"."""
    for place in places:
        for name in SAME[0]:
            if place.get(name) is not None:
                return [_share(value) for value in np.atleast_1d(_split(place[name]))]
    return [0.95]


def _split(value: Any) -> Any:
    return re.findall(r"[\d.]+", value) if isinstance(value, str) else value


def _share(value: Any) -> float:
    return float(value) / 100 if float(value) > 1 else float(value)


def limits_of(expected: Mapping[str, Any], confidence: float) -> dict[str, str]:
    """The anchor's names of the limits at this confidence -> ours."""
    tag, whole = f"{100 * confidence:.1f}".replace(".", "_"), f"{100 * confidence:g}"
    ends = {"lower": ("lower", "l", "ll", "lcl", "lci"), "upper": ("upper", "u", "ul", "ucl", "uci")}
    names = {
        ours: [f"{s}{tag}cl" for s in short[:1]]
        + [f"{s}{whole}" for s in short]
        + [f"{s}_{whole}" for s in short]
        + [
            f"{short[0]}cl",
            *(s for s in short if len(s) > 1),
        ]
        for ours, short in ends.items()
    }
    return {theirs: ours for ours, possible in names.items() for theirs in possible if theirs in expected}


def per_of(parameters: Mapping[str, Any], expected: Mapping[str, Any], default: float = 1) -> float:
    """The multiplier: a parameter, beside the result, or the last number of "rate per 100 000"."""
    if parameters.get("multiplier") is not None:
        return float(parameters["multiplier"])
    if expected.get("multiplier") is not None:
        return float(expected["multiplier"])
    written = re.search(r"per ([\d ,]+)$", str(expected.get("statistic", "")))
    return float(re.sub(r"[ ,]", "", written[1])) if written else default


def one_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Each setting also under the other names that adapters know it by."""
    settings = dict(values)
    for names in SAME:
        present = next((name for name in names if name in values), None)
        settings |= {} if present is None else {name: values[present] for name in names if name not in values}
    return settings


def _rows_of_csv(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A csv's rows; a column that the input names by its role stands under the role too."""
    rows = table_of({"input": given})
    named = {role: column for role, column in given.items() if isinstance(column, str) and column in rows and role not in rows}
    return rows.assign(**{role: rows[column] for role, column in named.items()}).to_dict("records")


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


def _called(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's count and what it is of, also as `x` and `n`."""
    named = dict(row)
    for mine, names in COLUMNS.items():
        present = next((name for name in names if name in row), None)
        if present is not None:
            named[mine] = row[present]
    return named
