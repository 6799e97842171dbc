"""Files put in place together: either all of them are new, or all are as they were."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from kunskapsbaserat.errors import FileError, FileLocked


class CannotWrite(FileLocked):
    """A file is open in Excel or Power BI, or its folder may not be written; nothing has been changed."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.svenska = (
            f"Det går inte att skriva {path}. Är filen öppen i Excel eller Power BI, eller saknar du rätt att skriva i mappen? "
            "Stäng filen och försök igen, eller välj en annan mapp. Inget har ändrats."
        )


def place(files: Mapping[Path, bytes]) -> list[Path]:
    """Write every file beside its place, and when all are written move them there.

    Raises
    ------
    CannotWrite
        One of them is open in another program, or may not be written.
    FileError
        A folder is a file, or a file a folder.
    """
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}.ny") for path in files}
    try:
        for path, content in files.items():
            _write(path, beside[path], content)
        for path in files:
            _require_free(path)
        for path, written in beside.items():
            _move(written, path)
    finally:
        for written in beside.values():
            with contextlib.suppress(OSError):
                written.unlink(missing_ok=True)
    return list(files)


def _write(path: Path, beside: Path, content: bytes) -> None:
    if path.is_dir():
        raise FileError("is_folder", path, "is a folder", "är en mapp. Skriv namnet på en fil.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
    except PermissionError as error:
        raise CannotWrite(path) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise FileError("not_a_folder", path.parent, "is a file, not a folder", "är en fil, ingen mapp.") from error


def _require_free(path: Path) -> None:
    """On Windows a file that is open in Excel cannot be opened for writing: better told before any other is moved."""
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except PermissionError as error:
            raise CannotWrite(path) from error


def _move(written: Path, path: Path) -> None:
    try:
        written.replace(path)
    except PermissionError as error:
        raise CannotWrite(path) from error
