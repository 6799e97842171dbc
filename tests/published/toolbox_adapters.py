"""Adapters for synthetic control, synthetic DiD, staggered starts and balancing weights, chosen by the text of `method`.

Predictor-based fits are judged by the error before the start first: the search for the predictors' importance has local
optima, and a better fit than the published one is no fault. Weights and gaps are then those of the published (local) search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from effect_cases import Case, meets, table_of

from kunskapsbaserat.effects import (
    Design,
    EffectResult,
    aggregate_effects,
    att_gt,
    balance_weights,
    classical_search,
    did,
    sdid,
    sun_abraham,
    synthetic_control,
    synthetic_count,
)


def named(spec: Mapping[str, Any], key: str) -> str:
    """The first word of a text such as "ID (25 = Sweden)": the column."""
    return str(re.match(r"[^\s(]+", str(spec[key]))[0])


def years(column: pd.Series) -> pd.PeriodIndex:
    return pd.PeriodIndex(column.astype(int).astype(str), freq="Y")


def design_of(rows: pd.DataFrame, spec: Mapping[str, Any]) -> Design:
    """One treated unit among yearly figures on any scale."""
    rows = rows[~rows[spec["unit"]].isin(spec.get("exclude", ()))].assign(period=lambda t: years(t[spec["time"]]))
    options = {"outcome": spec["outcome"], "unit": spec["unit"], "treated": spec["treated_unit"], "kind": "index"}
    return Design(rows, start=str(spec["first_post"]), **options)


def weight(result: EffectResult, unit: str) -> float:
    return float(result.diagnostics.weights.get(unit, 0.0))


def synthetic_did(case: Case) -> None:
    """Synthetic DiD, outcomes-only synthetic control and DiD, with the placebos' standard deviation."""
    design = design_of(table_of(case), case["spec"])
    found = {"sdid": sdid(design), "sc": synthetic_control(design), "did": did(design)}
    times = found["sdid"].diagnostics.details["time_weights"]
    times.index = times.index.year.astype(str)
    errors = {name: result.diagnostics.details.get("placebo_se") for name, result in found.items()}
    errors["did"] = found["did"].diagnostics.details["spread"]  # root mean square of the placebos, whose mean is 0
    for row in case["expected"]:
        name, _, of = row["name"].partition(":")
        method, figure = name.split("_", 1)
        figures: dict[str, Any] = {"att": found[method].estimate, "att_exact_qp": found[method].estimate}
        figures |= {"placebo_se": errors[method]}
        if of:
            figures |= {"unit_weight": weight(found[method], of), "exact_weight": weight(found[method], of)}
            figures |= {"time_weight": times.get(of)}
        meets(figures[figure], row)


def predictors_of(rows: pd.DataFrame, spec: Mapping[str, Any]) -> pd.DataFrame:
    """Means by unit, of the years that the text names: "mean 1980-1988", "mean of 1961,1963", "1969" or a list of years."""
    found = {}
    for names, texts in spec["predictors"].items():
        for name in re.split(r",\s*", names):
            for text in texts if isinstance(texts, list) else [texts]:
                chosen = [int(y) for y in re.findall(r"\d{4}", text)]
                if re.search(r"\d{4}-\d{4}", text):
                    chosen = list(range(chosen[0], chosen[1] + 1))
                of_years = rows[rows[spec["time"]].isin(chosen)]
                found[f"{name} {text}"] = of_years.groupby(spec["unit"])[name].mean()
    return pd.DataFrame(found)


def synthetic_with_predictors(case: Case) -> None:
    """The classical synthetic control; see the module's own words for what is compared with what."""
    rows, spec = table_of(case), case["spec"]
    design, predictors = design_of(rows, spec), predictors_of(rows, spec)
    options: dict[str, Any] = {"predictors": predictors, "fit_from": str(spec["optimise_ssr"])[:4]}
    best = synthetic_control(design, **options)
    importance = classical_search(design, predictors, fit_from=options["fit_from"])
    classical = synthetic_control(design, **options, importance=importance)
    series = classical.diagnostics.series.set_index("period")
    for row in case["expected"]:
        name, _, of = row["name"].partition(":")
        if name == "pre_mspe":
            error = best.diagnostics.details["pre_mspe"]
            assert error <= row["value"] + row.get("tol_abs", 0), (row["name"], error)
            meets(classical.diagnostics.details["pre_mspe"], row)
        elif name == "placebo_p_rmspe_ratio":
            meets(best.diagnostics.details["p_rmspe_ratio"], row)
            meets(classical.diagnostics.details["p_rmspe_ratio"], row)
        elif name.startswith("mean_gap_"):
            first, last = name.removeprefix("mean_gap_").split("_")
            meets(series.loc[first:last, "gap"].mean(), row)
        else:
            assert name == "weight", row["name"]
            meets(weight(classical, of), row)


def synthetic_counts(case: Case) -> None:
    """A simplex fit that misses the level and is flagged, and the flexible version for counts."""
    spec = case["spec"]
    column, treated = re.match(r"(\w+) \((\d+) = ", spec["unit"]).groups()
    rows = table_of(case)
    rows = rows[
        rows[column].isin([*spec["donors"], int(treated)]) & rows[spec["time"]].between(spec["pre"][0], spec["post"][1])
    ]
    rows = rows.assign(**{column: rows[column].astype(str)})
    plain = {"outcome": spec["outcome"], "unit": column, "time": spec["time"], "treated_unit": treated}
    design = design_of(rows, plain | {"first_post": spec["post"][0]})
    simplex, counts = synthetic_control(design), synthetic_count(design)
    assert simplex.reason == "bad_fit"
    details = counts.diagnostics.details
    figures = {
        "scm_rate_ratio": simplex.diagnostics.details["ratio"],
        "cscm_sum_of_weights": details["sum_of_weights"],
        "cscm_rate_ratio_full_sample": details["full_sample_ratio"],
        "cscm_rate_ratio_crossfit_K2": np.exp(counts.estimate),
        "cscm_crossfit_ci95": np.exp([counts.lower, counts.upper]),
    }
    for row in case["expected"]:
        name, _, of = row["name"].partition(":")
        meets(weight(simplex, of.split()[0]) if name == "scm_weight" else figures[name], row)


