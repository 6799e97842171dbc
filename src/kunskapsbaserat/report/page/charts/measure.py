"""How wide a text gets, so that labels find room without a browser.

The widths are those of DejaVu Sans Bold, the widest font a reader is likely to get: where it fits, all the others do.
"""

from __future__ import annotations

import functools

PHONE = 17.5  # size of all text in a figure on a phone and in print, in the figure's own units: see `.figur text`
TYPICAL = 0.9  # what Segoe UI, Roboto, Noto Sans and Helvetica take, seen from DejaVu Sans
LINE = 1.18  # from one line of a label to the next, in text sizes

_REGULAR = 0.92  # regular weight is at most this wide, seen from bold (but for the signs + and −)
_BY_WIDTH = {
    35: "ijl \u00a0\u202f",
    38: "/IJ,.",
    42: ":;-",
    46: "f()",
    50: "tr–",
    60: "zcs",
    65: "Lvxy",
    68: "akäåEFTeé",
    70: "oö0123456789",
    73: "hnuüSYbdgpqCPZ",
    77: "BAKRVXÄÅ",
    85: "UGD+<>HN−OQÖ",
    92: "w",
    105: "%Mm",
    110: "W",
}
_WIDTHS = {character: width / 100 for width, characters in _BY_WIDTH.items() for character in characters}
_WIDTHS["\u2060"] = 0.0  # a word joiner is not seen


@functools.lru_cache(maxsize=4096)
def width(text: str, size: float = PHONE, *, bold: bool = True) -> float:
    """The most a text takes at this size; an unknown sign counts as wide.

    >>> width("Köping", 10)
    40.1
    """
    return round(sum(_WIDTHS.get(c, 0.85) for c in text) * size * (1 if bold else _REGULAR), 2)


def broken(text: str, room: float, size: float = PHONE, *, bold: bool = True) -> list[str]:
    """A text in as few lines as fit a width, broken at spaces and after hyphens; a longer word stays whole.

    >>> broken("per 100 000 och år", 100)
    ['per 100', '000 och', 'år']
    """
    lines: list[str] = []
    for word in text.replace("-", "- ").split(" "):
        joined = word if not lines else lines[-1] + ("" if lines[-1].endswith("-") else " ") + word
        if lines and width(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
