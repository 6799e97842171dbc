"""Words of a measure at a place before and after."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.effects import EffectResult, WddEstimate
from kunskapsbaserat.swedish import NBSP, capital, day, number
from kunskapsbaserat.trends import Change

TOPIC = "Före och efter"
HEADING = "Åtgärder på platser, före och efter"
NOTE = (
    "Bara rapportörer som har rapporterat både före och efter räknas. En åtgärd som sattes in efter en dålig tid ser ofta ut att ha "
    "hjälpt fast den inte har det. Att åtgärden är orsaken går inte att säga av de här siffrorna."
)
RING_HEADS = ("Var", "Före", "Efter")
RINGS = {
    "inner": "på platsen ({0}–{1} meter)",
    "buffer": "runt omkring ({0}–{1} meter)",
    "comparison": "längre bort ({0}–{1} meter)",
}
REASONS: Mapping[str, str] = {
    "no_comparison": "det finns ingen plats att jämföra med",
    "p_floor": "det finns för få platser att jämföra med",
    "few_events_before": "det var för få händelser före (minst två i månaden behövs)",
    "few_events_after": "tiden efter är för kort för så få händelser",
    "months_before": "tiden före är för kort (minst 24 månader behövs)",
    "bad_period_too_short": "åtgärden kom efter en ovanligt dålig tid, och då behövs minst 36 månader före",
    "no_events_after": "inget har rapporterats efter",
}


def named(item: Item) -> str:
    return f"{item.namn} ({item.id}, {item.plats}, från {day(item.borjade)})"


def too_early(item: Item, days: int) -> str:
    return f"{named(item)}: det går inte att bedöma än. Minst {days} dagar behövs både före och efter."


def answer(item: Item, result: EffectResult | str, compared: int, *, certain: bool) -> str:
    """What the comparison with other places says, and no more; a text is why there is none.

    `certain`: a change holds when all measures of the page are tried together.
    """
    if isinstance(result, str):
        return f"{named(item)}: går inte att bedöma mot andra platser. {capital(result)}".rstrip(".") + "."
    if result.verdict in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        why = REASONS.get(str(result.reason), "underlaget räcker inte")
        return (
            f"{named(item)}: går inte att bedöma, för {why}. {capital(number(compared))} andra platser finns att jämföra med."
        )
    details = result.diagnostics.details
    said = (
        f"{named(item)}: {number(details['observed'])} händelser efter starten. Om platsen hade följt de andra "
        f"{number(compared)} platserna hade de varit {number(details['expected'])}."
    )
    if result.verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{said} Skillnaden är inte säkerställd. {visible(result)}".strip()
    if not certain:
        return f"{said} Skillnaden är inte säkerställd när flera åtgärder prövas samtidigt. {visible(result)}".strip()
    kind = "färre" if result.verdict is Change.SAKERSTALLD_MINSKNING else "fler"
    return f"{said} Det är säkerställt {kind}."


def visible(result: EffectResult) -> str:
    """How small a fall would have been seen."""
    expected = result.diagnostics.details.get("expected", np.nan)
    if np.isnan(result.mde) or not np.isfinite(expected):
        return "Inte ens en mycket stor minskning hade säkert synts."
    return f"En minskning till {number(np.floor(expected * np.exp(result.mde)))} eller färre hade troligen synts."


def ring_caption(item: Item) -> str:
    return f"Händelser på och runt {item.plats} före och efter {item.id}"


def ring_scope(days: int, reporters: int) -> str:
    who = "en rapportör" if reporters == 1 else f"{number(reporters)} rapportörer"
    return f"{number(days)}{NBSP}dagar före och lika många efter, från {who} som rapporterat hela tiden."


def moved(found: WddEstimate | None) -> str:
    """Whether the events in the ring around grew or fell beside those further out."""
    if found is None:
        return "Längre bort finns för få händelser för att säga om något har flyttat."
    row = found.to_frame().set_index("part").loc["displacement"]
    low, high = float(row["lower"]), float(row["upper"])
    reach = f"mellan {_signed(low)} och {_signed(high)} händelser"
    if low > 0:
        return f"Runt omkring har händelserna blivit fler ({reach}): de kan ha flyttat dit. Metoden larmar för ofta, så se det som en fråga att undersöka."
    if high < 0:
        return f"Runt omkring har händelserna blivit färre ({reach}): nyttan kan ha spritt sig dit. Metoden larmar för ofta, så se det som en fråga att undersöka."
    return f"Det går inte att visa att händelser har flyttat till områdena runt omkring, och inte heller att de inte har det ({reach})."


def _signed(value: float) -> str:
    return f"{number(abs(value))} {'färre' if value < 0 else 'fler'}"
