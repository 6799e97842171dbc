"""The county page in a real browser: no sideways scroll, no violation, and as short as it may be."""

from __future__ import annotations

import itertools
from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import opened as opened
from chromium import printed
from playwright.sync_api import Page
from regions import page as page_of

pytestmark = chromium.marks("region")
FILES = ("", "bilagor.html")


@pytest.fixture
def shown(opened, tmp_path: Path):
    def show(lan: str, width: int = 1280, *, file: str = "") -> Page:
        path = tmp_path / f"{lan}-{file or 'report.html'}"
        path.write_text(page_of(lan, file), encoding="utf-8")
        return opened(path, width)

    return show


@pytest.mark.parametrize(
    ("lan", "file"), [*itertools.product(["Västmanland"], FILES), ("Västra Götaland", ""), ("Gotland", "")]
)
def test_no_horizontal_scroll(shown, lan: str, file: str):
    page = shown(lan, file=file)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 390, 320)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("lan", "width"), [("Västmanland", 1280), ("Dalarna", 320), ("Västra Götaland", 1280), ("Gotland", 320)]
)
def test_no_accessibility_violation(shown, lan: str, width: int):
    page = shown(lan, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []


def test_all_tests_are_read_without_violation(shown):
    assert chromium.violations(shown("Blekinge", 320, file="bilagor.html")) == []


# What LOOK2 allows a page of ten kommuner; forty-nine need four sheets.
LONGEST = {"Västmanland": (4_236, 8_000, 2), "Blekinge": (4_236, 8_000, 2), "Västra Götaland": (8_500, 18_000, 4)}


@pytest.mark.thorough
@pytest.mark.parametrize("lan", LONGEST)
def test_the_page_is_as_long_as_it_may_be(shown, lan: str):
    wide, narrow, sheets = LONGEST[lan]
    page = shown(lan)
    assert page.evaluate("document.documentElement.scrollHeight") <= wide
    assert len(printed(page).pages) <= sheets
    assert shown(lan, 390).evaluate("document.documentElement.scrollHeight") <= narrow
