"""Sentences about reported offences. The wording follows from the verdict; no percentage on counts below 20."""

from __future__ import annotations

from kunskapsbaserat.rates import FunnelClass, Position
from kunskapsbaserat.report.material.findings import CountFinding, jumps
from kunskapsbaserat.report.material.judgements import CERTAIN, Judgement
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.page.common_words import AMONG, CHANGE, change_mark
from kunskapsbaserat.report.page.labels import counted
from kunskapsbaserat.report.statements.comparison import group_short, most_of, place
from kunskapsbaserat.swedish import (
    NBSP,
    capital,
    limits,
    listed,
    number,
    percent,
    percent_limits,
    rounded_up,
    span,
    years,
)
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM


def headline(f: CountFinding) -> str:
    """What is known, as a heading; also when that is that nothing can be said yet."""
    latest = years(*f.judgement.latest)
    if f.judgement.change is Change.SAKERSTALLD_OKNING:
        return f"Fler anmälda {f.facet.plural} {latest} än de fem åren före"
    if f.judgement.change is Change.SAKERSTALLD_MINSKNING:
        return f"Färre anmälda {f.facet.plural} {latest} än de fem åren före"
    if f.judgement.change is Change.KAN_INTE_BEDOMAS:
        return f"{f.facet.name}: utvecklingen går ännu inte att bedöma"
    if f.few:
        return f"{f.facet.name}: för få för att bedöma utvecklingen"
    return {
        Position.OVER: f"{f.facet.name}: fler per invånare än i {most_of(f.group)}",
        Position.UNDER: f"{f.facet.name}: färre per invånare än i {most_of(f.group)}",
        Position.INOM: f"{f.facet.name}: som i {most_of(f.group)}",
        None: f"{f.facet.name}: ingen säkerställd förändring",
    }[f.position]


def chip(f: CountFinding) -> tuple[str, str]:
    """Symbol and words of the verdict."""
    kind, text = change_mark(f.judgement.change, f.judgement.relative_change)
    reason = {
        "series_break": ": för få jämförbara år",
        "missing_years": ": år saknas",
        "rounding": " (talen är avrundade)",
    }.get(f.judgement.reason or "", "")
    return kind, text + reason


def level_chip(f: CountFinding) -> tuple[str, str] | None:
    """Symbol and words of the level."""
    return None if f.position is None else (f.position.value, place(f))


def paragraph(f: CountFinding) -> str:
    """Level with its comparison, then change with its certainty, and what may lie behind it."""
    parts = [level(f), compared(f), among_all(f), changed(f), jumped(f), shifted(f)]
    if f.judgement.reason == "series_break" and min(f.counts) < f.first_comparable:
        parts.append(
            f"Till och med {f.first_comparable - 1} speglar talen nya brottskoder och säger inget om hur vanliga brotten är."
        )
    return " ".join(p for p in parts if p)


def level(f: CountFinding) -> str:
    """The latest year; for few offences the range of the years and the mean of three."""
    if not f.small:
        rate = f", eller {number(f.rate)} per 100{NBSP}000 invånare" if f.last_year in f.rates else ""
        return f"{counted(f)} anmälda {f.last_year}{rate}."
    earlier = [c for y, c in f.counts.items() if f.first_comparable <= y < f.last_year]
    first = f.first_comparable
    between = f", {_range(earlier)} per år {span(first, f.last_year - 1)}" if earlier else ""
    mean = f" I snitt {small_mean(f.pooled.mean)} per år {span(f.pooled.first, f.pooled.last)}." if f.pooled else ""
    return f"{counted(f)} anmälda {f.last_year}{between}.{mean}"


def changed(f: CountFinding) -> str:
    """The two latest years against the five before."""
    j = f.judgement
    if j.change in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        return ""
    now, then = years(*j.latest), years(*j.earlier)
    means = (
        f"I snitt anmäldes {number(j.mean_latest)} {f.facet.plural} per år {now}, mot {number(j.mean_earlier)} per år {then}"
    )
    beside = against_others(j)
    if j.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{means}: ingen säkerställd skillnad. {beside or visible(j)}"
    return f"{means}. {_size(j)} {beside}".strip()


def against_others(j: Judgement) -> str:
    """The second answer, where either is säkerställd: is the change larger or smaller than in the other kommuner?"""
    if not j.certain or j.others_ratio != j.others_ratio:
        return ""
    return beside_others(j.change, j.relative_change, j.others_ratio)


