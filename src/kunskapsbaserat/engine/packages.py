"""The folders that reports are made from: of one kommun, of each in a länspaket, or the whole länspaket for a län."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.folder import Package
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.lan import Lan, Subject


def folders_in(data: Path) -> Mapping[Kommun, Path]:
    """The kommuner that a folder holds figures for: its own one, or those of its sub-folders.

    Raises
    ------
    FileError
        There is no such folder, neither it nor any sub-folder belongs to a kommun, or two belong to the same.
    """
    return sound(folders.read_package(data)).folders


def sound(package: Package) -> Package:
    """The package itself, when no folder in it is damaged."""
    if package.faults:
        raise package.faults[0]
    return package


def home_of(subject: Subject, package: Package) -> Path | None:
    """The folder that a report about it is made from: for a län the whole package, whose damaged folders stop none
    of the others.

    Raises
    ------
    FileError
        The package has no folder for the kommun, and one that is damaged.
    """
    if isinstance(subject, Lan):
        return package.path
    return package.folders.get(subject) or sound(package).folders.get(subject)
