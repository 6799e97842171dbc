"""The EST pages in a real browser: reflow, silence, accessibility, drawn figures, text size and two pages of A4."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader
from simulated import pages

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium on this machine (set CHROMIUM to its path)"),
    # Playwright's own loop and its pipes are closed by its driver process, not by the test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
FILES = ["report.html", "offentlig.html", "kvartal.html", "ar.html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def shown(browser: Browser, tmp_path: Path):
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
@pytest.mark.parametrize("name", FILES)
def test_no_horizontal_scroll(shown, name: str, width: int):
    page = shown(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", FILES)
def test_no_accessibility_violation(shown, name: str, width: int):
    page = shown(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


@pytest.mark.parametrize(
    ("name", "figure", "expected"),
    [
        ("report.html", "rapportorer", {"#00518a": 0.003, "#e3e6e7": 0.05}),
        ("kvartal.html", "karta", {"#00518a": 0.001, "#d3d8da": 0.003}),
    ],
)
def test_figures_are_drawn_under_the_policy(shown, name: str, figure: str, expected: dict[str, float]):
    """A figure whose styles the policy blocks is a black block; each colour covers at least its part of the picture."""
    png = shown(name).locator(f"#{figure} svg[role=img]").first.screenshot()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    counted = {f"#{r:02x}{g:02x}{b:02x}": n for n, (r, g, b) in image.getcolors(image.width * image.height) or []}
    share = {colour: n / (image.width * image.height) for colour, n in counted.items()}
    assert share.get("#ffffff", 0) > 0.5
    assert share.get("#000000", 0) < 0.02
    for colour, least in expected.items():
        assert share.get(colour, 0) >= least, (colour, share.get(colour, 0))


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", FILES)
def test_nothing_in_html_is_below_14_px(shown, name: str, width: int):
    smallest = shown(name, width).evaluate(
        """() => Math.min(...[...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('svg'))
            .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 14


def test_text_in_the_figure_is_readable_on_a_phone(shown):
    sizes = shown("report.html", 320).evaluate(
        """() => [...document.querySelectorAll('.figur')].map(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * scale));
        })"""
    )
    assert min(sizes) >= 10.2


def test_two_pages_of_a4(shown):
    pdf = shown("report.html").pdf(prefer_css_page_size=True, print_background=True, tagged=True)
    reader = PdfReader(io.BytesIO(pdf))
    texts = [" ".join(p.extract_text().replace("\u00a0", " ").split()) for p in reader.pages]
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert len(texts) == 2
    assert "Läget i korthet" in texts[0]
    assert "Källa: rapporter till gruppen" in texts[0]
    assert "Rapportörer" in texts[1]
    assert "Underlaget" in texts[1]
    assert "får inte publiceras" in texts[0]
    assert reader.trailer["/Root"]["/Lang"].startswith("sv")
