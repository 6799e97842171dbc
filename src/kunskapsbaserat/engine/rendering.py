"""Render one report: a template and a kommun become a finished folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.engine.batch import LIMIT, Wanted, render_many
from kunskapsbaserat.engine.executors import Executor
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.kommun import Kommun


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished report: its folder, its page and how long it took."""

    kommun: Kommun
    folder: Path
    page: Path
    seconds: float


def render(
    template: str,
    kommun: object,
    *,
    out: Path,
    data: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    word: bool = False,
    pdf: bool = False,
    executor: Executor | None = None,
    limit: float | None = LIMIT,
) -> Rendered:
    """Render a template for one kommun into ``out/<code>-<name>/<template>/``.

    The folder is written beside its place and moved there when everything in it is finished; an older one is replaced
    as a whole. Files in it that the engine did not make are kept, and so is a Word document that someone has written in.

    Parameters
    ----------
    template : str
        Name of a template, "lagesbild".
    kommun : str
        Name or code.
    out : Path
        Folder of all reports.
    data : Path
        The kommun's own folder of files and texts.
    parameters : mapping
        Further parameters of the template; an unknown name is an error.
    word, pdf : bool
        Write ``report.docx`` and ``report.pdf`` beside the page.
    executor, limit
        See `render_many`.

    Raises
    ------
    UnknownKommun, OptionError
        The kommun, the template or a parameter does not exist.
    RenderError
        What Word or PDF needs is not installed, a cell failed, or the kommun's folder cannot be used; nothing was left
        half-written. `exit_code` is that of the error in the cell.
    """
    formats = tuple(name for name, asked_for in (("word", word), ("pdf", pdf)) if asked_for)
    wanted = Wanted(template, kommuner.get(kommun), data, parameters=parameters or {}, formats=formats)
    (outcome,) = render_many([wanted], out=out, executor=executor, workers=1, limit=limit)
    if outcome.failure is not None:
        error = RenderError(outcome.failure.message, svenska=outcome.failure.svenska)
        error.exit_code = outcome.failure.exit_code
        raise error
    return Rendered(wanted.kommun, outcome.folder, outcome.page, outcome.seconds)
