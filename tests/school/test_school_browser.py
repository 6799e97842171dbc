"""A school's page in a real browser: reflow, accessibility, the sketch and print."""

from __future__ import annotations

from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import colours, printed
from chromium import opened as opened
from PIL import Image
from playwright.sync_api import Page
from school_books import whole, write
from test_school_report import invented, own, page_of

pytestmark = chromium.marks()
PAGES = (None, "exempelskolan-almen")


@pytest.fixture
def shown(opened, tmp_path: Path):
    """Opens an invented page at a width."""

    def show(name: str | None, width: int = 1280) -> Page:
        path = tmp_path / f"{name or 'alla'}.html"
        path.write_text(invented(name), encoding="utf-8")
        return opened(path, width)

    return show


@pytest.mark.parametrize("name", PAGES)
def test_no_horizontal_scroll(shown, name: str | None):
    page = shown(name)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 390, 320)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "width"), [(name, 320 if at % 2 else 1280) for at, name in enumerate(PAGES)])
def test_no_accessibility_violation(shown, name: str | None, width: int):
    page = shown(name, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []
    assert chromium.smallest_text(page) >= 14


def test_the_numbers_on_the_sketch_are_read_on_a_phone(shown):
    assert chromium.smallest_text_drawn(shown("exempelskolan-almen", 320)) >= 10.2


def test_a_sketch_is_seen_under_the_pages_policy(opened, tmp_path: Path):
    path = write(tmp_path, whole())
    Image.new("RGB", (600, 400), (200, 30, 30)).save(path.with_name("skiss.png"))
    file = tmp_path / "sida.html"
    file.write_text(page_of(own(tmp_path)), encoding="utf-8")
    seen = colours(opened(file, 1280).locator("#miljon svg[role=img]").screenshot())
    assert seen.get("#c81e1e", 0) > 0.5
    assert seen.get("#00518a", 0) > 0.01


@pytest.mark.thorough
@pytest.mark.parametrize("name", PAGES)
def test_every_printed_sheet_says_that_it_is_simulated(shown, name: str | None):
    sheets = [sheet.extract_text() for sheet in printed(shown(name)).pages]
    assert len(sheets) <= 9
    assert all("SIMULERAD" in text for text in sheets)
