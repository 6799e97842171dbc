"""Whether a text names a person: common given names and surnames, and the shapes that Swedish surnames have.

The lists hold the commonest names of people in Sweden (SCB's name statistics), not all: the screen catches most texts that
name somebody, and says so. A kommun, street, school, church or parish named after somebody is no person.
"""

from __future__ import annotations

import functools
import re

from kunskapsbaserat import kommun


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN = _words(
    """
    Adam Adnan Agneta Ahmad Ahmed Albin Alexander Alexandra Alf Alfred Ali Alice Alicia Alma Alva Amanda Amina Amir Anders
    André Andreas Anette Anita Ann-Christin Ann-Marie Anna Anne Anneli Annika Anton Arne Arvid Astrid Axel Aya Barbro
    Bengt Berit Bernt Birgit Birgitta Björn Bo Britt Britta Camilla Carina Carl Carolina Caroline Cecilia Charlotte
    Christer Christian Christina Christoffer Claes Conny Daniel David Dennis Ebba Edvin Elias Elin Elina Elisabet
    Elisabeth Ella Ellen Ellinor Elsa Emelia Emelie Emil Emilia Emma Erik Erika Ester Eva Fatima Felicia Felix Filip Frank
    Fredrik Frida Gabriel Gerd Greta Gun Gunilla Gunnar Gustaf Gustav Göran Göte Hamza Hanna Hannah Hans Harry Hassan
    Helen Helena Helene Henrik Henry Hugo Håkan Ibrahim Ida Inga Ingegerd Inger Ingrid Ingvar Irene Isabella Isak Ismail
    Jakob Jan Jasmine Jenny Jens Jesper Jessica Jimmy Joakim Joel Johan Johanna Johannes John Johnny Jonas Jonathan Josef
    Josefin Josefine Julia Jörgen Karin Karl Karolina Katarina Kenneth Kenny Kent Kerstin Khadija Kim Kjell Klara Klas
    Kristian Kristina Kristoffer Kurt Lars Lars-Erik Lena Lennart Leo Liam Lina Linda Linn Linnea Linnéa Linus Lisa
    Lisbeth Louise Lovisa Lucas Ludvig Lukas Maj Maja Malin Marcus Margareta Margaretha Maria Mariam Marianne Marie Markus
    Martin Maryam Matilda Mats Mattias Max Melvin Michael Mikael Moa Mohamed Mohammad Mohammed Mona Monica Monika Muhammad
    Mustafa My Märta Nathalie Niklas Nils Noah Nora Nour Olivia Olle Olof Omar Oscar Oskar Ove Patricia Patrik Per Peter
    Petra Pia Pontus Ragnar Rasmus Rebecka Richard Rickard Robert Robin Roger Roland Rolf Ronny Rune Samir Samuel Sandra
    Sara Sarah Sebastian Selma Signe Simon Siv Sofia Sofie Solveig Stefan Sten Stig Stina Sture Susanne Svante Sven Theo
    Therese Thomas Tobias Tomas Tommy Tove Tuva Ulf Ulla Ulrika Vera Veronica Victor Victoria Viktor Viktoria Vilma
    Vincent Viola William Wilma Yasmin Yusuf Yvonne Zahra Åke Åsa Örjan Östen
    """
)

SURNAMES = _words(
    """
    Abdi Ahlström Ahmed Alexandersson Ali Andersson Andreasson Arvidsson Axelsson Bengtsson Berg Berggren Berglund Bergman
    Bergqvist Bergström Björk Björklund Blom Blomqvist Boström Carlsson Claesson Dahl Dahlberg Danielsson Edlund Ek Eklund
    Ekström Eliasson Engström Eriksson Falk Forsberg Fransson Fredriksson Gunnarsson Gustafsson Göransson Haddad Hansen
    Hansson Hassan Hedlund Hedman Hellström Henriksson Hermansson Holm Holmberg Holmgren Holmqvist Hussein Håkansson
    Isaksson Ivarsson Jakobsson Jansson Jensen Johansson Johnsson Jonasson Jonsson Josefsson Jönsson Karlsson Khalil
    Larsson Lind Lindberg Lindgren Lindholm Lindqvist Lindström Lund Lundberg Lundgren Lundin Lundqvist Lundström Löfgren
    Magnusson Martinsson Mattsson Mohamed Mohammed Månsson Mårtensson Nguyen Nilsson Norberg Nordin Nordström Norén Nyberg
    Nyman Nyström Olofsson Olsson Omar Palm Persson Pettersson Pålsson Roos Rosén Samuelsson Sandberg Sandström Sjöberg
    Sjögren Ström Strömberg Sundberg Sundqvist Sundström Svensson Söderberg Söderström Viklund Wallin Wikström Yusuf Åberg
    Åkesson Åström Öberg Öhman
    """
)

# Given names that are words or months too: these need a known surname beside them.
_WORDS = _words("Bo Frank Göte Kent Kim Leo Love Maj Max My Nora Nour Omar Per Rune Siv Sten Stig Tove Ulla Åke")

