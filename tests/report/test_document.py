"""What a document is, and that a new one needs one folder and one notebook: everything else asks the list of documents."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

import kunskapsbaserat
from kunskapsbaserat import engine
from kunskapsbaserat.report.document import Document, ListedPart
from kunskapsbaserat.report.documents import About, documents, module, title

PACKAGE = Path(kunskapsbaserat.__file__).parent
TESTS = Path(__file__).parents[1]
ABOUT = '''"""A document for a test."""

from kunskapsbaserat.report.documents import About

ABOUT = About(title="Ljusrapport", help="Var det är mörkt.")
'''
DOCUMENT = '''"""Where it is dark."""

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.report.document import Document, part
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.page.blocks import Masthead, Paragraph, Section
from kunskapsbaserat.report.statements.appendix import made_of_underlag
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.report.page.blocks import Column
import pandas as pd


def load(*, kommun=None):
    return Ljus(underlag.load(kommun))


class Ljus(Document):
    name = "ljus"

    def __init__(self, material):
        self.u = material

    @property
    def title(self):
        return f"Ljus {self.u.kommun.where}"

    @property
    def foot(self):
        return "Ljus"

    def masthead(self):
        return Masthead("Kommunen", "", "Ljusrapport", self.title, [])

    def made_of(self):
        return made_of_underlag(self.u)

    @part()
    def forstasida(self):
        return [Section("korthet", "", "I korthet", [Paragraph("Tre lampor är trasiga.")])]

    @part("Lamporna")
    def lampor(self):
        """Each lamp."""
        table = plain_table(pd.DataFrame({"lampa": ["Torget"]}), [["Torget"]], [Column("Lampa")], caption="Lampor",
                            name="lampor", contents="description", sources=["scb"])
        return [Section("lampor", "Lampor", "Lamporna på torget", [table])]
'''
CELLS = (
    "from kunskapsbaserat import ljus\n\nlj = ljus.load(kommun=kommun)\nlj",
    "lj.forstasida()",
    "lj.lampor()",
    "lj.bilagor()",
)


def test_every_document_has_its_notebook_its_class_and_its_name():
    assert engine.template_names() == list(documents()) == sorted(documents())
    notebooks = {path.stem for path in engine.template_path("lagesbild").parent.glob("*.ipynb")}
    assert notebooks == set(documents())
    for name, about in documents().items():
        assert isinstance(about, About)
        classes = [
            c for c in vars(module(name)).values() if isinstance(c, type) and issubclass(c, Document) and c is not Document
        ]
        assert [c.name for c in classes] == [name]
        assert name in kunskapsbaserat.__all__
        assert getattr(kunskapsbaserat, name).load is module(name).load
        called = [line.key for line in classes[0].listed]
        cells = [c.source for c in nbformat.read(engine.template_path(name), as_version=4).cells if c.cell_type == "code"]
        loads = next(at for at, source in enumerate(cells) if ".load(" in source)
        assert [source.partition(".")[2] for source in cells[loads + 1 :]] == [f"{key}()" for key in [*called, "bilagor"]]


def test_a_notebook_of_ones_own_is_called_by_its_name():
    assert title("est") == "EST-rapport"
    assert title("min-egen") == "min-egen"


def test_the_list_of_parts_says_key_heading_and_function():
    lines = module("uppfoljning").Uppfoljning.listed
    assert all(isinstance(line, ListedPart) and callable(line.sections) for line in lines)
    assert (lines[0].key, lines[0].heading) == ("forstasida", "")
    assert (lines[1].key, lines[1].heading) == ("kedjan", "Kedjan")
    assert lines[1].__doc__ == "From problem to goal, and what hangs loose."


def run(tree: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, encoding="utf-8", check=False, cwd=tree, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with one folder and one notebook more; no other file is touched."""
    tree = tmp_path_factory.mktemp("paket")
    shutil.copytree(PACKAGE, tree / "src" / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    templates = tree / "notebooks" / "templates"
    shutil.copytree(engine.template_path("lagesbild").parent, templates)
    folder = tree / "src" / PACKAGE.name / "report" / "documents" / "ljus"
    folder.mkdir()
    (folder / "__init__.py").write_text(ABOUT, encoding="utf-8")
    (folder / "document.py").write_text(DOCUMENT, encoding="utf-8")
    parameters = nbformat.v4.new_code_cell("kommun = None", id="kb-val", metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(source, id=f"kb-{i}") for i, source in enumerate(CELLS)]
    nbformat.write(nbformat.v4.new_notebook(cells=[parameters, *cells]), templates / "ljus.ipynb")
    return tree


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_a_new_document_is_one_folder_and_one_notebook(tree: Path):
    run(tree, "-m", "kunskapsbaserat.cli", "rapport", "ljus", "Borlänge", "Falun", "--ut", "ut", "--arbetare", "1")
    links = BeautifulSoup((tree / "ut" / "index.html").read_text(encoding="utf-8"), "html.parser").main.find_all("a")
    assert [a["href"] for a in links] == ["2081-borlange/ljus/report.html", "2080-falun/ljus/report.html"]
    assert all(a.get_text(" ", strip=True).startswith("Ljusrapport") for a in links)
    folder = tree / "ut" / "2081-borlange" / "ljus"
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text() == "Ljus i Borlänge"
    assert "Tre lampor är trasiga." in page.get_text()
    assert [a.get_text() for a in page.nav.find_all("a")][-2:] == ["Lamporna", "Tabeller"]
    assert "Torget" in (folder / "tables" / "lampor.csv").read_text(encoding="utf-8")
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["template"] == "ljus"


def test_a_new_document_is_in_the_help_the_lab_and_the_package(tree: Path):
    assert "Var det är mörkt." in run(tree, "-m", "kunskapsbaserat.cli", "rapport", "--hjalp")
    asked = (
        "import kunskapsbaserat as kb; from kunskapsbaserat import jupyter; from kunskapsbaserat.widgets import Rapport; "
        "print('ljus' in kb.__all__, kb.ljus.Ljus.name, 'ljus.ipynb' in [p.name for p in jupyter.notebooks()], "
        "('Ljusrapport', 'ljus') in Rapport().template.options)"
    )
    assert run(tree, "-c", asked).split() == ["True", "ljus", "True", "True"]


@pytest.mark.thorough
def test_a_new_document_is_in_the_templates_test(tree: Path):
    words = ["-p", "no:cacheprovider", "-n", "0", "-q", "-rA", str(TESTS / "engine" / "test_template.py"), "-k", "one_cell"]
    assert "test_one_cell_one_call[ljus]" in run(tree, "-m", "pytest", *words, "--rootdir", str(TESTS.parent))


@pytest.mark.parametrize("name", ["uppfoljning", "namnd", "klg", "skola"])
def test_what_is_invented_is_said_in_every_file(name: str):
    """A table leaves its page sooner or later, and a row its table."""
    record = getattr(kunskapsbaserat, name).load(kommun="Borlänge").bilagor().record
    assert record["manifest"]["invented"].startswith(("EXEMPEL", "SIMULERAD"))
    for table in record["tables"].values():
        rows = list(csv.DictReader(io.StringIO(table)))
        assert all(row["exempel"] == record["manifest"]["invented"] for row in rows)


def test_what_is_real_is_not_called_invented():
    record = kunskapsbaserat.lagesbild.load(kommun="Ystad").bilagor().record
    assert "invented" not in record["manifest"]
    assert not any("exempel" in table.splitlines()[0] for table in record["tables"].values())
