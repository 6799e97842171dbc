"""Widgets for JupyterLab and Voilà: explore, evaluate and render without writing code. They call public functions only.

Each is loaded when it is first used: to explore, nobody has to wait for the engine that renders.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kunskapsbaserat.widgets.effekt import Effekt
    from kunskapsbaserat.widgets.rapport import Rapport
    from kunskapsbaserat.widgets.utforska import Utforska

__all__ = ["Effekt", "Rapport", "Utforska"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module(f"{__name__}.{name.lower()}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
