"""`kunskap lab` and `kunskap app`: what is started, what is put where, and what is said when a part is missing."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from kunskapsbaserat import engine, jupyter
from kunskapsbaserat.errors import OptionError
from test_cli import kunskap


def test_notebooks_are_put_once(tmp_path: Path):
    folder = tmp_path / "Brå år"
    names = {path.name for path in jupyter.put_notebooks(folder)}
    assert names == {"utforska.ipynb", "verktyg.ipynb", "effekt.ipynb", *(f"{n}.ipynb" for n in engine.template_names())}
    (folder / "utforska.ipynb").write_text("mitt eget")
    (folder / "effekt.ipynb").unlink()
    assert [path.name for path in jupyter.put_notebooks(folder)] == ["effekt.ipynb"]
    assert (folder / "utforska.ipynb").read_text() == "mitt eget"


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(OptionError) as caught:
        jupyter.put_notebooks(tmp_path / "fil")
    assert "en mapp som går att skriva i" in caught.value.svenska


def test_both_listen_on_this_machine_only(tmp_path: Path):
    lab = jupyter.lab_command(tmp_path, browser=False, port=8899)
    assert "--ip=127.0.0.1" in lab
    assert "--no-browser" in lab
    app = jupyter.app_command(port=8866)
    assert "--Voila.ip=127.0.0.1" in app


def test_a_missing_part_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(jupyter.importlib.util, "find_spec", lambda _: None)
    for start in (lambda: jupyter.lab_command(tmp_path), lambda: jupyter.app_command(port=1)):
        with pytest.raises(jupyter.NotInstalled) as caught:
            start()
        assert 'pip install "kunskapsbaserat[app]"' in caught.value.svenska
        assert "är inte installerat" in caught.value.svenska


def test_the_app_is_utforska_with_its_parameters(tmp_path: Path):
    jupyter.app_folder(tmp_path, {"data": str(tmp_path), "spara_i": "ut"}, token="hemligt")
    assert json.loads((tmp_path / "voila.json").read_text())["Voila"] == {"token": "hemligt"}
    notebook = nbformat.read(tmp_path / "utforska.ipynb", as_version=4)
    assert [c.source for c in notebook.cells if c.cell_type == "markdown"] == ["# Utforska anmälda brott"]
    injected = next(c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert f"data = {str(tmp_path)!r}".replace("'", '"') in injected.source


def test_a_folder_that_is_none_is_told_before_anything_starts(tmp_path: Path):
    done = kunskap("app", "--data", str(tmp_path / "finns-inte"), "--ingen-webblasare", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.startswith("Fel: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["utforska", "verktyg"])
def test_notebooks_are_a_page_that_calls_the_library(name: str):
    path = next(p for p in jupyter.notebooks() if p.stem == name)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert not {"def", "for", "if"} & set(cell.source.split())
