"""What an evaluation says, in klarspråk. Words as "effekt av" stand only where `EffectResult.may_claim` allows them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import english
from kunskapsbaserat.effects import words_en, words_sv
from kunskapsbaserat.effects.result import EFFECT_MAY_BE_CLAIMED_FROM, EffectResult, Inference, Scale, Unit
from kunskapsbaserat.effects.robustness import Sensitivity
from kunskapsbaserat.effects.words_sv import CAUTIONS, CHECKS, CHOICES, FAILED, MEASURED_AT, REASONS, STEPS
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.swedish import NBSP, capital, number, rounded_up, word
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

__all__ = [
    "CAUTIONS",
    "CHECKS",
    "CHOICES",
    "FAILED",
    "REASONS",
    "STEPS",
    "Phrases",
    "checks",
    "figures",
    "power",
    "reason",
    "sensitivity",
    "summary",
]


class Phrases:
    """The sentences of one language, and how it writes numbers."""

    def __init__(self, texts: ModuleType, number: Callable[..., str]) -> None:
        self.steps, self.reasons, self.cautions = texts.STEPS, texts.REASONS, texts.CAUTIONS
        self.failed, self.measured, self.choices = texts.FAILED, texts.MEASURED, texts.CHOICES
        self.number, self._phrases = number, texts.PHRASES

    def __call__(self, key: str, *args: object, **values: object) -> str:
        return str(self._phrases[key]).format(*args, **values)


SWEDISH = Phrases(words_sv, number)
LANGUAGES = {"sv": SWEDISH, "en": Phrases(words_en, english.number)}
NAMES = {"sv": "anmälda brott", "en": "reported crimes"}


def summary(result: EffectResult, name: str | None = None, *, language: str = "sv") -> str:
    """The answer in a few sentences: what is compared, what was found, what would have been seen, and what to beware of.

    Parameters
    ----------
    result : EffectResult
        From any method of `effects`.
    name : str, optional
        The outcome in words, plural, such as "anmälda bostadsinbrott"; default reported crimes.
    language : {"sv", "en"}
        English is for researchers; both are chosen by the same rules, and neither claims more than the other.

    Raises
    ------
    OptionError
        Another language.
    """
    if language not in LANGUAGES:
        raise OptionError("language", language, tuple(LANGUAGES))
    say = LANGUAGES[language]
    name = NAMES[language] if name is None else name
    parts = [_answer(result, name, say), _drift(result, say), _visible(result, say), *_warnings(result, say)]
    return " ".join(part for part in (*parts, _not_used(result, say), say.steps[result.design_step]) if part)


def _answer(result: EffectResult, name: str, say: Phrases = SWEDISH) -> str:
    verdict = result.verdict
    figures = _figures(result, name, say)
    if verdict in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        return f"{figures} {say('few' if verdict is Change.FOR_FA_BROTT else 'unjudged')} {reason(result, say)}".strip()
    moved = result.method == "displacement"
    if verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{figures} {say('not_certain')}{_interval(result, say)}{say('not_moved') if moved else ''}"
    kind = say("decrease" if verdict is Change.SAKERSTALLD_MINSKNING else "increase")
    sentence = f"{figures} {say('certain', kind=kind, size=_size(result, say))}{_interval(result, say)}"
    if result.may_claim:
        return f"{sentence} {say('claim')}"
    if moved:
        return f"{sentence} {say('moved' if verdict is Change.SAKERSTALLD_OKNING else 'spread')}"
    if not result.checked and result.inference is Inference.PLACEBO:
        return f"{sentence} {say('unchecked')}"
    return f"{sentence} {say('no_cause')}"


def reason(result: EffectResult, say: Phrases = SWEDISH) -> str:
    """Why there is no verdict and what would be needed, as sentences."""
    least = int(np.floor(1 / (1 - result.confidence) + 1e-9))  # 1/(least + 1) is the first p-value below 1 - confidence
    needed = max(least, 2 * result.diagnostics.n_treated)
    return str(say.reasons.get(str(result.reason), "")).format(needed=say.number(needed))


def _figures(result: EffectResult, name: str, say: Phrases) -> str:
    details = result.diagnostics.details
    name = capital(say("where_moved", name=name) if result.method == "displacement" else name)
    if "observed" in details and np.isfinite(details["expected"]):
        observed, expected = details["observed"], details["expected"]
        otherwise = say("as_before" if result.design_step < EFFECT_MAY_BE_CLAIMED_FROM else "as_compared")
        if result.unit is not Unit.EVENTS:
            mean, without = _level(result, tuple(value / details["periods"] for value in (observed, expected)), say)
            return say("means", name=name, observed=mean, otherwise=otherwise, expected=without)
        shown = say.number(expected, 0 if expected >= PERCENT_FROM else 1)
        return say("counts", name=name, observed=say.number(observed), otherwise=otherwise, expected=shown)
    if result.scale is Scale.DIFFERENCE and "before" in details:
        keys = ("before", "after", "others_before", "others_after")
        return say("from_to", *_level(result, tuple(details[key] for key in keys), say), name=name)
    return f"{name}:"


def _level(result: EffectResult, values: tuple[float, ...], say: Phrases) -> list[str]:
    """Shares in per cent, an index as it is."""
    if result.unit is Unit.SHARE:
        return [say("per_cent", value=say.number(100 * value, 1)) for value in values]
    return [say.number(value, _decimals(values)) for value in values]


def _difference(result: EffectResult, values: tuple[float, ...], say: Phrases = SWEDISH) -> tuple[list[float], int, str]:
    """Differences as they are said: the numbers, their decimals and their unit."""
    if result.unit is Unit.SHARE:
        return [100 * value for value in values], 1, say("points")
    size = say("per_size") if result.diagnostics.details.get("per_size") else ""
    return list(values), _decimals(values), say("per_period", size=size) if result.unit is Unit.EVENTS else ""


def _decimals(values: tuple[float, ...]) -> int:
    """Two or three figures of the largest."""
    largest = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    return int(np.clip(1 - np.floor(np.log10(largest)), 0, 4)) if largest > 0 else 1


def _percent_allowed(result: EffectResult) -> bool:
    """No percentage of fewer than 20 events."""
    details = result.diagnostics.details
    return result.scale is Scale.LOG_RATIO and min(details.get("observed", 0), details.get("expected", 0)) >= PERCENT_FROM


def _size(result: EffectResult, say: Phrases) -> str:
    if result.scale is Scale.DIFFERENCE:
        (size, *_), decimals, unit = _difference(result, (result.estimate, result.lower, result.upper), say)
        against = say("had_continued" if result.design_step < EFFECT_MAY_BE_CLAIMED_FROM else "the_others")
        return say("against", size=say.number(abs(size), decimals), unit=unit, what=against)
    return say("by_per_cent", value=say.number(abs(result.pct_change))) if _percent_allowed(result) else ""


def _interval(result: EffectResult, say: Phrases) -> str:
    """The interval as a sentence; in events where a percentage may not be said."""
    low, high = result.lower, result.upper
    if result.scale is Scale.DIFFERENCE:
        (_, *limits), decimals, unit = _difference(result, (result.estimate, low, high), say)
        return _span(limits[0], limits[1], unit, "events" if result.unit is Unit.EVENTS else "level", decimals, say)
    if _percent_allowed(result):
        return _span(100 * np.expm1(low), 100 * np.expm1(high), say("per_cent_unit"), "events", 0, say)
    return _span(-result.events[2], -result.events[1], "", "events", 0, say)


def _span(low: float, high: float, unit: str, kind: str, decimals: int, say: Phrases) -> str:
    if not np.isfinite([low, high]).all() or max(abs(low), abs(high)) < 0.5 * 10.0**-decimals:
        return ""
    if low <= 0 <= high:
        down, up = ("fewer", "more") if kind == "events" else ("lower", "higher")
        first, last = (f"{say.number(abs(v), decimals)}{unit}" for v in (low, high))
        return say("anything", low=first, down=say(down), high=last, up=say(up))
    small, large = (say.number(v, decimals) for v in sorted((abs(low), abs(high))))
    return say("likely", kind=say("the_decrease" if high <= 0 else "the_increase"), small=small, large=large, unit=unit)


def _drift(result: EffectResult, say: Phrases) -> str:
    """How much a year the area must have drifted to explain a säkerställd answer without the measure."""
    certain = result.verdict in (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING)
    if not certain or result.design_step < EFFECT_MAY_BE_CLAIMED_FROM or not np.isfinite(result.drift):
        return ""
    if result.scale is Scale.LOG_RATIO:
        size = say("per_cent", value=say.number(100 * abs(float(np.expm1(result.drift))), 1))
        return say("drift", size=size) if _percent_allowed(result) else ""
    (drift,), decimals, unit = _difference(result, (result.drift,), say)
    return say("drift", size=f"{say.number(abs(drift), decimals)}{'' if result.unit is Unit.EVENTS else unit}")


def _visible(result: EffectResult, say: Phrases) -> str:
    """How small an effect would have been found, so that "inte säkerställd" is not read as "oförändrat"."""
    if result.reason is not None or np.isnan(result.mde):
        return "" if result.reason is not None else say("nothing_visible")
    if result.scale is Scale.DIFFERENCE:
        (size, *_), decimals, unit = _difference(result, (result.mde, result.estimate), say)
        seen = rounded_up(abs(size), decimals)
        return say("visible_difference", size=say.number(seen, decimals), unit=unit) if seen > 0 else ""
    fall = -float(np.expm1(result.mde))
    expected = result.diagnostics.details.get("expected", np.nan)
    if not np.isfinite(expected):
        return ""
    if expected >= PERCENT_FROM:
        return say("visible_per_cent", size=say.number(rounded_up(100 * fall)))
    return say("visible_count", size=say.number(np.floor(expected * (1 - fall))))


def _not_used(result: EffectResult, say: Phrases) -> str:
    """That the table has more months after the start than were looked at."""
    details = result.diagnostics.details
    if not details.get("months_not_used"):
        return ""
    used = details["months_used"]
    return say("not_used", used=say.number(used), all=say.number(used + details["months_not_used"]))


def _warnings(result: EffectResult, say: Phrases) -> list[str]:
    sentences = [_measured(code, str(say.failed.get(code, code)), result, say) for code in result.failed_checks]
    sentences += [
        _measured(code, _caution(code, result, say), result, say)
        for code in result.cautions
        if code in say.cautions and code not in result.failed_checks and not (result.reason and code == "not_registered")
    ]
    sentences += _false_alarms(result, say)
    if result.registered == "followed":
        sentences.append(say("registered"))
    if result.departures:
        names = list(dict.fromkeys(str(say.choices.get(name, name)) for name in result.departures))
        sentences.append(say("departs", names=", ".join(names)))
    return sentences


def _caution(code: str, result: EffectResult, say: Phrases) -> str:
    if code == "after_bad_period" and result.unit is not Unit.EVENTS:
        return say("unusual_time")
    return str(say.cautions[code])


def _measured(code: str, sentence: str, result: EffectResult, say: Phrases) -> str:
    return f"{sentence} {say.measured[code]}" if code in say.measured and result.confidence == MEASURED_AT else sentence


def _false_alarms(result: EffectResult, say: Phrases) -> list[str]:
    """Where the error rate does not hold everywhere, the measured one is said."""
    rates = result.diagnostics.details.get("false_alarms")
    if not rates or result.reason is not None or result.confidence != MEASURED_AT:
        return []
    return [say("false_alarms", rate=say.number(100 * max(rates.values())))]


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
