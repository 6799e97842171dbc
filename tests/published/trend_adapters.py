"""Part B of the reference cases (trends) and part A's control charts, to the library's calls.

An adapter takes one case and raises AssertionError where the library does not give the published figures within the
case's own tolerance.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.trends import (
    broken_line,
    change_points,
    control_chart,
    count_trend,
    ears,
    farrington,
    index_series,
    joinpoint,
    mann_kendall,
    run_chart,
    seasonal,
    year_to_date,
)
from kunskapsbaserat.trends.runs import run_limits
from kunskapsbaserat.trends.segments_fit import fit_segments

Case = Mapping[str, Any]

FOLDER = Path(os.environ.get("REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference"))
SELECTION = {"permutation test": "permutation", "BIC": "bic", "BIC3": "bic3", "WBIC": "wbic", "weighted BIC": "wbic"}


def close(got: Any, expected: Any, tolerance: Mapping[str, Any], key: str = "") -> None:
    """Equal within the case's tolerance; null is missing; without a tolerance equal."""
    wanted = np.array([np.nan if v is None else v for v in np.atleast_1d(np.array(expected, dtype=object))], dtype=float)
    found = np.atleast_1d(np.asarray(got, dtype=float))
    atol = tolerance.get("atol", 0)
    atol = atol.get(key, 0) if isinstance(atol, Mapping) else atol
    np.testing.assert_allclose(found, wanted, rtol=tolerance.get("rtol", 0), atol=atol, err_msg=key)


def table_of(case: Case) -> pd.DataFrame:
    """The rows of a case's file, filtered; or its lists."""
    given = case["input"]
    if "csv" not in given:
        if isinstance(given, list):
            return pd.DataFrame(given if isinstance(given[0], Mapping) else {"y": given})
        longest = max((len(v) for v in given.values() if isinstance(v, list)), default=0)
        return pd.DataFrame({name: v for name, v in given.items() if isinstance(v, list) and len(v) == longest})
    rows = pd.read_csv(next(FOLDER.rglob(given["csv"])))
    for column, value in given.get("filter", {}).items():
        rows = rows[rows[column] == value]
    return rows.reset_index(drop=True)


def column_of(case: Case, *names: str) -> np.ndarray:
    """The column that the input names (or calls by the first of `names` there is)."""
    rows = table_of(case)
    given = [case["input"].get(name) for name in names] if isinstance(case["input"], Mapping) else []
    column = next((c for c in [*given, *names] if isinstance(c, str) and c in rows), rows.columns[-1])
    return rows[column].to_numpy(dtype=float)


def values_of(case: Case, key: str) -> np.ndarray | None:
    """What the input holds under `key`: a list, or the name of a column; None when there is no such key."""
    given = case["input"].get(key)
    if given is None or isinstance(given, list):
        return None if given is None else np.asarray(given, dtype=float)
    return table_of(case)[given].to_numpy(dtype=float)


def apc_ci(case: Case) -> None:
    """Per cent change a year of segments with given joinpoints, by either rule for the degrees of freedom."""
    year, rate = (np.asarray(case["input"][name], dtype=float) for name in ("year", "rate"))
    fit = fit_segments(np.log(rate), year, case["input"].get("joinpoints", []))
    expected = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
    rules = {"df_n_minus_2k_minus_2": "joinpoints_estimated", "df_n_minus_k_minus_2": "joinpoints_known"}
    for number, segment in enumerate(expected):
        blocks = {rules[name]: block for name, block in segment.items() if name in rules} or {"joinpoints_estimated": segment}
        for rule, block in blocks.items():
            row = fit.segments(df=rule).iloc[number]
            close(row["apc"], segment["apc"], case["tolerance"], "apc")
            for mine, theirs in (("lower", "lower"), ("upper", "upper"), ("standard_error", "se_slope"), ("df", "df")):
                close(row[mine], block[theirs], case["tolerance"], theirs)


