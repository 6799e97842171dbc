"""TELL: findings as Swedish sentences, accessible figures and finished documents.

`material` is what documents stand on, `page` what they are made of, `statements` what several of them say; `documents` holds
each of them, its words beside its sections. `page.html` is the only place with markup.
"""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType

_MOVED = {"est": "documents.est.document", "est_pages": "documents.est.pages"}
"""Modules that scripts of kommuner import by the names they had before documents got folders of their own."""


def __getattr__(name: str) -> ModuleType:
    if name not in _MOVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(f"{__name__}.{name} is now {__name__}.{_MOVED[name]}", DeprecationWarning, stacklevel=2)
    return importlib.import_module(f"{__name__}.{_MOVED[name]}")
