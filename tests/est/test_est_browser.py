"""The EST pages in a real browser: reflow, silence, accessibility, drawn figures, text size and two pages of A4."""

from __future__ import annotations

from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import opened as opened
from chromium import printed
from pages import plain
from playwright.sync_api import Page
from simulated import pages

pytestmark = chromium.marks()
FILES = ["report.html", "offentlig.html", "kvartal.html", "ar.html", "platser.html", "utdrag-04.html"]


@pytest.fixture
def shown(opened, tmp_path: Path):
    """Opens a page of the EST report at a width."""

    def show(name: str, width: int = 1280) -> Page:
        file = tmp_path / name
        file.write_text(pages()[name], encoding="utf-8")
        return opened(file, width)

    return show


@pytest.mark.parametrize("name", FILES)
def test_no_horizontal_scroll(shown, name: str):
    page = shown(name)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 320)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "width"), [(name, 320 if at % 2 else 1280) for at, name in enumerate(FILES)])
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []


@pytest.mark.parametrize(
    ("name", "figure", "expected", "white"),
    [
        ("report.html", "rapportorer", {"#00518a": 0.003, "#e3e6e7": 0.05}, 0.5),
        ("kvartal.html", "karta", {"#00518a": 0.001, "#f1f2f2": 0.5, "#4d3275": 0.003}, 0.1),  # land, rings, the fullest square
    ],
)
def test_figures_are_drawn_under_the_policy(shown, name: str, figure: str, expected: dict[str, float], white: float):
    picture = shown(name).locator(f"#{figure} svg[role=img]").first.screenshot()
    chromium.drawn_under_the_policy(picture, expected, white=white)


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILES)
def test_nothing_in_html_is_below_14_px(shown, name: str):
    assert chromium.smallest_text(shown(name, 320)) >= 14


def test_text_in_the_figure_is_readable_on_a_phone(shown):
    assert chromium.smallest_text_drawn(shown("report.html", 320)) >= 10.2


def test_two_pages_of_a4(shown):
    reader = printed(shown("report.html"))
    texts = [plain(p.extract_text()) for p in reader.pages]
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert len(texts) == 2
    assert "Läget i korthet" in texts[0]
    assert "Källa: rapporter till gruppen" in texts[0]
    assert "Rapportörer" in texts[1]
    assert "Underlaget" in texts[1]
    assert "får inte publiceras" in texts[0]
    assert reader.trailer["/Root"]["/Lang"].startswith("sv")
