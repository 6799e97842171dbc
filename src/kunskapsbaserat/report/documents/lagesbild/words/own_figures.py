"""Words about the kommun's own figures: surveys, registers, costs and areas, what they show and what they cannot."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.report.material.own_areas import PER, AreaValue, OwnAreas
from kunskapsbaserat.report.material.own_figures import CERTAIN, OwnFigures
from kunskapsbaserat.report.material.own_series import FEWEST_YEARS, MOST_SHOWN, OUTSIDE, OwnRegister, OwnSeries
from kunskapsbaserat.report.material.own_shares import OwnSurvey, Question
from kunskapsbaserat.swedish import (
    MISSING,
    NBSP,
    capital,
    limits,
    listed,
    number,
    percent,
    percent_limits,
    percent_sign,
    plain,
    span,
    word,
    years,
)
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.years import YEARLY_BASELINE

READ_SHARES = (
    "Punkten är andelen vid den senaste mätningen. Strecket visar hur osäker den är. En grå ring är den första mätningen. "
    "Fylld punkt: ändringen är säkerställd. Svar från samma klass eller hus liknar varandra, så två svar räknas som ett när "
    "mätningar jämförs."
)
READ_LINES = "Varje linje har sin egen skala från noll. Jämför formen, inte höjden."
READ_AREAS = (
    "Strecken visar vad slumpen kan göra. Korta streck: många händelser. Ett centrum med många besökare får höga tal utan att de "
    "som bor där är mer utsatta."
)
AREAS_HEADING = "Så ser det ut i kommunens delar"
AREA_HEADS = ("Område", "Antal", "Invånare", f"Per {number(PER)} inv.")
NOBODY = "inga boende"
LEVELS = {"stadsdel": "stadsdelar", "regso": "RegSO-områden", "deso": "DeSO-områden"}
_DONE = {Change.SAKERSTALLD_OKNING: "Säkerställd ökning", Change.SAKERSTALLD_MINSKNING: "Säkerställd minskning"}
_MORE = {Change.SAKERSTALLD_OKNING: "fler", Change.SAKERSTALLD_MINSKNING: "färre"}
_NEEDED = sum(YEARLY_BASELINE)


# ---- surveys -------------------------------------------------------------------------------------------------------------


def survey_unit(survey: OwnSurvey) -> str:
    latest = max(q.latest.last for q in survey.questions)
    return f"Procent av dem som svarade {latest}." if _many_rounds(survey) else f"Procent av dem som svarade, {latest}."


def survey_title(survey: OwnSurvey) -> str:
    return f"Punkter med osäkerhet för {_questions(len(survey.questions))} i {survey.file.read.title}."


def survey_finding(survey: OwnSurvey) -> str:
    """The shares in words, for those who do not see the drawing."""
    return " ".join(f"{q.name}: {_between(q)}." for q in survey.questions)


def survey_text(survey: OwnSurvey) -> str:
    """What stands out, what has changed, and the limit of the source."""
    first = max(survey.questions, key=lambda q: q.latest.share)
    parts = [f"Störst andel: {_low(first.name)}, {_between(first)}."]
    parts += [_changed(q) for q in survey.questions if q.change in CERTAIN]
    several = [q for q in survey.questions if len(q.rounds) > 1 and q.change is not Change.KAN_INTE_BEDOMAS]
    if not several:
        parts.append("Det finns bara en mätning att visa. Med två går det att se om något ändras.")
    elif not any(q.change in CERTAIN for q in several):
        parts.append(f"Ingen ändring sedan {min(q.rounds[0].last for q in several)} är säkerställd.")
    return " ".join([*parts, _who_answered(survey), *_not_shown(survey.hidden, "andel", "andelar")])


def _changed(q: Question) -> str:
    first = q.rounds[0]
    return f"{_DONE[q.change]} sedan {first.last}: {_low(q.name)}, från {number(100 * first.share)} till {percent(q.latest.share)}."


def _between(q: Question) -> str:
    low, high = math.floor(100 * q.latest.lower + 0.5), math.floor(100 * q.latest.upper + 0.5)
    sure = f", troligen mellan {low} och {high}" if low < high else ""
    return f"{percent(q.latest.share)}{sure}"


def _who_answered(survey: OwnSurvey) -> str:
    latest = max((q.latest for q in survey.questions), key=lambda r: (r.last, r.n))
    if latest.asked:
        return f"{number(latest.n)} av {number(latest.asked)} svarade. Vad de andra tycker vet vi inte."
    return f"{number(latest.n)} svarade. Hur många som fick frågan står inte i filen."


def _not_shown(hidden: int, one: str, many: str) -> list[str]:
    if not hidden:
        return []
    return [
        f"{capital(word(hidden)) if hidden > 1 else 'En'} {many if hidden > 1 else one} visas inte, för att ingen ska kunna pekas ut."
    ]


def survey_value(q: Question) -> str:
    return percent_sign(q.latest.share)


def _many_rounds(survey: OwnSurvey) -> bool:
    return any(len(q.rounds) > 1 for q in survey.questions)


def _questions(n: int) -> str:
    return "en fråga" if n == 1 else f"{word(n)} frågor"


def _low(name: str) -> str:
    """A name inside a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else f"{name[:1].lower()}{name[1:]}"


