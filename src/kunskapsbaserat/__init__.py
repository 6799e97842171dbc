"""Lägesbild och uppföljning enligt lag (2023:196): comparable rates, honest trends and finished reports.

The names an analyst types are loaded when they are first used, so that the import is quick.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "crude_rate": "rates",
    "poisson_interval": "rates",
    "change": "trends",
    "Change": "trends",
    "Comparison": "rates",
    "lagesbild": "report",
}
_MODULES = ("catalogue", "data", "disclosure", "engine", "errors", "kommun", "rates", "report", "tables", "trends")
__all__ = sorted([*_PLACES, *_MODULES, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _PLACES:
        home = importlib.import_module(f"{__name__}.{_PLACES[name]}")
        return getattr(home, name, None) or importlib.import_module(f"{home.__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
