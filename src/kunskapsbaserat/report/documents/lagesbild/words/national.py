"""Words about what every kommun has: the quarters, the liknande kommunerna, all kommuner, and the calm rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import ComparisonGroup, FunnelClass, Position
from kunskapsbaserat.report.documents.lagesbild.words.periods import span_of_quarters
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.quarter_findings import QuarterFinding
from kunskapsbaserat.report.page.common_words import AMONG, change_mark
from kunskapsbaserat.report.statements.comparison import group_short, names, place
from kunskapsbaserat.swedish import MISSING, NBSP, limits, listed, number, percent_sign, span, word, years

# ---- the quarters ------------------------------------------------------------------------------------------------------


def quarters_paragraph(q: QuarterFinding) -> str:
    when = span_of_quarters(q.first, q.last).rsplit(" ", 1)[0]
    return (
        f"Samma tid {q.year_before} anmäldes {number(q.before)}, och i snitt {number(q.usual)} i {when} {span(*q.usual_years)}. "
        "Talen är preliminära och för en del av året. Därför bedöms de inte: om nivån har ändrats visar först de slutliga siffrorna för "
        f"hela {q.last.year}."
    )


QUARTERS_CAPTION, PRELIMINARY = "Alla anmälda brott per kvartal", "preliminärt"


def quarter_name(period: pd.Period) -> str:
    return f"kv {period.quarter} {period.year}"


def quarters_unit(q: QuarterFinding) -> str:
    return f"Antal. Kvartal {q.last.quarter} är blått. {missing_quarters(q)}".strip()


def missing_quarters(q: QuarterFinding) -> str:
    """The quarters that the source lacks, between the first and the last."""
    known = sorted(q.counts)
    gaps = [p for p in _between(known[0], known[-1]) if p not in q.counts]
    if not gaps:
        return ""
    missing = {year: [str(p.quarter) for p in gaps if p.year == year] for year in dict.fromkeys(p.year for p in gaps)}
    return f"Uppgift saknas för {listed([f'kvartal {listed(quarters)} {year}' for year, quarters in missing.items()])}."


def _between(first: pd.Period, last: pd.Period) -> list[pd.Period]:
    return list(pd.period_range(first, last, freq="Q"))


def quarters_title(q: QuarterFinding, kommun: Kommun) -> str:
    known = sorted(q.counts)
    return f"Diagram: alla anmälda brott per kvartal {kommun.where}, {known[0].year} kvartal {known[0].quarter} till {known[-1].year} kvartal {known[-1].quarter}."


def quarters_finding(q: QuarterFinding, kommun: Kommun) -> str:
    return (
        f"{kommun.name} hade {number(q.count)} anmälda brott {span_of_quarters(q.first, q.last)} (preliminärt) mot {number(q.before)} samma "
        f"tid {q.year_before}; snittet för samma kvartal {span(*q.usual_years)} var {number(q.usual)}."
    )


def quarters_table_caption(kommun: Kommun) -> str:
    return f"Alla anmälda brott per kvartal {kommun.where} (p: preliminärt)"


QUARTER_HEADS = ("Kvartal 1", "Kvartal 2", "Kvartal 3", "Kvartal 4")
QUARTERS_SOURCE = "Källa: Brå, anmälda brott per kvartal; bearbetning."


# ---- among the liknande ----------------------------------------------------------------------------------------------

ALIKE_NOTE = (
    "Kolada väljer kommunerna efter bland annat folkmängd, ålder och inkomster, inte efter brott. Det är ingen rangordning: någon ligger "
    "alltid högst. Strecket är marginalen, räknat på hur åren brukar svänga: når det in i det grå fältet är läget inte säkerställt."
)


def alike_heading(f: CountFinding, kommun: Kommun) -> str:
    where = {Position.OVER: "över", Position.UNDER: "under"}.get(f.position, "som") if f.position else "som"
    return f"{f.facet.name}: {kommun.name} ligger {where} de flesta liknande kommuner"


def alike_paragraph(f: CountFinding) -> str:
    """Level and change, both."""
    level = "Nivån går inte att jämföra."
    if f.position and f.band:
        rate, when = _level_of(f)
        level = (
            f"{number(rate)} anmälda {f.facet.plural} per 100{NBSP}000 invånare {when} är {place(f)} av {group_short(f.group)} "
            f"({limits(f.band.lower, f.band.upper)})."
        )
    j = f.judgement
    return f"{level} Förändringen {years(*j.latest)} mot {years(*j.earlier)}: {change_mark(j.change, j.relative_change)[1]}. De sju är {names(f.group.members)}."


def _level_of(f: CountFinding) -> tuple[float, str]:
    """The rate that the place was read from, and its years: three together where the offences are few."""
    if f.small and f.pooled:
        return f.pooled.rate, f"och år {span(f.pooled.first, f.pooled.last)}"
    return f.rate, str(f.last_year)


def alike_caption(f: CountFinding) -> str:
    return f"{f.facet.name}: nivå och förändring"


def alike_unit(f: CountFinding) -> str:
    j = f.judgement
    return (
        f"Nivå: per 100{NBSP}000 invånare {_level_of(f)[1]}. Förändring i procent: {years(*j.latest)} mot {years(*j.earlier)}."
    )


def alike_title(f: CountFinding, kommun: Kommun) -> str:
    return f"Punktdiagram: {f.facet.plural} {kommun.where} och {group_short(f.group)}, nivå och förändring."


def alike_finding(f: CountFinding, kommun: Kommun, highest: str, lowest: str) -> str:
    rate, when = _level_of(f)
    level = f"{kommun.name}: {number(rate)} per 100{NBSP}000 invånare {when}"
    return f"{level}{f', {place(f)}' if f.position else ''}. Högst av de åtta är {highest}, lägst {lowest}."


def alike_table_caption(kommun: Kommun, year: int) -> str:
    return f"{kommun.name} och de liknande kommunerna {year}"


def alike_table_scope(group: ComparisonGroup) -> str:
    return f"Anmälda brott per 100{NBSP}000 invånare enligt Brå. Liknande kommuner: Kolada {group.wanted_year}."


def change_in_percent(ratio: float | None) -> str:
    """ "−42 %"; two dots when not known or too few."""
    return MISSING if ratio is None else percent_sign(ratio - 1)


def change_tick(share: float) -> str:
    return f"{'+' if share > 0 else ''}{percent_sign(share)}"


PANELS = ("Nivå", f"per 100{NBSP}000 invånare", "Förändring", "av antalet")
CHANGE_COLUMN = "Förändring av antalet"


# ---- among all -------------------------------------------------------------------------------------------------------

FUNNEL_NOTE = (
    "Varje prick är en kommun. I små kommuner svänger talet mer av slump, därför är tratten vid där. Inom den inre tratten ligger de "
    "flesta kommuner; utanför den yttre ligger bara tal som slump och vanliga skillnader sällan ger."
)


def among_all_heading(f: CountFinding) -> str:
    p = f.pooled
    if p is None or p.among in (None, FunnelClass.INOM, FunnelClass.KAN_INTE_BEDOMAS):
        return f"{f.facet.name}: inom det vanliga bland alla kommuner"
    return f"{f.facet.name}: {AMONG[p.among]} än vanligt bland alla kommuner"


def among_all_paragraph(f: CountFinding, kommun: Kommun) -> str:
    p = f.pooled
    assert p is not None
    where = f"{kommun.name} hade {number(p.rate)} anmälda {f.facet.plural} per 100{NBSP}000 invånare och år {span(p.first, p.last)}."
    if p.among in (None, FunnelClass.INOM, FunnelClass.KAN_INTE_BEDOMAS):
        return f"{where} Det ligger inom det som slump och vanliga skillnader mellan {p.areas} kommuner ger."
    return f"{where} Det är {AMONG[p.among]} än det som slump och vanliga skillnader mellan {p.areas} kommuner brukar ge. Talen visar inte varför."


def funnel_caption(f: CountFinding) -> str:
    return f"{f.facet.name} i alla kommuner"


def funnel_unit(f: CountFinding) -> str:
    p = f.pooled
    when = f", snitt {span(p.first, p.last)}" if p else ""
    return f"Per 100{NBSP}000 invånare och år{when}. Ringar: liknande kommuner."


def funnel_title(f: CountFinding, kommun: Kommun) -> str:
    return f"Trattdiagram: {f.facet.plural} per 100{NBSP}000 invånare i {kommun.name} och alla andra kommuner."


def funnel_finding(f: CountFinding, kommun: Kommun, common: float) -> str:
    p = f.pooled
    if p is None:
        return ""
    usual = (
        "Det är vanligt bland alla kommuner."
        if p.among is FunnelClass.INOM
        else f"Det är {AMONG[p.among or FunnelClass.INOM]} än vanligt."
    )
    among = "" if p.among in (None, FunnelClass.KAN_INTE_BEDOMAS) else f" {usual}"
    return f"{kommun.name}: {number(p.rate)} per 100{NBSP}000 invånare och år, i alla kommuner tillsammans {number(common)}.{among}"


FUNNEL_AXIS, FUNNEL_COMMON = "Invånare", "alla kommuner"
FUNNEL_TABLE_SCOPE = "Tre år tillsammans. Kommunen och de liknande; talen för de övriga finns hos Brå."

COMPARED = {"vald": "Våldsbrott", "stold": "Stöld och tillgrepp", "skadegorelse": "Skadegörelse"}
PER_1000, PER_1000_SHORT = f"Per 1{NBSP}000 invånare och år", f"Per 1{NBSP}000 inv."
MEDIAN_OF_ALL = "Median, alla kommuner"
COMPARISONS_SCOPE = (
    "Ett snitt över tre år, utan utveckling. Öppna jämförelser räknar något bredare än tabellerna ovan, och ”våldsbrott” är en del av "
    "brott mot person. Talen jämförs därför bara med varandra."
)
COMPARISONS_SOURCE = "Källa: MSB och SKR, Öppna jämförelser Trygghet och säkerhet 2023, ur Brås statistik."


def median_of_alike(members: int) -> str:
    return f"Median, {members} liknande"


def comparisons_caption(kommun: Kommun, first: int, last: int) -> str:
    return f"Våld, stöld och skadegörelse {kommun.where} {span(first, last)}"


# ---- the rest ----------------------------------------------------------------------------------------------------------

ALIKE_RATES_HEADING = "Talen i de liknande kommunerna"
_ROWS = "Talen pekar inte ut de här brotten, eller så ingår de i något som redan har visats. Det betyder inte att brotten är oviktiga."


def rows_lead(rest: Sequence[CountFinding]) -> str:
    """What the rows have in common, said once: which of them are certain."""
    certain = [f for f in rest if f.judgement.certain]
    if not certain:
        return f"{_ROWS} Ingen förändring är säkerställd."
    return f"{_ROWS} Säkerställda är bara de förändringar som har ett märke."


def rows_caption(kommun: Kommun) -> str:
    return f"Fler områden {kommun.where}"


def rows_heading(rest: Sequence[CountFinding], kommun: Kommun) -> str:
    many = len(rest)
    return f"{'En brottstyp' if many == 1 else f'{word(many, capital=True)} brottstyper och grupper'} till {kommun.where}"