# Two given names that are a parish, a church or a school, and nobody: a person of that name has a surname after it.
_PARISHES = frozenset(
    {
        "Adolf Fredrik", "Fredrik Adolf", "Gustaf Adolf", "Gustav Adolf", "Gustaf Vasa", "Gustav Vasa", "Hedvig Eleonora",
        "Karl Gustav", "Karl Johan", "Carl Johan", "Lovisa Ulrika", "Maria Magdalena", "Oscar Fredrik", "Oskar Fredrik",
        "Sofia Magdalena", "Ulrika Eleonora",
    }
)  # fmt: skip
_CAPITALISED = r"[A-ZÅÄÖÉÜ][a-zåäöéüA-ZÅÄÖ'’-]+"
_MIDDLE = rf"(?:,? [A-ZÅÄÖ]\.)?(?: {_CAPITALISED}(?= {_CAPITALISED}))?(?: (?:von|af|de|van|al|el|bin))?"
_PAIR = re.compile(rf"(?<![\w-])({_CAPITALISED}){_MIDDLE}(,?) ({_CAPITALISED})(?![\w-])")
_FIRST = re.compile(rf"(?<![\w-]){_CAPITALISED}")
_SHAPE = re.compile(r".{2,}(sson|ström|qvist|kvist|gren|lund|berg|blom|stedt|stam|feldt|ovic|ović|oglu|ski|sen)")
_ONLY_SURNAMES = re.compile(r".{3,}(sson|qvist|kvist|gren|stedt|blom)")
_AFTER = re.compile(
    r"'?s?\s*(gata|väg|torg|plats|gränd|skola|kyrka|församling|park|gård|allé|kommun|län|distrikt|socken|stift)", re.I
)
_OF_A_PLACE = re.compile(
    r".*(gatan?|väg(en)?|torg(et)?|plats(en)?|gränd|skolan|kyrkan?|församling|parken|gården|allén|bron|borg|sta|stad|s)"
)


def in_text(text: str) -> bool:
    """Whether a text names a person: "Anna Andersson", "Andersson, Anna", "Anna M. af Berg", "ANNA ANDERSSON"."""
    if " " not in text:
        return False
    plain = text.isupper() or text.islower()
    said = text.title() if plain else text
    if not any(_is_given(word) or _ONLY_SURNAMES.fullmatch(word) for word in set(_FIRST.findall(said))):
        return False  # no pair below can be a person; a long text is most often done here
    for match in _FIRST.finditer(said):
        pair = _PAIR.match(match.string, match.start())
        if pair is not None and not _AFTER.match(match.string, pair.end()) and _is_person(*pair.groups(), strict=plain):
            return True
    return False


_COMMON = _words(
    "alm berg björk dahl ek falk holm lind lund palm roos ström björn viola ester alma sofia maria frida bo frank inga love maj"
    " max my per sten stig"
)
"""Names that are words ("inga bänkar"), trees, churches and schools too."""


def has_known(text: str) -> bool:
    """Whether a known given name or surname stands there, whatever the letters' size; a street or square named so is nobody."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold())
    given, surnames = _folded()
    return any(w in surnames or (w in given and not _names_a_place(words[at + 1 : at + 3])) for at, w in enumerate(words))


def _names_a_place(after: list[str]) -> bool:
    """ "Gustav" before "Adolfs torg": the next word belongs to something, and that is a street, a school or the like."""
    return len(after) == 2 and after[0].endswith("s") and _AFTER.match(after[1]) is not None


@functools.cache
def _folded() -> tuple[frozenset[str], frozenset[str]]:
    """Given names and surnames in small letters, without those that are words too."""
    return frozenset(n.casefold() for n in GIVEN) - _COMMON, frozenset(n.casefold() for n in SURNAMES) - _COMMON


@functools.lru_cache(maxsize=4096)
def _is_person(first: str, comma: str, last: str, *, strict: bool) -> bool:
    """`strict`: written in one case, where capitals tell nothing, both names must be known ones."""
    if not comma and f"{first} {last}" in _PARISHES:
        return False
    if comma:
        known = _is_surname(first) or (last not in _WORDS and not _is_given(first) and not _is_area(first))
        return known and _is_given(last)
    if strict:
        return first in GIVEN - _WORDS and last in SURNAMES
    if _is_given(first) and _is_surname(last):
        return True
    if _is_given(first) and first not in _WORDS:
        return not (_is_given(last) or _is_area(last) or _OF_A_PLACE.fullmatch(last))
    return _ONLY_SURNAMES.fullmatch(last) is not None and not _is_area(first)


def shaped_as_name(text: str) -> bool:
    """Two to four capitalised words that are no area: how a column headed "namn" looks when it holds persons."""
    words = text.replace(",", " ").split()
    plain = 2 <= len(words) <= 4 and all(re.fullmatch(_CAPITALISED, word) for word in words)
    return plain and not _is_area(" ".join(words)) and not _AFTER.search(text)


def _is_given(word: str) -> bool:
    return word in GIVEN or any(part in GIVEN for part in word.split("-") if "-" in word)


def _is_surname(word: str) -> bool:
    if word in SURNAMES:
        return True
    return bool(_SHAPE.fullmatch(word)) and not _is_area(word)


@functools.lru_cache(maxsize=4096)
def _is_area(text: str) -> bool:
    """Exactly a kommun's or a län's name: Lund, Berg and Kalmar län are places before they are persons."""
    return text in {k.name for k in kommun.all_kommuner()} or text in {k.lan for k in kommun.all_kommuner()}
