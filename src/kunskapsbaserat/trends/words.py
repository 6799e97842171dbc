"""What the model of a series says, in one or two sentences, Swedish or English. No method is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from kunskapsbaserat import english, swedish
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.trends.verdicts import Change

if TYPE_CHECKING:
    from kunskapsbaserat.trends.control_chart import ControlChart
    from kunskapsbaserat.trends.count_trend import CountTrend
    from kunskapsbaserat.trends.joinpoint import Joinpoint

LANGUAGES = ("sv", "en")
NAMES = {"sv": "anmälda brott", "en": "reported crimes"}
_NUMBERS: Mapping[str, Callable[..., str]] = MappingProxyType({"sv": swedish.number, "en": english.number})

_WORDS = {
    "too_few": ("{name}: för få brott för att bedöma en trend.", "{name}: too few crimes to judge a trend."),
    "unjudged": ("{name}: trenden kan inte bedömas.", "{name}: the trend cannot be judged."),
    "a_year": ("mellan {low} och {high}\u00a0procent per år", "between {low} and {high}\u00a0per cent a year"),
    "no_trend": (
        "{name}: ingen säkerställd trend. Förändringen ligger {span}.",
        "{name}: no statistically certain trend. The change lies {span}.",
    ),
    "rose": (
        "{name} ökade med i snitt {size}\u00a0procent per år ({span}).",
        "{name} rose by {size}\u00a0per cent a year on average ({span}).",
    ),
    "fell": (
        "{name} minskade med i snitt {size}\u00a0procent per år ({span}).",
        "{name} fell by {size}\u00a0per cent a year on average ({span}).",
    ),
    "stretch_level": ("{when}: ingen säkerställd förändring", "{when}: no statistically certain change"),
    "stretch_rise": (
        "{when}: säkerställd ökning med {size} per år (troligen {limits})",
        "{when}: statistically certain rise of {size} a year (likely {limits})",
    ),
    "stretch_fall": (
        "{when}: säkerställd minskning med {size} per år (troligen {limits})",
        "{when}: statistically certain fall of {size} a year (likely {limits})",
    ),
    "per_cent": ("{value}\u00a0procent", "{value}\u00a0per cent"),
    "straight": ("trenden böjde inte av", "the trend did not bend"),
    "bent_once": ("trenden böjde av en gång", "the trend bent once"),
    "bent": ("trenden böjde av {times} gånger", "the trend bent {times} times"),
    "stable": (
        "{name}: bara vanlig variation, inga tecken på förändring.",
        "{name}: usual variation only, no signs of change.",
    ),
    "one_outside": (
        "ett värde avviker mer än den vanliga variationen",
        "one value lies outside the usual variation",
    ),
    "outside": (
        "{n} värden avviker mer än den vanliga variationen",
        "{n} values lie outside the usual variation",
    ),
    "shifted": ("nivån har förskjutits", "the level has shifted"),
    "and": (" och ", " and "),
}


def _said(language: str, key: str, **values: object) -> str:
    if language not in LANGUAGES:
        raise OptionError("language", language, LANGUAGES)
    return _WORDS[key][LANGUAGES.index(language)].format(**values)


def count_trend(result: CountTrend, name: str, language: str = "sv") -> str:
    """The yearly change with its range."""
    named, number = swedish.capital(name), _NUMBERS.get(language, swedish.number)
    if result.change is Change.FOR_FA_BROTT:
        return _said(language, "too_few", name=named)
    if result.change is Change.KAN_INTE_BEDOMAS:
        return _said(language, "unjudged", name=named)
    limits = {"low": number(result.annual["lower"], 1), "high": number(result.annual["upper"], 1)}
    span = _said(language, "a_year", **limits)
    if result.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return _said(language, "no_trend", name=named, span=span)
    change = result.annual["change"]
    return _said(language, "rose" if change > 0 else "fell", name=named, size=number(abs(change), 1), span=span)


def joinpoint(result: Joinpoint, name: str, language: str = "sv") -> str:
    """Each stretch with its yearly change; a change whose range holds zero is called level."""
    parts = []
    number = _NUMBERS.get(language, swedish.number)
    for row in result.segments.to_dict("records"):
        when = swedish.years(int(row["start"]), int(row["end"]))
        if np.isnan(row["lower"]) or row["lower"] <= 0 <= row["upper"]:
            parts.append(_said(language, "stretch_level", when=when))
            continue
        size = number(abs(row["apc"]), 1)
        size = _said(language, "per_cent", value=size) if result.fit.scale == "log" else size
        low, high = sorted((abs(row["lower"]), abs(row["upper"])))
        limits = swedish.span(number(low, 1), number(high, 1))
        parts.append(_said(language, "stretch_rise" if row["apc"] > 0 else "stretch_fall", when=when, size=size, limits=limits))
    bends = len(result.joinpoints)
    times = swedish.word(bends) if language == "sv" else number(bends)
    lead = _said(language, "straight" if not bends else "bent_once" if bends == 1 else "bent", times=times)
    return f"{swedish.capital(name)}: {lead}. {swedish.capital('; '.join(parts))}."


def control_chart(result: ControlChart, name: str, language: str = "sv") -> str:
    """Whether the latest part is stable, and which points are not like the others."""
    last = result.points[result.points["part"] == result.points["part"].iat[-1]]
    outside = int(last["outside"].sum())
    shifted = bool(result.parts["runs_signal"].iat[-1])
    if not outside and not shifted:
        return _said(language, "stable", name=swedish.capital(name))
    signs = []
    if outside:
        n = swedish.word(outside) if language == "sv" else english.number(outside)
        signs.append(_said(language, "one_outside" if outside == 1 else "outside", n=n))
    if shifted:
        signs.append(_said(language, "shifted"))
    return f"{swedish.capital(name)}: {_said(language, 'and').join(signs)}."
