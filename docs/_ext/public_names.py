"""The pages of the API: every public name of every room, written from the rooms themselves, so that none is forgotten."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOMS = {
    "analys": "Analysera själv: kb.brott, kb.funnel, kb.karta",
    "plots": "Figures",
    "kommun": "Kommunerna: namn, koder, län och liknande kommuner",
    "lan": "Länen",
    "tables": "Tables and their contracts",
    "catalogue": "Offences and measures",
    "data.embedded": "Figures in the package",
    "data.folder": "A kommun's own folder",
    "rates": "Rates and comparisons",
    "trends": "Trends and verdicts",
    "screening": "All kommuner and offences at once",
    "effects": "Effects of measures",
    "preregistration": "Pre-registration",
    "places": "Places",
    "simulate": "Simulated data with known truth",
    "disclosure": "Disclosure control",
    "plan": "The plan's chain",
    "engine": "Reports: one or many",
    "export": "Hand-over: Power BI, Excel, open data",
    "widgets": "Widgets",
    "errors": "Errors",
}
FOLDER = "api"


def names(room: str) -> list[str]:
    """The public functions and classes of a room, in the order of the alphabet."""
    module = importlib.import_module(f"kunskapsbaserat.{room}")
    listed = getattr(module, "__all__", None)
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    found = [name for name in (own if listed is None else listed) if _documented(getattr(module, name))]
    return sorted(found, key=str.lower)


def _documented(value: Any) -> bool:
    return inspect.isfunction(value) or inspect.isclass(value)


def write(folder: Path) -> None:
    """One page a room, and a list of the rooms."""
    folder.mkdir(exist_ok=True)
    rows = []
    for room, title in ROOMS.items():
        page = folder / f"{room}.rst"
        _keep(page, _page(room, title))
        rows.append(f"   {title} <{room}>")
    listed = "\n".join(rows)
    _keep(
        folder / "index.rst",
        f"API\n===\n\nEvery public name, with an example that is run by the tests.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{listed}\n",
    )


def _page(room: str, title: str) -> str:
    module = importlib.import_module(f"kunskapsbaserat.{room}")
    listed = names(room)
    lines = [title, "=" * len(title), "", f".. module:: kunskapsbaserat.{room}", "", inspect.getdoc(module) or "", ""]
    lines += [f".. currentmodule:: kunskapsbaserat.{room}", "", ".. autosummary::", "   :nosignatures:", ""]
    lines += [f"   {name}" for name in listed] + [""]
    for name in listed:
        kind = "class" if inspect.isclass(getattr(module, name)) else "function"
        lines += [f".. auto{kind}:: {name}", ""]
    return "\n".join(lines)


def _keep(path: Path, text: str) -> None:
    """Written only when changed: Sphinx then knows what it need not do again."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Told to Sphinx by its list of extensions."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / FOLDER))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
