"""Adapters for the topics of rates: one case in, AssertionError where the library's figures are not the published ones.

`REFERENCE_DIR` is the folder of the cases; a case that names a csv finds it there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize

from kunskapsbaserat.rates import (
    FunnelClass,
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
FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))


def close(got: Any, expected: Any, tolerance: Mapping[str, Any], key: str = "") -> None:
    """The case's own tolerance; `exact` compares equal, an `atol` or `rtol` that is an object goes by key."""
    if expected is None:
        assert got is None or np.isnan(got), (key, got)
        return
    assert got is not None, (key, expected)
    if tolerance.get("exact"):
        assert got == expected, (key, got, expected)
        return
    limits = {}
    for name in ("rtol", "atol"):
        value = tolerance.get(name, 0)
        limits[name] = value.get(key, value.get("default", 0)) if isinstance(value, Mapping) else value
    np.testing.assert_allclose(got, expected, rtol=limits["rtol"], atol=limits["atol"], err_msg=key)


def table(name: str) -> pd.DataFrame:
    """A csv that stands beside the cases."""
    return pd.read_csv(next(FOLDER.rglob(name)))


def confidences(parameters: Mapping[str, Any]) -> list[float]:
    return [float(c) for c in np.atleast_1d(parameters.get("confidence", parameters.get("conf", 0.95)))]


def tag(confidence: float) -> str:
    return f"{100 * confidence:.1f}".replace(".", "_")


def records(given: Any) -> list[dict]:
    """One record is a list of one."""
    return [dict(given)] if isinstance(given, Mapping) else [dict(row) for row in given]


def limits_of(expected: Mapping[str, Any], confidence: float) -> dict[str, str]:
    """The anchor's names of the limits at this confidence -> ours."""
    names = {
        "lower": (f"lower{tag(confidence)}cl", "lowercl", "lower", "lci"),
        "upper": (f"upper{tag(confidence)}cl", "uppercl", "upper", "uci"),
    }
    return {theirs: ours for ours, possible in names.items() for theirs in possible if theirs in expected}


# Direct standardisation


def dsr(case: Case) -> None:
    given = case["input"]
    if isinstance(given, Mapping) and "strata" in given:
        return _dsr_by_method(case)
    if isinstance(given, Mapping) and "s_e" in given:
        return _esda(case)
    if isinstance(given, Mapping):
        return _epitools(case, [given], [case["expected"]] if isinstance(case["expected"], Mapping) else case["expected"])
    if given and isinstance(given[0].get("count"), list):
        return _epitools(case, given, case["expected"])
    return _phe_dsr(case)


def _phe_dsr(case: Case) -> None:
    """PHE: Dobson limits; a missing count is no events (the anchor's rule, not ours)."""
    rows = pd.DataFrame(case["input"])
    rows = rows.rename(columns={name: "count" for name in ("dths", "total_count", "x") if name in rows})
    rows = rows.rename(columns={name: "exposure" for name in ("pop", "n") if name in rows})
    weights = [name for name in rows if name in ("stdpop", "esp2013", "standard") or name.startswith("esp")]
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
    for confidence in confidences(case["parameters"]):
        found = directly_standardised_rate(
            rows, by=by, per=case["parameters"].get("multiplier", 100_000), confidence=confidence, repeats=frequencies
        )
        expected_rows = records(case["expected"])
        if "confidence" in expected_rows[0] and len(expected_rows) > len(found):
            expected_rows = [e for e in expected_rows if str(e["confidence"]).startswith(f"{100 * confidence:g}")]
        for got, expected in zip(found.to_dict("records"), expected_rows, strict=True):
            close(got["count"], expected.get("total_count", got["count"]), case["tolerance"], "total_count")
            close(got["exposure"], expected.get("total_pop", got["exposure"]), case["tolerance"], "total_pop")
            close(got["rate"], expected["value"], case["tolerance"], "value")
            named = limits_of(expected, confidence)
            assert set(named.values()) == {"lower", "upper"}, named
            for theirs, ours in named.items():
                close(got[ours], expected[theirs], case["tolerance"], theirs)


