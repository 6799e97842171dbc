"""What lies beside the notebook, and what is put there from the reader's own folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat.data import folder as folders

READABLE = (".csv", ".xlsx", ".xls", ".ods", ".txt")
_MOST = 50


def kommun_folders(place: Path | None = None) -> list[str]:
    """Names of the folders beside the notebook that `kunskap ny` has made."""
    here = Path.cwd() if place is None else place
    try:
        return sorted(path.name for path in here.iterdir() if (path / folders.SETTINGS).is_file())[:_MOST]
    except OSError:  # the folder may not be listed: a name can be written all the same
        return []


def put(uploads: Sequence[Any], place: Path | None = None) -> Path | None:
    """The file that was chosen, written beside the notebook; one that is there under the same name is never overwritten."""
    if not uploads:
        return None
    here = Path.cwd() if place is None else place
    upload = uploads[0]
    name, content = Path(str(upload["name"])).name, bytes(upload["content"])
    for path in _names(here / name):
        if not path.exists():
            path.write_bytes(content)
            return path
        if path.read_bytes() == content:
            return path
    return None


def _names(wanted: Path) -> list[Path]:
    return [wanted, *(wanted.with_stem(f"{wanted.stem}-{n}") for n in range(2, 100))]
