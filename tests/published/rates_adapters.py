"""Adapters for the topics of rates: one case in, AssertionError where the library's figures are not the published ones.

`REFERENCE_DIR` is the folder of the cases; a case that names a csv finds it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from case_format import close, column_of, confidences, frame_of, limits_of, per_of, records, table_of
from scipy import optimize

from kunskapsbaserat.rates import (
    FunnelClass,
    compare_standardised,
    directly_standardised_rate,
    e_test,
    empirical_bayes,
    excess_risk,
    funnel,
    funnel_lines,
    funnel_shares,
    indirectly_standardised_rate,
    inequality_slopes,
    pai,
    proportion,
    proportion_change,
    rate_difference,
    rate_ratio,
    spatial_median,
    standardised_ratio,
)
from kunskapsbaserat.rates.overdispersion import overdispersion

Case = Mapping[str, Any]


# Direct standardisation


def dsr(case: Case) -> None:
    given = case["input"]
    if isinstance(given, Mapping) and "strata" in given:
        return _dsr_by_method(case)
    if isinstance(given, Mapping) and ("s_e" in given or "s_b" in given):
        return _esda(case)
    if isinstance(given, Mapping):
        return _epitools(case, [given])
    if given and any(isinstance(value, list) for value in given[0].values()):
        return _epitools(case, given)
    if "method" not in case["parameters"] and isinstance(case["expected"], Mapping) and "adj.rate" in case["expected"]:
        return _epitools(case, [pd.DataFrame(given).to_dict("list")])
    return _phe_dsr(case)


def _phe_dsr(case: Case) -> None:
    """PHE: Dobson limits; a missing count is no events (the anchor's rule, not ours)."""
    rows = pd.DataFrame(case["input"])
    rows = rows.rename(
        columns={name: "count" for name in ("dths", "total_count", "x", "death", "events", "obs") if name in rows}
    )
    rows = rows.rename(columns={name: "exposure" for name in ("pop", "n", "population", "fu", "person_years") if name in rows})
    weights = [n for n in rows if n in ("stdpop", "standard", "std_pop", "weight") or n.lower().startswith("esp")]
    if weights:
        rows["standard"] = rows[weights[0]]
    else:
        standard = np.asarray(case["parameters"]["stdpop"], dtype=float)
        rows["standard"] = np.resize(standard, len(rows))
    by = [
        name for name in ("area", "sex", "year", "group") if name in rows and len(records(case["expected"])[0].keys() & {name})
    ]
    rows, by = (rows, by) if by else (rows.assign(area="one"), ["area"])
    rows["count"] = pd.to_numeric(rows["count"]).fillna(0)
    frequencies = {int(m[1]): m[0] for name in rows if (m := re.fullmatch(r"f(\d+)", name))}
    frequencies = {times: name for times, name in frequencies.items() if rows[name].notna().any()} or None
    per = per_of(case["parameters"], records(case["expected"])[0], 100_000)
    for confidence in confidences(case["parameters"], records(case["expected"])[0]):
        found = directly_standardised_rate(rows, by=by, per=per, confidence=confidence, repeats=frequencies)
        expected_rows = records(case["expected"])
        if "confidence" in expected_rows[0] and len(expected_rows) > len(found):  # one row for each confidence
            expected_rows = [e for e in expected_rows if confidence in confidences(e)]
        for got, expected in zip(found.to_dict("records"), expected_rows, strict=True):
            close(got["count"], expected.get("total_count", got["count"]), case["tolerance"], "total_count")
            close(got["exposure"], expected.get("total_pop", got["exposure"]), case["tolerance"], "total_pop")
            close(got["rate"], expected["value"], case["tolerance"], "value")
            named = limits_of(expected, confidence)
            assert set(named.values()) == {"lower", "upper"}, named
            for theirs, ours in named.items():
                close(got[ours], expected[theirs], case["tolerance"], theirs)


def _epitools(case: Case, given: Iterable[Mapping]) -> None:
    """epitools: Fay and Feuer's gamma limits with the largest weight; without `multiplier` per person."""
    per = case["parameters"].get("multiplier", 1)
    for one, expected in zip(given, records(case["expected"]), strict=True):
        one = {**case["parameters"], **one}
        exposure = next(one[name] for name in ("pop", "population", "exposure", "n") if name in one)
        count = next(one[name] for name in ("count", "x", "events") if name in one)
        rows = pd.DataFrame({"area": "one", "count": count, "exposure": exposure, "standard": one["stdpop"]})
        confidence = confidences(case["parameters"])[0]
        got = directly_standardised_rate(rows, method="gamma", per=per, confidence=confidence).iloc[0]
        crude = got["count"] / got["exposure"] * per
        for theirs, value in expected.items():
            key = theirs.replace(".", "_")
            ours = {"adj_rate": got["rate"], "crude_rate": crude, "lci": got["lower"], "uci": got["upper"]}
            if key in ours:
                close(ours[key], value, case["tolerance"], theirs)


def _dsr_by_method(case: Case) -> None:
    """dsr and SAS STDRATE: normal, lognormal or gamma limits of the crude and of the standardised rate."""
    strata, standard = pd.DataFrame(case["input"]["strata"]), pd.DataFrame(case["input"]["standard"])
    weight = "pop" if "pop" in standard else standard.columns[-1]
    standard = standard.rename(columns={weight: "standard"})
    on = [name for name in standard if name in strata]
    event = next(name for name in ("death", "event", "count", "n_events") if name in strata)
    years = next(name for name in ("fu", "pop", "exposure", "pyears") if name in strata)
    by = next(name for name in strata if name not in {*on, event, years})
    rows = strata.merge(standard, on=on, how="left", validate="many_to_one")
    rows = rows.rename(columns={event: "count", years: "exposure"})
    total = rows.groupby(by, sort=False)[["count", "exposure"]].sum().reset_index().assign(standard=1.0)
    per, confidence = case["parameters"].get("multiplier", 1), confidences(case["parameters"])[0]
    results = case["expected"]
    if not (isinstance(results, Mapping) and set(results) <= {"normal", "lognormal", "gamma"}):  # of the one method said
        results = {case["parameters"].get("method", "normal"): results}
    for named, expected_rows in results.items():
        method = "gamma_without_largest" if named == "gamma" else named
        options = {"by": by, "method": method, "per": per, "confidence": confidence}
        standardised = directly_standardised_rate(rows, stratum=on, **options).set_index(by)
        crude = directly_standardised_rate(total, **options).set_index(by)
        for expected in records(expected_rows):
            group = expected.get("Subgroup", expected.get(by))
            got, plain = standardised.loc[group], crude.loc[group]
            ours = {
                "Numerator": got["count"],
                "Denominator": got["exposure"],
                "Crude_Rate": plain["rate"],
                "LCL_Crude": plain["lower"],
                "UCL_Crude": plain["upper"],
                "Std_Rate": got["rate"],
                "LCL_Std": got["lower"],
                "UCL_Std": got["upper"],
            }
            ours |= {"rate": got["rate"], "lower": got["lower"], "upper": got["upper"]}
            for theirs, value in expected.items():
                key = re.sub(r"^[\d.]+pct_", "", theirs)
                if key in ours:
                    close(ours[key], value, case["tolerance"], theirs)


def dsr_compare(case: Case) -> None:
    """R's dsrr and SAS STDRATE: ratio and difference of groups' standardised rates to a reference group's.

    Results stand under "ratio" and "difference", or in one list of what the parameter `estimate` says. A reference beside
    itself is given limits there; here it is compared as a group of its own beside the reference.
    """
    given, parameters = case["input"], case["parameters"]
    rows, on, by = _strata_and_standard(given, {**parameters, **(given if isinstance(given, Mapping) else {})})
    results = case["expected"]
    if not (isinstance(results, Mapping) and results.keys() & {"ratio", "difference"}):
        results = {str(parameters.get("estimate", "ratio")): results}
    reference = next((parameters[n] for n in ("refgroup", "reference", "ref") if n in parameters), None)
    for kind, expected_rows in results.items():
        for expected in records(expected_rows):
            names = _plain_names(expected)
            base = names.get("reference", reference)
            base = rows[by].iloc[-1] if base is None else base
            own = names.get("comparator", names.get(by, next(g for g in rows[by].unique() if g != base)))
            twin = rows[rows[by] == own].assign(**{by: "compared"})
            found = compare_standardised(
                pd.concat([twin, rows[rows[by] == base]]),
                reference=base,
                by=by,
                stratum=on,
                per=parameters.get("multiplier", 1),
                confidence=confidences(parameters)[0],
                method=_ratio_limits(case),
            ).iloc[0]
            ours = {"rate": found["rate"], "estimate": found[kind], "p": found["p_value"]}
            ours |= {
                "lower": found[f"{kind}_lower"],
                "upper": found[f"{kind}_upper"],
                "reference_rate": found["reference_rate"],
            }
            compared = ours.keys() & names.keys()
            assert "estimate" in compared, names
            for name in compared:
                close(ours[name], names[name], case["tolerance"], name)


def _strata_and_standard(given: Any, settings: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str], str]:
    """Strata with their standard, the strata's columns and the group's."""
    if isinstance(given, Mapping) and "strata" in given:
        strata, standard = pd.DataFrame(given["strata"]), pd.DataFrame(given["standard"])
        weight = "pop" if "pop" in standard else standard.columns[-1]
        standard = standard.rename(columns={weight: "standard"})
        on = [name for name in standard if name in strata]
        rows = strata.merge(standard, on=on, how="left", validate="many_to_one")
    else:
        rows = table_of({"input": given}).rename(columns={"stdpop": "standard", "esp2013": "standard"})
        on = []
    renamed = {"count": ("death", "event", "n_events", "dths", "x"), "exposure": ("fu", "pop", "pyears", "n", "population")}
    for mine, theirs in renamed.items():
        rows = rows if mine in rows else rows.rename(columns={next(n for n in theirs if n in rows): mine})
    rest = [name for name in rows if name not in {*on, "count", "exposure", "standard"}]
    by = settings.get("subgroup", next(n for n in ("area", "state", "group", "Subgroup", *rest) if n in rest))
    return rows, on or [name for name in rest if name != by], by


