"""`export`: every file that was asked for, made first and put in place together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.export import dcat, excel, placing, powerbi, px
from kunskapsbaserat.export.dcat import Publisher
from kunskapsbaserat.export.gathered import gather
from kunskapsbaserat.export.star_schema import star
from kunskapsbaserat.kommun import Kommun


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, and where; `publisher` goes with `dcat`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.export import Wanted
    >>> Wanted(excel=Path("koping.xlsx"), px=Path("px")).powerbi is None
    True
    """

    powerbi: Path | None = None
    excel: Path | None = None
    px: Path | None = None
    dcat: Path | None = None
    publisher: Publisher | None = None


def export(
    kommuner: Sequence[Kommun], wanted: Wanted, *, homes: Mapping[Kommun, Path] | None = None, processes: int | None = 1
) -> list[Path]:
    """Write the files for the kommuner; those that are there are replaced whole.

    Parameters
    ----------
    kommuner : sequence of Kommun
        Whose figures.
    wanted : Wanted
        Which files.
    homes : mapping of Kommun to path, optional
        Folders with figures of their own.
    processes : int or None
        As in `gather`.

    Returns
    -------
    list of Path
        Every file written.

    Raises
    ------
    OptionError, FileError
        Nothing is asked for, or a file has the wrong ending.
    NotDescribed
        A description without what only the kommun knows, or of no files.
    FileError
        The folder for Power BI has Parquet files that cannot be renewed without the extra ``parquet``.
    CannotWrite
        A file is open in another program. Nothing has been changed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.export import Wanted, export
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in export([kommun.get("Köping")], Wanted(px=Path(folder)))]
    ['anmalda_brott_grupper.px', 'anmalda_brott_kvartal.px']
    """
    _check(wanted)
    gathered = gather(kommuner, homes=homes or {}, processes=processes)
    made = star(gathered)
    files: dict[Path, bytes] = {}
    if wanted.powerbi is not None:
        files |= powerbi.files(gathered, made, wanted.powerbi)
    if wanted.excel is not None:
        files[wanted.excel] = excel.workbook(gathered, made)
    if wanted.px is not None:
        files |= {wanted.px / name: content for name, content in px.files(made).items()}
    if wanted.dcat is not None and wanted.publisher is not None:
        below = _addresses(files, wanted)
        syntax = wanted.dcat.suffix.casefold()
        files[wanted.dcat] = dcat.description(gathered, made, wanted.publisher, below, syntax=syntax)
    return placing.place(files)


def _check(wanted: Wanted) -> None:
    if not any((wanted.powerbi, wanted.excel, wanted.px, wanted.dcat)):
        options = ("--powerbi", "--excel", "--px", "--dcat")
        raise OptionError("export", "", options)
    if wanted.powerbi is not None:
        powerbi.require_renewable(wanted.powerbi)
    _require_ending(wanted.excel, (".xlsx",))
    _require_ending(wanted.dcat, tuple(dcat.SYNTAXES))
    if wanted.dcat is None:
        return
    if not any((wanted.powerbi, wanted.excel, wanted.px)):
        raise dcat.NotDescribed(
            "a description of no files",
            svenska="--dcat beskriver de filer som skrivs i samma kommando. Lägg till --px, --excel eller --powerbi.",
        )
    if wanted.publisher is None:
        dcat.publisher()


def _require_ending(path: Path | None, endings: tuple[str, ...]) -> None:
    if path is not None and path.suffix.casefold() not in endings:
        expected = " eller ".join(endings)
        raise FileError("ending", path, f"must end with {' or '.join(endings)}", f"måste heta något som slutar på {expected}.")


def _addresses(files: Mapping[Path, bytes], wanted: Wanted) -> dict[str, bytes]:
    """Each file below the address where all will lie: a folder keeps its own name there."""
    found = {}
    for path, content in files.items():
        folder = next((f for f in (wanted.powerbi, wanted.px) if f is not None and f in path.parents), None)
        name = path.name if folder is None else path.relative_to(folder.parent).as_posix()
        found[name] = content
    return found
