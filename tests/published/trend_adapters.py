"""Part B of the reference cases (trends) and part A's control charts, to the library's calls.

An adapter takes one case and raises AssertionError where the library does not give the published figures within the
case's own tolerance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from case_format import close, column_of, confidences, frame_of, records, table_of

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

SELECTION = {
    **dict.fromkeys(("permutation test", "permutation", "sequential permutation test"), "permutation"),
    **dict.fromkeys(("weighted BIC", "WBIC", "wbic"), "wbic"),
    **dict.fromkeys(("BIC", "bic"), "bic"),
    **dict.fromkeys(("BIC3", "bic3"), "bic3"),
}
CHARTS = {
    "up": "u_prime",
    "u'": "u_prime",
    "pp": "p_prime",
    "p'": "p_prime",
    "xmr": "i",
    "imr": "i",
    "i'": "i_prime",
    "ip": "i_prime",
}


def either(places: Sequence[Mapping[str, Any]], *names: str, default: Any = None) -> Any:
    """The first of the names that stands in one of the places: a setting may be a parameter or stand in the input."""
    return next((place[n] for place in places for n in names if place.get(n) is not None), default)


def settings_of(case: Case) -> list[Mapping[str, Any]]:
    return [case["parameters"], *([case["input"]] if isinstance(case["input"], Mapping) else [])]


def apc_ci(case: Case) -> None:
    """Per cent change a year of segments with given joinpoints, by either rule for the degrees of freedom."""
    year, rate = column_of(case, "year", "x"), column_of(case, "rate", "y")
    points = list(np.atleast_1d(either(settings_of(case), "joinpoints", "joinpoint", default=[])))
    fit = fit_segments(np.log(rate), year, points)
    rules = {"df_n_minus_2k_minus_2": "joinpoints_estimated", "df_n_minus_k_minus_2": "joinpoints_known"}
    names = {"apc": "apc", "lower": "lower", "upper": "upper", "se_slope": "standard_error", "df": "df"}
    for number, segment in enumerate(records(case["expected"])):
        blocks = {rules[name]: {**segment, **block} for name, block in segment.items() if name in rules}
        for rule, block in (blocks or {"joinpoints_estimated": segment}).items():
            row = fit.segments(df=rule).iloc[number]
            assert names.keys() & block.keys(), block
            for theirs in names.keys() & block.keys():
                close(row[names[theirs]], block[theirs], case["tolerance"], theirs)


def joinpoints(case: Case) -> None:
    """NCI's program: a series on the log scale with its selected model, or all models of a series on the linear scale."""
    parameters, expected, tolerance = case["parameters"], case["expected"], case["tolerance"]
    models_only = isinstance(expected["joinpoints"], Mapping)  # of each size: nothing is selected
    year, rate = column_of(case, "x", "year"), column_of(case, "y", "rate")
    result = joinpoint(
        rate,
        year=year,
        scale="linear" if parameters.get("transform", parameters.get("scale")) in ("none", "linear") else "log",
        max_joinpoints=parameters.get("max_joinpoints"),
        min_to_end=parameters.get("min_obs_to_end", 2),
        min_between=parameters.get("min_obs_between", 2),
        selection="bic" if models_only else SELECTION.get(parameters.get("selection", ""), "permutation"),
    )
    derived = {"rtol": tolerance.get("derived_rtol", tolerance.get("rtol", 0))}
    if "sse_by_k_derived" in expected:
        close(result.criteria["sse"], expected["sse_by_k_derived"], derived, "sse")
    if models_only:
        every_model(result, year, rate, table_of(case), expected, tolerance)
        return
    assert len(result.joinpoints) == expected.get("n_joinpoints", len(np.atleast_1d(expected["joinpoints"])))
    assert list(result.joinpoints) == list(np.atleast_1d(expected["joinpoints"]))
    segments = records(expected["segments"]) if "segments" in expected else []
    for (_, row), segment in zip(result.segments.iterrows(), segments, strict=bool(segments)):
        for key in {"start", "end"} & set(segment):
            assert row[key] == segment[key], key
        for key in {"apc", "lower", "upper"} & set(segment):
            close(row[key], segment[key], {"atol": tolerance.get("apc_atol", tolerance.get("atol", 0))}, key)
    if "aapc_full_range_derived" in expected:
        close(result.aapc()["aapc"], expected["aapc_full_range_derived"], derived, "aapc")


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
    counts = column_of(case, "count", "y", "observed")
    population = column_of(case, "population", "n", needed=False)
    blocks = {"anchor": "surveillance", "corrected_derived": "correct"}
    results = case["expected"]
    if not (isinstance(results, Mapping) and blocks.keys() & results.keys()):  # the package's own figures and no others
        results = {"anchor": results}
    names = {"observed": "observed", "expected": "expected", "upper": "upperbound", "p_value": "pvalue", "score": "score"}
    for block, compat in blocks.items():
        if block not in results:
            continue
        wanted = frame_of(results[block])
        found = farrington(
            counts,
            frequency=p.get("frequency", 52),
            range_=range(p["range"][0], p["range"][-1] + 1) if "range" in p else wanted["index"],
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
            population=population if p.get("populationOffset") else None,
            few=tuple(p.get("limit54", (5, 4))),
            compat=compat,
        ).set_index("index")
        expected = wanted.set_index("index")
        found = found.loc[expected.index]
        for mine, theirs in names.items():
            if theirs in expected:
                close(found[mine], expected[theirs].tolist(), case["tolerance"], theirs)
        for flag in {"alarm", "trend"} & set(expected):
            assert found[flag].astype(int).tolist() == expected[flag].tolist(), flag


