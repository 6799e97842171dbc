"""The sentences of the page for the råd."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan.model import Atgard, Lage
from kunskapsbaserat.report.documents.rad.material import Material, Moved, NewFigures
from kunskapsbaserat.report.material.quarter_findings import QuarterFinding
from kunskapsbaserat.report.statements import measures, meeting
from kunskapsbaserat.swedish import capital as capital
from kunskapsbaserat.swedish import day, listed, lower, number, quoted, span_of_quarters, word

ANNEX, REPORT = "bilagor.html", "report.html"
LINKS = ((REPORT, "Till rådet"), (ANNEX, "Bilagan"))
HEADING, CHANGED, KICKER = "Läget inför mötet", "Ändrat sedan förra mötet", "Till rådet"
FIGURES, EST, MEASURES, DECISIONS = "Nya siffror", "EST", "Åtgärderna", "Beslut"
TOPICS = {
    "forslag": "Förslagen",
    "andrat": "Ändringarna",
    "datum": "Datum",
    "bilaga": "Det som inte fick plats",
    "metod": "Så är sidan gjord",
}
CHANGE_HEADS = ("Vad", "Före", "Nu")
CHANGE_CAPTION = "Ändrat sedan förra mötet"
NEW, NOT_THERE, PROPOSED = "ny i underlaget", "fanns inte", "förslag"
NO_CHANGE = "Inget har ändrats som underlaget visar."
EST_CAPTION, EST_HEADS = "EST: inrapporterade händelser", ("Kvartal", "Händelser")
EST_NOTE = "Till närmaste fem. Rapporter är inte brott: antalet beror också på hur många som rapporterar."
NO_EST = "Inga inrapporterade händelser räcker till ett helt kvartal."
ALL_FIT = "Allt fick plats på de två sidorna."


def title(kommun: Kommun, m: Material) -> str:
    return f"Inför rådets möte {day(m.work.day)}, {kommun.name}" if m.work.given else f"Till rådet, {kommun.name}"


def foot(kommun: Kommun, m: Material) -> str:
    start = meeting.foot_start(m.work)
    return f"{start}Till rådet, {kommun.name} · läget {day(m.work.day)}"


def lead(m: Material, proposals: int) -> str:
    """What has changed, what is late, and how much there is to decide."""
    late = meeting.late_line(len(m.work.late)) if m.work.plan is not None else meeting.NO_PLAN
    waits = "ett förslag" if proposals == 1 else f"{word(proposals)} förslag"
    asked = f"Rådet har {waits} att ta ställning till." if proposals else meeting.NO_PROPOSAL
    return f"{meeting.since(m.earlier)} {late} {asked}"


# ---- what has changed ----------------------------------------------------------------------------------------------------


def figures(m: Material) -> str:
    """The sources that are new, and what the latest quarters say; no verdict on them."""
    found = m.new_figures
    if not found:
        return f"Inga nya siffror har kommit till underlaget. {quarters(m.u.quarter_finding)}".strip()
    names = [source(one) for one in found]
    some = listed(names) if len(names) <= 3 else f"{', '.join(names[:2])} och {word(len(names) - 2)} källor till"
    return f"Nytt i underlaget: {some}. {quarters(m.u.quarter_finding)}".strip()


def source(one: NewFigures) -> str:
    """What a source is called, and how far its figures reach."""
    if one.reach is None:
        return f"filen {one.about.name}"
    return f"{NAMES[one.about.name]} till och med {reach(one.reach)}"


NAMES = {
    "counts_groups.csv.gz": "Brås anmälda brott, hela år,",
    "counts_year.csv.gz": "Brås indikatorer",
    "counts_quarter.csv.gz": "Brås anmälda brott, kvartal,",
    "survey.csv.gz": "trygghetsundersökningen NTU",
}


def reach(value: str) -> str:
    """ "2025", or "andra kvartalet 2026"."""
    if "Q" not in value:
        return value
    quarter = pd.Period(value, "Q")
    return f"{('första', 'andra', 'tredje', 'fjärde')[quarter.quarter - 1]} kvartalet {quarter.year}"


def quarters(found: QuarterFinding | None) -> str:
    if found is None:
        return ""
    return (
        f"Preliminärt: {span_of_quarters(found.first, found.last)} anmäldes {number(found.count)} brott, mot {number(found.before)} samma "
        f"tid {found.year_before}. Det bedöms när siffrorna är slutliga."
    )


def est(m: Material, shown: Sequence[str]) -> str:
    """The quarter, as the gate lets it be shown, and how many decisions the group has taken."""
    decisions = m.work.est_decisions(m.earlier.day)
    taken = (
        f" EST-gruppen har fattat {word(decisions)} beslut sedan förra mötet; de står i gruppens egen rapport."
        if decisions
        else ""
    )
    found = m.work.est_quarter
    if found is None:
        return f"{NO_EST}{taken}"
    now, *before = shown
    against = f" Kvartalet före: {before[0]}." if before else ""
    return f"{quarter_name(found.quarter)} rapporterades {now} händelser.{against} {EST_NOTE}{taken}"


def quarter_name(quarter: pd.Period) -> str:
    return span_of_quarters(quarter, quarter).capitalize()


def moved(m: Material) -> str:
    """Measures that have changed, those added, and why nothing can be said where it cannot."""
    if m.work.plan is None:
        return meeting.NO_PLAN
    texts = [one_moved(one) for one in m.moved[:3]]
    if len(m.moved) > 3:
        texts.append(f"{word(len(m.moved) - 3)} till")
    said = f"{listed(texts)}." if texts else ("Ingen åtgärd har bytt läge." if m.earlier.page else "")
    if m.added:
        said += f" Nya i planen: {listed([lower(meeting.short(a.namn, 60)) for a in m.added[:3]])}."
    return f"{said} {meeting.unknown_states(m.earlier)}".strip()


def one_moved(one: Moved) -> str:
    name = meeting.short(one.measure.namn, 60)
    if one.before is None:
        return f"{name} ({meeting.state(one.measure)})"
    return f"{name} ({before(one)}, nu {meeting.state(one.measure)})"


def added(measure: Atgard) -> str:
    return f"ny i planen, {meeting.state(measure)}"


def before(one: Moved) -> str:
    """The state at the meeting before, in words; one of an older version of the plan as it stands."""
    known = {lage.value: measures.STATES[lage][1] for lage in Lage}
    return known.get(one.before or "", one.before or "uppgift saknas")


def decisions(m: Material) -> str:
    found = m.work.decided(m.earlier.day)
    if not found:
        return "Inga beslut är antecknade i moten.xlsx sedan förra mötet."
    some = [meeting.decided(item) for item in found[:2]]
    more = f" {word(len(found) - 2, capital=True)} till i bilagan." if len(found) > 2 else ""
    return f"{'. '.join(some)}.{more}"


def changes_heading(count: int) -> str:
    if not count:
        return "Inget i planen eller besluten har ändrats"
    return "En ändring sedan förra mötet" if count == 1 else f"{word(count, capital=True)} ändringar sedan förra mötet"


def proposals_heading(count: int) -> str:
    return "Ett förslag att ta ställning till" if count == 1 else f"{word(count, capital=True)} förslag att ta ställning till"


def left_heading(names: Sequence[str]) -> str:
    return f"Fick inte plats på sidorna: {listed([lower(name) for name in names])}" if names else ALL_FIT


def method(m: Material, rule: str) -> list[tuple[str, str]]:
    data = quoted("MAPP")
    return [
        (
            "Dagen",
            f"Allt är räknat till {day(m.work.day)}: mötets dag om den är vald med --mote, annars dagen för de nyaste uppgifterna.",
        ),
        ("Sedan förra mötet", f"{meeting.since(m.earlier)} {meeting.unknown_states(m.earlier)}".strip()),
        (
            "Försenad",
            "En åtgärd som inte är klar på sin slutdag, inte har börjat på sin startdag, eller saknar datum och inte har börjat när planen tog slut. Ansvarig är en nämnd eller funktion; står det ett namn i planen visas det inte.",
        ),
        ("Förslagen", rule),
        (
            "Nya siffror",
            "En källa är ny om den inte fanns vid förra mötet, annars om den har hämtats sedan dess. Förväntade datum bygger på när siffrorna brukar komma; utgivaren bestämmer.",
        ),
        (
            "EST",
            "Hela kvartalets händelser till närmaste fem, så att inget litet tal går att räkna ut ur det som redan är publicerat. 1–4 visas aldrig.",
        ),
        ("Kalender", f"Datumen finns också som kalenderfil: kunskap kalender --data {data}."),
    ]
