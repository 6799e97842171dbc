"""What is known about a measure, in words: the effect in its own metric with its study, or plainly that nobody knows."""

from __future__ import annotations

from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.swedish import NBSP, capital, number

NO_FIGURE = "effektstorlek saknas i källan"
NO_SUPPORT = "Inget stöd är angivet."
_SWEDEN = {
    "ja": "prövat i Sverige",
    "process": "beskrivet i Sverige, men effekten är inte mätt",
    "beskrivande": "beskrivet i Sverige, men effekten är inte mätt",
    "pagar": "utvärdering pågår i Sverige",
    "nej": "inte prövat i Sverige",
    "okant": "svensk prövning är inte eftersökt",
}
_SHORT = {
    "minskar": "minskning i studier",
    "lovande": "lovande men osäkert",
    "osaker": "osäkert",
    "okar_anmalan": "fler anmälningar i studier",
    "ej_sakerstalld": "ej säkerställt",
    "utan_kontroll": "förbättring, utan jämförelse",
    "oklart": "oklart",
    "kunskapslucka": "kunskapslucka",
    "ingen_effekt": "ingen påvisad skillnad",
    "okar_risk": "risk för skada",
}


def status(e: Evidence | None) -> str:
    """A few words for a table."""
    if e is None:
        return "inget stöd angivet"
    if e.local:
        return "egen erfarenhet"
    if e.checked == "existens":
        return "studie finns, resultatet inte avläst"
    return _SHORT[e.direction]


def sentence(e: Evidence | None) -> str:
    """What is known, with study, place and what is missing. Nothing is ever averaged or filled in."""
    if e is None:
        return NO_SUPPORT
    if e.local:
        return f"Egen erfarenhet: {e.finding} Ingen studie är angiven."
    if e.gap:
        known = f"{capital(_SWEDEN[e.sweden])}. " if e.sweden != "nej" else ""
        return f"Kunskapslucka: ingen studie som visar hur mycket åtgärden förändrar har hittats. {known}Det är ett skäl att utvärdera, inte ett hinder."
    if e.checked == "existens":
        return f"En svensk studie finns: {study(e)}. Resultatet är inte avläst här; läs studien."
    plain = f" {e.plain}" if e.plain else ""
    text = f"{capital(e.outcome)}: {e.finding}, {_figure(e)}.{plain} {_studies(e)} {capital(_SWEDEN[e.sweden])}."
    return text + about(e) + (f" {e.warning}" if e.warning else "")


def about(e: Evidence) -> str:
    """For whom, and what is not known: behind every study that is told."""
    whom = f" Gäller: {e.for_whom}." if e.for_whom else ""
    unknown = f" Inte känt: {e.open_questions}." if e.open_questions else ""
    return whom + unknown


def _figure(e: Evidence) -> str:
    """The effect in its own metric, with limits where the source has them; never a zero for what is not known."""
    if e.effect is None:
        return NO_FIGURE
    decimals = 0 if float(e.effect).is_integer() else 2 if e.metric == "Cohens d" else 1 if "procent" in e.metric else 2
    value = number(e.effect, decimals)
    between = (
        f" (troligen {number(e.lower, decimals)} till {number(e.upper, decimals)})"
        if e.lower is not None and e.upper is not None
        else ""
    )
    if "procent" in e.metric:
        compared = e.metric.removeprefix("procentuell förändring").replace("kontrollområde", "jämförelseområde").strip()
        return f"{value}{NBSP}procent{between}{f' {compared}' if compared else ''}"
    return f"{value} ({e.metric}){between}"


def _studies(e: Evidence) -> str:
    many = f"{number(e.studies)} studier" if e.studies and e.studies > 1 else "En studie" if e.studies else "Källa"
    where = f", {e.context}" if e.context else ""
    return f"{many}{where}: {study(e)}."


def study(e: Evidence) -> str:
    said = [e.study] if e.study else []
    if e.year and str(e.year) not in e.study:
        said.append(str(e.year))
    return ", ".join(said) or "ingen studie angiven"


def suggestion(e: Evidence) -> str:
    """One line in a list of proposals."""
    warned = f" {e.warning}" if e.warning else ""
    known = NO_FIGURE if e.effect is None and not e.gap else _figure(e) if not e.gap else "ingen studie av effekten"
    whom = f" Gäller: {e.for_whom}." if e.for_whom else ""
    return f"{e.name}: {status(e)} ({known}; {_SWEDEN[e.sweden]}).{whom}{warned}"
