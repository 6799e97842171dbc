"""What is known of the kommun's inhabitants and its likes when the figures have been fetched, a row each."""

from __future__ import annotations

from kunskapsbaserat.report.material import people
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.statements.comparison import names
from kunskapsbaserat.swedish import NBSP, listed, number, percent, span

_SORTS = (("RegSO", "regso"), ("DeSO", "deso"))
"""The larger first: SCB names them as those who live there do, so that a person knows where they are."""
_WHAT = "RegSO och DeSO är SCB:s indelningar av kommunen i områden."
_SHOWN = ((0, 17, "under 18 år"), (15, 24, "15–24 år"))
"""Children, and the ages at which most are suspected of or exposed to offences."""


def fetched_facts(u: Underlag) -> list[tuple[str, str]]:
    """Ages and parts of the kommun; nothing where they have not been fetched."""
    if u.own is None:
        return []
    facts = []
    shares = [(words, found) for first, last, words in _SHOWN if (found := people.share_of_ages(u.own.ages, first, last))]
    if shares:
        year = shares[0][1][1]
        said = listed([f"{percent(share)} är {words}" for words, (share, _) in shares])
        facts.append(("Åldrar", f"{said} den 31 december {year}. Källa: SCB."))
    sorts = [(name, parts) for name, level in _SORTS if (parts := people.parts(u.own.areas, level))]
    if sorts:
        said = listed([f"{parts.number} {name} {_inhabitants(parts)}" for name, parts in sorts])
        facts.append(("Delområden", f"{said} den 31 december {max(parts.year for _, parts in sorts)}. {_WHAT} Källa: SCB."))
    return facts


def _inhabitants(parts: people.Parts) -> str:
    """ "med 980–2 100 invånare", and the names of the smallest and the largest where they have any."""
    if parts.smallest == parts.largest:
        named = f" ({parts.smallest_name})" if parts.smallest_name else ""
        return f"med {number(parts.smallest)} invånare{named}"
    if parts.smallest_name and parts.largest_name:
        ends = ((parts.smallest_name, parts.smallest), (parts.largest_name, parts.largest))
        return "med {} till {} invånare".format(*(f"{number(people)} ({name})" for name, people in ends))
    return f"med {span(number(parts.smallest), number(parts.largest))} invånare"


def newer_alike(u: Underlag) -> str:
    """That Kolada's newest group is another than the one compared with, said beside it; empty where it is not."""
    if u.own is None or u.own.alike.empty:
        return ""
    rows = u.own.alike[u.own.alike["kind"] == "overgripande"]
    for row in rows.itertuples():
        new = sorted(set(str(row.members).split()) - set(u.alike.wanted))
        if new and int(row.year) > u.alike.wanted_year:
            gone = sorted(set(u.alike.wanted) - set(str(row.members).split()))
            return (
                f" Kolada{NBSP}{row.year} har i stället {names(tuple(new))} och inte längre {names(tuple(gone))}; "
                f"rapporten jämför med gruppen från {u.alike.wanted_year}."
            )
    return ""
