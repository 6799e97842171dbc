"""What an analyst has chosen beyond the fixed rules: offences with a section of their own, whom to compare with, years.

A choice never takes a finding away. It is said on the page: a reader has to know what was chosen and what fell out by rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from kunskapsbaserat.catalogue.names import one_offence
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.compare import KINDS

FEWEST_YEARS = 8  # a change is judged against the five years before, and the two latest are what is judged


@dataclass(frozen=True, slots=True)
class Choices:
    """`offences` by their ids, `groups` as in `rates.comparison_group`, `first` the first year that is used."""

    offences: tuple[str, ...] = ()
    groups: str = "regel"
    first: int | None = None

    def made_of(self) -> dict[str, Any]:
        """What a manifest says of them; nothing where nothing is chosen."""
        made = {"brott": list(self.offences), "jamfor": self.groups, "fran": self.first}
        return {key: value for key, value in made.items() if value not in ([], "regel", None)}


def choices(*, brott: object = None, jamfor: object = None, fran: object = None) -> Choices:
    """The choices as they are written in a cell or on a command line.

    Parameters
    ----------
    brott : str or sequence of str, optional
        Ids or names of offences, "bostadsinbrott, cykelstöld": they get a section whatever the rules say.
    jamfor : str, optional
        Whom to compare with: "liknande", "socioekonomi", "skr_grupp", "lan" or "alla".
    fran : int or str, optional
        The first year of reported offences that is used.

    Raises
    ------
    UnknownOffence, OptionError
        An offence or a group does not exist, or it is no year.

    Examples
    --------
    >>> choices(brott="Bostadsinbrott", jamfor="lan").made_of()
    {'brott': ['bostadsinbrott'], 'jamfor': 'lan'}
    """
    groups = "regel" if jamfor in (None, "") else str(jamfor).strip().casefold().translate(str.maketrans("åäö", "aao"))
    if groups not in ("regel", *KINDS):
        raise OptionError("jamfor", jamfor, KINDS)
    words = brott.split(",") if isinstance(brott, str) else brott if isinstance(brott, Iterable) else ()
    named = tuple(dict.fromkeys(one_offence(word).id for word in words if str(word).strip()))
    return Choices(named, groups, whole_year("fran", fran))


def whole_year(name: str, said: object) -> int | None:
    """A year, also one that a command line has as text.

    Raises
    ------
    OptionError
        It is none.

    Examples
    --------
    >>> whole_year("year", "2022"), whole_year("year", None)
    (2022, None)
    """
    if said is None or said == "":
        return None
    text = str(said).strip().removesuffix(".0")
    if isinstance(said, bool) or not (text.isascii() and text.isdigit() and len(text) == 4):
        raise OptionError(name, said, ("a year such as 2024",), tillatna=("ett år, till exempel 2024",))
    return int(text)


def require_figures(chosen: Choices, there: Collection[str]) -> None:
    """Raise OptionError for a chosen offence without figures: its section would be missing without a word."""
    for offence in chosen.offences:
        if offence not in there:
            raise OptionError("brott", offence, sorted(there))