def short_history(case: Case) -> None:
    """R's earsC."""
    p = case["parameters"]
    expected = frame_of(case["expected"])
    counts = column_of(case, "count", "y", "observed")
    if "method" not in expected:
        expected["method"] = np.atleast_1d(p.get("method", "C1"))[0]
    for method, rows in expected.groupby("method", sort=False):
        found = ears(
            counts,
            method=str(method),
            baseline=p.get("baseline", 7),
            alpha=p.get("alpha", 0.001),
            min_sigma=p.get("minSigma", 0),
            range_=rows["index"],
        )
        close(found["upper"], rows["upperbound"].tolist(), case["tolerance"], "upperbound")
        for theirs in {"observed", "alarm"} & set(rows):
            close(found[theirs].astype(int), rows[theirs].tolist(), {"exact": True}, theirs)


def charts(case: Case) -> None:
    """qicharts2's control charts: points, limits at two and three sigma, and the runs."""
    p = settings_of(case)
    chart = either(p, "chart", "type")
    found = control_chart(
        column_of(case, "y", "numerator", "count"),
        column_of(case, "n", "denominator", needed=False),
        chart=CHARTS.get(chart, chart),
        per=either(p, "multiply", default=1),
        part=either(p, "part", default=()),
        freeze=either(p, "freeze", default=()),
        exclude=[i - 1 for i in np.atleast_1d(either(p, "exclude", default=[]))],
        screen=either(p, "screened_moving_ranges", default=True),
        centre=either(p, "cl"),
    )
    names = {"y": "y", "centre": "cl", "lower": "lcl", "upper": "ucl", "lower_2s": "lcl_95", "upper_2s": "ucl_95"}
    results = case["expected"]
    nested = isinstance(results, Mapping) and {"points", "summary"} & set(results)
    expected = frame_of(results.get("points", [])) if nested else frame_of(results)
    for mine, theirs in names.items():
        if theirs in expected:
            close(found.points[mine], expected[theirs].tolist(), case["tolerance"], theirs)
    for flag in {"sigma_signal", "sigma.signal"} & set(expected):
        assert found.points["outside"].tolist() == expected[flag].astype(bool).tolist()
    for key, value in (results.get("summary", {}) if nested else {}).items():
        close(found.parts[key].iat[-1], value, case["tolerance"], key)


