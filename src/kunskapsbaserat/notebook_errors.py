"""A mistake in a notebook as one Swedish sentence and its place, instead of a traceback through the library."""

from __future__ import annotations

import linecache
import sys
from types import TracebackType
from typing import Any

from kunskapsbaserat.errors import KunskapError

RED, BOLD, PLAIN = "\x1b[31m", "\x1b[1m", "\x1b[0m"  # as IPython's own tracebacks: the page chooses the shade
_BEFORE = "_kunskap_errors_before"  # on the shell: what handled errors before


def svenska_fel(on: bool = True) -> None:
    """Show the library's own errors in a notebook as the Swedish sentence with the cell and the line; False takes it back.

    The cell fails as before, so a scheduled run (papermill, nbclient) stops and keeps the error; all other errors are shown as
    before. ``%debug`` and ``%tb`` still work. Outside a notebook nothing happens.

    Parameters
    ----------
    on : bool
        False shows the traceback again.

    Examples
    --------
    In a notebook::

        import kunskapsbaserat as kb
        kb.svenska_fel()
        kb.kommun.get("Kpoing")

    shows ``Det finns ingen kommun som heter ”Kpoing”. Menade du Köping?`` and, below it,
    ``Cell 1, rad 3: kb.kommun.get("Kpoing") (UnknownKommun)``.

    >>> svenska_fel()
    """
    shell = _shell()
    if shell is None:
        return
    if not on:
        as_before(shell)
    elif getattr(shell, _BEFORE, None) is None:
        setattr(shell, _BEFORE, (shell.custom_exceptions, shell.CustomTB))
        shell.set_custom_exc((KunskapError, *shell.custom_exceptions), _show)


def as_before(shell: Any) -> None:
    """Let the shell show errors as it did before `svenska_fel`."""
    if (before := getattr(shell, _BEFORE, None)) is not None:
        delattr(shell, _BEFORE)
        shell.custom_exceptions, shell.CustomTB = before


def _shell() -> Any:
    """The running IPython; it is there already where it is used, and is not loaded for the question."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _show(
    shell: Any, kind: type[BaseException], error: BaseException, trace: TracebackType | None, tb_offset: int | None = None
) -> list[str]:
    """IPython's handler: what it returns is not shown, so it is put where a traceback would have been."""
    if not isinstance(error, KunskapError):
        lines: list[str] = getattr(shell, _BEFORE)[1](kind, error, trace, tb_offset)
        return lines
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace  # for %debug and %tb
    lines = [f"{RED}{BOLD}Det gick inte.{PLAIN} {error.svenska}", f"{_place(shell, trace)} ({kind.__name__})".strip()]
    shell._showtraceback(kind, error, lines)  # what a kernel sends, and our own shell keeps, as the cell's error
    return lines


def _place(shell: Any, trace: TracebackType | None) -> str:
    """The last line of a cell on the way to the error: where something can be changed."""
    place = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        named = shell.compile.format_code_name(file)
        if named is not None:
            line = linecache.getline(file, trace.tb_lineno).strip()
            number = named[1].strip("In[]")
            place = f"Cell {number}, rad {trace.tb_lineno}: {line}" if number else f"Rad {trace.tb_lineno}: {line}"
        trace = trace.tb_next
    return place
