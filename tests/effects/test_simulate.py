"""The simulated panels are those of the stated design."""

from __future__ import annotations

import numpy as np
import pytest

from kunskapsbaserat import kommun, simulate
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.simulate import counts_table, effect_panels


def slowly(rng: np.random.Generator, *, units: int = 290, months: int = 72) -> np.ndarray:
    """One panel as the design is written, unit by unit and month by month."""
    common, walk = [rng.normal(0, 0.05 / 0.6)], [rng.normal(0, 0.02)]
    for _ in range(months - 1):
        common.append(0.8 * common[-1] + rng.normal(0, 0.05))
        walk.append(walk[-1] + rng.normal(0, 0.02))
    counts = np.empty((units, months))
    for unit in range(units):
        level = np.log(np.clip(rng.lognormal(9.7, 0.95), 2_500, 1e6) * 25e-5) + rng.normal(0, 0.35)
        loading, own = rng.standard_normal(), rng.normal(0, 0.15)
        for month in range(months):
            season = 0.15 * np.cos(2 * np.pi * month / 12)
            mean = np.exp(level + season + common[month] + loading * walk[month] + own)
            counts[unit, month] = rng.poisson(mean * rng.gamma(20, 1 / 20))
            own = 0.5 * own + rng.normal(0, 0.15 * np.sqrt(0.75))
    return counts


def features(counts: np.ndarray) -> list[float]:
    """Of one panel (units, months): size, spread between units, and how a large unit's log moves over time."""
    large = np.log(counts[np.argsort(-counts.sum(axis=1))[:40]] + 0.5)
    common = large.mean(axis=0)
    own = large - common - (large - common).mean(axis=1, keepdims=True)
    season = np.cos(2 * np.pi * np.arange(counts.shape[1]) / 12)
    return [
        float(np.median(counts.mean(axis=1))),
        float(np.log(counts.sum(axis=1) + 1).std()),
        float((counts == 0).mean()),
        float(own.std()),
        float((own[:, 1:] * own[:, :-1]).mean() / (own**2).mean()),
        float((own[:, 24:] * own[:, :-24]).mean() / (own**2).mean()),
        float(2 * ((common - common.mean()) * season).mean()),
        float(np.diff(common).std()),
    ]


def test_panels_are_spread_as_those_written_out_slowly():
    rng = np.random.default_rng(1)
    slow = np.array([features(slowly(rng)) for _ in range(12)])
    fast = np.array([features(c) for c in effect_panels(np.random.default_rng(2), 150).counts])
    error = np.sqrt(slow.var(axis=0, ddof=1) / len(slow) + fast.var(axis=0, ddof=1) / len(fast))
    assert (np.abs(slow.mean(axis=0) - fast.mean(axis=0)) < 4.5 * error).all()


def test_any_number_of_threads_gives_the_same_panels_and_the_same_seed_too():
    once, again, threaded = (effect_panels(np.random.default_rng(3), 11, units=30, threads=n) for n in (1, 1, 3))
    for other in (again, threaded):
        np.testing.assert_array_equal(once.counts, other.counts)
        np.testing.assert_array_equal(once.treated, other.treated)
    assert len(np.unique(once.counts.sum(axis=(1, 2)))) == 11  # no two blocks or panels alike


@pytest.mark.parametrize("effect", [-0.4, 0.5])
def test_effect_is_what_it_is_called_and_touches_only_the_treated_after_the_start(effect):
    plain, changed = (effect_panels(np.random.default_rng(4), 200, units=60, n_treated=3, effect=e) for e in (0.0, effect))
    np.testing.assert_array_equal(plain.treated, changed.treated)
    assert changed.log_effect == pytest.approx(np.log1p(effect))
    rows = np.arange(200)[:, None]
    after, before = (p.counts[rows, plain.treated, 60:].sum() for p in (changed, plain))
    assert after / before == pytest.approx(1 + effect, abs=4 * np.sqrt(abs(effect) / before))
    touched = np.zeros(plain.counts.shape, dtype=bool)
    touched[rows, plain.treated, 60:] = True
    np.testing.assert_array_equal(plain.counts[~touched], changed.counts[~touched])


