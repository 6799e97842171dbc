"""What an evaluation says, in klarspråk. Words as "effekt av" stand only where `EffectResult.may_claim` allows them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.effects import EffectResult, Scale, Sensitivity
from kunskapsbaserat.report.text.numbers import NBSP, capital, number, rounded_up, word
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

STEPS = {
    1: "Steg 1 av 5: det går bara att säga vad som gjordes.",
    2: "Steg 2 av 5: före och efter, utan jämförelse.",
    3: "Steg 3 av 5: före och efter, med hänsyn till hur det gick innan. Inget område att jämföra med.",
    4: "Steg 4 av 5: jämförelse med områden utan åtgärden.",
    5: "Steg 5 av 5: områdena lottades.",
}
REASONS = {
    "no_comparison": "Det finns inget område att jämföra med. Ta med områden utan åtgärden i tabellen.",
    "p_floor": "Det finns för få områden att jämföra med. Minst 20 behövs för att en skillnad ska kunna bli säkerställd.",
    "few_events_before": (
        "Det var för få brott före starten: minst två i månaden per område behövs. Räkna ihop fler brottstyper eller områden."
    ),
    "few_events_after": "Tiden efter starten är för kort för så få brott. Vänta, eller räkna ihop fler brottstyper eller områden.",
    "bad_period_too_short": (
        "Åtgärden kom efter en ovanligt dålig tid, och då vänder det ofta av sig självt. Minst 36 månader före starten behövs."
    ),
    "bad_fit": "Jämförelsen ligger på en annan nivå redan före starten, och då säger skillnaden efteråt inget.",
    "no_events": "Det finns inga brott att jämföra.",
    "no_placebos": "Jämförelsen har inte prövats mot grupper av andra områden.",
    "few_treated": "Det är för få områden med åtgärden för att räkna osäkerheten så.",
    "months_before": "Tiden före starten är för kort. Minst 24 månader behövs.",
}
CAUTIONS = {
    "not_registered": "Upplägget skrevs inte ner före starten. Då är det lättare att råka välja det som ser bäst ut.",
    "figures_revised": "Talen från tiden före starten har ändrats sedan upplägget skrevs ner.",
    "months_after": "Det har inte gått ett helt år efter starten, så alla årstider är inte med.",
    "zeros": "Mer än hälften av månaderna före starten är utan brott. Jämförelsen blir grov.",
    "balance": "Området är större än alla det jämförs med.",
    "fit": "Området svängde före starten mer än de andra gör. Jämförelsen passar sämre.",
    "after_bad_period": "Åtgärden kom efter en ovanligt dålig tid. En del av nedgången kan ha kommit av sig själv.",
    "series_break": "Sättet att räkna ändrades under tiden, för alla områden.",
    "no_events_after": "Inget brott anmäldes efter starten.",
}
FAILED = {
    "pre_trend": "Området hade börjat skilja sig från de andra redan före starten.",
    "not_calibrated": "Metoden har inte visats hålla sin felrisk i tillräckligt många prov.",
}
CHOICES = {
    "outcome": "vad som mäts",
    "kind": "vad som mäts",
    "treated": "områdena med åtgärden",
    "start": "starten",
    "exposure": "vad talen delas med",
    "buffer": "områdena intill",
    "sharing": "områdena med samma åtgärd",
    "phase_in": "införandets längd",
    "assignment": "hur områdena valdes",
    "months_after": "tiden efter starten",
    "confidence": "kravet på säkerhet",
    "written_after_start": "det skrevs ner efter starten",
}
CHECKS = {
    "months_before": ("Månader före starten", "minst"),
    "months_after": ("Månader efter starten", "minst"),
    "areas": ("Områden att jämföra med", "minst"),
    "events": ("Brott i månaden före starten, per område med åtgärden", "minst"),
    "zeros": ("Andel månader före starten helt utan brott", "högst"),
    "incomplete": ("Områden som saknar tal och inte är med", "högst"),
    "sharing": ("Områden utanför jämförelsen, för att de har samma åtgärd", "högst"),
    "buffer": ("Områden utanför jämförelsen, för att åtgärden kan ha nått dit", "högst"),
    "series_break": ("År då sättet att räkna ändrades", "högst"),
    "pre_trend": ("Hur ofta slump ger en så stor skillnad mot de andra redan före starten (andel)", "minst"),
    "after_bad_period": ("Andel områden där det ökade mindre före starten", "under"),
    "balance": ("Storlek mot det största området att jämföra med", "högst"),
    "fit": ("Andel områden som de andra passar bättre för", "högst"),
    "common_shock": ("Förändring i alla områden samtidigt (logaritm)", "högst"),
}


def summary(result: EffectResult, name: str = "anmälda brott") -> str:
    """The answer in a few sentences: what is compared, what was found, what would have been seen, and what to beware of.

    Parameters
    ----------
    result : EffectResult
        From any method of `effects`.
    name : str
        The outcome in words, plural, such as "anmälda bostadsinbrott".
    """
    parts = [_answer(result, name), _visible(result), *_warnings(result), STEPS[result.design_step]]
    return " ".join(part for part in parts if part)


def _answer(result: EffectResult, name: str) -> str:
    verdict = result.verdict
    figures = _figures(result, name)
    if verdict in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        lead = "Det är för få brott för att bedöma." if verdict is Change.FOR_FA_BROTT else "Det går inte att bedöma."
        return f"{figures} {lead} {REASONS.get(str(result.reason), '')}".strip()
    if verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{figures} Skillnaden är inte säkerställd.{_interval(result)}"
    kind = "minskning" if verdict is Change.SAKERSTALLD_MINSKNING else "ökning"
    found = f"{figures} Det är en säkerställd {kind}{_size(result)}.{_interval(result)}"
    if result.may_claim:
        return f"{found} Jämförelsen håller för att tala om en effekt av åtgärden."
    return f"{found} Att åtgärden är orsaken går inte att säga."


def _figures(result: EffectResult, name: str) -> str:
    details = result.diagnostics.details
    if "observed" in details:
        observed, expected = details["observed"], details["expected"]
        decimals = 0 if expected >= PERCENT_FROM else 1
        return (
            f"{capital(name)} efter starten: {number(observed)}. "
            f"Om det hade gått som i jämförelsen hade de varit {number(expected, decimals)}."
        )
    if result.scale is Scale.DIFFERENCE and "before" in details:
        own, others = (
            tuple(100 * details[k] for k in keys) for keys in (("before", "after"), ("others_before", "others_after"))
        )
        return (
            f"{capital(name)} gick från {number(own[0], 1)} till {number(own[1], 1)}{NBSP}procent, "
            f"i jämförelsen från {number(others[0], 1)} till {number(others[1], 1)}."
        )
    return f"{capital(name)}:"


def _percent_allowed(result: EffectResult) -> bool:
    """No percentage of fewer than 20 events."""
    details = result.diagnostics.details
    return result.scale is Scale.LOG_RATIO and min(details.get("observed", 0), details.get("expected", 0)) >= PERCENT_FROM


def _size(result: EffectResult) -> str:
    if result.scale is Scale.DIFFERENCE:
        return f" med {number(abs(100 * result.estimate), 1)}{NBSP}procentenheter mot jämförelsen"
    return f" med {number(abs(result.pct_change))}{NBSP}procent" if _percent_allowed(result) else ""


def _interval(result: EffectResult) -> str:
    """The interval as a sentence; in events where a percentage may not be said."""
    low, high = result.lower, result.upper
    if result.scale is Scale.DIFFERENCE:
        return _span(100 * low, 100 * high, f"{NBSP}procentenheter", ("lägre", "högre"), 1)
    if _percent_allowed(result):
        return _span(100 * np.expm1(low), 100 * np.expm1(high), f"{NBSP}procent", ("färre", "fler"), 0)
    return _span(-result.events[2], -result.events[1], "", ("färre", "fler"), 0)


def _span(low: float, high: float, unit: str, words: tuple[str, str], decimals: int) -> str:
    if not np.isfinite([low, high]).all():
        return ""
    first, last = (f"{number(abs(v), decimals)}{unit}" for v in (low, high))
    if low < 0 < high:
        return f" Det kan vara allt från {first} {words[0]} till {last} {words[1]}."
    small, large = sorted((abs(low), abs(high)))
    kind = "Minskningen" if high <= 0 else "Ökningen"
    return f" {kind} är troligen mellan {number(small, decimals)} och {number(large, decimals)}{unit}."


def _visible(result: EffectResult) -> str:
    """How small an effect would have been found, so that "inte säkerställd" is not read as "oförändrat"."""
    if result.reason is not None or np.isnan(result.mde):
        return "" if result.reason is not None else "Inte ens en mycket stor minskning hade säkert synts."
    if result.scale is Scale.DIFFERENCE:
        size = f"{number(rounded_up(abs(100 * result.mde), 1), 1)}{NBSP}procentenheter"
        return f"En skillnad på {size} hade troligen synts."
    fall = -float(np.expm1(result.mde))
    expected = result.diagnostics.details.get("expected", np.nan)
    if expected >= PERCENT_FROM:
        return f"En minskning med {number(rounded_up(100 * fall))}{NBSP}procent hade troligen synts."
    return f"En minskning till {number(np.floor(expected * (1 - fall)))} hade troligen synts."


def _warnings(result: EffectResult) -> list[str]:
    found = [FAILED.get(code, code) for code in result.failed_checks]
    found += [
        CAUTIONS[code] for code in result.cautions if code in CAUTIONS and not (result.reason and code == "not_registered")
    ]
    if result.registered == "followed":
        found.append("Upplägget skrevs ner före starten och har följts.")
    if result.departures:
        names = list(dict.fromkeys(CHOICES.get(name, name) for name in result.departures))
        found.append(f"Utvärderingen avviker från upplägget: {', '.join(names)}.")
    return found


def checks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `Design.check` as a person reads them: what was looked at, the value, what is asked, and how it went."""
    rows = []
    for row in table.to_dict("records"):
        text, kind = CHECKS[row["check"]]
        decimals = 0 if float(row["limit"]).is_integer() and float(row["value"]).is_integer() else 2
        asked = (
            ""
            if row["severity"] == "informs"
            else f"{kind} {number(row['limit'], 0 if row['limit'] == int(row['limit']) else 2)}"
        )
        rows.append((text, number(row["value"], decimals), asked, _outcome(row)))
    return pd.DataFrame(rows, columns=["Kontroll", "Värde", "Krav", "Utfall"])


