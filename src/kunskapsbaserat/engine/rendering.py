"""Render one report: a template and a kommun (or a län) become a finished folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kunskapsbaserat import lan
from kunskapsbaserat.engine.batch import LIMIT, Wanted, dated, render_many
from kunskapsbaserat.engine.executors import Executor
from kunskapsbaserat.engine.templates import asks_for, template_path
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.lan import Subject


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished report.

    Attributes
    ----------
    subject : Kommun or Lan
        What it is about.
    folder, page : Path
        Its folder, and the page in it.
    seconds : float
        That it took.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Rendered
    >>> folder = Path("rapporter/1983-koping/lagesbild")
    >>> made = Rendered(kommun.get("Köping"), folder, folder / "report.html", seconds=2.1)  # what `render` gives
    >>> made.subject.name, made.page.name
    ('Köping', 'report.html')
    """

    subject: Subject
    folder: Path
    page: Path
    seconds: float


def render(
    template: str,
    subject: object,
    *,
    out: Path,
    data: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    word: bool = False,
    pdf: bool = False,
    executor: Executor | None = None,
    limit: float | None = LIMIT,
) -> Rendered:
    """Render a template for one kommun, or one län, into ``out/<code>-<name>/<template>/``.

    The folder is written beside its place and moved there when everything in it is finished; an older one is replaced
    as a whole. Files in it that the engine did not make are kept, and so is a Word document that someone has written in.

    Parameters
    ----------
    template : str
        Name of a template, "lagesbild".
    subject : str
        Name or code of a kommun, or of a län where the template is about one.
    out : Path
        Folder of all reports.
    data : Path
        The kommun's own folder of files and texts; for a län the folder that holds those of its kommuner.
    parameters : mapping
        Further parameters of the template; an unknown name is an error.
    word, pdf : bool
        Write ``report.docx`` and ``report.pdf`` beside the page.
    executor, limit
        See `render_many`.

    Returns
    -------
    Rendered

    Raises
    ------
    UnknownKommun, OptionError
        The kommun or län, the template or a parameter does not exist.
    RenderError
        What Word or PDF needs is not installed, a cell failed, or the kommun's folder cannot be used; nothing was left
        half-written. `exit_code` is that of the error in the cell.

    Examples
    --------
    A misspelt place is told before anything is made:

    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import render
    >>> from kunskapsbaserat.errors import UnknownKommun
    >>> try:
    ...     render("lagesbild", "Köpng", out=Path("rapporter"))
    ... except UnknownKommun as error:
    ...     print(error.svenska)
    Det finns ingen kommun som heter ”Köpng”. Menade du Köping (1983), Nyköping (0480) eller Enköping (0381)?
    >>> render("lagesbild", "Köping", out=Path("rapporter")).page.as_posix()  # doctest: +SKIP
    'rapporter/1983-koping/lagesbild/report.html'
    """
    formats = tuple(name for name, asked_for in (("word", word), ("pdf", pdf)) if asked_for)
    wanted = Wanted(
        template, lan.find(asks_for(template_path(template)), subject), data, parameters=parameters or {}, formats=formats
    )
    wanted = dated(wanted, date.today())
    (outcome,) = render_many([wanted], out=out, executor=executor, workers=1, limit=limit)
    if outcome.failure is not None:
        error = RenderError(outcome.failure.message, svenska=outcome.failure.svenska)
        error.exit_code = outcome.failure.exit_code
        raise error
    return Rendered(wanted.subject, outcome.folder, outcome.page, outcome.seconds)
