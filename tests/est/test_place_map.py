"""The map of events: what lies beneath, that names never meet, and that the public one tells nothing its table hides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from drawn import overlapping, text_boxes, texts
from folders import made_folder
from test_places_pages import CENTRE, FORTNIGHTS, around, exported

from kunskapsbaserat import kommun
from kunskapsbaserat.data.est import folder as est_folders
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import kept_ledger
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est import public_places as est_public_places
from kunskapsbaserat.report.page.blocks import FigureRow
from kunskapsbaserat.report.page.charts.measure import PHONE
from kunskapsbaserat.report.page.charts.place_map import Ground, PlaceMark, place_map, radius
from kunskapsbaserat.report.statements import ground

X, Y = CENTRE


def marks(n: int, *, seed: int = 1, spread: float = 3000) -> list[PlaceMark]:
    rng = np.random.default_rng(seed)
    return [
        PlaceMark(
            X + float(rng.uniform(-spread, spread)),
            Y + float(rng.uniform(-spread, spread)),
            int(rng.integers(5, 60)),
            str(at) if at < 9 else "",
            f"Plats nummer {at}" if at < 7 else "",
        )
        for at in range(1, n + 1)
    ]


BENEATH = Ground(
    "Borlänge",
    shapely.Point(X, Y).buffer(20_000),
    [shapely.box(X - 50_000, Y - 50_000, X + 500, Y + 50_000)],
    {"Borlänge": shapely.Point(X, Y).buffer(1_500), "Långtbort": shapely.Point(X + 90_000, Y).buffer(500)},
    {"Torget": (X + 300, Y + 200), "Skogen": (X + 70_000, Y)},
)


@pytest.mark.parametrize("n", [1, 2, 12, 60])
@pytest.mark.parametrize("beneath", [None, BENEATH])
def test_no_name_meets_another_or_leaves_the_map(n: int, beneath: Ground | None):
    """Numbers lie in circles, which may: of squares beside each other."""
    drawing = place_map(marks(n, seed=n), size=250, ground=beneath)
    for size in (None, 0.9 * PHONE):
        boxes = [(text, box) for text, box in text_boxes(drawing, size) if not text.isdigit()]
        assert not overlapping(boxes)
        for _, (left, top, right, bottom) in boxes:
            assert left >= -1
            assert top >= -1
            assert right <= drawing.width + 1
            assert bottom <= drawing.height + 1


def test_size_and_shade_follow_the_number():
    assert radius(40, 40) > radius(10, 40) == radius(40, 40) / 2
    body = place_map([PlaceMark(X, Y, 50, "1"), PlaceMark(X + 2000, Y, 5, "2")], size=250).body
    sizes = {c.get("fill"): float(str(c.get("r"))) for c in ElementTree.fromstring(f"<svg>{body}</svg>").iter("circle")}
    assert len(sizes) == 2
    assert sizes["#4d3275"] > sizes["#e3daee"]


def test_without_ground_it_is_a_sketch_with_scale_and_north():
    words = texts(place_map(marks(8), size=250))
    assert "N" in words
    assert any(re.fullmatch(r"\d+ k?m", w) for w in words)
    assert "Plats nummer 1" in words


def test_land_towns_and_where_in_the_kommun():
    drawing = place_map(marks(12), size=250, ground=BENEATH)
    words = texts(drawing)
    assert words.count("Borlänge") == 2  # the tätort, and the whole kommun in small
    assert "Långtbort" not in words
    assert "Skogen" not in words
    assert 'class="omrade"' not in drawing.body  # the limits of the kommun lie far outside
    for gid in ("mark", "tatort", "ram", "kommun"):
        assert f'class="{gid}"' in drawing.body
    for banned in ("style", "font-family", " id=", "nan", "None"):
        assert banned not in drawing.body


@pytest.mark.parametrize(("coarse", "drawn_line"), [(True, False), (False, True)])
def test_coarse_limits_are_not_drawn_through_the_streets(coarse: bool, drawn_line: bool):
    """The package's limits are kilometres off: near by they would part what lies together."""
    near = Ground("x", shapely.box(X - 900, Y - 30_000, X + 40_000, Y + 30_000), [], {}, {}, coarse)
    body = place_map(marks(6), size=250, ground=near).body
    assert ('class="omrade"' in body) is drawn_line
    assert 'class="kommun"' in body  # the small map shows them


def test_one_square_is_not_blown_up():
    drawing = place_map([PlaceMark(X, Y, 30, "1", "Torget")], size=250)
    assert "500 m" in texts(drawing)


def test_the_kommun_lies_where_it_lies(tmp_path: Path):
    """Stationen of the made-up folder lies in Borlänge; the package's outline is coarse but in the same metres."""
    path = made_folder(tmp_path / "k")
    found = ground.ground_of(kommun.get("Borlänge"), path, est_folders.read(path).areas)
    assert found.outline is not None
    assert found.outline.contains(shapely.Point(523_450, 6_705_350))
    assert found.outline.area / 1e6 == pytest.approx(637, rel=0.1)  # square kilometres, SCB
    assert len(found.land) > 3
    assert found.towns == {}


def test_fetched_maps_are_used_and_a_damaged_one_is_said(tmp_path: Path):
    path = made_folder(tmp_path / "k")
    (path / "hamtat").mkdir(exist_ok=True)
    shape = json.loads(shapely.to_geojson(shapely.Point(15.43, 60.48).buffer(0.02)))
    town = {
        "type": "Feature",
        "properties": {"tatort": "Borlänge"},
        "geometry": shape,
    }
    file = path / "hamtat" / "tatorter.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [town]}), encoding="utf-8")
    read = est_folders.read(path)
    assert list(ground.ground_of(kommun.get("Borlänge"), read.path, read.areas).towns) == ["Borlänge"]
    assert list(ground.digests(read.path, read.areas)) == ["hamtat/tatorter.geojson"]
    file.write_text("{", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        ground.ground_of(kommun.get("Borlänge"), read.path, read.areas)
    assert "tatorter.geojson" in caught.value.svenska


def test_the_public_map_names_no_place_that_the_table_hides(tmp_path: Path):
    """Stadsparken is public by name but has three events, and cells of three are nobody's to see."""
    rows = [(day, "klotter", "Stationen", "", "") for day in FORTNIGHTS * 5]
    rows += [(day, "klotter", "Stadsparken", "", "") for day in FORTNIGHTS[:3]]
    rows += around(X, Y, 12) + around(X + 2000, Y, 3)
    path = exported(made_folder(tmp_path / "k"), rows)
    e = est.load(data=path)
    record = e.bilagor().record
    ledger = kept_ledger.read(path / LEDGER)[0]
    shown = [f for f in ledger.reports[e.m.span.start] if f.dimension == est_public.PLACE]
    told = est_public_places.told_places(e.m, ledger, shown)
    (row,) = est_public_places.places_blocks(e.m, ledger, shown)
    assert isinstance(row, FigureRow)
    assert row.figure.drawing is not None
    body = row.figure.drawing.body
    circles = list(ElementTree.fromstring(f"<svg>{body}</svg>").iter("circle"))
    assert "Stadsparken" not in body
    assert "Stationen" in body
    assert {int(n) for n in told["nummer"].dropna()} == {int(t) for t in texts(row.figure.drawing) if t.isdigit()}
    key = re.findall(r"(?:under|eller fler|–)", " ".join(texts(row.figure.drawing)))
    assert len(circles) == told["nummer"].nunique() + len(key)
    assert "Stadsparken" in record["pages"]["kvartal.html"]  # the group's own map has all its places
