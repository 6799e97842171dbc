"""Level and change, strips, quarters and the funnel of rates: what a reader sees of the values."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from drawn import group, overlapping, parsed, places, text_boxes, text_width, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.charts import measure
from kunskapsbaserat.report.page.charts.measure import PHONE

NAMES = ["Härnösand", "Hallstahammar", "Arvika", "Nässjö", "Tranås", "Lindesberg", "Vetlanda"]
LEVELS = [2500.0, 2482, 2424, 2230, 2204, 1866, 1512]
CHANGES = [0.68, 0.97, 0.81, 0.75, 0.79, 0.89, 0.74]
BAND = (2035.0, 2453.0)
LEVEL, CHANGE = plots.Estimate(3340, 2507, 4451, certain=True), plots.Estimate(0.97, 0.69, 1.35)
WORDS = plots.PanelWords("Nivå 2024–2025", "per 100 000 och år", "Förändring", "mot 2019–2023")
QUARTER_WORDS = plots.QuarterWords("2026 kv 2", "2025 kv 2", "preliminärt")
QUARTERS = {(y, q): 700.0 + 13 * ((7 * y + 5 * q) % 17) for y in range(2014, 2027) for q in (1, 2, 3, 4)}
for missing in ((2014, 3), (2014, 4), (2026, 3), (2026, 4)):
    del QUARTERS[missing]
POINTS = [(2500 * 1.02**i, 1500 + 10.0 * (i % 90)) for i in range(282)]
LIMITS = [(2300 * 1.3**i, 2000 - 9e4 / math.sqrt(2300 * 1.3**i), 2000 + 9e4 / math.sqrt(2300 * 1.3**i)) for i in range(24)]
WIDER = [(size, 2 * low - 2000, 2 * high - 2000) for size, low, high in LIMITS]


def percent(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{abs(100 * share):.0f} %"


def pair(name: str = "Köping", level: plots.Estimate | None = LEVEL, change: plots.Estimate | None = CHANGE) -> plots.Drawing:
    rows = [plots.KommunRow(name, level, change, own=True)]
    for other, value, ratio in zip(NAMES, LEVELS, CHANGES, strict=True):
        rows.append(plots.KommunRow(other, plots.Estimate(value), plots.Estimate(ratio)))
    return plots.level_and_change(rows, band=BAND, words=WORDS, format_number=lambda v: f"{v:,.0f}", format_change=percent)


def funnel() -> plots.Drawing:
    return plots.rate_funnel(
        POINTS,
        own=(26_000, 3340),
        similar=[(20_000.0 + 900 * i, level) for i, level in enumerate(LEVELS)],
        common=2000,
        inner=LIMITS,
        outer=WIDER,
        words=plots.FunnelWords("Köping", "Invånare", "Riket"),
        format_number=lambda v: f"{v:,.0f}",
    )


ALL = {
    "pair": (pair(), 4000),
    "pair_long_name": (pair("Skinnskatteberg"), 4000),
    "pair_no_interval": (pair(level=plots.Estimate(3340), change=None), 4000),
    "pair_wide": (pair(level=plots.Estimate(40, 3, 900), change=plots.Estimate(0.2, 0.01, 40)), 4000),
    "level_strip": (plots.level_strip(LEVEL, LEVELS, band=BAND), 600),
    "change_strip": (plots.change_strip(CHANGE, CHANGES, ends=plots.ratio_range([0.69, 1.35, *CHANGES])), 600),
    "quarters": (plots.quarters(QUARTERS, words=QUARTER_WORDS, preliminary=[(2026, 1), (2026, 2)]), 4000),
    "funnel": (funnel(), 7000),
    "spark": (
        plots.sparkline(
            {y: 3000.0 + 71 * (y % 7) for y in range(2010, 2026)}, band=dict.fromkeys(range(2010, 2026), (2035.0, 2453.0))
        ),
        700,
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_small_and_fit_for_a_strict_policy(name: str):
    drawing, most = ALL[name]
    assert len(drawing.body.encode()) <= most
    for banned in ("style", "font-family", " id=", "clip-path", "href", "nan", "None"):
        assert banned not in drawing.body
    assert not re.search(r"\d\.\d\d", re.sub(r'opacity="[\d.]*"', "", drawing.body)), "more than one decimal"
    assert {e.tag for e in parsed(drawing).iter()} <= {"svg", "g", "path", "circle", "text"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("size", [None, PHONE])
def test_texts_neither_meet_nor_leave_the_drawing(name: str, size: float | None):
    drawing, _ = ALL[name]
    boxes = text_boxes(drawing, size)
    assert not overlapping(boxes)
    for text, (left, top, right, bottom) in boxes:
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= drawing.width + 0.5, text
        assert bottom <= drawing.height + 0.5, text


@pytest.mark.parametrize("name", ALL)
def test_marks_stay_on_the_drawing(name: str):
    drawing, _ = ALL[name]
    points = [p for e in parsed(drawing).iter("path") for run in places(e.get("d", "")) for p in run]
    points += [(float(e.get("cx", "")), float(e.get("cy", ""))) for e in parsed(drawing).iter("circle")]
    for x, y in points:
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height


def test_measured_widths_are_those_of_the_font():
    """Against the font itself: never too narrow, and no more than a tenth too wide for a name."""
    for name in [*(k.name for k in kommun.all_kommuner()), "12 345", "3 000 eller fler", "−30 %", "per 100 000 och år"]:
        for bold in (True, False):
            real = text_width(name, 13, bold=bold)
            assert 0.99 * real <= measure.width(name, 13, bold=bold) <= 1.15 * real, (name, bold)


def test_a_broken_text_keeps_its_words():
    assert measure.broken("Malung-Sälen", 80) == ["Malung-", "Sälen"]
    assert measure.broken("Upplands Väsby", 100) == ["Upplands", "Väsby"]
    assert measure.broken("Örnsköldsvik", 20) == ["Örnsköldsvik"]


def test_rows_are_sorted_by_level_and_the_own_stands_out():
    names = group(ALL["pair"][0], "namn")
    assert [e.text for e in names] == ["Köping", *NAMES]
    assert [e.get("font-weight") for e in names] == ["700"] + [None] * 7
    lowest = group(pair(level=plots.Estimate(10, 5, 20)), "namn")
    assert [e.text for e in lowest] == [*NAMES, "Köping"]


def test_ink_means_certainty():
    """The level is säkerställd and filled, the change is not and is hollow."""
    level, change = [e for e in group(ALL["pair"][0], "egen") if e.tag == "circle"]
    assert (level.get("fill"), change.get("fill")) == ("#00518a", "#fff")


def test_levels_are_from_zero_and_changes_on_a_logarithmic_scale():
    dots = [float(e.get("cx", "")) for e in group(ALL["pair"][0], "andra")]
    levels, changes = dots[::2], dots[1::2]
    zero = min(x for e in group(ALL["pair"][0], "bas") for run in places(e.get("d", "")) for x, _ in run)
    per_unit = (levels[0] - zero) / LEVELS[0]
    assert [x - zero for x in levels] == pytest.approx([v * per_unit for v in LEVELS], abs=0.1)
    slope = (changes[1] - changes[0]) / math.log(CHANGES[1] / CHANGES[0])
    assert changes == pytest.approx([changes[0] + slope * math.log(c / CHANGES[0]) for c in CHANGES], abs=0.15)


def test_the_change_panel_names_both_directions():
    labels = [e.text or "" for e in group(ALL["pair"][0], "xled")]
    assert any(t.startswith("−") for t in labels)
    assert any(t.startswith("+") for t in labels)


def test_without_interval_no_whisker_and_without_change_no_mark():
    shapes = group(ALL["pair_no_interval"][0], "egen")
    assert [e.tag for e in shapes] == ["circle"]


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=9))
@settings(max_examples=50)
def test_a_scale_of_ratios_always_shows_no_change(ratios: list[float]):
    low, high = plots.ratio_range(ratios)
    assert 0.2 <= low < 1 < high <= 5


def test_a_strip_has_every_kommun_and_the_own_above():
    for name in ("level_strip", "change_strip"):
        circles = list(parsed(ALL[name][0]).iter("circle"))
        assert len(circles) == 8
        assert circles[-1].get("r") == "5"


def test_preliminary_quarters_never_look_final():
    drawing = ALL["quarters"][0]
    unfinished = group(drawing, "preliminar")
    assert len(unfinished) == 2
    assert all(e.get("stroke-dasharray") and e.get("fill") == "none" for e in unfinished)
    assert "preliminärt" in texts(drawing)
    finished = [run for name in ("kommun", "andra") for e in group(drawing, name) for run in places(e.get("d", ""))]
    assert len(finished) == len(QUARTERS) - 2
    final = plots.quarters(QUARTERS, words=QUARTER_WORDS)
    assert not group(final, "preliminar")
    assert "preliminärt" not in texts(final)


def test_the_same_quarter_of_every_year_is_followed():
    drawing = ALL["quarters"][0]
    followed = [run for e in group(drawing, "kommun") for run in places(e.get("d", ""))]
    assert len(followed) == 12  # the second quarters of 2014 to 2025
    heights = [abs(b[1] - a[1]) for a, b in followed]
    counts = [QUARTERS[year, 2] for year in range(2014, 2026)]
    assert heights == pytest.approx([c * heights[0] / counts[0] for c in counts], abs=0.2)


def test_a_missing_quarter_leaves_a_gap():
    bars = sorted(
        run[0][0] for name in ("kommun", "andra") for e in group(ALL["quarters"][0], name) for run in places(e.get("d", ""))
    )
    steps = [b - a for a, b in itertools.pairwise(bars)]
    assert steps[1] == pytest.approx(3 * steps[0], abs=0.3)
    assert all(s == pytest.approx(steps[0], abs=0.3) for s in steps[2:])


def test_the_funnel_has_a_dot_for_every_kommun():
    drawing = ALL["funnel"][0]
    (everyone,) = group(drawing, "alla")
    assert len(places(everyone.get("d", ""))) == len(POINTS)
    assert len(group(drawing, "andra")) == 7
    assert "Köping" in texts(drawing)
