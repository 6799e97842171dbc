"""An executed template as a page: nbconvert's exporter ``kunskap``.

The page is a function of the notebook alone, and so is the Word document. Outputs that are parts of a report are put on the
page as they are; of the rest only the analyst's own Markdown cells go along, made safe. What the library did not make is not
published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nbconvert.exporters import Exporter

from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.material.own_texts.markdown import markdown_to_html
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html, part_data
from kunskapsbaserat.report.page.blocks import PART_MIME, OwnText
from kunskapsbaserat.report.page.word import Manuscript
from kunskapsbaserat.report.statements.appendix import MIME

TEMPLATE_CELL = "kb-"  # ids of the template's own cells; a cell the analyst adds gets another


class ReportExporter(Exporter):
    """``jupyter nbconvert --to kunskap executed.ipynb`` writes the page beside the notebook."""

    export_from_notebook = "Rapport (kunskapsbaserat)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # nbconvert's base returns the notebook, its exporters text
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        page, resources["kunskapsbaserat"] = export(notebook)
        return page, resources


def export(notebook: NotebookNode) -> tuple[str, dict[str, Any]]:
    """The page of an executed template, and the record that its last cell left (see `collect`)."""
    shown, record = collect(notebook)
    texts = [html.own_text(one) if isinstance(one, OwnText) else html.from_notebook(one["text/html"]) for one in shown]
    made = html.pages(list(zip(_files(shown), texts, strict=True)), record)
    return made.pop(""), record | {"pages": {**made, **record.get("pages", {})}}


def manuscripts(notebook: NotebookNode) -> dict[str, Manuscript]:
    """What the Word documents of an executed template are written from, by the file of the page ("" is the report itself).

    They are the blocks that its outputs keep beside their HTML.
    """
    shown, record = collect(notebook)
    parts = [one if isinstance(one, OwnText) else part_data.read(one[PART_MIME]) for one in shown]
    placed = list(zip(_files(shown), parts, strict=True))
    return {file: Manuscript(on_it, **head) for file, on_it, head in html.by_file(placed, record)}


def _files(shown: Sequence[OwnText | Mapping[str, Any]]) -> list[str]:
    """The file of everything shown; the analyst's own texts stand on the page of the part before."""
    files: list[str] = []
    for one in shown:
        before = files[-1] if files else ""
        files.append(before if isinstance(one, OwnText) else str(one[PART_MIME].get("file", "")))
    return files


def _of_shown(record: dict[str, Any], there: Collection[str]) -> dict[str, Any]:
    """The record without the files whose cells an analyst has left out, and without the links to them."""
    if "" not in there:
        raise RenderError(
            "the notebook shows no part of the report itself",
            svenska="Anteckningsboken visar ingen del av rapporten. Lägg tillbaka cellerna före lb.bilagor().",
        )
    missing = record.get("files", {}).keys() - there

    def linked(head: Mapping[str, Any]) -> dict[str, Any]:
        return {**head, "nav": [link for link in head["nav"] if link[0].partition("#")[0] not in missing]}

    return linked(record) | {"files": {f: linked(head) for f, head in record.get("files", {}).items() if f not in missing}}


def collect(notebook: NotebookNode) -> tuple[list[OwnText | Mapping[str, Any]], dict[str, Any]]:
    """What the report shows in order, the outputs that are parts and the analyst's own texts, and the last cell's record.

    Raises
    ------
    RenderError
        A cell failed or was not run, or the last cell with the tables is missing.
    """
    shown: list[OwnText | Mapping[str, Any]] = []
    record: dict[str, Any] | None = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not str(cell.get("id", "")).startswith(TEMPLATE_CELL):
            shown.append(OwnText("egen", words.BEDOMNING, (), text_html=markdown_to_html(cell.source)))
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise RenderError(f"a cell failed: {output.ename}: {output.evalue}")
            data = output.get("data", {})
            if PART_MIME in data:
                shown.append(data)
            record = data.get(MIME, record)
    if record is None:
        raise RenderError(
            "the notebook holds no finished report: run all cells, the last one is lb.bilagor()",
            svenska="Anteckningsboken innehåller ingen färdig rapport. Kör alla celler; den sista ska vara lb.bilagor().",
        )
    return shown, _of_shown(record, set(_files(shown)))
