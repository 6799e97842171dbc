"""What was asked for: which kommuner, which offences, which length of period. A wrong name gets the nearest ones back."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import lan as counties
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import KunskapError, OptionError
from kunskapsbaserat.kommun import Kommun

ALL = "alla"
_FREQUENCIES = {
    **dict.fromkeys(("år", "ar", "årsvis", "y"), "Y"),
    **dict.fromkeys(("kvartal", "q"), "Q"),
    **dict.fromkeys(("månad", "manad", "m"), "M"),
}
# What people say, beside the names of the catalogue.
_ALSO_CALLED = {
    "alla brott": "totalt",
    "anmälda brott": "totalt",
    "brott": "totalt",
    "totalt antal brott": "totalt",
    "inbrott i bostad": "bostadsinbrott",
    "villainbrott": "bostadsinbrott",
    "våld i nära relation": "vald_nara_relation",
    "våld i nära relationer": "vald_nara_relation",
    "personrån unga": "ran_unga",
    "ungdomsrån": "ran_unga",
    "skadegörelse och klotter": "skadegorelse_kap12",
    "klotter": "skadegorelse_kap12",
    "stöld och rån": "stold_ran_kap8",
    "vapenbrott": "narkotika_och_vapen",
}
_NEAREST = 4


class UnknownOffence(KunskapError, LookupError):
    """No offence of the catalogue is called so; the nearest are listed."""

    exit_code = 2

    def __init__(self, got: object, nearest: Sequence[str]) -> None:
        super().__init__(
            f"unknown offence {got!r}; nearest: {', '.join(nearest)}",
            svenska=f"Det finns inget brott som heter ”{got}”. Menade du {_or(nearest)}?",
        )
        self.got, self.nearest = got, tuple(nearest)


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


def one_offence(asked: object) -> Offence:
    """The offence with this id, name or publisher's label.

    An id goes before a name, Brå's groups and indicators before the ten groups of 2013, which share some of their names.

    Examples
    --------
    >>> from kunskapsbaserat.analys.choices import one_offence
    >>> one_offence("Inbrott i bostad").id, one_offence("skadegörelse").id
    ('bostadsinbrott', 'skadegorelse')
    """
    if isinstance(asked, Offence):
        return asked
    offence_id = _names().get(_plain(str(asked)))
    if offence_id is None:
        raise UnknownOffence(asked, _nearest(str(asked)))
    return catalogue.offence(offence_id)


@functools.cache
def _names() -> dict[str, str]:
    """Every way to write an offence, in plain letters; what stands first is kept."""
    names = {_plain(o.id): o.id for o in catalogue.offences()}
    for told, offence_id in _ALSO_CALLED.items():
        names.setdefault(_plain(told), offence_id)
    for offence in catalogue.offences():
        for facet in offence.facets.values():
            for text in (facet.name, facet.short, *facet.labels.values()):
                names.setdefault(_plain(text), offence.id)
    return names


def _nearest(text: str) -> list[str]:
    plain = _plain(text)
    ranked = sorted(
        _names(), key=lambda name: -difflib.SequenceMatcher(None, plain, name).ratio() - (plain in name and len(plain) > 2)
    )
    return list(dict.fromkeys(_names()[name] for name in ranked[: 4 * _NEAREST]))[:_NEAREST]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


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


def _or(names: Sequence[str]) -> str:
    return " eller ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
