"""Areas, rings around a measure, comparison places, concentration, duplicates, public cells and the map."""

from __future__ import annotations

import itertools
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.places import (
    assign_areas,
    before_after,
    concentration,
    displacement_rings,
    duplicate_pairs,
    grid_counts,
    hot_spots,
    place_map,
    place_panel,
    public_cells,
)

E0, N0 = 530_000.0, 6_700_000.0


def at(*places: tuple[float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(places, columns=["x", "y"], dtype=float)


# Areas


def squares() -> dict[str, shapely.Geometry]:
    boxes = {
        (i, j): shapely.box(E0 + 100 * i, N0 + 100 * j, E0 + 100 * (i + 1), N0 + 100 * (j + 1))
        for i in range(3)
        for j in range(3)
    }
    return {f"2081A{i}{j}": shape for (i, j), shape in boxes.items()}


def test_points_on_borders_are_stable():
    points = at((E0 + 50, N0 + 50), (E0 + 100, N0 + 50), (E0 + 100, N0 + 100), (E0 - 1, N0), (None, N0), (E0 + 300, N0 + 300))
    found = assign_areas(points, squares())
    assert found["area"].fillna("").tolist() == ["2081A00", "2081A00", "2081A00", "", "", "2081A22"]
    assert found["area_reason"].tolist() == [None, None, None, "outside", "no_coordinates", None]
    backwards = dict(reversed(squares().items()))
    pd.testing.assert_frame_equal(assign_areas(points, backwards), found)
    assert (
        assign_areas(points.iloc[::-1], squares()).iloc[::-1]["area"].fillna("").tolist() == found["area"].fillna("").tolist()
    )


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-50, 350), st.integers(-50, 350)), min_size=1, max_size=20))
def test_areas_by_asking_each(places: list[tuple[int, int]]):
    points = at(*[(E0 + a, N0 + b) for a, b in places])
    found = assign_areas(points, squares())["area"]
    for (x, y), code in zip(points.to_numpy(), found, strict=True):
        holds = [c for c, shape in sorted(squares().items()) if shape.covers(shapely.Point(x, y))]
        assert (holds[0] if holds else None) == (None if pd.isna(code) else code)


# Rings and comparison places


def around_site(rng: np.random.Generator, n: int, spread: float = 1000) -> pd.DataFrame:
    start = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.random(n) * 730, unit="D")
    return pd.DataFrame({"x": E0 + rng.uniform(-spread, spread, n), "y": N0 + rng.uniform(-spread, spread, n), "start": start})


def test_rings_by_counting():
    events = around_site(np.random.default_rng(1), 3000)
    found = displacement_rings(
        events, (E0, N0), start="2024-01-01", radius=150, buffer=400, comparison=900, days_after=300, phase_in_days=30
    )
    assert found.cautions == ("different_period_lengths", "different_seasons")
    distance = np.hypot(events["x"] - E0, events["y"] - N0)
    for row, (low, high) in zip(found.table.to_dict("records"), [(-1, 150), (150, 400), (400, 900)], strict=True):
        inside = events[(distance > low) & (distance <= high)]["start"]
        assert row["before"] == inside.between("2023-01-01", "2024-01-01", inclusive="left").sum()
        late = pd.Timestamp("2024-01-31")
        assert row["after"] == inside.between(late, late + pd.Timedelta(days=300), inclusive="left").sum()
    assert found.counts()["periods"] == (365.0, 300.0)
    assert found.counts()["displacement_treated_before"] == found.table["before"].iat[1]


def rings_of(**counts: tuple[int, int]):
    """Events placed in the rings on purpose."""
    radii = {"inner": 50, "buffer": 300, "comparison": 700}
    rows = [
        (E0 + radii[ring], N0, f"{2023 + late}-06-01")
        for ring, numbers in counts.items()
        for late, n in enumerate(numbers)
        for _ in range(n)
    ]
    events = pd.DataFrame(rows, columns=["x", "y", "start"]).assign(start=lambda d: pd.to_datetime(d["start"]))
    return displacement_rings(events, (E0, N0), start="2024-01-01", radius=150, buffer=400, comparison=900)


