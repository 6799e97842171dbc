"""Numbers as English readers write them, with the rounding of `swedish`: half is rounded up, minus is U+2212."""

from __future__ import annotations

from kunskapsbaserat.swedish import MINUS, MISSING, rounded


def number(value: float, decimals: int = 0) -> str:
    """ "12,454", "1.7", "−3"; two dots when missing.

    >>> number(12453.5), number(1.65, 1), number(-0.04, 1)
    ('12,454', '1.7', '0.0')
    """
    if value is None or value != value:
        return MISSING
    exact = rounded(value, decimals)
    text = f"{abs(exact):,}"
    return MINUS + text if exact < 0 and any(c in "123456789" for c in text) else text


def plain(value: float) -> str:
    """A number on an axis: no more decimals than it needs.

    >>> plain(1250.0), plain(0.5)
    ('1,250', '0.5')
    """
    return number(value, 0 if float(value).is_integer() else len(f"{value:.6g}".partition(".")[2]))
