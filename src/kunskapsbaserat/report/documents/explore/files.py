"""Save an answer: its figures as SVG and PNG, its tables as one workbook, and as CSV for Excel and for machines."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from kunskapsbaserat.data.export import replace_file, write
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.explore import columns, shown
from kunskapsbaserat.report.documents.explore.figures import ViewFigure
from kunskapsbaserat.report.documents.explore.standouts import Standouts
from kunskapsbaserat.report.documents.explore.together import Together
from kunskapsbaserat.report.documents.explore.view import View

_PIXELS = 1600  # across: sharp on a projector and in a document


def save(answer: View | Together | Standouts, folder: str | Path) -> list[Path]:
    """Write what an answer shows into a folder, made if needed.

    Returns
    -------
    list of Path
        For a view ``<kommun>-<offence>-utveckling.svg`` and so on, each with a ``.png`` where resvg-py is installed; one
        ``.xlsx`` with a sheet a table and Swedish headings; each table as CSV.

    Raises
    ------
    FileError
        The folder cannot be made.
    FileLocked
        A file is open in another program, or the folder may not be written.
    """
    place = _made(Path(folder))
    of = shown.of(answer)
    written = []
    for kind, drawn in of.figures.items():
        if drawn is None:
            continue
        contents = {".svg": drawn.svg(alone=True).encode("utf-8")} | ({".png": png(drawn)} if can_draw_png() else {})
        for suffix, content in contents.items():
            path = place / f"{of.stem}-{kind}{suffix}"
            replace_file(path, content)
            written.append(path)
    book = place / f"{of.stem}.xlsx"
    replace_file(book, workbook(of.frames))
    return [*written, book, *write({f"{of.stem}-{name}": table for name, table in of.frames.items()}, place)]


def can_draw_png() -> bool:
    """Is there what draws pixels? It comes with the extra that has the widgets' JupyterLab."""
    return importlib.util.find_spec("resvg_py") is not None


def png(figure: ViewFigure) -> bytes:
    """The figure on white, with the font that Matplotlib carries: every machine draws the same."""
    import matplotlib as mpl
    import resvg_py

    fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=figure.svg(alone=True),
            width=_PIXELS,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(fonts / "DejaVuSans.ttf"), str(fonts / "DejaVuSans-Bold.ttf")],
        )
    )


def workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A sheet for each table: Swedish headings that stay in sight, verdicts in words, kommun codes as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for name, table in tables.items():
        heads, rows = columns.in_swedish(table)
        sheet = book.create_sheet(columns.sheet_name(name))
        sheet.append(heads)
        for row in rows:
            sheet.append(row)
        sheet.freeze_panes = "B2"
        for at, head in enumerate(heads, start=1):
            sheet.cell(1, at).font = Font(bold=True)
            longest = max([len(head), *(len(str(row[at - 1])) for row in rows[:50] if row[at - 1] is not None)])
            sheet.column_dimensions[get_column_letter(at)].width = min(longest + 2, 40)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        english, swedish = f"cannot be made ({error.strerror})", "går inte att skapa som mapp. Välj en annan mapp."
        raise FileError("folder", folder, english, swedish) from error
    return folder