def _epitools(case: Case, given: Iterable[Mapping], expected_rows: Iterable[Mapping]) -> None:
    """epitools: Fay and Feuer's gamma limits with the largest weight; without `multiplier` per person."""
    per = case["parameters"].get("multiplier", 1)
    for one, expected in zip(given, expected_rows, strict=True):
        rows = pd.DataFrame({"area": "one", "count": one["count"], "exposure": one["pop"], "standard": one["stdpop"]})
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
    for named, expected_rows in case["expected"].items():
        method = "gamma_without_largest" if named == "gamma" else named
        options = {"by": by, "method": method, "per": per, "confidence": confidence}
        standardised = directly_standardised_rate(rows, stratum=on, **options).set_index(by)
        crude = directly_standardised_rate(total, **options).set_index(by)
        for expected in expected_rows:
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
            for theirs, value in expected.items():
                key = re.sub(r"^[\d.]+pct_", "", theirs)
                if key in ours:
                    close(ours[key], value, case["tolerance"], theirs)


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
    if isinstance(given, Mapping):
        (_esda if "s_e" in given else _epitools_indirect)(case)
        return
    rows = pd.DataFrame(given).rename(
        columns={
            "pop": "exposure",
            "n": "exposure",
            "x": "count",
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
        for confidence in confidences(case["parameters"]):
            options = {"by": "area", "confidence": confidence, "method": method}
            if "ratio" in expected["statistic"]:
                got = standardised_ratio(rows, scale=number, **options).set_index("area")
                value = "ratio"
            else:
                got = indirectly_standardised_rate(rows, per=number, **options).set_index("area")
                value = "rate"
            row = got.loc[expected.get("area", got.index[0])]
            close(row["observed"], expected["observed"], case["tolerance"], "observed")
            close(row["expected"], expected["expected"], case["tolerance"], "expected")
            close(row[value], expected["value"], case["tolerance"], "value")
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
    x, n = one["x"], one.get("n", one.get("exposure", [1, 1]))
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


def ratio(case: Case) -> None:
    """Exact ratios with limits, tests by many methods, or limits by many methods: told apart by the keys of `expected`."""
    given, expected_rows = records(case["input"]), records(case["expected"])
    for one, expected in zip(given, expected_rows, strict=True):
        rows = two_rates(one)
        confidence = one.get("conf", case["parameters"].get("conf", 0.95))
        side = SIDES[one.get("alternative", case["parameters"].get("alternative", "two-sided"))]
        null = one.get("null", case["parameters"].get("null", 1))
        for key, value in expected.items():
            name = key.replace("-", "_")
            if name in ("rate_ratio", "ratio", "estimate", "lower", "upper", "p_value"):
                got = rate_ratio(
                    rows, null=null, alternative=side, confidence=confidence, method=case["parameters"].get("method", "exact")
                )
                column = "ratio" if name in ("rate_ratio", "ratio", "estimate") else name
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
    """A p-value per row: the statistics agree for equal exposures, else `expected` names them."""
    expected_rows = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
    for one, expected in zip(records(case["input"]), expected_rows, strict=True):
        exposures = one.get("n1", 1), one.get("n2", 1)
        rows = pd.DataFrame(
            {"count": [one["k1"]], "exposure": exposures[:1], "other_count": [one["k2"]], "other_exposure": exposures[1:]}
        )
        side = SIDES[one.get("alternative", case["parameters"].get("alternative", "two-sided"))]
        if not isinstance(expected, Mapping):
            names = ("wald", "score") if exposures[0] == exposures[1] else (case["parameters"].get("statistic", "score"),)
            expected = dict.fromkeys(names, expected)
        for statistic, value in expected.items():
            got = e_test(rows, difference=one.get("d", 0), statistic=statistic, alternative=side)
            close(got["p_value"].iat[0], value, case["tolerance"], statistic)


def shares(case: Case) -> None:
    rows = pd.DataFrame(case["input"])
    per = case["parameters"].get("multiplier", 1)
    for confidence in confidences(case["parameters"]):
        method = case["parameters"].get("method", "wilson").lower()
        found = proportion(rows, count="x", total="n", per=per, confidence=confidence, method=method)
        for got, expected in zip(found.to_dict("records"), records(case["expected"]), strict=True):
            close(got["share"], expected["value"], case["tolerance"], "value")
            named = limits_of(expected, confidence)
            assert set(named.values()) == {"lower", "upper"}, named
            for theirs, ours in named.items():
                close(got[ours], expected[theirs], case["tolerance"], theirs)


def share_difference(case: Case) -> None:
    rows = pd.DataFrame(records(case["input"]))
    found = proportion_change(
        rows, count="x1", total="n1", other_count="x2", other_total="n2", confidence=confidences(case["parameters"])[0]
    )
    for got, expected in zip(found.to_dict("records"), records(case["expected"]), strict=True):
        for theirs, value in expected.items():
            ours = theirs.removesuffix("_run")
            if ours in ("lower", "upper", "difference"):
                close(got[ours], value, case["tolerance"], theirs)


# Funnels

CLASSES = {
    FunnelClass.MYCKET_HOGRE: "High (0.001)",
    FunnelClass.HOGRE: "High (0.025)",
    FunnelClass.INOM: "Not significant",
    FunnelClass.LAGRE: "Low (0.025)",
    FunnelClass.MYCKET_LAGRE: "Low (0.001)",
}


def funnels(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    rows = table(given["csv"]) if "csv" in given else pd.DataFrame({k: v for k, v in given.items() if isinstance(v, list)})
    wanted = table(expected["csv"])[expected["columns"]] if "csv" in expected else pd.DataFrame(expected)
    if {"numerator", "denominator"} <= set(rows):
        found = funnel_shares(rows, count="numerator", total="denominator")
        assert [CLASSES[c] for c in found["funnel_class"]] == wanted["significance"].tolist()
    elif "significance" in wanted:
        found = funnel(rows, count="obs", expected="expected")
        assert [CLASSES[c] for c in found["funnel_class"]] == wanted["significance"].tolist()
    elif "ll95" in wanted:
        found = funnel(rows.assign(count=0), limits="interval", target=given.get("target", 1))
        ours = {"ll95": "lower_inner", "ul95": "upper_inner", "ll998": "lower_outer", "ul998": "upper_outer"}
        for theirs in wanted:
            close(found[ours[theirs]].to_numpy(), wanted[theirs].to_numpy(), case["tolerance"], theirs)
    else:
        _funnel_lines(rows[given["input_column"]], wanted, case)


def _funnel_lines(observed: pd.Series, wanted: pd.DataFrame, case: Case) -> None:
    """PHE finds v = expected / (1 + observed + expected) by halving and stops at 2^-23: our limits at that resolution."""
    lines = funnel_lines(observed, levels=case["parameters"].get("levels", (0.95, 0.998)))
    for theirs in wanted:
        side, sigma, measure = re.fullmatch(r"(lower|upper)_([23])s_(\w+)", theirs).groups()
        exact = lines[f"expected_{side}_{'inner' if sigma == '2' else 'outer'}"]
        v = (np.floor(exact / (1 + observed + exact) * 2**23) + 0.5) / 2**23
        halved = (1 + observed) * v / (1 - v)
        got = {"exp_events": halved, "count": observed / halved - 1, "isr": 100 * observed / halved}[measure]
        close(got.to_numpy(), wanted[theirs].to_numpy(), case["tolerance"], theirs)


def funnel_overdispersion(case: Case) -> None:
    """FunnelPlotR: phi, tau2 and the limits at given expected counts. It prints the CQC limits on the square-root scale."""
    given, expected = case["input"], case["expected"]
    rows = table(given["csv"]) if "csv" in given else pd.DataFrame({k: v for k, v in given.items() if isinstance(v, list)})
    rows = rows.rename(columns=dict(zip(given.get("columns", ("obs", "expected")), ("obs", "expected"), strict=True)))
    rule = case["parameters"].get("method", "SHMI").lower()
    trim = case["parameters"].get("trim_by", 0.1)
    spread = overdispersion(rows["obs"].to_numpy(dtype=float), rows["expected"].to_numpy(dtype=float), rule=rule, trim=trim)
    found = funnel(rows, count="obs", overdispersion=rule, trim=trim)
    close(spread.phi, expected["phi"], case["tolerance"], "phi")
    close(spread.tau2, expected["tau2"], case["tolerance"], "tau2")
    assert (found["phi"].iat[0], found["tau2"].iat[0]) == (spread.phi, spread.tau2)
    ours = {"odll95": "lower_inner", "odul95": "upper_inner", "odll998": "lower_outer", "odul998": "upper_outer"}
    for one in expected.get("limits", ()):
        # the limits at other expected counts than the areas' own: one more area, missing, so that it changes no estimate
        more = pd.concat([rows, pd.DataFrame({"obs": [np.nan], "expected": [one["number_seq"]]})], ignore_index=True)
        got = funnel(more, count="obs", overdispersion=rule, trim=trim).iloc[-1]
        for theirs, name in ours.items():
            if theirs in one:
                limit = np.sqrt(got[name]) if rule == "cqc" else got[name]
                close(limit, max(one[theirs], 0), case["tolerance"], theirs)


# Smoothing, inequality, places


def bayes(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    rows = table(given["csv"]) if "csv" in given else pd.DataFrame({k: v for k, v in given.items() if isinstance(v, list)})
    event = given["event"] if isinstance(given["event"], str) else "event"
    population = given.get("population", "population")
    if "expected" in given:
        population = "expected"
        rows["expected"] = given["expected"] if isinstance(given["expected"], list) else _evaluate(given["expected"], rows)
    population = population if isinstance(population, str) else "population"
    rows = rows.assign(area=[str(i) for i in range(len(rows))])[["area", event, population]]
    options = {"count": event, "exposure": population}
    neighbours = _neighbours(table(given["neighbours_csv"]), len(rows)) if "neighbours_csv" in given else None
    ours: dict[str, Any] = {}
    if "nu" in expected or "smoothed_rr" in expected:
        parameters = case["parameters"]
        found = empirical_bayes(
            rows,
            per=1,
            method="gamma",
            tolerance=parameters.get("tol", 1e-5),
            max_iterations=parameters.get("maxiter", 20),
            **options,
        )
        mean, variance = found["prior_mean"].iat[0], found["prior_variance"].iat[0]
        ours |= {"smoothed_rr": found["shrunken_rate"], "nu": mean**2 / variance, "alpha": mean / variance}
    elif expected.keys() & {"estimate", "est"}:
        found = empirical_bayes(rows, per=1, neighbours=neighbours, **options)
        ours |= {"estimate": found["shrunken_rate"], "est": found["shrunken_rate"]}
        ours |= {"raw": rows[event] / rows[population], "a": found["prior_variance"].iat[0], "b": found["prior_mean"].iat[0]}
        if neighbours is not None:
            ours |= {"a": found["prior_variance"], "b": found["prior_mean"]}
    if "excess_risk" in expected:
        ours["excess_risk"] = excess_risk(rows, **options)["excess_risk"]
    if "spatial_median_rate" in expected:
        ours["spatial_median_rate"] = spatial_median(rows, neighbours=neighbours, per=1, **options)["median_rate"]
    assert set(expected) <= set(ours), set(expected) - set(ours)
    for key, value in expected.items():
        got = ours[key].to_numpy() if isinstance(ours[key], pd.Series) else ours[key]
        close(got, np.array(value, dtype=float) if isinstance(value, list) else value, case["tolerance"], key)


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
    kinds = case["parameters"].get("transform", {})
    transforms = {"lograte": "log", "log": "log", "logit": "logit"}
    for one, expected in zip(records(case["input"]), records(case["expected"]), strict=True):
        rows = pd.DataFrame({k: v for k, v in one.items() if isinstance(v, list)})
        kind = one.get("kind", "")
        named = kinds.get(kind) if isinstance(kinds, Mapping) else None
        # the case's "logit" is named in its parameters beside "others"; a rate without "log" in its name is not transformed
        transform = named if named in transforms.values() else transforms.get(kind, "none")
        errors = next((name for name in ("se", "standard_error") if name in rows), None)
        found = inequality_slopes(rows, transform=transform, standard_error=errors).iloc[0]
        times = one.get("multiplier", case["parameters"].get("multiplier", 1))
        ours = {
            "sii": found["sii"] * times,
            "rii": found["rii"] if times > 0 else 1 / found["rii"],
            "intercept": found["intercept"],
        }
        for key, got in ours.items():
            if key in expected:
                close(got, expected[key], case["tolerance"], key)


def pai_table(case: Case) -> None:
    rows = pd.DataFrame(case["input"])
    count, predicted = (next(n for n in names if n in rows) for names in (("obs", "count"), ("pred", "predicted")))
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
    for got, expected in zip(found.to_dict("records"), case["expected"], strict=True):
        for theirs, value in expected.items():
            close(got[ours.get(theirs, theirs)], value, case["tolerance"], theirs)


RATES_ADAPTERS: dict[str, Callable[[Case], None]] = {
    "dsr": dsr,
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
