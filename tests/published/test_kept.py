"""The published figures that carry most weight, kept here so that the suite is strong anywhere. Figures only."""

from __future__ import annotations

import numpy as np
import pytest
from adapters import adapter
from effect_adapters import effect_adapter

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


# Fay and Feuer (1997), table 1 (Fleiss 1981, p. 249), second children; digits by R's epitools 0.5-10.1
FAY_FEUER = {
    "parameters": {"multiplier": 100000, "conf": 0.95},
    "tolerance": {"rtol": 1e-7, "atol": 1e-6},
    "input": [
        {
            "count": [25, 150, 110, 84, 82, 39],
            "pop": [72202, 326701, 208667, 83228, 28466, 5375],
            "stdpop": [63986.6, 186263.6, 157302.2, 97647, 47572.6, 12262.6],
        }
    ],
    "expected": [{"adj_rate": 91.1741168346641, "lci": 82.3612116520044, "uci": 100.867576317251}],
}
# Krishnamoorthy and Thomson (2004), as in ptools and SciPy
E_TEST = {
    "parameters": {},
    "tolerance": {"atol": 2e-6},
    "input": [{"k1": 3, "k2": 0}, {"k1": 6, "k2": 2}, {"k1": 20, "k2": 10}],
    "expected": [0.0883790094548352, 0.174874820943708, 0.0688317821081095],
}
# R's rateratio.test, its manual's example
RATIO = {
    "parameters": {},
    "tolerance": {"rtol": 1e-6},
    "input": [{"x": [2, 9], "n": [17877, 16660], "alternative": "two.sided", "null": 1, "conf": 0.95}],
    "expected": [
        {"rate_ratio": 0.207094155743258, "lower": 0.0217740627590647, "upper": 1.00054910448772, "p_value": 0.0501064956141089}
    ],
}
# Newcombe (1998), table II (a)
NEWCOMBE = {
    "parameters": {"conf": 0.95},
    "tolerance": {"atol": 1e-4},
    "input": [{"x1": 56, "n1": 70, "x2": 48, "n2": 80}],
    "expected": [{"lower": 0.0524, "upper": 0.3339}],
}
# Wheeler and Ratcliffe (2018), Crime Science 7:11, with the areas of displacement
WDD = {
    "tolerance": {"rtol": 1e-8, "atol": 1e-10},
    "input": [
        {"control": [308, 318], "treated": [207, 110], "disp_control": [150, 140], "disp_treated": [178, 157], "alpha": 0.05}
    ],
    "expected": [
        {"est_local": -107, "est_total": -118, "se_total": 39.5979797464467, "z": -2.97995000642902, "lower": -195.610614163582}
    ],
}


@pytest.mark.parametrize(
    ("topic", "case"),
    [
        ("crude_rate", PHE),
        ("poisson_ci", EXACT),
        ("poisson_ci", MIDP),
        ("official_sweden", JONKOPING),
        ("dsr", FAY_FEUER),
        ("etest", E_TEST),
        ("rate_ratio", RATIO),
        ("proportion_change", NEWCOMBE),
        ("wdd", WDD),
    ],
    ids=["phe", "exact", "midp", "jonkoping", "fay_feuer", "e_test", "ratio", "newcombe", "wdd"],
)
def test_kept_case(topic: str, case: dict):
    adapter(topic)({**case, "topic": topic})


@pytest.mark.parametrize(
    ("topic", "case", "key"),
    [("dsr", FAY_FEUER, "uci"), ("rate_ratio", RATIO, "p_value"), ("etest", E_TEST, None), ("wdd", WDD, "z")],
)
def test_the_adapters_of_rates_can_fail(topic: str, case: dict, key: str | None):
    first = case["expected"][0]
    wrong = first * 1.001 if key is None else first | {key: first[key] * 1.001}
    with pytest.raises(AssertionError):
        adapter(topic)({**(case | {"expected": [wrong, *case["expected"][1:]]}), "topic": topic})


def test_an_adapter_can_fail():
    """The same case with a figure changed in the fourth place is refused."""
    wrong = PHE | {"expected": [PHE["expected"][0] | {"upper95_0cl": 5.572}, *PHE["expected"][1:]]}
    with pytest.raises(AssertionError):
        adapter("crude_rate")({**wrong, "topic": "crude_rate"})


@pytest.mark.parametrize("wrong", [{}, {"est_total": -117}, {"z": -2.99}])
def test_the_adapter_of_wdd_examples_can_fail(wrong: dict):
    published = {"name": "paper", **WDD["input"][0], "est_total": -118, "z": -2.98, "tol_abs": {"est": 1e-9, "z": 0.005}}
    adapter = effect_adapter("wdd")
    if not wrong:
        adapter({"expected": [published]})
        return
    with pytest.raises(AssertionError):
        adapter({"expected": [published | wrong]})


STRATA = [
    {"age": a, "death": d, "fu": f, "state": s}
    for s, a, d, f in (("A", 0, 12, 900), ("A", 1, 30, 500), ("B", 0, 9, 1000), ("B", 1, 20, 700))
]
STANDARD = [{"age": 0, "pop": 300}, {"age": 1, "pop": 100}]


def test_a_comparison_of_standardised_rates_is_read_in_the_anchors_words():
    a, b = 0.75 * 12 / 900 + 0.25 * 30 / 500, 0.75 * 9 / 1000 + 0.25 * 20 / 700
    se = [np.sqrt((0.75**2 * x / n**2) + (0.25**2 * y / m**2)) for x, n, y, m in ((12, 900, 30, 500), (9, 1000, 20, 700))]
    log_error = np.hypot(se[0] / a, se[1] / b)
    low, high = a / b - 1.959964 * log_error, a / b + 1.959964 * log_error
    anchors = {"Comparator": "A", "Reference": "B", "Std Rate (per 100)": 100 * a, "Rate Ratio (RR)": a / b}
    case = {
        "topic": "dsr_compare",
        "source": {"repo": "cran/dsr"},
        "parameters": {"estimate": "ratio", "sig": 0.95, "mp": 100, "refgroup": "B"},
        "input": {"strata": STRATA, "standard": STANDARD},
        "expected": [anchors | {"95% LCL (RR)": low, "95% UCL (RR)": high}],
        "tolerance": {"rtol": 1e-4},
    }
    adapter("dsr_compare")(case)
    half = 195.9964 * np.hypot(*se)
    apart = {"estimate": 100 * (a - b), "lower": 100 * (a - b) - half, "upper": 100 * (a - b) + half}
    lognormal = {"ratio": a / b, "lower": a / b * np.exp(-1.959964 * log_error), "upper": a / b * np.exp(1.959964 * log_error)}
    adapter("dsr_compare")({**case, "source": {}, "expected": {"ratio": lognormal, "difference": [apart]}})
    with pytest.raises(AssertionError):
        adapter("dsr_compare")({**case, "source": {}})
