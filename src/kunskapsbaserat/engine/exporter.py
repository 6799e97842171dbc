"""An executed template as a page: nbconvert's exporter ``kunskap``.

The page is a function of the notebook alone. Outputs that are parts of a report are put on the page as they are; of the
rest only the analyst's own Markdown cells go along, made safe. What the library did not make is not published.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report import html
from kunskapsbaserat.report.appendix import MIME
from kunskapsbaserat.report.blocks import PART_MIME
from kunskapsbaserat.report.own import markdown_to_html
from kunskapsbaserat.report.text import words

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
    parts, record = collect(notebook)
    page = html.page(
        parts,
        title=record["title"],
        foot=record["foot"],
        nav=record["nav"],
        made_with=record.get("made_with", words.made_with(record["manifest"]["version"])),
    )
    return page, record


def collect(notebook: NotebookNode) -> tuple[list[str], dict[str, Any]]:
    """The parts of the report in order, and the record that its last cell left.

    Raises
    ------
    RenderError
        A cell failed or was not run, or the last cell with the tables is missing.
    """
    parts: list[str] = []
    record: dict[str, Any] | None = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not str(cell.get("id", "")).startswith(TEMPLATE_CELL):
            parts.append(html.own_text(markdown_to_html(cell.source)))
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise RenderError(f"a cell failed: {output.ename}: {output.evalue}")
            data = output.get("data", {})
            if PART_MIME in data:
                parts.append(data["text/html"])
            record = data.get(MIME, record)
    if record is None:
        raise RenderError(
            "the notebook holds no finished report: run all cells, the last one is lb.bilagor()",
            svenska="Anteckningsboken innehåller ingen färdig rapport. Kör alla celler; den sista ska vara lb.bilagor().",
        )
    return parts, record
