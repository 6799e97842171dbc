"""Debian's Chromium for the tests: how it starts, a page that must be silent, and what every page has to meet."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pypdf import PageObject, PdfReader

PATH = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
needs_browser = pytest.mark.skipif(
    not PATH and os.environ.get("REQUIRE_BROWSER") != "1", reason="no Chromium on this machine (set CHROMIUM to its path)"
)
PHONE = 400  # px
TO_SPARE = 0.08  # of the height that can be printed on: what has to fit one sheet must not lie at its edge
_QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--lang=sv"),
]
_SMALLEST = """() => Math.min(...[...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('svg'))
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
_SMALLEST_DRAWN = """() => Math.min(...[...document.querySelectorAll('.figur')].map(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * scale));
}))"""

_MARGIN_BELOW = """() => [...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r instanceof CSSPageRule)
    .map(r => parseFloat(r.style.marginBottom))[0]"""
_MARGIN_ABOVE = _MARGIN_BELOW.replace("marginBottom", "marginTop")
# Letters set apart by a share of the text's own width in its own font: the words grow, the height of a line does not. It is
# set in em, so that it follows the size that print gives the text.
_WIDEN = """share => {
    const pen = document.createElement('canvas').getContext('2d');
    const own = e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    const wider = [...document.querySelectorAll('body *')].filter(e => own(e) && !e.closest('svg')).map(e => {
        const style = getComputedStyle(e), size = parseFloat(style.fontSize);
        pen.font = `${style.fontWeight} ${size}px ${style.fontFamily}`;
        const before = parseFloat(style.letterSpacing) || 0;
        return [e, (share * pen.measureText(own(e)).width / own(e).length + before) / size];
    });
    for (const [e, spacing] of wider) e.style.letterSpacing = `${spacing}em`;
}"""
_MM = 72 / 25.4


def marks(group: str = "browser") -> list[Any]:
    """For `pytestmark`; tests of one group run in one process."""
    return [
        pytest.mark.browser,
        pytest.mark.xdist_group(group),
        needs_browser,
        # Playwright's own loop and its pipes are closed by its driver process, not by the test.
        pytest.mark.filterwarnings("ignore::ResourceWarning"),
    ]


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=PATH, args=_QUIET)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser):
    """Opens a file at a width; fails afterwards on any console message or request for anything else."""
    pages: list[Page] = []
    noise: list[str] = []

    def show(file: Path, width: int = 1280) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: noise.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.close()
    assert noise == []


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def width_of(page: Page) -> int:
    """How wide the page is; more than its window means a scroll to the side."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def too_wide_at(page: Page, widths: Sequence[int]) -> list[int]:
    """The window's widths at which the page has to be scrolled to the side."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [width] if width_of(page) > width else []
    return found


def violations(page: Page, context: str | None = None) -> list[tuple[str, str]]:
    """What axe finds, with the first place of each.

    Contrast, which costs more than all its other rules, is measured on wide windows: a page has the same colours on a phone.
    """
    wide = (page.viewport_size or {"width": PHONE + 1})["width"] > PHONE
    return _listed(Axe().run(page, context=context, options={"rules": {"color-contrast": {"enabled": wide}}}).response)


def violations_at_night(page: Page) -> list[tuple[str, str]]:
    """What axe finds too faint on a dark screen; the rest of its rules do not know of colours."""
    page.emulate_media(color_scheme="dark")
    found = _listed(Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]}).response)
    page.emulate_media(color_scheme="light")
    return found


def _listed(response: dict[str, Any]) -> list[tuple[str, str]]:
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in response["violations"]]


def smallest_text(page: Page) -> float:
    """Of the text outside figures, in px."""
    return float(page.evaluate(_SMALLEST))


def smallest_text_drawn(page: Page) -> float:
    """Of the text in figures as they are shown, in px."""
    return float(page.evaluate(_SMALLEST_DRAWN))


def colours(png: bytes) -> dict[str, float]:
    """Share of the picture's pixels by colour."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    counted = image.getcolors(image.width * image.height) or []
    return {f"#{r:02x}{g:02x}{b:02x}": n / (image.width * image.height) for n, (r, g, b) in counted}


def drawn_under_the_policy(png: bytes, expected: dict[str, float], *, white: float = 0.5) -> None:
    """A figure whose styles the policy blocks is a black block; each colour covers at least its part of the picture."""
    found = colours(png)
    assert found.get("#ffffff", 0) > white
    assert found.get("#000000", 0) < 0.02
    for colour, share in expected.items():
        assert found.get(colour, 0) >= share, (colour, found.get(colour, 0))


def printed(page: Page, sheets: str = "") -> PdfReader:
    """The page on paper, or some of its sheets ("1-2")."""
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, page_ranges=sheets)))


def widen(page: Page, share: float) -> None:
    """Make all text outside figures wider by a share of its width, as another font or another browser would."""
    page.evaluate(_WIDEN, share)


def unused_height(page: Page, sheet: PageObject) -> float:
    """Share of a printed sheet's height between its margins that lies below its lowest text."""
    above, below = (_MM * float(page.evaluate(margin)) for margin in (_MARGIN_ABOVE, _MARGIN_BELOW))
    heights: list[float] = []

    def note(text: str, outer: list[float], inner: list[float], _font: object, _size: float) -> None:
        if text.strip():
            heights.append(inner[4] * outer[1] + inner[5] * outer[3] + outer[5])

    sheet.extract_text(visitor_text=note)
    lowest = min(height for height in heights if height > below)  # the foot stands in the margin
    return (lowest - below) / (float(sheet.mediabox.height) - above - below)
