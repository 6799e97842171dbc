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
from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, parse_pattern

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


_SWEDEN = Locale("sv", "SE")


def rounded(value: float, decimals: int = 0) -> Decimal:
    """Rounded half up, as readers do it by hand: 148.5 becomes 149.

    Parameters
    ----------
    value : float
        Not missing.
    decimals : int
        How many.

    Returns
    -------
    Decimal

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> print(swedish.rounded(148.5), swedish.rounded(2.675, 2), round(148.5))
    149 2.68 148
    """
    return Decimal(repr(float(value))).quantize(_unit(decimals), rounding=ROUND_HALF_UP)


@functools.cache
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def rounded_up(value: float, decimals: int = 0) -> float:
    """Rounded up, for what can be seen: never promised smaller than it is.

    A rounding error in the sixth decimal is forgiven.

    Parameters
    ----------
    value : float
        Not missing.
    decimals : int
        How many.

    Returns
    -------
    float

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.rounded_up(12.01), swedish.rounded_up(12.0000000001)
    (13.0, 12.0)
    """
    exact = Decimal(repr(round(float(value), 6)))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_CEILING))


def number(value: float, decimals: int = 0) -> str:
    r"""A number as Swedish readers write it, with no-break spaces between the thousands; two dots when missing.

    Parameters
    ----------
    value : float
        Any, or missing (NaN or None).
    decimals : int
        How many.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.number(12453.6), swedish.number(1.66, 1), swedish.number(-3), swedish.number(float("nan"))
    ('12\xa0454', '1,7', '−3', '..')
    """
    if value is None or value != value:
        return MISSING
    return _written(float(value), decimals)


# Two memories: the same number stands in many places of a report, and the numbers of different kommuner round to the same ones.
@functools.lru_cache(maxsize=8192)
def _written(value: float, decimals: int) -> str:
    return _decimal(rounded(value, decimals), decimals)


@functools.lru_cache(maxsize=8192)
def _decimal(value: Decimal, decimals: int) -> str:
    text = format_decimal(abs(value), format=_pattern(decimals), locale=_SWEDEN)
    return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text


@functools.cache
def _pattern(decimals: int) -> NumberPattern:
    """Parsed once: Babel takes twice as long to read a pattern as to use it."""
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


def plain(value: float) -> str:
    """A number on an axis: no more decimals than it needs.

    Parameters
    ----------
    value : float
        Not missing.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> print(swedish.plain(10.0), swedish.plain(2.5), swedish.plain(0.25))
    10 2,5 0,25
    """
    if value is None or value != value:
        return MISSING
    # Six figures are what an axis can need; the exponent is minus the decimals, or more than 0 in a large number.
    return number(value, max(0, -int(Decimal(f"{value:.6g}").normalize().as_tuple().exponent)))


def percent(share: float, decimals: int = 0) -> str:
    r""" "33 procent" for a share of 0.33.

    Parameters
    ----------
    share : float
        0 to 1, or missing.
    decimals : int
        How many.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.percent(0.33), swedish.percent(0.125, 1)
    ('33\xa0procent', '12,5\xa0procent')
    """
    return f"{number(100 * share, decimals)}{NBSP}procent"


def percent_sign(share: float, decimals: int = 0) -> str:
    r""" "33 %", for tables and charts.

    Parameters
    ----------
    share : float
        0 to 1, or missing.
    decimals : int
        How many.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.percent_sign(0.33)
    '33\xa0%'
    """
    return f"{number(100 * share, decimals)}{NBSP}%"


def span(low: str | int, high: str | int) -> str:
    r"""A range that never breaks over a line: "2018–2022".

    Parameters
    ----------
    low, high : str or int
        The ends, as they are to be written.

    Returns
    -------
    str
        With an en dash between word joiners.

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.span(2018, 2022)
    '2018\u2060–\u20602022'
    """
    return f"{low}{WORD_JOINER}–{WORD_JOINER}{high}"


def years(first: int, last: int) -> str:
    """A span of years; one year when it is the same.

    Parameters
    ----------
    first, last : int
        The years.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.years(2022, 2022), swedish.years(2018, 2022).replace(swedish.WORD_JOINER, "")
    ('2022', '2018–2022')
    """
    return str(last) if first == last else span(first, last)


def limits(low: float, high: float, decimals: int = 0) -> str:
    """An interval: "1,5–2,5".

    Parameters
    ----------
    low, high : float
        The limits; two dots for a missing one.
    decimals : int
        How many.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.limits(231.7, 316.9).replace(swedish.WORD_JOINER, "")
    '232–317'
    """
    return span(number(low, decimals), number(high, decimals))


