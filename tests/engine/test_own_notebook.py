"""A report with an analyst's own seaborn chart, table and picture beside the standard parts, made twice by the engine."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from kunskapsbaserat import lan
from kunskapsbaserat.engine import manifest, template_path
from kunskapsbaserat.engine.job import Completion, Job
from kunskapsbaserat.engine.produce import produce, run_here

CHART = """import kunskapsbaserat as kb
import pandas as pd
import seaborn as sns

ax = sns.barplot(x=["Norr", "Söder"], y=[30, 20], hue=["2024", "2024"])
ax.set_ylabel("Anmälda bränder")
kb.figur(ax, alt="Bränderna var 30 i Norr och 20 i Söder.", kalla="räddningstjänsten", rubrik="Bränder")"""
TABLE = """df = pd.DataFrame({"Område": ["Norr", "Söder"], "Antal": [3, 20]})
kb.tabell(df, rubrik="Bilbränder", kalla="räddningstjänsten")"""
FEW = """ax = sns.barplot(x=["Norr", "Söder"], y=[3, 20])
ax.set_ylabel("Antal bränder")
kb.figur(ax, alt="Bränderna var tre i Norr och 20 i Söder.", kalla="räddningstjänsten")"""
PERSON = FEW.replace('"Norr"', '"850709-9805"').replace("[3,", "[30,")
SHOWN = """sns.lineplot(x=[1, 2], y=[3, 3])"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Completion]]:
    """The same notebook twice, by name the copy of a template."""
    room = tmp_path_factory.mktemp("egen")
    Image.new("RGB", (40, 30)).save(room / "torget.png")
    notebook = nbformat.read(template_path("nyhetsbrev"), as_version=4)
    at = next(n for n, c in enumerate(notebook.cells) if c.source == "n.metod()")
    own = [nbformat.v4.new_code_cell(source) for source in (CHART, TABLE, FEW, PERSON, SHOWN)]
    notebook.cells[at:at] = [*own, nbformat.v4.new_markdown_cell("## Torget\n\n![Torget i kväll](torget.png)")]
    path = room / "mitt brev.ipynb"
    nbformat.write(notebook, path)
    place, out = lan.get("10"), []
    for number in ("1", "2"):
        job = Job("brev", path, place, {"lan": "10"}, None, room / number, room / f"{number}.log", "x", False, ("word",))
        done = produce(job, run=run_here, warm=True)
        assert isinstance(done, Completion), done
        out.append((job.folder, done))
    return out


def test_the_report_is_the_same_byte_for_byte(made: list[tuple[Path, Completion]]):
    (first, _), (second, _) = made
    outputs = manifest.outputs_of(first)
    assert outputs == manifest.outputs_of(second)
    assert {"report.html", "report.docx", "tables/egen-1.csv", "tables/maskin/egen-2.csv"} <= outputs.keys()


def test_what_may_be_published_is_there_and_the_rest_is_not(made: list[tuple[Path, Completion]]):
    folder, _ = made[0]
    page = (folder / "report.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert [soup.find(id=f"egen-{n}-h").get_text() for n in (1, 2)] == ["Bränder", "Bilbränder"]
    assert soup.find("svg", class_="egenbild").title.get_text() == "Bränderna var 30 i Norr och 20 i Söder."
    assert soup.find(id="egen-2").find("td").get_text() == "1–4"
    assert soup.find("img")["alt"] == "Torget i kväll"
    assert not soup.find(id="egen-3")
    kept = (folder / "brev.ipynb").read_text(encoding="utf-8")
    outputs = [o for cell in nbformat.reads(kept, 4).cells for o in cell.get("outputs", ())]
    assert not any("image/png" in o.get("data", {}) for o in outputs)


def test_what_is_left_out_is_said(made: list[tuple[Path, Completion]]):
    folder, done = made[0]
    few, person, shown = done.left_out
    assert "1 och 4" in few
    assert "personnummer" in person
    assert "850709" not in person
    assert "kb.figur(ax, alt=" in shown
    record = manifest.read(folder)
    assert record is not None
    assert record["own"]["left_out"] == list(done.left_out) == list(manifest.left_out(folder))
    assert [one["source"] for one in record["own"]["parts"]] == ["räddningstjänsten"] * 2
    said = [o["text/plain"] for c in nbformat.read(folder / "brev.ipynb", 4).cells for o in _data(c) if "text/plain" in o]
    assert sum("med i rapporten" in text for text in said) >= 3


def _data(cell: nbformat.NotebookNode) -> list[dict[str, str]]:
    return [output.get("data", {}) for output in cell.get("outputs", ())]