def _plain_names(expected: Mapping[str, Any]) -> dict[str, Any]:
    """The anchors' column names, such as "95% LCL (RR)" and "Rate Ratio (RR)", in our words."""
    words = (("lcl", "lower"), ("lower", "lower"), ("ucl", "upper"), ("upper", "upper"), ("comparator", "comparator"))
    words += (
        ("reference rate", "reference_rate"),
        ("reference", "reference"),
        ("ratio", "estimate"),
        ("difference", "estimate"),
    )
    words += (
        ("estimate", "estimate"),
        ("std rate", "rate"),
        ("p_value", "p"),
        ("pr >", "p"),
        ("rate", "rate"),
        ("subgroup", "comparator"),
    )
    plain = {}
    for theirs, value in expected.items():
        key = theirs.lower().replace("_", " ").replace("p value", "p_value")
        plain[next((mine for word, mine in words if word in key), theirs)] = value
    return plain


def _ratio_limits(case: Case) -> str:
    """R's dsr adds the logarithm's error to the ratio itself; everyone else's limits are lognormal."""
    source = case.get("source") or {}
    anchors = f"{source.get('repo', '')} {source.get('run_with', '')} {source.get('path', '')}"
    said = str(case["parameters"].get("method", ""))
    return "log_error_added" if re.search(r"\bdsrr?\b", f"{anchors} {said}") else "lognormal"


