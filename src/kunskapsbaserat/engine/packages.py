"""A länspaket: a folder with one sub-folder per kommun, each made by `kunskap ny`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun


def folders_in(data: Path) -> Mapping[Kommun, Path]:
    """The kommuner that a folder holds figures for: its own one, or those of its sub-folders.

    Raises
    ------
    FileError
        There is no such folder, neither it nor any sub-folder belongs to a kommun, or two belong to the same.
    """
    if not data.is_dir() or (data / folders.SETTINGS).exists():
        return {folders.kommun_of(data): data}
    folder_of: dict[Kommun, Path] = {}
    for path in sorted(p for p in data.iterdir() if (p / folders.SETTINGS).is_file()):
        place = folders.kommun_of(path)
        if place in folder_of:
            raise FileError(
                "twice",
                data,
                f"two folders are for {place.name}: {folder_of[place].name} and {path.name}",
                f"har två mappar för {place.name}: {folder_of[place].name} och {path.name}. Ta bort den ena.",
            )
        folder_of[place] = path
    if not folder_of:
        raise FileError(
            "no_kommun",
            data,
            f"neither it nor any folder in it holds {folders.SETTINGS}",
            f"är varken en kommuns mapp eller ett länspaket: {folders.SETTINGS} saknas. Börja med ”kunskap ny”.",
        )
    return folder_of