def joinpoints(case: Case) -> None:
    """NCI's program: a series on the log scale with its selected model, or all models of a series on the linear scale."""
    parameters, expected, tolerance = case["parameters"], case["expected"], case["tolerance"]
    rows = table_of(case)
    given = case["input"]
    models_only = isinstance(expected["joinpoints"], Mapping)  # of each size: nothing is selected
    year = rows[given.get("x", "year")].to_numpy(dtype=float)
    rate = rows[given.get("y", "rate")].to_numpy(dtype=float)
    result = joinpoint(
        rate,
        year=year,
        scale="linear" if parameters.get("transform") == "none" else "log",
        max_joinpoints=parameters.get("max_joinpoints"),
        min_to_end=parameters.get("min_obs_to_end", 2),
        min_between=parameters.get("min_obs_between", 2),
        selection="bic" if models_only else SELECTION.get(parameters.get("selection", ""), "permutation"),
    )
    if "sse_by_k_derived" in expected:
        close(result.criteria["sse"], expected["sse_by_k_derived"], {"rtol": tolerance["derived_rtol"]}, "sse")
    if models_only:
        every_model(result, year, rate, rows, expected, tolerance)
        return
    assert len(result.joinpoints) == expected["n_joinpoints"]
    assert list(result.joinpoints) == expected["joinpoints"]
    for (_, row), segment in zip(result.segments.iterrows(), expected["segments"], strict=True):
        assert (row["start"], row["end"]) == (segment["start"], segment["end"])
        for key in {"apc", "lower", "upper"} & set(segment):
            close(row[key], segment[key], {"atol": tolerance["apc_atol"]}, key)
    if "aapc_full_range_derived" in expected:
        close(result.aapc()["aapc"], expected["aapc_full_range_derived"], {"rtol": tolerance["derived_rtol"]}, "aapc")


def every_model(result: Any, year: np.ndarray, rate: np.ndarray, rows: pd.DataFrame, expected: Any, tolerance: Any) -> None:
    """Joinpoints, slopes and fitted values of the best model of each size; years with known copying errors left out."""
    for (size, places), column in zip(expected["joinpoints"].items(), expected["fitted_columns"], strict=True):
        assert list(result.criteria["placement"].iloc[int(size)]) == places, size
        fit = fit_segments(rate, year, places, scale="linear")
        if "slopes_derived" in expected:
            close(fit.slopes, expected["slopes_derived"][size], {"rtol": tolerance["slopes_rtol"]}, f"slopes {size}")
        kept = ~np.isin(year, expected.get("exclude_years_hand_copying_errors", {}).get(size, []))
        close(fit.fitted[kept], rows[column].to_numpy()[kept], {"atol": tolerance["fitted_atol"]}, column)


def early_warning(case: Case) -> None:
    """R's farringtonFlexible: the package's own figures, and those with the proper dispersion."""
    p = case["parameters"]
    counts = column_of(case, "count")
    population = case["input"].get("population")
    blocks = {"anchor": "surveillance", "corrected_derived": "correct"}
    names = {"observed": "observed", "expected": "expected", "upper": "upperbound", "p_value": "pvalue", "score": "score"}
    for block, compat in blocks.items():
        if block not in case["expected"]:
            continue
        found = farrington(
            counts,
            frequency=p.get("frequency", 52),
            range_=range(p["range"][0], p["range"][-1] + 1),
            b=p.get("b", 5),
            w=p.get("w", 3),
            periods=p.get("noPeriods", 1),
            past_not_included=p.get("pastWeeksNotIncluded", 26),
            reweight=p.get("reweight", True),
            weights_threshold=p.get("weightsThreshold", 2.58),
            alpha=p.get("alpha", 0.05),
            trend=p.get("trend", True),
            trend_level=p.get("pThresholdTrend", 0.05),
            power=p.get("powertrans", "2/3"),
            threshold=p.get("thresholdMethod", "delta"),
            population=table_of(case)[population] if population and p.get("populationOffset") else None,
            few=tuple(p.get("limit54", (5, 4))),
            compat=compat,
        ).set_index("index")
        expected = pd.DataFrame(case["expected"][block]).set_index("index")
        found = found.loc[expected.index]
        for mine, theirs in names.items():
            if theirs in expected:
                close(found[mine], expected[theirs].tolist(), case["tolerance"], theirs)
        for flag in {"alarm", "trend"} & set(expected):
            assert found[flag].astype(int).tolist() == expected[flag].tolist(), flag