def _esda(case: Case) -> None:
    """esda: areas one after another in flat lists; indirect limits are lognormal."""
    given, confidence = case["input"], confidences(case["parameters"])[0]
    bands = len(given["e"]) // given["n_areas"]
    rows = pd.DataFrame(
        {
            "area": np.repeat(np.arange(given["n_areas"]), bands),
            "count": given["e"],
            "exposure": given["b"],
            "standard": given.get("s_b", np.nan),
            "reference_count": given["s_e"],
            "reference_exposure": given["s_b"],
        }
    )
    direct = directly_standardised_rate(rows, method="gamma", per=1, confidence=confidence)
    # where areas have each their reference, esda takes the crude rate of all references together
    reference = rows["reference_count"].sum() / rows["reference_exposure"].sum()
    indirect = standardised_ratio(rows, method="lognormal", scale=reference, confidence=confidence)
    indirect = indirect.rename(columns={"ratio": "rate"})
    expected = case["expected"]
    totals = rows.groupby("area")
    if "crude" in expected:
        # esda's crude rate weighs each band's rate by its share of the area's own people: the same as events over people
        close((totals["count"].sum() / totals["exposure"].sum()).to_numpy(), expected["crude"], case["tolerance"], "crude")
    if "smr" in expected:
        close(standardised_ratio(rows)["ratio"].to_numpy(), expected["smr"], case["tolerance"], "smr")
    for key, found in (("direct", direct), ("indirect", indirect)):
        if key in expected:
            close(found[["rate", "lower", "upper"]].to_numpy(), expected[key], case["tolerance"], key)


