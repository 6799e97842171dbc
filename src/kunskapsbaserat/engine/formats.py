"""The same report in other formats beside the page: Word to write in, PDF to print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.engine.placing import PAGE, WORD
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.report.page import pdf, word

PDF = "report.pdf"
FILES = {"word": WORD, "pdf": PDF}
_WRITERS = {"word": word, "pdf": pdf}


def is_reproducible(name: str) -> bool:
    """Does a file come out the same every time? The browser that prints a PDF promises nothing about its bytes."""
    return not name.endswith(".pdf")


def require(formats: Sequence[str]) -> None:
    """Stop before anything is made when a format is unknown or what it needs is not installed.

    Raises
    ------
    OptionError, RenderError
        There is no such format; a library or a browser is missing.
    """
    for name in formats:
        if name not in FILES:
            raise OptionError("format", name, tuple(FILES))
        _WRITERS[name].require()


def write(formats: Sequence[str], folder: Path, executed: NotebookNode) -> None:
    """Write the report of a folder in other formats beside the page: Word from the executed notebook, PDF from the page.

    The pages that the notebook's parts make beside the report (a shorter length, the appendices) are written under their names.
    """
    from kunskapsbaserat.engine.exporter import manuscripts

    for file, manuscript in manuscripts(executed).items() if formats else ():
        page = folder / (file or PAGE)
        if "word" in formats:
            word.write(manuscript, page.with_suffix(".docx"))
        if "pdf" in formats:
            pdf.write(page, page.with_suffix(".pdf"))
