"""The walks' pages in a real browser: reflow, accessibility, the map and the photos, and the protocol on paper."""

from __future__ import annotations

from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import colours, printed
from chromium import opened as opened
from playwright.sync_api import Page
from test_walks_report import own, pages_of
from walk_books import KOMMUN, photo, seen, twelve, write

from kunskapsbaserat.data.walks import sheets
from kunskapsbaserat.report.documents.vandring import document as vandring

pytestmark = chromium.marks()
FILES = ("", "protokoll.html")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A report with a map and a photo, its protocol, and the blank one."""
    filled = twelve()
    where = [{"x": 15.99 + n / 2000, "y": 59.51 + n / 4000} for n in range(4)]
    filled[sheets.SEEN][:4] = [row | at for row, at in zip(filled[sheets.SEEN][:4], where, strict=True)]
    filled[sheets.SEEN].append(seen(20, "V2", bild="a.jpg", bildtext="En gångtunnel med släckta lampor.", personfri="ja"))
    folder = write(tmp_path_factory.mktemp("vandring å") / "k", filled)
    photo(folder / "vandringar" / "bilder" / "a.jpg")
    return pages_of(own(folder)) | {"tomt.html": pages_of(vandring.load(kommun=KOMMUN))["protokoll.html"]}


@pytest.fixture
def shown(opened, made: dict[str, str], tmp_path: Path):
    """Opens a page at a width."""

    def show(name: str, width: int = 1280) -> Page:
        path = tmp_path / (name or "report.html")
        path.write_text(made[name], encoding="utf-8")
        return opened(path, width)

    return show


@pytest.mark.parametrize("name", FILES)
def test_no_horizontal_scroll(shown, name: str):
    page = shown(name)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 390, 320)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "width"), [(FILES[0], 1280), (FILES[1], 320)])
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []
    assert chromium.smallest_text(page) >= 14


def test_the_map_and_the_photo_are_seen_under_the_pages_policy(shown):
    page = shown("")
    chromium.drawn_under_the_policy(
        page.locator("#platser svg.karta").screenshot(), {"#f1f2f2": 0.5, "#00518a": 0.001}, white=0.05
    )
    found = colours(page.locator("#bilder img").screenshot())
    reds = sum(share for colour, share in found.items() if int(colour[1:3], 16) > 180 and int(colour[3:5], 16) < 60)
    assert reds > 0.4


def test_the_protocol_is_two_sheets_of_a4(shown):
    sheets_of = printed(shown("tomt.html")).pages
    box = sheets_of[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets_of]
    assert len(texts) == 2
    assert "Belysning" in texts[0]
    assert "Efter vandringen" in texts[0]
    assert "Vad ni ser" in texts[1]
    assert "20" in texts[1]
    assert all("inga namn på personer" in text for text in texts)