def short_history(case: Case) -> None:
    """R's earsC."""
    p = case["parameters"]
    wanted = case["expected"]
    expected = pd.DataFrame(wanted if isinstance(wanted, list) else [wanted] if np.ndim(wanted["index"]) == 0 else wanted)
    counts = column_of(case, "count", "y")
    if "method" not in expected:
        expected["method"] = np.atleast_1d(p.get("method", "C1"))[0]
    for method, rows in expected.groupby("method"):
        found = ears(
            counts,
            method=str(method),
            baseline=p.get("baseline", 7),
            alpha=p.get("alpha", 0.001),
            min_sigma=p.get("minSigma", 0),
            range_=rows["index"],
        )
        close(found["upper"], rows["upperbound"], case["tolerance"], "upperbound")
        assert found["observed"].tolist() == rows["observed"].tolist()
        assert found["alarm"].astype(int).tolist() == rows["alarm"].tolist()


def charts(case: Case) -> None:
    """qicharts2's control charts: points, limits at two and three sigma, and the runs."""
    p, given = case["parameters"], case["input"]
    y = values_of(case, "y")
    assert y is not None, given
    found = control_chart(
        y,
        values_of(case, "n"),
        chart={"up": "u_prime", "pp": "p_prime"}.get(p["chart"], p["chart"]),
        per=p.get("multiply", 1),
        part=p.get("part", ()),
        freeze=p.get("freeze", ()),
        exclude=[i - 1 for i in np.atleast_1d(p.get("exclude", []))],
        screen=p.get("screened_moving_ranges", True),
        centre=p.get("cl"),
    )
    names = {"y": "y", "centre": "cl", "lower": "lcl", "upper": "ucl", "lower_2s": "lcl_95", "upper_2s": "ucl_95"}
    expected = pd.DataFrame(case["expected"]["points"])
    for mine, theirs in names.items():
        if theirs in expected:
            close(found.points[mine], expected[theirs].tolist(), case["tolerance"], theirs)
    assert found.points["outside"].tolist() == expected["sigma_signal"].tolist()
    for key, value in case["expected"].get("summary", {}).items():
        assert found.parts[key].iat[-1] == value, key


def runs(case: Case) -> None:
    """Run charts; or only the limits for a number of useful points."""
    given, expected = case["input"], case["expected"]
    if isinstance(given, Mapping):
        one_run_chart(column_of(case, "y"), expected["summary"] | {"median": expected["centre"]})
        return
    for series, wanted in zip(given, expected, strict=True):
        if isinstance(series, list):
            one_run_chart(series, wanted)
        else:
            assert run_limits(series) == (wanted["longest_run_max"], wanted["crossings_min"])


def one_run_chart(series: Any, wanted: Mapping[str, Any]) -> None:
    found = run_chart(series)
    for key, value in wanted.items():
        if key == "median":
            assert found.centre == value
        else:
            assert getattr(found.runs, {"runs_signal": "signal"}.get(key, key)) == value, key


