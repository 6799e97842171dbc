"""A document's parts in a notebook: in the styles of JupyterLab, nbviewer and VS Code, light and dark, screen and phone."""

from __future__ import annotations

import os
from pathlib import Path

import chromium
import nbformat
import pytest
from chromium import browser as browser
from chromium import opened as opened
from nbconvert import HTMLExporter
from playwright.sync_api import Page

from kunskapsbaserat.report.page import html
from kunskapsbaserat.report.page.blocks import Chips, Column, Definitions, Mark, Masthead, Paragraph, Part, Section, Table

pytestmark = chromium.marks()
PICTURES = os.environ.get("PICTURES")
# What VS Code writes about the tables of a notebook's outputs.
VS_CODE = """<!doctype html><html lang="en"><head><title>x</title><style>
body { background: %s; color: #808080; font: 13px sans-serif; }
#container thead, #container tr, #container th, #container td, #container tbody { border: none !important; }
#container table, #container th, #container tr { vertical-align: middle; text-align: right; }
#container th, #container td { padding: 4px 8px; }
#container tr:nth-child(even) { background-color: rgba(130, 130, 130, .08); }
</style></head><body class="%s"><main id="container">%s</main></body></html>"""
# JupyterLab's own rules about a cell's table, which divide its width evenly: the exporter's style sheet has them too.
HOSTS = ["lab-light", "lab-dark", "classic", "vscode-dark", "vscode-light"]
# Words in cells and terms that are broken in two.
_BROKEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest(".kb :is(th, td, dt, dd)")) continue;
    for (const word of node.textContent.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def shown() -> list[str]:
    """The head and a part as a notebook keeps them: a masthead, terms, marks and a table of many columns."""
    heads = ["Brottstyp", "Folkmängd", "Antal", "Per 100\u00a0000", "Trafikbrott", "Mittersta hälften", "Förändring"]
    rows = [
        ["Bostadsinbrott", "51\u00a0354", "226", "438", "243", "147–266", Mark("okning", "säkerställd ökning")],
        ["Våld i nära relation", "51\u00a0354", "192", "372", "12", "204–318", Mark("kan", "kan inte bedömas")],
    ]
    table = Table("Brott i Borlänge", [Column(head, right=0 < at < 6) for at, head in enumerate(heads)], rows, ())
    blocks = [
        Paragraph("År 2025 anmäldes 5\u00a0846 brott."),
        Chips([Mark("minskning", "säkerställd minskning")]),
        Definitions([("Folkmängd", "31 december 2025."), ("Kommungrupp", "Större stad.")]),
        table,
    ]
    head = Masthead("Borlänge", "Utkast", "Lägesbild 2026", "Brott i Borlänge", [("Diarienummer", "fylls i")])
    part = Part("del", "Del", [Section("del", "Omfattning", "Brotten i korthet", blocks)], masthead=head)
    return [html.notebook_head("Lägesbild 2026"), part._repr_mimebundle_()["text/html"]]


def page_of(host: str, outputs: list[str]) -> str:
    kind, _, theme = host.partition("-")
    if kind == "vscode":
        background = "#1f1f1f" if theme == "dark" else "#ffffff"
        return VS_CODE % (background, host, "".join(f'<div class="output">{output}</div>' for output in outputs))
    cells = []
    for output in outputs:
        data = nbformat.v4.new_output("execute_result", data={"text/html": output}, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("lb", outputs=[data]))
    exporter = HTMLExporter(template_name=kind, **({"theme": theme} if theme else {}))
    body, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    return body


@pytest.fixture
def page(browser, tmp_path: Path, request: pytest.FixtureRequest, shown: list[str]):
    path = tmp_path / "sida.html"
    path.write_text(page_of(request.param, shown), encoding="utf-8")
    page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.goto(path.as_uri())
    page.evaluate(f"document.documentElement.dataset.host = {request.param!r}")
    yield page
    page.close()


@pytest.mark.thorough
@pytest.mark.parametrize("page", HOSTS, indirect=True)
def test_no_word_is_broken_and_all_can_be_read(page: Page):
    host = str(page.evaluate("document.documentElement.dataset.host"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_BROKEN) == []
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"anteckningsbok-{host}-{width}.png", full_page=True)
    faint = chromium.violations(page, ".kb")
    assert [found for found in faint if found[0] in ("color-contrast", "link-in-text-block")] == []
    dark = host.endswith("dark")
    assert page.locator(".kb").last.evaluate("e => getComputedStyle(e).backgroundColor") == (
        "rgb(20, 25, 28)" if dark else "rgb(255, 255, 255)"
    )
    assert page.locator(".kb").last.evaluate("e => e.closest('[lang]').lang") == "sv"
    # The rules of the table are those of the page: lines under the rows, no bands, numbers to the right.
    cell = page.locator(".kb tbody td").first
    assert cell.evaluate("e => getComputedStyle(e).borderBottomWidth") != "0px"
    assert page.locator(".kb tbody tr").first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.locator(".kb .fakta").evaluate("e => getComputedStyle(e).display") == "grid"