def isr_smr(case: Case) -> None:
    """PHE: standardised ratio (x 1 or x 100) and indirectly standardised rate, told apart by `statistic`."""
    given = case["input"]
    if isinstance(given, Mapping) and "statistic" not in records(case["expected"])[0]:
        (_esda if "s_e" in given else _epitools_indirect)(case)
        return
    rows = pd.DataFrame(given).rename(
        columns={
            "pop": "exposure",
            "n": "exposure",
            "x": "count",
            "obs": "count",
            "observed": "count",
            "population": "exposure",
            "stdcount": "reference_count",
            "stdpop": "reference_exposure",
            "refcount": "reference_count",
            "refpop": "reference_exposure",
        }
    )
    if "area" not in rows:
        rows["area"] = "one"
    for name in ("count", "reference_count"):  # a missing count is no events: the anchor's rule, not ours
        rows[name] = pd.to_numeric(rows[name]).fillna(0)
    for expected in records(case["expected"]):
        number = float(expected["statistic"].rsplit(" ", 1)[-1].replace(",", ""))
        method = {"Byars": "exact_byar", "Exact": "exact_byar"}[expected.get("method", "Byars")]
        for confidence in confidences(case["parameters"], expected):
            options = {"by": "area", "confidence": confidence, "method": method}
            if "ratio" in expected["statistic"]:
                got = standardised_ratio(rows, scale=number, **options).set_index("area")
                value = "ratio"
            else:
                got = indirectly_standardised_rate(rows, per=number, **options).set_index("area")
                value = "rate"
            row = got.loc[expected.get("area", got.index[0])]
            for theirs, ours in (("observed", "observed"), ("expected", "expected"), ("value", value)):
                if theirs in expected:
                    close(row[ours], expected[theirs], case["tolerance"], theirs)
            if expected.get("ref_rate") is not None:
                close(row["reference_rate"], expected["ref_rate"], case["tolerance"], "ref_rate")
            for theirs, ours in limits_of(expected, confidence).items():
                close(row[ours], expected[theirs], case["tolerance"], theirs)


def _epitools_indirect(case: Case) -> None:
    """epitools: the ratio and the rate with lognormal limits; `expected` nested by sir and rate, or flat."""
    given, per = case["input"], case["parameters"].get("multiplier", 1)
    rows = pd.DataFrame(
        {
            "area": "one",
            "count": given["count"],
            "exposure": given["pop"],
            "reference_count": given["stdcount"],
            "reference_exposure": given["stdpop"],
        }
    )
    options = {"method": "lognormal", "confidence": confidences(case["parameters"])[0]}
    one, rate = standardised_ratio(rows, **options).iloc[0], indirectly_standardised_rate(rows, per=per, **options).iloc[0]
    crude = rows["count"].sum() / rows["exposure"].sum() * per
    sir = {"observed": one["observed"], "exp": one["expected"], "expected": one["expected"], "sir": one["ratio"]}
    ours = {
        "sir": sir | {"lci": one["lower"], "uci": one["upper"]},
        "rate": {"crude_rate": crude, "adj_rate": rate["rate"], "lci": rate["lower"], "uci": rate["upper"]},
    }
    for part, values in case["expected"].items():
        if isinstance(values, Mapping):
            for theirs, value in values.items():
                close(ours[part][theirs.replace(".", "_")], value, case["tolerance"], theirs)
        else:
            key = part.replace(".", "_")
            kind = "rate" if key in ours["rate"] and key not in ("lci", "uci") else "sir"
            close(ours[kind][key], values, case["tolerance"], part)


# Two rates and two shares


def two_rates(one: Mapping[str, Any]) -> pd.DataFrame:
    """Two counts and what they are of: as pairs, or as x1, n1, x2, n2."""
    x = next((one[name] for name in ("x", "count", "events") if name in one), None) or [one["x1"], one["x2"]]
    n = next((one[name] for name in ("n", "exposure", "pt", "person_years") if name in one), None)
    n = n or [one.get("n1", 1), one.get("n2", 1)]
    return pd.DataFrame({"count": [x[0]], "exposure": [n[0]], "other_count": [x[1]], "other_exposure": [n[1]]}, dtype=float)


SIDES = {
    "two.sided": "two_sided",
    "two-sided": "two_sided",
    "larger": "larger",
    "greater": "larger",
    "smaller": "smaller",
    "less": "smaller",
}
TESTS = {
    "wald": ("wald", None),
    "score": ("score", None),
    "wald_log": ("wald_log", None),
    "score_log": ("score_log", None),
    "sqrt": ("sqrt", None),
    "exact_conditional": ("exact", None),
    "conditional_midp": ("midp", None),
    "etest_score": (None, "score"),
    "etest_wald": (None, "wald"),
}


RATIO_COLUMNS = {
    **dict.fromkeys(("rate_ratio", "ratio", "estimate", "rr"), "ratio"),
    **{"lower": "lower", "upper": "upper", "lci": "lower", "uci": "upper", "p_value": "p_value", "p": "p_value"},
}
RATIO_METHODS = {
    **{name: name for name in ("exact", "midp", "wald", "score", "wald_log", "score_log", "sqrt", "mover")},
    **{
        "exact-c": "exact",
        "exact_conditional": "exact",
        "conditional_midp": "midp",
        "cond-midp": "midp",
        "score-log": "score_log",
    },
}


