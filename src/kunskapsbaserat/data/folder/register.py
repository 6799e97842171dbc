"""When each file of a folder was first seen: the date that a report prints must not change with a copy of the folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.folder.layout import REGISTER
from kunskapsbaserat.errors import FileError


def dates(folder: Path, files: Mapping[str, tuple[Path, str]], *, write: bool = True) -> dict[str, date]:
    """The date of each file, by name in the folder.

    Parameters
    ----------
    folder : Path
        The kommun's folder.
    files : mapping of name to (path, sha256)
        The files as they are now.
    write : bool
        Note files not seen before.

    Returns
    -------
    dict
        For known bytes the noted date, else the date the file was last changed.

    Raises
    ------
    FileError
        The register is damaged.
    """
    known = _read(folder)
    found = {name: known.get(digest, date.fromtimestamp(path.stat().st_mtime)) for name, (path, digest) in files.items()}
    new = {digest: found[name] for name, (_, digest) in files.items() if digest not in known}
    if new and write:
        both = {digest: day.isoformat() for digest, day in sorted((known | new).items())}
        replace_file(folder / REGISTER, (json.dumps(both, indent=1) + "\n").encode())
    return found


def _read(folder: Path) -> dict[str, date]:
    path = folder / REGISTER
    try:
        return {digest: date.fromisoformat(day) for digest, day in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise FileError(
            "register",
            path,
            f"is damaged ({error})",
            "är skadad. Ta bort den; då räknas filernas eget datum som hämtdatum.",
        ) from error
