"""A good call of every public function that takes a table or a row of numbers, for the walk that damages them."""

from __future__ import annotations

import datetime
import functools
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kunskapsbaserat import effects, places, rates, simulate, trends
from kunskapsbaserat.data import embedded
from kunskapsbaserat.effects import Design

Call = tuple[Callable[..., Any], dict[str, Any], tuple[str, ...]]  # the function, its arguments, its key columns

FOUR = ["2080", "2081", "2083", "2084"]
ROWS = pd.DataFrame(
    {
        "area": FOUR,
        "count": [4, 30, 7, 12],
        "exposure": [100.0, 900.0, 200.0, 300.0],
        "expected": [5.0, 25.0, 9.0, 11.0],
        "standard": [3.0, 2.0, 1.0, 2.0],
        "total": [40, 300, 70, 90],
        "predicted": [1.0, 2.0, 3.0, 2.0],
        "other_count": [3, 4, 5, 6],
        "other_exposure": [100.0, 110.0, 120.0, 130.0],
        "other_total": [30, 40, 50, 60],
        "reference_count": [50, 60, 70, 80],
        "reference_exposure": [1000.0, 900.0, 800.0, 700.0],
        "quantile": [1, 2, 3, 4],
        "population": [10.0, 20.0, 30.0, 40.0],
        "value": [1.0, 2.0, 2.5, 4.0],
        "x": [530000.0, 530500.0, 531000.0, 531500.0],
        "y": [6700000.0, 6700300.0, 6700100.0, 6700900.0],
        "now": [4, 5, 6, 7],
        "before": [5, 5, 5, 5],
        "person_years": [1000.0, 2000.0, 3000.0, 4000.0],
    }
)
POOLED = pd.DataFrame({"name": list("abcd"), "estimate": [-0.4, -0.1, -0.3, 0.1], "standard_error": [0.1, 0.1, 0.2, 0.1]})
PLACES = pd.DataFrame(
    {"area": [f"p{i:02}" for i in range(24)], "before": np.arange(24) % 7 + 2, "after": np.arange(24) % 5 + 2}
)
SERIES = (np.arange(60) * 7 % 13 + 20).astype(float)
MONTHS = pd.Series(SERIES.astype(int), index=pd.period_range("2019-01", periods=60, freq="M"))
SITES = pd.DataFrame({"area": FOUR, "x": [530000.0, 532000.0, 534000.0, 536000.0], "y": 6700500.0})


@functools.cache
def counts() -> pd.DataFrame:
    table = embedded.counts_year()
    return table[table["area"].isin(FOUR) & table["offence"].isin(["bostadsinbrott", "bilbrott"])].reset_index(drop=True)


@functools.cache
def panel() -> pd.DataFrame:
    made = simulate.effect_panels(np.random.default_rng(1), 1, units=24, months_before=36)
    return made.table()


@functools.cache
def treated() -> list[str]:
    return panel().loc[panel()["treated"], "area"].unique().tolist()


@functools.cache
def years() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = [(f"a{i:02d}", pd.Period(year, "Y"), year) for i in range(30) for year in range(2015, 2023)]
    table = pd.DataFrame(rows, columns=["area", "period", "year"])
    table["value"] = rng.normal(size=len(table)).round(3)
    table["on"] = ((table["year"] >= 2019) & (table["area"] < "a12")).astype(float)
    return table


@functools.cache
def events() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 200
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 24 * 730, n)), unit="h")
    table = pd.DataFrame({"x": 530000 + rng.uniform(0, 2000, n).round(), "y": 6700000 + rng.uniform(0, 2000, n).round()})
    table["start"], table["end"] = start, start + pd.Timedelta(hours=2)
    table["place"] = [f"plats {i}" for i in rng.integers(0, 12, n)]
    table["period"] = pd.PeriodIndex(start, freq="M")
    table["category"] = np.where(rng.random(n) < 0.5, "skadegorelse", "stold")
    return table


def design_of(panel: pd.DataFrame, **options: Any) -> Design:
    return Design(panel, **({"outcome": "count", "treated": treated(), "start": "2024-01", "exposure": "population"} | options))


