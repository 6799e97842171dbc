"""The pages between people in a real browser: reflow, accessibility, and as many printed sheets as promised."""

from __future__ import annotations

from pathlib import Path

import chromium
import pytest
from chromium import browser as browser
from chromium import opened as opened
from chromium import printed
from meeting_books import MEETING, folder_between_meetings, loss_book, meeting_book, story_eight
from playwright.sync_api import Page
from test_rad import pages_of

from kunskapsbaserat import klg, koncern, namnd, nyhetsbrev, rad
from kunskapsbaserat.data import meetings
from kunskapsbaserat.data.meetings import sheets

pytestmark = chromium.marks("moten")
SHEETS = {"rad": 2, "klg": 1, "nyhetsbrev": 1}
LONG = "Förstärkt närvaro av vuxna på kvällar och helger i centrum tillsammans med föreningar och fastighetsägare"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Every page of a folder with thirty matters for each forum, by document and file."""
    folder = folder_between_meetings(tmp_path_factory.mktemp("moten") / "mapp")
    meetings.path_in(folder).unlink()
    forums = ("rådet", "KLG")
    rows = [[f"{f}{n}", f, f"{LONG} {n}", LONG, "samordnaren", "förslag", None] for f in forums for n in range(30)]
    meeting_book(folder, {sheets.MATTERS: rows})
    loss_book(folder, story_eight())
    return {
        "rad": pages_of(rad.load(data=folder, mote=MEETING)),
        "klg": pages_of(klg.load(data=folder, mote=MEETING)),
        "namnd": pages_of(namnd.load(data=folder, mote=MEETING)),
        "koncern": pages_of(koncern.load(data=folder)),
        "nyhetsbrev": pages_of(nyhetsbrev.load(lan="Dalarna")),
    }


@pytest.fixture
def shown(opened, made: dict[str, dict[str, str]], tmp_path: Path):
    def show(name: str, width: int = 1280, file: str = "") -> Page:
        path = tmp_path / f"{name}-{file or 'report.html'}"
        path.write_text(made[name][file], encoding="utf-8")
        return opened(path, width)

    return show


NAMES = ("rad", "koncern", "klg", "namnd", "nyhetsbrev")


@pytest.mark.parametrize("name", ["rad", "koncern", *(pytest.param(n, marks=pytest.mark.thorough) for n in NAMES[2:])])
def test_no_horizontal_scroll(shown, name: str):
    page = shown(name)
    chromium.unfold(page)
    assert chromium.too_wide_at(page, (1280, 768, 390, 320)) == []


@pytest.mark.parametrize(
    ("name", "width"),
    [pytest.param(n, 320 if at % 2 else 1280, marks=[pytest.mark.thorough] if at else []) for at, n in enumerate(NAMES)],
)
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []
    assert chromium.smallest_text(page) >= 14


@pytest.mark.thorough
def test_the_appendix_is_read_without_violation(shown):
    assert chromium.violations(shown("rad", 320, "bilagor.html")) == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", SHEETS)
def test_a_crowded_page_has_the_sheets_it_may_have(shown, name: str):
    assert len(printed(shown(name)).pages) == SHEETS[name]
