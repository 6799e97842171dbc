"""From the topics of the reference cases to the library's calls.

An adapter takes one case and raises AssertionError where the library does not give the published figures within the
case's own tolerance. The format is described in the README beside the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from case_format import normal
from effect_adapters import wdd_topic
from place_adapters import PLACE_ADAPTERS
from rates_adapters import RATES_ADAPTERS
from trend_adapters import TREND_ADAPTERS

from kunskapsbaserat.disclosure import below_threshold
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates import crude_rate, poisson_interval
from kunskapsbaserat.trends import Baseline, change

Case = Mapping[str, Any]

# Topics whose methods are not built yet, in one visible list; a topic that is neither here nor in ADAPTERS fails.
NOT_BUILT: frozenset[str] = frozenset()


def close(got: Any, expected: Any, tolerance: Mapping[str, Any], key: str = "") -> None:
    """The case's own tolerance; `exact` compares equal, an `atol` that is an object goes by key."""
    if expected is None:
        assert got is None or np.isnan(got), (key, got)
        return
    if tolerance.get("exact"):
        assert got == expected, (key, got, expected)
        return
    atol = tolerance.get("atol", 0)
    atol = atol.get(key, 0) if isinstance(atol, Mapping) else atol
    np.testing.assert_allclose(got, expected, rtol=tolerance.get("rtol", 0), atol=atol, err_msg=key)


def crude(case: Case) -> None:
    """PHE's crude rates: columns Numerator and Denominator, or x and n; limits at one or two confidences."""
    rows = pd.DataFrame(case["input"])
    names = ("x", "n")
    parameters = case["parameters"]
    per = parameters.get("multiplier", 1)
    confidences = np.atleast_1d(parameters.get("confidence", parameters.get("conf", 0.95)))
    method = parameters.get("method", "exact_byar")
    for confidence in confidences:
        found = crude_rate(rows, count=names[0], exposure=names[1], per=per, confidence=float(confidence), method=method)
        tag = f"{100 * confidence:.1f}".replace(".", "_")
        for got, expected in zip(found.to_dict("records"), case["expected"], strict=True):
            value = expected.get("value", expected.get("rate"))
            close(got["rate"], value, case["tolerance"], "value")
            for limit in ("lower", "upper"):
                published = expected.get(f"{limit}{tag}cl", expected.get(limit))
                close(got[limit], published, case["tolerance"], limit)


def poisson_ci(case: Case) -> None:
    """Limits for counts: by variant of Byar, exact, or mid-P; with `n` given, of the rate."""
    parameters = case["parameters"]
    named = {"phe": "byar", "epitools": "byar_midpoint"}
    method = parameters.get("method") or named.get(parameters.get("variant", ""), "exact")
    for given, expected in zip(case["input"], case["expected"], strict=True):
        if not isinstance(given, Mapping):  # a count, with a column of limits for each confidence
            for confidence in np.atleast_1d(parameters["conf"]):
                lower, upper = poisson_interval(given, confidence=float(confidence), method=method)
                tag = f"{100 * confidence:.0f}"
                close(lower, expected[f"l{tag}"], case["tolerance"], f"l{tag}")
                close(upper, expected[f"u{tag}"], case["tolerance"], f"u{tag}")
            continue
        confidence = given.get("conf", parameters.get("conf", 0.95))
        lower, upper = poisson_interval(given["x"], confidence=confidence, method=method)
        people = given.get("n", 1)
        close(lower / people, expected["lower"], case["tolerance"], "lower")
        close(upper / people, expected["upper"], case["tolerance"], "upper")


def denominator_contract(case: Case) -> None:
    """The anchor raises or gives missing; this library does one of the two and never inf, 0 or a finite limit."""
    for name, given in case["input"].items():
        rows = pd.DataFrame({"count": [given["x"]], "exposure": [given["n"]]}, dtype=float)
        try:
            row = crude_rate(rows).iloc[0]
        except TableError:
            assert case["expected"]["anchor_behaviour"][name] == "raises", name
            continue
        assert row[["rate", "lower", "upper"]].isna().all(), name
        assert row["reason"] in ("no_count", "no_exposure"), name


def disclosure(case: Case) -> None:
    """Which cells are below the threshold, with zeros disclosive or not."""
    counts, threshold = case["input"]["counts"], case["input"]["threshold"]
    for zeros, key in ((True, "flag_zeros_disclosive"), (False, "flag_zeros_ok")):
        assert below_threshold(counts, threshold=threshold, zeros=zeros).tolist() == case["expected"][key]


def official_sweden(case: Case) -> None:
    """Brå's own rates per 100 000 and changes; a previous count of 0 has no percentage."""
    rows = pd.DataFrame(case["input"])
    rates = crude_rate(rows, exposure="population", per=case["parameters"]["multiplier"])
    counts = pd.concat(
        [
            pd.DataFrame(
                {
                    "area": rows.index.astype(str),
                    "area_level": "kommun",
                    "offence": "totalt",
                    "sex": "alla",
                    "period": pd.Period(str(year), freq="Y"),
                    "count": rows[column].astype("Int64"),
                    "rate_published": pd.NA,
                    "status": "preliminary",
                    "source": "prov",
                }
            )
            for year, column in ((2006, "previous"), (2007, "count"))
        ]
    )
    moved = change(counts, baseline=Baseline(1, 1), min_mean=0).set_index("area")
    for i, expected in enumerate(case["expected"]):
        close(rates["rate"].iat[i], expected["per_100k"], case["tolerance"], "per_100k")
        row = moved.loc[str(i)]
        assert row["count_latest"] - row["count_earlier"] == expected["change_abs"]
        percent = None if np.isnan(row["ratio"]) else round(100 * (row["ratio"] - 1), case["tolerance"]["pct_round"])
        assert percent == expected["change_pct_rounded"]


def adapter(topic: str) -> Callable[[Case], None]:
    """The adapter of a topic, for a case written in any of the format's ways."""
    return lambda case: ADAPTERS[topic](normal(case))


ADAPTERS: dict[str, Callable[[Case], None]] = {
    "crude_rate": crude,
    "denominator_contract": denominator_contract,
    "disclosure": disclosure,
    "official_sweden": official_sweden,
    "poisson_ci": poisson_ci,
    "wdd": wdd_topic,
    **PLACE_ADAPTERS,
    **RATES_ADAPTERS,
    **TREND_ADAPTERS,
}
