"""New folders and filled-in plans, each written once and then copied: writing their workbooks takes longer than most tests."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from plans import filled

import kept
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder


def fresh_folder(path: Path, kommun: str) -> Path:
    """What `new_folder` makes."""
    shutil.copytree(_folder(kommun), path, dirs_exist_ok=True)
    return path


def fresh_plan(path: Path, kommun: str = "Borlänge") -> Path:
    """What `plans.filled` makes of the invented plan."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_plan(kommun))
    return path


@functools.cache
def _folder(kommun: str) -> Path:
    path = kept.room("kunskap-ny-") / "mapp"
    new_folder(path, kommun)
    return path


@functools.cache
def _plan(kommun: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="kunskap-plan-") as room:
        return filled(Path(room) / "atgardsplan.xlsx", kommun=kommun).read_bytes()
