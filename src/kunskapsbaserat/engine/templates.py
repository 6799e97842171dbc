"""Where the notebook templates are: in the installed package, or in a checkout's `notebooks/templates`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.lan import Kind
from kunskapsbaserat.report.documents import documents

_PACKAGE = Path(__file__).parents[1]
_ASSIGNED = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_FOLDERS = (_PACKAGE / "templates", _PACKAGE.parents[1] / "notebooks" / "templates")


def template_names() -> list[str]:
    """Names of the templates that come with the package, one a document: "lagesbild".

    Returns
    -------
    list of str

    Examples
    --------
    >>> from kunskapsbaserat.engine import template_names
    >>> template_names()[:3]
    ['est', 'klg', 'koncern']
    >>> "lagesbild" in template_names()
    True
    """
    return sorted(documents())


def template_path(name: str) -> Path:
    """The notebook of a template; "lägesbild" is found as well as "lagesbild".

    Parameters
    ----------
    name : str
        As `template_names` has it, or as it is spelt in Swedish.

    Returns
    -------
    Path

    Raises
    ------
    OptionError
        No template is called so; the message lists those that are.

    Examples
    --------
    >>> from kunskapsbaserat.engine import template_path
    >>> template_path("lägesbild").name
    'lagesbild.ipynb'
    """
    plain = name.strip().lower().translate(str.maketrans("åäöé", "aaoe"))
    for folder in _FOLDERS:
        path = folder / f"{plain}.ipynb"
        if path.is_file():
            return path
    raise OptionError("mall", name, template_names())


def takes(notebook: Path) -> list[str]:
    """The parameters of a notebook.

    Parameters
    ----------
    notebook : Path
        An ipynb with a cell tagged "parameters".

    Returns
    -------
    list of str
        In alphabetical order.

    Examples
    --------
    >>> from kunskapsbaserat.engine import takes, template_path
    >>> {"kommun", "year"} <= set(takes(template_path("lagesbild")))
    True
    """
    return parameter_names(_as_json(notebook))


def asks_for(notebook: Path) -> Kind:
    """What a notebook is about: its parameter for it is called `kommun` or `lan`.

    Parameters
    ----------
    notebook : Path
        An ipynb with a cell tagged "parameters".

    Returns
    -------
    {"kommun", "lan"}

    Examples
    --------
    >>> from kunskapsbaserat.engine import asks_for, template_path
    >>> asks_for(template_path("lagesbild")), asks_for(template_path("region"))
    ('kommun', 'lan')
    """
    names = takes(notebook)
    return "lan" if "lan" in names and "kommun" not in names else "kommun"


def parameter_names(notebook: Mapping[str, Any]) -> list[str]:
    """Names assigned in the cell tagged "parameters"; papermill would find the same, but takes a second to import."""
    cells = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", ())]
    return sorted({name for cell in cells for name in _ASSIGNED.findall("".join(cell["source"]))})


def _as_json(notebook: Path) -> Mapping[str, Any]:
    """A notebook as it is stored; an older edition of the format, and what is none, go by way of nbformat."""
    try:
        stored = json.loads(notebook.read_text(encoding="utf-8"))
    except ValueError:
        stored = None
    if isinstance(stored, dict) and stored.get("nbformat") == 4:
        return stored
    from kunskapsbaserat.engine.notebook_format import nbformat

    node: Mapping[str, Any] = nbformat.read(notebook, as_version=4)
    return node
