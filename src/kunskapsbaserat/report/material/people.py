"""Who lives in the kommun, out of what `kunskap hamta` has put in its folder: ages, and parts of the kommun."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pandas as pd

_AGES = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+)|\s*(\+|år och äldre))?(?:\s*år)?", re.IGNORECASE)
OLDEST = 200


@dataclass(frozen=True, slots=True)
class Parts:
    """How many parts of a sort there are in the last year, and the inhabitants of the smallest and the largest.

    Their names are empty where the publisher has none, or where several are as small or as large.
    """

    number: int
    smallest: int
    largest: int
    year: int
    smallest_name: str = ""
    largest_name: str = ""


def share_of_ages(ages: pd.DataFrame, first: int, last: int) -> tuple[float, int] | None:
    """The share of the inhabitants who are `first` to `last` years old, and the year.

    None where SCB's age groups do not begin and end at those ages: a group is never divided.

    Parameters
    ----------
    ages : DataFrame
        Inhabitants of one kommun by age and sex in one year: ``age`` ("15-19 år"), ``year``, ``value``.
    first, last : int
        Ages, both counted.

    Examples
    --------
    >>> ages = pd.DataFrame({"age": ["0-14 år", "15-24 år", "25+ år"], "year": 2025, "value": [20.0, 10.0, 70.0]})
    >>> share_of_ages(ages, 15, 24), share_of_ages(ages, 0, 17)
    ((0.1, 2025), None)
    """
    labels = list(ages["age"].unique()) if len(ages) else []
    spans = {label: span for label in labels if (span := _span(label)) is not None}
    if not spans or len(spans) < len(labels) or not _follow_on(list(spans.values())):
        return None
    inside = {label: span for label, span in spans.items() if first <= span[0] and span[1] <= last}
    if not inside or (min(inside.values())[0], max(inside.values())[1]) != (first, last):
        return None
    everyone = float(ages["value"].sum())
    return (float(ages.loc[ages["age"].isin(inside), "value"].sum()) / everyone, int(ages["year"].max())) if everyone else None


def parts(areas: pd.DataFrame, level: str) -> Parts | None:
    """DeSO or RegSO of a kommun in their last year; None where there are none."""
    mine = areas[areas["area_level"] == level] if len(areas) else areas
    if mine.empty:
        return None
    year = int(mine["year"].max())
    last = mine[mine["year"] == year]
    ends = int(last["value"].min()), int(last["value"].max())
    return Parts(len(last), *ends, year, *(_only_name(last, people) for people in ends))


def _only_name(areas: pd.DataFrame, people: int) -> str:
    there = areas[areas["value"].astype(int) == people]
    return str(there["name"].iat[0]) if "name" in there and len(there) == 1 else ""


def _span(label: str) -> tuple[int, int] | None:
    found = _AGES.fullmatch(label.strip())
    if found is None:
        return None
    first = int(found[1])
    return first, OLDEST if found[3] else int(found[2] or first)


def _follow_on(spans: list[tuple[int, int]]) -> bool:
    """From birth to the oldest, without a gap and without an age twice."""
    ordered = sorted(spans)
    return ordered[0][0] == 0 and all(before[1] + 1 == after[0] for before, after in itertools.pairwise(ordered))
