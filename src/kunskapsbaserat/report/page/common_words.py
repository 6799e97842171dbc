"""The recurring words: chips, steps, headings and labels."""

from __future__ import annotations

from collections.abc import Collection

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Comparison, FunnelClass, Position
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.swedish import MISSING, NOT_APPLICABLE
from kunskapsbaserat.trends import Change

LAW = "lagen (2023:196) om kommuners ansvar för brottsförebyggande arbete"
BRA_FIRST = "Brottsförebyggande rådet (Brå)"
NTU_FIRST = "Nationella trygghetsundersökningen (NTU)"
SIGNS, CONTACT = "Tecken", "Kontakt"

CHANGE = {
    Change.SAKERSTALLD_OKNING: ("okning", "säkerställd ökning"),
    Change.SAKERSTALLD_MINSKNING: ("minskning", "säkerställd minskning"),
    Change.INGEN_SAKERSTALLD_SKILLNAD: ("ingen", "ingen säkerställd skillnad"),
    Change.FOR_FA_BROTT: ("fa", "för få brott"),
    Change.KAN_INTE_BEDOMAS: ("kan", "kan inte bedömas"),
}
COMPARISON = {
    Comparison.HOGRE: ("hogre", "säkerställt högre än {other}"),
    Comparison.LAGRE: ("lagre", "säkerställt lägre än {other}"),
    Comparison.INGEN_SAKERSTALLD_SKILLNAD: ("ingen", "ingen säkerställd skillnad mot {other}"),
    Comparison.FOR_FA_BROTT: ("fa", "för få svar"),
    Comparison.KAN_INTE_BEDOMAS: ("kan", "kan inte bedömas"),
}


def change_mark(change: Change, relative: Change) -> tuple[str, str]:
    """Symbol and words of the verdict; what is säkerställt against the other kommuner is said, what is not is silent."""
    kind, text = CHANGE[change]
    if relative not in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
        return kind, text
    if change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
        return kind, f"{text}, {'mer' if change is relative else 'mindre'} än andra"
    way = "ökat" if relative is Change.SAKERSTALLD_OKNING else "minskat"
    return CHANGE[relative][0], f"säkerställt {way} mot andra"


POSITION = {Position.OVER: "över", Position.INOM: "inom", Position.UNDER: "under"}


def position_mark(position: Position, *, certain: bool) -> str:
    """ "säkerställt över", in a table that says what it is compared with."""
    return f"{'säkerställt ' if certain else ''}{POSITION[position]}"


VERDICTS = {
    "change": "förändring",
    "relative_change": "förändring mot andra kommuner",
    "position": "läge mot jämförda kommuner",
    "survey_change": "förändring",
    "against_lan": "läge mot länet",
    "against_riket": "läge mot riket",
}
"""What the verdicts of a report are about, by the column of its tables that holds their codes."""
_OTHERS = {"against_lan": "länet", "against_riket": "riket"}


def of_code(column: str, code: str) -> str:
    """The words of a verdict that a table keeps by its code, in one of the columns of `VERDICTS`; empty is none."""
    if not code:
        return "ingen"
    if column == "position":
        return POSITION[Position(code)]
    if column in _OTHERS:
        return COMPARISON[Comparison(code)][1].format(other=_OTHERS[column])
    return CHANGE[Change(code)][1]


AMONG = {
    FunnelClass.MYCKET_HOGRE: "mycket högre",
    FunnelClass.HOGRE: "högre",
    FunnelClass.INOM: "inom",
    FunnelClass.LAGRE: "lägre",
    FunnelClass.MYCKET_LAGRE: "mycket lägre",
    FunnelClass.KAN_INTE_BEDOMAS: "..",
}
STEP = {Step.PRIORITERA: "Prioritera", Step.BEVAKA: "Bevaka", Step.AVVAKTA: "Avvakta"}

_MARKS = (
    (("okning", "minskning"), "Säkerställd ökning eller minskning", "mer än vanlig variation mellan år"),
    (
        ("over", "under"),
        "Över eller under mittersta hälften",
        "av de jämförda kommunerna; säkerställt om mer än vanlig variation",
    ),
    (("hogre", "lagre"), "Säkerställt högre eller lägre än länet", "mer än slump i urvalet"),
    (("ingen",), "Ingen säkerställd skillnad", "kan vara slump, men inte säkert oförändrat"),
    (("fa",), "För få brott", "i snitt under 20 anmälda per år, de jämförda åren"),
    (("kan",), "Kan inte bedömas", "åren går inte att jämföra"),
)


def marks_explained(kinds: Collection[str]) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """The signs that stand on the first page, and no others."""
    return tuple(m for m in _MARKS if not set(kinds).isdisjoint(m[0]))


SA_LASER_DU = "Så läser du detta"
VAD_BETYDER = "Vad betyder det?"
VISA_SIFFROR = "Visa siffrorna i en tabell"
BEDOMNING = "Kommunens bedömning"
INTE_IFYLLT = "fylls i av kommunen"
FYLLS_I = "fylls i"
HOPPA = "Hoppa till innehållet"
INNEHALL = "Innehåll"

STEP_RULE = (
    "Prioritera: över jämförelsen, och ökningen är säkerställd. För trygghetsfrågor: säkerställt högre än länet. "
    "Bevaka: över jämförelsen utan säkerställd minskning, eller säkerställd ökning, eller brott som sällan anmäls. "
    "Avvakta: övrigt. Brott som följer polisens kontroller föreslås aldrig för prioritering bara på talen."
)
SIGN_MEANINGS = (MISSING, "uppgiften saknas eller visas inte"), (NOT_APPLICABLE, "inte tillämpligt"), ("–", "noll")


def proposal(step: Step) -> str:
    return f"Förslag: {STEP[step].lower()}."


TABELL, KALLA, SA_HAR_RAKNAT = "Tabell", "Källa", "Så har vi räknat"
FIGUR = "Figur"


def made_with(version: str, *, of: str = "ur Brås och SCB:s siffror") -> str:
    return f"Skapad med kunskapsbaserat {version} {of}. Kommunen ansvarar för texterna och besluten."


def organisation(kommun: Kommun) -> str:
    return f"{kommun.name}, {kommun.lan}"


def signs() -> str:
    signs = (*SIGN_MEANINGS, ("*", "året går inte att jämföra"))
    return ", ".join(f"{sign} {meaning}" for sign, meaning in signs)
