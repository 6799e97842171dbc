"""Classes of a map: few, equally wide, with round limits that lie in gaps between the values."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Sequence

MANY = 25  # more kommuner than these are told apart by four classes
_UNITS = (1.0, 2.5, 5.0)
_NARROW_GAP = 0.03  # a limit this near a value, seen from the width of a class, parts what is almost the same


def class_limits(values: Sequence[float]) -> list[float]:
    """Lower limits of all classes but the first: two, or three for more than 25 values; fewer when the values are few.

    Equal width rather than equal number: quantiles part values that are almost the same. None when all are equal.

    >>> class_limits([1479, 1626, 2153, 2170, 2358, 2482, 2552, 3026, 3340, 3917])
    [2000.0, 3000.0]
    """
    return list(_limits(tuple(sorted(values))))


@functools.lru_cache(maxsize=64)
def _limits(ordered: tuple[float, ...]) -> tuple[float, ...]:
    """The same for every kommun of a län, so the search is made once."""
    wanted = min(4 if len(ordered) > MANY else 3, len(set(ordered)))
    if wanted < 2:
        return ()
    spread = ordered[-1] - ordered[0]
    ideal = [ordered[0] + spread * k / wanted for k in range(1, wanted)]
    candidates = _candidates(ordered, wanted, spread)
    best = min(candidates, key=lambda limits: _cost(limits, ordered, ideal, spread / wanted))
    return tuple(best)


def class_of(value: float, limits: Sequence[float]) -> int:
    """0 for the lowest class."""
    return bisect.bisect_right(limits, value)


def _candidates(ordered: Sequence[float], wanted: int, spread: float) -> list[list[float]]:
    """Equally spaced limits, all of them multiples of the same round number."""
    found: list[list[float]] = []
    power = 10.0 ** len(str(int(ordered[-1])))
    while not found or power > spread / 15:
        for unit in (u * power for u in _UNITS):
            firsts = range(int(ordered[0] / unit), int(ordered[-1] / unit) + 2)
            for first, width in itertools.product(firsts if len(firsts) <= 60 else (), range(1, 9)):
                if unit * width > spread:
                    break
                limits = [unit * (first + width * k) for k in range(wanted - 1)]
                if ordered[0] < limits[0] and limits[-1] <= ordered[-1]:
                    found.append(limits)
        power /= 10
    return found


def _cost(limits: list[float], ordered: Sequence[float], ideal: Sequence[float], width: float) -> float:
    """How far from classes of equal width, how many digits, how near a value, and whether a class is empty."""
    away = sum(abs(a - b) for a, b in zip(limits, ideal, strict=True)) / (width * len(limits))
    digits = sum(_digits(limit) for limit in limits) / len(limits)
    edges = [0, *(bisect.bisect_left(ordered, limit) for limit in limits), len(ordered)]
    near = sum(
        min(abs(v - limit) for v in ordered[max(at - 1, 0) : at + 1]) < _NARROW_GAP * width
        for at, limit in zip(edges[1:-1], limits, strict=True)
    )
    empty = sum(a == b for a, b in itertools.pairwise(edges))
    return away + 0.5 * digits + 0.3 * near + 0.8 * empty


@functools.lru_cache(maxsize=4096)
def _digits(limit: float) -> float:
    """Digits after the first, before the zeros; a five counts half."""
    text = f"{limit:.6f}".replace(".", "").strip("0")
    return len(text) - 1 - 0.5 * (len(text) > 1 and text.endswith("5"))
