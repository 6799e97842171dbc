"""The templates: thin, without outputs, and the same thing by plain papermill and by Run All."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from documents import document_words, page_words
from pages import page

from kunskapsbaserat.engine import template_names, template_path
from kunskapsbaserat.engine.exporter import ReportExporter, collect, manuscripts
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.material.own_texts.markdown import markdown_to_html
from kunskapsbaserat.report.page.word.document import document_bytes


@pytest.mark.parametrize("name", template_names())
def test_one_cell_one_call(name: str):
    notebook = nbformat.read(template_path(name), as_version=4)
    nbformat.validate(notebook)
    assert len({c.id for c in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        assert cell.id.startswith("kb-")
        if cell.cell_type != "code":
            continue
        assert cell.outputs == []
        assert cell.execution_count is None
        assert len(cell.source) < 300
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.For, ast.If, ast.While, ast.ClassDef, ast.Lambda}
        assert sum(isinstance(n, ast.Call) for n in ast.walk(ast.parse(cell.source))) <= 1


def test_parameters_have_no_default_for_a_choice():
    notebook = nbformat.read(template_path("lagesbild"), as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    assigned = {n.targets[0].id: n.value.value for n in ast.parse(cell.source).body}
    assert assigned == {"kommun": None, "year": None, "data": None}


@pytest.mark.xdist_group("kernel")
def test_plain_papermill_and_nbconvert(tmp_path: Path):
    """`papermill lagesbild.ipynb out.ipynb -r kommun 2081`, then `jupyter nbconvert --to kunskap`: the same page."""
    executed = tmp_path / "ut å.ipynb"
    run = [
        sys.executable,
        "-m",
        "papermill",
        str(template_path("lagesbild")),
        str(executed),
        "-r",
        "kommun",
        "2081",
        "--no-progress-bar",
    ]
    subprocess.run(run, check=True, capture_output=True)
    convert = [sys.executable, "-m", "nbconvert", "--to", "kunskap", str(executed)]
    subprocess.run(convert, check=True, capture_output=True)
    assert (tmp_path / "ut å.html").read_text(encoding="utf-8") == page("Borlänge")


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_run_all_without_a_kommun_fails(tmp_path: Path):
    run = [sys.executable, "-m", "papermill", str(template_path("lagesbild")), str(tmp_path / "ut.ipynb"), "--no-progress-bar"]
    failed = subprocess.run(run, capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert "UnknownKommun" in failed.stderr


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    """The template run in this process, cell by cell, as Run All does."""
    notebook = nbformat.read(template_path("lagesbild"), as_version=4)
    names: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        source = cell.source.replace("kommun = None", "kommun = 'Borlänge'")
        *head, last = ast.parse(source).body
        exec(compile(ast.Module(head, []), cell.id, "exec"), names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
            if shown is None:
                continue
            data = shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else {"text/html": shown._repr_html_()}
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=1)]
        else:
            exec(compile(ast.Module([last], []), cell.id, "exec"), names)
    return notebook


def test_run_all_gives_the_same_page(executed: nbformat.NotebookNode):
    assert ReportExporter().from_notebook_node(executed)[0] == page("Borlänge")


def test_what_a_notebook_shows_is_styled_but_no_page(executed: nbformat.NotebookNode):
    head = next(c for c in executed.cells if c.id == "kb-las").outputs[0].data["text/html"]
    assert head.startswith("<style>")
    assert "body" not in head.split("</style>")[0].replace("tbody", "")  # the rest of JupyterLab keeps its looks
    assert 'id="i-okning"' in head


def test_the_analysts_own_cells_go_along_made_safe(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    own = nbformat.v4.new_markdown_cell(
        "## Vår bedömning\n\nInbrotten sker <script>alert(1)</script> på **dagtid**. [Läs](javascript:alert(1)) ![bild](http://x/y.png)"
    )
    notebook.cells.insert(8, own)
    text, _ = ReportExporter().from_notebook_node(notebook)
    soup = BeautifulSoup(text, "html.parser")
    box = soup.find(class_="egen")
    assert box.h3.get_text() == "Kommunens bedömning"
    assert box.strong.get_text() == "dagtid"
    assert not soup.find_all(["script", "img"])
    assert not soup.find_all("a", href=lambda h: h and h.startswith("javascript"))
    assert len(soup.find_all("h1")) == 1


def test_the_analysts_own_cells_stand_in_word_where_they_stand_on_the_page(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    notebook.cells.insert(8, nbformat.v4.new_markdown_cell("## Vår bedömning\n\n- Inbrotten sker på **dagtid**."))
    kept = nbformat.reads(nbformat.writes(notebook), as_version=4)
    found = document_words(document_bytes(manuscripts(kept)[""]))
    assert "Inbrotten sker på dagtid." in " ".join(found)
    assert found == page_words(ReportExporter().from_notebook_node(notebook)[0])


def test_other_outputs_are_not_published(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    sneaky = nbformat.v4.new_code_cell(
        "df", outputs=[nbformat.v4.new_output("display_data", data={"text/html": "<p>811228-9874</p>"})]
    )
    notebook.cells.insert(5, sneaky)
    assert "811228" not in ReportExporter().from_notebook_node(notebook)[0]


def test_an_unfinished_notebook_is_refused(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    notebook.cells = [c for c in notebook.cells if c.id != "kb-bilagor"]
    with pytest.raises(RenderError, match="run all cells") as caught:
        collect(notebook)
    assert "Kör alla celler" in caught.value.svenska
    failed = nbformat.v4.new_code_cell(
        "1/0", outputs=[nbformat.v4.new_output("error", ename="ZeroDivisionError", evalue="x", traceback=[])]
    )
    with pytest.raises(RenderError, match="ZeroDivisionError"):
        collect(nbformat.v4.new_notebook(cells=[failed]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Rubrik", "<h4>Rubrik</h4>"),
        ("###### Liten", "<h6>Liten</h6>"),
        ("<b onclick=x>hej</b>", "<p>&lt;b onclick=x&gt;hej&lt;/b&gt;</p>"),
        ("[a](https://bra.se)", '<p><a href="https://bra.se">a</a></p>'),
        ("[a](data:text/html,x)", "<p>a</p>"),
        ("![Karta & text](x.png)", "<p>Karta &amp; text</p>"),
        ("![<img src=x onerror=y>](x.png)", "<p>&lt;img src=x onerror=y&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_is_made_safe(text: str, expected: str):
    assert markdown_to_html(text) == expected