def test_the_displacement_quotient():
    """Bowers and Johnson (2003): all of the gain moved next door (-1); the surroundings gained as much (1); nothing gained."""
    assert rings_of(inner=(100, 60), buffer=(100, 140), comparison=(200, 200)).wdq == pytest.approx(-1)
    assert rings_of(inner=(100, 60), buffer=(100, 60), comparison=(200, 200)).wdq == pytest.approx(1)
    assert rings_of(inner=(100, 60), buffer=(100, 100), comparison=(200, 200)).wdq == pytest.approx(0)
    assert np.isnan(rings_of(inner=(60, 60), buffer=(60, 80), comparison=(200, 100)).wdq)
    assert np.isnan(rings_of(inner=(100, 60), buffer=(100, 60), comparison=(0, 0)).wdq)
    assert rings_of(inner=(100, 10), buffer=(100, 60), comparison=(200, 200)).cautions == ("few_events",)


def sites(n: int = 36) -> pd.DataFrame:
    return pd.DataFrame(
        {"area": [f"plats {i:02}" for i in range(n)], "x": E0 + 1000 * (np.arange(n) % 6), "y": N0 + 1000 * (np.arange(n) // 6)}
    )


def monthly(rng: np.random.Generator, where: pd.DataFrame, effect: float) -> pd.DataFrame:
    """Five events a month within 150 m of every place for four years; from 2024 on `effect` times as many at the first."""
    months = pd.period_range("2021-01", "2024-12", freq="M")
    mean = np.full((len(where), len(months)), 5.0)
    mean[0, months >= pd.Period("2024-01")] *= effect
    number = rng.poisson(mean)
    site, month = (np.repeat(i.ravel(), number.ravel()) for i in np.indices(number.shape))
    radius, angle = 149 * np.sqrt(rng.random(len(site))), 2 * np.pi * rng.random(len(site))
    return pd.DataFrame(
        {
            "x": where["x"].to_numpy()[site] + radius * np.cos(angle),
            "y": where["y"].to_numpy()[site] + radius * np.sin(angle),
            "start": months.to_timestamp()[month] + pd.to_timedelta(rng.random(len(site)) * 27, unit="D"),
        }
    )


def test_before_after_with_comparison_places():
    rng = np.random.default_rng(2)
    options = {"treated": "plats 00", "start": "2024-01", "radius": 150.0, "first": "2021-01", "last": "2024-12"}
    found = before_after(monthly(rng, sites(), 0.3), sites(), **options)
    assert found.design_step == 4
    assert found.upper < 0
    assert found.estimate == pytest.approx(np.log(0.3), abs=0.5)
    assert found.diagnostics.n_placebo == 35
    nothing = before_after(monthly(rng, sites(), 1.0), sites(), **options)
    assert nothing.lower < 0 < nothing.upper
    few = before_after(monthly(rng, sites(8), 0.3), sites(8), **options)
    assert few.reason == "p_floor"


def test_the_panel_counts_rings_and_calm_months():
    where = sites(4)
    events = monthly(np.random.default_rng(3), where, 1.0)
    panel = place_panel(events, where, radius=150, first="2020-11", last="2024-12")
    assert len(panel) == 4 * 50
    assert panel["count"].sum() == len(events)
    assert (panel.loc[panel["period"] < "2021-01", "count"] == 0).all()
    ring = place_panel(events, where, from_radius=75, radius=150, first="2021-01", last="2024-12")
    inner = place_panel(events, where, radius=75, first="2021-01", last="2024-12")
    assert ring["count"].sum() + inner["count"].sum() == len(events)
    with pytest.raises(TableError, match="places at least 1200 m apart"):
        place_panel(events, where, radius=600, first="2021-01", last="2024-12")


# Concentration


def test_concentration_beside_chance():
    rng = np.random.default_rng(4)
    even = pd.DataFrame({"place": rng.integers(0, 1000, 300)})
    found = concentration(even, places=1000, top=(0.01, 0.1), runs=199)
    assert (found.top["share_events"] > found.top["share_places"]).all()  # looks concentrated
    assert (found.top["p_value"] > 0.05).all()  # and is what chance gives
    assert found.top["share_events"].between(found.top["chance_lower"], found.top["chance_upper"]).all()
    assert found.repeat_share == pytest.approx(1 - even["place"].nunique() / 300)
    assert found.repeat_chance == pytest.approx(found.repeat_share, abs=0.05)
    few = pd.DataFrame({"place": [*rng.integers(0, 1000, 200), *[7] * 100]})
    few = concentration(few, places=1000, top=(0.01,), runs=199)
    assert few.top["share_events"].iat[0] > 1 / 3
    assert few.top["p_value"].iat[0] == pytest.approx(1 / 200)
    assert few.half < few.half_chance


def test_repeats_by_chance_by_dealing():
    rng = np.random.default_rng(5)
    dealt = [40 - len(np.unique(rng.integers(0, 60, 40))) for _ in range(4000)]
    found = concentration(pd.DataFrame({"place": range(40)}), places=60, runs=99)
    assert found.repeat_chance == pytest.approx(np.mean(dealt) / 40, abs=4 * np.std(dealt) / 40 / np.sqrt(4000))
    assert concentration(pd.DataFrame({"place": [1, 1, 1]}), places=1, runs=99).repeat_chance == pytest.approx(2 / 3)


def test_concentration_by_hand():
    found = concentration(pd.DataFrame({"place": list("aaaabbcd")}), places=10, top=(0.1, 0.2), runs=99)
    assert found.top["share_events"].tolist() == [0.5, 0.75]
    assert (found.half, found.repeat_share) == (1, 0.5)
    with pytest.raises(TableError, match="at least as many places"):
        concentration(pd.DataFrame({"place": list("abc")}), places=2)
    with pytest.raises(TableError, match="at least one event"):
        concentration(pd.DataFrame({"place": []}), places=2)
    with pytest.raises(OptionError):
        concentration(pd.DataFrame({"place": list("abc")}), places=20, top=(5,))


# Duplicates


def reports(rng: np.random.Generator, n: int) -> pd.DataFrame:
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 4 * 24 * 60, n), unit="min")
    length = rng.choice([0, 0, 30, 300, 3000, 20_000, 50_000], n)
    frame = pd.DataFrame(
        {"x": E0 + rng.integers(0, 600, n), "y": N0 + rng.integers(0, 600, n), "category": rng.choice(list("ab"), n)}
    )
    end = (start + pd.to_timedelta(length, unit="min")).to_series(index=frame.index).where(length > 0)
    return frame.assign(x=frame["x"].astype(float), y=frame["y"].astype(float), start=start, end=end)