def test_shock_falls_on_all_from_the_start():
    plain, shocked = (effect_panels(np.random.default_rng(5), 60, shock=s).counts.astype(float) for s in (0.0, -0.1))
    assert shocked[:, :, :60].sum() == pytest.approx(plain[:, :, :60].sum(), rel=0.005)  # the same means, other draws
    assert shocked[:, :, 60:].sum() / plain[:, :, 60:].sum() == pytest.approx(0.9, abs=0.01)


def test_treated_are_chosen_as_said():
    many = effect_panels(np.random.default_rng(6), 300, choice="large")
    before = many.counts[:, :, :60].sum(axis=2)
    rank = np.argsort(np.argsort(-many.population, axis=1), axis=1)
    assert np.take_along_axis(rank, many.treated, axis=1).max() < 26
    assert len(np.unique(np.take_along_axis(rank, many.treated, axis=1))) > 20
    assert np.take_along_axis(before, many.treated, axis=1).min() >= 120
    rise = effect_panels(np.random.default_rng(6), 50, choice="after_a_rise", n_treated=2)
    for counts, treated in zip(rise.counts, rise.treated, strict=True):
        grown = np.log((counts[:, 48:60].sum(axis=1) + 0.5) / (counts[:, 36:48].sum(axis=1) + 0.5))
        grown[counts[:, :60].sum(axis=1) < 120] = -np.inf
        assert set(treated) == set(np.argsort(-grown)[:2])


def test_populations_drift_as_asked():
    many = effect_panels(np.random.default_rng(7), 40, drift=0.05)
    assert many.growth.std() == pytest.approx(0.05, rel=0.03)
    np.testing.assert_allclose(many.exposure[:, :, 0], many.population)
    np.testing.assert_allclose(np.log(many.exposure[:, :, 24] / many.population), 2 * many.growth, atol=1e-12)
    seen = np.log((many.counts[:, :, 36:].sum(axis=2) + 0.5) / (many.counts[:, :, :36].sum(axis=2) + 0.5))
    large = many.population > 40_000
    assert np.polyfit(many.growth[large], seen[large], 1)[0] == pytest.approx(3, abs=0.4)
    assert not effect_panels(np.random.default_rng(7), 2).growth.any()


def test_table_is_labelled_and_bears_the_codes_of_the_kommuner():
    many = effect_panels(np.random.default_rng(8), 2, n_treated=2)
    table = many.table(1)
    assert set(table["source"]) == {simulate.SOURCE} == {"SIMULERAD"}
    assert list(table["area"].unique()) == [k.code for k in kommun.all_kommuner()]
    wide = table.pivot(index="area", columns="period", values="count")
    np.testing.assert_array_equal(wide.to_numpy(), many.counts[1])
    assert str(wide.columns[-1]) == "2024-12"
    assert list(table.loc[table["treated"], "area"].unique()) == [wide.index[i] for i in np.sort(many.treated[1])]
    assert len(effect_panels(np.random.default_rng(8), 1, units=300).table()["area"].unique()) == 300


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"effect": -1.0}, "effect"),
        ({"shock": -1.5}, "shock"),
        ({"choice": "worst"}, "choice"),
        ({"choice": "after_a_rise", "months_before": 12}, "months_before"),
        ({"n_treated": 200, "units": 30}, "n_treated"),
    ],
)
def test_options_that_cannot_be_are_refused(options, named):
    with pytest.raises(OptionError, match=named):
        effect_panels(np.random.default_rng(9), 2, **options)


def test_a_table_of_what_are_no_counts_is_refused():
    assert counts_table([[4, np.nan]], last="2024-12")["count"].isna().tolist() == [False, True]
    for wrong in ([[1.5]], [[-1]], [[np.inf]]):
        with pytest.raises(TableError):
            counts_table(wrong, last="2024-12")
    with pytest.raises(OptionError):
        counts_table([[1], [2]], last="2024-12", areas=["2080"])
