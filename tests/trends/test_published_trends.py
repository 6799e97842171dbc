"""The published figures on trends that carry most weight, kept here so that the suite is strong anywhere. Figures only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.trends import change_points, joinpoint, mann_kendall

# England, lung cancer, men, 2002-2018, mean of three years' rates per 100 000; NCI Joinpoint's printed joinpoints and APC
LUNG = [
    93.33333333,
    90.63333333,
    88.3,
    86.6,
    85.43333333,
    84.63333333,
    83.3,
    81.6,
    79.46666667,
    77.3,
    75.8,
    74.23333333,
    72.5,
    70.63333333,
    68.26666667,
    66.1,
    63.63333333,
]
# Annual flow of the Nile at Aswan 1871-1970, 10^8 m3 (Cobb 1978; R's datasets)
NILE = [
    1120,
    1160,
    963,
    1210,
    1160,
    1160,
    813,
    1230,
    1370,
    1140,
    995,
    935,
    1110,
    994,
    1020,
    960,
    1180,
    799,
    958,
    1140,
    1100,
    1210,
    1150,
    1250,
    1260,
    1220,
    1030,
    1100,
    774,
    840,
    874,
    694,
    940,
    833,
    701,
    916,
    692,
    1020,
    1050,
    969,
    831,
    726,
    456,
    824,
    702,
    1120,
    1100,
    832,
    764,
    821,
    768,
    845,
    864,
    862,
    698,
    845,
    744,
    796,
    1040,
    759,
    781,
    865,
    845,
    944,
    984,
    897,
    822,
    1010,
    771,
    676,
    649,
    846,
    812,
    742,
    801,
    1040,
    860,
    874,
    848,
    890,
    744,
    749,
    838,
    1050,
    918,
    986,
    797,
    923,
    975,
    815,
    1020,
    906,
    901,
    1170,
    912,
    746,
    919,
    718,
    714,
    740,
]


def test_nci_joinpoint_lung_cancer():
    found = joinpoint(LUNG, year=np.arange(2002, 2019), max_joinpoints=3)
    assert found.joinpoints == (2004, 2008, 2015)
    assert found.segments["apc"].to_numpy() == pytest.approx([-2.8662, -1.38, -2.312, -3.415], abs=0.00015)
    assert found.aapc()["aapc"] == pytest.approx(-2.3575273219, rel=1e-6)


def test_the_nile_shifts_in_1898():
    """Zeileis et al. (2003): one break, 1898, with 95 % limits 1895 to 1902; R's Kendall and trend packages on the same."""
    row = change_points(pd.Series(NILE, index=range(1871, 1971))).breaks.iloc[0]
    assert row[["at", "lower", "upper"]].tolist() == [1898, 1895 - 1870, 1902 - 1870]
    trend = mann_kendall(NILE)
    assert (trend.score, trend.slope) == (-1387, pytest.approx(-2.6))
    assert trend.p_value == pytest.approx(3.65826292166433e-05, rel=1e-6)
