"""The researchers' notebook runs as it stands, and prints what the text beside its cells says."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "effekt.ipynb"


def test_committed_without_outputs_and_without_logic():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
            assert not kinds & {ast.FunctionDef, ast.For, ast.If, ast.While, ast.ClassDef}


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_runs_from_design_to_answer(tmp_path: Path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "\n".join(o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream")
    assert "Jämförelsen håller för att tala om en effekt av åtgärden" in printed
    assert "Upplägget skrevs ner före starten och har följts" in printed
    assert "En annan metod än den vanliga användes utan att det skrevs ner före starten" in printed
    assert "Skillnad mot de andra före starten: p" in printed
    assert "Kvot 0,894".replace(",", ".") in printed  # Lopez Bernal et al. (2017)
    shown = [o.data.get("text/plain", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o]
    assert any("-118" in text and "39.6" in text for text in shown)  # Wheeler and Ratcliffe (2018)
    assert sum("image/png" in o.data for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o) == 4
