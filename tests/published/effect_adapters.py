"""Adapters for the effect cases, chosen by the text of `method`: AssertionError where the figures are not the published ones.

A case is a folder with `expected.json` and its data; the keys and names in it say what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from case_format import close
from effect_cases import Case, folder_of, meets, normal_effect, table_of
from scipy import special
from toolbox_adapters import TOOLBOX_ADAPTERS
from truth_adapter import truth_panels

from kunskapsbaserat.effects import FixedEffectsFit, WddEstimate, bacon, fepois, its, twfe, wdd
from kunskapsbaserat.rates import e_test

REGIONS = ["northeast", "midwest", "south", "west"]  # of the United States, as indicator columns


def as_wdd(given: Mapping[str, Any], default_alpha: float = 0.1) -> WddEstimate:
    """Counts, weights and alpha under the names of the R package ptools."""
    pairs = {"treated": "treated", "control": "control"}
    pairs |= {"disp_treated": "displacement_treated", "disp_control": "displacement_control"}
    counts: dict[str, Any] = {}
    for theirs, mine in pairs.items():
        counts[f"{mine}_before"], counts[f"{mine}_after"] = given.get(theirs, (0, 0))
    order = ("control_size", "treated_size", "displacement_control_size", "displacement_treated_size")
    sizes = dict(zip(order, given.get("area_weights", (1, 1, 1, 1)), strict=True))
    periods = tuple(given.get("time_weights", (1, 1)))
    return wdd(**counts, **sizes, periods=periods, confidence=1 - given.get("alpha", default_alpha))


def wdd_figures(found: WddEstimate) -> dict[str, Any]:
    lower, upper = found.interval
    return {
        "est_local": found.local,
        "se_local": found.local_error,
        "est_displacement": found.displacement,
        "se_displacement": found.displacement_error,
        "est_total": found.change,
        "se_total": found.standard_error,
        "z": found.z,
        "lower": lower,
        "upper": upper,
        "ci": [lower, upper],
    }


def wdd_topic(case: Case) -> None:
    """The `wdd` topic of the rates: one record of results per record of counts."""
    common = case.get("parameters", {})
    for given, expected in zip(case["input"], case["expected"], strict=True):
        figures = wdd_figures(as_wdd({**common, **given}))
        for name, value in expected.items():
            close(figures[name], value, case["tolerance"], name)


def wdd_case(case: Case) -> None:
    """One small object per example: counts with est, se, z and ci, or an e-test's two counts and p."""
    for row in case["expected"]:
        tolerance = row["tol_abs"]
        if "k1" in row:
            rows = pd.DataFrame({"count": [row["k1"]], "exposure": 1, "other_count": [row["k2"]], "other_exposure": 1})
            np.testing.assert_allclose(e_test(rows)["p_value"], row["p"], rtol=0, atol=tolerance["p"])
            continue
        figures = wdd_figures(as_wdd(row))
        compared = figures.keys() & row.keys()
        assert compared, row["name"]
        for name in compared:
            np.testing.assert_allclose(figures[name], row[name], rtol=0, atol=tolerance[name.split("_")[0]], err_msg=name)


def poisson_fixed_effects(case: Case) -> None:
    """`outcome ~ x + log(x) + offset(log(n)) | group + group`; the names say which model and which error."""
    rows = table_of(case)
    outcome, right = (part.strip() for part in case["spec"]["formula"].split("~"))
    terms, _, groups = right.partition("|")
    effects = [name.strip() for name in groups.split("+") if name.strip()]
    exposure, regressors = None, []
    for term in (part.strip() for part in terms.split(" + ")):
        offset = re.fullmatch(r"offset\(log\((\w+)\)\)", term)
        logged = re.fullmatch(r"log\((\w+)\)", term)
        if offset:
            exposure = offset[1]
            continue
        rows[term] = np.log(rows[logged[1]]) if logged else rows[term]
        regressors.append(term)
    compat = "r_glm" if "glm" in case["citation"] else "converged"  # R's glm reports the errors of its last but one round
    fits: dict[bool, FixedEffectsFit] = {}
    for row in case["expected"]:
        plain = row["name"].startswith("no FE")
        if plain not in fits:
            chosen = [] if plain else effects
            fits[plain] = fepois(rows, outcome=outcome, regressors=regressors, effects=chosen, exposure=exposure, compat=compat)
        meets(_figure(fits[plain], row["name"].removeprefix("no FE").strip(": "), regressors[0], case["spec"]), row)


def _figure(fit: FixedEffectsFit, name: str, term: str, spec: Mapping[str, Any]) -> float:
    if name == "deviance":
        return fit.deviance
    if name == "intercept":
        return float(fit.coefficients["(Intercept)"])
    if name == "coef":
        return float(fit.coefficients[term])
    if name == "iid_se":
        return float(fit.errors[term])
    small_sample = {"cluster_se_no_ssc": "none", "cluster_se_G/(G-1)": "clusters"}.get(name, "full")
    ways = re.fullmatch(r"se cluster ([\w&]+)", name)
    if ways is None and small_sample == "full":
        raise AssertionError(f"no figure is known as {name!r}")
    clusters = ways[1].split("&") if ways else [spec["cluster"]]
    return float(fit.cluster_errors(*clusters, small_sample=small_sample)[term])


