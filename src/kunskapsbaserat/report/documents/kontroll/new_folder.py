"""A new folder for a kommun: recipe, texts, the workbooks of its plan and its EST, and places for its files."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import plan
from kunskapsbaserat.data import est, koncern
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data import meetings as forums
from kunskapsbaserat.report.documents.kontroll.words import recipe
from kunskapsbaserat.report.material.own_texts import places


def new_folder(folder: str | Path, kommun: object) -> list[Path]:
    """Make a kommun's folder; what exists is never overwritten.

    Parameters
    ----------
    folder : path
        Where; made when missing.
    kommun : str
        Name or code.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    UnknownKommun, FileError, FileLocked
        The kommun does not exist, or the folder is another's or cannot be made or written.
    """
    place = kommuner.get(kommun)
    files = {
        recipe.README: recipe.readme(place),
        recipe.RECIPE: recipe.recipe(place),
        folders.TEXTS: places.starting_texts(place),
    }
    written = folders.create(folder, place, files)
    for path, write in ((plan.path_in(folder), plan.write_new), (est.path_in(folder), est.write_new)):
        written += [path] if write(path, place) else []
    return written


def new_forms(folder: Path, *, meetings: bool, losses: bool) -> list[Path]:
    """Write the workbooks that not every kommun keeps; one that exists is never touched.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    FileLocked
        The folder may not be written.
    """
    wanted = [(meetings, forums.path_in(folder), forums.write_new), (losses, koncern.path_in(folder), koncern.write_new)]
    return [path for is_wanted, path, write in wanted if is_wanted and write(path)]
