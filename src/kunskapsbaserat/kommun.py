"""Sweden's 290 kommuner: codes, names, län, SKR's kommungrupp and Kolada's liknande kommuner.

Names are found in every spelling met in the publishers' files: "Upplands-Väsby", "Malung–Sälens kommun",
"Stockholms stad", "Region Gotland", a trailing space, a lost leading zero ("114", 114).
"""

from __future__ import annotations

import csv
import difflib
import functools
import re
from dataclasses import dataclass
from importlib import resources

from kunskapsbaserat import spellings
from kunskapsbaserat.errors import OptionError, UnknownKommun

RIKET = "00"
_NUMBERED = re.compile(r"^(?:'|=\")?(\d+)(?:[.,]0)?['\"]?$")  # a code that a program has taken for a number, or kept from it
_COUNTRY = {"hela landet", "riket", "hela riket", "sverige", "00", "0000"}
LIKNANDE_KINDS = ("overgripande", "socioekonomi")


@dataclass(frozen=True, slots=True)
class Kommun:
    """One kommun as it stands today. Found by `get`.

    Attributes
    ----------
    code : str
        Four digits, the leading zero kept.
    name : str
        Without "kommun".
    lan_code, lan : str
        Two digits; the name with "län".
    skr_code, skr_group : str
        SKR's grouping of kommuner 2023: code and name.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> falun = kommun.get("Falun")
    >>> falun.code, falun.lan_code, falun.lan, falun.skr_code
    ('2080', '20', 'Dalarnas län', 'C6')
    >>> kommun.get("Borås").genitive, kommun.get("Öckerö").where, kommun.get("Malung-Sälen").slug
    ('Borås', 'på Öckerö', '2023-malung-salen')
    """

    code: str
    name: str
    lan_code: str
    lan: str
    skr_code: str
    skr_group: str

    @property
    def genitive(self) -> str:
        """The name with the Swedish genitive: "Borlänges", but "Borås"."""
        return genitive(self.name)

    @property
    def slug(self) -> str:
        """Folder name in plain ASCII: "2081-borlange"."""
        return f"{self.code}-{re.sub(r'[^a-z0-9]+', '-', spellings.in_ascii(self.name.casefold())).strip('-')}"

    @property
    def where(self) -> str:
        """The name with its preposition: "i Borlänge", "på Gotland"."""
        return f"{'på' if self.name in _ISLANDS else 'i'} {self.name}"

    @property
    def lan_short(self) -> str:
        """The county's name without "län" and its genitive, where no kommun is called so: "Dalarna", but "Stockholms län"."""
        short = self.lan.removesuffix(" län").removesuffix("s")
        return self.lan if short in _names() else short


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(k.name for k in all_kommuner())


_ISLANDS = frozenset({"Ekerö", "Gotland", "Lidingö", "Orust", "Tjörn", "Öckerö"})


@dataclass(frozen=True, slots=True)
class Liknande:
    """Kolada's set of kommuner that resemble one kommun. Made by `liknande`.

    Attributes
    ----------
    kind : {"overgripande", "socioekonomi"}
        Which of Kolada's two sets.
    year : int
        The year the set was made for.
    members : tuple of str
        Codes of the seven kommuner.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> alike = kommun.liknande("Falun", "socioekonomi")
    >>> alike.kind, alike.year, len(alike.members)
    ('socioekonomi', 2024, 7)
    """

    kind: str
    year: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """A kommun that changed code or was split. The list of them is `SUCCESSIONS`.

    Attributes
    ----------
    code, name : str
        The kommun before.
    successor : str
        Code of the one that follows it, or that left it.
    year : int
        The first year of the new code.
    kind : {"code", "split"}
        Whether it is the same kommun with a new code, or a new one that left the old.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> heby = kommun.SUCCESSIONS[-1]
    >>> heby.name, heby.code, heby.successor, heby.year, kommun.get("1917").code
    ('Heby', '1917', '0331', 2007, '0331')
    """

    code: str
    name: str
    successor: str
    year: int
    kind: str


# SCB, "Ändringar i kommunindelningen": those that fall inside the published series (1996-), or the year before it began.
SUCCESSIONS = (
    Succession("1490", "Borås", "1443", 1995, "split"),  # Bollebygd left Borås
    Succession("1880", "Örebro", "1814", 1995, "split"),  # Lekeberg left Örebro
    Succession("0181", "Södertälje", "0140", 1999, "split"),  # Nykvarn left Södertälje
    Succession("0380", "Uppsala", "0330", 2003, "split"),  # Knivsta left Uppsala
    Succession("1917", "Heby", "0331", 2007, "code"),  # Heby moved from Västmanland to Uppsala län
)


@functools.cache
def all_kommuner() -> tuple[Kommun, ...]:
    """All 290 kommuner in code order.

    Returns
    -------
    tuple of Kommun

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> everyone = kommun.all_kommuner()
    >>> len(everyone), everyone[0].name, everyone[-1].name
    (290, 'Upplands Väsby', 'Kiruna')
    """
    rows = _embedded("kommuner.csv")
    return tuple(Kommun(r["kommun"], r["name"], r["lan"], r["lan_name"], r["skr_group"], r["skr_group_name"]) for r in rows)