def two_way_fixed_effects(case: Case) -> None:
    """The names say outcome, regressor, weights and fixed effects; the decomposition is of the first unweighted model."""
    rows, spec = table_of(case), case["spec"]
    if set(REGIONS) <= set(rows):
        rows["region"] = rows[REGIONS].to_numpy().argmax(axis=1)
        rows["region-by-year"] = rows["region"].astype(str) + " " + rows[spec["time"]].astype(str)
    fit, kinds = None, None
    for row in case["expected"]:
        name, _, figure = row["name"].rpartition(": ")
        if row["name"].startswith("bacon"):
            if kinds is None:
                model = _model(case["expected"][0]["name"].rpartition(": ")[0], rows, spec)
                kinds = bacon(
                    rows,
                    outcome=model["outcome"],
                    treated=model["regressors"][0],
                    unit=spec["unit"],
                    time=spec["time"],
                ).by_kind()
            _, what, kind = row["name"].split()
            meets(kinds.at[kind, {"est": "estimate"}.get(what, what)], row)
            continue
        if name != "same":
            fit = twfe(rows, **_model(name, rows, spec))
        assert fit is not None
        term = fit.coefficients.index[0]
        meets({"coef": fit.coefficients, "cluster se": fit.cluster_errors(spec["cluster"])}[figure][term], row)


def _model(name: str, rows: pd.DataFrame, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `twfe` from a name such as "log(burglary) on cdl, popwt"."""
    outcome = re.match(r"(log\(\w+\)) on ", name)
    logged = (outcome[1] if outcome else spec["outcome"]).removeprefix("log(").removesuffix(")")
    rows[f"log({logged})"] = np.log(rows[logged])
    words = re.findall(r"\w+", name[outcome.end() :] if outcome else name)
    weights = next((word for word in words if word in rows and word.endswith("wt")), None)
    regressor = next(word for word in words if word in rows and word != weights)
    time = "region-by-year" if "region-by-year" in name else spec["time"]
    return {
        "outcome": f"log({logged})",
        "regressors": [regressor],
        "effects": [spec["unit"], time],
        "weights": weights,
    }


def interrupted(case: Case) -> None:
    """[seasonal_](poisson|quasi|nb)_(rr|ci|coef|se|dispersion|theta) of a segmented regression with offset."""
    rows, spec = table_of(case), case["spec"]
    index = pd.PeriodIndex.from_fields(year=rows["year"], month=rows["month"], freq="M")
    series = pd.Series(rows[spec["outcome"]].to_numpy(dtype=float), index=index)
    start = index[int(rows[spec["step"]].to_numpy().argmax())]
    exposure = rows[spec["offset"].removeprefix("log(").removesuffix(")")].to_numpy() if "offset" in spec else None
    pairs = len(re.findall(r"\d+", spec["harmonics"].partition("sin/cos")[2]))
    families = {"poisson": "poisson", "quasi": "quasipoisson", "nb": "negative_binomial"}
    for row in case["expected"]:
        season, family, figure = re.fullmatch(r"(seasonal_)?(poisson|quasi|nb)_(\w+)", row["name"]).groups()
        found = its(
            series,
            start=start,
            exposure=exposure,
            family=families[family],
            trend="trend" in spec,
            harmonics=pairs if season else 0,
            errors="model",
        )
        details = found.diagnostics.details
        reach = special.ndtri(0.975) * details["standard_error"]
        ends = (
            (-reach, reach)
            if "normal quantile" in row["source"]
            else (found.lower - found.estimate, found.upper - found.estimate)
        )
        figures = {
            "rr": np.exp(found.estimate),
            "coef": found.estimate,
            "ci": np.exp(found.estimate + np.array(ends)),
            "se": details["standard_error"],
            "dispersion": details["dispersion"],
            "theta": details["theta"],
        }
        meets(figures[figure], row)


def counterfactual(case: Case) -> None:
    """A gaussian series with one control as covariate: actual, predicted and effect after the start."""
    rows, spec = table_of(case), case["spec"]
    series = rows.set_index("t")
    found = its(
        series[spec["outcome"]],
        start=spec["post"][0],
        control=series[spec["control"]],
        control_as="covariate",
        family="gaussian",
        trend=False,
        harmonics=0,
    )
    after = found.diagnostics.series.query("after")
    figures = {
        "actual_average": after["observed"].mean(),
        "actual_cumulative": after["observed"].sum(),
        "predicted_average": after["counterfactual"].mean(),
        "absolute_effect_average": found.estimate,
        "absolute_effect_cumulative": -found.events[0],
        "ci95_cumulative": [-found.events[2], -found.events[1]],
        "relative_effect": after["gap"].sum() / after["counterfactual"].sum(),
    }
    for row in case["expected"]:
        meets(figures[row["name"]], row)


def known_truth(case: Case) -> None:
    """Simulated panels with a known effect, all of them together."""
    truth_panels(case, folder_of(case))


# By a pattern in the text of `method`, in capitals or not; the first that is found is used.
EFFECT_ADAPTERS: dict[str, Callable[[Case], None]] = {
    r"\bwdd\b|weighted displacement": wdd_case,
    r"\bfepois\b|poisson.*fixed effects|\bppml": poisson_fixed_effects,
    r"\btwfe\b|two-way fixed effects|\bfeols\b": two_way_fixed_effects,
    r"^its\b|interrupted time series|segmented (poisson )?regression": interrupted,
    r"\bbsts\b|causal ?impact": counterfactual,
    r"^any\b|known effect": known_truth,
    **TOOLBOX_ADAPTERS,
}
# Methods that are not built yet, in one visible list.
EFFECTS_NOT_BUILT: tuple[str, ...] = ()


def effect_adapter(method: str) -> Callable[[Case], None] | None:
    """The adapter of a method, for a case written in any of the format's ways; None where there is none."""
    found = (adapter for pattern, adapter in EFFECT_ADAPTERS.items() if re.search(pattern, method, re.IGNORECASE))
    adapter = next(found, None)
    return None if adapter is None else lambda case: adapter(normal_effect(case))


def not_built(method: str) -> bool:
    """Whether the method stands in the list of those not built."""
    return any(re.search(pattern, method) for pattern in EFFECTS_NOT_BUILT)
