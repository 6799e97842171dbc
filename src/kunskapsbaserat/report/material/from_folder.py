"""What a report takes from a kommun's folder beside the tables of the package.

Loaded only where there is a folder: the readers of all that it may hold take half as long to load as the rest of a report.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.computed_once import same_as_before
from kunskapsbaserat.report.material.own_texts import file
from kunskapsbaserat.report.material.own_texts.markdown import Texts

LEVELS = ("kommun", "lan", "riket")


def read(data: str | Path | Folder) -> Folder:
    """The folder, read unless it has been."""
    return folders.read(data) if isinstance(data, (str, Path)) else data


def require_of(own: Folder, place: Kommun) -> None:
    """Refuse the folder of another kommun, and one whose files cannot be used."""
    if own.kommun != place:
        raise FileError(
            "other_kommun",
            own.path,
            f"belongs to {own.kommun.name}, not to {place.name}",
            f"är mapp för {own.kommun.name}, inte för {place.name}.",
        )
    own.require_usable()


def counts(own: Folder, built_in: pd.DataFrame) -> pd.DataFrame:
    """The folder's counts and the embedded ones, by the rule of `data.folder.precedence`."""
    if own.counts.empty:
        return built_in
    whole = own.counts[own.counts["area_level"].isin(LEVELS)]  # the parts of a kommun have a section of their own
    return folders.joined(whole, built_in)


def own_first(own: pd.DataFrame, built_in: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The folder's rows, and the embedded ones that it does not have. A table that the folder adds nothing to stays the very
    table of all reports, with what they have computed from it."""
    return same_as_before(",".join(key), folders.first([own, built_in], key)) if len(own) else built_in


def texts(own: Folder) -> Texts:
    """What the kommun has written in its folder."""
    return file.read(own.path / folders.TEXTS)