def ratio(case: Case) -> None:
    """Exact ratios with limits, tests by many methods, or limits by many methods: told apart by the keys of `expected`."""
    given, expected_rows = records(case["input"]), records(case["expected"])
    for one, expected in zip(given, expected_rows, strict=True):
        rows = two_rates(one)
        confidence = confidences(one, case["parameters"], expected)[0]
        side = SIDES[one.get("alternative", case["parameters"].get("alternative", "two-sided"))]
        null = one.get("null", case["parameters"].get("null", 1))
        for key, value in expected.items():
            name = key.replace("-", "_")
            if name in RATIO_COLUMNS:
                method = RATIO_METHODS.get(one.get("method", case["parameters"].get("method")), "exact")
                got = rate_ratio(rows, null=null, alternative=side, confidence=confidence, method=method)
                column = RATIO_COLUMNS[name]
                close(got[column].iat[0], value, case["tolerance"], key)
            elif name in TESTS:
                _one_test(rows, name, null, side, value, case)
            else:
                kind, method = name.split("_", 1)
                method = {"waldcc": "wald_half", "waldccv": "wald_half"}.get(method, method)
                if (kind, method) == ("diff", "score"):
                    _difference_by_search(rows, confidence, value, case["tolerance"])
                    continue
                if kind == "ratio":
                    got = rate_ratio(rows, confidence=confidence, method=method)
                else:
                    got = rate_difference(rows, confidence=confidence, method=method, per=1)
                for column, limit in zip(("lower", "upper"), value, strict=True):
                    close(got[column].iat[0], limit, case["tolerance"], key)


def _difference_by_search(rows: pd.DataFrame, confidence: float, limits: Iterable[float], tolerance: Mapping[str, Any]) -> None:
    """statsmodels finds these limits by a simplex search that stops within 1e-8, so its digits are those of the search.

    Two things are held: at our own limits the p-value is 1 - confidence exactly, and the same search with our p-value
    stops at the anchor's figures.
    """

    def p_value(difference: float) -> float:
        return float(rate_difference(rows, null=difference, per=1)["p_value"].iat[0])

    ours = rate_difference(rows, confidence=confidence, per=1)
    start = rate_difference(rows, confidence=confidence, per=1, method="wald_half")
    for column, limit in zip(("lower", "upper"), limits, strict=True):
        np.testing.assert_allclose(p_value(ours[column].iat[0]), 1 - confidence, rtol=1e-9)
        np.testing.assert_allclose(ours[column].iat[0], limit, rtol=0, atol=1e-8)
        found = optimize.fmin(
            lambda d: (p_value(float(d[0])) - (1 - confidence)) ** 2, start[column].iat[0], xtol=1e-8, disp=False
        )
        close(found[0], limit, tolerance, column)


def _one_test(rows: pd.DataFrame, name: str, null: float, side: str, value: Any, case: Case) -> None:
    method, statistic = TESTS[name]
    if method is not None:
        got = rate_ratio(rows, null=null, alternative=side, method=method)
    else:
        # the hypothesis that the ratio is `null` is that of equal rates with the other's person-years multiplied by it
        rows = rows.assign(other_exposure=rows["other_exposure"] * null)
        got = e_test(rows, statistic=statistic, alternative=side)
    close(got["p_value"].iat[0], value, case["tolerance"], name)


def etest(case: Case) -> None:
    """A p-value per row: the statistics agree for equal exposures, else `expected` or the parameters name them."""
    names = {"k1": ("k1", "x1", "count1"), "k2": ("k2", "x2", "count2"), "n1": ("n1",), "n2": ("n2",), "d": ("d", "diff")}
    for given, expected in zip(case["input"], case["expected"], strict=True):
        one = {mine: given[name] for mine, possible in names.items() for name in possible if name in given}
        for mine, pair in (("k", "x"), ("n", "n")):
            if isinstance(given.get(pair), list):
                one |= dict(zip((f"{mine}1", f"{mine}2"), given[pair], strict=True))
        exposures = one.get("n1", 1), one.get("n2", 1)
        rows = pd.DataFrame(
            {"count": [one["k1"]], "exposure": exposures[:1], "other_count": [one["k2"]], "other_exposure": exposures[1:]}
        )
        side = SIDES[given.get("alternative", case["parameters"].get("alternative", "two-sided"))]
        settings = {**case["parameters"], **given}
        said = settings.get("statistic", settings.get("method"))
        if isinstance(expected, Mapping) and not expected.keys() & {"wald", "score"}:
            expected = next(expected[name] for name in ("p", "p_value", "pvalue") if name in expected)
        if not isinstance(expected, Mapping):
            both = said is None and exposures[0] == exposures[1]
            expected = dict.fromkeys(("wald", "score") if both else (str(said or "score").removeprefix("etest_"),), expected)
        for statistic, value in expected.items():
            got = e_test(rows, difference=one.get("d", 0), statistic=statistic, alternative=side)
            close(got["p_value"].iat[0], value, case["tolerance"], statistic)


