"""Sweden's 21 län, and what a document is about: a kommun or a län.

A län is found as a kommun is: by its code ("10", 10, "1" for Stockholm) or by its name in any spelling, "Blekinge" as well as
"Blekinge län" and "jonkopings lan".
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import spellings
from kunskapsbaserat.kommun import Kommun

Kind: TypeAlias = Literal["kommun", "lan"]


@dataclass(frozen=True, slots=True)
class Lan:
    """One län as it stands today. Found by `get`.

    Attributes
    ----------
    code : str
        Two digits.
    name, lan : str
        With "län".
    kommuner : tuple of Kommun
        In alphabetical order.
    short, where, slug : str
        The name without "län" where no kommun is called so; with its preposition; as the name of a folder.

    Examples
    --------
    >>> from kunskapsbaserat import lan
    >>> blekinge = lan.get("Blekinge")
    >>> blekinge.code, blekinge.name, blekinge.slug, [k.name for k in blekinge.kommuner][:2]
    ('10', 'Blekinge län', '10-blekinge-lan', ['Karlshamn', 'Karlskrona'])
    """

    code: str
    name: str

    @property
    def lan(self) -> str:
        """Its own name, as a kommun says which län it lies in."""
        return self.name

    @property
    def kommuner(self) -> tuple[Kommun, ...]:
        """Its kommuner in alphabetical order."""
        return tuple(sorted(kommuner.in_lan(self.code), key=lambda k: kommuner.sort_key(k.name)))

    @property
    def short(self) -> str:
        """The name without "län" where no kommun is called so: "Dalarna", but "Stockholms län"."""
        return self.kommuner[0].lan_short

    @property
    def where(self) -> str:
        """The name with its preposition: "i Blekinge", "på Gotland"."""
        return "på Gotland" if self.code == _GOTLAND else f"i {self.short}"

    @property
    def slug(self) -> str:
        """Folder name in plain ASCII: "10-blekinge-lan"."""
        return f"{self.code}-{_plain(self.name).replace(' ', '-')}"


_GOTLAND = "09"
Subject: TypeAlias = Kommun | Lan


def kind_of(subject: Subject) -> Kind:
    """What a document about it asks for: the name of its notebook's parameter.

    Parameters
    ----------
    subject : Kommun or Lan
        What the document is about.

    Returns
    -------
    {"kommun", "lan"}

    Examples
    --------
    >>> from kunskapsbaserat import kommun, lan
    >>> lan.kind_of(lan.get("Dalarna")), lan.kind_of(kommun.get("Falun"))
    ('lan', 'kommun')
    """
    return "lan" if isinstance(subject, Lan) else "kommun"


def find(kind: Kind, value: object) -> Subject:
    """The kommun or the län of that name or code.

    Parameters
    ----------
    kind : {"kommun", "lan"}
        Which of the two.
    value : str or int
        Name or code.

    Returns
    -------
    Kommun or Lan

    Raises
    ------
    UnknownKommun, OptionError
        There is none; the choices are listed.

    Examples
    --------
    >>> from kunskapsbaserat import lan
    >>> lan.find("lan", "Gotland").where, lan.find("kommun", "Gotland").code
    ('på Gotland', '0980')
    """
    return get(value) if kind == "lan" else kommuner.get(value)


@functools.cache
def all_lan() -> tuple[Lan, ...]:
    """The 21 län in code order.

    Returns
    -------
    tuple of Lan

    Examples
    --------
    >>> from kunskapsbaserat import lan
    >>> len(lan.all_lan()), lan.all_lan()[0].name
    (21, 'Stockholms län')
    """
    return tuple(Lan(*pair) for pair in sorted({(k.lan_code, k.lan) for k in kommuner.all_kommuner()}))


def get(value: object) -> Lan:
    """The län with this code or name.

    Parameters
    ----------
    value : str, int or Lan
        A code ("20", 20, "1" for Stockholm) or a name in any spelling, with or without "län".

    Returns
    -------
    Lan

    Raises
    ------
    OptionError
        There is none; the nearest are listed, or all where none is near.

    Examples
    --------
    >>> from kunskapsbaserat import lan
    >>> lan.get("jonkopings lan").code, lan.get(1).name, lan.get("Dalarna").short
    ('06', 'Stockholms län', 'Dalarna')
    """
    if isinstance(value, Lan):
        return value
    code = kommuner.lan_code(value)
    return next(lan for lan in all_lan() if lan.code == code)


def _plain(text: str) -> str:
    ascii_only = spellings.in_ascii(text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_only).split())