def get(value: object) -> Kommun:
    """The kommun with this code or name.

    Parameters
    ----------
    value : str, int or Kommun
        A code ("2081", 2081, "180") or a name in any spelling met in the publishers' files.

    Returns
    -------
    Kommun

    Raises
    ------
    UnknownKommun
        Nothing matches, or an abbreviated spelling matches several; the nearest names are listed.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> kommun.get("2080").name, kommun.get(180).name, kommun.get("Falu kommun").code, kommun.get("malmo").name
    ('Falun', 'Stockholm', '2080', 'Malmö')
    >>> kommun.get("Falund")
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.UnknownKommun: unknown kommun 'Falund'; nearest: Falun (2080), Lund (1281), Färgelanda (1439)
    """
    if isinstance(value, Kommun):
        return value
    text = text_of_code(value)
    if not text:
        raise UnknownKommun(None)
    if re.fullmatch(r"\d{1,4}", text):
        code = _current_code(text.zfill(4))
        if code in _by_code():
            return _by_code()[code]
        raise UnknownKommun(value)
    if (named := _called(text)) is not None:
        return named
    raise UnknownKommun(value, _nearest(text), lan=_lan_called(text))


def text_of_code(value: object) -> str:
    """A code or name as text, empty when it is missing.

    A column of codes in which some are missing holds decimals in pandas: 2080.0 and NaN; Excel marks text with '2080.

    Parameters
    ----------
    value : object
        Text, a number, or missing (None or NaN).

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> kommun.text_of_code(2080.0), kommun.text_of_code(" Falun "), kommun.text_of_code(float("nan"))
    ('2080', 'Falun', '')
    """
    text = "" if value is None or (isinstance(value, float) and value != value) else str(value).strip()
    return _NUMBERED.sub(r"\1", text)


def is_name(text: str) -> bool:
    """Whether a text can name a kommun, a län or riket; quick, since the nearest names are sought only for a message.

    Parameters
    ----------
    text : str
        A name in any spelling; a code is no name.

    Returns
    -------
    bool

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> [text for text in ("Falun", "Dalarnas län", "Riket", "Källa: Brå", "2080") if kommun.is_name(text)]
    ['Falun', 'Dalarnas län', 'Riket']
    """
    plain = " ".join(text.split()).casefold()
    return plain in _COUNTRY or plain.endswith(" län") or _called(text.strip()) is not None


def _called(text: str) -> Kommun | None:
    for index in (_by_key(), _by_ascii_key()):
        for key in spellings.of_kommun(text):
            if (named := index.get(spellings.folded(key, ascii_only=index is _by_ascii_key()))) is not None:
                return named
    return None


def in_lan(lan: object) -> tuple[Kommun, ...]:
    """The kommuner of a län, in code order.

    Parameters
    ----------
    lan : str or int
        Its code or name, as in `lan_code`.

    Returns
    -------
    tuple of Kommun

    Raises
    ------
    OptionError
        As `lan_code`.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> [k.name for k in kommun.in_lan("10")]
    ['Olofström', 'Karlskrona', 'Ronneby', 'Karlshamn', 'Sölvesborg']
    >>> kommun.in_lan("Blekinge") == kommun.in_lan("Blekinge län") == kommun.in_lan(10)
    True
    """
    code = lan_code(lan)
    return tuple(k for k in all_kommuner() if k.lan_code == code)


def lan_code(value: object) -> str:
    """The code of a län.

    Parameters
    ----------
    value : str or int
        The code ("20", 20, "1" for Stockholm) or the name in any spelling, with or without "län".

    Returns
    -------
    str
        Two digits.

    Raises
    ------
    OptionError
        There is none; the nearest are listed, or all where none is near.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> kommun.lan_code("jonkopings lan"), kommun.lan_code(1), kommun.lan_code("Dalarna")
    ('06', '01', '20')
    """
    text, codes = text_of_code(value), _lan_by_key()
    wanted = text.zfill(2) if re.fullmatch(r"\d{1,2}", text) else codes.get(spellings.of_lan(text), "")
    if wanted in codes.values():
        return wanted
    names = {k.lan_code: k.lan for k in all_kommuner()}
    # Names that differ by a letter or two; "län" alone is like none.
    near = [codes[key] for key in difflib.get_close_matches(spellings.of_lan(text), codes, cutoff=0.7)]
    choices = [f"{code} {names[code]}" for code in near or sorted(names, key=lambda code: sort_key(names[code]))]
    raise OptionError("län", text or "inget", choices, tillatna=choices)


@functools.cache
def _lan_by_key() -> dict[str, str]:
    return {spellings.of_lan(k.lan): k.lan_code for k in all_kommuner()}


