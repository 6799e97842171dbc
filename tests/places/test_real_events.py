"""A run through the real incident files beside the project: does every figure come out, and does it add up?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from kunskapsbaserat.places import (
    assign_areas,
    concentration,
    hot_spots,
    located,
    near_repeat,
    place_map,
    public_cells,
    time_knowledge,
    week_pattern,
    week_peaks,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = {
    "nottingham": DATA / "incidents" / "nottingham_burglary_2022.csv",
    "cincinnati": DATA / "incidents" / "cincinnati_burglary.csv",
    "san_francisco": DATA / "incidents" / "san_francisco_robbery_2019.csv",
    "fires": DATA / "msb" / "msb_fordonsbrander_2018_2019.csv",
    "deso": DATA / "geo" / "dalarna_deso_2025.geojson",
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real incident files in {DATA}")


def metres(table: pd.DataFrame) -> pd.DataFrame:
    """Degrees to metres near one place: good enough to count by, not to publish."""
    middle = table["latitude"].mean()
    east = 6_371_000 * np.radians(table["longitude"] - table["longitude"].mean()) * np.cos(np.radians(middle))
    return table.assign(x=500_000 + east, y=6_700_000 + 6_371_000 * np.radians(table["latitude"] - middle))


def test_burglaries_of_nottingham():
    """Half of the rows share a point (places are moved to points by the publisher), so the same place is busy."""
    events = metres(pd.read_csv(FILES["nottingham"]))
    found = hot_spots(events)
    assert found["count"].sum() == len(events) == 1795
    assert 0 < found["hot"].sum() < len(found)
    top = concentration(events.assign(place=events["x"].astype(str) + events["y"].astype(str)), places=5000, runs=99)
    assert top.repeat_share > top.repeat_chance
    public = public_cells(events)
    assert public["count"].sum() == 1795
    assert public["count"].min() >= 5
    assert place_map(found, size=250).height > 100


def test_burglaries_of_cincinnati():
    events = pd.read_csv(FILES["cincinnati"], parse_dates=["offense_date"])
    known, unknown = located(events, x="longitude", y="latitude")
    assert (len(known), len(unknown)) == (8297, 426)
    known = metres(known)
    known = known[(known["x"] - 500_000).abs().lt(20_000) & (known["y"] - 6_700_000).abs().lt(20_000)]
    year = known[known["offense_date"].dt.year == 2017].drop_duplicates("incident_no")
    found = near_repeat(year, "offense_date", bands=(100, 300, 600), days=(7, 14, 28), runs=199)
    first = found.table.iloc[0]
    assert first["raised"]  # Townsley's and Johnson's finding: nearest within 100 m and a week (the publisher moves the points)
    assert first["ratio"] > found.table.query("to_distance == 600 and to_days == 28")["ratio"].iat[0]


def test_robberies_of_san_francisco():
    events = pd.read_csv(FILES["san_francisco"], parse_dates=["date_time"]).rename(columns={"date_time": "start"})
    known = time_knowledge(events)
    assert (known.known, known.unknown) == (951, 0)
    assert week_pattern(events).to_numpy().sum() == pytest.approx(951)
    peaks = week_peaks(events)
    assert peaks["count"].sum() == pytest.approx(951)
    assert hot_spots(metres(events))["hot"].any()
    by_circle = hot_spots(metres(events), cell=1000, statistic="scan", runs=99)
    assert by_circle["hot"].any()


def test_fires_of_dalarna():
    """The real fires have a clock and a DeSO of 2018 but no point: when, not where."""
    fires = pd.read_csv(FILES["fires"], dtype={"lanskod": str, "kommunkod": str})
    fires["start"] = pd.to_datetime(fires["datum"] + " " + fires["tid"])
    assert week_pattern(fires).to_numpy().sum() == pytest.approx(fires["start"].notna().sum())
    dalarna = fires[fires["lanskod"] == "20"]
    table = week_peaks(dalarna)
    assert table["count"].sum() == pytest.approx(len(dalarna))
    night = week_peaks(fires[fires["orsakAvsiktText"] == "Avsiktlig händelse"])
    assert night[night["from_hour"] == 0]["peak"].any()  # cars are set on fire at night


def test_areas_of_dalarna():
    import json

    features = json.loads(FILES["deso"].read_text(encoding="utf-8"))["features"]
    code = next(name for name in features[0]["properties"] if "deso" in name.lower())
    # Stretched to metres, as an outline in degrees is refused together with its points.
    outlines = {
        f["properties"][code]: shapely.transform(shapely.geometry.shape(f["geometry"]), lambda p: p * 100_000) for f in features
    }
    inside = {name: shape.representative_point() for name, shape in outlines.items()}
    points = pd.DataFrame([(p.x, p.y) for p in inside.values()], columns=["x", "y"])
    assert assign_areas(points, outlines)["area"].tolist() == list(inside)
