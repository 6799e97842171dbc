"""What the drawings say, in Swedish and English, and how they write numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kunskapsbaserat import english, swedish
from kunskapsbaserat.errors import OptionError

LANGUAGES = ("sv", "en")

_WORDS = {
    "year": ("År", "Year"),
    "count": ("Antal", "Count"),
    "reported": ("Anmälda brott", "Reported crimes"),
    "share": ("Andel", "Share"),
    "value": ("Värde", "Value"),
    "rate_title": ("Anmälda brott per {per} invånare", "Reported crimes per {per} residents"),
    "interval": ("Osäkerhet ({confidence} procent)", "{confidence}% interval"),
    "interval_plain": ("Osäkerhet", "Interval"),
    "observed": ("Utfall", "Observed"),
    "trend": ("Trend", "Trend"),
    "bend": ("Trenden böjer av", "Trend changes"),
    "without_season": ("Utan säsong", "Without season"),
    "expected_range": ("Väntat intervall", "Expected range"),
    "expected": ("Väntat", "Expected"),
    "level": ("Nivå", "Level"),
    "when": ("När nivån kan ha ändrats", "When the level may have changed"),
    "break": ("Nytt sätt att räkna", "New way of counting"),
    "others": ("{n} andra", "{n} others"),
    "all": ("{n} serier", "{n} series"),
    "centre": ("Medelnivå", "Centre line"),
    "centre_shifted": ("Medelnivå (nivån har flyttat)", "Centre line (the level has shifted)"),
    "median": ("Median", "Median"),
    "median_shifted": ("Median (nivån har flyttat)", "Median (the level has shifted)"),
    "limits": ("Vanlig variation", "Usual variation"),
    "outside": ("Utanför vanlig variation", "Outside usual variation"),
    "counterfactual": ("Om det hade gått som för de andra", "Had it gone as for the others"),
    "continued": ("Om det hade fortsatt som förut", "Had it continued as before"),
    "phase_in": ("Införande, räknas inte", "Phase-in, not counted"),
    "start": ("Start", "Start"),
    "without": ("Områden utan åtgärden", "Areas without the measure"),
    "groups": ("Grupper av områden utan åtgärden", "Groups of areas without the measure"),
    "with": ("Med åtgärden", "With the measure"),
    "critical": ("Gräns för säkerställt", "Limit of statistical certainty"),
    "placebo_axis": (
        "Färre än väntat  ←  Skillnad mot de andra  →  Fler än väntat",
        "Fewer than expected  ←  Difference to the others  →  More than expected",
    ),
    "areas": ("Antal områden", "Number of areas"),
    "area_groups": ("Antal grupper av områden", "Number of groups of areas"),
    "months_after": ("Månader efter starten", "Months after the start"),
    "smallest": ("Minsta minskning som troligen syns, procent", "Smallest fall likely to be seen, per cent"),
    "one_area": ("1 område", "1 area"),
    "n_areas": ("{n} områden", "{n} areas"),
    "difference": ("Skillnad mot jämförelsen", "Difference to the comparison"),
    "difference_pct": ("Skillnad mot jämförelsen, procent", "Difference to the comparison, per cent"),
    "change_pct": ("Förändring mot jämförelsen, procent", "Change against the comparison, per cent"),
    "estimate": ("Uppskattad skillnad", "Estimated difference"),
    "no_difference": ("Ingen skillnad", "No difference"),
    "since": ("Perioder från starten", "Periods from the start"),
    "before_start": ("Före starten", "Before the start"),
    "after_start": ("Efter starten", "After the start"),
    "weight": ("Vikt, procent", "Weight, per cent"),
    "weights_rest": ("{n} andra tillsammans", "{n} others together"),
    "certain": ("Säkerställd", "Statistically certain"),
    "not_certain": ("Inte säkerställd", "Not statistically certain"),
    "not_judged": ("Går inte att bedöma", "Cannot be judged"),
    "funnel_x": ("Väntade brott (större kommun åt höger)", "Expected crimes (larger to the right)"),
    "funnel_x_size": ("Invånare och år (större kommun åt höger)", "Person-years (larger to the right)"),
    "funnel_y": ("Anmälda brott mot väntade", "Reported against expected crimes"),
    "common": ("Gemensam nivå", "Common level"),
    "inner": ("Vanligt ({level} procent)", "Usual ({level}%)"),
    "outer": ("Ovanligt ({level} procent)", "Unusual ({level}%)"),
    "inside": ("Inom det vanliga", "Within the usual"),
    "higher": ("Högre", "Higher"),
    "lower": ("Lägre", "Lower"),
    "map_below": ("under {}", "below {}"),
    "map_between": ("{}–{}", "{}–{}"),
    "map_above": ("{} eller mer", "{} or more"),
    "map_missing": ("Saknas", "Missing"),
    "map_same": ("{}", "{}"),
    "per": ("per {per} invånare", "per {per} residents"),
    "did": ("Skillnad i skillnader", "Difference in differences"),
    "synthetic_control": ("Syntetisk kontroll", "Synthetic control"),
    "sdid": ("Syntetisk skillnad i skillnader", "Synthetic difference in differences"),
    "pool_all": ("alla områden", "all areas"),
    "pool_alike": ("lika stora områden", "areas of like size"),
    "n_months": ("{n} månader", "{n} months"),
}
MONTHS = {
    "sv": ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_BY_LANGUAGE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {language: MappingProxyType({key: both[at] for key, both in _WORDS.items()}) for at, language in enumerate(LANGUAGES)}
)


def words(language: str) -> Mapping[str, str]:
    """Every text by its key.

    Raises
    ------
    OptionError
        Neither Swedish nor English.
    """
    if language not in LANGUAGES:
        raise OptionError("language", language, LANGUAGES)
    return _BY_LANGUAGE[language]


def number(value: float, language: str, decimals: int | None = None) -> str:
    """ "12 454,5" or "12,454.5", with no more decimals than it needs when `decimals` is None."""
    value = float(f"{value:.6g}")
    writes = swedish if language == "sv" else english
    return str(writes.plain(value) if decimals is None else writes.number(value, decimals))
