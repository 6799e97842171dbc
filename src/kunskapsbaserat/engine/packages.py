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

    Parameters
    ----------
    data : Path
        The folder of a kommun, or one with a folder for each.

    Returns
    -------
    mapping of Kommun to Path

    Raises
    ------
    FileError
        There is no such folder, neither it nor any sub-folder belongs to a kommun, or two belong to the same.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> from kunskapsbaserat.engine import folders_in
    >>> package = tempfile.TemporaryDirectory()
    >>> for name in ("Arboga", "Fagersta"):
    ...     _ = folder.create(Path(package.name) / name.lower(), name, {})
    >>> {kommun.name: path.name for kommun, path in folders_in(Path(package.name)).items()}
    {'Arboga': 'arboga', 'Fagersta': 'fagersta'}
    >>> package.cleanup()
    """
    return sound(folders.read_package(data)).folders


def sound(package: Package) -> Package:
    """The package itself, when no folder in it is damaged.

    Parameters
    ----------
    package : Package
        From `data.folder.read_package`.

    Returns
    -------
    Package

    Raises
    ------
    FileError
        The first fault of the package: a folder that does not say whose it is, or two of the same kommun.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.data.folder import Package
    >>> from kunskapsbaserat.engine import sound
    >>> package = Package(Path("lanspaket"), {kommun.get("Köping"): Path("lanspaket/koping")})
    >>> sound(package) is package
    True
    """
    if package.faults:
        raise package.faults[0]
    return package


def home_of(subject: Subject, package: Package) -> Path | None:
    """The folder that a report about it is made from: for a län the whole package, whose damaged folders stop none
    of the others.

    Parameters
    ----------
    subject : Kommun or Lan
        What the report is about.
    package : Package
        From `data.folder.read_package`.

    Returns
    -------
    Path or None
        None when the package has no folder for the kommun: the report is made from the embedded tables.

    Raises
    ------
    FileError
        The package has no folder for the kommun, and one that is damaged.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun, lan
    >>> from kunskapsbaserat.data.folder import Package
    >>> from kunskapsbaserat.engine import home_of
    >>> package = Package(Path("lanspaket"), {kommun.get("Köping"): Path("lanspaket/koping")})
    >>> home_of(kommun.get("Köping"), package).as_posix(), home_of(lan.get("Västmanlands län"), package).as_posix()
    ('lanspaket/koping', 'lanspaket')
    >>> home_of(kommun.get("Arboga"), package) is None
    True
    """
    if isinstance(subject, Lan):
        return package.path
    return package.folders.get(subject) or sound(package).folders.get(subject)
