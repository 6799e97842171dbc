"""The last part of every document: its tables, the disclosure log and what it is made of, on the page and as files beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat import catalogue, swedish
from kunskapsbaserat.data.export import machine_csv
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.disclosure import LogEntry, Released, release
from kunskapsbaserat.report.material.computed_once import once
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.blocks import Cell, Column, FigureRow, FirstPage, Part, Table
from kunskapsbaserat.report.statements import annex
from kunskapsbaserat.report.statements.common_blocks import same_in_all_rows

MIME = "application/vnd.kunskapsbaserat.report+json"


@dataclass(frozen=True, slots=True, repr=False)
class Appendix:
    """The last part of a report, and what the exporter needs beside the page: title, foot, tables, manifest."""

    part: Part
    record: dict[str, Any]

    def __repr__(self) -> str:
        return f"Appendix({len(self.record['tables'])} tables)"

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, Any]:
        return self.part._repr_mimebundle_() | {MIME: self.record}


def released_in(parts: Sequence[Part]) -> list[Released]:
    """Every table on the page, also those behind figures, once each."""
    found: list[Released] = []
    for block in (b for p in parts for s in p.sections for b in s.blocks):
        tables = [block.figure.table] if isinstance(block, FigureRow) else []
        tables += [block] if isinstance(block, Table) else []
        tables += [block.overview] if isinstance(block, FirstPage) else []
        found += [r for t in tables for r in t.released]
    return list({r.name: r for r in found}.values())


def log_table(log: Sequence[LogEntry]) -> Table:
    """The gate's decisions, one line per rule and outcome."""
    entries: dict[tuple[str, str], list[LogEntry]] = {}
    for entry in log:
        entries.setdefault((entry.rule, entry.action), []).append(entry)
    lines = [(rule, action, len({e.table for e in of}), sum(e.cells for e in of)) for (rule, action), of in entries.items()]
    frame = pd.DataFrame(lines, columns=["rule", "action", "tables", "cells"])
    rows: list[list[Cell]] = [
        [annex.RULES.get(rule, rule), str(tables), swedish.number(cells), annex.action(action)]
        for rule, action, tables, cells in lines
    ]
    released = release(frame, name="rojandelogg_sammanfattad", contents="description", sources=["scb"])
    columns = [Column(head, right=i in (1, 2)) for i, head in enumerate(annex.LOG_HEADS)]
    return same_in_all_rows(Table(caption=annex.LOG_CAPTION, columns=columns, rows=rows, released=[released]))


def inputs_table(manifest: dict[str, Any]) -> Table:
    frame = pd.DataFrame(manifest["inputs"])
    rows: list[list[Cell]] = [[i["title"], i["publisher"], i["retrieved"], i["sha256"][:12]] for i in manifest["inputs"]]
    released = release(frame, name="indatafiler", contents="description", sources=["scb"])
    contents, publisher, retrieved, checksum = annex.INPUT_HEADS
    columns = [Column(contents), Column(publisher), Column(retrieved, css="hel"), Column(checksum)]
    return Table(caption=annex.INPUTS_CAPTION, columns=columns, rows=rows, released=[released])


def inputs_of(snapshots: Mapping[str, Snapshot]) -> list[dict[str, str | None]]:
    """The files that the figures come from, as a manifest names them."""
    return [
        {
            "file": name,
            "publisher": s.publisher,
            "title": s.title,
            "status": s.status,
            "retrieved": s.retrieved.isoformat(),
            "published": s.published.isoformat() if s.published else None,
            "sha256": s.sha256,
        }
        for name, s in sorted(snapshots.items())
    ]


def made_of_underlag(u: Underlag) -> dict[str, Any]:
    """What a document made of a kommun's figures is made of: everything here is the same at the next rendering."""
    return {
        "catalogue": catalogue.version(),
        "parameters": {"kommun": u.kommun.code, "year": u.year, **u.choices.made_of()},
        "inputs": inputs_of(u.snapshots),
        "texts": u.texts.digest,
    }


def csv_of(table: Released, invented: str = "") -> str:
    """Comma and point; the exporter also writes a version for Swedish Excel. What is invented is said in every row."""
    if invented:
        return machine_csv(table.frame.assign(exempel=invented))
    return once(table.frame, "csv", lambda: machine_csv(table.frame))  # some tables are the same beside all reports
