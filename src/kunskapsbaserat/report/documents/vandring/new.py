"""A new workbook for the walks in a kommun's folder."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import walks as own_walks
from kunskapsbaserat.data.walks.sheets import PHOTOS
from kunskapsbaserat.errors import FileError


def walks(folder: Path, kommun: object) -> list[Path]:
    """Write the workbook, and make the folder for pictures; a workbook that exists is never touched.

    Raises
    ------
    FileError, FileLocked
        The workbook is there already, or the folder may not be written.
    """
    path = own_walks.path_in(folder)
    if not own_walks.write_new(path, kommun):
        raise FileError(
            "exists",
            path,
            "is there already and is not touched",
            "finns redan och skrivs inte över. Skriv nya vandringar i den: den rymmer flera.",
        )
    (path.parent / PHOTOS).mkdir(exist_ok=True)
    return [path]
