"""Save a view: its figures as SVG, its tables as CSV for Excel and for machines."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data.export import replace_file, write
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.explore import figures as view_figures
from kunskapsbaserat.report.documents.explore.view import View


def save(view: View, folder: str | Path) -> list[Path]:
    """Write what a view shows into a folder, made if needed.

    Returns
    -------
    list of Path
        ``<kommun>-<offence>-utveckling.svg`` and so on, ``-ar.csv`` (the kommun's years) and ``-kommuner.csv`` (all kommuner of
        the year).

    Raises
    ------
    FileError
        The folder cannot be made.
    FileLocked
        A file is open in another program, or the folder may not be written.
    """
    place = _made(Path(folder))
    sex = "" if view.facet.sex == "alla" else f"_{view.facet.sex}"
    name = f"{view.kommun.slug}-{view.offence.id}{sex}"
    figures = {
        "utveckling": view_figures.trend(view),
        f"tratt-{view.year}": view_figures.funnel(view),
        f"lan-{view.year}": view_figures.county(view),
    }
    written = []
    for kind, found in figures.items():
        if found is not None:
            path = place / f"{name}-{kind}.svg"
            replace_file(path, found.svg(alone=True).encode("utf-8"))
            written.append(path)
    tables = {f"{name}-ar": view.table(), f"{name}-kommuner-{view.year}": view.table_of_areas()}
    return [*written, *write(tables, place)]


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        english, swedish = f"cannot be made ({error.strerror})", "går inte att skapa som mapp. Välj en annan mapp."
        raise FileError("folder", folder, english, swedish) from error
    return folder
