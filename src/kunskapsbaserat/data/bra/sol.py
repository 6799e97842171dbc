"""Exports from Brå's database SOL (statistik.bra.se/solwebb): .xls, resaved .xlsx, text file and result page.

The layouts were learnt from the originals: up to three header rows (year, part of the year, measure), then for each region
its offences, each with all its parents repeated above it as rows without values, then notes that name their subject again.
"""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.cells import period_of as period
from kunskapsbaserat.data import unread
from kunskapsbaserat.data.bra import grid as grids
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.bra.export import Export, Note, frame, letter, refuse
from kunskapsbaserat.data.bra.grid import Cell, Grid
from kunskapsbaserat.data.bra.once import once, unknown
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.findings import Finding


def read(file: DataFile) -> Export | None:
    """The export in a file, or None when no sheet has SOL's headers.

    Raises
    ------
    TableError
        The sheet is an export, but damaged or changed so that a value could end up in the wrong place.
    """
    found = [g for g in (grids.read(sheet, file.path) for sheet in file.sheets) if g is not None]
    if not found:
        return None
    rows: list[dict[str, object]] = []
    findings: list[Finding] = []
    notes: list[Note] = []
    for grid in found:
        rows += _rows(grid, file.path)
        findings += _same_rows_everywhere(grid, file.path)
        _parents_as_in_sol(grid, file.path)
        findings += grids.left_out(grid, file.path)
        notes += _notes(grid)
    findings += unread.sheets(file, {grid.sheet for grid in found}, expected="område, tid och mått i rubrikerna")
    rows, twice = once(rows, file.path)
    findings += twice + unknown(rows, file.path)
    findings += [Finding("info", note.code, note.svenska, file.path.name) for note in file.notes]
    return Export(file.path, "sol", file.sha256, frame(rows), None, tuple(notes), tuple(findings))


def _rows(grid: Grid, path: Path) -> list[dict[str, object]]:
    rows = []
    for cell, value, reason in grids.values(grid, path):
        place = cell.place
        if place.measure not in ("count", "rate"):
            raise refuse(
                path,
                "counts or rates per 100 000",
                "Antal eller /100 000 inv",
                sheet=grid.sheet,
                row=cell.row,
                column=cell.column,
                got=place.measure,
            )
        assert place.region is not None
        assert place.year is not None
        assert place.part is not None
        where = labels.region(place.region)
        what = labels.offence(place.path)
        rows.append(
            {
                "region": place.region,
                "area": where.area if where else None,
                "area_level": where.level if where else None,
                "label": " > ".join(place.path),
                "offence": what.offence if what else None,
                "sex": what.sex if what else "alla",
                "period": period(place.year, *place.part),
                "frequency": place.part[0],
                "measure": place.measure,
                "value": value,
                "reason": reason,
                "status": "preliminary" if place.preliminary else "final",
                "sheet": grid.sheet,
                "row": cell.row,
                "column": letter(cell.column),
            }
        )
    return rows


def _same_rows_everywhere(grid: Grid, path: Path) -> list[Finding]:
    """SOL gives every region the same offences in the same order; a region with fewer is a file that was cut or sorted."""
    if not grid.region_in_rows:
        return []
    blocks: list[tuple[str, list[tuple[str, ...]], Cell]] = []
    last_row = None
    for cell in grid.cells:
        if cell.row == last_row:
            continue
        last_row = cell.row
        region = str(cell.place.region)
        key = (*cell.place.path, str(cell.place.year), str(cell.place.part)) if _time_in_rows(grid) else cell.place.path
        if not blocks or blocks[-1][0] != region or key in blocks[-1][1]:
            blocks.append((region, [], cell))
        blocks[-1][1].append(key)
    if _offence_outermost(blocks):
        return _same_regions_everywhere(grid, path)
    first = blocks[0][1]
    for region, paths, cell in blocks[1:]:
        if paths == first:
            continue
        last = grid.cells[-1].place.region == region and paths == first[: len(paths)]
        missing = next((p for p in first if p not in paths), None) or next((p for p in paths if p not in first), first[0])
        if last or len(paths) < len(first):
            english, swedish = (
                f"the row '{missing[-1]}' for {region}, as for {blocks[0][0]}",
                f"raden ”{missing[-1]}” för {region}, som för {blocks[0][0]}",
            )
            hint = "Filen är avklippt eller har fått rader borttagna. Hämta den på nytt ur Brås databas."
        else:
            english, swedish = (
                "the same offences in the same order for every region",
                "samma brottstyper i samma ordning för varje område",
            )
            hint = f"Raderna för {region} har flyttats eller fått andra rubriker. Hämta filen på nytt ur Brås databas."
        row = cell.row + len(paths) - 1 if not last else grid.cells[-1].row
        raise refuse(path, english, swedish, sheet=grid.sheet, row=row, hint="rows are missing or were moved", tips=hint)
    return []


def _time_in_rows(grid: Grid) -> bool:
    return len({c.place.year for c in grid.cells if c.row == grid.cells[0].row}) == 1


def _offence_outermost(blocks: list[tuple[str, list[tuple[str, ...]], Cell]]) -> bool:
    """Regions below each offence: the first region comes back, and every block has one row."""
    return (
        len(blocks) > 1 and all(len(paths) == 1 for _, paths, _ in blocks) and sum(r == blocks[0][0] for r, _, _ in blocks) > 1
    )


def _same_regions_everywhere(grid: Grid, path: Path) -> list[Finding]:
    order: dict[tuple[str, ...], list[str]] = {}
    for cell in grid.cells:
        regions = order.setdefault(cell.place.path, [])
        if cell.place.region not in regions:
            regions.append(str(cell.place.region))
    first = next(iter(order.values()))
    for offence, regions in order.items():
        if regions != first:
            raise refuse(
                path,
                f"the same regions for '{offence[-1]}' as for the first offence",
                f"samma områden för ”{offence[-1]}” som för den första brottstypen",
                sheet=grid.sheet,
                row=grid.cells[-1].row,
                hint="rows are missing or were moved",
                tips="Rader saknas eller har flyttats. Hämta filen på nytt.",
            )
    return []


def _parents_as_in_sol(grid: Grid, path: Path) -> None:
    """A label that SOL is known to print must stand below its own parents; otherwise rows were moved or taken away."""
    if all(len(cell.place.path) == 1 for cell in grid.cells):
        return  # a table whose maker left the parents out
    seen: set[tuple[str, ...]] = set()
    for cell in grid.cells:
        chain = cell.place.path
        if chain in seen:
            continue
        seen.add(chain)
        for i, label in enumerate(chain):
            known = labels.parents(label)
            if known and labels.fold(chain[:i]) not in known:
                above = " > ".join(chain[:i]) or "ingenting"
                raise refuse(
                    path,
                    f"'{label}' below its own heading in SOL",
                    f"”{label}” under sin egen rubrik i Brås databas",
                    sheet=grid.sheet,
                    row=cell.row,
                    column=0,
                    got=above,
                    hint="rows were moved or taken away",
                    tips="Rader har flyttats eller tagits bort, eller så är två brottsträd hopblandade. Hämta filen på nytt.",
                )


def _notes(grid: Grid) -> list[Note]:
    subjects = {c.place.region for c in grid.cells} | {label for c in grid.cells for label in c.place.path}
    notes, subject = [], ""
    for _, text in grid.after:
        if text in subjects:
            subject = text
        else:
            notes.append(Note(subject, text))
    return notes
