"""From the topics of the reference cases to the library's calls.

An adapter takes one case and raises AssertionError where the library does not give the published figures within the
case's own tolerance. The format is described in the README beside the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from case_format import close, confidences, frame_of, limits_of, normal, per_of, records
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


# What the anchors call the ways of an interval for a Poisson mean -> ours.
POISSON_METHODS = {
    **dict.fromkeys(("phe", "byar", "byars", "breslow-day"), "byar"),
    **dict.fromkeys(("epitools", "byar_midpoint", "pois.byar"), "byar_midpoint"),
    **dict.fromkeys(("exact", "garwood", "central", "exact-c", "pois.exact"), "exact"),
    **dict.fromkeys(("midp", "mid-p", "mid_p"), "midp"),
    **dict.fromkeys(("minlike", "sterne"), "minlike"),
    "blaker": "blaker",
    "exact_byar": "exact_byar",
}


def poisson_method(name: Any, default: str) -> str:
    """Our name of a method that the anchor calls `name`; the default when it is not said."""
    return POISSON_METHODS[str(name).lower()] if name is not None else default


def crude(case: Case) -> None:
    """PHE's crude rates; limits at one or more confidences, which may stand in the row or in the result."""
    for given, expected in zip(case["input"], records(case["expected"]), strict=True):
        compared = 0
        for confidence in confidences(given, case["parameters"], expected):
            rate = crude_rate(
                pd.DataFrame([{"x": given["x"], "n": given["n"]}]),
                count="x",
                exposure="n",
                per=per_of({**case["parameters"], **given}, expected),
                confidence=confidence,
                method=poisson_method(given.get("method", case["parameters"].get("method")), "exact_byar"),
            ).iloc[0]
            for theirs in ("value", "rate", "est", "estimate"):
                if theirs in expected:
                    close(rate["rate"], expected[theirs], case["tolerance"], theirs)
            for theirs, ours in limits_of(expected, confidence).items():
                close(rate[ours], expected[theirs], case["tolerance"], theirs)
                compared += 1
        assert compared, ("no limits are compared", expected)


def poisson_ci(case: Case) -> None:
    """Limits for counts by the method that the case names, or by several that the result names; with `n`, of the rate."""
    parameters = case["parameters"]
    for given, expected in zip(case["input"], records_or_pairs(case["expected"]), strict=True):
        row = given if isinstance(given, Mapping) else {"x": given}  # a bare count
        said, people = row.get("method", parameters.get("method")), row.get("n", 1)
        named = {key: value for key, value in expected.items() if key.lower() in POISSON_METHODS}
        by_method = named or {said: expected}
        compared = 0
        for confidence in confidences(row, parameters, expected):
            for theirs_method, limits in by_method.items():
                method = poisson_method(theirs_method, "exact")
                lower, upper = (limit / people for limit in poisson_interval(row["x"], confidence=confidence, method=method))
                if isinstance(limits, list):
                    limits = dict(zip(("lower", "upper"), limits, strict=True))
                for theirs, ours in limits_of(limits, confidence).items():
                    close({"lower": lower, "upper": upper}[ours], limits[theirs], case["tolerance"], theirs)
                    compared += 1
        if "rate" in expected:
            close(row["x"] / people, expected["rate"], case["tolerance"], "rate")
        assert compared, ("no limits are compared", expected)


def records_or_pairs(expected: Any) -> list[dict[str, Any]]:
    """Results as records; a pair of limits is one too."""
    if isinstance(expected, list) and expected and isinstance(expected[0], list):
        return [dict(zip(("lower", "upper"), pair, strict=True)) for pair in expected]
    return records(expected)


def denominator_contract(case: Case) -> None:
    """The anchor raises or gives missing; this library does one of the two and never inf, 0 or a finite limit."""
    behaviour = case["expected"].get("anchor_behaviour", case["expected"])
    for name, given in case["input"].items():
        rows = pd.DataFrame({"count": [given["x"]], "exposure": [given["n"]]}, dtype=float)
        try:
            row = crude_rate(rows).iloc[0]
        except TableError:
            assert behaviour[name] == "raises", name
            continue
        assert row[["rate", "lower", "upper"]].isna().all(), name
        assert row["reason"] in ("no_count", "no_exposure"), name


def disclosure(case: Case) -> None:
    """Which cells are below the threshold, with zeros disclosive or not."""
    given = case["input"] if isinstance(case["input"], Mapping) else {"counts": case["input"]}
    threshold = {**case["parameters"], **given}["threshold"]
    keys = {"flag_zeros_disclosive": True, "flag_zeros_ok": False}
    assert keys.keys() & case["expected"].keys(), list(case["expected"])
    for key in keys.keys() & case["expected"].keys():
        assert below_threshold(given["counts"], threshold=threshold, zeros=keys[key]).tolist() == case["expected"][key]


def official_sweden(case: Case) -> None:
    """Brå's own rates and changes; a previous count of 0 has no percentage."""
    rows = pd.DataFrame(case["input"])
    wanted = frame_of(case["expected"])
    if "per_100k" in wanted:
        per = per_of(case["parameters"], {}, 100_000)
        rates = crude_rate(rows, exposure=next(n for n in ("population", "n", "pop") if n in rows), per=per)
        close(rates["rate"], wanted["per_100k"].tolist(), case["tolerance"], "per_100k")
    if not {"change_abs", "change_pct_rounded"} & set(wanted):
        return
    moved = change(_two_years(rows), baseline=Baseline(1, 1), min_mean=0).set_index("area")
    for i, expected in enumerate(records(case["expected"])):
        row = moved.loc[str(i)]
        if "change_abs" in expected:
            assert row["count_latest"] - row["count_earlier"] == expected["change_abs"]
        if "change_pct_rounded" in expected:
            digits = case["tolerance"].get("pct_round", 0)
            percent = None if pd.isna(row["ratio"]) else round(100 * (row["ratio"] - 1), digits)
            assert percent == expected["change_pct_rounded"]


def _two_years(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts of a year and of the year before as a table of counts; which years does not matter."""
    common = {"area": rows.index.astype(str), "area_level": "kommun", "offence": "totalt", "sex": "alla", "source": "prov"}
    return pd.concat(
        [
            pd.DataFrame(common | {"period": pd.Period(str(year), freq="Y"), "count": rows[column].astype("Int64")})
            for year, column in ((2006, "previous"), (2007, "count"))
        ]
    ).assign(rate_published=pd.NA, status="preliminary")


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
