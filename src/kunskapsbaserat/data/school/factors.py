"""The eight factors of a school's surroundings and what each is judged by: the questions of the form, version by version.

The factors are those of Tryggare skola in Blekinge. Its own questions and weights are not public, so these are the form's own:
an index made with it is never compared with one from another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FORM_VERSION = "1"
"""Changes whenever a question, a scale or a weight does."""

INDEX_MAX = 20
SCORES: Mapping[str, float | None] = MappingProxyType({"ja": 1.0, "delvis": 0.5, "nej": 0.0, "går inte att bedöma": None})
NOT_JUDGED = "går inte att bedöma"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question about a place: the heading of its column, and what a "ja" asks for."""

    head: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the eight, with its questions."""

    name: str
    indicators: tuple[Indicator, ...]


FACTORS = (
    Factor(
        "belysning",
        (
            Indicator("Ljuset räcker", "ljuset", "Går det att se ansikten på håll när det är mörkt ute?"),
            Indicator("Lamporna är hela", "lamporna", "Lyser alla lampor?"),
        ),
    ),
    Factor(
        "förvaltning",
        (
            Indicator("Helt och rent", "helt", "Är det fritt från klotter, skräp och trasiga saker?"),
            Indicator("Skador lagas fort", "lagas", "Lagas skador inom en vecka?"),
        ),
    ),
    Factor(
        "gestaltning",
        (
            Indicator("Passar det den används till", "passar", "Är platsen ordnad för det som händer där, utan trängsel?"),
            Indicator("Elever har fått påverka", "paverka", "Har elever varit med och format platsen?"),
        ),
    ),
    Factor(
        "information",
        (
            Indicator("Reglerna är tydliga", "reglerna", "Framgår det vad som gäller här?"),
            Indicator("Framgår vem man kan fråga", "fraga", "Framgår det vart man vänder sig om något händer?"),
        ),
    ),
    Factor(
        "mix av funktioner",
        (
            Indicator("Används hela skoldagen", "anvands", "Är platsen i bruk mer än en kort stund om dagen?"),
            Indicator("Rymmer olika sysslor", "rymmer", "Kan man göra olika saker utan att störa varandra?"),
        ),
    ),
    Factor(
        "skalskydd",
        (
            Indicator("Går att låsa", "lasa", "Går dörrar, fönster och grindar att låsa?"),
            Indicator("Obehöriga märks", "obehoriga", "Märks det om någon kommer in som inte ska vara där?"),
        ),
    ),
    Factor(
        "social kontroll",
        (
            Indicator("Vuxna i närheten", "vuxna", "Finns vuxna i närheten när elever är här?"),
            Indicator("God sikt", "sikt", "Kan platsen ses från andra håll, utan gömda hörn?"),
        ),
    ),
    Factor(
        "tydlighet",
        (
            Indicator("Lätt att hitta", "hitta", "Är det lätt att hitta hit och härifrån?"),
            Indicator("Framgår vem den är till för", "till_for", "Framgår det vem som får vara här?"),
        ),
    ),
)
INDICATORS = tuple(indicator for factor in FACTORS for indicator in factor.indicators)
