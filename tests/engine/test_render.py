"""One real rendering, looked at from every side; and what happens when it goes wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from pages import ANNEX, DECISION, page

from kunskapsbaserat import engine
from kunskapsbaserat.engine.placing import move_into_place
from kunskapsbaserat.engine.produce import timeless
from kunskapsbaserat.errors import FileLocked, OptionError, RenderError, UnknownKommun

pytestmark = pytest.mark.xdist_group("kernel")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rapporter å ä ö")


@pytest.fixture(scope="module")
def done(out: Path) -> engine.Rendered:
    return engine.render("lagesbild", "Borlänge", out=out)


def test_the_folder(done: engine.Rendered, out: Path):
    assert done.folder == out / "2081-borlange" / "lagesbild"
    found = {p.relative_to(done.folder).as_posix() for p in done.folder.rglob("*") if p.is_file()}
    tables = {"anmalda_brott", "utveckling", "trygghetsfragor", "trygghet_bedomning", "totalt_alla_kommuner", "kvartal"}
    tables |= {"tre_ar", "rojandelogg"}
    expected = {"report.html", DECISION, ANNEX, "lagesbild.ipynb", "manifest.json"}
    expected |= {f"tables/{t}.csv" for t in tables} | {f"tables/maskin/{t}.csv" for t in tables}
    assert found == expected
    assert [p.name for p in done.folder.parent.iterdir()] == ["lagesbild"], "something was left behind"


def test_the_page_is_what_the_library_makes(done: engine.Rendered):
    """The notebook, the kernel and the exporter add nothing and lose nothing."""
    assert done.page.read_text(encoding="utf-8") == page("Borlänge")
    for file in (DECISION, ANNEX):
        assert (done.folder / file).read_text(encoding="utf-8") == page("Borlänge", file=file)


def test_a_second_rendering_gives_the_same_bytes(done: engine.Rendered, tmp_path: Path):
    again = engine.render("lagesbild", "2081", out=tmp_path)
    for path in sorted(p for p in done.folder.rglob("*") if p.is_file()):
        other = again.folder / path.relative_to(done.folder)
        if path.name == "manifest.json":
            one, two = (json.loads(p.read_text(encoding="utf-8")) for p in (path, other))
            assert one.pop("run") != {}
            two.pop("run")
            assert one == two
        else:
            assert path.read_bytes() == other.read_bytes(), path.name


def test_the_manifest(done: engine.Rendered):
    manifest = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == {"kommun": "2081", "year": None}
    assert len(manifest["inputs"]) == 11
    assert all(len(i["sha256"]) == 64 and i["retrieved"] for i in manifest["inputs"])
    assert {"pandas", "matplotlib", "scipy"} <= set(manifest["libraries"])
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((done.folder / name).read_bytes()).hexdigest() == digest
    assert set(manifest["run"]) == {"started", "seconds"}


def test_the_executed_notebook_opens_and_holds_no_times(done: engine.Rendered):
    notebook = nbformat.read(done.folder / "lagesbild.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "papermill" not in notebook.metadata
    assert all(cell.id.startswith("kb-") for cell in notebook.cells)
    assert not any(key in cell.metadata for cell in notebook.cells for key in ("papermill", "execution"))
    assert 'kommun = "2081"' in next(c.source for c in notebook.cells if c.id == "kb-valda")


def test_tables_open_in_swedish_excel_and_in_code(done: engine.Rendered):
    excel = (done.folder / "tables" / "anmalda_brott.csv").read_bytes()
    assert excel.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in excel
    truth = {"true_values": ["SANT"], "false_values": ["FALSKT"]}
    swedish = pd.read_csv(done.folder / "tables" / "anmalda_brott.csv", sep=";", decimal=",", dtype={"kommun": str}, **truth)
    machine = pd.read_csv(done.folder / "tables" / "maskin" / "anmalda_brott.csv", dtype={"kommun": str})
    pd.testing.assert_frame_equal(swedish, machine)
    burglary = machine.query("offence == 'bostadsinbrott' and year == 2024").iloc[0]
    assert (burglary["count"], burglary["rate"], burglary["kommun"]) == (226, 438.0, "2081")
    codes = pd.read_csv(done.folder / "tables" / "totalt_alla_kommuner.csv", sep=";", decimal=",", dtype=str)["area"]
    assert codes.iloc[0] == "0114"


@pytest.mark.thorough
def test_others_files_survive_a_new_rendering(out: Path):
    done = engine.render("lagesbild", "Gotland", out=out)
    (done.folder / "anteckning å.txt").write_text("min", encoding="utf-8")
    (done.folder / "tables" / "egen.csv").write_text("a", encoding="utf-8")
    (done.folder / "report.html").write_text("gammal", encoding="utf-8")
    again = engine.render("lagesbild", "Gotland", out=out)
    assert (again.folder / "anteckning å.txt").read_text(encoding="utf-8") == "min"
    assert (again.folder / "tables" / "egen.csv").exists()
    assert "Gotland" in again.page.read_text(encoding="utf-8")


def test_unknown_choices_fail_before_anything_is_made(tmp_path: Path):
    with pytest.raises(UnknownKommun):
        engine.render("lagesbild", "Borlnge", out=tmp_path)
    with pytest.raises(OptionError, match="lagesbild"):
        engine.render("uppfoljningen", "Borlänge", out=tmp_path)
    with pytest.raises(OptionError, match="kommun"):
        engine.render("lagesbild", "Borlänge", out=tmp_path, parameters={"ar": 2024})
    assert list(tmp_path.iterdir()) == []


def test_a_failing_cell_leaves_nothing_and_says_which(tmp_path: Path):
    with pytest.raises(RenderError, match="year") as caught:
        engine.render("lagesbild", "Borlänge", out=tmp_path, parameters={"year": 1999})
    assert caught.value.svenska.startswith("year: ”1999” går inte att välja.")
    assert caught.value.exit_code == OptionError.exit_code
    assert [p.name for p in tmp_path.iterdir()] == [".loggar"]
    log = (tmp_path / ".loggar" / "2081-borlange-lagesbild.log").read_text(encoding="utf-8")
    assert "OptionError: year" in log


def test_a_failing_rendering_keeps_the_old_report(done: engine.Rendered, out: Path):
    before = done.page.read_bytes()
    with pytest.raises(RenderError):
        engine.render("lagesbild", "Borlänge", out=out, parameters={"year": 1999})
    assert done.page.read_bytes() == before


def test_an_open_workbook_gets_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On Windows a folder cannot be moved while Excel holds one of its files open."""
    old, room = tmp_path / "lagesbild", tmp_path / "rum"
    (old / "tables").mkdir(parents=True)
    (old / "tables" / "utveckling.csv").write_text("a")
    (room / "ny").mkdir(parents=True)

    def locked(self: Path, _target: Path) -> Path:
        raise PermissionError(13, "used by another process", str(self))

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(FileLocked) as caught:
        move_into_place(room / "ny", old)
    assert "Stäng filen i Excel" in caught.value.svenska
    assert (old / "tables" / "utveckling.csv").read_text() == "a"


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(RenderError) as caught:
        engine.render("lagesbild", "Borlänge", out=tmp_path / "fil")
    assert "Välj en annan mapp med --ut" in caught.value.svenska


def test_timeless_leaves_results_alone():
    cell = nbformat.v4.new_code_cell(
        "1", metadata={"papermill": {"duration": 1}, "execution": {"a": "b"}, "tags": ["injected-parameters"]}
    )
    found = timeless(
        nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": {"x": 1}, "language_info": {"name": "python"}})
    )
    assert found.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert found.cells[0].id == "kb-valda"
    assert list(found.metadata) == ["language_info"]


def test_every_name_of_the_engine_is_found():
    assert set(engine.__all__) == set(engine._PLACES)
    assert all(getattr(engine, name) is not None for name in engine.__all__)
    assert callable(engine.render)
    assert callable(engine.verify)
