"""Sentences about the survey (NTU). "Troligen mellan" for the publisher's 95 per cent limits; never "signifikant"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Comparison
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.page.common_words import CHANGE, COMPARISON
from kunskapsbaserat.swedish import (
    number,
    one_in,
    percent,
    percent_limits,
    percent_sign,
    rounded_up,
    span,
)
from kunskapsbaserat.trends import Change

_SUFFIX = {
    Comparison.HOGRE: " – fler än i länet",
    Comparison.LAGRE: " – färre än i länet",
    Comparison.INGEN_SAKERSTALLD_SKILLNAD: " – ingen säkerställd skillnad mot länet",
}


def asked_in(surveys: Sequence[SurveyFinding]) -> str:
    """The surveys behind the shares, and which years the questions are about where that is the year before."""
    text = span(min(f.first_survey for f in surveys), max(f.last_survey for f in surveys))
    before = [f for f in surveys if f.measure.refers_to == "year_before"]
    if not before:
        return text
    about = span(min(min(f.kommun) for f in before), max(f.last_year for f in before))
    what = "frågorna om utsatthet" if len(before) < len(surveys) else "frågan" if len(surveys) == 1 else "frågorna"
    return f"{text} ({what} gäller {about})"


def headline(f: SurveyFinding) -> str:
    """ "Var tredje är otrygg sent på kvällen – fler än i länet"."""
    if f.measure.id == "otrygg_kvall":
        start = one_in(f.share)
        what = "är otrygga sent på kvällen" if start.endswith("procent") else "är otrygg sent på kvällen"
        return f"{start} {what}{_SUFFIX.get(f.comparison, '')}"
    return f"{f.measure.name}: {percent(f.share, decimals(f))}{_SUFFIX.get(f.comparison, '')}"


def chips(f: SurveyFinding) -> list[tuple[str, str]]:
    kind, text = COMPARISON[f.comparison]
    change_kind, change_text = CHANGE[f.change]
    since = f" sedan {f.first_year}" if f.change is not Change.KAN_INTE_BEDOMAS else ""
    return [(kind, text.format(other="länet")), (change_kind, change_text + since)]


def paragraph(f: SurveyFinding, kommun: Kommun) -> str:
    """Share with limits, the län and riket with their verdicts."""
    d = decimals(f)
    share, low, high = f.kommun[f.last_year]
    text = f"{percent(share, d)} {f.measure.population} {kommun.where} {f.measure.predicate} ({percent_limits(low, high, d)})."
    lan, riket = f.lan.get(f.last_year), f.riket.get(f.last_year)
    if not lan or not riket:
        return text
    text += f" I länet är andelen {percent(lan[0], d)} ({percent_limits(lan[1], lan[2], d)}) och i riket {number(100 * riket[0], d)}. "
    certain = {Comparison.HOGRE, Comparison.LAGRE}
    if f.comparison in certain and f.comparison_riket in certain:
        return text + "Skillnaden mot båda är säkerställd."
    if f.comparison in certain:
        return text + "Skillnaden mot länet är säkerställd, men inte skillnaden mot riket."
    points = f"{number(_up(f.visible_difference, d), d)} procentenheter"
    return text + f"Skillnaden mot länet är inte säkerställd; en skillnad på {points} eller mer hade troligen synts."


def since_first(f: SurveyFinding) -> str:
    """The change since the first survey, with how large a change would have been seen."""
    first, d = f.kommun[f.first_year], decimals(f)
    if f.change is Change.KAN_INTE_BEDOMAS:
        return "Om andelen har ändrats går inte att bedöma."
    if f.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return (
            f"Sedan {f.first_year} ({percent(first[0], d)}) syns ingen säkerställd förändring. En förändring på mindre än ungefär "
            f"{number(_up(f.visible_change, d), d)} procentenheter är svår att se."
        )
    word = "ökat" if f.change is Change.SAKERSTALLD_OKNING else "minskat"
    return f"Sedan {f.first_year} ({percent(first[0], d)}) har andelen {word}, och förändringen är säkerställd."


def highlight(f: SurveyFinding, *, calm: bool = True) -> str:
    """The share with the län's, and the change; that there is none for certain is left out where it has been said of another."""
    d = decimals(f)
    share, low, high = f.kommun[f.last_year]
    population = "" if f.measure.population == "av invånarna 16–84 år" else f" {f.measure.population}"
    text = f"{percent(share, d)}{population} {f.measure.predicate}. Andelen ligger troligen mellan {number(100 * low, d)} och {percent(high, d)}."
    if f.last_year in f.lan:
        text += f" I länet är den {percent(f.lan[f.last_year][0], d)}."
    if f.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{text} Sedan {f.first_year} syns ingen säkerställd förändring." if calm else text
    return f"{text} {since_first(f)}"


