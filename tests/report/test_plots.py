from __future__ import annotations

import itertools
import re

import matplotlib as mpl
import pytest
from drawn import parsed, places
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.charts import canvas
from kunskapsbaserat.report.page.charts.canvas import BASE, EndLabel, ticks, wrap
from kunskapsbaserat.report.page.charts.measure import width

YEARS = range(2017, 2025)
VALUES = dict(zip(YEARS, [295.0, 347, 246, 297, 296, 356, 633, 438], strict=True))
BAND = dict.fromkeys(YEARS, (150.0, 270.0))
MEDIAN = dict.fromkeys(YEARS, 200.0)
WORDS = plots.Words("Malung-Sälen", "438", "Median", "200")


def line(**options: object) -> plots.Drawing:
    return plots.line_with_band(VALUES, band=BAND, median=MEDIAN, words=WORDS, **options)


ALL = {
    "line": line(),
    "periods": line(periods=plots.Periods((2018, 2022), (2023, 2024), "fem år före", "två senaste")),
    "break": line(series_break=plots.SeriesBreak(2020, ["← Nya brottskoder: åren", "före går inte att jämföra"])),
    "few": plots.few_counts(dict(zip(YEARS, [0.0, 1, 0, 13, 2, 0, 9, 4], strict=True))),
    "survey": plots.survey_intervals(
        dict.fromkeys(YEARS, (30.0, 38.0)),
        dict.fromkeys(YEARS, 34.0),
        lan=dict.fromkeys(YEARS, 22.0),
        lan_limits=dict.fromkeys(YEARS, (21.0, 24.0)),
        riket=dict.fromkeys(YEARS, 25.0),
        words=plots.Words("Borlänge", "34 %", others={"Riket": "25 %", "Länet": "22 %"}),
    ),
    "spark": plots.sparkline(VALUES, band=BAND),
    "spark_break": plots.sparkline(VALUES, band=BAND, first_good=2020),
    "spark_one_old_year": plots.sparkline(VALUES, band=BAND, first_good=2018),
    "spark_few": plots.sparkline(VALUES, few=True),
}


@pytest.mark.parametrize("name", ALL)
def test_fit_for_a_strict_policy(name: str):
    body = ALL[name].body
    assert "style" not in body
    assert "font-family" not in body
    assert " id=" not in body
    assert "clip-path" not in body
    assert "href" not in body
    assert not re.search(r"\d\.\d\d", body), "more than one decimal"
    assert "nan" not in body
    allowed = {"svg", "g", "path", "circle", "text"}
    assert {e.tag for e in parsed(ALL[name]).iter()} <= allowed


@pytest.mark.parametrize("name", ALL)
def test_stays_on_its_canvas(name: str):
    drawing = ALL[name]
    for e in parsed(drawing).iter():
        for x, y in itertools.chain(*places(e.get("d", ""))):
            assert -0.5 <= x <= drawing.width + 0.5
            assert -0.5 <= y <= drawing.height + 0.5
        if e.tag == "text":
            assert 0 <= float(e.get("y")) <= drawing.height
            assert 0 <= float(e.get("x")) <= drawing.width


def test_small_enough():
    sizes = {name: len(d.body.encode()) for name, d in ALL.items()}
    assert all(size < 6_000 for size in sizes.values())
    assert all(size < 1_000 for name, size in sizes.items() if name.startswith("spark"))


def test_the_line_is_where_the_values_are():
    """Slow and obvious: year to x, value to y, from the axis's own rule."""
    path = next(g for g in parsed(ALL["line"]) if g.get("class") == "kommun").find("path").get("d")
    (points,) = places(path)
    right = 480 - 20 - 9.8 * 12
    for (x, y), (year, value) in zip(points, VALUES.items(), strict=True):
        assert x == pytest.approx(42 + (right - 42) * (year - 2017) / 7, abs=0.06)
        assert y == pytest.approx(240 - 218 * value / (633 * 1.04), abs=0.06)


@pytest.mark.parametrize("first", [2010, 2017])
@pytest.mark.parametrize("name", ["Mora", "Stockholm", "Upplands Väsby"])
def test_the_periods_are_named_beside_each_other(first: int, name: str):
    """Also in the size of a phone and in print; neither leaves the drawing."""
    values = dict.fromkeys(range(first, 2026), 19_159.0)
    periods = plots.Periods((2019, 2023), (2024, 2025), "fem år före", "två senaste")
    words = plots.Words(name, "19 159")
    labels = parsed(plots.line_with_band(values, band={}, median={}, words=words, periods=periods)).iter("text")
    places = {e.text: (float(e.get("x")), width(e.text or "", bold=e.get("font-weight") == "700") / 2) for e in labels}
    (earlier, half_earlier), (latest, half_latest) = places["fem år före"], places["två senaste"]
    assert earlier + half_earlier < latest - half_latest
    assert earlier - half_earlier >= 0
    assert latest + half_latest <= canvas.WIDTH


def test_no_line_crosses_a_break():
    groups = parsed(ALL["break"])
    old = [g for g in groups if g.get("class") == "tidigare"]
    new = next(g for g in groups if g.get("class") == "kommun").find("path").get("d")
    assert [len(points) for points in places(new)] == [5]  # 2020-2024
    assert sum(len(g.findall("circle")) for g in old) == 3  # hollow dots for 2017-2019
    band = next(g for g in groups if g.get("class") == "band").find("path").get("d")
    assert [len(points) for points in places(band)] == [10]  # no band before the break


def test_few_counts_show_numbers_and_no_line():
    groups = parsed(ALL["few"])
    assert {g.get("class") for g in groups} == {"rut", "bas", "yled", "xled", "fa", "tal"}
    assert [t.text for t in next(g for g in groups if g.get("class") == "tal")] == ["0.0", "1", "0", "13", "2", "0", "9", "4"]


@pytest.mark.parametrize(
    ("top", "expected"), [(658, [200, 400, 600]), (461, [100, 200, 300, 400]), (12952, [2500, 5000, 7500, 10000, 12500])]
)
def test_round_ticks(top: float, expected: list[float]):
    assert ticks(top) == expected


@given(st.floats(0.5, 1e6))
def test_always_two_to_five_round_ticks_from_zero(top: float):
    found = ticks(top)
    assert 2 <= len(found) <= 5
    assert found[-1] <= top + 1e-9
    assert found[0] > 0


@given(st.lists(st.floats(0, BASE), min_size=1, max_size=4))
@settings(max_examples=50)
def test_labels_never_cover_each_other(ys: list[float]):
    board = canvas.Canvas()
    at = canvas.scale([2017, 2024], 100, 8)
    canvas.end_labels(board, at, [EndLabel(y, f"Namn{i}", "1") for i, y in enumerate(ys)])
    labels = list(parsed(board.finish()).iter("text"))
    rows = sorted(float(e.get("y")) for e in labels)
    assert all(b - a >= 18.9 for a, b in itertools.pairwise(rows))
    assert rows[0] >= 10
    assert rows[-1] <= BASE + 2


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Borlänge", ["Borlänge"]),
        ("Malung-Sälen", ["Malung-Sälen"]),
        ("Upplands Väsby", ["Upplands", "Väsby"]),
        ("Örnsköldsvik", ["Örnsköldsvik"]),
        ("Lilla Edet-Trollhättan", ["Lilla Edet-", "Trollhättan"]),
    ],
)
def test_long_names_break(name: str, lines: list[str]):
    assert wrap(name) == lines


def test_drawing_changes_no_settings():
    before = dict(mpl.rcParams)
    line()
    assert dict(mpl.rcParams) == before
