"""Folders that several tests share, gone when the tests end.

A worker of pytest-xdist ends without what `atexit` would do, so `conftest` asks for it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

_ROOMS: list[tempfile.TemporaryDirectory[str]] = []


def room(prefix: str) -> Path:
    """An empty folder; its name begins with `prefix`."""
    _ROOMS.append(tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True))
    return Path(_ROOMS[-1].name)


def remove() -> None:
    """All of them."""
    while _ROOMS:
        _ROOMS.pop().cleanup()
