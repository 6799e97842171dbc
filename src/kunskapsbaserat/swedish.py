"""Numbers, years and dates as Swedish readers write them.

Half is rounded up (148,5 becomes 149). Thousands and units are joined by no-break spaces, year ranges by an en dash that does
not break, minus is U+2212.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

NBSP = "\u00a0"
WORD_JOINER = "\u2060"
MINUS = "\u2212"
MISSING, NOT_APPLICABLE = "..", "."

_WORDS = ["noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"]
_ORDINALS = {
    2: "Varannan",
    3: "Var tredje",
    4: "Var fjärde",
    5: "Var femte",
    6: "Var sjätte",
    7: "Var sjunde",
    8: "Var åttonde",
    10: "Var tionde",
}


def rounded(value: float, decimals: int = 0) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def rounded_up(value: float, decimals: int = 0) -> float:
    """For what can be seen: never promised smaller than it is. (A rounding error in the sixth decimal is forgiven.)"""
    exact = Decimal(repr(round(float(value), 6)))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_CEILING))


def number(value: float, decimals: int = 0) -> str:
    """ "12 454", "1,7", "−3"; two dots when missing."""
    if value is None or value != value:
        return MISSING
    return _decimal(rounded(value, decimals), "#,##0" + ("." + "0" * decimals if decimals else ""))


@functools.lru_cache(maxsize=4096)
def _decimal(value: Decimal, pattern: str) -> str:
    text = format_decimal(abs(value), format=pattern, locale="sv_SE")
    return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text


def plain(value: float) -> str:
    """A number on an axis: no more decimals than it needs."""
    decimals = 0 if float(value).is_integer() else len(f"{value:.6g}".partition(".")[2])
    return number(value, decimals)


def percent(share: float, decimals: int = 0) -> str:
    """ "33 procent" for a share of 0.33."""
    return f"{number(100 * share, decimals)}{NBSP}procent"


def percent_sign(share: float, decimals: int = 0) -> str:
    """ "33 %", for tables and charts."""
    return f"{number(100 * share, decimals)}{NBSP}%"


def span(low: str | int, high: str | int) -> str:
    """A range that never breaks over a line: "2018–2022"."""
    return f"{low}{WORD_JOINER}–{WORD_JOINER}{high}"


def years(first: int, last: int) -> str:
    return str(last) if first == last else span(first, last)


def limits(low: float, high: float, decimals: int = 0) -> str:
    return span(number(low, decimals), number(high, decimals))


def percent_limits(low: float, high: float, decimals: int = 0) -> str:
    return limits(100 * low, 100 * high, decimals)


def word(count: int, *, capital: bool = False) -> str:
    """Counts up to twelve are written with letters."""
    text = _WORDS[count] if 0 <= count < len(_WORDS) else number(count)
    return text[:1].upper() + text[1:] if capital else text


def listed(items: Sequence[str], *, last: str = "och") -> str:
    """ "a, b och c"."""
    texts = list(items)
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""


def span_of_quarters(first: pd.Period, last: pd.Period) -> str:
    """ "januari–juni 2026": the months of the quarters, all of one year."""
    start, end = (month_name(p.month) for p in (first.asfreq("M", "start"), last.asfreq("M", "end")))
    return f"{span(start, end)} {last.year}"


def day(value: date) -> str:
    """ "21 november 2026"."""
    return format_date(value, "d MMMM y", locale="sv_SE").replace(" ", NBSP)


def month_name(month: int) -> str:
    return format_date(date(2001, month, 1), "MMMM", locale="sv_SE")


def quoted(text: object) -> str:
    """A name or a folder as a command line takes it: in quotation marks when it has a space."""
    written = str(text)
    return f'"{written}"' if " " in written else written


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """The text as it stands inside a sentence: its first letter small, unless it is a name of capitals.

    >>> lower("Önskad riktning"), lower("NTU 2025")
    ('önskad riktning', 'NTU 2025')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def one_in(share: float) -> str:
    """A share at the start of a sentence: "Var tredje", "Mer än var tredje", "27 procent"."""
    if share <= 0 or share > 0.55:
        return percent(share)
    for n, text in _ORDINALS.items():
        exact = 1 / n
        if abs(share - exact) <= 0.012:
            return text
        if 0.012 < share - exact <= 0.035 and n <= 4:
            return f"Mer än {text[:1].lower()}{text[1:]}"
    return percent(share)
