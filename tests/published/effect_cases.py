"""The effect cases: where they are, their data, and a figure held against the published one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Case = Mapping[str, Any]

FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))


def table_of(case: Case) -> pd.DataFrame:
    """The case's first data file, from the folder whose expected.json has its id."""
    return pd.read_csv(folder_of(case) / case["data_files"][0])


def folder_of(case: Case) -> Path:
    return next(path.parent for path in FOLDER.rglob("expected.json") if path.parent.name == case["id"])


def meets(got: Any, row: Mapping[str, Any]) -> None:
    """One figure of `expected` within its own tolerance; an upper bound is not exceeded."""
    if row.get("kind") == "upper_bound":
        assert got <= row["value"], row["name"]
        return
    tolerance = {"rtol": row.get("tol_rel", 0), "atol": row.get("tol_abs", 0)}
    np.testing.assert_allclose(got, row["value"], err_msg=row["name"], **tolerance)
