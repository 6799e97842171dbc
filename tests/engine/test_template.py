"""The templates: thin, without outputs, and the same thing by plain papermill and by Run All."""

from __future__ import annotations

import ast
import base64
import io
import re
import subprocess
import sys
from pathlib import Path

import docx
import nbformat
import pandas as pd
import papermill
import pytest
from bs4 import BeautifulSoup
from documents import document_words, page_words
from docx.oxml.ns import qn
from pages import page
from PIL import Image

from kunskapsbaserat import lagesbild
from kunskapsbaserat.catalogue.names import UnknownOffence
from kunskapsbaserat.engine import takes, template_names, template_path
from kunskapsbaserat.engine.cell_pictures import attach_files, pictures_of
from kunskapsbaserat.engine.exporter import ReportExporter, collect, export, manuscripts
from kunskapsbaserat.engine.own_parts import without_unpublished
from kunskapsbaserat.errors import OptionError, RenderError
from kunskapsbaserat.report.material.own_texts.markdown import markdown_to_html
from kunskapsbaserat.report.page import injected
from kunskapsbaserat.report.page.blocks import PART_MIME
from kunskapsbaserat.report.page.own import own_table
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
        assert len(cell.source) < 300 or "parameters" in cell.metadata.get("tags", ())
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.For, ast.If, ast.While, ast.ClassDef, ast.Lambda}
        assert sum(isinstance(n, ast.Call) for n in ast.walk(ast.parse(cell.source))) <= 1


def test_parameters_have_no_default_for_a_choice():
    notebook = nbformat.read(template_path("lagesbild"), as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    assigned = {n.target.id: n.value.value for n in ast.parse(cell.source).body}
    assert assigned == dict.fromkeys(["kommun", "year", "data", "brott", "jamfor", "fran"])


@pytest.mark.parametrize("name", template_names())
def test_papermill_knows_every_parameter_by_type_and_words(name: str):
    """What `papermill --help-notebook` shows."""
    inferred = papermill.inspect_notebook(str(template_path(name)))
    assert set(inferred) == set(takes(template_path(name)))
    assert all(one["inferred_type_name"] in ("str", "int") and one["help"] for one in inferred.values())


@pytest.mark.thorough
def test_a_cell_left_out_leaves_no_dead_link(executed: nbformat.NotebookNode):
    """Each in turn, on the page, on those beside it and in Word."""
    kinds = [PART_MIME in output.data for cell in executed.cells for output in cell.get("outputs", ())]
    assert sum(kinds) > 10
    for left_out in [c.id for c in executed.cells if c.get("outputs") and c.id not in ("kb-las", "kb-bilagor")]:
        cells = [c for c in executed.cells if c.id != left_out]
        page, record = export(nbformat.v4.new_notebook(cells=cells))
        pages = {"report.html": page, **record["pages"]}
        places = {name: {tag["id"] for tag in soup.find_all(id=True)} for name, soup in soups(pages).items()}
        assert dead_links(soups(pages), places) == [], left_out
        assert sum(text.count('role="img"') for text in pages.values()) == record["figures"]


def soups(pages: dict[str, str]) -> dict[str, BeautifulSoup]:
    return {name: BeautifulSoup(text, "html.parser") for name, text in pages.items()}


def dead_links(pages: dict[str, BeautifulSoup], places: dict[str, set[str]]) -> list[tuple[str, str]]:
    dead = []
    for name, soup in pages.items():
        for link in soup.find_all("a", href=lambda to: to and ":" not in to):
            file, _, place = link["href"].partition("#")
            if (file or name).endswith(".html") and place and place not in places.get(file or name, ()):
                dead.append((name, link["href"]))
    return dead


def test_a_cell_left_out_leaves_no_dead_link_in_word(executed: nbformat.NotebookNode):
    cells = [c for c in executed.cells if c.id != "kb-lagen"]
    assert len(cells) < len(executed.cells)
    document = docx.Document(io.BytesIO(document_bytes(manuscripts(nbformat.v4.new_notebook(cells=cells))[""])))
    body = document.element.body
    places = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} - {None} <= places


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        (["kommun: str = None", "# Parameters\nkomun = 'Falun'"], "komun"),
        (["kommun = None\nyear = None", "# Parameters\nkommun = 'Falun'\nyaer = 2022"], "yaer"),
        (["kommun = None", "# Parameters\nkommun = 'Falun'"], None),
        (["kommun = None", "%matplotlib inline ("], None),
        (["# Parameters\nkommun = 'Falun'"], None),  # a notebook without parameters of its own
    ],
)
def test_a_name_that_papermill_alone_would_only_log_is_refused(cells: list[str], mistake: str | None):
    found = injected.unknown([*cells, "lagesbild.load(kommun=kommun)"])
    assert (found and found[0]) == mistake


