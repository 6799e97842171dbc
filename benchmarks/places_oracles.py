"""The point-pattern methods beside esda and pointpats, and beside published figures.

    uv run --with esda --with pointpats --with geopandas benchmarks/places_oracles.py > benchmarks/places_oracles.txt

Exits with 1 when a difference is above its bound.
"""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import warnings

import esda
import geopandas
import libpysal
import numpy as np
import pandas as pd
import pointpats

from kunskapsbaserat.places import burst_probability, hot_spots, near_repeat, scan
from kunskapsbaserat.places.bursts import without_burst
from kunskapsbaserat.places.getis_ord import gi_star, p_shuffled
from kunskapsbaserat.places.grid import grid_of

warnings.simplefilter("ignore")
RNG = np.random.default_rng(20261122)
failed = []


def report(name: str, got: object, expected: object, bound: float) -> None:
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    worst = float(np.max(np.abs(got - expected)))
    verdict = "ok" if worst <= bound else "DIFFERENT"
    if verdict != "ok":
        failed.append(name)
    print(f"{name:<74} {got.size:>5} numbers   largest difference {worst:8.1e}   bound {bound:.0e}   {verdict}")


def points(n: int, side: float = 4000) -> pd.DataFrame:
    centre = RNG.uniform(0, side, (5, 2))
    near = RNG.normal(centre[RNG.integers(0, 5, n // 2)], 150)
    places = np.concatenate([RNG.uniform(0, side, (n - n // 2, 2)), near]).clip(0, side - 1)
    return pd.DataFrame({"x": 530_000 + places[:, 0], "y": 6_700_000 + places[:, 1]})


def local_statistics() -> None:
    for n, reach in ((100, 1), (1000, 1), (1000, 2)):
        grid = grid_of(points(n), cell=250, within=None)
        total, cells, score = gi_star(grid, reach=reach)
        weights = libpysal.weights.lat2W(*grid.counts.shape, rook=False)
        if reach == 2:
            weights = libpysal.weights.higher_order(weights, k=2, lower_order=True)
        values = grid.counts.ravel().astype(float)
        theirs = esda.G_Local(values, weights, transform="B", star=True, permutations=0)
        report(f"Gi*, {n} events, reach {reach}: esda.G_Local(star=True).Zs", score, theirs.Zs, 1e-9)
        # esda shuffles the others round each cell; here all cells are dealt out, so the same is done by hand
        dealt = np.array([RNG.permutation(grid.counts.ravel())[: int(cells.max())].sum() for _ in range(20_000)])
        full = cells == cells.max()
        simulated = (dealt[None, :] >= total[full][:, None]).mean(axis=1)
        exact = p_shuffled(total, cells, grid.counts.ravel())[full]
        report(f"Gi* shuffled, {n} events, reach {reach}: 20 000 deals by hand", exact, simulated, 0.015)


def knox() -> None:
    for n in (60, 300):
        events = points(n).assign(day=RNG.integers(0, 200, n))
        ours = near_repeat(events, "day", bands=(200, 800), days=(5, 20), runs=999).table
        space, time = events[["x", "y"]].to_numpy(), np.array(events["day"]).reshape(-1, 1)
        theirs = pointpats.knox(space, time, delta=800, tau=20, permutations=999)
        report(f"Knox, {n} events: pairs of pointpats.knox", ours["pairs"].sum(), theirs["stat"], 0)
        one = near_repeat(events, "day", bands=(800,), days=(20,), runs=999).table
        folded = np.minimum(one["p_value"], 1 - one["p_value"])  # pointpats gives the smaller of the two tails
        report(f"Knox, {n} events: p of pointpats.knox (both simulated)", folded, theirs["pvalue"], 0.06)
    cases = geopandas.read_file(libpysal.examples.get_path("burkitt.shp"))
    burkitt = pd.DataFrame({"x": 1000 * cases["X"], "y": 1000 * cases["Y"], "day": cases["T"].astype(int)})
    found = near_repeat(burkitt, "day", bands=(20_000,), days=(5,), runs=999).table
    report("Knox, Burkitt's lymphoma in Uganda: 13 pairs (documentation of pointpats)", found["pairs"], 13, 0)


def circles() -> None:
    table = geopandas.read_file(libpysal.examples.get_path("sids2.shp")).set_crs(4267, allow_override=True).to_crs(32119)
    middle = table.geometry.centroid
    areas = pd.DataFrame(
        {"area": table["NAME"], "x": middle.x, "y": middle.y, "count": table["SID74"].astype(int), "births": table["BIR74"]}
    )
    for share in (0.1, 0.25):
        found = scan(areas, exposure="births", max_share=share)
        for number, counties, per_thousand in ((1, 4, 5.12), (2, 6, 3.76)):
            part = found[found["cluster"] == number]
            name = f"SIDS in North Carolina 1974-78, share {share}, cluster {number}"
            report(f"{name}: counties (IJHG 2021, table 1)", len(part), counties, 0)
            rate = 1000 * part["count"].sum() / part["exposure"].sum()
            report(f"{name}: deaths per 1 000 (the same)", rate, per_thousand, 0.0051)
    print("    with at most half of the births in a circle (Kulldorff's rule) the first cluster is the whole east:")
    found = scan(areas, exposure="births")
    first = found[found["cluster"] == 1].iloc[0]
    print(f"    {(found['cluster'] == 1).sum()} counties, log ratio {first['statistic']:.2f}, p {first['p_value']}")


def bursts() -> None:
    """Naus's Q3 against simulation; what the R package ptools leaves out of A4 can be seen."""
    runs = 2_000_000
    for count, mean in ((3, 1.0), (5, 2.0), (6, 3.0)):
        number = RNG.poisson(3 * mean, runs)
        free = 0
        for some in np.array_split(number, 20):
            at = np.where(np.arange(some.max()) < some[:, None], RNG.random((len(some), some.max())) * 3, 1e9)
            at.sort(axis=1)
            gap = at[:, count - 1 :] - at[:, : -(count - 1)]
            free += ((gap >= 1) | (at[:, count - 1 :] > 3)).all(axis=1).sum()
        error = 3.5 * np.sqrt(free / runs * (1 - free / runs) / runs)
        report(f"no window with {count}, mean {mean}: {runs:,} simulated", without_burst(count, mean)[1], free / runs, error)
        shorter = without_burst(count, mean, last_term=False)[1]
        print(f"    without the last term of A4 (ptools): off by {shorter - free / runs:+.4f}, {error:.4f} allowed")
    report("six cyclists in a fortnight of eight years, about 4 %", burst_probability(6, mean=0.6, windows=208), 0.04, 0.005)


def turned() -> None:
    events = points(400)
    base = hot_spots(events)["statistic"].sort_values().to_numpy()
    quarter = pd.DataFrame({"x": 537_000 - (events["y"] - 6_700_000), "y": 6_700_000 + (events["x"] - 530_000)})
    report("Gi* of a map turned by a quarter", hot_spots(quarter)["statistic"].sort_values(), base, 1e-9)


if __name__ == "__main__":
    names = ("numpy", "scipy", "pandas", "esda", "libpysal", "pointpats")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names) + "\n")
    local_statistics()
    knox()
    circles()
    bursts()
    turned()
    sys.exit(1 if failed else 0)