def read_this(f: SurveyFinding, kommun: Kommun) -> str:
    answered = f": {number(f.respondents)} svarande {kommun.where} {f.last_survey}" if f.respondents else ""
    before = (
        " Frågan gäller året före undersökningen, och året i diagrammet är det år som frågan gäller."
        if f.measure.refers_to == "year_before"
        else ""
    )
    return (
        f"Undersökningen är ett urval{answered}. Det verkliga värdet ligger troligen inom strecket. Jämför nivåer, inte två år i "
        f"rad.{before}"
    )


def meaning(f: SurveyFinding) -> str:
    if f.step is Step.PRIORITERA:
        years = [y for y in f.kommun if y in f.lan]
        always = len(years) > 2 and all(f.kommun[y][0] > f.lan[y][0] for y in years)
        lasting = f" Andelen har legat över länets i alla {len(years)} mätningar." if always else ""
        return f"Nivån är säkerställt högre än i länet.{lasting} {_smallest(f)}"
    if f.step is Step.BEVAKA:
        return "Andelen har ökat. Ta reda på var, när och för vilka."
    return (
        f"Skillnaden mot länet är inte säkerställd. {_smallest(f)}"
        if f.comparison is not Comparison.LAGRE
        else (f"Nivån är lägre än i länet. {_smallest(f)}")
    )


def _smallest(f: SurveyFinding) -> str:
    d = decimals(f)
    return f"En förändring på mindre än ungefär {number(_up(f.visible_change, d), d)} procentenheter är svår att se."


def figure_title(f: SurveyFinding, kommun: str, lan: str) -> str:
    return (
        f"Punktdiagram med 95-procentiga intervall: andel {f.measure.population} som {f.measure.predicate}, {kommun}, {lan} och "
        f"riket, {span(min(f.kommun), f.last_year)}."
    )


def figure_finding(f: SurveyFinding, kommun: str) -> str:
    d = decimals(f)
    text = f"{kommun} ligger mellan {_spread(f.kommun, d)} procent alla år."
    if f.lan and f.riket:
        text += f" Länet ligger mellan {_spread(f.lan, d)} och riket mellan {_spread(f.riket, d)} procent."
        text += (
            f" År {f.last_year}: {kommun} {percent(f.share, d)}, riket {number(100 * f.riket[f.last_year][0], d)} och länet "
            f"{number(100 * f.lan[f.last_year][0], d)}."
        )
    return f"{text} {COMPARISON[f.comparison][1].format(other='länet').capitalize()}."


def unit(f: SurveyFinding) -> str:
    return f"Andel {f.measure.population}, procent. Streck och grått fält: 95-procentiga intervall."


def share_with_limits(values: tuple[float, float, float], d: int) -> tuple[str, str]:
    share, low, high = values
    return percent_sign(share, d), f"({percent_limits(low, high, d)})"


def decimals(f: SurveyFinding) -> int:
    """Whole per cent, except where Brå gives kommuner one decimal (victimisation, shares of a few per cent)."""
    return 1 if f.measure.refers_to == "year_before" else 0


def _spread(series: Mapping[int, tuple[float, float, float]], d: int) -> str:
    shares = [values[0] for values in series.values()]
    return f"{number(100 * min(shares), d)} och {number(100 * max(shares), d)}"


def _up(share: float, d: int) -> float:
    return rounded_up(100 * share, d)
