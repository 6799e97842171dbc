"""Captions, units, table heads and other labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.catalogue import Break
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.swedish import NBSP, number

SAME_FOR_ALL = "Lika för alla:"
YEAR, COUNT, KOMMUN, RIKET, LAN, MEDIAN = "År", "Antal", "Kommun", "Riket", "Länet", "Median"
RATE_SHORT = f"Per 100{NBSP}000 inv."
MIDDLE_HALF = "Mittersta hälften"
EARLIER_YEARS, LATEST_YEARS = "fem år före", "två senaste"
MAP_SOURCE = "Gränser: SCB."


def count(value: float | None) -> str:
    """A count in a table: a dash for none, two dots when missing."""
    if value is None or value != value:
        return ".."
    return "–" if value == 0 else number(value)


def counted(f: CountFinding) -> str:
    """The latest count; "ca" where it comes out of a rounded rate."""
    if f.last_year not in f.approximate:
        return number(f.count)
    return f"ca{NBSP}{number(f.count if f.count < 1000 else round(f.count, -1))}"


def caption(f: CountFinding) -> str:
    return f"Anmälda {f.facet.plural}"


def unit_rate(compared: int) -> str:
    """What the line and the field are; `compared` is the number of kommuner behind the field."""
    band = f" Grått: mittersta hälften av {compared} kommuner." if compared else ""
    return f"Per 100{NBSP}000 invånare.{band}"


def unit_count() -> str:
    return "Antal anmälda per år. Folkmängden saknas för att räkna per invånare."


def unit_few() -> str:
    return "Antal anmälda per år. Så få brott visas bara som antal."


def break_label(series_break: Break) -> list[str]:
    return [f"← {series_break.reason}: åren", "före går inte att jämföra"]


def median_of(members: int) -> str:
    return f"Median, {members} kommuner"


def details_caption(f: CountFinding, kommun: Kommun, group: str | None) -> str:
    text = f"Anmälda {f.facet.plural} {kommun.where}" + (f" och {group}" if group else "")
    return text + (" (* året går inte att jämföra)" if f.offence.breaks and min(f.counts) < f.first_comparable else "")


def survey_details_caption(f: SurveyFinding) -> str:
    return f"{f.measure.name}, procent (95-procentigt intervall)"


def respondents_in(kommun: Kommun) -> str:
    return f"Svarande {kommun.where}"


def map_caption(year: int) -> str:
    return f"Alla anmälda brott {year}"


def map_unit() -> str:
    return f"Antal per 100{NBSP}000 invånare. Rutorna visar vad färgerna står för."


def map_title(kommun: Kommun, year: int) -> str:
    return f"Karta över {kommun.lan} med antal anmälda brott per 100{NBSP}000 invånare i varje kommun {year}."


def map_finding(kommun: Kommun, rates: Mapping[str, float], codes: Sequence[str], year: int) -> str:
    values = {code: rates[code] for code in codes}
    low, high = min(values, key=lambda c: values[c]), max(values, key=lambda c: values[c])
    return (
        f"{kommun.name} är inramad: {number(values[kommun.code])} per 100{NBSP}000 invånare {year}. Talen i länet går från "
        f"{number(values[low])} ({kommuner.get(low).name}) till {number(values[high])} ({kommuner.get(high).name})."
    )


def map_details_caption(kommun: Kommun, year: int) -> str:
    return f"Alla anmälda brott per 100{NBSP}000 invånare {year}, kommunerna i {kommun.lan}"
