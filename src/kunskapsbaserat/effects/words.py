"""What an evaluation says, in klarspråk. Words as "effekt av" stand only where `EffectResult.may_claim` allows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.result import EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.robustness import Sensitivity
from kunskapsbaserat.swedish import NBSP, capital, number, rounded_up, word
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
    "p_floor": "Det finns för få områden att jämföra med. Minst {needed} behövs för att en skillnad ska kunna bli säkerställd.",
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
    "no_events_after": "Inget brott anmäldes efter starten, så det går inte att säga hur stor minskningen är.",
    "few_control_events": "Det är för få brott i området att jämföra med.",
    "not_converged": "Talen räcker inte för att skilja åtgärden från trend och säsong.",
    "few_events": "Minst fem brott behövs före och efter, både där åtgärden finns och där den inte finns.",
}
CAUTIONS = {
    "pre_trend": "Området hade ökat mer än de andra redan före starten. En del av en nedgång kan ha kommit av sig själv.",
    "not_registered": "Upplägget skrevs inte ner före starten. Då är det lättare att råka välja det som ser bäst ut.",
    "figures_revised": "Talen från tiden före starten har ändrats sedan upplägget skrevs ner.",
    "months_after": "Det har inte gått ett helt år efter starten, så alla årstider är inte med.",
    "zeros": "Mer än hälften av månaderna före starten är utan brott. Jämförelsen blir grov.",
    "balance": "Området är större än alla det jämförs med.",
    "fit": "Området svängde före starten mer än de andra gör. Jämförelsen passar sämre.",
    "after_bad_period": "Åtgärden kom efter en ovanligt dålig tid. En del av nedgången kan ha kommit av sig själv.",
    "series_break": "Sättet att räkna ändrades under tiden, för alla områden.",
    "few_areas": "Med flera områden med åtgärden och färre än 40 att jämföra med larmar metoden lite för ofta.",
    "no_events_after": "Inget brott anmäldes efter starten. Kontrollera att inga tal saknas.",
    "single_series": "Utan område att jämföra med ser allt annat som ändras vid samma tid ut som åtgärden.",
    "uncalibrated": "Osäkerheten är räknad på ett sätt som larmar för ofta.",
    "missing_periods": "Perioder utan tal är inte med.",
    "part_period": "Åtgärden började inne i en månad eller ett kvartal. Den perioden är inte med i jämförelsen.",
    "nb_fallback": "Talen varierar inte mer än slumpen, så den enklare modellen används.",
    "different_period_lengths": "Tiden före och efter är olika lång.",
    "different_sizes": "Områdena är olika stora.",
    "few_events": "Det är få brott, så bedömningen är osäker.",
    "zero_count": "Ett av de fyra talen är noll, så ett halvt brott har lagts till varje.",
}
FAILED = {
    "no_events_after": (
        "I ett område med åtgärden anmäldes inget brott efter starten, fast minst 20 väntades. Kontrollera att tal inte saknas."
    ),
    "empty_periods": (
        "Under en eller flera perioder finns inte ett enda brott, fast det brukar vara många. Kontrollera att tal inte saknas."
    ),
    "pre_trend": "Området hade börjat skilja sig från de andra redan före starten.",
    "own_slope": (
        "Området hade redan en egen riktning före starten. Dras den ut räcker den till för förändringen, eller nästan."
    ),
    "one_area": "Mer än hälften av brotten i jämförelsen är från ett enda område. Då är det området hela jämförelsen.",
    "no_limits": "Undersökningens egen osäkerhet är inte med, och då larmar metoden för ofta för ett område med få svar.",
    "not_calibrated": "Metoden har inte visats hålla sin felrisk i tillräckligt många prov.",
    "method_not_registered": (
        "En annan metod än den vanliga användes utan att det skrevs ner före starten. Då är det lätt att välja den som ser bäst ut."
    ),
}
MEASURED_AT = 0.95  # the confidence that false alarms were counted at: at another nothing is said of how many they are
MEASURED = {
    "few_areas": "I prov där ingenting hade hänt larmade den i upp till 7 procent av fallen.",
    "no_limits": "I prov där ingenting hade hänt larmade den i 14 procent av fallen.",
}
CHOICES = {
    "outcome": "vad som mäts",
    "kind": "vad som mäts",
    "limits": "undersökningens osäkerhet",
    "treated": "områdena med åtgärden",
    "areas": "områdena att jämföra med",
    "first_period": "hur långt tillbaka talen går",
    "across_breaks": "jämförelse över ett brott i serien",
    "least_a_month": "hur många brott ett område behöver",
    "start": "starten",
    "exposure": "vad talen delas med",
    "buffer": "områdena intill",
    "sharing": "områdena med samma åtgärd",
    "phase_in": "införandets längd",
    "assignment": "hur områdena valdes",
    "months_after": "tiden efter starten",
    "confidence": "kravet på säkerhet",
    "method": "metoden",
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
    "empty_periods": ("Perioder utan ett enda brott, fast det brukar vara många", "högst"),
    "pre_trend": ("Hur ofta slump ger en så stor skillnad mot de andra redan före starten (andel)", "minst"),
    "after_bad_period": ("Andel områden där tiden före starten var mindre ovanlig", "under"),
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
    parts = [_answer(result, name), _drift(result), _visible(result), *_warnings(result), STEPS[result.design_step]]
    return " ".join(part for part in parts if part)


def _answer(result: EffectResult, name: str) -> str:
    verdict = result.verdict
    figures = _figures(result, name)
    if verdict in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        lead = "Det är för få brott för att bedöma." if verdict is Change.FOR_FA_BROTT else "Det går inte att bedöma."
        return f"{figures} {lead} {reason(result)}".strip()
    moved = result.method == "displacement"
    if verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        shown = " Det går inte att visa att brotten har flyttat dit eller att nyttan har spritt sig." if moved else ""
        return f"{figures} Skillnaden är inte säkerställd.{_interval(result)}{shown}"
    kind = "minskning" if verdict is Change.SAKERSTALLD_MINSKNING else "ökning"
    sentence = f"{figures} Det är en säkerställd {kind}{_size(result)}.{_interval(result)}"
    if result.may_claim:
        return f"{sentence} Jämförelsen håller för att tala om en effekt av åtgärden."
    if moved and verdict is Change.SAKERSTALLD_OKNING:
        return f"{sentence} Brotten kan ha flyttat dit (förflyttning)."
    if moved:
        return f"{sentence} Nyttan kan ha spritt sig dit (spridning)."
    if not result.checked and result.inference is Inference.PLACEBO:
        return f"{sentence} Kontrollerna av jämförelsen är inte gjorda, så att åtgärden är orsaken går inte att säga."
    return f"{sentence} Att åtgärden är orsaken går inte att säga."


def reason(result: EffectResult) -> str:
    """Why there is no verdict, as a sentence."""
    least = int(np.floor(1 / (1 - result.confidence) + 1e-9))  # 1/(least + 1) is the first p-value below 1 - confidence
    needed = max(least, 2 * result.diagnostics.n_treated)
    return REASONS.get(str(result.reason), "").format(needed=number(needed))


def _figures(result: EffectResult, name: str) -> str:
    details = result.diagnostics.details
    name = f"{name} i områdena dit brotten kan ha flyttat" if result.method == "displacement" else name
    if "observed" in details and np.isfinite(details["expected"]):
        observed, expected = details["observed"], details["expected"]
        decimals = 0 if expected >= PERCENT_FROM else 1
        otherwise = "fortsatt som före starten" if result.design_step < 4 else "gått som i jämförelsen"
        if result.unit is not Unit.EVENTS:
            mean, without = (value / details["periods"] for value in (observed, expected))
            shown = _level(result, (mean, without))
            return f"{capital(name)} efter starten: i medeltal {shown[0]}. Om det hade {otherwise} hade det varit {shown[1]}."
        return (
            f"{capital(name)} efter starten: {number(observed)}. "
            f"Om det hade {otherwise} hade de varit {number(expected, decimals)}."
        )
    if result.scale is Scale.DIFFERENCE and "before" in details:
        keys = ("before", "after", "others_before", "others_after")
        own = _level(result, tuple(details[key] for key in keys))
        return f"{capital(name)} gick från {own[0]} till {own[1]}, i jämförelsen från {own[2]} till {own[3]}."
    return f"{capital(name)}:"


def _level(result: EffectResult, values: tuple[float, ...]) -> list[str]:
    """Shares in per cent, an index as it is."""
    if result.unit is Unit.SHARE:
        return [f"{number(100 * value, 1)}{NBSP}procent" for value in values]
    return [number(value, _decimals(values)) for value in values]


def _difference(result: EffectResult, values: tuple[float, ...]) -> tuple[list[float], int, str]:
    """Differences as they are said: the numbers, their decimals and their unit."""
    if result.unit is Unit.SHARE:
        return [100 * value for value in values], 1, f"{NBSP}procentenheter"
    size = " och ytenhet" if result.diagnostics.details.get("per_size") else ""
    return list(values), _decimals(values), f" per period{size}" if result.unit is Unit.EVENTS else ""


def _decimals(values: tuple[float, ...]) -> int:
    """Two or three figures of the largest."""
    largest = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    return int(np.clip(1 - np.floor(np.log10(largest)), 0, 4)) if largest > 0 else 1


def _percent_allowed(result: EffectResult) -> bool:
    """No percentage of fewer than 20 events."""
    details = result.diagnostics.details
    return result.scale is Scale.LOG_RATIO and min(details.get("observed", 0), details.get("expected", 0)) >= PERCENT_FROM


def _size(result: EffectResult) -> str:
    if result.scale is Scale.DIFFERENCE:
        (size, *_), decimals, unit = _difference(result, (result.estimate, result.lower, result.upper))
        against = "om det hade fortsatt som före starten" if result.design_step < 4 else "jämförelsen"
        return f" med {number(abs(size), decimals)}{unit} mot {against}"
    return f" med {number(abs(result.pct_change))}{NBSP}procent" if _percent_allowed(result) else ""


def _interval(result: EffectResult) -> str:
    """The interval as a sentence; in events where a percentage may not be said."""
    low, high = result.lower, result.upper
    if result.scale is Scale.DIFFERENCE:
        (_, *limits), decimals, unit = _difference(result, (result.estimate, low, high))
        words = ("färre", "fler") if result.unit is Unit.EVENTS else ("lägre", "högre")
        return _span(limits[0], limits[1], unit, words, decimals)
    if _percent_allowed(result):
        return _span(100 * np.expm1(low), 100 * np.expm1(high), f"{NBSP}procent", ("färre", "fler"), 0)
    return _span(-result.events[2], -result.events[1], "", ("färre", "fler"), 0)


def _span(low: float, high: float, unit: str, words: tuple[str, str], decimals: int) -> str:
    if not np.isfinite([low, high]).all() or max(abs(low), abs(high)) < 0.5 * 10.0**-decimals:
        return ""
    first, last = (f"{number(abs(v), decimals)}{unit}" for v in (low, high))
    if low <= 0 <= high:
        return f" Det kan vara allt från {first} {words[0]} till {last} {words[1]}."
    small, large = sorted((abs(low), abs(high)))
    kind = "Minskningen" if high <= 0 else "Ökningen"
    return f" {kind} är troligen mellan {number(small, decimals)} och {number(large, decimals)}{unit}."


def _drift(result: EffectResult) -> str:
    """How much a year the area must have drifted to explain a säkerställd answer without the measure."""
    certain = result.verdict in (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING)
    if not certain or result.design_step < 4 or not np.isfinite(result.drift):
        return ""
    if result.scale is Scale.LOG_RATIO:
        size = f"{number(100 * abs(float(np.expm1(result.drift))), 1)}{NBSP}procent"
        return f"En drift på {size} om året mot de andra skulle förklara allt." if _percent_allowed(result) else ""
    (drift,), decimals, unit = _difference(result, (result.drift,))
    unit = "" if result.unit is Unit.EVENTS else unit
    return f"En drift på {number(abs(drift), decimals)}{unit} om året mot de andra skulle förklara allt."


def _visible(result: EffectResult) -> str:
    """How small an effect would have been found, so that "inte säkerställd" is not read as "oförändrat"."""
    if result.reason is not None or np.isnan(result.mde):
        return "" if result.reason is not None else "Inte ens en mycket stor minskning hade säkert synts."
    if result.scale is Scale.DIFFERENCE:
        (size, *_), decimals, unit = _difference(result, (result.mde, result.estimate))
        seen = rounded_up(abs(size), decimals)
        return f"En skillnad på {number(seen, decimals)}{unit} hade troligen synts." if seen > 0 else ""
    fall = -float(np.expm1(result.mde))
    expected = result.diagnostics.details.get("expected", np.nan)
    if not np.isfinite(expected):
        return ""
    if expected >= PERCENT_FROM:
        return f"En minskning med {number(rounded_up(100 * fall))}{NBSP}procent hade troligen synts."
    return f"En minskning till {number(np.floor(expected * (1 - fall)))} hade troligen synts."


def _warnings(result: EffectResult) -> list[str]:
    sentences = [_measured(code, FAILED.get(code, code), result) for code in result.failed_checks]
    sentences += [
        _measured(code, _caution(code, result), result)
        for code in result.cautions
        if code in CAUTIONS and code not in result.failed_checks and not (result.reason and code == "not_registered")
    ]
    sentences += _false_alarms(result)
    if result.registered == "followed":
        sentences.append("Upplägget skrevs ner före starten och har följts.")
    if result.departures:
        names = list(dict.fromkeys(CHOICES.get(name, name) for name in result.departures))
        sentences.append(f"Utvärderingen avviker från upplägget: {', '.join(names)}.")
    return sentences


def figures(result: EffectResult) -> list[tuple[str, str]]:
    """The weightiest figures with their names and units; no percentage where none may be said, no row without a number."""
    rows = []
    if result.scale is Scale.DIFFERENCE:
        values, decimals, unit = _difference(result, (result.estimate, result.lower, result.upper))
        name = f"antal{unit}" if result.unit is Unit.EVENTS else unit.strip(NBSP)
        rows += _with_limits(f"Skillnad mot jämförelsen, {name}" if name else "Skillnad mot jämförelsen", values, decimals)
    elif _percent_allowed(result):
        limits = [100 * float(np.expm1(limit)) for limit in (result.lower, result.upper)]
        rows += _with_limits("Skillnad mot jämförelsen, procent", [result.pct_change, *limits], 0)
    averted = "Brott som inte skedde" if result.may_claim else "Färre brott än i jämförelsen"
    rows += _with_limits(f"{averted} (minus: fler)", list(result.events), 0)
    if np.isfinite(result.p_value):
        rows.append(("Hur ofta slump ger minst så stor skillnad (andel)", number(result.p_value, 3)))
    if result.diagnostics.n_placebo:
        rows.append(("Jämförelser med områden utan åtgärden", number(result.diagnostics.n_placebo)))
    return [*rows, ("Upplägg, steg av 5", str(result.design_step))]


def _with_limits(name: str, values: list[float], decimals: int) -> list[tuple[str, str]]:
    """A row for the value, and one for its limits; none for what could not be estimated."""
    shown = [number(value, decimals) for value in values]
    rows = [(name, shown[0]), ("– troligen mellan", f"{shown[1]} och {shown[2]}")]
    return rows[: int(np.isfinite(values[0])) + int(np.isfinite(values).all())]


def _caution(code: str, result: EffectResult) -> str:
    if code == "after_bad_period" and result.unit is not Unit.EVENTS:
        return "Åtgärden kom efter en ovanlig tid. En del av förändringen kan ha kommit av sig själv."
    return CAUTIONS[code]


def _measured(code: str, sentence: str, result: EffectResult) -> str:
    return f"{sentence} {MEASURED[code]}" if code in MEASURED and result.confidence == MEASURED_AT else sentence


def _false_alarms(result: EffectResult) -> list[str]:
    """Where the error rate does not hold everywhere, the measured one is said."""
    rates = result.diagnostics.details.get("false_alarms")
    if not rates or result.reason is not None or result.confidence != MEASURED_AT:
        return []
    return [
        f"I prov där ingenting hade hänt larmade metoden i upp till {number(100 * max(rates.values()))}{NBSP}procent av fallen."
    ]


def checks(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `Design.check` as a person reads them: what was looked at, the value, what is asked, and how it went."""
    rows = []
    for row in table.to_dict("records"):
        text, kind = CHECKS[row["check"]]
        if row["check"] == "series_break":
            rows.append((text, str(int(row["value"])), "", _outcome(row)))
            continue
        decimals = 0 if float(row["limit"]).is_integer() and float(row["value"]).is_integer() else 2
        rows.append((text, number(row["value"], decimals), _asked(row, kind), _outcome(row)))
    return pd.DataFrame(rows, columns=["Kontroll", "Värde", "Krav", "Utfall"])