def shares(case: Case) -> None:
    for given, expected in zip(case["input"], records(case["expected"]), strict=True):
        settings = {**case["parameters"], **given}
        for confidence in confidences(settings, expected):
            method = str(settings.get("method", "wilson")).lower()
            one = pd.DataFrame([{"x": given["x"], "n": given["n"]}])
            options = {"per": settings.get("multiplier", 1), "confidence": confidence, "method": method}
            row = proportion(one, count="x", total="n", **options).iloc[0]
            for theirs in {"value", "share", "p", "estimate"} & set(expected):
                close(row["share"], expected[theirs], case["tolerance"], theirs)
            named = limits_of(expected, confidence)
            assert set(named.values()) == {"lower", "upper"}, named
            for theirs, ours in named.items():
                close(row[ours], expected[theirs], case["tolerance"], theirs)


def share_difference(case: Case) -> None:
    for given, expected in zip(case["input"], records(case["expected"]), strict=True):
        one = dict(given)
        for pair in ("x", "n"):
            if isinstance(given.get(pair), list):
                one |= dict(zip((f"{pair}1", f"{pair}2"), given[pair], strict=True))
        found = proportion_change(
            pd.DataFrame([{name: one[name] for name in ("x1", "n1", "x2", "n2")}]),
            count="x1",
            total="n1",
            other_count="x2",
            other_total="n2",
            confidence=confidences(one, case["parameters"], expected)[0],
        ).iloc[0]
        names = {
            "lower": "lower",
            "upper": "upper",
            "lci": "lower",
            "uci": "upper",
            "difference": "difference",
            "diff": "difference",
        }
        compared = [theirs for theirs in expected if theirs.removesuffix("_run") in names]
        assert compared, expected
        for theirs in compared:
            close(found[names[theirs.removesuffix("_run")]], expected[theirs], case["tolerance"], theirs)


# Funnels

CLASSES = {
    FunnelClass.MYCKET_HOGRE: "High (0.001)",
    FunnelClass.HOGRE: "High (0.025)",
    FunnelClass.INOM: "Not significant",
    FunnelClass.LAGRE: "Low (0.025)",
    FunnelClass.MYCKET_LAGRE: "Low (0.001)",
}


SIZES = {"obs": ("obs", "observed", "O", "count", "n"), "expected": ("expected", "exp", "E")}


