"""What the gate says about an analyst's own figure or table: why it cannot be published as it is, in Swedish."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet
from kunskapsbaserat.disclosure import POLICY
from kunskapsbaserat.disclosure.rules import counts_somebody
from kunskapsbaserat.report.page.own import words
from kunskapsbaserat.report.page.own.artists import RASTER, Point, Shown

RULE = "egen"  # in the log of the gate
SHOWN = 5
_INTERNAL = re.compile(
    r"\b(intern version|internt|hemlig\w*|sekretess\w*|får (?:ej|inte) (?:spridas|publiceras))\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:javascript|data|file|vbscript):", re.IGNORECASE)
_RATE = re.compile(r"\bper\s+(?:\d|tusen\b|miljon\b|invånare\b|person|capita\b|hushåll|elev)")
_PER_TIME = re.compile(r"\bper\s+\w+")
_MEASURE = re.compile(
    r"\b(proportion|density|täthet|probability|sannolikhet|share|rate|percent|ratio|kvot|index|confidence|konfidens|lower|upper|nedre|"
    r"övre|[pqz]-?värde|[pqz]|p_value|q_value|rang)\b"
)
_TIME = re.compile(
    r"\b((?:senaste |första |sista )?(?:start|slut|bryt|kalender|läs|budget|bas|mät)?år(?:et|tal)?|ar|year|månad|månader|month|"
    r"vecka|week|dag|veckodag|day|timme|klockslag|hour|period|kvartal|ålder|datum|date)\b"
)
# A bar's own number, or one that says what it counts: nothing else in the drawing area is short enough to be sure.
_ALONE = re.compile(
    r"(?:n\s*=\s*|antal:?\s*)?([1-4])(?:[.,]0+)?\s*(?:st\.?|brott|fall|anmälningar|personer|händelser)?", re.IGNORECASE
)
_SAYS_FEW = re.compile(
    r"(?<![\d.,])[1-4]\s+(?:brott|anmäl\w*|fall|händelser?|person\w*|barn|ungdom\w*|elev\w*|inbrott|misshandl\w*|rån|våldt\w*)\b",
    re.IGNORECASE,
)


def counts(label: str) -> bool:
    """May a number under this label be a number of persons or events? Nothing said may.

    Examples
    --------
    >>> counts("Anmälda brott"), counts("Brott per månad"), counts("Per 100 000 invånare"), counts("Andel, %"), counts("År")
    (True, True, False, False, False)
    """
    text = label.casefold().replace("_", " ")
    if _RATE.search(text) or "%" in text:
        return False
    if "antal" in text.split():
        return True
    if _MEASURE.search(text) or _TIME.fullmatch(text.strip()):
        return False
    return counts_somebody(_PER_TIME.sub("", text))


def is_small(value: float) -> bool:
    return 0 < value < POLICY.small_area_below


def about_words(texts: Sequence[str], what: str) -> list[str]:
    """Personal data, marks of what is internal, and addresses that run something."""
    rows = tuple((line,) for text in texts for line in text.splitlines())
    kinds = sorted({screen.KINDS[found.kind] for found in screen.find([Sheet("text", rows)])})
    said = [words.PERSONAL.format(what=what, kinds=" och ".join(kinds))] if kinds else []
    marked = next((found[0] for text in texts if (found := _INTERNAL.search(text))), None)
    said += [words.INTERNAL.format(what=what, word=marked)] if marked else []
    return said + ([words.LINKS] if any(_ADDRESS.search(text) for text in texts) else [])


def about_figure(shown: Shown, *, known: bool) -> list[str]:
    """Every reason why a figure is not published; none when it may be. `known`: the source gives its numbers out already."""
    said = about_words(shown.words, words.FIGURE)
    if RASTER in shown.unreadable:
        said.append(words.RASTER)
    if kinds := [kind for kind in shown.unreadable if kind != RASTER]:
        said.append(words.cannot_read(kinds))
    return said if known else said + _small_points(shown.points) + _small_words(shown) + _pies(shown)


def _small_points(points: Sequence[Point]) -> list[str]:
    few = [p for p in points if is_small(p.value) and counts(p.axis)]
    if not few:
        return []
    if not any(p.axis for p in few):
        return [words.NAME_THE_AXIS]
    places = list(dict.fromkeys(", ".join(filter(None, [p.series, p.place])) for p in few))
    return [words.small(places[:SHOWN], len(places))]


def _small_words(shown: Shown) -> list[str]:
    alone = [text for text, axis in shown.loose if _ALONE.fullmatch(text) and counts(axis)]
    few = [*alone, *(found[0] for text in shown.words if (found := _SAYS_FEW.search(text)))]
    return [words.SMALL_IN_WORDS.format(text=few[0])] if few else []


def _pies(shown: Shown) -> list[str]:
    said = []
    for pie in shown.pies:
        if pie.of is None:
            said.append(words.PIE_OF_UNKNOWN)
        elif any(is_small(round(share * pie.of, 6)) for share in pie.shares):
            said.append(words.PIE_OF_FEW)
    return list(dict.fromkeys(said))


def says_when(head: str) -> bool:
    """Is a column a year, a month or another time, by its head? (A year as a head is what the column is of, not when.)"""
    return bool(_TIME.fullmatch(head.casefold().strip()))


def says_a_number(head: str) -> bool:
    """Does a head itself say that something is counted?"""
    return bool(
        re.search(r"\b(antal|brott|count|n|summa|fall|anmälda|anmälningar|händelser|personer|elever)\b", head.casefold())
    )
