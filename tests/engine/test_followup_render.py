"""The template of the follow-up: the same pages by Run All and by the engine, with the shorter ones beside the full."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest
from test_followup import COUNCIL, GRANT, PUBLIC, pages

from kunskapsbaserat import engine
from kunskapsbaserat.engine import template_path
from kunskapsbaserat.errors import FileError, RenderError
from kunskapsbaserat.plan.example import example


def test_parameters_have_no_default_for_a_choice():
    notebook = nbformat.read(template_path("uppföljning"), as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    assigned = {n.target.id: n.value.value for n in ast.parse(cell.source).body if isinstance(n, ast.AnnAssign)}
    assert assigned == {"kommun": None, "year": None, "data": None}


@pytest.mark.xdist_group("kernel")
def test_one_run_gives_all_lengths(tmp_path: Path):
    done = engine.render("uppfoljning", "Borlänge", out=tmp_path / "ut å")
    names = {p.name for p in done.folder.iterdir()}
    assert {"report.html", COUNCIL, PUBLIC, GRANT, "tables", "uppfoljning.ipynb", "manifest.json"} <= names
    for name in (COUNCIL, PUBLIC, GRANT):
        assert (done.folder / name).read_text(encoding="utf-8") == pages()[name]
    tables = {p.stem for p in (done.folder / "tables").glob("*.csv")}
    assert {
        "mal",
        "atgarder",
        "kedjan",
        "lagens_uppgifter",
        "medborgarloften",
        "statsbidrag_kedja",
        "statsbidrag_plan",
    } <= tables
    head = (done.folder / "tables" / "mal.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head == "Mål;Före;Målvärde;Utfall;Mot målet;Förändring;exempel"
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["plan"] == {"sha256": example().sha256, "example": True, "as_of": "2025-11-25"}
    assert {COUNCIL, PUBLIC, GRANT} <= set(manifest["outputs"])


def test_nothing_is_made_without_a_plan(tmp_path: Path):
    with pytest.raises(RenderError) as caught:
        engine.render("uppfoljning", "Falun", out=tmp_path / "ut")
    assert caught.value.svenska.startswith("atgardsplan.xlsx behövs för uppföljningen")
    assert caught.value.exit_code == FileError.exit_code
    assert not list((tmp_path / "ut").rglob("*.html"))
