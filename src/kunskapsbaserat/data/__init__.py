"""READ: one module a publisher, each returns a contract table (see `kunskapsbaserat.tables`).

A module is loaded when its name is first used: ``kb.data.embedded.counts()`` needs no import of its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any


def _modules() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def __getattr__(name: str) -> Any:
    if not name.startswith("_") and name in _modules():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; there are: {', '.join(_modules())}")


def __dir__() -> list[str]:
    return _modules()
