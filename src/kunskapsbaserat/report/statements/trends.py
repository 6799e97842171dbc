"""What a trend result says, in one or two sentences for a reader. No method is named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.swedish import NBSP, capital, limits, month_name, number, rounded_up, word, years
from kunskapsbaserat.trends import (
    Change,
    ChangePoints,
    ControlChart,
    CountTrend,
    ExpectedRange,
    Joinpoint,
    MonotoneTrend,
    RunChart,
    Seasonal,
)
from kunskapsbaserat.trends.control_chart import REPHASE_RUN

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


def count_trend(result: CountTrend, name: str) -> str:
    """The yearly change with its range."""
    verdict = result.change
    if verdict is Change.FOR_FA_BROTT:
        return f"{capital(name)}: för få brott för att bedöma en trend."
    if verdict is Change.KAN_INTE_BEDOMAS:
        return f"{capital(name)}: trenden kan inte bedömas."
    low, high = result.annual["lower"], result.annual["upper"]
    span = f"mellan {number(low, 1)} och {number(high, 1)}{NBSP}procent per år"
    if verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{capital(name)}: ingen säkerställd trend. Förändringen ligger {span}."
    verb = "ökade" if result.annual["change"] > 0 else "minskade"
    return f"{capital(name)} {verb} med i snitt {number(abs(result.annual['change']), 1)}{NBSP}procent per år ({span})."


def joinpoint(result: Joinpoint, name: str) -> str:
    """Each stretch with its yearly change; a change whose range holds zero is called level."""
    parts = []
    for row in result.segments.to_dict("records"):
        when = f"{years(int(row['start']), int(row['end']))}"
        sure = not np.isnan(row["lower"]) and not row["lower"] <= 0 <= row["upper"]
        if not sure:
            parts.append(f"{when}: ingen säkerställd förändring")
            continue
        kind = "ökning" if row["apc"] > 0 else "minskning"
        unit = f"{number(abs(row['apc']), 1)}{NBSP}procent" if result.fit.scale == "log" else number(abs(row["apc"]), 1)
        low, high = sorted((abs(row["lower"]), abs(row["upper"])))
        parts.append(f"{when}: säkerställd {kind} med {unit} per år (troligen {limits(low, high, 1)})")
    bends = len(result.joinpoints)
    lead = "trenden böjde inte av" if not bends else f"trenden böjde av {word(bends)} {'gång' if bends == 1 else 'gånger'}"
    return f"{capital(name)}: {lead}. {capital('; '.join(parts))}."


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


def control_chart(result: ControlChart, name: str) -> str:
    """Whether the latest part is stable, and which points are not like the others."""
    last = result.points[result.points["part"] == result.points["part"].iat[-1]]
    outside = int(last["outside"].sum())
    shifted = bool(result.parts["runs_signal"].iat[-1])
    if not outside and not shifted:
        return f"{capital(name)}: bara vanlig variation, inga tecken på förändring."
    found = []
    if outside:
        found.append(f"{word(outside)} {'värde avviker' if outside == 1 else 'värden avviker'} mer än den vanliga variationen")
    if shifted:
        found.append("nivån har förskjutits")
    return f"{capital(name)}: {' och '.join(found)}."


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
