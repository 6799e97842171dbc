"""Shares from surveys: which of 12,5 and 0,125 a file means is declared, checked against the figures, and never guessed.

The publisher's interval is kept as it is. Without one the share has none, with the reason; it is never recomputed from the
number of respondents, because weights and design are not in the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.cells import Number, Place

_TOLERANCE = 1e-9


def shares(numbers: Sequence[tuple[Number, Place]], unit: str) -> list[float | None]:
    """Figures of one column of a file as shares between 0 and 1.

    Parameters
    ----------
    numbers
        The figures, each with its place.
    unit : {"procent", "andel", "procent, alla under 1"}
        What the mapping declares. "procent" is divided by 100 and refused when every figure is at most 1, since a workbook
        keeps a cell that shows "12,5 %" as 0,125; the third value is for percentages that are all that small.

    Raises
    ------
    TableError
        The figures contradict the declared unit.
    """
    given = [(number, place) for number, place in numbers if number.value is not None]
    if unit == "andel":
        for number, place in given:
            if number.percent:
                raise place.error("a share without %", "en andel utan %-tecken", _shown(number), tips="skriv enhet ”procent”")
            _inside(number, place, 1, "skriv enhet ”procent” om talen är procent")
        return [number.value for number, _ in numbers]
    for number, place in given:
        _inside(number, place, 100, "en andel är högst 100 procent")
    bare = [(number, place) for number, place in given if not number.percent]
    small = [(n, place) for n, place in bare if n.value is not None and n.value > 0]
    if unit == "procent" and small and all(n.value is not None and n.value <= 1 for n, _ in bare):
        number, place = small[0]
        raise place.error(
            "per cent between 0 and 100",
            "procent mellan 0 och 100",
            _shown(number),
            tips="alla tal är högst 1. Skriv enhet ”andel” om cellerna har procentformat i Excel eller är andelar, "
            "”procent, alla under 1” om andelarna verkligen är så små",
        )
    return [None if number.value is None else number.value / 100 for number, _ in numbers]


def _inside(number: Number, place: Place, highest: float, tips: str) -> None:
    if number.value is None or not -_TOLERANCE <= number.value <= highest + _TOLERANCE:
        raise place.error(f"a figure between 0 and {highest}", f"ett tal mellan 0 och {highest}", _shown(number), tips=tips)


def _shown(number: Number) -> str:
    return f"{number.value:g}".replace(".", ",") + (" %" if number.percent else "")
