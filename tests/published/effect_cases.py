"""The effect cases: where they are, their data, one name for each thing in `spec`, and a figure held against its value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Case = Mapping[str, Any]

FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))

# The first is the name that the adapters know; a case may say it by any of the others.
NAMES = {
    "outcome": ("outcomes", "y", "response", "dependent"),
    "unit": ("id", "idname", "panel_id", "unit_id", "area"),
    "time": ("period", "tname", "year", "t"),
    "treated_unit": ("treated_units", "treated_id", "treated_area", "treated"),
    "first_post": ("start", "first_treated", "treatment_time", "intervention", "treatment_start"),
    "cohort": ("gname", "first_treated_column", "first_treat", "start_column"),
    "control_group": ("control", "comparison", "comparison_group"),
    "base_period": ("base",),
    "covariates": ("xformla", "controls_formula", "covariate"),
    "cluster": ("clusters", "cluster_by", "vcov"),
    "optimise_ssr": ("optimize_ssr", "time_optimize_ssr", "fit_period", "pre"),
    "predictors": ("covariates_means",),
    "exclude": ("drop", "excluded", "leave_out"),
    "match_out": ("outcomes", "match_outcomes"),
    "match_covar": ("covariates", "match_covariates"),
    "offset": ("exposure", "population"),
    "step": ("intervention_column", "treatment", "dummy"),
    "confidence": ("conf", "level", "conf_level"),
    "control": ("controls", "covariate", "x"),
}
ONE_VALUE = {"outcome", "unit", "time", "treated_unit", "first_post", "cluster", "step", "control", "cohort"}


def normal_effect(case: Case) -> dict[str, Any]:
    """The case with its spec under the adapters' names, its data files as a list and its results as rows."""
    spec = dict(case.get("spec") or {})
    for mine, others in NAMES.items():
        present = next((name for name in others if name in spec), None)
        if mine not in spec and present is not None:
            spec[mine] = spec[present]
        if mine in ONE_VALUE and isinstance(spec.get(mine), list) and len(spec[mine]) == 1:
            spec[mine] = spec[mine][0]
    for many in ("match_out", "match_covar", "exclude"):
        if isinstance(spec.get(many), str):
            spec[many] = [spec[many]]
    files = case.get("data_files", [])
    return {
        **case,
        "spec": spec,
        "data_files": [files] if isinstance(files, str) else list(files),
        "expected": _rows(case["expected"], case.get("tolerance") or {}),
        "citation": case.get("citation", ""),
    }


def _rows(expected: Any, tolerance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Results keyed by name, as values or as records, become rows; the case's own tolerance is that of rows without one."""
    if isinstance(expected, Mapping):
        expected = [{"name": name, **(v if isinstance(v, Mapping) else {"value": v})} for name, v in expected.items()]
    common = {
        f"tol_{kind}": tolerance[f"{short}tol"] for kind, short in (("rel", "r"), ("abs", "a")) if f"{short}tol" in tolerance
    }
    return [{"source": "", **({} if {"tol_abs", "tol_rel", "kind"} & row.keys() else common), **row} for row in expected]


def table_of(case: Case) -> pd.DataFrame:
    """The case's first data file, from the folder whose expected.json has its id; or from another case's folder."""
    name = case["data_files"][0]
    here = folder_of(case) / name
    return pd.read_csv(here if here.is_file() else next(FOLDER.rglob(Path(name).name)))


def folder_of(case: Case) -> Path:
    return next((path.parent for path in FOLDER.rglob("expected.json") if path.parent.name == case.get("id")), FOLDER)


def meets(got: Any, row: Mapping[str, Any]) -> None:
    """One figure of `expected` within its own tolerance, one of two given being enough; an upper bound is not exceeded."""
    if row.get("kind") == "upper_bound":
        assert got <= row["value"] + row.get("tol_abs", 0), row["name"]
        return
    found, wanted = np.ravel(np.asarray(got, dtype=float)), np.ravel(np.asarray(row["value"], dtype=float))
    assert found.shape == wanted.shape, (row["name"], found, wanted)
    limit = np.maximum(row.get("tol_abs", 0), row.get("tol_rel", 0) * np.abs(wanted))
    assert (np.abs(found - wanted) <= limit).all(), (row["name"], found, wanted, limit)


def effect_shapes(case: Case) -> dict[str, Case]:
    """One case in the format's other ways."""
    shapes: dict[str, Case] = {"keys in reverse": {name: case[name] for name in reversed(list(case))}}
    shapes["only what is needed"] = {
        name: value for name, value in case.items() if name not in ("title", "data_source", "notes") and value not in ("", [])
    }
    spec = case.get("spec") or {}
    renamed = dict(spec)
    for mine, others in NAMES.items():
        free = [other for other in others if other not in renamed and not _means_another(other, spec)]
        if mine in spec and free:
            renamed = {free[0] if name == mine else name: value for name, value in renamed.items()}
    shapes["other names"] = {**case, "spec": renamed}
    lists = {name: [v] if name in ONE_VALUE and not isinstance(v, list) else v for name, v in spec.items()}
    shapes["one value in a list"] = {**case, "spec": lists}
    names = [row.get("name") for row in case["expected"]]
    if None not in names and len(set(names)) == len(names) and all("value" in row for row in case["expected"]):
        keyed = {row["name"]: {k: v for k, v in row.items() if k != "name"} for row in case["expected"]}
        shapes["results by name"] = {**case, "expected": keyed}
    if len(case.get("data_files", [])) == 1:
        shapes["one data file"] = {**case, "data_files": case["data_files"][0]}
    return shapes


def _means_another(name: str, spec: Mapping[str, Any]) -> bool:
    """Whether the name could as well be that of something else that this case says."""
    return sum(name in (mine, *others) and (mine in spec) for mine, others in NAMES.items()) > 1