def cohorts_of(rows: pd.DataFrame, spec: Mapping[str, Any]) -> pd.DataFrame:
    """Columns ``period`` and ``start``; 0, nothing or a year after the last is never."""
    first = pd.to_numeric(rows[named(spec, "cohort")]).fillna(0)
    first = first.where(first <= rows[spec["time"]].max(), 0).astype(int)
    starts = pd.PeriodIndex(first.where(first > 0).astype("Int64").astype("string").str.zfill(4), freq="Y")
    return rows.assign(period=pd.PeriodIndex(rows[spec["time"]].astype(int).astype(str).str.zfill(4), freq="Y"), start=starts)


def covariates_of(spec: Mapping[str, Any]) -> list[str]:
    """A list, one name, or a formula such as "~ lpop + x"; "~1" is none."""
    said = spec.get("covariates") or []
    return [c for c in (re.findall(r"[A-Za-z]\w*", said) if isinstance(said, str) else said) if c.lower() != "none"]


def staggered(case: Case) -> None:
    """Group-time effects and their means; standard errors are analytical."""
    spec = case["spec"]
    rows = cohorts_of(table_of(case), spec)
    control = "not_yet" if re.search(r"not.?yet", str(spec.get("control_group", ""))) else "never"
    found = att_gt(
        rows,
        outcome=spec["outcome"],
        unit=spec["unit"],
        starts="start",
        control=control,
        base=spec.get("base_period", "varying"),
        covariates=covariates_of(spec),
        anticipation=spec.get("anticipation", 0),
        draws=99,  # the bands that they are for are not compared
    )
    cells = found.rows.assign(cohort=found.rows["cohort"].dt.year, period=found.rows["period"].dt.year)
    cells = cells.set_index(["cohort", "period"])
    means = {kind: aggregate_effects(found, kind) for kind in ("simple", "group", "dynamic", "calendar")}
    groups = means["group"].rows.assign(by=lambda t: [p.year for p in t["by"]]).set_index("by")["att"]
    events = means["dynamic"].rows.set_index("by")["att"]
    for row in case["expected"]:
        name, _, of = row["name"].partition(":")
        if name.startswith("att_gt"):
            cell = cells.loc[tuple(int(part) for part in of.split(","))]
            got = cell["standard_error" if name.endswith("_se") else "att"]
        elif name in ("event", "group"):
            got = (events if name == "event" else groups).loc[int(of)]
        elif name == "pretest_p_value":
            got = found.pretest_p
        else:
            kind, figure = name.split("_", 1)
            got = means[kind].overall["standard_error" if figure.startswith("se") else "att"].iat[0]
        meets(got, row)


def sun_and_abraham(case: Case) -> None:
    """Effects by time since the start, `event:2`, with their errors, `event_se:2`."""
    spec = case["spec"]
    rows = cohorts_of(table_of(case), spec)
    options = {"outcome": spec["outcome"], "unit": spec["unit"], "starts": "start", "covariates": covariates_of(spec)}
    found = sun_abraham(rows.astype({spec["unit"]: str}), **options).set_index("since_start")
    for row in case["expected"]:
        name, _, of = row["name"].partition(":")
        meets(found.at[int(of), "standard_error" if name.endswith("se") else "estimate"], row)


def balancing(case: Case) -> None:
    """Non-negative weights nearest equal ones by squares; areas' periods as independent, as published."""
    spec, rows = case["spec"], table_of(case)
    rows = rows.assign(period=(pd.Period("2000Q1") + (rows[spec["time"]] - 1)).to_numpy())
    column = re.search(r"(\w+)==1", spec["treated"])[1]
    found = balance_weights(
        rows,
        outcomes=spec["match_out"],
        covariates=spec["match_covar"],
        treated=sorted(rows.loc[rows[column] == 1, spec["unit"]].astype(str).unique()),
        start=pd.Period("2000Q1") + spec["end_pre"],
        unit=spec["unit"],
        placebos=0,
        areas_as_clusters=False,
        confidence=spec["confidence"],
    )
    table = found.rows.set_index("outcome")
    assert np.allclose(found.balance["weighted"], found.balance["treated"], atol=1e-6)
    for row in case["expected"]:
        outcome, figure = row["name"].split(":")
        own = table.loc[outcome]
        figures = {
            "treated_sum": own["observed"],
            "control_sum": own["expected"],
            "pct_change": own["pct_change"],
            "linear_p_lower": own["p_fewer"],
            "linear_ci90_lower_pct": 100 * np.expm1(own["lower"]),
            "linear_ci90_upper_pct": 100 * np.expm1(own["upper"]),
        }
        meets(figures[figure], row)


# By a pattern in the text of `method`; the first that is found is used.
TOOLBOX_ADAPTERS: dict[str, Callable[[Case], None]] = {
    r"\bsdid\b|synthetic (did|difference)": synthetic_did,
    r"\bcount scm\b|synthetic control for counts": synthetic_counts,
    r"\bscm with predictors\b|synthetic control.*predictors|\bnested v\b": synthetic_with_predictors,
    r"\bsun\b.*abraham|sunab": sun_and_abraham,
    r"\batt_gt\b|callaway": staggered,
    r"\bmicrosynth\b|calibration weights": balancing,
}