def beside_others(change: Change, relative: Change, others_ratio: float) -> str:
    """In one sentence, with how the others' counts went."""
    size = percent(abs(others_ratio - 1))
    flat = size == percent(0)
    way, much = ("var", "i stort sett oförändrat") if flat else ("ökade" if others_ratio > 1 else "minskade", f"med {size}")
    if change in CERTAIN:
        rose = change is Change.SAKERSTALLD_OKNING
        name = "ökningen" if rose else "minskningen"
        if not flat and rose != (others_ratio > 1):  # nothing there that this could be larger than
            known = "skillnaden är säkerställd" if relative in CERTAIN else "skillnaden är inte säkerställd"
            return f"I andra kommuner {way} antalet i stället, {much}; {known}."
        if relative in CERTAIN:
            return f"{capital(name)} är säkerställt {'större' if change is relative else 'mindre'} än i andra kommuner, där antalet {way} {much}."
        return f"Om {name} är större än i andra kommuner går inte att säga: där {way} antalet {much}."
    if relative not in CERTAIN:
        return ""
    more = "fler" if relative is Change.SAKERSTALLD_OKNING else "färre"
    return f"Men det är säkerställt {more} än om antalet hade följt andra kommuners, där det {way} {much}."


def _size(j: Judgement) -> str:
    """How large a säkerställd change is; absolute numbers only when either mean is below 20."""
    if min(j.mean_latest, j.mean_earlier) < PERCENT_FROM or j.upper != j.upper:
        word = "fler" if j.mean_latest > j.mean_earlier else "färre"
        return f"Det är {number(abs(j.mean_latest - j.mean_earlier))} {word} per år."
    if j.ratio >= 1.5:
        return f"Det är {number(j.ratio, 1)} gånger så många (troligen {limits(j.lower, j.upper, 1)})."
    if j.ratio > 1:
        return f"Det är {percent(j.ratio - 1)} fler (troligen {percent_limits(j.lower - 1, j.upper - 1)} procent)."
    return f"Det är {percent(1 - j.ratio)} färre (troligen {percent_limits(1 - j.upper, 1 - j.lower)} procent)."


def visible(j: Judgement, *, subject: str = "En") -> str:
    """How large a change would probably have been seen, beside every "ingen säkerställd skillnad"."""
    if j.visible_increase != j.visible_increase:
        return "Så få brott kan inte visa någon förändring."
    if min(j.mean_earlier, j.mean_latest) < PERCENT_FROM or j.visible_increase >= 1.95:
        return f"{subject} ökning till {number(rounded_up(j.mean_earlier * j.visible_increase))} per år hade troligen synts."
    return f"{subject} ökning på {percent(rounded_up(j.visible_increase - 1, 2))} eller mer hade troligen synts{_fall(j)}."


def visible_either_way(j: Judgement) -> str:
    """One sentence for both directions, with the larger of the two sizes."""
    rise, fall = j.visible_increase - 1, 1 - j.visible_decrease
    if rise >= 0.95 or min(j.mean_earlier, j.mean_latest) < PERCENT_FROM or rise != rise or fall != fall:
        return visible(j)
    return f"En ökning eller minskning på {percent(rounded_up(max(rise, fall), 2))} eller mer hade troligen synts."


def _fall(j: Judgement) -> str:
    if j.visible_decrease != j.visible_decrease or j.visible_decrease < 0.05:
        return ""
    return f", liksom en minskning på {percent(rounded_up(1 - j.visible_decrease, 2))} eller mer"


def compared(f: CountFinding) -> str:
    """Where the rate lies against the middle half of the comparison kommuner."""
    if f.position is None or f.band is None:
        return ""
    where = f"{place(f)} av {group_short(f.group)} ({limits(f.band.lower, f.band.upper)} per 100{NBSP}000)"
    if f.small and f.pooled:
        return (
            f"Det blir {number(f.pooled.rate)} per 100{NBSP}000 invånare och år {span(f.pooled.first, f.pooled.last)}, {where}."
        )
    return f"Räknat per invånare ligger talet {where}."


def jumped(f: CountFinding) -> str:
    """Said when the last year lies far from the year before: one event or a new routine can do that."""
    if not jumps(f):
        return ""
    before = f.counts[f.last_year - 1]
    return (
        f"Antalet {'steg' if f.count > before else 'sjönk'} från {number(before)} till {number(f.count)} på ett år: en enstaka händelse eller ett "
        "nytt sätt att registrera kan ligga bakom, se månaderna i Brås databas."
    )