def _asked(row: dict[str, Any], kind: str) -> str:
    if row["severity"] == "informs":
        return ""
    limit = float(row["limit"])
    return "inga" if kind == "högst" and limit == 0 else f"{kind} {number(limit, 0 if limit.is_integer() else 2)}"


def _outcome(row: dict[str, object]) -> str:
    if row["passed"]:
        return "inget syns" if row["check"] == "pre_trend" else "bra"  # a slow trend is seldom seen: see `effects.checks.check`
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
    size = f"{number(abs(found.pct))}{NBSP}procent"
    if found.scale is Scale.DIFFERENCE:
        share = found.unit is Unit.SHARE
        value = 100 * abs(found.bias) if share else abs(found.bias)
        decimals = 1 if share else _decimals((value,))
        size = f"{number(value, decimals)}{f'{NBSP}procentenheter' if share else ''}"
    return (
        f"Om något annat än åtgärden ändrade området med {size} mer än de andra är skillnaden inte längre säkerställd.{usual}"
    )


def _share_of(share: float) -> str:
    return "Inget" if share == 0 else f"{number(100 * share)}{NBSP}procent" if share >= 0.01 else "Mindre än en procent"


def power(table: pd.DataFrame) -> str:
    """What `effects.power` promises for the longest time that it judges, with the design's own number of areas (its first)."""
    own = table["areas"].isin(table["areas"].iloc[:1])
    judged = table[own & table["reason"].isna() & table["smallest_decrease"].notna()]
    if judged.empty:
        return "Med de här talen går det inte att säga hur stor förändring som skulle synas."
    row = judged.loc[judged["months_after"].idxmax()]
    areas = "ett område" if row["areas"] == 1 else f"{word(int(row['areas']))} områden"
    fall = number(rounded_up(100 * (1 - row["smallest_decrease"])))
    return (
        f"Med {areas} och {word(int(row['months_after']))} månader efter starten syns troligen en minskning "
        f"med {fall}{NBSP}procent eller mer."
    )
