"""Every rate method that another program has too, against that program, on random inputs.

    uv run --with statsmodels --with esda --with libpysal benchmarks/rates_oracles.py > benchmarks/rates_oracles.txt

Prints the largest relative difference per method, and exits with 1 when one is above its bound. SciPy, statsmodels and
esda are written independently of this library; where they search numerically for a limit the bound is that search's.
"""

from __future__ import annotations

import platform
import sys
import warnings

import esda
import numpy as np
import pandas as pd
import scipy
import statsmodels
from esda import smoothing
from libpysal.weights import W
from scipy import stats
from statsmodels.stats import proportion as sm_proportion
from statsmodels.stats import rates as sm

from kunskapsbaserat.rates import (
    directly_standardised_rate,
    e_test,
    empirical_bayes,
    excess_risk,
    poisson_interval,
    proportion,
    proportion_change,
    rate_difference,
    rate_ratio,
    spatial_median,
    standardised_ratio,
)

warnings.simplefilter("ignore")
RNG = np.random.default_rng(20261122)
failed = []


def report(name: str, got: object, expected: object, bound: float) -> None:
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    same = np.isfinite(expected)
    worst = float(np.max(np.abs(got[same] - expected[same]) / np.maximum(np.abs(expected[same]), 1e-12)))
    missing = bool(np.isfinite(got[~same]).any())
    verdict = "ok" if worst <= bound and not missing else "DIFFERENT"
    if verdict != "ok":
        failed.append(name)
    print(f"{name:<46} {same.sum():>5} numbers   largest relative difference {worst:8.1e}   bound {bound:.0e}   {verdict}")


def pairs(n: int, low: int = 1, high: int = 200) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "count": RNG.integers(low, high, n),
            "exposure": RNG.uniform(50, 5000, n),
            "other_count": RNG.integers(low, high, n),
            "other_exposure": RNG.uniform(50, 5000, n),
        }
    )


def two_rates() -> None:
    rows = pairs(200)
    cells = list(rows.itertuples(index=False))
    names = {"score": "score", "wald": "wald", "wald_log": "wald-log", "score_log": "score-log", "sqrt": "sqrt"}
    for ours, theirs in (names | {"exact": "exact-cond", "midp": "cond-midp"}).items():
        for side in ("larger", "smaller"):
            expected = [sm.test_poisson_2indep(*c, value=1.3, method=theirs, alternative=side).pvalue for c in cells]
            got = rate_ratio(rows, null=1.3, method=ours, alternative=side)["p_value"]
            report(f"ratio, p-value, {ours}, {side}", np.maximum(got, 1e-10), np.maximum(expected, 1e-10), 1e-6)
    for ours, theirs, bound in (
        ("score", "score", 1e-4),
        ("score_log", "score-log", 1e-4),
        ("wald_log", "wald-log", 1e-10),
        ("mover", "mover", 1e-10),
    ):
        expected = [sm.confint_poisson_2indep(*c, method=theirs, compare="ratio") for c in cells]
        got = rate_ratio(rows, method=ours)[["lower", "upper"]].to_numpy()
        # with few events the log score test has no limit on one side: ours is missing, their search stops somewhere
        report(f"ratio, limits, {ours}", got, np.where(np.isnan(got), np.nan, expected), bound)
    for ours, theirs, bound in (("wald", "wald", 1e-10), ("wald_half", "waldccv", 1e-10), ("mover", "mover", 1e-10)):
        expected = [sm.confint_poisson_2indep(*c, method=theirs, compare="diff") for c in cells]
        got = rate_difference(rows, method=ours, per=1)[["lower", "upper"]]
        report(f"difference, limits, {ours}", got, expected, bound)
    expected = [sm.test_poisson_2indep(*c, value=0.01, method="score", compare="diff").pvalue for c in cells]
    got = rate_difference(rows, null=0.01, per=1)["p_value"]
    report("difference, p-value, score", np.maximum(got, 1e-10), np.maximum(expected, 1e-10), 1e-6)
    limits = rate_difference(rows, per=1)
    back = [
        sm.test_poisson_2indep(*c, value=d, method="score", compare="diff").pvalue
        for c, d in zip(cells * 2, [*limits["lower"], *limits["upper"]], strict=True)
    ]
    report("difference, their p-value at our score limits", back, np.full(400, 0.05), 1e-7)


def e_tests() -> None:
    rows = pairs(60, 0, 40)
    cells = list(rows.itertuples(index=False))
    for ours in ("score", "wald"):
        expected = [sm.etest_poisson_2indep(*c, method=ours, y_grid=np.arange(700))[1] for c in cells]
        report(f"E-test, {ours} (statsmodels)", e_test(rows, statistic=ours)["p_value"], expected, 1e-10)
    for side, theirs in (("two_sided", "two-sided"), ("larger", "greater"), ("smaller", "less")):
        got = e_test(rows, alternative=side)["p_value"].to_numpy()
        scipy_p(f"E-test, wald, {side} (SciPy)", cells, got, alternative=theirs)
    scipy_p("E-test, wald, difference 0.005 (SciPy)", cells, e_test(rows, difference=0.005)["p_value"].to_numpy(), diff=0.005)