def runs(case: Case) -> None:
    """Run charts; or only the limits for a number of useful points."""
    given, expected = case["input"], case["expected"]
    if isinstance(given, Mapping) or (given and isinstance(given[0], Mapping)):
        answer = expected[0] if isinstance(expected, list) else expected
        centre = {"median": answer["centre"]} if "centre" in answer else {}
        one_run_chart(column_of(case, "y"), {**answer.get("summary", answer), **centre})
        return
    if given and not isinstance(given[0], list) and isinstance(expected, Mapping) and "n" not in expected:
        given, expected = [given], [expected]  # one series
    for series, wanted in zip(given, records(expected), strict=True):
        if isinstance(series, list):
            one_run_chart(series, wanted)
        else:
            assert run_limits(series) == (wanted["longest_run_max"], wanted["crossings_min"])


def one_run_chart(series: Any, wanted: Mapping[str, Any]) -> None:
    found = run_chart(series)
    names = {"runs_signal": "signal", "runs.signal": "signal", "n.useful": "n_useful", "longest.run": "longest_run"}
    names |= {"longest.run.max": "longest_run_max", "n.crossings": "n_crossings", "n.crossings.min": "n_crossings_min"}
    for key, value in wanted.items():
        if key in ("median", "centre", "cl"):
            assert found.centre == value
        else:
            assert getattr(found.runs, names.get(key, key)) == value, key