def _outcome(row: dict[str, object]) -> str:
    if row["passed"]:
        return "bra"
    return {
        "stops": "går inte att bedöma",
        "forbids": "ingen effekt får utläsas",
        "caution": "var försiktig",
        "informs": "att känna till",
    }[str(row["severity"])]


def sensitivity(found: Sensitivity) -> str:
    """How large another cause must be to explain the result."""
    if np.isnan(found.bias):
        return ""
    usual = "" if np.isnan(found.usual) else f" {_share_of(found.usual)} av de andra områdena ändrades så mycket av sig själva."
    return (
        f"Om något annat än åtgärden ändrade området med {number(abs(found.pct))}{NBSP}procent mer än de andra "
        f"är skillnaden inte längre säkerställd.{usual}"
    )


def _share_of(share: float) -> str:
    return "Inget" if share == 0 else f"{number(100 * share)}{NBSP}procent" if share >= 0.01 else "Mindre än en procent"


def power(table: pd.DataFrame) -> str:
    """What the first judged row of `effects.power` promises."""
    judged = table[table["reason"].isna() & table["smallest_decrease"].notna()]
    if judged.empty:
        return "Med de här talen går det inte att säga hur stor förändring som skulle synas."
    row = judged.iloc[-1]
    areas = "ett område" if row["areas"] == 1 else f"{word(int(row['areas']))} områden"
    fall = number(rounded_up(100 * (1 - row["smallest_decrease"])))
    return (
        f"Med {areas} och {word(int(row['months_after']))} månader efter starten syns troligen en minskning "
        f"med {fall}{NBSP}procent eller mer."
    )
