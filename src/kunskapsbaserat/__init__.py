"""Lägesbild och uppföljning enligt lag (2023:196): comparable rates, honest trends and finished reports.

The names an analyst types are loaded when they are first used, so that the import is quick.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Where each name lives: a module, or a name in a module.
_PLACES = {
    "brott": "analys",
    "karta": "analys",
    "liknande": "analys",
    "sticker_ut": "analys",
    "till_excel": "analys",
    "trend": "analys",
    "Change": "trends",
    "Comparison": "rates",
    "change": "trends",
    "crude_rate": "rates",
    "empirical_bayes": "rates",
    "exposure_for": "rates",
    "funnel": "analys",
    "poisson_interval": "rates",
    "screen": "screening",
    "trend_panel": "trends",
    "count_trend": "trends",
    "joinpoint": "trends",
    "farrington": "trends",
    "control_chart": "trends",
    "Design": "effects",
    "did": "effects",
    "evaluate": "effects",
    "kan_vi_se_det": "effects",
    "power": "effects",
    "preregister": "preregistration",
    "read_registration": "preregistration",
    "svenska_fel": "notebook_errors",
    "figur": "report.page.own",
    "tabell": "report.page.own",
}
_MODULES = (
    *("analys", "catalogue", "data", "disclosure", "effects", "engine", "errors", "kommun", "lan", "places", "plan", "plots"),
    *("rates", "report", "simulate", "tables", "trends", "widgets"),
)


def _documents() -> Any:
    """The list of documents; each is a name here as soon as its folder is there."""
    return importlib.import_module(f"{__name__}.report.documents")


__all__ = sorted([*_PLACES, *_MODULES, *_documents().documents(), "__version__"])


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _PLACES:
        return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
    if name in _documents().documents():
        return _documents().module(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
