"""The ten tasks and the how-to run as they stand, as a stranger would run them."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from matplotlib.axes import Axes

import build_exempel

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks" / "exempel"
NOTEBOOK = FOLDER / "tio_uppgifter.ipynb"


def shown(source: str, names: dict[str, Any]) -> Any:
    """Run a cell, and what its last line shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def test_the_notebook_is_committed_without_outputs_and_without_logic():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    headings = [
        line for c in notebook.cells if c.cell_type == "markdown" for line in c.source.splitlines() if line[:3] == "## "
    ]
    assert [int(heading.split()[1].rstrip(".")) for heading in headings] == list(range(1, 11))
    for cell in (c for c in notebook.cells if c.cell_type == "code"):
        assert cell.outputs == []
        assert cell.execution_count is None
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.For, ast.If, ast.While, ast.ClassDef, ast.Try}
        assert len(cell.source.splitlines()) <= 5


def test_the_ten_tasks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    cells = [c.source for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code"]
    answers = [shown(source, names) for source in cells]
    assert sum(isinstance(answer, Axes) for answer in answers) == sum(source.endswith(".plot()") for source in cells) == 7
    tables = [answer for answer in answers if isinstance(answer, pd.DataFrame)]
    assert len(tables) == 6
    assert all(len(table) for table in tables)
    assert (tmp_path / "koping-och-arboga.xlsx").exists()
    assert names["styrdiagram"].signal
    assert names["vandning"].joinpoints == (2016.0,)  # as the series was made
    printed = capsys.readouterr().out
    assert printed.count("Det är en säkerställd minskning") == 2  # a fall of a third was put into Centrum
    plt.close("all")


def test_the_invented_files_are_what_the_tool_writes():
    for name, make in build_exempel.FILES.items():
        pd.testing.assert_frame_equal(pd.read_csv(FOLDER / name), make(), check_dtype=False)


def test_the_how_to_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = (ROOT / "docs" / "analysera.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == text.count("```") / 2 >= 10
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks:
        shown(block, names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["förändring.xlsx", "tal.xlsx"]
    assert set(re.findall(r"^\| `([a-z_0-9`, ]+)` \|", text, re.MULTILINE)[0].split("`, `")) <= set(names["tal"].columns)
    plt.close("all")


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", (ROOT / "docs" / "analysera.md").read_text(encoding="utf-8")))
def test_links_of_the_how_to_lead_somewhere(link: str):
    assert (ROOT / "docs" / link).exists()
