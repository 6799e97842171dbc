"""A report as a Word document: real headings, lists, tables and pictures, for a kommun to write in and decide from.

It is written from the same blocks as the page. A block that no function writes stops the document: a sentence is never dropped
in silence. The libraries are the extra ``office``, loaded on use.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from kunskapsbaserat import extras
from kunskapsbaserat.errors import FileLocked, RenderError
from kunskapsbaserat.report.page.word.manuscript import Manuscript

__all__ = ["Manuscript", "require", "write"]

_LIBRARIES = ("docx", "resvg_py")


def require() -> None:
    """Say at once, and in Swedish, when the libraries of the extra ``office`` are missing.

    Raises
    ------
    RenderError
        A library is missing; the message has the command that installs it.
    """
    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise RenderError(
            f"Word output needs {' and '.join(missing)}: {extras.command('office')}",
            svenska=f"Word-filen behöver ett tillägg som inte är installerat. Skriv i terminalen: {extras.command('office')}",
        )


def write(manuscript: Manuscript, path: Path) -> None:
    """Write a report as a Word document; the same report gives the same bytes.

    Parameters
    ----------
    manuscript : Manuscript
        The report; `engine.exporter.manuscript` takes it from an executed notebook.
    path : Path
        Where the .docx goes; an older one is replaced.

    Raises
    ------
    RenderError
        A library is missing, or the report holds a block or an element that no rule knows.
    FileLocked
        The file is open in Word.
    """
    require()
    from kunskapsbaserat.report.page.word.document import document_bytes

    data = document_bytes(manuscript)
    try:
        path.write_bytes(data)
    except PermissionError as error:
        raise FileLocked(path) from error
