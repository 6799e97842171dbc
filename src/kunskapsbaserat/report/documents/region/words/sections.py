"""The words of the sections about crime, the map, what is missing, trygghet, and what can be done together."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.region.material import Material, Series
from kunskapsbaserat.report.documents.region.words.front import SHORT, kommuner, plural
from kunskapsbaserat.swedish import NBSP, capital, limits, listed, number, span, word, years

CRIME, MAP, BASIS, TRYGGHET, TOGETHER = "Anmälda brott", "Karta", "Underlaget", "Trygghet", "Gemensamma insatser"
TRYGGHET_TOPIC = "Trygghet – en annan sak än brott"
KOMMUN, SOURCE = "Kommun", "Källa: Brå, anmälda brott {} (slutliga); bearbetning."
CAVEAT = (
    "Brott mot person påverkas av nya lagar och brottskoder, lika i alla kommuner. Narkotika och vapen följer hur mycket polisen "
    "kontrollerar. Grupperna överlappar inte varandra, men är inte hela totalen."
)


def source(m: Material) -> str:
    return SOURCE.format(span(m.first, m.last))


# ---- the small multiples -------------------------------------------------------------------------------------------------


def matrix_heading(m: Material) -> str:
    """What most kommuner have in common since the first years: a count of kommuner, no verdict."""
    known = [o for o in m.offences if not o.detection_driven]
    total = len(m.codes)
    found = [(max(f, total - f), f, o) for o in known for f in [m.fewer_than_at_first(o)]]
    most, fewer, offence = max(found, key=lambda one: one[0])
    way = "färre" if fewer == most else "fler"
    if total == 1:
        return f"{capital(plural(offence))} är {way} per invånare än {years(m.first, m.first + 1)}"
    where = f"alla {word(total)} kommuner" if most == total else f"{number(most)} av {number(total)} kommuner"
    return f"{capital(plural(offence))} är {way} per invånare än {years(m.first, m.first + 1)} i {where}"


def matrix_lead(m: Material) -> str:
    many = "grå linjer är alla" if len(m.codes) <= 15 else "det grå fältet är alla, det inre mittersta hälften"
    if len(m.codes) == 1:
        return "Blå linje är kommunen. Skalan börjar på noll."
    return (
        f"Blå linje är kommunen, {many}. Skalan är densamma i varje kolumn och börjar på noll. Störst kommun står först: där är talen "
        "säkrast."
    )


def matrix_caption(m: Material) -> str:
    return f"Anmälda brott per 100{NBSP}000 invånare {span(m.first, m.last)}"


def matrix_scope(m: Material) -> str:
    return f"Talet under linjen: snitt per år {years(*m.latest)}. Märke finns bara vid säkerställd skillnad. Under rubriken: skalan."


def column(offence: Offence, top: float) -> str:
    return f"{SHORT[offence.id]}, 0 till {number(top)}"


def inhabitants(count: int) -> str:
    return f"{number(count)} inv."


KEY = ("kommunen",)
SIGNS = (("●", "nivån är säkerställt högre eller lägre"), ("○", "inte säkerställt"))


# ---- the map -------------------------------------------------------------------------------------------------------------


def map_heading(m: Material, offence: Offence, certain: Sequence[Series]) -> str:
    what = plural(offence)
    if not certain:
        return f"Flest {what} i {highest(m, offence).kommun.name}, men inte säkerställt"
    if all(s.level.above for s in certain):
        return (
            f"Fler {what} i {listed([s.kommun.name for s in certain])}"
            if len(certain) < 4
            else f"Fler {what} i {kommuner(len(certain))}"
        )
    return f"{capital(what)}: {kommuner(len(certain))} skiljer sig säkert"


def highest(m: Material, offence: Offence) -> Series:
    return max(m.of(offence), key=lambda s: s.level.rate)


def map_caption(offence: Offence) -> str:
    return f"{SHORT[offence.id]} i kommunerna"


def map_unit(m: Material) -> str:
    return f"Anmälda per 100{NBSP}000 invånare och år, {years(*m.latest)}"


def map_title(m: Material, offence: Offence) -> str:
    return f"Karta över {m.lan.name}: {plural(offence)} per 100{NBSP}000 invånare och år, {years(*m.latest)}"


def map_finding(m: Material, offence: Offence) -> str:
    rates = sorted(s.level.rate for s in m.of(offence))
    return f"Talen går från {number(rates[0])} till {number(rates[-1])}. Alla står i tabellen."


MAP_LIMITS = "Gränser: SCB, förenklade."
MAP_DETAILS = "Kommunerna i bokstavsordning, med osäkerhet"
RATE, LIMITS, LEVEL = "Per 100 000", "Troligen mellan", "Nivå"


def map_text(m: Material, offence: Offence, certain: Sequence[Series]) -> list[str]:
    """What a map cannot say."""
    small = m.by_size[-1]
    s = m.series[small.code, offence.id]
    noise = (
        f"{small.name} är minst. Där kan nivån ligga mellan {limits(s.level.lower, s.level.upper)}."
        if s.level.reason is None
        else ""
    )
    shown = "Alla andra skillnader på kartan kan vara slump." if certain else "Skillnaderna på kartan kan vara slump."
    cannot = "Kartan visar inte varför, inte hur farligt det är, och inte hur många som besöker kommunen."
    return [f"{shown} {noise}".strip(), cannot]


def map_proposal(certain: Sequence[Series]) -> str:
    if not certain:
        return "Förslag: fråga kommunerna vad som ligger bakom, innan något dras i gång för hela länet."
    if len(certain) > 3:
        return "Förslag: fråga de kommuner som skiljer sig vad som ligger bakom. Ta upp det när länets kommuner träffas."
    return f"Förslag: fråga {listed([s.kommun.name for s in certain])} vad som ligger bakom. Ta upp det när länets kommuner träffas."


# ---- what there is -------------------------------------------------------------------------------------------------------

BASIS_HEADS = ("Uppgift", "Finns för", "Saknas för", "Nästa steg")
BASIS_CAPTION = "Vem saknar vad"
ALL, NOBODY = "alla", "ingen"


def basis_heading(missing_trygghet: int, total: int, *, packaged: int | None) -> str:
    if packaged:
        return (
            f"{capital(kommuner(packaged))} har lämnat in sin mapp"
            if packaged < total
            else "Alla kommuner har lämnat in sin mapp"
        )
    if total == 1:
        return "Brottstyper och trygghet saknas här" if missing_trygghet else "Siffror finns, kommunens eget saknas"
    if missing_trygghet == total:
        return "Alla saknar trygghetsmått och brottstyper"
    return (
        "Siffror finns, kommunernas eget underlag saknas" if not missing_trygghet else "Bara några kommuner har trygghetsmått"
    )


def whom(missing: Sequence[str], total: int) -> str:
    """Those that lack something, or those that do not where they are fewer."""
    if not missing:
        return NOBODY
    return ALL if len(missing) == total else listed(list(missing)) if len(missing) <= 6 else f"{number(len(missing))} kommuner"


SEEN = "Nog med stölder och rån för att se en minskning på en tredjedel"
TYPES = "Brottstyper som lagen frågar efter"
SURVEY = "Trygghet enligt enkät"
FOLDER = "Kommunens mapp med lägesbild, plan och egna siffror"
SEEN_NEXT, SEEN_ALONE = "Följ flera kommuner ihop", "Följ flera år ihop"
TYPES_NEXT = "kunskap hamta --lan {}"
FOLDER_NEXT = "Be om mappen (kunskap ny)"
SURVEY_NEXT = "Se avsnittet om trygghet"


# ---- trygghet ------------------------------------------------------------------------------------------------------------


def trygghet_heading(there: int, total: int) -> str:
    if not there:
        return "Tryggheten är okänd här" if total == 1 else f"Tryggheten är okänd i alla {word(total)}"
    return f"Så svarar de som bor i {kommuner(there)}" if there < total else "Så svarar de som bor i länets kommuner"


MISSING = (
    "Det här underlaget har inga svar från invånarna {}. Anmälda brott kan inte stå för dem: en plats kan vara otrygg med få "
    "brott, och tvärtom. Fråga kommunerna om egna mätningar. Visa dem här, för sig, med osäkerhet och år."
)
TRYGGHET_LEAD = (
    "Trygghet är vad invånarna svarar i en enkät. Den säger inte hur många brott som begås. Inom parentes: osäkerheten. Överlappar två "
    "kommuners osäkerhet kan skillnaden vara slump. Inget är prövat här."
)
TRYGGHET_SOURCE = "Källa: Brå, Nationella trygghetsundersökningen (NTU); kommunernas egna mappar där de finns. Bearbetning."


def trygghet_missing(total: int) -> str:
    return MISSING.format("i någon av kommunerna" if total > 1 else "i kommunen")


def trygghet_caption(first: int, last: int) -> str:
    return f"Andel i procent, {years(first, last)}"


def without_answers(names: Sequence[str]) -> str:
    return f"Uppgift saknas för {listed(list(names))}."


# ---- together ------------------------------------------------------------------------------------------------------------


def together_heading(m: Material, planned: Sequence[str]) -> str:
    if len(m.codes) == 1:
        return "En enda kommun: inget att göra gemensamt i länet"
    if not m.shared:
        return "Problemen delas i planerna" if planned else "Siffrorna visar inget gemensamt problem"
    return f"Gemensamt: {listed([SHORT[o.id].lower() for o in m.shared])}"


def planned_text(name: str, places: Sequence[Kommun]) -> str:
    """Of a problem that several plans have; no verdict on it."""
    return f"{capital(name)}: står i planen i {listed([k.name for k in places])}."


NOTHING_SHARED = (
    "Ingen ökning och ingen högre nivå är säkerställd i mer än en kommun. Siffrorna talar därför inte för en insats i hela länet. "
    "Kommunernas planer kan ändå dela problem: ett länspaket visar det."
)
ONE_KOMMUN = "Insatser hör hemma i kommunens egen plan. Det går att gå ihop med liknande kommuner i andra län."


def shared_text(offence: Offence, rising: Sequence[Series], high: Sequence[Series]) -> str:
    said = [f"säkerställt fler i {listed([s.kommun.name for s in rising])}"] if len(rising) > 1 else []
    said += [f"säkerställt högre nivå i {listed([s.kommun.name for s in high])}"] if len(high) > 1 else []
    follows = " Talet följer polisens kontroller: en insats kan inte väljas bara på det." if offence.detection_driven else ""
    return f"{SHORT[offence.id]}: {'; '.join(said)}.{follows}"


MEASURES = "Vad är känt om åtgärder?"
NO_MEASURES = "Katalogen har ingen studie om {}. Det är ett skäl att utvärdera, inte ett hinder."
UNKNOWN = (
    "Inte känt: om åtgärderna fungerar lika bra här, och om de gör det när flera kommuner går ihop. Orsakerna måste undersökas "
    "först. Följ upp med kommuner utan insatsen som jämförelse."
)


def more_measures(count: int) -> str:
    return f"{word(count, capital=True)} till står i katalogen."