def decomposition(case: Case) -> None:
    """STL: the seasonal part and the trend, on the scale that was decomposed."""
    p = case["parameters"]
    log = p.get("transform") == "log"
    found = seasonal(
        column_of(case, "y"),
        period=p["period"],
        scale="log" if log else "linear",
        window=p.get("seasonal"),
        trend=p.get("trend"),
        low_pass=p.get("low_pass"),
        degrees=tuple(p.get(f"{part}_deg", default) for part, default in (("seasonal", 0), ("trend", 1), ("low_pass", 1))),
        jumps=tuple(p["jumps"]) if "jumps" in p else None,
        robust=p.get("robust", False),
        inner=p.get("inner"),
        outer=p.get("outer"),
    )
    expected = pd.read_csv(next(FOLDER.rglob(case["expected"]["csv"])))
    names = {"weights": "weight", "resid": "remainder"}
    for column in case["expected"]["columns"]:
        values = found.parts[names.get(column, column)]
        if column == "weights":
            close(values, expected[column], case["tolerance"], column)
            continue
        close(np.log(values) if log else values, expected[column], case["tolerance"], column)


def monotone(case: Case) -> None:
    found = mann_kendall(column_of(case, "y"))
    names = {"S": "score", "varS": "variance", "p": "p_value", "sen": "slope"}
    for key, value in case["expected"].items():
        close(getattr(found, names.get(key, key)), value, case["tolerance"], key)


def level_shifts(case: Case) -> None:
    """strucchange: the number of breaks in the mean by BIC, and their dates with limits."""
    given, expected = case["input"], case["expected"]
    y = column_of(case, "y")
    first = int(given["year"][0]) if "year" in given else given.get("year0", 1)
    values = pd.Series(y, index=range(first, first + len(y)))
    found = change_points(values, min_share=case["parameters"].get("h", 0.15))
    assert len(found.breaks) == expected["n_breaks"]
    assert found.breaks["position"].tolist() == np.atleast_1d(expected["break_index_1based"]).tolist()
    assert found.breaks["at"].tolist() == np.atleast_1d(expected["break_year"]).tolist()
    assert found.breaks[["lower", "position", "upper"]].to_numpy().tolist() == np.atleast_2d(expected["ci_index"]).tolist()


def slope_changes(case: Case) -> None:
    """R's segmented: breakpoint, its error and limits, and the slopes on both sides."""
    rows, expected, given = table_of(case), case["expected"], case["input"]
    response, _, family = given.get("response", given.get("y", "y")).partition(", ")  # "cases/births, binomial"
    y, _, trials = response.partition("/")
    trials = trials or given.get("n", "")
    family = family or case["parameters"].get("family", "binomial" if trials else "")
    parameters = case["parameters"]
    start = next(parameters[name] for name in ("psi_start", "psi", "start") if name in parameters)
    found = broken_line(
        rows[y],
        rows[case["input"].get("x", "x")],
        start=start,
        trials=rows[trials] if trials else None,
        family=family or "gaussian",
    )
    point = found.breakpoints.iloc[0]
    close(point["estimate"], expected["breakpoint"], case["tolerance"], "breakpoint")
    close(point["standard_error"], expected["breakpoint_se"], case["tolerance"], "breakpoint_se")
    close(point[["lower", "upper"]], expected["breakpoint_ci"], case["tolerance"], "breakpoint_ci")
    for number, side in enumerate(("left_slope", "right_slope")):
        slope = found.slopes.iloc[number]
        close(slope["slope"], expected[side]["est"], case["tolerance"], side)
        close(slope["standard_error"], expected[side]["se"], case["tolerance"], side)
    close(found.deviance, expected["deviance"], case["tolerance"], "deviance")


def response_of(given: Mapping[str, Any], rows: pd.DataFrame) -> str:
    """The column of counts: named, or called as counts usually are."""
    left = str(given.get("formula", "")).partition("~")[0].strip()
    named = [given.get(name) for name in ("y", "response", "event", "count")]
    return next(name for name in [*named, left, "y", "count", "cases", "events"] if isinstance(name, str) and name in rows)


def offset_of(given: Mapping[str, Any]) -> str:
    """What the counts are of: `offset` as log(n), `n`, or `population`."""
    inside = re.search(r"offset\(log\((\w+)\)\)", str(given.get("formula", "")))
    return str(given.get("offset") or given.get("n") or given.get("population") or (inside[1] if inside else ""))


