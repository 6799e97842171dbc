"""One folder a document: its sections and its words stand together. The folders that say `ABOUT` are the list of documents.

A new document is a folder here, with `ABOUT` in its ``__init__.py`` and a `Document` with `load` in its ``document.py``, and a
notebook of the same name in ``notebooks/templates``. The command line, the page that lists a batch, the widgets, `kunskap lab`
and ``from kunskapsbaserat import ...`` learn of it by asking here. When many reports are made, a function `ahead` in
``document.py``, if there is one, is called with the codes of the kommuner: it computes what several of them share. `explore`
and `kontroll` say no `ABOUT`: they have no page of their own.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document without loading it, which takes seconds: what a resident calls it, and what help says.

    One folder of a kommun may give several documents of a kind: `divided_by` is then the parameter of the notebook that tells
    them apart, and `divisions` says of a kommun's code and folder (or no folder) which there are. `dated_by` is the parameter
    that says which day the age of things is counted to: a document never asks the clock, so who orders it says the day.
    """

    title: str
    help: str
    divided_by: str = ""
    divisions: Callable[[str, Path | None], Sequence[str]] | None = None
    dated_by: str = ""


def documents() -> dict[str, About]:
    """Every document by the name of its folder and its notebook."""
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in _folders(tuple(__path__))}
    return {name: module.ABOUT for name, module in modules.items() if hasattr(module, "ABOUT")}


@functools.cache
def _folders(path: tuple[str, ...]) -> tuple[str, ...]:
    """Read once: a batch asks of every report which documents there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(path) if module.ispkg))


def title(name: str) -> str:
    """What a resident calls a document; a notebook of somebody's own is called by its name."""
    known = documents()
    return known[name].title if name in known else name


def module(name: str) -> ModuleType:
    """The module that an analyst imports a document as: its `load`, and its class."""
    return importlib.import_module(f"{__name__}.{name}.document")
