"""The page in a real browser: reflow, silence, accessibility, drawn figures, keyboard and print."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import page as page_of
from pages import plain
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from kunskapsbaserat import engine, kommun

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
KINDS = ["Borlänge", "Vansbro", "Falun", "Ystad"]
DALARNA = [
    *("Avesta", "Borlänge", "Falun", "Gagnef", "Hedemora", "Leksand", "Ludvika", "Malung-Sälen"),
    *("Mora", "Orsa", "Rättvik", "Smedjebacken", "Säter", "Vansbro", "Älvdalen"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def shown(browser: Browser, tmp_path: Path):
    """Opens a kommun's page at a width; fails afterwards on any console message or request for anything else."""
    opened: list[Page] = []
    noise: list[str] = []

    def show(kommun: str, width: int = 1280) -> Page:
        file = tmp_path / f"{kommun}.html"
        file.write_text(page_of(kommun), encoding="utf-8")
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


@pytest.mark.parametrize("width", [1280, 768, 640, 320])
@pytest.mark.parametrize("kommun", KINDS)
def test_no_horizontal_scroll(shown, kommun: str, width: int):
    page = shown(kommun, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("kommun", KINDS)
def test_no_accessibility_violation(shown, kommun: str, width: int):
    page = shown(kommun, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_over_a_batch(browser: Browser, tmp_path: Path, width: int):
    """No violation, no request, no message, no scroll to the side; the same policy as a report."""
    outcomes = []
    for place in kommun.in_lan("20"):
        folder = tmp_path / place.slug / "lagesbild"
        failure = engine.Failure("x", "x", cell=3) if place.name == "Mora" else None
        if failure is None:
            folder.mkdir(parents=True)
            (folder / "report.html").write_text("x")
        status = "failed" if failure else "done"
        outcomes.append(engine.Outcome(engine.Wanted("lagesbild", place), status, folder, tmp_path / "l", failure=failure))
    file, noise = engine.write_index(tmp_path, outcomes), []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: noise.append(message.text))
    page.on("request", lambda request: noise.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("link", name="Lägesbild Borlänge").count() == 1
    page.close()
    assert noise == []


def colours(png: bytes) -> dict[str, float]:
    """Share of the picture's pixels by colour."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    counted = image.getcolors(image.width * image.height) or []
    return {f"#{r:02x}{g:02x}{b:02x}": n / (image.width * image.height) for n, (r, g, b) in counted}


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("bostadsinbrott", {"#00518a": 0.004, "#e3e6e7": 0.05, "#717c84": 0.0002, "#4b5860": 0.001}),
        ("vald_nara_relation_kvinna", {"#00518a": 0.003, "#e3e6e7": 0.02, "#1b2429": 0.0005}),
        ("otrygg_kvall", {"#00518a": 0.005, "#e3e6e7": 0.02}),
        ("kommunen", {"#00518a": 0.005}),
    ],
)
def test_figures_are_drawn_under_the_policy(shown, figure: str, expected: dict[str, float]):
    """A figure whose styles the policy blocks is a black block; each colour covers at least its part of the picture."""
    found = colours(shown("Borlänge").locator(f"#{figure} svg[role=img]").first.screenshot())
    assert found.get("#ffffff", 0) > 0.5
    assert found.get("#000000", 0) < 0.02
    for colour, share in expected.items():
        assert found.get(colour, 0) >= share, (colour, found.get(colour, 0))


def test_sparklines_and_verdicts_are_drawn(shown):
    page = shown("Borlänge")
    spark = colours(page.locator(".gnista").nth(1).screenshot())
    assert spark.get("#00518a", 0) > 0.01
    assert spark.get("#d3d8da", 0) > 0.05
    assert colours(page.locator(".dom.okning").first.screenshot()).get("#8a3a0f", 0) > 0.4
    assert colours(page.locator(".dom.minskning").first.screenshot()).get("#0b5a5a", 0) > 0.4


def test_text_in_figures_is_readable_on_a_phone(shown):
    """Never below about 10.5 px at 320 px."""
    page = shown("Borlänge", 320)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.figur')].map(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * scale));
        })"""
    )
    assert min(sizes) >= 10.2


def test_nothing_in_html_is_below_14_px(shown):
    for width in (1280, 320):
        smallest = shown("Borlänge", width).evaluate(
            """() => Math.min(...[...document.querySelectorAll('body *')]
                .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('svg'))
                .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
        )
        assert smallest >= 14


def test_keyboard(shown):
    """The first stop is the skip link, seen when it has focus; a table opens with Enter; wide tables can be scrolled."""
    page = shown("Borlänge")
    page.keyboard.press("Tab")
    link = page.locator(".hoppa")
    assert link.evaluate("e => e === document.activeElement")
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#innehall")
    summary = page.locator("#bostadsinbrott summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#bostadsinbrott details").evaluate("e => e.open")
    assert page.locator("#bilagor .bred").first.evaluate("e => e.tabIndex") == 0


def pdf(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)))


def words(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text))


@pytest.mark.parametrize("kommun", [*DALARNA, "Ystad", "Upplands Väsby", "Gotland"])
def test_the_first_page_prints_on_exactly_one_a4(shown, kommun: str):
    reader = pdf(shown(kommun))
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    first, second = (words(reader.pages[i].extract_text()) for i in (0, 1))
    assert "Läget i korthet" in first
    assert "Källa: Brå" in first  # the last line of the first page
    assert "Källa: Brå, anmälda brott" not in second.split("Källor i den här rapporten")[0]
    assert "och hör till gruppen" in second[:200]


@pytest.mark.parametrize("kommun", ["Borlänge", "Vansbro", "Falun"])
def test_one_page_then_at_most_ten_then_appendices(shown, kommun: str):
    texts = [words(p.extract_text()) for p in pdf(shown(kommun)).pages]
    law = next(i for i, text in enumerate(texts) if "Lagens krav:" in text)
    assert law + 1 <= 11
    assert any("Tabeller och kontrolluppgifter" in text for text in texts[law:])
    assert f"1 ({len(texts)})" in texts[0]
    assert f"Lägesbild {kommun} 2026 · diarienummer fylls i · utkast" in texts[3]


def test_the_pdf_is_tagged_and_swedish(shown):
    root = pdf(shown("Borlänge")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("sv")


def test_print_keeps_the_tables(shown):
    """What is folded away on the screen is printed as an appendix."""
    text = " ".join(words(p.extract_text()) for p in pdf(shown("Borlänge")).pages)
    assert "Anmälda brott per år i Borlänge" in text
    assert "Visa siffrorna i en tabell" not in text
    assert "Hoppa till innehållet" not in text