def terms_of(given: Mapping[str, Any], rows: pd.DataFrame) -> list[str]:
    """The model's terms: a list, one, those of a formula, or every other column."""
    if "terms" in given:
        return list(np.atleast_1d(given["terms"]))
    right = str(given.get("formula", "")).partition("~")[2]
    if right:
        return [term.strip() for term in re.split(r"\+(?![^()]*\))", right) if term.strip() and "offset" not in term]
    taken = {response_of(given, rows), offset_of(given).removeprefix("log(").removesuffix(")")}
    return [name for name in rows if name not in taken]


def count_models(case: Case) -> None:
    """Poisson and negative-binomial models with offset: coefficients, errors, deviance, theta."""
    given, expected, tolerance = case["input"], case["expected"], case["tolerance"]
    rows = table_of(case)
    named = terms_of(given, rows)
    terms = rows[[name for name in named if "(" not in name]].copy()
    for wave in (name for name in named if name.startswith("harmonic(")):
        column, pairs, period = (part.strip() for part in wave.removeprefix("harmonic(").removesuffix(")").split(","))
        for k in range(1, int(pairs) + 1):
            angle = 2 * np.pi * k * rows[column] / float(period)
            terms[f"{wave}{k}s"], terms[f"{wave}{k}c"] = np.sin(angle), np.cos(angle)
    for name in list(terms):
        if isinstance(expected.get("coef"), Mapping) and name not in expected["coef"]:
            terms[name] = terms[name].astype(str)
    offset = offset_of(given)
    found = count_trend(
        rows[response_of(given, rows)],
        exposure=rows[offset.removeprefix("log(").removesuffix(")")] if offset else None,
        terms=terms,
        time=False,
        season="none",
        family="negative_binomial" if "theta" in expected else case["parameters"].get("family", "poisson"),
        errors="model",
    )
    by_term = found.terms.set_index("term")
    for value in expected.values():
        if isinstance(value, Mapping) and "term" in value:
            row = by_term.loc[value["term"]]
            names = {"coef": "coefficient", "se": "standard_error", "irr": "ratio", "lower": "lower", "upper": "upper"}
            for theirs, mine in names.items():
                close(row[mine], value[theirs], tolerance, theirs)
    for block, column in (("coef", "coefficient"), ("se", "standard_error")):
        for term, value in expected.get(block, {}).items():
            close(by_term.at[term, column], value, tolerance, term)
    rest = {"dev": found.deviance, "deviance": found.deviance, "theta": found.theta, "se_theta": found.theta_error}
    rest |= {"twologlik": 2 * found.log_likelihood, "df_residual": len(rows) - len(by_term)}
    if "time" in by_term.index:
        rest["apc_year"] = 100 * (by_term.at["time", "ratio"] ** 12 - 1)
    for key in rest.keys() & expected.keys():
        close(rest[key], expected[key], tolerance, key)


def indices(case: Case) -> None:
    rows = pd.concat([pd.DataFrame(series) for series in case["input"]])
    found = index_series(rows, base=case["parameters"]["base"])
    for series in case["expected"]:
        mine = found.loc[found["region"] == series["region"], "index"]
        close(mine, series["index"], case["tolerance"], series["region"])


def so_far(case: Case) -> None:
    found = year_to_date(pd.DataFrame(case["input"]))
    for key in ("difference", "z"):
        close(found[key], [row[key] for row in case["expected"]], case["tolerance"], key)


TREND_ADAPTERS: dict[str, Callable[[Case], None]] = {
    "apc_ci": apc_ci,
    "changepoint": level_shifts,
    "control_chart": charts,
    "count_trend": count_models,
    "ears": short_history,
    "farrington": early_warning,
    "index_series": indices,
    "joinpoint": joinpoints,
    "laney": charts,
    "monotone_trend": monotone,
    "run_chart": runs,
    "segmented": slope_changes,
    "stl": decomposition,
    "ytd": so_far,
}
