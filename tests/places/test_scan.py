from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import burst_probability, scan
from kunskapsbaserat.places.bursts import without_burst


def north_carolina() -> pd.DataFrame:
    """Sudden infant deaths and births 1974-78 in 100 counties (Symons, Grimson and Yuan 1983; Cressie 1991), middles in km."""
    table = pd.read_csv(Path(__file__).with_name("north_carolina_1974.csv"))
    return table.assign(x=1000 * table["x"], y=1000 * table["y"])


def test_sudden_infant_deaths_of_north_carolina():
    """International Journal of Health Geographics 20 (2021), "Spatially varying effects of measured confounding variables on
    disease risk", table 1: the spatial scan statistic's most likely cluster is four counties in the north-east with 5.12 deaths
    per 1 000 births, the second six in the south with 3.76."""
    found = scan(north_carolina(), area="county", count="deaths", exposure="births", max_share=0.25)
    published = {1: (4, 5.12), 2: (6, 3.76)}
    for number, (counties, per_thousand) in published.items():
        part = found[found["cluster"] == number]
        assert len(part) == counties
        assert 1000 * part["count"].sum() / part["exposure"].sum() == pytest.approx(per_thousand, abs=0.0051)
        assert part["hot"].all()
    assert set(found.loc[found["cluster"] == 1, "area"]) == {"Bertie", "Halifax", "Hertford", "Northampton"}
    assert set(found.loc[found["cluster"] == 2, "area"]) >= {"Anson", "Robeson", "Scotland"}


def every_circle(table: pd.DataFrame, max_share: float) -> float:
    """The largest log likelihood ratio, one circle and one logarithm at a time."""
    best, total, size = 0.0, table["count"].sum(), table["size"].sum()
    for _, centre in table.iterrows():
        distance = np.hypot(table["x"] - centre["x"], table["y"] - centre["y"])
        for radius in distance:
            inside = table[distance <= radius + 1e-6]
            c, e = inside["count"].sum(), total * inside["size"].sum() / size
            if inside["size"].sum() <= max_share * size and c > e > 0:
                rest = (total - c) * np.log((total - c) / (total - e)) if c < total else 0.0
                best = max(best, c * np.log(c / e) + rest)
    return best


def areas(rng: np.random.Generator, n: int = 40, mean: float = 3.0) -> pd.DataFrame:
    x, y = 500_000 + rng.integers(0, 6, (2, n)) * 1000.0  # many ties in distance, and areas with the same middle
    size = rng.integers(1, 5, n) * 100
    return pd.DataFrame({"area": range(n), "x": x, "y": y, "size": size, "count": rng.poisson(mean * size / 250)})


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_the_best_circle_by_trying_all(seed: int):
    table = areas(np.random.default_rng(seed))
    found = scan(table, exposure="size", runs=99, max_share=0.4)
    assert found["statistic"].max() == pytest.approx(every_circle(table, 0.4), rel=1e-9)
    for _, part in found.groupby("cluster"):
        assert part["cluster_count"].eq(part["count"].sum()).all()
        assert part["cluster_expected"].to_numpy() == pytest.approx(part["expected"].sum())


def test_chance_alone_is_a_cluster_in_five_maps_of_a_hundred():
    rng = np.random.default_rng(8)
    grid = pd.DataFrame({"area": range(64), "x": 500.0 * (np.arange(64) % 8), "y": 500.0 * (np.arange(64) // 8)})
    runs = 100
    false = sum(scan(grid.assign(count=rng.multinomial(80, [1 / 64] * 64)), runs=99, seed=i)["hot"].any() for i in range(runs))
    assert abs(false / runs - 0.05) <= 3 * np.sqrt(0.05 * 0.95 / runs)


def test_the_observed_map_is_one_of_the_maps():
    table = areas(np.random.default_rng(3))
    table.loc[0, "count"] = 400
    assert scan(table, exposure="size", runs=99)["p_value"].min() == pytest.approx(1 / 100)


def test_order_seed_and_scale():
    table = areas(np.random.default_rng(3))
    base = scan(table, exposure="size", runs=99)
    pd.testing.assert_frame_equal(base, scan(table, exposure="size", runs=99))
    doubled = scan(table.assign(size=10 * table["size"], x=table["x"] + 500_000), exposure="size", runs=99)
    np.testing.assert_allclose(doubled["statistic"], base["statistic"])
    shuffled = scan(table.sample(frac=1, random_state=1), exposure="size", runs=99).sort_index()
    assert shuffled["statistic"].max() == pytest.approx(base["statistic"].max())


def test_few_events_and_bad_tables():
    table = areas(np.random.default_rng(3))
    few = scan(table.assign(count=0), exposure="size")
    assert set(few["reason"]) == {"few"}
    assert not few["hot"].any()
    with pytest.raises(TableError, match="no events where there is no exposure"):
        scan(table.assign(size=0, count=1), exposure="size")
    with pytest.raises(TableError, match="each area once"):
        scan(table.assign(area=1))
    with pytest.raises(OptionError):
        scan(table, runs=9)
    with pytest.raises(OptionError):
        scan(table, max_share=0)


def test_cyclists_in_london():
    """Six deaths within some fortnight of eight years (208), 0.6 a fortnight: about 4 % (Aberdein and Spiegelhalter 2013)."""
    assert burst_probability(6, mean=0.6, windows=208) == pytest.approx(0.04, abs=0.005)
    assert burst_probability(6, mean=0.6, windows=208, compat="ptools") == pytest.approx(0.0390223754886068, rel=1e-6)


@pytest.mark.parametrize(("count", "mean"), [(3, 1.0), (5, 2.0), (6, 3.0)])
def test_bursts_by_simulation(count: int, mean: float):
    """No window of length 1 with so many in three windows' time: simulated to within a standard error of 0.0011 (bound: 3.5).

    That is fine enough to tell the term that "ptools" leaves out where it is largest.
    """
    rng = np.random.default_rng(11)
    runs, length = 200_000, 3
    number = rng.poisson(mean * length, runs)
    at = np.where(np.arange(number.max()) < number[:, None], rng.random((runs, number.max())) * length, 1e9)
    at.sort(axis=1)
    gap = at[:, count - 1 :] - at[:, : -(count - 1)]
    free = ((gap >= 1) | (at[:, count - 1 :] > length)).all(axis=1).mean()
    assert without_burst(count, mean)[1] == pytest.approx(free, abs=3.5 * np.sqrt(free * (1 - free) / runs))


def test_the_approximation_holds_over_many_windows():
    rng = np.random.default_rng(12)
    hits, runs = 0, 2000
    for _ in range(runs):
        at = np.sort(rng.random(rng.poisson(60)) * 60)
        hits += bool(len(at) >= 5 and (at[4:] - at[:-4] < 1).any())
    assert burst_probability(5, mean=1.0, windows=60) == pytest.approx(hits / runs, abs=3.5 * 0.5 / np.sqrt(runs))


def test_bursts_refuse_nonsense():
    for given in ({"count": 2}, {"count": 3.5}, {"windows": 1}, {"mean": 0}, {"compat": "R"}):
        with pytest.raises(OptionError):
            burst_probability(**({"count": 6, "mean": 1.0, "windows": 50} | given))
