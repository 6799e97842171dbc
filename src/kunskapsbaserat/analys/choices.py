"""What was asked for: which kommuner, which offences, which length of period. A wrong name gets the nearest ones back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import lan as counties
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.catalogue.names import one_offence
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.kommun import Kommun

ALL = "alla"
_FREQUENCIES = {
    **dict.fromkeys(("år", "ar", "årsvis", "y"), "Y"),
    **dict.fromkeys(("kvartal", "q"), "Q"),
    **dict.fromkeys(("månad", "manad", "m"), "M"),
}


def chosen_kommuner(asked: object = None, *, lan: object = None, data: object = None) -> tuple[Kommun, ...]:
    """The kommuner of a name, a code, several, a table with a column ``kod``, a län, or "alla"; each once, in the order asked.

    Without any of these the kommun whose folder `data` is.

    Raises
    ------
    UnknownKommun, OptionError
        There is none of that name, or nothing was chosen.
    """
    if isinstance(asked, pd.DataFrame):
        asked = list(dict.fromkeys(asked["kod"] if "kod" in asked else asked.get("kommun", pd.Series(dtype=object))))
    if asked is not None and lan is not None:
        raise OptionError("lan", lan, ("either kommuner or a län",), tillatna=("antingen kommuner eller ett län, inte båda",))
    if lan is not None:
        return tuple(k for one in _several(lan) for k in counties.get(one).kommuner)
    if asked is None and isinstance(data, (str, Path)):
        return (folders.kommun_of(data),)
    if isinstance(asked, str) and asked.strip().casefold() in (ALL, "alla kommuner", "hela landet", "riket"):
        return tuple(sorted(kommuner.all_kommuner(), key=lambda k: kommuner.sort_key(k.name)))
    names = _several(asked)
    if not names:
        choices = ('a kommun, several in a list, lan="20" or "alla"',)
        raise OptionError("kommuner", asked, choices, tillatna=('en kommun, flera i en lista, lan="20" eller "alla"',))
    return tuple(dict.fromkeys(kommuner.get(name) for name in names))


def _several(asked: object) -> list[object]:
    if asked is None:
        return []
    if isinstance(asked, (str, int, Kommun)) or not isinstance(asked, Iterable):
        return [asked]
    return list(asked)


def chosen_offences(asked: object = None) -> tuple[Offence, ...] | None:
    """The offences of an id, a name or label, or several of them; None where all are meant.

    Raises
    ------
    UnknownOffence
        There is none of that name; the nearest are listed.
    """
    if asked is None or (isinstance(asked, str) and asked.strip().casefold() == ALL):
        return None
    return tuple({o.id: o for o in map(one_offence, _several(asked))}.values())


def frequency(freq: str) -> str:
    """ "Y", "Q" or "M" for "år", "kvartal" or "månad"."""
    key = str(freq).strip().casefold()
    if key not in _FREQUENCIES:
        raise OptionError("freq", freq, ("år", "kvartal", "månad"))
    return _FREQUENCIES[key]


def one_of(name: str, got: object, allowed: Sequence[object]) -> object:
    """The option, when it is among the allowed ones."""
    if got not in allowed:
        raise OptionError(name, got, allowed)
    return got