# ---- registers and amounts -----------------------------------------------------------------------------------------------


def register_unit(register: OwnRegister) -> str:
    units = sorted({s.unit for s in register.series if s.unit})
    return f"{capital(', '.join(units))}." if units else "Antal."


def register_title(register: OwnRegister) -> str:
    n = min(len(register.series), MOST_SHOWN)
    return f"{'En linje' if n == 1 else f'{capital(word(n))} små linjer'} över tid ur {register.file.read.title}."


def register_finding(register: OwnRegister) -> str:
    """First and last figure of every line."""
    said = []
    for s in register.series[:MOST_SHOWN]:
        if s.points:
            (first, start), (last, end) = next(iter(s.points.items())), list(s.points.items())[-1]
            said.append(f"{series_name(s)}: {plain(start)} {period(first)}, {plain(end)} {period(last)}.")
    return " ".join(said)


def register_text(register: OwnRegister) -> str:
    """What can be judged, what cannot and why, and the limit of the source."""
    shown = [s for s in register.series if s.points]
    judged = _judged_amounts(shown) if register.file.read.contract == "indicator" else _judged_counts(shown)
    limit = "Talen står i den tidens priser om källan inte säger annat." if register.money else _REGISTERED
    if register.file.read.contract == "indicator" and not register.money:
        limit = "Talen är källans egna och har inte räknats om."
    return " ".join([*judged, limit, *_not_shown(register.hidden, "siffra", "siffror")])


_REGISTERED = "Registret visar bara det som någon har skrivit in."


def _judged_counts(series: Sequence[OwnSeries]) -> list[str]:
    said = [_moved(s) for s in series if s.change in CERTAIN]
    calm = [s for s in series if s.change is Change.INGEN_SAKERSTALLD_SKILLNAD]
    few = [s for s in series if s.change is Change.FOR_FA_BROTT]
    unknown = [s for s in series if s.change in (None, Change.KAN_INTE_BEDOMAS)]
    if calm and not said:
        said.append("Ingen säkerställd ändring de två senaste åren mot de fem före.")
    if few:
        said.append(f"För få för att bedöma: {listed([_low(series_name(s)) for s in few])}.")
    if unknown and len(unknown) == len(series):
        said.append(f"Om något har ändrats går inte att bedöma. Det behövs {word(_NEEDED)} hela år i följd.")
    elif unknown:
        said.append(f"Kan inte bedömas, för att år saknas: {listed([_low(series_name(s)) for s in unknown])}.")
    return said


def _moved(s: OwnSeries) -> str:
    assert s.change is not None
    when = f" de två senaste åren mot åren {span(*s.earlier)}" if s.earlier else ""
    return f"{series_name(s)} har blivit säkerställt {_MORE[s.change]}{when}."


def _judged_amounts(series: Sequence[OwnSeries]) -> list[str]:
    said = []
    for s in series:
        if s.usual is not None:
            last = list(s.points)[-1]
            where = "utanför" if s.usual == OUTSIDE else "inom"
            room = limits(max(s.lower, 0.0), s.upper)
            said.append(f"{series_name(s)}: talet för {period(last)} ligger {where} det som var vanligt åren före ({room}).")
    reasons = {s.reason for s in series if s.usual is None}
    if "no_variation" in reasons:
        said.append("Åren är så lika att det inte går att säga vad som är vanligt.")
    if reasons & {"few_years", "missing_years"}:
        said.append(f"Det går inte att säga om talet är ovanligt. Det behövs {word(FEWEST_YEARS)} år i följd.")
    if "not_years" in reasons:
        said.append("Tal för delar av år bedöms inte, för att årstiden spelar in.")
    return said


