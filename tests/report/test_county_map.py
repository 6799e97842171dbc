"""The map of a län: what is shaded, named and framed, and that no text meets another, in all län."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest
from drawn import overlapping, text_boxes, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun
from kunskapsbaserat.plots.classes import class_limits, class_of
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.charts import county
from kunskapsbaserat.report.page.charts.land import lan_map
from kunskapsbaserat.report.page.charts.measure import PHONE

LAN = sorted({k.lan_code for k in kommun.all_kommuner()} - {"09"})  # Gotland is one kommun and has no map


def values(lan: str) -> dict[str, float | None]:
    """Some spread of values, the same in every run."""
    return {k.code: 1200.0 + (int(k.code) * 7919) % 2600 for k in kommun.in_lan(lan)}


def number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u00a0")


def drawn(own: str, given: dict[str, float | None] | None = None) -> plots.Drawing:
    return plots.county_map(given or values(own[:2]), own=own, format_number=number)


def some_of(lan: str) -> list[str]:
    """The first, the middle and the last kommun of a län, and the smallest on the map."""
    codes = [k.code for k in kommun.in_lan(lan)]
    smallest = min(codes, key=lambda c: int(lan_map(lan).kommuner[c].cells[-1, -1]))
    return sorted({codes[0], codes[len(codes) // 2], codes[-1], smallest})


OWN = [own for lan in LAN for own in some_of(lan)]


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("size", [None, PHONE])
def test_no_text_meets_another_or_leaves_the_map(own: str, size: float | None):
    drawing = drawn(own)
    boxes = text_boxes(drawing, size)
    assert not overlapping(boxes)
    for text, (left, top, right, bottom) in boxes:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= drawing.width, text
        assert bottom <= drawing.height, text


@pytest.mark.parametrize("own", OWN)
def test_small_and_fit_for_a_strict_policy(own: str):
    drawing = drawn(own)
    assert len(drawing.body.encode()) <= (25_000 if own[:2] == "14" else 12_000)
    for banned in ("style", "font-family", " id=", "clip-path", "href", "nan", "None"):
        assert banned not in drawing.body
    assert {e.tag for e in ElementTree.fromstring(f"<svg>{drawing.body}</svg>").iter()} <= {
        "svg",
        "g",
        "path",
        "circle",
        "text",
    }


@pytest.mark.parametrize("lan", [lan for lan in LAN if len(kommun.in_lan(lan)) <= county.ALL_LABELLED])
def test_every_kommun_is_named_where_they_are_few(lan: str):
    for own in some_of(lan):
        written = " ".join(texts(drawn(own))).replace("- ", "-")
        for k in kommun.in_lan(lan):
            assert k.name in written, (own, k.name)
            assert number(values(lan)[k.code] or 0) in written


@pytest.mark.parametrize("own", [own for own in OWN if len(kommun.in_lan(own[:2])) > county.ALL_LABELLED])
def test_own_highest_and_lowest_are_named_among_many(own: str):
    written = " ".join(texts(drawn(own))).replace("- ", "-")
    spread = values(own[:2])
    for code in (own, max(spread, key=lambda c: spread[c] or 0), min(spread, key=lambda c: spread[c] or 0)):
        assert kommun.get(code).name in written


def fills(drawing: plots.Drawing) -> dict[str, str]:
    """The shade of every kommun, found by its outline."""
    shades = {}
    for g in ElementTree.fromstring(f"<svg>{drawing.body}</svg>").iter("g"):
        if g.get("class") in ("kommuner", "saknas"):
            for path in g.iter("path"):
                fill = path.get("fill") or g.get("fill") or ""
                shades |= dict.fromkeys(re.findall(r"M[^M]*", path.get("d", "")), fill)
    return shades


@pytest.mark.parametrize("lan", LAN)
def test_every_kommun_has_the_shade_of_its_class(lan: str):
    spread = values(lan)
    limits = class_limits([v for v in spread.values() if v is not None])
    shades = fills(drawn(kommun.in_lan(lan)[0].code))
    for code, land in lan_map(lan).kommuner.items():
        expected = county.SHADES[len(limits) + 1][class_of(spread[code] or 0, limits)]
        assert {shades[part] for part in re.findall(r"M[^M]*", land.path)} == {expected}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_shades_are_told_apart_by_lightness_alone_and_carry_their_text(count: int):
    levels = [luminance(shade) for shade in county.SHADES[count]]
    for light, dark in itertools.pairwise(levels):
        assert (light + 0.05) / (dark + 0.05) >= 1.5
    for shade, level in zip(county.SHADES[count], levels, strict=True):
        ink = 1.05 / (level + 0.05) if shade in county.WHITE_ON else (level + 0.05) / (luminance("#1b2429") + 0.05)
        assert ink >= 4.5


def test_a_missing_value_has_a_dashed_edge_no_fill_and_a_word():
    given = values("20") | {"2080": None, "2081": float("nan")}
    drawing = drawn("2034", given)
    shades = fills(drawing)
    for code in ("2080", "2081"):
        assert {shades[part] for part in re.findall(r"M[^M]*", lan_map("20").kommuner[code].path)} == {"#fff"}
    assert texts(drawing).count("saknas") == 3  # two kommuner and the key
    assert "saknas" not in texts(drawn("2034"))


def test_the_own_kommun_is_framed():
    frame = [g for g in ElementTree.fromstring(f"<svg>{drawn('2081').body}</svg>").iter("g") if g.get("class") == "egen"]
    looks = [(p.get("stroke"), p.get("stroke-width")) for g in frame for p in g.iter("path")]
    assert looks == [("#fff", "6.5"), ("#00518a", "3.4")]


def test_neighbours_and_the_bar_of_length():
    assert lan_map("20").neighbours["2081"] >= {"2026", "2080", "2085"}  # Gagnef, Falun and Ludvika
    assert "2039" not in lan_map("20").neighbours["2081"]  # Älvdalen
    assert "50 km" in texts(drawn("2081"))
    assert "20 km" in texts(drawn("1983"))


def test_the_map_is_at_its_place():
    """Norberg lies north of Köping, Västerås east of both; 20 km is 20 km between two church towers."""
    lan = lan_map("19")
    koping, vasteras, norberg = (lan.centres[c] for c in ("1983", "1980", "1962"))
    assert norberg[1] < koping[1]
    assert vasteras[0] > max(koping[0], norberg[0])
    across = (vasteras[0] - koping[0]) / lan.pixels_per_km
    assert 25 < across < 45  # the towns are 33 km apart


@given(st.lists(st.floats(0, 40_000), min_size=1, max_size=49))
@settings(max_examples=200, deadline=None)
def test_class_limits_are_round_rising_and_equally_wide(given_values: list[float]):
    limits = class_limits(given_values)
    assert len(limits) <= 3
    assert limits == sorted(limits)
    if limits:
        assert min(given_values) < limits[0]
        assert limits[-1] <= max(given_values)
    widths = [b - a for a, b in itertools.pairwise(limits)]
    assert widths == pytest.approx([widths[0]] * len(widths)) if widths else True


@pytest.mark.parametrize("lan", LAN)
def test_class_limits_have_few_digits_and_lie_in_gaps(lan: str):
    spread = [v for v in values(lan).values() if v is not None]
    for limit in class_limits(spread):
        assert limit % 50 == 0
        assert limit not in spread


def test_equal_values_are_one_class_without_a_key():
    given = dict.fromkeys(values("10"), 2000.0)
    drawing = drawn("1082", dict(given))
    assert len(set(fills(drawing).values())) == 1
    assert not any("under" in t for t in texts(drawing))


def test_the_land_is_prepared_once():
    drawn("2081")
    before = lan_map.cache_info().misses
    drawn("2021")
    assert lan_map.cache_info().misses == before


def test_the_same_map_twice():
    assert drawn("2081").body == drawn("2081").body
