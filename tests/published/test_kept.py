"""The published figures that carry most weight, kept here so that the suite is strong anywhere. Figures only."""

from __future__ import annotations

import pytest
from adapters import ADAPTERS

# Public Health England, PHEindicatormethods, tests/testthat/testdata_Rate.xlsx (crude rates per 100, 95 and 99.8 %)
PHE = {
    "parameters": {"multiplier": 100, "confidence": [0.95, 0.998]},
    "tolerance": {"rtol": 1e-6, "atol": 1e-6},
    "input": [
        {"Numerator": 1, "Denominator": 100},
        {"Numerator": 65, "Denominator": 100},
        {"Numerator": 7776456, "Denominator": 7564336677},
    ],
    "expected": [
        {
            "value": 1.0,
            "lower95_0cl": 0.02531780798429,
            "upper95_0cl": 5.571643390938898,
            "lower99_8cl": 0.001000500333584,
            "upper99_8cl": 9.233413476451585,
        },
        {
            "value": 65.0,
            "lower95_0cl": 50.163187710459454,
            "upper95_0cl": 82.84913854593984,
            "lower99_8cl": 42.8802614714802,
            "upper99_8cl": 94.00029084431802,
        },
        {
            "value": 0.102804202563392,
            "lower95_0cl": 0.102731960053021,
            "upper95_0cl": 0.102876483340928,
            "lower99_8cl": 0.102690317308454,
            "upper99_8cl": 0.102918176395091,
        },
    ],
}
# R 4.2.2 stats::poisson.test (exact) and the published mid-P limits
EXACT = {
    "parameters": {},
    "tolerance": {"rtol": 1e-8, "atol": 1e-10},
    "input": [{"x": 0, "conf": 0.95}, {"x": 3, "conf": 0.95}, {"x": 5, "conf": 0.95}],
    "expected": [
        {"lower": 0, "upper": 3.68887945411394},
        {"lower": 0.618672122895602, "upper": 8.76727306974232},
        {"lower": 1.62348639011842, "upper": 11.6683320793227},
    ],
}
MIDP = {
    "parameters": {"method": "midp", "conf": [0.9, 0.95, 0.99]},
    "tolerance": {"rtol": 0, "atol": 0.002},
    "input": [1],
    "expected": [
        {
            "l90": 0.100139187566451,
            "u90": 4.11300366662026,
            "l95": 0.0500254590715829,
            "u95": 4.93186435767487,
            "l99": 0.0100002066563715,
            "u99": 6.77734285697829,
        }
    ],
}
# Brå, Anmälda brott, tabell P1, Jönköpings län, december 2007
JONKOPING = {
    "parameters": {"multiplier": 100000},
    "tolerance": {"rtol": 2e-6, "atol": 6e-6, "pct_round": 0},
    "input": [
        {"count": 36861, "previous": 32401, "population": 331539},
        {"count": 4, "previous": 0, "population": 331539},
    ],
    "expected": [
        {"per_100k": 11118.149, "change_abs": 4460, "change_pct_rounded": 14},
        {"per_100k": 1.20649, "change_abs": 4, "change_pct_rounded": None},
    ],
}


@pytest.mark.parametrize(
    ("topic", "case"),
    [("crude_rate", PHE), ("poisson_ci", EXACT), ("poisson_ci", MIDP), ("official_sweden", JONKOPING)],
    ids=["phe", "exact", "midp", "jonkoping"],
)
def test_kept_case(topic: str, case: dict):
    ADAPTERS[topic](case)


def test_an_adapter_can_fail():
    """The same case with a figure changed in the fourth place is refused."""
    wrong = PHE | {"expected": [PHE["expected"][0] | {"upper95_0cl": 5.572}, *PHE["expected"][1:]]}
    with pytest.raises(AssertionError):
        ADAPTERS["crude_rate"](wrong)
