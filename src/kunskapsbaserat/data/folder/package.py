"""A länspaket: a folder with one sub-folder per kommun, each made by `kunskap ny`, or the folder of a single kommun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.data.folder.layout import SETTINGS, kommun_of
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun


@dataclass(frozen=True)
class Package:
    """What a länspaket holds.

    Attributes
    ----------
    folders : mapping of Kommun to Path
        Those that can be used.
    faults : tuple of FileError
        Of folders that do not say whose they are, or that two claim to be: none of these is used.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.data.folder import Package
    >>> package = Package(Path("lanspaket"), {kommun.get("Köping"): Path("lanspaket/koping")})
    >>> [place.name for place in package.folders], package.faults
    (['Köping'], ())
    """

    path: Path
    folders: Mapping[Kommun, Path]
    faults: tuple[FileError, ...] = ()


def read_package(data: Path) -> Package:
    """The folders of a länspaket, one that is damaged beside those that are not.

    Parameters
    ----------
    data : Path
        A kommun's folder, or one with a folder for each.

    Returns
    -------
    Package

    Raises
    ------
    FileError
        There is no such folder, or nothing in it belongs to a kommun.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import folder
    >>> home = tempfile.TemporaryDirectory()
    >>> for name in ("Arboga", "Fagersta"):
    ...     _ = folder.create(Path(home.name) / name.lower(), name, {})
    >>> package = folder.read_package(Path(home.name))
    >>> sorted(place.name for place in package.folders), package.faults
    (['Arboga', 'Fagersta'], ())
    >>> home.cleanup()
    """
    if not data.is_dir() or (data / SETTINGS).exists():
        return Package(data, {kommun_of(data): data})
    claims: dict[Kommun, list[Path]] = {}
    faults: list[FileError] = []
    for path in sorted(p for p in data.iterdir() if (p / SETTINGS).is_file()):
        try:
            claims.setdefault(kommun_of(path), []).append(path)
        except FileError as error:
            faults.append(error)
    faults += [_twice(data, place, paths) for place, paths in claims.items() if len(paths) > 1]
    if not claims and not faults:
        raise FileError(
            "no_kommun",
            data,
            f"neither it nor any folder in it holds {SETTINGS}",
            f"är varken en kommuns mapp eller ett länspaket: {SETTINGS} saknas. Börja med ”kunskap ny”.",
        )
    return Package(data, {place: paths[0] for place, paths in claims.items() if len(paths) == 1}, tuple(faults))


def _twice(data: Path, place: Kommun, paths: list[Path]) -> FileError:
    first, second = (path.name for path in paths[:2])
    return FileError(
        "twice",
        data,
        f"two folders are for {place.name}: {first} and {second}",
        f"har två mappar för {place.name}: {first} och {second}. Ta bort den ena.",
    )
