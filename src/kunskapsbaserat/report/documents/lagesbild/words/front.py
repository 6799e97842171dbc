"""The first page: lead, what sticks out, what to decide, what is left to do."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import ComparisonGroup
from kunskapsbaserat.report.documents.lagesbild.words.periods import span_of_quarters
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.judgements import CERTAIN, Judgement
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.quarter_findings import QuarterFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.statements import method
from kunskapsbaserat.report.statements.comparison import group_definite, group_name, place
from kunskapsbaserat.report.statements.reported import against_others, jumped, small_mean, visible_either_way
from kunskapsbaserat.report.statements.survey import asked_in
from kunskapsbaserat.swedish import NBSP, capital, limits, listed, number, percent_sign, word, years
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

HEADING = "Läget i korthet"
STICKS_OUT = "Det här sticker ut"
DECIDE = "Att ta ställning till"
REMAINING = "Återstår för kommunen"
TOO_FEW = "För få för att bedöma"
MARKS = "Så läser du märkena"
SEE_MISSING = "Se vad som saknas"
SEE_ALIKE = "Se vilka de är"


FAR_BELOW, FAR_ABOVE = 0.6, 1.6  # times the rate of the rest of the län: told beside the level


def lead(total: CountFinding, kommun: Kommun, *, rest_of_lan: float | None) -> str:
    """The number, its level among the alike, and the change with what would have been seen. Never riket."""
    y = total.last_year
    rate = f", eller {number(total.rate)} per 100{NBSP}000 invånare" if total.rated else ""
    still = " (preliminärt)" if y in total.preliminary else ""
    text = f"År {y} anmäldes {number(total.count)} brott {kommun.where}{rate}{still}.{_level(total)}"
    text += _against_lan(total, kommun, rest_of_lan)
    if jump := jumped(total):
        text += f" {jump}"
    j = total.judgement
    if j.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        seen = against_others(j) or visible_either_way(j)
        return f"{text} Skillnaden mellan snittet {years(*j.latest)} och de fem åren före är inte säkerställd. {seen}"
    if j.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
        way = "fler" if j.change is Change.SAKERSTALLD_OKNING else "färre"
        return (
            f"{text} I snitt anmäldes säkerställt {way} brott per år {years(*j.latest)} än de fem åren före: "
            f"{number(j.mean_latest)} mot {number(j.mean_earlier)}. {against_others(j)}"
        ).strip()
    return f"{text} Utvecklingen går inte att bedöma."


def _level(f: CountFinding) -> str:
    if f.position is None or f.band is None:
        return ""
    return f" Det är {place(f)} av {group_definite(f.group)} ({limits(f.band.lower, f.band.upper)})."


def _against_lan(total: CountFinding, kommun: Kommun, rest: float | None) -> str:
    """Said where the kommun lies far from the rest of its län."""
    if rest is None or not total.rated or FAR_BELOW < total.rate / rest < FAR_ABOVE:
        return ""
    times = total.rate / rest
    if times < 1:
        much = "mindre än hälften av" if times < 0.45 else "ungefär hälften av" if times < 0.55 else "mycket lägre än"
    else:
        much = (
            "mer än dubbelt så högt som" if times > 2.1 else "ungefär dubbelt så högt som" if times > 1.9 else "mycket högre än"
        )
    return f" Talet är {much} i övriga {kommun.lan_short} ({number(rest)})."


def notice(quarters: QuarterFinding | None) -> str:
    """What has happened since the last final year: figures that are preliminary and not judged."""
    if quarters is None:
        return ""
    return (
        f"Preliminärt: {span_of_quarters(quarters.first, quarters.last)} anmäldes {number(quarters.count)} brott, mot "
        f"{number(quarters.before)} samma tid {quarters.year_before}. Det bedöms när siffrorna är slutliga."
    )


def nothing_sticks_out(*, problems: bool, judged: bool, surveys: bool) -> str:
    """`problems`: single offences are known; `judged`: some could be; `surveys`: so are answers to the survey."""
    if not problems and not surveys:
        return "Det går inte att säga av totalen. Den blandar allt från cykelstöld till mord."
    if problems and not judged:
        text = "Om brotten har ökat eller minskat går inte att bedöma än: det kräver sju år i rad och minst 20 anmälda brott per år."
        return f"{text} Inget svar i NTU skiljer sig säkerställt från länets." if surveys else text
    parts = ["ingen förändring är säkerställd för någon enskild brottstyp"] if problems else []
    parts += ["inget svar i NTU skiljer sig säkerställt från länets"] if surveys else []
    return f"{capital(listed(parts))}. Det betyder inte att läget är oförändrat: små förändringar syns inte bland få brott."


def too_few(few: int, all_of_them: int, *, means: bool) -> str:
    text = f"I {word(few)} av {word(all_of_them)} brottstyper är brotten för få för att bedöma utvecklingen."
    return f"{text} För dem visas snitt över tre år." if means else text


def decisions(counts: Sequence[CountFinding], surveys: Sequence[SurveyFinding], over: Sequence[CountFinding]) -> list[str]:
    """Questions to decide on: the proposals "prioritera", at most three; else the two furthest over the comparison."""
    names = [f.measure.short for f in surveys if f.step is Step.PRIORITERA]
    names += [f.facet.plural for f in counts if f.step is Step.PRIORITERA]
    if names:
        return [f"Ska {n[:1].lower()}{n[1:]} prioriteras?" for n in names[:3]]
    if over:
        watched = listed([f.facet.plural for f in over[:2]], last="eller")
        return [f"Siffrorna föreslår ingen prioritering. Ska {watched} ändå lyftas?"]
    return ["Siffrorna ensamma pekar inte ut något. Vilka problem ser kommunen själv, och ska något av dem prioriteras?"]


def remaining(missing: Sequence[str]) -> str:
    if not missing:
        return "Alla delar som lagen kräver är ifyllda."
    if len(missing) > 3:
        return f"Ingen del som lagen kräver är klar än: {listed(missing)}."
    parts = "En del" if len(missing) == 1 else f"{word(len(missing), capital=True)} delar"
    return f"{parts} som lagen kräver är inte {'klar' if len(missing) == 1 else 'klara'}: {listed(missing)}."


def overview_caption(areas: int, kommun: Kommun) -> str:
    return f"{'Brotten i stort' if areas == 1 else f'{word(areas, capital=True)} områden'} {kommun.where}"


def overview_scope(counts: Sequence[CountFinding]) -> str:
    """Which years the table is about; the years compared only where something could be judged."""
    j, first = counts[0].judgement, min(min(f.counts) for f in counts)
    text = f"Anmälda brott {j.latest[1]}" + (f" och utvecklingen sedan {first}." if first < j.latest[1] else ".")
    if all(f.judgement.change is Change.KAN_INTE_BEDOMAS for f in counts):
        return text
    return f"{text} Förändring: snittet {years(*j.latest)} mot snittet {years(*j.earlier)}."


def mixed_scope(first: int) -> str:
    """For a table whose row groups are about different years."""
    return f"Anmälda brott och utvecklingen sedan {first}. Varje del har sitt år och sin jämförelse."


def row_group(counts: Sequence[CountFinding], surveys: int) -> str:
    """ "Brottstyper 2024 och trygghet, mot 14 kommuner i Dalarna. Förändring: 2023-2024 mot 2018-2022"."""
    f = counts[0]
    what = "Breda brottsgrupper" if f.offence.broad else "Brottstyper"
    asked = " och trygghet" if surveys else ""
    against = f", mot {group_name(f.group)}" if f.group.members else ""
    j = f.judgement
    return f"{what} {j.latest[1]}{asked}{against}. Förändring: {years(*j.latest)} mot {years(*j.earlier)}"


AREA, CHANGE_HEAD, QUESTION = "Område", "Förändring", "Fråga"
DEVELOPMENT, SHARE, AGAINST_LAN, SINCE_FIRST = "Utveckling", "Andel", "Mot länet", "Sedan första året"
RATE_HEAD = f"Per 100{NBSP}000 invånare"


def count_or_share(year: int | None, surveys: bool) -> str:
    """Head of the column of counts; `year` is None where the rows are about different years."""
    return "Antal eller andel" if surveys else "Antal" if year is None else count_head(year)


def count_head(year: int) -> str:
    return f"Antal {year}"


def against_head(group: ComparisonGroup | None) -> str:
    """Head of the column of levels; `group` is None where the rows have different comparisons."""
    return f"Mot {group_name(group)}" if group is not None and group.members else "Jämförelse"


def strip_scope(counts: Sequence[CountFinding]) -> str:
    """What the drawn level and change are, said once over the table."""
    if not counts:
        return ""
    periods: dict[str, list[CountFinding]] = {}
    for f in counts:
        periods.setdefault(f"{years(*f.judgement.latest)} mot {years(*f.judgement.earlier)}", []).append(f)
    first, *others = periods
    also = "".join(f"; {_named(periods[other], counts)} {other}" for other in others)
    return (
        f"Nivå: anmälda per 100{NBSP}000 invånare. Förändring: antal om året {first}{also}. Fylld prick är säkerställd, ihålig är det "
        "inte. Strecket är osäkerheten."
    )


def _named(some: Sequence[CountFinding], counts: Sequence[CountFinding]) -> str:
    """ "brottstyperna" when they are all that are no broad groups, else each by its name."""
    types = [f for f in counts if not f.offence.broad]
    return "brottstyperna" if list(some) == types else listed([f.facet.short.lower() for f in some])


def agrees(j: Judgement) -> bool:
    """Does the interval, made for one test at a time, say what the verdict over all of them says?"""
    return (j.lower > 1 or j.upper < 1) == (j.change in CERTAIN)


def change_in_words(f: CountFinding) -> tuple[str, str]:
    """ "−3 %" and "troligen −31 till +35"; yearly means where either is below 20, and the verdict where the interval says more."""
    j = f.judgement
    if min(j.mean_latest, j.mean_earlier) < PERCENT_FROM or j.ratio != j.ratio:
        return f"{number(j.mean_latest)} om året", f"mot {number(j.mean_earlier)}"
    size = signed_percent(j.ratio - 1)
    if j.certain:
        return words.change_mark(j.change, j.relative_change)[1].capitalize(), size
    if not agrees(j) or j.upper != j.upper:
        return size, UNCERTAIN
    return size, f"troligen {_signed(j.lower - 1)} till {_signed(j.upper - 1)}"


UNCERTAIN = "inte säkerställt"


def survey_change(first: str, year: int) -> str:
    """ "mot 34 % 2017"."""
    return f"mot {first} {year}"


def signed_percent(share: float) -> str:
    """ "+16 %"."""
    return f"{'+' if share >= 0.005 else ''}{percent_sign(share)}"


def _signed(share: float) -> str:
    return f"{'+' if share >= 0.005 else ''}{number(100 * share)}"


def remark(f: CountFinding) -> str:
    """The small line under an offence's name."""
    first_good = f.offence.first_comparable_year
    if first_good and min(f.counts) < first_good:
        return f"nya brottskoder före {first_good}"
    if f.offence.detection_driven:
        return "följer polisens kontroller"
    return ""