@pytest.mark.parametrize("seed", range(5))
def test_duplicates_by_comparing_all(seed: int):
    events = reports(np.random.default_rng(seed), 90)
    events.index = [f"H{i:03}" for i in range(90)]
    expected = []
    for (a, one), (b, other) in itertools.combinations(events.iterrows(), 2):
        ends = [r["start"] if pd.isna(r["end"]) else r["end"] for r in (one, other)]
        hours = (max(one["start"], other["start"]) - min(ends)) / pd.Timedelta(hours=1)
        metres = np.hypot(one["x"] - other["x"], one["y"] - other["y"])
        if one["category"] == other["category"] and metres <= 150 and hours <= 3:
            expected.append((a, b, metres, max(hours, 0)))
    found = duplicate_pairs(events)
    assert len(expected) > 20
    assert found[["first", "second"]].to_numpy().tolist() == [[a, b] for a, b, *_ in expected]
    np.testing.assert_allclose(found[["metres", "hours"]].to_numpy(), [[m, h] for *_, m, h in expected], atol=1e-6)


def test_duplicates_need_place_time_and_category():
    events = reports(np.random.default_rng(1), 5)
    for column in ("x", "start", "category"):
        broken = events.assign(end=pd.NaT, **{column: events[column].where(events.index != 2)})
        with pytest.raises(TableError, match=f"row 2, column '{column}'"):
            duplicate_pairs(broken)
    assert duplicate_pairs(events.iloc[:0]).empty


# Public cells


