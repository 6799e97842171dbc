"""Where the notebook templates are: in the installed package, or in a checkout's `notebooks/templates`."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.lan import Kind
from kunskapsbaserat.report.documents import documents

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "templates", _PACKAGE.parents[1] / "notebooks" / "templates")


def template_names() -> list[str]:
    """Names of the templates that come with the package, one a document: "lagesbild"."""
    return sorted(documents())


def template_path(name: str) -> Path:
    """The notebook of a template; "lägesbild" is found as well as "lagesbild".

    Raises
    ------
    OptionError
        No template is called so; the message lists those that are.
    """
    plain = name.strip().lower().translate(str.maketrans("åäöé", "aaoe"))
    for folder in _FOLDERS:
        path = folder / f"{plain}.ipynb"
        if path.is_file():
            return path
    raise OptionError("mall", name, template_names())


def takes(notebook: Path) -> list[str]:
    """The parameters of a notebook."""
    import nbformat

    from kunskapsbaserat.engine.produce import parameter_names

    return parameter_names(nbformat.read(notebook, as_version=4))


def asks_for(notebook: Path) -> Kind:
    """What a notebook is about: its parameter for it is called `kommun` or `lan`."""
    names = takes(notebook)
    return "lan" if "lan" in names and "kommun" not in names else "kommun"
