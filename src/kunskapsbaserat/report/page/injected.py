"""The parameters that papermill has put into the running notebook, held against those that the notebook has."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import Any

from kunskapsbaserat.errors import OptionError

_FIRST_LINE = "# Parameters"  # of the cell that papermill puts after the notebook's own parameters


def require_known() -> None:
    """Look at what has been run in this notebook; outside of one there is nothing to look at.

    Raises
    ------
    OptionError
        Papermill has given a name that no cell before its own sets.
    """
    interactive = sys.modules.get("IPython.core.interactiveshell")
    if interactive is None or not interactive.InteractiveShell.initialized():
        return
    shell: Any = interactive.InteractiveShell.instance()
    if mistake := unknown(shell.user_ns.get("In", ())):
        name, known = mistake
        raise OptionError("parameter", name, known)


def unknown(cells: Sequence[str]) -> tuple[str, list[str]] | None:
    """The first name that papermill's cell sets and no cell before it does, with the names that are set there.

    Examples
    --------
    >>> unknown(["kommun = None", "# Parameters\\nkomun = 'Falun'", "..."])
    ('komun', ['kommun'])
    """
    at = next((n for n, source in enumerate(cells) if str(source).lstrip().startswith(_FIRST_LINE)), None)
    if at is None:
        return None
    known = sorted({name for source in cells[:at] for name in _assigned(source)})
    mistaken = next((name for name in _assigned(cells[at]) if name not in known), None)
    return (mistaken, known) if mistaken is not None and known else None


def _assigned(source: str) -> list[str]:
    """The names that a cell sets; none where it is no Python."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    names = []
    for statement in statements:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return names