def shifted(f: CountFinding) -> str:
    """Changes of law or codes inside the years compared that move a part of the group."""
    inside = [s for s in f.offence.shifts if f.judgement.earlier[0] <= s.year <= f.judgement.latest[1]]
    if not inside or f.judgement.q_value != f.judgement.q_value:
        return ""
    return f"En del av gruppen har ändrats under åren ({listed([f'{s.reason} {s.year}' for s in inside])}): det påverkar talen."


def among_all(f: CountFinding) -> str:
    """Only when the kommun lies outside what is usual among all kommuner with figures."""
    p = f.pooled
    if p is None or p.among in (None, FunnelClass.INOM, FunnelClass.KAN_INTE_BEDOMAS):
        return ""
    return (
        f"Bland alla {p.areas} kommuner med siffror är talet {span(p.first, p.last)} {AMONG[p.among]} än vad slump och vanliga skillnader "
        "brukar ge."
    )


def meaning(f: CountFinding) -> str:
    """The "so what" after the proposed step."""
    j = f.judgement
    if f.offence.detection_driven:
        return "Talet säger mer om polisens arbete än om brotten. Väg in andra källor innan något beslutas."
    if f.step is Step.PRIORITERA:
        return f"Nivån är högre än i {most_of(f.group)}, och ökningen är säkerställd. {_lasting(f)}"
    if j.change is Change.SAKERSTALLD_OKNING:
        level_text = "nivån går inte att jämföra" if f.position is None else "nivån sticker inte ut bland jämförda kommuner"
        return f"Ökningen är säkerställd, men {level_text}. {_lasting(f)}"
    if j.change is Change.SAKERSTALLD_MINSKNING:
        level_text = (
            {
                Position.OVER: f" Nivån är ändå högre än i {most_of(f.group)}.",
                Position.UNDER: f" Nivån är lägre än i {most_of(f.group)}.",
            }.get(f.position, "")
            if f.position
            else ""
        )
        return f"De anmälda brotten har blivit färre; statistiken visar inte varför.{level_text}"
    if j.relative_change in CERTAIN:
        more = "fler" if j.relative_change is Change.SAKERSTALLD_OKNING else "färre"
        return f"Brotten är säkerställt {more} än om de hade följt andra kommuners. Annars är ingen förändring säkerställd."
    if f.offence.sensitive and f.offence.wanted_direction == "unclear":
        return "Anmälningar visar inte hur vanligt våldet är. Ett lågt tal är inget lugnande besked."
    if f.few and f.position is Position.OVER:
        return f"Räknat på tre år är nivån högre än i {most_of(f.group)}, men brotten är för få för att visa en förändring."
    if f.few and j.change is Change.FOR_FA_BROTT:
        return "Så få brott svänger av slump. Följ snittet över flera år och det polisen och skolan ser."
    if j.change is Change.KAN_INTE_BEDOMAS:
        return _unjudged(f)
    if f.position is Position.OVER:
        return f"Nivån är högre än i {most_of(f.group)}, men utvecklingen går inte att skilja från vanlig variation."
    if f.position is Position.UNDER:
        return f"Nivån är lägre än i {most_of(f.group)} och ingen förändring är säkerställd."
    if f.position is None:
        return "Ingen förändring är säkerställd. Nivån går inte att jämföra: siffror för andra kommuner saknas."
    return "Nivån sticker inte ut och ingen förändring är säkerställd."


def _unjudged(f: CountFinding) -> str:
    """Only the level can be read."""
    level_text = (
        {
            Position.OVER: f"Nivån är högre än i {most_of(f.group)}.",
            Position.UNDER: f"Nivån är lägre än i {most_of(f.group)}.",
            Position.INOM: "Nivån sticker inte ut.",
        }.get(f.position, "")
        if f.position
        else ""
    )
    return f"{level_text} Utvecklingen går inte att bedöma ännu.".strip()


def _lasting(f: CountFinding) -> str:
    """One high year is often followed by a lower one; say when the next years will show whether the level has risen."""
    last = f.last_year
    before = f.counts.get(last - 1)
    later = listed([str(last + 1), str(last + 2)])
    if before is not None and f.count < before:
        return f"Antalet sjönk från {number(before)} till {number(f.count)} det sista året. Om nivån har höjts varaktigt visar först {later}."
    return f"Om nivån har höjts varaktigt visar först {later}."


