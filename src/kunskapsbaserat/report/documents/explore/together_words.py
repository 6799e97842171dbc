"""What is said of several kommuner at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kunskapsbaserat import swedish
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.common_words import CHANGE, POSITION
from kunskapsbaserat.swedish import NBSP, listed
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from kunskapsbaserat.report.documents.explore.together import Together
    from kunskapsbaserat.report.documents.explore.view import View

HEADS = ("Kommun", "Antal", f"Per 100{NBSP}000", "95 procents intervall", "Mot sin jämförelse", "Förändring")
KEY = (
    "Mot sin jämförelse: om kommunens tal ligger över, inom eller under mittersta hälften av de kommuner som den jämförs med. "
    "Förändring: de två senaste åren mot de fem före."
)
READ = (
    "Alla rutor har samma skala. Blå linje: kommunen som rutan handlar om. Grå linjer: de andra kommunerna i figuren. Fylld punkt: något är säkerställt.",
    "Varje kommuns dom är samma som i dess egen lägesbild. Att talet är högre i en kommun än i en annan säger inte att skillnaden är "
    "säkerställd: se om intervallen överlappar. Kommunerna står i bokstavsordning efter den egna och rangordnas inte.",
)


def heading(both: Together) -> str:
    n = len(both.views)
    names = listed([v.kommun.name for v in both.views]) if n <= 3 else f"{swedish.word(n)} kommuner"
    return f"{both.first.facet.name} i {names}, {both.first.year}"


def sentence(both: Together) -> str:
    """Which kommuner have which verdict, in the order of the verdicts."""
    parts = []
    for change, (_, name) in CHANGE.items():
        places = [v.kommun.name for v in both.views if v.verdict["change"] is change]
        if places:
            parts.append(f"{swedish.capital(name)}: {listed(places)}.")
    return " ".join([_periods(both.first), *parts, *_without(both)]).strip()


def _periods(view: View) -> str:
    if view.verdict["change"] is Change.KAN_INTE_BEDOMAS or not view.yearly:
        return ""
    now, then = (swedish.years(int(view.verdict[f"{k}_from"]), int(view.verdict[f"{k}_to"])) for k in ("latest", "earlier"))
    return f"Antalet {now} mot {then}."


def _without(both: Together) -> list[str]:
    if not both.without:
        return []
    return [f"Det finns inga siffror för {listed([k.name for k in both.without])} {both.first.year}."]


def rows(both: Together) -> list[list[str]]:
    return [
        [
            v.kommun.name,
            labels.count(v.now["count"]),
            swedish.number(v.now["rate"]),
            "" if v.now["lower"] != v.now["lower"] else swedish.limits(float(v.now["lower"]), float(v.now["upper"])),
            place(v),
            CHANGE[v.verdict["change"]][1],
        ]
        for v in both.views
    ]


def place(view: View) -> str:
    """ "säkerställt över", "inom", or ".." where it cannot be told."""
    where = view.now["position"]
    if where not in POSITION or view.few:
        return ".."
    certain = bool(view.level_certain) and POSITION[where] != "inom"
    return f"{'säkerställt ' if certain else ''}{POSITION[where]}"


def caption(both: Together) -> str:
    return f"{both.first.facet.name}, flera kommuner"


def unit(both: Together) -> str:
    return f"{words.unit(both.drawn)} Samma skala i alla rutor. Grått: de andra kommunerna."


def title(both: Together) -> str:
    names = listed([v.kommun.name for v in both.views])
    return f"Linjediagram, en ruta per kommun: anmälda {both.first.facet.plural} i {names}."


def finding(both: Together) -> str:
    return sentence(both)


def table_caption(both: Together) -> str:
    return f"Anmälda {both.first.facet.plural} {both.first.year}"


def too_many(most: int) -> str:
    return f"Högst {swedish.word(most)} kommuner ryms bredvid varandra. Ta bort någon först."
