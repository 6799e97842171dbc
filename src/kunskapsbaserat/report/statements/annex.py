"""Words of the appendix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.judgements import Judgement
from kunskapsbaserat.swedish import number, rounded_up, span, years

TOPIC, NAV, HEADING = "Bilaga", "Tabeller", "Tabeller och kontrolluppgifter"
OFFENCE, VERDICT, RATIO = "Brott", "Bedömning", "Kvot"
MEAN_PER_YEAR, CHANCE_LIMITS = "Snitt per år", "Slumpvariation"
LIMITS_OR_SEEN = "Intervall, eller minsta synliga ökning"
SHRUNKEN, AMONG = "Utjämnat tal", "Bland alla"
CHANGE_SCOPE = (
    "Intervall (95 procent) för säkerställda förändringar. För övriga: den ökning som troligen hade synts. Kvot visas bara när båda "
    "snitten är minst 20. Medelvärden av antal, utan hänsyn till folkmängd."
)
LOG_CAPTION, LOG_HEADS = "Röjandekontroll", ("Regel", "Tabeller", "Celler under tröskeln", "Åtgärd")
INPUTS_CAPTION, INPUT_HEADS = "Indatafiler", ("Innehåll", "Utgivare", "Hämtad", "Kontrollsumma")
RULES = {
    "counts": "Antal brott: 1–4 i känsliga brottstyper",
    "survey": "Enkät: färre än tio svarande, eller färre än fem bakom andelen",
    "aggregate": "Sammanfattning av färre än fem områden",
    "amount": "Belopp där en eller två står för det mesta",
    "population": "Folkmängd",
    "description": "Beskrivning och publicerade tal",
    "local": "Kommunens egna antal: 1–4",
    "indicator": "Kommunens egna tal om personer eller händelser: 1–4",
    "egen": "Egna figurer och tabeller: 1–4",
    "complementary": "Följdröjande",
    "exposed": "Antal under fem bredvid tal som redan är publicerade",
}
_ACTIONS = {
    "published": "visas",
    "suppressed": "dolda",
    "cannot be protected from what is published": "dolda, men kan räknas fram ur det publicerade",
    "known: the publisher gives them out at this level": "visas: Brå redovisar dem själv per kommun",
}


def action(key: str) -> str:
    return _ACTIONS.get(key, "dolda, annars kan de räknas fram")


def lead(files: Sequence[str]) -> str:
    names = ", ".join(f"{name}.csv" for name in [*files, "rojandelogg"])
    return f"Samma siffror finns som filer i mappen tables bredvid rapporten: {names}."


def counts_caption(kommun: Kommun, first: int, last: int) -> str:
    return f"Anmälda brott per år {kommun.where} {span(first, last)}, antal (* året går inte att jämföra)"


def mean_of(first: int, last: int) -> str:
    return f"Snitt {years(first, last)}"


def change_caption(latest: tuple[int, int], earlier: tuple[int, int], kommun: Kommun) -> str:
    return f"Snittet {years(*latest)} mot snittet {years(*earlier)} {kommun.where}"


def seen(j: Judgement) -> str:
    """The smallest visible rise as a count per year."""
    return seen_count(j.mean_earlier, j.visible_increase)


def seen_count(mean_earlier: float, visible_increase: float) -> str:
    if visible_increase != visible_increase:
        return ".."
    return f"till {number(rounded_up(mean_earlier * visible_increase))}"


def page_foot(kommun: Kommun, year: int) -> str:
    return f"Lägesbild {kommun.name} {year} · diarienummer fylls i · utkast"


def reproduction(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    parameters = ", ".join(f"{k} = {'senaste' if v is None else v}" for k, v in manifest["parameters"].items())
    return [
        (
            "Program",
            f"kunskapsbaserat {manifest['version']}, mallen {manifest['template']}, brottskatalog {manifest['catalogue']}",
        ),
        ("Val", parameters),
        (
            "Kontroll",
            f"Sidan kan skapas på nytt ur samma data och blir då likadan. Underlagets kontrollsumma: {manifest['digest'][:12]}.",
        ),
    ]
