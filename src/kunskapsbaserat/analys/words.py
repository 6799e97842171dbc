"""What columns, codes and sources are called in Swedish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from kunskapsbaserat.rates import Comparison, FunnelClass, Position
from kunskapsbaserat.report.page.common_words import AMONG, CHANGE, POSITION
from kunskapsbaserat.trends import Change

HEADERS: Mapping[str, str] = {
    "kommun": "Kommun",
    "kod": "Kommunkod",
    "lan": "Län",
    "skr_grupp": "SKR:s kommungrupp",
    "brott": "Brott",
    "brott_id": "Brottets namn i katalogen",
    "slag": "Slag av tal",
    "kon": "Kön",
    "ar": "År",
    "period": "Period",
    "antal": "Anmälda brott",
    "folkmangd": "Medelfolkmängd",
    "per_100000": "Per 100 000 invånare",
    "lower": "Undre gräns",
    "upper": "Övre gräns",
    "status": "Status",
    "kalla": "Källa",
    "orsak": "Varför ett värde saknas",
    "vantat": "Väntat antal",
    "kvot": "Kvot mot alla kommuner",
    "nedre_95": "Trattens nedre gräns, 95 %",
    "ovre_95": "Trattens övre gräns, 95 %",
    "nedre_998": "Trattens nedre gräns, 99,8 %",
    "ovre_998": "Trattens övre gräns, 99,8 %",
    "tratt": "Läge bland alla kommuner",
    "vald": "Vald kommun",
    "lage": "Läge mot mittersta hälften av de jämförda",
    "jamforelse": "Mot de jämförda kommunerna",
    "jamfort_tal": "De jämfördas tal per 100 000",
    "antal_jamforda": "Antal jämförda kommuner",
    "forandring": "Förändring",
    "forandring_mot_andra": "Förändring mot andra kommuner",
    "fore": "Åren före",
    "nu": "Senaste åren",
    "antal_fore": "Anmälda per år, före",
    "antal_nu": "Anmälda per år, nu",
    "procent": "Förändring, procent",
    "procent_lower": "Undre gräns, procent",
    "procent_upper": "Övre gräns, procent",
    "synlig_okning": "Minsta ökning som hade synts, procent",
    "synlig_minskning": "Minsta minskning som hade synts, procent",
    "per_ar": "Årlig förändring, procent",
    "per_ar_lower": "Undre gräns, procent per år",
    "per_ar_upper": "Övre gräns, procent per år",
    "riktning": "Riktning över alla år",
    "antal_brytar": "Antal brytpunkter",
    "brytar": "Senaste brytår",
    "ar_for_jamforelsen": "Året som gruppen gjordes för",
    "anmarkning": "Anmärkning",
}

STATUS = {"final": "slutlig", "preliminary": "preliminär"}
SEX = {"alla": "alla", "kvinna": "flickor och kvinnor", "man": "pojkar och män"}
KIND_TOTAL, KIND_GROUP, KIND_INDICATOR, KIND_OTHER = "totalt", "Brås grupp", "Brås indikator", "annat brott"
KIND_HISTORY = "grupp från 2013–2016"

SOURCES = {
    "bra_sol": "Brå, databasen över anmälda brott",
    "bra_sol_bearbetad": "Brå, databasen över anmälda brott, summerat",
    "bra_indikatorer": "Brå, indikatorer för kommuners lägesbild",
    "bra_grupper": "Brå, anmälda brott i grupper",
    "bra_2013": "Brå, anmälda brott 2013",
    "bra_manad": "Brå, anmälda brott per månad 2013–2016",
    "kolada": "Brå genom Kolada",
}
OWN = "{}, ur mappen"

# Why a value is missing, or why nothing is judged, by the code of `rates` and `trends`.
REASONS = {
    "no_count": "antalet saknas",
    "no_exposure": "folkmängden är inte känd",
    "rate_only": "bara talet per 100 000 är publicerat",
    "no_expected": "väntat antal saknas",
    "few_areas": "för få kommuner att jämföra med",
    "no_group": "ingen kommun att jämföra med",
    "no_group_figures": "färre än hälften av de jämförda har tal",
    "few_events": "för få brott för en bedömning",
    "few": "för få brott för en bedömning",
    "series_break": "brottet räknades på ett annat sätt tidigare",
    "no_variation": "vanlig variation mellan år går inte att räkna ut",
    "missing_years": "år saknas",
    "few_years": "för få år",
    "no_upper_limit": "ingen övre gräns",
}
TOO_FEW_FOR_PERCENT = "under 20 per år: procent visas inte"


def reason(code: object) -> str | None:
    """Why in Swedish; a code that nobody has put into words is shown as it is."""
    return None if code is None or code != code else REASONS.get(str(code), str(code))


def texts(values: Iterable[str | None]) -> pd.api.extensions.ExtensionArray:
    """A column of text, whether or not any stands in it."""
    return pd.array(list(values), dtype="str")


def source(code: str, *, own: bool) -> str:
    named = SOURCES.get(code, code)
    return OWN.format(named) if own else named


def verdict(change: object) -> str:
    return CHANGE[Change(str(change))][1]


def among(code: object) -> str:
    funnel_class = FunnelClass(str(code))
    return "kan inte bedömas" if funnel_class is FunnelClass.KAN_INTE_BEDOMAS else AMONG[funnel_class]


_COMPARISON = {
    Comparison.HOGRE: "säkerställt högre",
    Comparison.LAGRE: "säkerställt lägre",
    Comparison.INGEN_SAKERSTALLD_SKILLNAD: "ingen säkerställd skillnad",
    Comparison.FOR_FA_BROTT: "för få brott",
    Comparison.KAN_INTE_BEDOMAS: "kan inte bedömas",
}


def comparison(code: object) -> str:
    return _COMPARISON[Comparison(str(code))]


def position(code: object) -> str | None:
    return None if code is None or code != code else POSITION[Position(str(code))]
