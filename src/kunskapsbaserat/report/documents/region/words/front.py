"""The head and the first page: what is found, how many tests were made, and how to read it."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.catalogue import Offence
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.lan import Lan
from kunskapsbaserat.report.documents.region.material import Material, Series
from kunskapsbaserat.report.page.blocks import Mark
from kunskapsbaserat.swedish import capital, limits, listed, number, rounded, span, word, years
from kunskapsbaserat.trends import Change

NOTICE = "Utkast för länsstyrelsen: siffrorna är Brås"
REPORT, ANNEX = "report.html", "bilagor.html"
LINKS = ((REPORT, "Länsbilden"), (ANNEX, "Alla prövningar och tabeller"))
ALIKE, NOT_TESTED = "Gemensamt", "Det är räknat, inte prövat."
KORTHET = "Läget i korthet"
FOUND, NONE_FOUND = "Säkerställda skillnader", "Ingen säkerställd skillnad"
READ = "Så ska det läsas"
OTHERWISE = "När kommunens egen rapport säger annat"
OFFENCE, BAND, LEVEL, CHANGE, FEWER = "Brott", "Mittersta hälften", "Nivå", "Förändring", "Lägre tal än först"
MOST_NAMED = 4
SHORT = {
    "totalt": "Alla anmälda brott",
    "stold_ran_kap8": "Stöld och rån",
    "brott_mot_person": "Brott mot person",
    "skadegorelse_kap12": "Skadegörelse",
    "narkotika_och_vapen": "Narkotika och vapen",
}


def kicker(m: Material, year: int) -> str:
    return f"Länsbild {year} · {kommuner(len(m.codes))} · anmälda brott {span(m.first, m.last)}"


def kommuner(count: int) -> str:
    return "en kommun" if count == 1 else f"{word(count)} kommuner"


def names(places: Sequence[Kommun]) -> str:
    return listed([k.name for k in places])


def title(m: Material) -> str:
    """The finding."""
    places, levels = m.places, m.certain_levels()
    if len(m.codes) == 1:
        return _title_of_one(m)
    if not places:
        return f"Ingen kommun {m.lan.where} skiljer sig säkert från de andra"
    if not levels:
        moved = "har en säkerställd ändring"
        return f"Bara {places[0].name} {moved}" if len(places) == 1 else f"{_who(m)} {moved}"
    if len(places) == 1:
        return f"Bara {places[0].name} skiljer sig säkert från de andra"
    return f"{_who(m)} skiljer sig säkert"


def _title_of_one(m: Material) -> str:
    moved = m.certain_changes()
    if not moved:
        return f"Ingen säkerställd ändring {m.lan.where}"
    return capital(f"{listed([plural(s.offence) for s in moved])} har ändrats säkert {m.lan.where}")


def _who(m: Material) -> str:
    places = m.places
    return (
        names(places)
        if len(places) <= MOST_NAMED - 1
        else f"{word(len(places), capital=True)} av {number(len(m.codes))} kommuner"
    )


def plural(offence: Offence) -> str:
    return "anmälda brott" if offence.id == "totalt" else offence.facets["alla"].plural


def lead(m: Material) -> str:
    """How many tests, and how many came out."""
    levels, changes = m.tests
    tried = f"{word(len(m.offences))} grupper av anmälda brott"
    if len(m.codes) == 1:
        first = f"Länet är en enda kommun. Vi har prövat om {tried} har ändrats: {word(changes)} prövningar."
        return f"{first} Nivån går inte att pröva, för det finns ingen annan kommun i länet. {_outcome(m)}"
    first = f"Vi har prövat {kommuner(len(m.codes))} och {tried}, både nivå och förändring."
    return f"{first} Det blir {number(levels + changes)} prövningar. {_outcome(m)}"


def _outcome(m: Material) -> str:
    if not m.certain:
        return "Ingen skillnad är säkerställd. Det betyder inte att allt är lika eller oförändrat."
    one = m.certain == 1
    said = "En skillnad är säkerställd." if one else f"{word(m.certain, capital=True)} skillnader är säkerställda."
    if len(m.places) == 1:
        whose = "Den" if one else "Båda" if m.certain == 2 else f"Alla {word(m.certain)}"
        return f"{said} {whose} gäller {m.places[0].name}."
    return said


def found_heading(m: Material) -> str:
    return FOUND if m.certain else NONE_FOUND


def level_mark(*, above: bool) -> Mark:
    return Mark("hogre", "högre nivå") if above else Mark("lagre", "lägre nivå")


def change_mark(change: Change) -> Mark:
    rise = change is Change.SAKERSTALLD_OKNING
    return Mark("okning", "säkerställd ökning") if rise else Mark("minskning", "säkerställd minskning")


def short_level(*, above: bool) -> Mark:
    """In a small multiple."""
    return Mark("hogre", "högre") if above else Mark("lagre", "lägre")


def short_change(change: Change) -> Mark:
    return Mark("okning", "fler") if change is Change.SAKERSTALLD_OKNING else Mark("minskning", "färre")


def level_topic(offence: Offence) -> str:
    return SHORT[offence.id]


def level_text(found: Sequence[Series], m: Material) -> str:
    """One kommun with its numbers, or several by name."""
    if len(found) == 1:
        s = found[0]
        others = len(m.codes) - 1
        return (
            f"{s.kommun.name}: {number(s.level.rate)} per 100 000 invånare och år. Mittersta hälften av de {word(others)} andra: "
            f"{limits(*s.level.band)}."
        )
    return f"{_named(found)}."


def _named(found: Sequence[Series]) -> str:
    return listed([s.kommun.name for s in found])


def change_text(found: Sequence[Series], m: Material) -> str:
    if len(found) > 1:
        return f"{_named(found)}: samma förändring i {word(len(found))} kommuner, {years(*m.latest)} mot {years(*m.earlier)}."
    s = found[0]
    means = f"{number(s.moved.mean_latest)} om året, mot {number(s.moved.mean_earlier)} de fem åren före"
    return f"{s.kommun.name}: {means}.{likely(s)}"


def likely(s: Series) -> str:
    """The interval in words, where percentages are allowed."""
    if not s.moved.percent_ok or s.moved.upper != s.moved.upper:
        return ""
    low, high = sorted(abs(round(100 * (r - 1))) for r in (s.moved.lower, s.moved.upper))
    more = "fler" if s.moved.change is Change.SAKERSTALLD_OKNING else "färre"
    return f" Troligen {number(low)} till {number(high)} procent {more}."


def no_difference(m: Material) -> str:
    few = m.not_tested
    said = "Talen skiljer sig mellan kommuner och år, men inte mer än de brukar göra av en slump."
    return said + (f" {word(few, capital=True)} förändringar gäller så få brott att de inte går att bedöma." if few else "")


def left_out(more: int) -> str:
    return f"{word(more, capital=True)} till står i tabellen nedan."


def read_this(m: Material) -> str:
    """Why the largest kommun sticks out first."""
    if len(m.codes) == 1:
        return (
            "Länsbilden kan säga om de anmälda brotten har ändrats. Den kan inte säga om de är många eller få, för det finns inget "
            f"att jämföra med i länet. Det gör lägesbilden för {m.lan.kommuner[0].name}, som jämför med liknande kommuner i andra län."
        )
    return (
        f"{m.by_size[0].name} är störst. I en stor kommun syns skillnader lättare. En liten kommun kan skilja sig lika mycket utan att "
        "det går att säga säkert. Kommunerna rangordnas inte."
    )


def otherwise(m: Material) -> str:
    """Why a kommun's own report may say something else."""
    levels, changes = m.tests
    if len(m.codes) == 1:
        base = "Kommunens egen rapport jämför nivån med liknande kommuner, och prövar fler eller färre brott på en gång."
    else:
        base = (
            f"Den jämför med liknande kommuner, här jämförs med länet. Den prövar några få brott på en gång, här prövas {number(levels)} "
            f"nivåer och {number(changes)} förändringar. Ju fler prövningar, desto mer krävs av var och en."
        )
    alone = m.only_by_themselves
    if not alone:
        return base
    told = "; ".join(f"{SHORT[s.offence.id].lower()} i {s.kommun.name}" for s in alone[:MOST_NAMED])
    more = f" och {word(len(alone) - MOST_NAMED)} till" if len(alone) > MOST_NAMED else ""
    return f"{base} Räknat för en kommun i taget hade också detta varit säkerställt: {told}{more}."