def test_choices_are_said_on_the_page_and_in_the_manifest():
    lb = lagesbild.load(kommun="Köping", year="2024", brott="Stöld och rån", jamfor="lan", fran="2014")
    record = lb.bilagor().record
    chosen = {"brott": ["stold_ran_kap8"], "jamfor": "lan", "fran": 2014, "year": 2024}
    assert record["manifest"]["parameters"].items() >= chosen.items()
    text = BeautifulSoup(lb.metod().to_html(), "html.parser").get_text(" ")
    assert "Kommunen har valt att jämföras med de nio övriga kommunerna i Västmanland" in text
    assert "stold_ran_kap8" in [section.id for section in lb.omfattning().sections]
    assert lb.avsnitt("stöld och rån").figures()
    rows = lb.findings.to_frame()
    assert len(rows) == len(lb.material.count_findings) + len(lb.material.survey_findings)
    assert len(set(lb.omfattning().to_frame()["tabell"])) > 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"year": "20x"}, "ett år"),
        ({"brott": "cykelstul"}, "cykelstold"),
        ({"jamfor": "grannar"}, "skr_grupp"),
        ({"fran": 2023}, "2010"),
        ({"brott": "bidragsbrott"}, "totalt"),
    ],
)
def test_a_wrong_choice_says_what_there_is(wrong: dict[str, object], said: str):
    with pytest.raises((OptionError, UnknownOffence)) as caught:
        lagesbild.load(kommun="Köping", **wrong)
    assert said in caught.value.svenska


@pytest.mark.thorough
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
        source = cell.source.replace("kommun: str = None", "kommun: str = 'Borlänge'")
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
    style = head.removeprefix("<style>").split("</style>")[0]
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", style)
    assert len(selectors) > 100
    assert [one for one in selectors if ".kb" not in one] == []  # the rest of JupyterLab keeps its looks
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


