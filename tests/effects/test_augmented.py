"""Augmented synthetic control against slow versions; the published figures for Kansas: benchmarks/published_methods.txt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from kunskapsbaserat.effects import Design, augmented_synthetic_control
from kunskapsbaserat.errors import DesignError, OptionError

YEARS = pd.period_range("1995", periods=24, freq="Y")


def panel(seed: int = 1, *, effect: float = 0.0, areas: int = 9, noise: float = 0.1) -> pd.DataFrame:
    """The treated, "a", lies at the edge of the others."""
    rng = np.random.default_rng(seed)
    factors = np.cumsum(rng.normal(0, 0.2, (2, 24)), axis=1)
    loads = rng.normal(size=(areas, 2))
    loads[0] = loads[1] + 0.5
    y = loads @ factors + noise * rng.normal(size=(areas, 24))
    y[0] += effect * (np.arange(24) >= 18)
    names = list("abcdefghijklmnop")[:areas]
    return pd.DataFrame({"area": np.repeat(names, 24), "period": np.tile(YEARS, areas), "y": y.ravel()})


def design(table: pd.DataFrame, **options: object) -> Design:
    return Design(table, **({"outcome": "y", "treated": "a", "start": "2013", "kind": "index"} | options))


def slow_weights(donors: np.ndarray, treated: np.ndarray, penalty: float | None) -> np.ndarray:
    """The simplex by a general optimiser; the ridge by its normal equations over the periods."""
    n, centre = len(donors), donors.mean(axis=0)
    found = optimize.minimize(
        lambda w: ((treated - w @ donors) ** 2).sum(),
        np.full(n, 1 / n),
        jac=lambda w: -2 * donors @ (treated - w @ donors),
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    if penalty is None:
        return found.x
    series, missed = donors - centre, treated - found.x @ donors
    slope = np.linalg.solve(series.T @ series + penalty * np.eye(len(centre)), missed)
    return found.x + series @ slope


@pytest.mark.parametrize("penalty", [None, 0.3, 4.0])
def test_the_weights_are_those_of_a_slow_search(penalty: float | None):
    table = panel()
    found = augmented_synthetic_control(design(table), penalty=penalty)
    values = table.pivot(index="area", columns="period", values="y").to_numpy()
    weights = slow_weights(values[1:, :18], values[0, :18], penalty)
    np.testing.assert_allclose(found.weights, weights, atol=2e-4)
    assert found.weights.sum() == pytest.approx(1)
    assert found.mean_effect == pytest.approx((values[0] - weights @ values[1:])[18:].mean(), abs=2e-4)
    assert found.imbalance == pytest.approx(np.linalg.norm((values[0] - weights @ values[1:])[:18]), abs=2e-4)


def test_the_penalty_is_that_of_leaving_out_each_period():
    table = panel(2)
    values = table.pivot(index="area", columns="period", values="y").to_numpy()[:, :18]
    series = values[1:] - values[1:].mean(axis=0)
    penalties = np.linalg.svd(series)[1][0] ** 2 * 1e-8 ** (np.arange(21) / 20)
    errors = np.zeros((17, 21))
    for out in range(17):
        kept = np.arange(18) != out
        for k, penalty in enumerate(penalties):
            weights = slow_weights(values[1:, kept], values[0, kept], penalty)
            errors[out, k] = (values[0, out] - weights @ values[1:, out]) ** 2
    best = errors.mean(axis=0).argmin()
    slack = errors[:, best].std(ddof=1) / np.sqrt(17)
    expected = penalties[errors.mean(axis=0) <= errors.mean(axis=0)[best] + slack].max()
    assert augmented_synthetic_control(design(table)).penalty == pytest.approx(expected)


def test_augmentation_follows_the_course_before_the_start_better():
    plain = augmented_synthetic_control(design(panel(3)), penalty=None)
    augmented = augmented_synthetic_control(design(panel(3)))
    assert augmented.imbalance < plain.imbalance
    assert augmented.improvement > plain.improvement
    assert (plain.weights >= -1e-12).all()


def test_a_large_effect_is_found_and_none_is_not():
    found = augmented_synthetic_control(design(panel(4, effect=-3.0, noise=0.05)), confidence=0.9)
    assert found.mean_effect == pytest.approx(-3, abs=0.3)
    assert (found.conf_int()["upper"] < 0).all()
    assert found.joint_p == pytest.approx(1 / 24)
    assert found.summary_frame().index.tolist() == list(YEARS[18:])
    assert found.summary_frame()["p_value"].max() <= 2 / 19
    few = augmented_synthetic_control(design(panel(4, effect=-3.0)))  # the least p-value of 19 periods is 0.053
    assert few.summary_frame()["p_value"].max() <= 2 / 19
    assert few.conf_int().isna().all(axis=None)
    assert set(few.rows["reason"]) == {"before_start", "p_floor"}
    nothing = [augmented_synthetic_control(design(panel(seed, noise=1.0)), penalty=1.0).joint_p for seed in range(12)]
    assert np.mean(nothing) > 0.3


def test_conformal_limits_cover_where_periods_are_exchangeable():
    covered = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=(6, 24))
        table = pd.DataFrame({"area": np.repeat(list("abcdef"), 24), "period": np.tile(YEARS, 6), "y": y.ravel()})
        found = augmented_synthetic_control(design(table, start="2018"), penalty=2.0, confidence=0.8)
        lower, upper = found.conf_int().to_numpy()[0]
        covered += lower <= 0 <= upper
    assert covered >= 18  # binomial(30, 0.8) is below 18 in 0.5 % of cases


def test_what_it_cannot_be_made_of_is_refused():
    table = panel()
    counts = table.assign(y=(table["y"] + 20).round())
    with pytest.raises(DesignError, match="one treated area"):
        augmented_synthetic_control(design(counts, kind="events"))
    with pytest.raises(DesignError, match="one treated area"):
        augmented_synthetic_control(design(table, treated=["a", "b"]))
    with pytest.raises(DesignError, match="one treated area"):
        augmented_synthetic_control(design(table, start="2003"))
    with pytest.raises(DesignError, match="areas to compare"):
        augmented_synthetic_control(design(table[table["area"].isin(["a", "b"])]))
    for penalty in (0, -1, "usual", np.inf):
        with pytest.raises(OptionError, match="penalty"):
            augmented_synthetic_control(design(table), penalty=penalty)
