"""The documentation as a reader meets it: every link leads somewhere, nothing is fetched, and axe finds nothing on any page.

`SITE=FOLDER` names a site that is built already, as `.ci/run` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import chromium
import pytest
from bs4 import BeautifulSoup
from chromium import browser as browser
from playwright.sync_api import Browser, Page

from kunskapsbaserat import kommun
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.page.common_words import CHANGE
from kunskapsbaserat.swedish import number

ROOT = Path(__file__).parents[2]
pytestmark = [*chromium.marks("site"), pytest.mark.thorough]
KINDS = ("index", "prova", "guider/hamta", "methods/effects", "api/trends", "uppgifter", "search")  # a page of every kind
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if built := os.environ.get("SITE"):
        return Path(built).resolve()
    assert find_spec("sphinx"), "the site needs the group docs: python -m uv run --group docs pytest -m thorough"
    out = tmp_path_factory.mktemp("sida")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(ROOT / "docs"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, BeautifulSoup]:
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) > 40
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in pages}


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page that may ask for nothing outside the folder."""
    shown = browser.new_page()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    yield shown
    shown.close()
    assert [url for url in asked if not url.startswith(("file://", "data:", "blob:"))] == []
    assert all(site.as_uri() in url for url in asked if url.startswith("file://"))


def test_every_link_leads_somewhere(site: Path, parsed: dict[Path, BeautifulSoup]):
    ids = {path: {tag["id"] for tag in soup.find_all(id=True)} for path, soup in parsed.items()}
    dead = []
    for path, soup in parsed.items():
        for link in soup.find_all("a", href=True):
            address, anchor = urldefrag(link["href"])
            if urlsplit(address).scheme:
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            if not target.is_file() or (anchor and target in ids and unquote(anchor) not in ids[target]):
                dead.append(f"{path.relative_to(site)}: {link['href']}")
    assert dead == []


def test_nothing_is_fetched_from_elsewhere(parsed: dict[Path, BeautifulSoup]):
    for path, soup in parsed.items():
        outside = [tag[key] for key in ("src", "srcset") for tag in soup.find_all(attrs={key: True})]
        outside += [tag["href"] for tag in soup.find_all("link", href=True)]
        assert [address for address in outside if urlsplit(address).scheme in ("http", "https")] == [], path


def test_every_page_has_a_language_one_head_and_texts_for_its_pictures(parsed: dict[Path, BeautifulSoup]):
    for path, soup in parsed.items():
        assert soup.html["lang"] in ("sv", "en"), path
        assert len(soup.find_all("h1")) == 1, path
        assert [str(image) for image in soup.find_all("img") if not image.get("alt")] == [], path


@pytest.mark.parametrize("name", KINDS)
def test_no_accessibility_violation_and_no_scroll_to_the_side(page: Page, site: Path, name: str):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((site / f"{name}.html").as_uri())
        assert chromium.violations(page) == []
        assert chromium.width_of(page) <= width


def test_the_search_finds(page: Page, site: Path):
    page.goto(f"{(site / 'search.html').as_uri()}?q=signera")
    page.wait_for_selector("#search-results li")
    assert "Många på en gång" in page.inner_text("#search-results")


def test_the_verdicts_of_all_kommuner_are_in_the_page(parsed: dict[Path, BeautifulSoup], site: Path):
    """Read without a script: every kommun has its rows, and they say what its lägesbild says."""
    page = site / "prova.html"
    assert page.stat().st_size < 1_000_000
    parts = {part["data-namn"]: part for part in parsed[page].select("#prova tbody")}
    assert list(parts) == sorted((k.name for k in kommun.all_kommuner()), key=kommun.sort_key)
    for name in ("Köping", "Åtvidaberg", "Bjurholm"):
        found = {f.facet.short: f for f in underlag.load(name).count_findings}
        rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in parts[name].find_all("tr")[1:]]
        assert len(rows) == 5
        for offence, change, relative, _, before, *_ in rows:
            judgement = found[offence].judgement
            assert (change, relative) == (CHANGE[judgement.change][1], CHANGE[judgement.relative_change][1])
            assert before.startswith(number(judgement.mean_earlier))


def test_one_kommun_is_chosen_from_a_folder(page: Page, site: Path):
    page.goto((site / "prova.html").as_uri())
    assert page.locator("#prova tbody:visible").count() == 290
    page.get_by_label("Kommun", exact=True).select_option("Köping")
    assert page.locator("#prova tbody:visible").all_inner_texts()[0].startswith("Köping")
    assert page.locator("#prova tbody:visible").count() == 1
    assert page.get_by_role("status").inner_text() == "Köping visas."
    assert chromium.violations(page) == []
    page.goto((site / "prova.html").as_uri() + "#2080")
    page.reload()
    assert page.locator("#prova tbody:visible").count() == 1
    assert "Falun" in page.locator("#prova tbody:visible").inner_text()