def liknande(kommun: object, kind: str = "overgripande") -> Liknande:
    """Kolada's liknande kommuner: the seven most alike, with the year.

    Source: RKA, Kolada, groups "Liknande kommuner, övergripande" (2025) and "socioekonomi" (2024).

    Parameters
    ----------
    kommun : str, int or Kommun
        As in `get`.
    kind : {"overgripande", "socioekonomi"}
        Which of Kolada's two sets.

    Returns
    -------
    Liknande

    Raises
    ------
    UnknownKommun
        No kommun has that name or code.
    OptionError
        An unknown kind.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> alike = kommun.liknande("Falun")
    >>> alike.year, [kommun.get(code).name for code in alike.members][:3]
    (2025, ['Oskarshamn', 'Ängelholm', 'Trollhättan'])
    """
    if kind not in LIKNANDE_KINDS:
        raise OptionError("kind", kind, LIKNANDE_KINDS)
    year, members = _liknande()[get(kommun).code, kind]
    return Liknande(kind, year, members)


def area(name: object) -> tuple[str, str]:
    """Area code and level of a region's name in a publisher's file.

    Parameters
    ----------
    name : str
        Of a kommun, a län ("Dalarnas län") or the country, in any spelling met in the publishers' files.

    Returns
    -------
    (code, level)
        ("00", "riket"), ("20", "lan") or ("2081", "kommun").

    Raises
    ------
    UnknownKommun
        Nothing has that name; the nearest are listed.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> kommun.area("Hela landet"), kommun.area("Kopparbergs län"), kommun.area("Falu kommun")
    (('00', 'riket'), ('20', 'lan'), ('2080', 'kommun'))
    """
    text = " ".join(str(name).split())
    if text.casefold() in _COUNTRY:
        return RIKET, "riket"
    if text.casefold().endswith(" län") and (code := _lan_by_key().get(spellings.of_lan(text))):
        return code, "lan"
    return get(text).code, "kommun"


def genitive(name: str) -> str:
    """Swedish genitive of a place name.

    Parameters
    ----------
    name : str
        Of a place.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> kommun.genitive("Falun"), kommun.genitive("Borås")
    ('Faluns', 'Borås')
    """
    return name if name.endswith(("s", "x", "z")) else name + "s"


def sort_key(name: str) -> str:
    """Swedish alphabetical order: å, ä and ö stand last, in that order.

    Parameters
    ----------
    name : str
        Of a place.

    Returns
    -------
    str
        For `sorted`; not to be shown.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> sorted(["Öckerö", "Ängelholm", "Åre", "Falun"], key=kommun.sort_key)
    ['Falun', 'Åre', 'Ängelholm', 'Öckerö']
    """
    return name.casefold().translate(str.maketrans("åäöéü", "{|}ey"))


def _embedded(name: str) -> csv.DictReader[str]:
    file = resources.files("kunskapsbaserat").joinpath("data", "embedded", name)
    return csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def _current_code(code: str) -> str:
    return next((s.successor for s in SUCCESSIONS if s.kind == "code" and s.code == code), code)


@functools.cache
def _by_code() -> dict[str, Kommun]:
    return {k.code: k for k in all_kommuner()}


# Every name that is no spelling of today's: a genitive that the ending does not show ("Falu kommun"), and what a kommun was
# called within the published series (Malung until the end of 2007).
_ALSO_CALLED = {"falu kommun": "2080", "malung": "2023"}


@functools.cache
def _by_key() -> dict[str, Kommun]:
    return {name: _by_code()[code] for name, code in _ALSO_CALLED.items()} | {
        spellings.folded(k.name): k for k in all_kommuner()
    }


@functools.cache
def _by_ascii_key() -> dict[str, Kommun]:
    keys = [spellings.folded(k.name, ascii_only=True) for k in all_kommuner()]
    return {key: k for key, k in zip(keys, all_kommuner(), strict=True) if keys.count(key) == 1}


@functools.cache
def _liknande() -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
    rows = _embedded("liknande.csv")
    return {(r["kommun"], r["kind"]): (int(r["year"]), tuple(r["members"].split(" "))) for r in rows}


def _nearest(text: str) -> list[str]:
    names = {spellings.folded(k.name, ascii_only=True): f"{k.name} ({k.code})" for k in all_kommuner()}
    folded = [spellings.folded(key, ascii_only=True) for key in spellings.of_kommun(text)]
    hits = [hit for key in folded for hit in difflib.get_close_matches(key, names, n=3, cutoff=0.6)]
    starts = [key for key in names if any(key.startswith(f) for f in folded if len(f) >= 3)]
    return [names[h] for h in dict.fromkeys(starts + hits)][:3]


def _lan_called(text: str) -> str | None:
    """The län of that name, for somebody who has asked for a län instead of a kommun."""
    wanted = {spellings.folded(key, ascii_only=True) for key in spellings.of_kommun(text)}
    names = {
        k.lan: {spellings.folded(k.lan, ascii_only=True), spellings.folded(k.lan_short, ascii_only=True)}
        for k in all_kommuner()
    }
    return next((lan for lan, keys in names.items() if wanted & keys), None)
