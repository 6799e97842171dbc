"""What the method pages name exists, and what they call measured stands in the file that they name."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs" / "methods").glob("*.md")), ROOT / "docs" / "sa-vet-vi.md"]
WITH_FIGURES = [page for page in PAGES if page.name != "index.md"]
CODE = re.compile(r"`([^`\n]+)`")


class Row(NamedTuple):
    """A row of a table: its cells by the heading of their column."""

    page: str
    cells: dict[str, str]

    def column(self, *starts: str) -> str | None:
        """The cell under the heading that begins with one of the words (English, Swedish)."""
        return next((cell for heading, cell in self.cells.items() if heading.casefold().startswith(starts)), None)


def rows_of(page: str, text: str) -> Iterator[Row]:
    headings: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            headings = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not headings:
            headings = cells
        elif not set(line) <= set("|-: "):
            assert len(cells) == len(headings), f"{page}: {line}"
            yield Row(page, dict(zip(headings, cells, strict=True)))


@functools.cache
def lines_of(name: str) -> list[str]:
    """The lines of a file of the project, each run of spaces as one."""
    return [" ".join(line.split()) for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]


def stands(figures: list[str], line: str) -> bool:
    """Do the figures stand in the line, in this order and none as a part of a longer number?"""
    at = 0
    for figure in figures:
        found = re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", line[at:])
        if found is None:
            return False
        at += found.end()
    return True


def faults(rows: list[Row]) -> list[str]:
    """Rows of measured figures that are not those of the file."""
    wrong = []
    for row in rows:
        measured, beginning, file = row.column("measured", "mätt"), row.column("row in", "rad i"), row.column("file", "fil")
        if measured is None:
            continue
        assert beginning is not None, f"{row.page}: no row is named beside {measured}"
        assert file is not None, f"{row.page}: no file is named beside {measured}"
        (name,), figures = CODE.findall(file), [" ".join(figure.split()) for figure in CODE.findall(measured)]
        (start,) = (" ".join(code.split()) for code in CODE.findall(beginning))
        if not figures or not any(start in line and stands(figures, line[line.index(start) :]) for line in lines_of(name)):
            wrong.append(f"{row.page}: {measured} in {name}, {start!r}")
    return wrong


ROWS = {page.name: list(rows_of(page.name, page.read_text(encoding="utf-8"))) for page in PAGES}


@pytest.mark.parametrize("page", WITH_FIGURES, ids=lambda p: p.name)
def test_measured_figures_stand_in_the_row_named(page: Path):
    assert any(row.column("measured", "mätt") for row in ROWS[page.name])
    assert not faults(ROWS[page.name])


def test_a_figure_that_is_not_in_its_row_is_seen():
    head = "| What | Measured | Row in the file | File |\n|---|---|---|---|\n"
    page = head + "| x | `{}` | `{}` | `benchmarks/change_calibration.txt` |"
    now = "national table, pool of 290, now"
    assert not faults(list(rows_of("p", page.format("5.5 %", now))))
    for figure, start in (("5.6 %", now), (".5 %", now), ("5.5 %", "national table, pool of 291"), ("4.9 %` `5.4 %", now)):
        assert faults(list(rows_of("p", page.format(figure, start))))


def test_files_are_dated_and_made_as_said():
    wrong = []
    for row in (row for rows in ROWS.values() for row in rows):
        date, command, file = row.column("date", "datum"), row.column("command", "kommando"), row.column("file", "fil")
        if date is None or command is None or file is None:
            continue
        text = "\n".join(lines_of(CODE.findall(file)[0]))
        told = [date] * (date != "–") + CODE.findall(command)
        wrong += [f"{row.page}: {said} is not in {file}" for said in told if said not in text]
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_benchmark_is_there_and_said_how_it_was_made(page: Path):
    named = set(re.findall(r"benchmarks/\w+\.txt", page.read_text(encoding="utf-8")))
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
    dated = {CODE.findall(row.column("file", "fil") or "")[0] for row in ROWS[page.name] if row.column("command", "kommando")}
    assert named <= dated


def test_code_names_can_be_imported():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    names = {code for code in CODE.findall(text) if code.startswith("kunskapsbaserat.")}
    assert len(names) > 100
    assert [name for name in sorted(names) if not resolves(name)] == []


def resolves(name: str) -> bool:
    """Is it a module, or a name within one?"""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_a_name_that_is_nowhere_is_seen():
    assert resolves("kunskapsbaserat.effects.EffectResult.drift")
    assert not resolves("kunskapsbaserat.effects.no_such_method")
    assert not resolves("kunskapsbaserat.no_such_room.did")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
