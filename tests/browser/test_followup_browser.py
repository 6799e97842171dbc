"""The pages of the follow-up in a real browser: reflow, silence, accessibility, drawn figures and print."""

from __future__ import annotations

import re
from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import colours, printed
from chromium import opened as opened
from pages import plain
from playwright.sync_api import Page
from test_followup import COUNCIL, FULL, GRANT, PAGES, PUBLIC, STAFF, many_goals, pages

from kunskapsbaserat.report.documents.uppfoljning import document as uppfoljning
from kunskapsbaserat.report.documents.uppfoljning.pages import council_page
from kunskapsbaserat.report.documents.uppfoljning.words import followup
from kunskapsbaserat.report.page import sheet

pytestmark = chromium.marks()


@pytest.fixture
def shown(opened, tmp_path: Path):
    """Opens a page of the follow-up at a width."""

    def show(name: str, width: int = 1280) -> Page:
        file = tmp_path / name
        file.write_text(pages()[name], encoding="utf-8")
        return opened(file, width)

    return show


@pytest.mark.parametrize("name", PAGES)
def test_no_horizontal_scroll(shown, name: str):
    page = shown(name)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 320)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "width"), [(name, 320 if at % 2 else 1280) for at, name in enumerate(PAGES)])
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_below_14_px(shown, name: str):
    assert chromium.smallest_text(shown(name, 320)) >= 14


def test_figures_and_verdicts_are_drawn(shown):
    page = shown(FULL)
    figure = colours(page.locator("#mal-1 svg[role=img]").first.screenshot())
    assert figure.get("#00518a", 0) > 0.004
    assert figure.get("#000000", 0) < 0.02
    assert colours(page.locator("#korthet .lage svg").first.screenshot()).get("#1b2429", 0) > 0.02


@pytest.mark.parametrize("wider", [0.0, 0.04])
def test_fullmaktige_gets_exactly_one_a4(shown, wider: float):
    """With room for another browser's lines: fonts and versions break them elsewhere."""
    page = shown(COUNCIL)
    chromium.widen(page, wider)
    reader = printed(page)
    assert len(reader.pages) == 1
    assert chromium.unused_height(page, reader.pages[0]) >= chromium.TO_SPARE
    text = plain(reader.pages[0].extract_text())
    assert "Uppföljningen i korthet" in text
    assert "kommunens åtgärdsplan; bearbetning." in text  # the last line
    assert "Se bedömningen" not in text


LONG = "Ett mycket långt mål nummer {} " + "om att färre ska utsättas för brott och otrygghet i hela kommunen " * 3
PLANS = {
    "1 goal": (1, {}),
    "6 goals": (6, {}),
    "20 goals": (20, {}),
    "60 goals": (60, {}),
    "no goals": (0, {}),
    "long titles": (6, {"title": LONG, "measures": 12, "measure": LONG}),
    "60 measures": (20, {"measures": 60}),
}


@pytest.mark.thorough
def test_fullmaktiges_sheet_is_one_for_every_plan(opened, tmp_path: Path):
    """What the library counts as having room has it on paper, and it is not far from the truth."""
    file = tmp_path / "blad.html"
    measured = {}
    for name, (goals, changes) in PLANS.items():
        uf = uppfoljning.Uppfoljning(many_goals(goals, **changes))
        file.write_text(council_page(uf), encoding="utf-8")
        page = opened(file)
        reader = printed(page)
        used = 1 - chromium.unused_height(page, reader.pages[0])
        counted = sheet.height(uf.first_page(followup.IN_REPORT, None).blocks[0], uf.masthead()) / sheet.ROOM
        measured[name] = (len(reader.pages), used <= 1 - chromium.TO_SPARE / 2, abs(counted - used) < 0.1)
    assert measured == dict.fromkeys(PLANS, (1, True, True))


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "most"), [(FULL, 13), (PUBLIC, 2), (GRANT, 4), (STAFF, 2)])
def test_printed_length_and_the_example_on_every_sheet(shown, name: str, most: int):
    reader = printed(shown(name))
    texts = [plain(page.extract_text()) for page in reader.pages]
    assert len(texts) <= most
    assert all(re.search(r"EXEMPEL \(påhittad plan\)", text) for text in texts)
    assert f"1 ({len(texts)})" in texts[0]


def test_the_pdf_is_tagged_and_swedish(shown):
    root = printed(shown(FULL)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("sv")