def test_what_was_only_shown_is_said_with_the_call_that_publishes_it(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    shown = {"image/png": "iVBO"}, {"text/html": "<table><tr><td>3</td></tr></table>", "text/plain": "3"}
    for data in shown:
        outputs = [nbformat.v4.new_output("display_data", data=data)]
        notebook.cells.insert(5, nbformat.v4.new_code_cell("ax", outputs=outputs))
    _, record = export(notebook)
    calls = [re.search(r"kb\.\w+", said).group() for said in record["left_out"]]
    assert sorted(calls) == ["kb.figur", "kb.tabell"]
    assert all(re.match(r"Cell \d visar en (figur|tabell) som inte kommer med", said) for said in record["left_out"])
    assert record["manifest"]["own"]["left_out"] == record["left_out"]
    kept = nbformat.writes(without_unpublished(notebook))
    assert "iVBO" not in kept
    assert "<table><tr><td>3" not in kept


def test_own_parts_stand_where_their_cells_stand_each_with_ids_of_its_own(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    own = own_table(pd.DataFrame({"Antal": [3, 20]}, index=["Norr", "Söder"]), rubrik="Bränder", kalla="räddningstjänsten")
    output = nbformat.v4.new_output("display_data", data=own._repr_mimebundle_())
    before = next(n for n, c in enumerate(notebook.cells) if c.id == "kb-konsekvenser")
    for at in (0, before, before):  # before the masthead's part too: the page still begins with that
        notebook.cells.insert(at, nbformat.v4.new_code_cell("kb.tabell(...)", outputs=[output]))
    page, record = export(notebook)
    texts = [page, *record["pages"].values()]
    assert sum(len(re.findall(r'id="egen-[123]"', text)) for text in texts) == 3
    assert {"egen-1", "egen-2", "egen-3"} <= set(record["tables"])
    assert record["tables"]["rojandelogg"].count("suppressed") >= 3
    assert [one["heading"] for one in record["manifest"]["own"]["parts"]] == ["Bränder"] * 3
    assert ">3<" not in "".join(re.findall(r'id="egen-\d".*?</section>', "".join(texts), re.DOTALL))
    assert "Bränder" in " ".join(document_words(document_bytes(manuscripts(notebook)[""])))
    assert record["pages"]["beslut.html"].index("<header") < record["pages"]["beslut.html"].index('id="egen-1"')


def test_personal_data_in_an_own_text_keeps_it_out(executed: nbformat.NotebookNode):
    notebook = nbformat.from_dict(executed)
    notebook.cells.insert(5, nbformat.v4.new_markdown_cell("Ring 850709-9805 om detta."))
    page, record = export(notebook)
    assert "850709" not in page + "".join(record["left_out"])
    assert "Texten kommer inte med" in record["left_out"][0]


def test_pictures_of_a_cell_come_along_without_what_the_camera_knew(executed: nbformat.NotebookNode, tmp_path: Path):
    camera = Image.Exif()
    camera[0x0110] = "Kamera av märke"
    Image.new("RGB", (40, 30)).save(tmp_path / "torget.jpg", exif=camera)
    attached = base64.b64encode((tmp_path / "torget.jpg").read_bytes()).decode()
    cell = nbformat.v4.new_markdown_cell(
        "![Torget i kväll](torget.jpg) ![Torget igen](attachment:a.jpg) ![](attachment:a.jpg) ![Borta](b.png)"
    )
    cell["attachments"] = {"a.jpg": {"image/jpeg": attached}}
    notebook = nbformat.from_dict(executed)
    notebook.cells.insert(8, cell)
    attach_files(notebook, tmp_path)
    page, record = export(notebook)
    shown = BeautifulSoup(page, "html.parser").find_all("img")
    assert [image["alt"] for image in shown] == ["Torget i kväll", "Torget igen"]
    assert all(b"Kamera" not in base64.b64decode(image["src"].partition(",")[2]) for image in shown)
    assert "img-src data:" in page
    assert [re.search("”(.*?)” (.....)", said).groups() for said in record["left_out"]] == [
        ("a.jpg", "sakna"),
        ("b.png", "är va"),
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("![Torget](torget.jpg)", "![Torget](attachment:torget.jpg)"),
        ('![Torget](torget.jpg "om kvällen")', '![Torget](attachment:torget.jpg "om kvällen")'),
        ("![Torget](<på kvällen.jpg>)", "![Torget](attachment:pa-kvallen.jpg)"),
        ("![Torget](p%C3%A5%20kv%C3%A4llen.jpg)", "![Torget](attachment:pa-kvallen.jpg)"),
        ("![Torget][t]\n\n[t]: torget.jpg", "![Torget][t]\n\n[t]: torget.jpg"),
        ("torget.jpg och ![Torget](saknas.jpg)", "torget.jpg och ![Torget](saknas.jpg)"),
    ],
)
def test_a_picture_file_goes_along_in_the_notebook(tmp_path: Path, written: str, kept: str):
    for name in ("torget.jpg", "på kvällen.jpg"):
        Image.new("RGB", (40, 30)).save(tmp_path / name)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(written)])
    attach_files(notebook, tmp_path)
    attach_files(notebook, tmp_path)  # as when the notebook that was run is exported: nothing more happens
    cell = notebook.cells[0]
    assert cell.source == kept
    assert len(cell.get("attachments", {})) == ("saknas" not in written)
    (tmp_path / "torget.jpg").unlink()
    if "saknas" not in written:
        assert len(pictures_of(cell)[0]) == 1


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
        ("###### Liten", "<h4>Liten</h4>"),
        ("## A\n\n#### B\n\n## C", "<h4>A</h4>\n<h5>B</h5>\n<h4>C</h4>"),
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