def town(rng: np.random.Generator, n: int, spread: float) -> pd.DataFrame:
    return at(*(rng.normal((E0, N0), spread, (n, 2)).tolist()))


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.sampled_from([50.0, 500.0, 5000.0]), st.booleans())
def test_public_cells_hide_what_they_must(seed: int, n: int, spread: float, with_addresses: bool):
    rng = np.random.default_rng(seed)
    points = town(rng, n, spread)
    addresses = town(rng, 300, spread * 2) if with_addresses else None
    found = public_cells(points, addresses=addresses)
    cells, rest = found[found["cell"] != "rest"], found[found["cell"] == "rest"]
    assert ((cells["count"] >= 5) | (cells["addresses"] >= 8)).all()
    boxes = [shapely.box(r.x - r.size / 2, r.y - r.size / 2, r.x + r.size / 2, r.y + r.size / 2) for r in as_rows(cells)]
    covered = np.zeros(n, dtype=int)
    for row, shape in zip(as_rows(cells), boxes, strict=True):
        west, south, east, north = shape.bounds
        inside = ((points["x"] >= west) & (points["x"] < east) & (points["y"] >= south) & (points["y"] < north)).to_numpy()
        assert inside.sum() == row.count
        covered += inside
        if addresses is not None:
            within = (addresses["x"] >= west) & (addresses["x"] < east) & (addresses["y"] >= south) & (addresses["y"] < north)
            assert within.sum() == row.addresses
    assert covered.max(initial=0) <= 1
    left = n - covered.sum()
    if left:
        shown = rest["count"].iat[0]
        assert (left < 5 and pd.isna(shown) and not len(cells)) or shown == left >= 5
    else:
        assert rest.empty
    pd.testing.assert_frame_equal(found, public_cells(points.sample(frac=1, random_state=1), addresses=addresses))


def as_rows(cells: pd.DataFrame) -> list[SimpleNamespace]:
    return [SimpleNamespace(**row) for row in cells.to_dict("records")]


def test_a_small_neighbour_takes_the_detail_of_the_large():
    """Six events in one cell and one in the cell beside: shown apart, the one would follow from the sum."""
    six_and_one = at(*[(E0 + 10, N0 + 10)] * 6, (E0 + 300, N0 + 10))
    found = public_cells(six_and_one)
    assert found[["size", "count"]].to_numpy().tolist() == [[500.0, 7]]
    apart = public_cells(at(*[(E0 + 10, N0 + 10)] * 6, *[(E0 + 300, N0 + 10)] * 5))
    assert apart[["size", "count"]].to_numpy().tolist() == [[250.0, 6], [250.0, 5]]


def test_a_lone_event_far_away_takes_a_cell_with_it():
    lone = at(*[(E0 + 10, N0 + 10)] * 6, *[(E0 + 30_010, N0)] * 9, (E0 + 90_000, N0 + 90_000))
    found = public_cells(lone)
    assert found[["cell", "count", "reason"]].to_numpy().tolist() == [["560000_6700000", 9, None], ["rest", 7, "rest"]]
    hidden = public_cells(at((E0, N0)))
    assert hidden["reason"].tolist() == ["few"]
    assert pd.isna(hidden["count"].iat[0])


# The map


def drawn_map() -> object:
    rng = np.random.default_rng(6)
    points = pd.concat([town(rng, 100, 800), at(*[(E0 + 200, N0 + 300)] * 25)], ignore_index=True)
    outline = shapely.box(E0 - 4000, N0 - 4000, E0 + 4000, N0 + 4000)
    return place_map(hot_spots(points, within=outline), outline=outline, size=250)


def test_the_map_is_drawn_and_numbered():
    drawing = drawn_map()
    texts = [a.get_text() for a in drawing.artists if hasattr(a, "get_text")]
    assert texts[0] == "1"
    assert texts[-1] == "2 km"
    hot = [a for a in drawing.artists if a.get_gid() == "utmarkt"]
    assert len(hot) >= len(texts) - 1
    for artist in drawing.artists:
        if hasattr(artist, "get_xy"):
            corners = artist.get_xy()
            assert corners.min() >= 0
            assert (corners <= (drawing.width, drawing.height)).all()
    figure = drawing.figure()
    assert len(figure.artists) + len(figure.patches) + len(figure.lines) + len(figure.texts) >= len(drawing.artists)


def test_the_map_is_the_same_every_time(tmp_path):
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "prov"}):
        for name in ("a", "b"):
            drawn_map().figure().savefig(tmp_path / f"{name}.svg", metadata={"Date": None})
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_no_map_of_few_events():
    with pytest.raises(TableError, match="at least 30 events for a map, got 29"):
        place_map(grid_counts(town(np.random.default_rng(1), 29, 500)), size=250)
    public = public_cells(town(np.random.default_rng(1), 60, 500))
    assert place_map(public).height > 100


def test_the_import_is_light():
    """What is only needed for maps and outlines is loaded when they are asked for."""
    code = "import sys, kunskapsbaserat as kb; kb.places.hot_spots; print('\\n'.join(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(out.stdout.split()) & {"statsmodels", "scipy.stats", "matplotlib", "shapely", "papermill", "pandera"}
