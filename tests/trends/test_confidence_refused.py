"""95 is no share: it was taken as one, and gave missing limits and a verdict that could never be säkerställd."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import (
    broken_line,
    change_points,
    count_trend,
    ears,
    expected_range,
    joinpoint,
    mann_kendall,
    survey_change,
)

COUNTS = [30.0, 34, 31, 36, 33, 38, 52, 55, 51, 58, 54, 60, 57, 61, 63, 62]
QUARTERS = pd.Series(COUNTS * 2, index=pd.period_range("2018Q1", periods=32, freq="Q"))

CALLS: dict[str, Callable[[float], object]] = {
    "broken_line": lambda level: broken_line(COUNTS, np.arange(16), start=7, confidence=level),
    "change_points": lambda level: change_points(COUNTS, confidence=level),
    "count_trend": lambda level: count_trend(COUNTS, confidence=level),
    "ears": lambda level: ears(COUNTS, alpha=level),
    "expected_range": lambda level: expected_range(QUARTERS, confidence=level),
    "joinpoint": lambda level: joinpoint(COUNTS, selection="bic", confidence=level).segments,
    "mann_kendall": lambda level: mann_kendall(COUNTS, confidence=level),
    "survey_change": lambda level: survey_change(embedded.survey(), area="2081", confidence=level),
}


@pytest.mark.parametrize("level", [95, 1.0, 0.0, -0.95, float("nan"), "0.95"])
@pytest.mark.parametrize("name", CALLS)
def test_only_a_share_is_a_level(name: str, level: float):
    with pytest.raises(OptionError, match="between 0 and 1"):
        CALLS[name](level)


@pytest.mark.parametrize("name", CALLS)
def test_a_share_is_taken(name: str):
    CALLS[name](0.05 if name == "ears" else 0.9)


def test_ears_refuses_a_negative_count():
    with pytest.raises(TableError, match="0 or more"):
        ears([4, 6, 5, 3, -5, 4, 6, 13])
