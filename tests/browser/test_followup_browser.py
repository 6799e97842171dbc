"""The pages of the follow-up in a real browser: reflow, silence, accessibility, drawn figures and print."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader
from test_browser import browser as browser
from test_browser import colours, pdf, words
from test_browser import pytestmark as pytestmark
from test_followup import COUNCIL, FULL, GRANT, PAGES, PUBLIC, pages


@pytest.fixture
def shown(browser, tmp_path: Path):
    """Opens a page at a width; fails afterwards on any console message or request for anything else."""
    opened: list[Page] = []
    noise: list[str] = []

    def show(name: str, width: int = 1280) -> Page:
        file = tmp_path / name
        file.write_text(pages()[name], encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: noise.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        opened.append(page)
        return page

    yield show
    for page in opened:
        page.close()
    assert noise == []


@pytest.mark.parametrize("width", [1280, 768, 320])
@pytest.mark.parametrize("name", PAGES)
def test_no_horizontal_scroll(shown, name: str, width: int):
    page = shown(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_below_14_px(shown, name: str):
    smallest = shown(name, 320).evaluate(
        """() => Math.min(...[...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('svg'))
            .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 14


def test_figures_and_verdicts_are_drawn(shown):
    page = shown(FULL)
    figure = colours(page.locator("#mal-1 svg[role=img]").first.screenshot())
    assert figure.get("#00518a", 0) > 0.004
    assert figure.get("#000000", 0) < 0.02
    assert colours(page.locator(".dom.okning").first.screenshot()).get("#8a3a0f", 0) > 0.4
    assert colours(page.locator("#korthet .lage svg").first.screenshot()).get("#1b2429", 0) > 0.02


def printed(page: Page) -> PdfReader:
    return pdf(page)


def test_fullmaktige_gets_exactly_one_a4(shown):
    reader = printed(shown(COUNCIL))
    assert len(reader.pages) == 1
    text = words(reader.pages[0].extract_text())
    assert "Uppföljningen i korthet" in text
    assert "kommunens åtgärdsplan; bearbetning." in text  # the last line
    assert "Se bedömningen" not in text


@pytest.mark.parametrize(("name", "most"), [(FULL, 11), (PUBLIC, 2), (GRANT, 4)])
def test_printed_length_and_the_example_on_every_sheet(shown, name: str, most: int):
    reader = printed(shown(name))
    texts = [words(page.extract_text()) for page in reader.pages]
    assert len(texts) <= most
    assert all(re.search(r"EXEMPEL \(påhittad plan\)", text) for text in texts)
    assert f"1 ({len(texts)})" in texts[0]


def test_the_pdf_is_tagged_and_swedish(shown):
    root = PdfReader(io.BytesIO(shown(FULL).pdf(tagged=True))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("sv")