def observed_and_expected(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of events and of expected events under our names."""
    for mine, names in SIZES.items():
        present = next((name for name in names if name in rows), None)
        rows = rows if present in (None, mine) else rows.rename(columns={present: mine})
    return rows


def funnels(case: Case) -> None:
    given = case["input"] if isinstance(case["input"], Mapping) else {}
    rows = table_of(case)
    results = case["expected"]
    wanted = table_of({"input": results}) if isinstance(results, Mapping) and "csv" in results else frame_of(results)
    wanted = wanted[results["columns"]] if isinstance(results, Mapping) and "columns" in results else wanted
    if {"numerator", "denominator"} <= set(rows):
        found = funnel_shares(rows, count="numerator", total="denominator")
        assert [CLASSES[c] for c in found["funnel_class"]] == wanted["significance"].tolist()
    elif "significance" in wanted:
        found = funnel(observed_and_expected(rows), count="obs", expected="expected")
        assert [CLASSES[c] for c in found["funnel_class"]] == wanted["significance"].tolist()
    elif "ll95" in wanted:
        target = {**given, **case["parameters"]}.get("target", 1)
        found = funnel(observed_and_expected(rows).assign(count=0), limits="interval", target=target)
        ours = {"ll95": "lower_inner", "ul95": "upper_inner", "ll998": "lower_outer", "ul998": "upper_outer"}
        for theirs in ours.keys() & set(wanted):
            close(found[ours[theirs]], wanted[theirs].tolist(), case["tolerance"], theirs)
    else:
        column = given.get("input_column")
        observed = (
            rows[column] if isinstance(column, str) and column in rows else pd.Series(column_of(case, "input_column", "obs"))
        )
        _funnel_lines(observed, wanted, case)


def _funnel_lines(observed: pd.Series, wanted: pd.DataFrame, case: Case) -> None:
    """PHE finds v = expected / (1 + observed + expected) by halving and stops at 2^-23: our limits at that resolution."""
    lines = funnel_lines(observed, levels=case["parameters"].get("levels", (0.95, 0.998)))
    for theirs in wanted:
        side, sigma, measure = re.fullmatch(r"(lower|upper)_([23])s_(\w+)", theirs).groups()
        exact = lines[f"expected_{side}_{'inner' if sigma == '2' else 'outer'}"]
        v = (np.floor(exact / (1 + observed + exact) * 2**23) + 0.5) / 2**23
        halved = (1 + observed) * v / (1 - v)
        got = {"exp_events": halved, "count": observed / halved - 1, "isr": 100 * observed / halved}[measure]
        close(got, wanted[theirs].tolist(), case["tolerance"], theirs)


def funnel_overdispersion(case: Case) -> None:
    """FunnelPlotR: phi, tau2 and the limits at given expected counts. It prints the CQC limits on the square-root scale."""
    expected, rows = case["expected"], table_of(case)
    named = case["input"].get("columns") if isinstance(case["input"], Mapping) else None
    rows = observed_and_expected(rows.rename(columns=dict(zip(named or (), ("obs", "expected"), strict=bool(named)))))
    rule = case["parameters"].get("method", "SHMI").lower()
    trim = case["parameters"].get("trim_by", 0.1)
    spread = overdispersion(rows["obs"].to_numpy(dtype=float), rows["expected"].to_numpy(dtype=float), rule=rule, trim=trim)
    found = funnel(rows, count="obs", overdispersion=rule, trim=trim)
    for theirs in {"phi", "tau2"} & set(expected):
        close(getattr(spread, theirs), expected[theirs], case["tolerance"], theirs)
    assert (found["phi"].iat[0], found["tau2"].iat[0]) == (spread.phi, spread.tau2)
    ours = {"odll95": "lower_inner", "odul95": "upper_inner", "odll998": "lower_outer", "odul998": "upper_outer"}
    for one in records(expected["limits"]) if "limits" in expected else ():
        # the limits at other expected counts than the areas' own: one more area, missing, so that it changes no estimate
        more = pd.concat([rows, pd.DataFrame({"obs": [np.nan], "expected": [one["number_seq"]]})], ignore_index=True)
        got = funnel(more, count="obs", overdispersion=rule, trim=trim).iloc[-1]
        for theirs, name in ours.items():
            if theirs in one:
                limit = np.sqrt(got[name]) if rule == "cqc" else got[name]
                close(limit, max(one[theirs], 0), case["tolerance"], theirs)


# Smoothing, inequality, places


def bayes(case: Case) -> None:
    """Marshall's estimates (all areas or neighbours), or the Poisson-gamma ones by iteration or likelihood."""
    given = case["input"] if isinstance(case["input"], Mapping) else {}
    expected = case["expected"]
    expected = frame_of(expected).to_dict("list") if isinstance(expected, list) else expected
    table = table_of(case)
    rows = pd.DataFrame(
        {"area": [str(i) for i in range(len(table))], "event": column_of(case, "event", "e", "count", "x", "observed")}
    )
    rule = given.get("expected")
    if isinstance(rule, str) and rule not in table:
        size: Any = _evaluate(rule, table)
    else:
        size = column_of(case, "expected", "population", "b", "exposure", "pop", "n")
    rows["size"] = np.asarray(size, dtype=float)
    options = {"count": "event", "exposure": "size"}
    neighbours = _neighbours_of(given, len(rows))
    parameters, ours = case["parameters"], {}
    gamma = {"nu", "alpha", "smoothed_rr"} & set(expected)
    if gamma or parameters.get("method") in ("gamma", "ml"):
        method = "ml" if parameters.get("method") in ("ml", "eBayes", "negative_binomial") else "gamma"
        stop = {"tolerance": parameters.get("tol", 1e-5), "max_iterations": parameters.get("maxiter", 20)}
        found = empirical_bayes(rows, per=1, method=method, **(stop if method == "gamma" else {}), **options)
        mean, variance = found["prior_mean"].iat[0], found["prior_variance"].iat[0]
        ours |= {"smoothed_rr": found["shrunken_rate"], "nu": mean**2 / variance, "alpha": mean / variance}
        ours |= {"RR": found["shrunken_rate"], "estimate": found["shrunken_rate"], "mu": np.log(mean)}
    elif expected.keys() & {"estimate", "est", "a", "b", "raw"}:
        found = empirical_bayes(rows, per=1, neighbours=neighbours, **options)
        ours |= {"estimate": found["shrunken_rate"], "est": found["shrunken_rate"]}
        ours |= {"raw": rows["event"] / rows["size"], "a": found["prior_variance"].iat[0], "b": found["prior_mean"].iat[0]}
        if neighbours is not None:
            ours |= {"a": found["prior_variance"], "b": found["prior_mean"]}
    if "excess_risk" in expected:
        ours["excess_risk"] = excess_risk(rows, **options)["excess_risk"]
    if "spatial_median_rate" in expected:
        ours["spatial_median_rate"] = spatial_median(rows, neighbours=neighbours, per=1, **options)["median_rate"]
    figures = {key: value for key, value in expected.items() if key not in ("area", "id", "name")}
    assert set(figures) <= set(ours), set(figures) - set(ours)
    for key, value in figures.items():
        close(ours[key], value, case["tolerance"], key)


def _neighbours_of(given: Mapping[str, Any], areas: int) -> dict[str, tuple[str, ...]] | None:
    """From a csv of pairs, pairs in the input, or a list of each area's neighbours."""
    if "neighbours_csv" in given:
        return _neighbours(table_of({"input": {"csv": given["neighbours_csv"]}}), areas)
    near = given.get("neighbours", given.get("neighbors"))
    if near is None:
        return None
    if isinstance(near, list) and len(near) == areas and isinstance(near[0], list):
        pairs = [(i, j) for i, own in enumerate(near) for j in own]
        first = 1 if max(j for _, j in pairs) == areas else 0
        return _neighbours(pd.DataFrame([(i + first, j) for i, j in pairs]), areas)
    return _neighbours(pd.DataFrame(near), areas)


def _evaluate(rule: str, rows: pd.DataFrame) -> pd.Series:
    """An expected count given as "BIR74 * sum(SID74)/sum(BIR74)"."""
    people, events, total = re.fullmatch(r"(\w+) \* sum\((\w+)\) ?/ ?sum\((\w+)\)", rule).groups()
    return rows[people] * rows[events].sum() / rows[total].sum()


def _neighbours(pairs: pd.DataFrame, areas: int) -> dict[str, tuple[str, ...]]:
    one, other = pairs.columns[:2]
    first = 1 if pairs[[one, other]].to_numpy().min() == 1 and pairs[[one, other]].to_numpy().max() == areas else 0
    near = pairs.groupby(one)[other].agg(list)
    return {str(i): tuple(str(j - first) for j in near.get(i + first, [])) for i in range(areas)}


def inequality(case: Case) -> None:
    """One or more tables of quantiles, each with its slope; a table is columns or rows."""
    kinds = case["parameters"].get("transform", {})
    given = case["input"]
    if isinstance(given, list) and given and not any(isinstance(value, list) for value in given[0].values()):
        given = pd.DataFrame(given).to_dict("list")
    for one, expected in zip([given] if isinstance(given, Mapping) else given, records(case["expected"]), strict=True):
        rows = pd.DataFrame({k: v for k, v in one.items() if isinstance(v, list)}).drop(columns="kind", errors="ignore")
        transform, times = _transform(one, kinds), one.get("multiplier", case["parameters"].get("multiplier", 1))
        errors = next((name for name in ("se", "standard_error") if name in rows), None)
        found = inequality_slopes(rows, transform=transform, standard_error=errors).iloc[0]
        rii = found["rii"] if times > 0 else 1 / found["rii"]
        ours = {"sii": found["sii"] * times, "rii": rii, "intercept": found["intercept"]}
        assert ours.keys() & expected.keys(), expected
        for key in ours.keys() & expected.keys():
            close(ours[key], expected[key], case["tolerance"], key)


def _transform(one: Mapping[str, Any], kinds: Any) -> str:
    """The case's "logit" is named in its parameters beside "others"; a rate without "log" in its name is not transformed."""
    transforms = {"lograte": "log", "log": "log", "logit": "logit", "none": "none"}
    kind = np.atleast_1d(one.get("kind", ""))[0]
    named = kinds.get(kind) if isinstance(kinds, Mapping) else kinds
    own = one.get("transform", named if named in transforms.values() else kind)
    return transforms.get(own, "none")


def pai_table(case: Case) -> None:
    rows = pd.DataFrame(case["input"])
    possible = (("obs", "count", "observed", "x"), ("pred", "predicted", "prediction"))
    count, predicted = (next(n for n in names if n in rows) for names in possible)
    found = pai(rows, count=count, predicted=predicted, size="area" if "area" in rows else None)
    ours = {
        "Order": "order",
        "Count": count,
        "CumCount": "cumulative_count",
        "PCumCount": "share_count",
        "Pred": predicted,
        "CumPred": "cumulative_predicted",
        "Area": "area",
        "CumArea": "cumulative_size",
        "PCumArea": "share_size",
        "PAI": "pai",
        "PEI": "pei",
        "RRI": "rri",
    }
    for got, expected in zip(found.to_dict("records"), records(case["expected"]), strict=True):
        for theirs, value in expected.items():
            close(got[ours.get(theirs, theirs)], value, case["tolerance"], theirs)


RATES_ADAPTERS: dict[str, Callable[[Case], None]] = {
    "dsr": dsr,
    "dsr_compare": dsr_compare,
    "dsr_repeat_events": dsr,
    "empirical_bayes": bayes,
    "etest": etest,
    "funnel": funnels,
    "funnel_overdispersion": funnel_overdispersion,
    "inequality": inequality,
    "isr_smr": isr_smr,
    "pai": pai_table,
    "proportion": shares,
    "proportion_change": share_difference,
    "rate_ratio": ratio,
}
