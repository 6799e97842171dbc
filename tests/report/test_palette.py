"""The colours, light and dark: what lies on what can be seen, and no drawing has a colour that a dark page does not know."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from pages import ANNEX, DECISION, REPORT, page

from kunskapsbaserat.report.page import html, palette
from kunskapsbaserat.report.page.palette import PALETTE, Colour

NAMED = {colour.name: colour for colour in PALETTE}
TEXT, GRAPHICS = 4.5, 3.0
TEXT_ON = {  # WCAG 1.4.3: what is read, on everything that it is written on
    "ink": ("bg", "tint", "band", "sparkband", "land", "map1", "map2", "map2of4"),
    "ink2": ("bg", "tint", "band", "land"),
    "kommun": ("bg", "tint", "band", "land"),
    "bg": ("ink", "okning", "minskning", "map3", "map3of4"),
    "okning": ("bg",),
    "minskning": ("bg",),
}
DRAWN_ON = {  # WCAG 1.4.11: lines and marks that carry something
    "ink": ("bg", "band", "land"),
    "ink2": ("bg", "band"),
    "line": ("bg", "band", "tint"),
    "kommun": ("bg", "band", "sparkband", "tint"),
    "quiet": ("bg",),
}
STEPS = (("bg", "map1", "map2", "map3"), ("bg", "map1", "map2of4", "map3of4", "map3"))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.1)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_wcag_says_of_its_own_examples():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails


def pairs(of: dict[str, tuple[str, ...]]) -> list[tuple[Colour, Colour]]:
    return [(NAMED[upper], NAMED[lower]) for upper, below in of.items() for lower in below]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("of", "least"), [(TEXT_ON, TEXT), (DRAWN_ON, GRAPHICS)])
def test_every_pair_of_colours_can_be_told_apart(scheme: str, of: dict[str, tuple[str, ...]], least: float):
    measured = {(a.name, b.name): contrast(getattr(a, scheme), getattr(b, scheme)) for a, b in pairs(of)}
    assert {pair: round(value, 2) for pair, value in measured.items() if value < least} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("steps", STEPS)
def test_a_stronger_class_lies_further_from_the_page(scheme: str, steps: tuple[str, ...]):
    distance = [contrast(getattr(NAMED[name], scheme), getattr(NAMED["bg"], scheme)) for name in steps]
    assert distance == sorted(distance)
    assert all(b / a > 1.15 for a, b in itertools.pairwise(distance))


@pytest.mark.parametrize("colour", PALETTE, ids=lambda c: c.name)
def test_no_colour_is_the_same_by_day_and_by_night(colour: Colour):
    assert re.fullmatch(r"#[0-9a-f]{6}", colour.light)
    assert re.fullmatch(r"#[0-9a-f]{6}", colour.dark)
    assert colour.light != colour.dark


def test_the_style_sheet_names_every_colour():
    """A colour written out would stay light on a dark page."""
    sheets = [(Path(html.__file__).parent / name).read_text(encoding="utf-8") for name in ("rapport.css", "lista.css")]
    for css in sheets:
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", css) == []
        assert set(re.findall(r"var\(--(\w+)\)", css)) <= {*NAMED, "serif", "sans"}


@pytest.mark.parametrize("file", [REPORT, DECISION, ANNEX])
@pytest.mark.parametrize("kommun", ["Borlänge", "Stockholm"])
def test_a_dark_page_knows_every_colour_of_its_drawings(kommun: str, file: str):
    drawn = set(re.findall(r'(?:fill|stroke)="([^"]+)"', page(kommun, file=file)))
    assert drawn - {palette.written(c.light) for c in PALETTE} == {"none", "currentColor"}


def test_paper_is_light_whatever_the_screen_is():
    rules = palette.dark_rules()
    assert rules.startswith("@media screen and (prefers-color-scheme:dark)")
    assert "print" not in rules
