"""Which offence is meant: by its id, its name or a publisher's label, as people write them.

A wrong name gets the nearest ones back.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Sequence

from kunskapsbaserat import catalogue, spellings
from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.errors import KunskapError

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


def one_offence(asked: object) -> Offence:
    """The offence with this id, name or publisher's label.

    An id goes before a name, Brå's groups and indicators before the ten groups of 2013, which share some of their names.

    Examples
    --------
    >>> from kunskapsbaserat.catalogue.names import one_offence
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
    folded = spellings.in_ascii(text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


def _or(names: Sequence[str]) -> str:
    return " eller ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