def decomposition(case: Case) -> None:
    """STL: the seasonal part and the trend, on the scale that was decomposed."""
    p = case["parameters"]
    log = p.get("transform") == "log"
    found = seasonal(
        column_of(case, "y"),
        period=either([p], "period", "np", "frequency"),
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
    results = case["expected"]
    expected = table_of({"input": results}) if "csv" in results else frame_of(results)
    names = {"weights": "weight", "resid": "remainder"}
    for column in results.get("columns", list(expected)):
        values = found.parts[names.get(column, column)]
        values = np.log(values) if log and column != "weights" else values
        close(values, expected[column].tolist(), case["tolerance"], column)


def monotone(case: Case) -> None:
    confidence = confidences(case["parameters"])[0]
    found = mann_kendall(column_of(case, "y"), confidence=confidence)
    names = {"S": "score", "varS": "variance", "p": "p_value", "sen": "slope", "p.value": "p_value"}
    for key, value in case["expected"].items():
        close(getattr(found, names.get(key, key)), value, case["tolerance"], key)


def level_shifts(case: Case) -> None:
    """strucchange: the number of breaks in the mean by BIC, and their dates with limits."""
    given, expected = case["input"] if isinstance(case["input"], Mapping) else {}, case["expected"]
    y = column_of(case, "y")
    years = column_of(case, "year", "x", needed=False)
    first = int(years[0]) if years is not None else int(given.get("year0", 1))
    values = pd.Series(y, index=range(first, first + len(y)))
    found = change_points(values, min_share=case["parameters"].get("h", 0.15))
    figures: dict[str, Any] = {
        "n_breaks": len(found.breaks),
        "break_index_1based": found.breaks["position"],
        "break_year": found.breaks["at"],
        "ci_index": found.breaks[["lower", "position", "upper"]].to_numpy(),
        "bic": found.bic if hasattr(found, "bic") else None,
    }
    for key, value in expected.items():
        close(figures[key], value, case["tolerance"], key)


def slope_changes(case: Case) -> None:
    """R's segmented: breakpoint, its error and limits, and the slopes on both sides."""
    expected, given = case["expected"], case["input"] if isinstance(case["input"], Mapping) else {}
    rows = table_of(case)
    written = next((given[k] for k in ("response", "y", "event") if isinstance(given.get(k), str)), "y")
    response, _, family = written.partition(", ")  # "cases/births, binomial"
    left, _, right = response.partition("/")
    y = column_of({**case, "input": rows.to_dict("records")}, left, "cases", "count", "event", "y")
    trials = rows[right].to_numpy(dtype=float) if right else column_of(case, "n", "trials", "births", "total", needed=False)
    parameters = case["parameters"]
    family = family or parameters.get("family", "gaussian" if trials is None else "binomial")
    x = column_of(case, "x", *([] if "x" in given else ["age", "year", "time"]))
    found = broken_line(y, x, start=either([parameters, given], "psi_start", "psi", "start"), trials=trials, family=family)
    point = found.breakpoints.iloc[0]
    figures: dict[str, Any] = {
        "breakpoint": point["estimate"],
        "breakpoint_se": point["standard_error"],
        "breakpoint_ci": point[["lower", "upper"]].tolist(),
        "deviance": found.deviance,
    }
    for number, side in enumerate(("left_slope", "right_slope")):
        figures[side] = {"est": found.slopes["slope"].iat[number], "se": found.slopes["standard_error"].iat[number]}
    for key, value in expected.items():
        if isinstance(value, Mapping):
            for part in figures[key].keys() & value.keys():
                close(figures[key][part], value[part], case["tolerance"], key)
        else:
            close(figures[key], value, case["tolerance"], key)


def response_of(given: Mapping[str, Any], rows: pd.DataFrame) -> str:
    """The column of counts: named, or called as counts usually are."""
    left = str(given.get("formula", "")).partition("~")[0].strip()
    named = [given.get(name) for name in ("y", "response", "event", "count", "outcome")]
    return next(name for name in [*named, left, "y", "count", "cases", "events"] if isinstance(name, str) and name in rows)


def offset_of(given: Mapping[str, Any], rows: pd.DataFrame) -> str:
    """The column that the counts are of: `offset` as log(n), `n` or `population`, as a name or a list called so."""
    inside = re.search(r"offset\(log\((\w+)\)\)", str(given.get("formula", "")))
    named = [given.get(name) for name in ("offset", "n", "population", "exposure")] + [inside[1] if inside else None]
    found = next((name for name in named if isinstance(name, str)), "").removeprefix("log(").removesuffix(")")
    return found or next((name for name in ("n", "population", "exposure") if name in rows), "")


def terms_of(given: Mapping[str, Any], rows: pd.DataFrame) -> list[str]:
    """The model's terms: a list, one, those of a formula, or every other column."""
    for name in ("terms", "covariates", "x", "regressors"):
        if name in given and not (isinstance(given[name], list) and name in rows):
            return list(np.atleast_1d(given[name]))
    right = str(given.get("formula", "")).partition("~")[2]
    if right:
        return [term.strip() for term in re.split(r"\+(?![^()]*\))", right) if term.strip() and "offset" not in term]
    return [name for name in rows if name not in {response_of(given, rows), offset_of(given, rows)}]


def columns_of(named: Sequence[str], rows: pd.DataFrame, factors: Mapping[str, Any]) -> pd.DataFrame:
    """The terms' columns: harmonics written out, and as text those that R takes as factors (`factors` has no such name)."""
    terms = pd.DataFrame(index=rows.index)
    for term in named:
        inside = re.fullmatch(r"(harmonic|factor|as\.factor|C)\((.+)\)", term)
        if inside is None:
            whole = bool(factors) and term not in factors
            terms[term] = rows[term].astype(str) if whole else rows[term]
        elif inside[1] != "harmonic":
            terms[term] = rows[inside[2]].astype(str)
        else:
            column, pairs, period = (part.strip() for part in inside[2].split(","))
            for k in range(1, int(pairs) + 1):
                angle = 2 * np.pi * k * rows[column] / float(period)
                terms[f"{term}{k}s"], terms[f"{term}{k}c"] = np.sin(angle), np.cos(angle)
    return terms


FAMILIES = {"quasi": "quasipoisson", "quasi-poisson": "quasipoisson", "nb": "negative_binomial", "negbin": "negative_binomial"}


def count_models(case: Case) -> None:
    """Poisson and negative-binomial models with offset: coefficients, errors, deviance, theta."""
    expected = case["expected"] if isinstance(case["expected"], Mapping) else {row["term"]: row for row in case["expected"]}
    rows, parameters = table_of(case), case["parameters"]
    given = {**parameters, **(case["input"] if isinstance(case["input"], Mapping) else {})}
    family = either([parameters, given], "family", default="negative_binomial" if "theta" in expected else "poisson")
    offset, coefficients = offset_of(given, rows), expected.get("coef", {})
    factors = coefficients if isinstance(coefficients, Mapping) else {}
    found = count_trend(
        rows[response_of(given, rows)],
        exposure=rows[offset] if offset else None,
        terms=columns_of(terms_of(given, rows), rows, factors),
        time=False,
        season="none",
        family=FAMILIES.get(family, family),
        errors="model",
        confidence=confidences(parameters)[0],
    )
    by_term, tolerance = found.terms.set_index("term"), case["tolerance"]
    names = {"coef": "coefficient", "est": "coefficient", "se": "standard_error", "irr": "ratio", "rr": "ratio"}
    names |= {"lower": "lower", "upper": "upper", "lci": "lower", "uci": "upper"}
    rest = {"dev": found.deviance, "deviance": found.deviance, "theta": found.theta, "se_theta": found.theta_error}
    rest |= {"twologlik": 2 * found.log_likelihood, "loglik": found.log_likelihood, "df_residual": len(rows) - len(by_term)}
    rest |= {"dispersion": found.dispersion}
    if "time" in by_term.index:
        rest["apc_year"] = 100 * (by_term.at["time", "ratio"] ** 12 - 1)
    blocks = {"coef": "coefficient", "se": "standard_error"}
    for key, value in expected.items():
        if key in blocks and isinstance(value, Mapping):
            for term, figure in value.items():
                close(by_term.at[term, blocks[key]], figure, tolerance, term)
        elif isinstance(value, Mapping):
            row = by_term.loc[value.get("term", key)]
            for theirs in names.keys() & value.keys():
                close(row[names[theirs]], value[theirs], tolerance, theirs)
        else:
            close(rest[key], value, tolerance, key)


def indices(case: Case) -> None:
    """Series by region, each with lists of years and rates, or one row per region and year."""
    given, by = pd.DataFrame(case["input"]), "region"
    if by not in given:
        given = given.rename(columns={next(n for n in ("area", "group", "series") if n in given): by})
    lists = [name for name in given if isinstance(given[name].iat[0], list)]
    rows = (given.explode(lists) if lists else given).infer_objects()
    rows = rows.rename(columns={"x": "year", "period": "year", "y": "rate", "value": "rate"}).astype({"rate": float})
    found = index_series(rows, base=either([case["parameters"]], "base", "base_year"))
    for series in case["expected"] if isinstance(case["expected"], list) else [case["expected"]]:
        own = found[found["region"] == next(series[n] for n in (by, "area", "group", "series") if n in series)]
        if "year" in series:
            own = own[own["year"].isin(np.atleast_1d(series["year"]))]
        close(own["index"], series["index"], case["tolerance"], by)


def so_far(case: Case) -> None:
    names = {"x1": "now", "x2": "before", "current": "now", "previous": "before", "count": "now"}
    rows = pd.DataFrame(case["input"])
    found = year_to_date(rows.rename(columns={k: v for k, v in names.items() if k in rows and v not in rows}))
    expected = frame_of(case["expected"])
    for key in {"difference", "z"} & set(expected):
        close(found[key], expected[key].tolist(), case["tolerance"], key)


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