def overview_caption(m: Material) -> str:
    return f"Gemensamt och olika i {kommuner(len(m.codes))}" if len(m.codes) > 1 else "De fem grupperna"


def overview_scope(m: Material) -> str:
    band = "Mittersta hälften av kommunerna, per 100 000 invånare och år. " if len(m.codes) > 1 else ""
    return (
        f"{band}Nivå: {years(*m.latest)}. Förändring: {years(*m.latest)} mot {years(*m.earlier)}. Sist står hur många som har lägre tal än "
        f"{years(m.first, m.first + 1)}, och hur övriga landet har ändrats. Det är inte prövat."
    )


def overview_heads(m: Material) -> tuple[str, ...]:
    return (OFFENCE, BAND if len(m.codes) > 1 else "Per 100 000", LEVEL, CHANGE, f"{FEWER}, och i övriga landet")


PHONE_HEADS = ("", "Hälften", "Nivå", "Förändring", "Lägre tal")
PHONE = {"totalt": "Alla brott", "brott_mot_person": "Mot person", "narkotika_och_vapen": "Narkotika, vapen"}


def level_cell(found: Sequence[Series], *, judged: bool) -> str:
    if not judged:
        return "kan inte prövas"
    if not found:
        return "–"
    said = []
    for above, text in ((True, "högre"), (False, "lägre")):
        there = [s.kommun.name for s in found if s.level.above is above]
        said += [f"{text}: {listed(there)}"] if there else []
    return "; ".join(said)


def change_cell(rising: Sequence[Series], falling: Sequence[Series]) -> str:
    said = [f"fler: {_named(rising)}"] if rising else []
    said += [f"färre: {_named(falling)}"] if falling else []
    return "; ".join(said) or "–"


def fewer_cell(fewer: int, of: int, ratio: float | None) -> str:
    said = f"{number(fewer)} av {number(of)}" if of > 1 else "lägre" if fewer else "högre"
    if ratio is None:
        return said
    moved = rounded(100 * (ratio - 1))
    return f"{said}; landet {'+' if moved > 0 else ''}{number(float(moved))} %"


def facts_foot(lan: Lan, year: int) -> str:
    return f"Länsbild {lan.name} {year} · utkast"


def annex_title(lan: Lan) -> str:
    return f"Bilagor till länsbilden för {lan.name}"