def highlight(f: CountFinding) -> str:
    """Two or three short sentences for the first page."""
    j = f.judgement
    now, then = years(*j.latest), years(*j.earlier)
    if j.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
        text = f"I snitt {number(j.mean_latest)} anmälda per år {now} mot {number(j.mean_earlier)} per år {then}."
        before = f.counts.get(f.last_year - 1)
        if j.change is Change.SAKERSTALLD_OKNING:
            if before is not None and f.count < before:
                text += f" Antalet sjönk från {number(before)} till {number(f.count)} det sista året."
            return f"{text} Om nivån har höjts varaktigt går inte att avgöra ännu."
        if f.position is Position.OVER:
            return f"{text} {f.facet.name} anmäls ändå oftare än i {most_of(f.group)}."
        return f"{text} Statistiken visar inte varför."
    band = ""
    beside = against_others(j)
    if f.band and f.position:
        inside = limits(f.band.lower, f.band.upper)
        band = f" Det är {place(f)} av {group_short(f.group)} ({inside})."
    certain = {
        Change.KAN_INTE_BEDOMAS: "Utvecklingen går inte att bedöma.",
        Change.FOR_FA_BROTT: "Brotten är för få för att visa en förändring.",
    }.get(j.change, beside or "Ingen förändring är säkerställd.")
    if f.small and f.pooled:
        return (
            f"I snitt {small_mean(f.pooled.mean)} anmälda per år {span(f.pooled.first, f.pooled.last)}, eller {number(f.pooled.rate)} per "
            f"100{NBSP}000 invånare.{band} {certain}"
        )
    rate = f", eller {number(f.rate)} per 100{NBSP}000 invånare" if f.rated else ""
    return f"{counted(f)} anmälda {f.last_year}{rate}.{band} {certain}"


def figure_title(f: CountFinding, kommun: str, group: str) -> str:
    chart = "Punktdiagram" if f.few else "Linjediagram"
    unit = "antal anmälda" if f.few else "anmälda"
    plain = f.few or not f.rated
    rate = "" if plain else f" per 100{NBSP}000 invånare"
    where = f"{kommun} och {group}" if f.bands and not plain else kommun
    return f"{chart}: {unit} {f.facet.plural}{rate}, {where}, {span(min(f.counts), f.last_year)}."


def figure_finding(f: CountFinding, kommun: str, members: int) -> str:
    """First, last, range and comparison, in words with figures."""
    values = f.counts if f.few or not f.rated else f.rates
    good = {y: v for y, v in values.items() if y >= f.first_comparable} or values
    start = ""
    if f.offence.breaks:
        start = f"{f.offence.breaks[-1].reason} gör att åren före {f.first_comparable} inte går att jämföra. "
    highest, lowest = max(good, key=lambda y: good[y]), min(good, key=lambda y: good[y])
    unit = "brott" if f.few or not f.rated else f"per 100{NBSP}000 invånare"
    text = (
        f"{start}{kommun} hade {number(good[min(good)])} {unit} år {min(good)} och {number(good[max(good)])} år {max(good)}; "
        f"högst var {number(good[highest])} ({highest}) och lägst {number(good[lowest])} ({lowest})."
    )
    band = f.bands.get(f.last_year)
    if f.few or band is None or not f.rated:
        return text
    return (
        f"{text} Medianen för {members} kommuner var {number(band.median)} år {f.last_year}; mittersta hälften låg mellan "
        f"{number(band.lower)} och {number(band.upper)}. Utvecklingen: {CHANGE[f.judgement.change][1]}."
    )


def read_this(f: CountFinding) -> str:
    """How to read the figure that is shown: a line with its band, or one dot a year."""
    if not f.few:
        return " ".join(p for p in (f.offence.read_this, f.offence.not_visible) if p)
    text = "Varje punkt är ett års anmälningar. Så få brott går upp och ner av slump; jämför snitt över flera år."
    if f.offence.breaks:
        text += f" Åren före {f.first_comparable} går inte att jämföra med senare."
    return " ".join(p for p in (text, f.offence.not_visible) if p)


def _range(values: list[int]) -> str:
    low, high = min(values), max(values)
    return number(low) if low == high else span(number(low), number(high))


def small_mean(mean: float) -> str:
    """A mean of few events: one decimal below ten, unless it is whole."""
    return number(mean, 1) if mean < 10 and abs(mean - round(mean)) > 0.05 else number(mean)


def topic(f: CountFinding) -> str:
    return capital(f.facet.short)
