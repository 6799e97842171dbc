"""An executed template as a page: nbconvert's exporter ``kunskap``.

The page is a function of the notebook alone, and so is the Word document. Outputs that are parts of a report are put on the
page as they are; of the rest only the analyst's own Markdown cells go along, made safe. What the library did not make is not
published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nbconvert.exporters import Exporter

from kunskapsbaserat.engine.cell_pictures import attach_files, papermill_folder
from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.engine.own_parts import OwnParts, is_own, numbered_cells
from kunskapsbaserat.engine.placing import PAGE
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page import html, part_data
from kunskapsbaserat.report.page.blocks import PART_MIME, OwnText
from kunskapsbaserat.report.page.html.links import without_dead_links
from kunskapsbaserat.report.page.own import OWN_MIME
from kunskapsbaserat.report.page.word import Manuscript
from kunskapsbaserat.report.statements.appendix import MIME


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
        attach_files(notebook, resources.get("metadata", {}).get("path"))
        attach_files(notebook, papermill_folder(notebook))
        page, resources["kunskapsbaserat"] = export(notebook)
        for said in resources["kunskapsbaserat"]["left_out"]:
            self.log.warning("%s", said)
        return page, resources


def export(notebook: NotebookNode) -> tuple[str, dict[str, Any]]:
    """The page of an executed template, and the record that its last cell left (see `collect`)."""
    shown, record = collect(notebook)
    texts = [html.own_text(one) if isinstance(one, OwnText) else html.from_notebook(one["text/html"]) for one in shown]
    made = html.pages(list(zip(_files(shown), texts, strict=True)), record)
    pages = without_dead_links({**made, **record.get("pages", {})}, report=PAGE)
    return pages.pop(""), record | {"pages": pages}


def manuscripts(notebook: NotebookNode) -> dict[str, Manuscript]:
    """What the Word documents of an executed template are written from, by the file of the page ("" is the report itself).

    They are the blocks that its outputs keep beside their HTML.
    """
    shown, record = collect(notebook)
    parts = [one if isinstance(one, OwnText) else part_data.read(one[PART_MIME]) for one in shown]
    placed = list(zip(_files(shown), parts, strict=True))
    return {file: Manuscript(on_it, **head) for file, on_it, head in html.by_file(placed, record)}


def _files(shown: Sequence[OwnText | Mapping[str, Any]]) -> list[str]:
    """The file of everything shown; what is the analyst's own stands on the page of the part before."""
    files: list[str] = []
    for one in shown:
        before = files[-1] if files else ""
        files.append(before if isinstance(one, OwnText) or is_own(one) else str(one[PART_MIME].get("file", "")))
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

    The record's `left_out` says in Swedish what the cells show that does not come along, and what to write so that it does.

    Raises
    ------
    RenderError
        A cell failed or was not run, or the last cell with the tables is missing.
    """
    shown: list[OwnText | Mapping[str, Any]] = []
    record: dict[str, Any] | None = None
    own = OwnParts()
    for cell, number in numbered_cells(notebook):
        if cell.cell_type == "markdown" and (text := own.of_markdown(cell, number)):
            shown.append(text)
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise RenderError(f"a cell failed: {output.ename}: {output.evalue}")
            data = output.get("data", {})
            if part := own.of_output(data, number):
                shown.append(part)
            record = data.get(MIME, record)
    if record is None:
        raise RenderError(
            "the notebook holds no finished report: run all cells, the last one is lb.bilagor()",
            svenska="Anteckningsboken innehåller ingen färdig rapport. Kör alla celler; den sista ska vara lb.bilagor().",
        )
    shown = _begun_by_a_part(shown)
    record = own.added_to(_of_shown(record, set(_files(shown))))
    return shown, record | {"left_out": own.left_out, "figures": _figures(shown, record)}


def _figures(shown: Sequence[OwnText | Mapping[str, Any]], record: Mapping[str, Any]) -> int:
    """How many figures the pages shall hold: those of the parts that are shown, the analyst's own, and of the pages beside."""
    parts = [one for one in shown if not isinstance(one, OwnText)]
    own = sum(is_own(one) and one[OWN_MIME]["kind"] == "figur" for one in parts)
    drawn: int = sum(one[PART_MIME].get("figures", 0) for one in parts)
    return int(record.get("figures_beside", 0)) + drawn + int(own)


def _begun_by_a_part(shown: list[OwnText | Mapping[str, Any]]) -> list[OwnText | Mapping[str, Any]]:
    """A page begins with its masthead: what the analyst has put before the first part stands after it."""
    first = next((n for n, one in enumerate(shown) if not isinstance(one, OwnText) and not is_own(one)), None)
    return shown if not first else [shown[first], *shown[:first], *shown[first + 1 :]]