def year_of(f: CountFinding) -> str:
    """ "(2022)" beside a figure that is older than the others of its table."""
    return f"({f.last_year})"


def pooled_years(f: CountFinding) -> str:
    """ "(2022–2024)" beside a rate of three years."""
    return f"({years(f.pooled.first, f.pooled.last)})" if f.pooled else ""


def pooled_mean(f: CountFinding) -> str:
    """ "(snitt 9 åren 2022–2024)" beside a small count."""
    if f.pooled is None:
        return ""
    return f"(snitt {small_mean(f.pooled.mean)}, {years(f.pooled.first, f.pooled.last)})"


def survey_remark(f: SurveyFinding) -> str:
    return f"NTU {f.last_survey}, mot {f.first_survey}"


def survey_years(f: SurveyFinding) -> str:
    return years(f.first_year, f.last_year)


def short_comparison(text: str) -> str:
    """ "säkerställt högre" in a column that already says what it is compared with."""
    return text.replace(" än {other}", "").replace(" mot {other}", "")


def measures_scope(findings: Sequence[SurveyFinding]) -> str:
    last = max(f.last_year for f in findings)
    asked = " Frågorna gäller året som anges." if any(f.measure.refers_to == "year_before" for f in findings) else ""
    return f"Andel i procent {last}, med 95-procentigt intervall inom parentes. Grått fält: mittersta hälften av jämförda kommuner.{asked}"


def overview_source(counts: Sequence[CountFinding], surveys: Sequence[SurveyFinding]) -> str:
    first, last = min(min(f.counts) for f in counts), max(f.last_year for f in counts)
    text = f"Källa: {method.publisher([*counts, *surveys])}, anmälda brott {years(first, last)}"
    if surveys:
        text += f" och Nationella trygghetsundersökningen (NTU) {asked_in(surveys)}"
    return f"{text}; bearbetning."


def key_words(group: ComparisonGroup | None, kommun: Kommun, *, surveys: bool, dots: bool) -> list[str]:
    """Line, then band; the page draws what they are about. Units of the other rows only where the table has such rows."""
    units = [text for text, there in (("NTU: procent", surveys), ("prickar: antal", dots)) if there]
    texts = [f"{kommun.name}, per 100{NBSP}000 invånare" + (f" ({'; '.join(units)})" if units else "")]
    if group is None or group.members:
        texts.append(f"mittersta hälften av {'jämförda kommuner' if group is None else group_name(group)}")
    return texts