def series_name(s: OwnSeries) -> str:
    sex = {"kvinna": "kvinnor", "man": "män"}.get(s.sex)
    return f"{s.name}, {sex}" if sex else s.name


def series_value(s: OwnSeries) -> str:
    """The last figure; a large amount in thousands or millions, so that it has room."""
    last = list(s.points.values())[-1]
    if abs(last) >= 10_000_000:
        return f"{number(last / 1e6, 1)}{NBSP}milj."
    return number(last) if float(last).is_integer() or abs(last) >= 1000 else number(last, 1)


def period(when: pd.Period) -> str:
    kind = when.freqstr[0]
    if kind == "Q":
        return f"{when.year} kv{NBSP}{when.quarter}"
    return str(when.year) if kind in "YA" else f"{when.year}-{when.month:02d}"


# ---- areas ---------------------------------------------------------------------------------------------------------------


def area_caption(found: OwnAreas) -> str:
    return f"{found.name} {found.year}, {LEVELS[found.level]}"


def area_unit(found: OwnAreas) -> str:
    return f"Per {number(PER)} invånare." if found.rated else "Antal. Folkmängden är inte känd för alla områden."


def area_title(found: OwnAreas, drawn: int) -> str:
    return f"Punkter med osäkerhet för {word(drawn)} {LEVELS[found.level]}: {_low(found.name)} {found.year}."


def area_finding(found: OwnAreas, drawn: Sequence[AreaValue]) -> str:
    told = [v for v in drawn if _size(v, found) is not None]
    if not told:
        return "Inget tal får visas."
    sizes = [float(_size(v, found) or 0) for v in told]
    unit, decimals = (f" per {number(PER)} invånare", 1) if found.rated else ("", 0)
    return f"Talen går från {number(min(sizes), decimals)} till {number(max(sizes), decimals)}{unit}."


def area_text(found: OwnAreas, drawn: Sequence[AreaValue]) -> str:
    """How far the areas are apart, what is left out, and what the source cannot say."""
    parts = [area_finding(found, drawn)]
    if len(drawn) < sum(v.count is not None for v in found.areas):
        parts.append(
            f"Figuren har de {word(len(drawn))} områden som har flest. Alla {number(len(found.areas))} finns i filen {found.file.released.name}.csv."
        )
    if any(v.empty for v in found.areas):
        parts.append("Där ingen bor räknas inget tal per invånare.")
    hidden = sum(v.mark is not None for v in found.areas)
    return " ".join([*parts, *_not_shown(hidden, "siffra", "siffror"), _REGISTERED])


def area_value(v: AreaValue, found: OwnAreas) -> str:
    if v.count is None:
        return v.mark or MISSING
    if found.rated and v.rate is None:
        return NOBODY if v.empty else MISSING
    return number(v.rate, 1) if found.rated and v.rate is not None else number(v.count)


def area_line(rate: float) -> str:
    return f"hela kommunen {number(rate, 1)}"


def _size(v: AreaValue, found: OwnAreas) -> float | None:
    return v.rate if found.rated else v.count


# ---- page one ------------------------------------------------------------------------------------------------------------


def sticks_out(figures: OwnFigures) -> str:
    """What has changed for certain in the kommun's own figures, a sentence each; at most two."""
    said = [f"{survey.file.read.title}: {_change_of(q)}." for survey, q in figures.changed_shares]
    said += [
        f"{capital(_low(series_name(s)))} har blivit säkerställt {_MORE[s.change]}."
        for register, s in figures.changed_series
        if s.change
    ]
    return " ".join(said[:2])


def _change_of(q: Question) -> str:
    way = "ökade" if q.change is Change.SAKERSTALLD_OKNING else "minskade"
    first = q.rounds[0]
    return f"{_low(q.name)} {way} från {number(100 * first.share)} till {percent(q.latest.share)} sedan {years(first.last, first.last)}"


def round_cell(share: float, lower: float, upper: float) -> str:
    return f"{percent_sign(share, 1)} ({percent_limits(lower, upper, 1)})"
