"""The sentences of the newsletter."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.catalogue.releases import Expected
from kunskapsbaserat.report.documents.nyhetsbrev.material import GROUPS, PEOPLE, QUARTERS, SURVEY, Figures, Material
from kunskapsbaserat.report.statements import evidence
from kunskapsbaserat.swedish import WORD_JOINER, capital, day, number, percent, percent_limits, span_of_quarters, word

HEADING, KICKER, NEWS, DATES, MORE = (
    "Nytt i korthet",
    "Nyhetsbrev om brottsförebyggande arbete",
    "Siffror och forskning",
    "Datum",
    "Läs mer",
)
ANNEX, REPORT = "bilagor.html", "report.html"
LINKS = ((REPORT, "Nyhetsbrevet"), (ANNEX, "Regler och tabeller"))
NOTICE = "Utkast från länsstyrelsen"
YEAR, QUARTER, TRYGGHET = "Anmälda brott, hela året", "Anmälda brott i år", "Trygghet"
HEADS = ("Siffror", "Till och med", "Hämtade", "Källa", "Nytt")
CAPTION = "Siffrorna i underlaget"
NAMES = {
    GROUPS: "Anmälda brott per år, alla kommuner",
    QUARTERS: "Anmälda brott per kvartal, alla kommuner",
    SURVEY: "Nationella trygghetsundersökningen",
    PEOPLE: "Folkmängd",
}
METHOD = "Så är sidan gjord"
NOTHING_NEW = "Inga siffror i underlaget är nya."


def title(m: Material) -> str:
    return f"Nyheter {m.lan.where}, {day(m.day)}"


def foot(m: Material) -> str:
    return f"Nyhetsbrev, {m.lan.name} · siffror hämtade till och med {day(m.day)}"


def lead(m: Material) -> str:
    """How much is new since when."""
    new = sum(one.is_new for one in m.figures)
    counted = "En källa är ny" if new == 1 else f"{word(new, capital=True)} källor är nya"
    said = f"{counted} sedan {day(m.since)}." if new else NOTHING_NEW
    return f"{said} Siffrorna gäller hela länet; kommunerna jämförs inte här."


def year(m: Material) -> str:
    found = m.years
    if found is None:
        return "Alla kommuner i länet har inte siffror för båda åren. Därför visas ingen summa."
    return (
        f"{number(found.now)} brott anmäldes {m.lan.where} {found.last.year}, mot {number(found.before)} året före. Skillnaden är inte prövad "
        "här: länsbilden säger vad som är säkerställt. Källa: Brå."
    )


def quarter(m: Material) -> str:
    found = m.quarters
    if found is None:
        return "Inga kvartal efter det senaste hela året finns för alla kommuner."
    return (
        f"Preliminärt: {span_of_quarters(found.first, found.last)} anmäldes {number(found.now)} brott, mot {number(found.before)} samma tid "
        f"{found.last.year - 1}. Det bedöms när siffrorna är slutliga. Källa: Brå."
    )


def trygghet(m: Material) -> str:
    found = m.asked
    if found is None:
        return ""
    limits = percent_limits(found.lower, found.upper)
    return (
        f"{capital(found.measure.short)}: {percent(found.share)} {m.lan.where} (troligen {limits}), NTU {found.year}. Trygghet är en annan "
        "sak än brott. Källa: Brå."
    )


def about(e: Evidence) -> str:
    return f"Forskning: {e.outcome[:1].lower()}{e.outcome[1:]}"


def study(e: Evidence) -> str:
    return f"{evidence.suggestion(e)} Källa: {evidence.study(e)}."


def when(one: Expected) -> str:
    """ "10–15 januari 2027: Anmälda brott helåret 2026, preliminära siffror (Brå)."."""
    if (one.first.year, one.first.month) == (one.last.year, one.last.month):
        days = f"{one.first.day}{WORD_JOINER}–{WORD_JOINER}{day(one.last)}"
    else:
        days = f"{day(one.first)} till {day(one.last)}"
    return f"{days}: {one.title} ({one.release.publisher})."


def more(m: Material) -> str:
    return (
        f"Dagarna är när siffrorna brukar komma; utgivaren bestämmer. Vad som är säkerställt {m.lan.where} står i länsbilden (mallen region). "
        "Brå: bra.se. SCB: scb.se."
    )


def reach(one: Figures) -> str:
    if "Q" not in one.reach:
        return one.reach
    found = pd.Period(one.reach, "Q")
    return f"kvartal {found.quarter} {found.year}"


def is_new(one: Figures) -> str:
    return "ja" if one.is_new else "nej"


def method(m: Material) -> list[tuple[str, str]]:
    return [
        (
            "Nytt",
            f"Det som har hämtats till underlaget efter {day(m.since)}: dagen är vald med --sedan, annars tre månader före de nyaste siffrorna.",
        ),
        (
            "Siffrorna",
            "Summor för hela länet, bara när alla kommuner har siffror. Kommuner rangordnas aldrig och nämns inte var för sig.",
        ),
        (
            "Forskningen",
            "De senast utgivna studierna i programmets katalog där själva siffran är läst i källan. Ingen medelvärdesbildning. Resultat från andra länder gäller inte säkert i Sverige.",
        ),
        ("Datumen", "Bygger på när siffrorna har kommit tidigare år. Utgivaren bestämmer dagen."),
    ]