def through(method: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """A method of a design, called with the design's table."""
    return lambda panel: method(design_of(panel), **options)


def _months() -> pd.DataFrame:
    table = embedded.counts_month()
    return table[table["area"].isin(FOUR) & (table["offence"] == "totalt")].reset_index(drop=True)


def rates_calls() -> dict[str, Call]:
    area = ("area",)
    plain = [
        "crude_rate",
        "directly_standardised_rate",
        "indirectly_standardised_rate",
        "standardised_ratio",
        "e_test",
        "rate_ratio",
    ]
    plain += [
        "rate_difference",
        "proportion",
        "proportion_change",
        "funnel",
        "funnel_shares",
        "empirical_bayes",
        "excess_risk",
        "gini",
        "lorenz",
        "pai",
    ]
    calls: dict[str, Call] = {name: (getattr(rates, name), {"df": ROWS}, area) for name in plain}
    calls["finite_proportion"] = (rates.finite_proportion, {"df": ROWS.assign(population=2 * ROWS["total"])}, area)
    square = {a: shapely.box(i, 0, i + 1, 1) for i, a in enumerate(FOUR)}
    near = rates.neighbours_of(square)
    year, people = counts(), embedded.exposure()
    people = people[people["area"].isin(FOUR)].reset_index(drop=True)
    time = rates.person_years(people, freq="Y")
    month, month_time = _months(), rates.person_years(people.assign(year=people["year"] - 5), freq="M")
    survey = embedded.survey()
    survey = survey[survey["area"].isin(["2081", "20"])].reset_index(drop=True)
    public = embedded.counts_groups()
    public = public[public["area"].isin(FOUR) & (public["offence"] == "totalt")].reset_index(drop=True)
    shown = ROWS[["area", "value"]].assign(rate=ROWS["value"], year=2020)
    contract = ("area", "offence", "period")
    calls |= {
        "place_in_group": (rates.place_in_group, {"df": ROWS, "area": "2081", "members": FOUR}, area),
        "spatial_median": (rates.spatial_median, {"df": ROWS, "neighbours": near}, area),
        "inequality_slopes": (rates.inequality_slopes, {"df": ROWS, "by": None}, ("quantile",)),
        "screen": (rates.screen, {"counts": year, "exposure": people}, contract),
        "pooled_rate": (rates.pooled_rate, {"counts": year, "person_years": time}, contract),
        "rolling_rate": (rates.rolling_rate, {"counts": year, "person_years": time, "window": 2}, contract),
        "year_to_date": (rates.year_to_date, {"counts": month, "person_years": month_time}, contract),
        "person_years": (rates.person_years, {"exposure": people}, ("area", "kind", "year")),
        "person_years_of": (rates.person_years_of, {"counts": year, "exposure": people}, ("area",)),
        "mean_population": (rates.mean_population, {"exposure": people}, ("area", "kind", "year")),
        "sum_areas": (rates.sum_areas, {"exposure": people, "areas": FOUR, "area": "x", "area_level": "lan"}, ("area",)),
        "exposure_sensitivity": (
            rates.exposure_sensitivity,
            {"counts": year, "exposure": people, "area": "2081", "members": FOUR},
            contract,
        ),
        "compare_standardised": (rates.compare_standardised, {"df": ROWS, "reference": "2081"}, area),
        "compare_survey": (rates.compare_survey, {"shares": survey, "area": "2081", "other": "20"}, ("area", "measure")),
        "band": (rates.band, {"values": shown, "members": FOUR, "by": ["year"]}, ("area", "year")),
        "among_all": (rates.among_all, {"rates": public.assign(exposure=1000.0)}, ("area", "period")),
        "nearest_kommuner": (
            rates.nearest_kommuner,
            {"covariates": ROWS.assign(year=2020), "kommun": "2081", "columns": ["population"], "members": 2},
            ("area", "year"),
        ),
        "implied_person_years": (rates.implied_person_years, {"table": public}, ("area", "period")),
        "allowed_counts": (
            rates.allowed_counts,
            {"table": ROWS.assign(rate_published=[400, 1500, 233, 300]), "person_years": ROWS["person_years"].to_numpy()},
            (),
        ),
        "false_discovery_rate": (rates.false_discovery_rate, {"p": pd.Series([0.1, 0.2, 0.01])}, ()),
        "poisson_interval": (rates.poisson_interval, {"count": [1, 2, 3]}, ()),
        "funnel_lines": (rates.funnel_lines, {"observed": [1.0, 10.0]}, ()),
        "survey_difference": (
            rates.survey_difference,
            {"a": pd.DataFrame([[0.2, 0.1, 0.3]]), "b": pd.DataFrame([[0.3, 0.2, 0.4]])},
            (),
        ),
    }
    return calls


def trends_calls() -> dict[str, Call]:
    contract = ("area", "offence", "period")
    year, month = counts(), _months()
    survey = embedded.survey()
    survey = survey[(survey["area"] == "2081")].reset_index(drop=True)
    people = pd.DataFrame([(a, y, 1000.0) for a in FOUR for y in range(2016, 2025)], columns=["area", "year", "value"])
    one = {"area": "2081", "offence": "bilbrott"}
    public = embedded.counts_groups()
    public = public[public["area"].isin(FOUR) & (public["offence"] == "totalt")].reset_index(drop=True)
    rounded = public.assign(
        count_low=public["count"] - 1, count_likely=public["count"], count_high=public["count"] + 1, count_reason=None
    )
    measure = str(survey["measure"].iloc[0])
    index = pd.DataFrame({"region": ["a"] * 3 + ["b"] * 3, "year": [2001, 2002, 2003] * 2, "rate": [1.0, 2, 3, 4, 5, 6]})
    return {
        "change": (trends.change, {"counts": year}, contract),
        "change_of_rounded": (trends.change_of_rounded, {"counts": rounded}, contract),
        "variation_of": (trends.variation_of, {"counts": year}, contract),
        "trend_panel": (trends.trend_panel, {"counts": year, "exposure": people}, ("area", "offence", "period")),
        "to_years": (trends.to_years, {"counts": month}, contract),
        "series": (trends.series, {"counts": year, **one}, contract),
        "split_at_breaks": (trends.split_at_breaks, {"counts": year}, contract),
        "survey_change": (trends.survey_change, {"shares": survey, "area": "2081"}, ("area", "measure")),
        "survey_series": (trends.survey_series, {"shares": survey, "area": "2081", "measure": measure}, ("area", "measure")),
        "index_series": (trends.index_series, {"df": index, "base": 2001}, ("region", "year")),
        "year_to_date": (trends.year_to_date, {"df": ROWS}, ()),
        "broken_line": (trends.broken_line, {"y": SERIES, "x": np.arange(60.0), "start": 30}, ()),
        "change_points": (trends.change_points, {"values": SERIES}, ()),
        "control_chart": (trends.control_chart, {"y": SERIES, "n": SERIES * 10, "chart": "u"}, ()),
        "count_trend": (trends.count_trend, {"counts": SERIES, "exposure": SERIES * 10}, ()),
        "ears": (trends.ears, {"counts": SERIES}, ()),
        "expected_range": (trends.expected_range, {"counts": MONTHS}, ()),
        "farrington": (trends.farrington, {"counts": SERIES, "frequency": 12, "population": SERIES * 10, "b": 3}, ()),
        "joinpoint": (
            trends.joinpoint,
            {"rate": SERIES[:20], "year": np.arange(2001, 2021), "max_joinpoints": 1, "selection": "bic3"},
            (),
        ),
        "mann_kendall": (trends.mann_kendall, {"values": SERIES}, ()),
        "own_reporters": (
            trends.own_reporters,
            {"counts": np.tile(SERIES, (6, 1)), "active": np.ones((6, 60), dtype=bool), "baseline": 26, "min_active": 3},
            (),
        ),
        "run_chart": (trends.run_chart, {"values": SERIES}, ()),
        "seasonal": (trends.seasonal, {"values": SERIES, "period": 12}, ()),
        "sup_f": (trends.sup_f, {"values": SERIES}, ()),
        "typical_variation": (trends.typical_variation, {"cells": _cells()}, ()),
    }


def _cells() -> pd.DataFrame:
    from kunskapsbaserat.data import embedded
    from kunskapsbaserat.trends.change import dispersion_of

    return dispersion_of(embedded.counts_groups()).query("reason.isna()").head(60).reset_index(drop=True)


def effects_calls() -> dict[str, Call]:
    pair = ("area", "period")
    options = {"outcome": "value", "starts": {f"a{i:02d}": "2019" for i in range(12)}}
    day = datetime.date(2023, 11, 1)
    methods: dict[str, Callable[..., Any]] = {
        "did": through(effects.did),
        "evaluate": through(effects.evaluate),
        "check": through(effects.check),
        "synthetic_control": through(effects.synthetic_control),
        "sdid": through(effects.sdid),
        "synthetic_count": through(effects.synthetic_count),
        "event_study": through(effects.event_study),
        "compare": through(effects.compare),
        "leave_one_out": through(effects.leave_one_out),
        "placebo_space": through(effects.placebo_space),
        "placebo_time": through(effects.placebo_time, every=24),
        "power": through(effects.power, months_after=12, areas=1),
        "registration_of": through(effects.registration_of, months_after=12, written=day),
        "sensitivity": lambda panel: effects.sensitivity(effects.did(design_of(panel))),
    }
    methods["augmented_synthetic_control"] = lambda panel: effects.augmented_synthetic_control(
        design_of(panel, kind="index"), penalty=1.0
    )
    others = [a for a in panel()["area"].unique() if a not in treated()]
    methods["displacement"] = through(effects.displacement, areas=others[:1])
    calls: dict[str, Call] = {name: (method, {"panel": panel()}, pair) for name, method in methods.items()}
    one = {"treated": treated(), "start": "2024-01"}
    weighted = {"outcomes": ["value"], "treated": ["a03"], "start": "2019", "kind": "index"}
    numbered = years().assign(n=5 + years()["year"] % 4)
    calls |= {
        "did_outcomes": (effects.did_outcomes, {"panel": panel(), "outcomes": ["count"], **one}, pair),
        "synthetic_outcomes": (effects.synthetic_outcomes, {"panel": panel(), "outcomes": ["count"], **one}, pair),
        "staggered_did": (
            effects.staggered_did,
            {"panel": panel(), "outcome": "count", "starts": {treated()[0]: "2024-01"}},
            pair,
        ),
        "balance_weights": (effects.balance_weights, {"panel": years(), "every": 4, "placebos": 19, **weighted}, pair),
        "att_gt": (effects.att_gt, {"table": years(), "draws": 19, **options}, pair),
        "sun_abraham": (effects.sun_abraham, {"table": years(), **options}, pair),
        "staggered_placebos": (effects.staggered_placebos, {"table": years(), **options}, pair),
        "twfe": (
            effects.twfe,
            {"df": years(), "outcome": "value", "regressors": ["on"], "effects": ["area", "period"]},
            pair,
        ),
        "fepois": (effects.fepois, {"df": numbered, "outcome": "n", "regressors": ["on"], "effects": list(pair)}, pair),
        "bacon": (effects.bacon, {"df": years(), "outcome": "value", "treated": "on", "unit": "area", "time": "period"}, pair),
        "its": (effects.its, {"data": MONTHS, "start": "2022-01", "exposure": MONTHS * 10.0}, ()),
        "its_state_space": (effects.its_state_space, {"series": MONTHS, "start": "2022-01", "season": "none"}, ()),
        "classical_search": (
            lambda panel, predictors: effects.classical_search(design_of(panel, kind="index"), predictors),
            {"panel": panel(), "predictors": _predictors()},
            pair,
        ),
        "pool_effects": (effects.pool_effects, {"effects": POOLED}, ("name",)),
        "peak_sites": (effects.peak_sites, {"df": PLACES, "treated": ["p00", "p01"]}, ("area",)),
        "dispersion_of": (effects.dispersion_of, {"series": [[1, 2, 3, 4], [3, 4, 5, 6]]}, ()),
        "kan_vi_se_det": (effects.kan_vi_se_det, {"goal": 0.8, "baseline": [100, 110, 120]}, ()),
    }
    return calls


def _predictors() -> pd.DataFrame:
    names = panel()["area"].unique()
    return pd.DataFrame({"a": np.arange(len(names)) % 7.0, "b": np.arange(len(names)) % 5.0}, index=names)


def places_calls() -> dict[str, Call]:
    happened = events()
    when = ("start",)
    geometry = {a: shapely.box(530000 + 500 * i, 6700000, 530500 + 500 * i, 6702000) for i, a in enumerate(FOUR)}
    span = {"first": "2022-01", "last": "2023-12", "radius": 400.0}
    return {
        "located": (places.located, {"points": happened}, ()),
        "assign_areas": (places.assign_areas, {"points": happened, "geometry": geometry}, ()),
        "grid_counts": (places.grid_counts, {"points": happened}, ()),
        "hot_spots": (places.hot_spots, {"points": happened, "runs": 19}, ()),
        "public_cells": (places.public_cells, {"points": happened}, ()),
        "named_places": (places.named_places, {"events": happened}, ("period",)),
        "near_repeat": (places.near_repeat, {"points": happened, "times": "start", "runs": 239}, when),
        "duplicate_pairs": (places.duplicate_pairs, {"events": happened}, when),
        "concentration": (places.concentration, {"events": happened, "places": 30, "runs": 99}, ()),
        "displacement_rings": (
            places.displacement_rings,
            {
                "events": happened,
                "site": (531000.0, 6701000.0),
                "start": "2023-01-01",
                "radius": 300.0,
                "buffer": 600.0,
                "comparison": 900.0,
            },
            when,
        ),
        "place_panel": (places.place_panel, {"events": happened, "sites": SITES, **span}, when),
        "before_after": (
            places.before_after,
            {
                "events": pd.concat([happened] * 3, ignore_index=True),
                "sites": SITES,
                "treated": "2080",
                "start": "2024-01",
                **(span | {"last": "2024-06"}),
            },
            when,
        ),
        "scan": (places.scan, {"areas": ROWS, "runs": 99}, ("area",)),
        "place_map": (places.place_map, {"cells": places.grid_counts(happened).assign(hot=False, size=250.0)}, ()),
        "week_pattern": (places.week_pattern, {"events": happened}, when),
        "week_peaks": (places.week_peaks, {"events": happened}, when),
        "time_knowledge": (places.time_knowledge, {"events": happened}, when),
    }


def all_calls() -> dict[str, Call]:
    """By module and function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules: dict[str, Mapping[str, Call]] = {
            "rates": rates_calls(),
            "trends": trends_calls(),
            "effects": effects_calls(),
            "places": places_calls(),
        }
    return {f"{module}.{name}": call for module, calls in modules.items() for name, call in calls.items()}