def scipy_p(name: str, cells: list, got: np.ndarray, **options: object) -> None:
    """SciPy computes the observed statistic in one way and those it is compared with (>=, no tolerance) in another, so that
    rounding can leave pairs that tie with the observed one, and itself, out of the sum: its p-value is then smaller.
    """
    expected = np.array([stats.poisson_means_test(*c, **options).pvalue for c in cells])
    same = np.abs(got - expected) <= 1e-8
    print(f"    {name}: ties lost to rounding in {(~same).sum()} of {len(cells)}")
    report(f"{name}, ties kept", got[same] + 1, expected[same] + 1, 1e-8)
    if (got < expected - 1e-8).any():
        failed.append(name)


def one_rate_and_shares() -> None:
    x = RNG.integers(0, 400, 300)
    for ours, theirs in (("exact", "exact-c"), ("midp", "midp-c")):
        expected = np.array([sm.confint_poisson(int(v), 1, method=theirs) for v in x])
        expected[x == 0, 0] = 0.0  # for no events statsmodels gives the upper mid-P limit twice
        report(f"Poisson limits, {ours}", np.column_stack(poisson_interval(x, method=ours)), expected, 1e-6)
    total = x + RNG.integers(1, 300, 300)
    rows = pd.DataFrame({"count": x, "total": total, "other_count": x[::-1], "other_total": total[::-1]})
    for ours, theirs in (("wilson", "wilson"), ("exact", "beta")):
        expected = np.column_stack(sm_proportion.proportion_confint(x, total, method=theirs))
        report(
            f"share, {ours}",
            np.maximum(proportion(rows, method=ours)[["lower", "upper"]], 1e-9),
            np.maximum(expected, 1e-9),
            1e-7,
        )
    expected = [
        sm_proportion.confint_proportions_2indep(*c, method="newcomb", compare="diff") for c in rows.itertuples(index=False)
    ]
    report("difference of shares, Newcombe", proportion_change(rows)[["lower", "upper"]], expected, 1e-6)


def standardised() -> None:
    areas, bands = 40, 12
    size = areas * bands
    e, b = RNG.poisson(20, size) + 1, RNG.integers(500, 5000, size)
    s_e, s_b = np.tile(RNG.integers(500, 900, bands), areas), np.tile(RNG.integers(20_000, 90_000, bands), areas)
    rows = pd.DataFrame(
        {
            "area": np.repeat(np.arange(areas), bands),
            "count": e,
            "exposure": b,
            "standard": s_b,
            "reference_count": s_e,
            "reference_exposure": s_b,
        }
    )
    got = directly_standardised_rate(rows, method="gamma", per=1)[["rate", "lower", "upper"]]
    report("direct, gamma (esda)", got, smoothing.direct_age_standardization(e, b, s_b, areas), 1e-9)
    scale = s_e.sum() / s_b.sum()
    got = standardised_ratio(rows, method="lognormal", scale=scale)[["ratio", "lower", "upper"]]
    report("indirect, lognormal (esda)", got, smoothing.indirect_age_standardization(e, b, s_e, s_b, areas), 1e-9)


def smoothed() -> None:
    n = 60
    near = {i: sorted({(i - 1) % n, (i + 1) % n, (i * 7) % n} - {i}) for i in range(n)}
    near = {i: sorted(set(near[i]) | {j for j in near if i in near[j]}) for i in near}
    people = RNG.integers(200, 20_000, n)
    x = RNG.poisson(people * RNG.gamma(5, 0.002, n))
    rows = pd.DataFrame({"area": [str(i) for i in range(n)], "count": x, "exposure": people})
    w = W(near, id_order=list(range(n)))
    named = {str(i): tuple(map(str, js)) for i, js in near.items()}
    report(
        "empirical Bayes, all (esda)",
        empirical_bayes(rows, per=1)["shrunken_rate"],
        smoothing.Empirical_Bayes(x, people).r.ravel(),
        1e-10,
    )
    expected = smoothing.Spatial_Empirical_Bayes(x, people, w).r.ravel()
    report(
        "empirical Bayes, neighbours (esda)", empirical_bayes(rows, per=1, neighbours=named)["shrunken_rate"], expected, 1e-10
    )
    report("excess risk (esda)", excess_risk(rows)["excess_risk"], smoothing.Excess_Risk(x, people).r.ravel(), 1e-10)
    expected = smoothing.Spatial_Median_Rate(x, people, w).r.ravel()
    report("spatial median (esda)", spatial_median(rows, per=1, neighbours=named)["median_rate"], expected, 1e-10)


if __name__ == "__main__":
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, SciPy {scipy.__version__}, statsmodels "
        f"{statsmodels.__version__}, esda {esda.__version__}"
    )
    for part in (two_rates, e_tests, one_rate_and_shares, standardised, smoothed):
        part()
    sys.exit(f"different: {', '.join(failed)}" if failed else 0)
