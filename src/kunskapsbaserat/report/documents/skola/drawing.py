"""The sketch of a school with its numbered places."""

from __future__ import annotations

from kunskapsbaserat.report.documents.skola.material import One
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.material.own_texts import pictures
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.blocks import Figure, FigureRow, Paragraph, Table


def sketch_row(one: One, places: Table) -> FigureRow | None:
    """The sketch beside its note; None where no place has been marked."""
    marked = [(p.nr, float(p.x), float(p.y)) for p in one.places if p.x is not None and p.y is not None]
    if not marked:
        return None
    picture, note = _picture(one)
    drawn = charts.sketch(marked, picture=picture)
    named = [(p.nr, p.plats) for p in one.places if p.x is not None and p.y is not None]
    figure = Figure(
        id=f"skiss-{one.school.key}",
        drawing=drawn,
        caption=text.sketch_caption(len(marked)),
        unit=text.sketch_unit(picture=picture is not None),
        title=f"Skiss över {one.school.name} med numrerade platser.",
        finding=text.sketch_finding(named),
        source=f"Källa: skolans inventering {one.school.now.year}.",
        table=places,
    )
    return FigureRow(figure, [Paragraph(note)] if note else [Paragraph(text.sketch_finding(named))])


def _picture(one: One) -> tuple[tuple[str, int, int] | None, str]:
    """The cleaned picture of the folder, or what is wrong with it."""
    path = one.school.sketch
    if path is None:
        return None, ""
    try:
        found = pictures.load(path.parent, path.name)
    except pictures.NoPicture as refused:
        return None, f"{path.name} {refused.svenska}"
    return (found.src, found.width, found.height), ""
