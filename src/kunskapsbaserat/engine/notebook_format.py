"""The notebook format, for every module of the engine: nbformat without the grammar of links.

nbformat imports jsonschema, and jsonschema compiles a grammar of international links (one to two seconds of processor time)
where rfc3987-syntax is installed, as it is beside JupyterLab. No schema of a notebook asks whether a link is well formed, so
this import goes without; a process that has loaded jsonschema before keeps what it has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_GRAMMAR = "rfc3987_syntax"


@contextmanager
def _without(name: str) -> Iterator[None]:
    """A module that cannot be imported meanwhile, unless it is loaded already."""
    if name in sys.modules:
        yield
        return
    missing: Any = None  # how the import system says that there is no such module
    sys.modules[name] = missing
    try:
        yield
    finally:
        del sys.modules[name]


with _without(_GRAMMAR):
    import nbformat
    from nbformat import NotebookNode

__all__ = ["NotebookNode", "nbformat"]
