"""What a trend result says, in one or two sentences for a reader. No method is named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.swedish import NBSP, capital, limits, month_name, number, rounded_up
from kunskapsbaserat.trends import (
    Change,
    ChangePoints,
    ExpectedRange,
    MonotoneTrend,
    RunChart,
    Seasonal,
)
from kunskapsbaserat.trends.control_chart import REPHASE_RUN
from kunskapsbaserat.trends.words import control_chart, count_trend, joinpoint

__all__ = [
    "CAUTIONS",
    "change",
    "change_points",
    "control_chart",
    "count_trend",
    "early_warning",
    "expected_range",
    "joinpoint",
    "monotone_trend",
    "run_chart",
    "seasonal",
]

CAUTIONS = {
    "preliminary": "De senaste siffrorna är preliminära.",
    "still_filling_up": "De två senaste månaderna fylls fortfarande på och kan bli högre.",
    "one_month_decides": "Bedömningen hänger på en enda månad. Kontrollera om ett enskilt ärende ligger bakom.",
    "missing_months": "Månader som saknas är inte med i jämförelsen.",
}


def change(
    row: pd.Series, name: str, *, period: str = "de senaste tolv månaderna", before: str = "samma månader tidigare"
) -> str:
    """One row of `trends.change`: the verdict, how large the difference is, and what would have been visible."""
    sentences = [_change(row, name, period, before), *(CAUTIONS[code] for code in row["cautions"])]
    return " ".join(sentences)


def _change(row: pd.Series, name: str, period: str, before: str) -> str:
    verdict = row["change"]
    if verdict is Change.KAN_INTE_BEDOMAS:
        return f"{capital(name)}: utvecklingen kan inte bedömas, eftersom perioderna inte går att jämföra."
    decimals = 0 if row["percent_ok"] else 1
    latest, earlier = (
        number(row[name], 0 if float(row[name]).is_integer() else decimals) for name in ("mean_latest", "mean_earlier")
    )
    figures = f"{latest} {period}, mot {earlier} per år {before}"
    if verdict is Change.FOR_FA_BROTT:
        return f"{capital(name)}: {figures}. Det är för få brott för att bedöma om något har ändrats."
    if verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{capital(name)}: {figures}. Skillnaden är inte säkerställd. {_visible(row)}"
    direction = "ökning" if verdict is Change.SAKERSTALLD_OKNING else "minskning"
    size = f" med {_percent(row['ratio'])}" if row["percent_ok"] and np.isfinite(row["ratio"]) else ""
    return f"{capital(name)}: {figures}. Det är en säkerställd {direction}{size}."


def _percent(ratio: float) -> str:
    return f"{number(abs(100 * (ratio - 1)))}{NBSP}procent"


def _visible(row: pd.Series) -> str:
    if not row["percent_ok"] or np.isnan(row["visible_increase"]):
        rise = row["mean_earlier"] * row["visible_increase"]
        return (
            "Bara en mycket stor förändring hade synts."
            if np.isnan(rise)
            else f"En ökning till {number(rounded_up(rise))} hade synts."
        )
    return f"En ökning med {number(rounded_up(100 * (row['visible_increase'] - 1)))}{NBSP}procent hade synts."


def early_warning(row: pd.Series, name: str, period: str) -> str:
    """One row of `farrington` or `ears`."""
    if np.isnan(row["upper"]):
        return f"{capital(name)}, {period}: för få brott för att säga om antalet är ovanligt."
    figures = f"{number(row['observed'])} anmälda {period}"
    if row["alarm"]:
        return (
            f"{capital(name)}: {figures}, fler än väntat (högst omkring {number(np.floor(row['upper']))}). Ta reda på varför."
        )
    return f"{capital(name)}: {figures}, inom det väntade (högst omkring {number(np.floor(row['upper']))})."


def run_chart(result: RunChart, name: str) -> str:
    if result.runs.n_useful < REPHASE_RUN:
        return f"{capital(name)}: för få värden för att säga om nivån är stabil."
    return f"{capital(name)}: {'nivån har förskjutits' if result.signal else 'inga tecken på att nivån har förskjutits'}."


def seasonal(result: Seasonal, name: str) -> str:
    """When in the year most is reported, if the season is worth a word."""
    if result.strength < 0.4:
        return f"{capital(name)}: ingen tydlig säsong."
    profile = result.profile
    if len(profile) != 12:
        return f"{capital(name)}: tydlig säsong."
    high, low = int(profile.idxmax()) - 1, int(profile.idxmin()) - 1
    return f"{capital(name)}: tydlig säsong, flest i {month_name(high + 1)} och minst i {month_name(low + 1)}."


def change_points(result: ChangePoints, name: str) -> str:
    if result.breaks.empty:
        return f"{capital(name)}: inget tydligt skifte av nivån."
    rows = result.breaks.to_dict("records")
    parts = [f"efter {row['at']} (från {number(row['mean_before'])} till {number(row['mean_after'])})" for row in rows]
    return f"{capital(name)}: nivån skiftade {', '.join(parts)}."


def monotone_trend(result: MonotoneTrend, name: str) -> str:
    if result.p_value > 1 - result.confidence:
        return f"{capital(name)}: ingen säkerställd riktning."
    return f"{capital(name)}: säkerställd {'uppgång' if result.score > 0 else 'nedgång'}."


def expected_range(result: ExpectedRange, name: str) -> str:
    """The coming year, if it is like the earlier ones."""
    low, high = result.total["lower"], result.total["upper"]
    period = "tolv månader" if len(result.periods) == 12 else "år"
    return (
        f"{capital(name)}: om utvecklingen fortsätter som hittills väntas {limits(low, high)} anmälda brott kommande {period}. "
        "Det säger inget om vad en åtgärd betyder."
    )
