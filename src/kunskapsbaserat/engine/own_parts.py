"""What an analyst's own cells put into a notebook: figures and tables that are parts, words, pictures, and what is left out.

A cell's number is its place among the code cells that are run, as in an error; a Markdown cell's its place among those.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet
from kunskapsbaserat.engine.cell_pictures import pictures_of
from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.report.material.own_texts.markdown import markdown_to_html
from kunskapsbaserat.report.page import common_words
from kunskapsbaserat.report.page.blocks import PART_MIME, OwnText
from kunskapsbaserat.report.page.own import ID, OWN_MIME, words
from kunskapsbaserat.report.statements.appendix import MIME

TEMPLATE_CELL = "kb-"  # ids of the template's own cells; a cell the analyst adds gets another
_FORBIDDEN = ("personnummer", "email", "phone", "vehicle")  # names may stand: a report names who has decided it
_LOG = "rojandelogg"


@dataclass(slots=True)
class OwnParts:
    """Gathered cell by cell: `texts` on the page, `made` the records of own parts in order, `left_out` what is to be said."""

    made: list[Mapping[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    texts: int = 0

    def of_markdown(self, cell: NotebookNode, number: int) -> OwnText | None:
        """The analyst's own words, made safe; None in the template's own cell, and where they seem to hold personal data."""
        if str(cell.get("id", "")).startswith(TEMPLATE_CELL):
            return None
        rows = tuple((line,) for line in cell.source.splitlines())
        kinds = sorted({screen.KINDS[f.kind] for f in screen.find([Sheet("text", rows)]) if f.kind in _FORBIDDEN})
        if kinds:
            self.left_out.append(words.text_left_out(number, kinds))
            return None
        pictures, refused = pictures_of(cell)
        self.left_out += [words.in_text_cell(number, reason) for reason in refused]
        self.texts += 1
        return OwnText("egen", common_words.BEDOMNING, (), text_html=markdown_to_html(cell.source, pictures))

    def of_output(self, data: Mapping[str, Any], number: int) -> Mapping[str, Any] | None:
        """The output as the page has it, where it is a part; what is no part and was meant to be seen is noted."""
        about = data.get(OWN_MIME)
        if about is not None and about["kind"] == "left_out":
            self._say(words.in_cell(number, about["text"]))
        elif PART_MIME in data and about is not None:
            self.made.append(about)
            return _numbered(data, len(self.made))
        elif PART_MIME in data:
            return data
        elif MIME not in data and (what := _shows(data)):
            self._say(words.in_cell(number, words.only_shown(what)))
        return None

    def _say(self, text: str) -> None:
        """Once a cell, though both the cell itself and what it shows say so."""
        if text not in self.left_out:
            self.left_out.append(text)

    def added_to(self, record: dict[str, Any]) -> dict[str, Any]:
        """The document's record with the own tables, what the gate decided of them, and what is own in its manifest."""
        if not self.made and not self.left_out and not self.texts:
            return record
        tables, log = dict(record["tables"]), []
        for number, about in enumerate(self.made, 1):
            tables |= {name.replace(ID, _name(number)): text for name, text in about["tables"].items()}
            log += [{**entry, "table": entry["table"].replace(ID, _name(number))} for entry in about["log"]]
        if log:
            tables[_LOG] = _with_rows(tables.get(_LOG, ""), log)
        own = [{key: about[key] for key in ("kind", "heading", "source")} for about in self.made]
        manifest = {**record["manifest"], "own": {"parts": own, "texts": self.texts, "left_out": list(self.left_out)}}
        return {**record, "tables": tables, "manifest": manifest}


def is_own(data: Mapping[str, Any]) -> bool:
    """Is a part that is shown the analyst's own?"""
    return OWN_MIME in data


def numbered_cells(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, int]]:
    """Each cell with its place among those of its kind; code that is empty is not run and not counted."""
    places = {"code": 0, "markdown": 0}
    for cell in notebook.cells:
        counted = cell.cell_type in places and bool(str(cell.source).strip())
        if counted:
            places[cell.cell_type] += 1
        yield cell, places.get(cell.cell_type, 0)


def without_unpublished(notebook: NotebookNode) -> NotebookNode:
    """The notebook as it is kept beside the page: what the gate has not passed does not leave with it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            what = "" if {PART_MIME, MIME, OWN_MIME} & data.keys() else _shows(data)
            if what:
                output["data"] = type(output)({"text/plain": words.only_shown(what)})
                output["metadata"] = type(output)({})
    return notebook


def _shows(data: Mapping[str, Any]) -> str:
    """ "figure" or "table" for an output that shows one."""
    if any(kind.startswith("image/") or kind.startswith("application/vnd.plotly") for kind in data):
        return "figure"
    if "<table" in _text(data.get("text/html", "")):
        return "table"
    return ""


def _text(value: object) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _name(number: int) -> str:
    return f"egen-{number}"


def _numbered(data: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The part with its number in its ids: which of the page's own things it is, however often its cell was run."""
    part = {**data[PART_MIME], "part": data[PART_MIME]["part"].replace(ID, _name(number))}
    return {**data, "text/html": _text(data["text/html"]).replace(data[OWN_MIME]["name"], _name(number)), PART_MIME: part}


def _with_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    head = table.splitlines()[0].split(",") if table else list(rows[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, head, lineterminator="\n", restval="", extrasaction="ignore")
    if not table:
        writer.writeheader()
    writer.writerows(rows)
    return (table if not table or table.endswith("\n") else table + "\n") + out.getvalue()