def percent_limits(low: float, high: float, decimals: int = 0) -> str:
    """An interval of shares in per cent, without the sign: "15–23".

    Parameters
    ----------
    low, high : float
        Shares, 0 to 1, or missing.
    decimals : int
        How many.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.percent_limits(0.15, 0.23).replace(swedish.WORD_JOINER, "")
    '15–23'
    """
    return limits(100 * low, 100 * high, decimals)


def word(count: int, *, capital: bool = False) -> str:
    """A count as a word up to twelve, in figures above.

    Parameters
    ----------
    count : int
        0 or more.
    capital : bool
        With a capital letter, at the start of a sentence.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.word(7), swedish.word(3, capital=True), swedish.word(13)
    ('sju', 'Tre', '13')
    """
    text = _WORDS[count] if 0 <= count < len(_WORDS) else number(count)
    return text[:1].upper() + text[1:] if capital else text


def listed(items: Sequence[str], *, last: str = "och") -> str:
    """ "a, b och c".

    Parameters
    ----------
    items : sequence of str
        What is listed; nothing gives an empty text.
    last : str
        The word before the last one.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.listed(["rån", "stöld", "klotter"]), swedish.listed(["ja", "nej"], last="eller")
    ('rån, stöld och klotter', 'ja eller nej')
    """
    texts = list(items)
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""


def span_of_quarters(first: pd.Period, last: pd.Period) -> str:
    """ "januari–juni 2026": the months of the quarters, all of one year.

    Parameters
    ----------
    first, last : Period
        Quarters of one year.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import swedish
    >>> swedish.span_of_quarters(pd.Period("2026Q1"), pd.Period("2026Q2")).replace(swedish.WORD_JOINER, "")
    'januari–juni 2026'
    """
    start, end = (month_name(p.month) for p in (first.asfreq("M", "start"), last.asfreq("M", "end")))
    return f"{span(start, end)} {last.year}"


def day(value: date) -> str:
    r"""A date with its month as a word and no-break spaces: "21 november 2026".

    Parameters
    ----------
    value : date
        The day.

    Returns
    -------
    str

    Examples
    --------
    >>> from datetime import date
    >>> from kunskapsbaserat import swedish
    >>> swedish.day(date(2026, 11, 21))
    '21\xa0november\xa02026'
    """
    return format_date(value, "d MMMM y", locale="sv_SE").replace(" ", NBSP)


def month_name(month: int) -> str:
    """The name of a month.

    Parameters
    ----------
    month : int
        1 to 12.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.month_name(1), swedish.month_name(12)
    ('januari', 'december')
    """
    return format_date(date(2001, month, 1), "MMMM", locale="sv_SE")


def quoted(text: object) -> str:
    """A name or a folder as a command line takes it: in quotation marks when it has a space.

    Parameters
    ----------
    text : object
        A name or a path.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> print(swedish.quoted("Upplands Väsby"), swedish.quoted("Falun"))
    "Upplands Väsby" Falun
    """
    written = str(text)
    return f'"{written}"' if " " in written else written


def capital(text: str) -> str:
    """The text with its first letter large, at the start of a sentence.

    Parameters
    ----------
    text : str
        May be empty.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.capital("åren är jämförbara")
    'Åren är jämförbara'
    """
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """The text as it stands inside a sentence: its first letter small, unless it is a name of capitals.

    Parameters
    ----------
    text : str
        May be empty.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> swedish.lower("Önskad riktning"), swedish.lower("NTU 2025")
    ('önskad riktning', 'NTU 2025')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def one_in(share: float) -> str:
    """A share at the start of a sentence: "Var tredje", "Mer än var tredje", "27 procent".

    Parameters
    ----------
    share : float
        0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> from kunskapsbaserat import swedish
    >>> print(swedish.one_in(0.33), swedish.one_in(0.36), swedish.one_in(0.27), sep="; ")
    Var tredje; Mer än var tredje; Mer än var fjärde
    """
    if share <= 0 or share > 0.55:
        return percent(share)
    for n, text in _ORDINALS.items():
        exact = 1 / n
        if abs(share - exact) <= 0.012:
            return text
        if 0.012 < share - exact <= 0.035 and n <= 4:
            return f"Mer än {text[:1].lower()}{text[1:]}"
    return percent(share)
