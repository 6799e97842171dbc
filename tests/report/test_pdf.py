"""The page as a PDF: tagged, with language, title and outline; and what is said when nothing can print."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import types
from pathlib import Path

import pytest
from pages import page, soup
from pypdf import PdfReader

from kunskapsbaserat.errors import FileLocked, RenderError
from kunskapsbaserat.report.page import pdf

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("REQUIRE_BROWSER") != "1",
    reason="no Chromium on this machine",
)


@pytest.fixture
def html_file(tmp_path: Path) -> Path:
    folder = tmp_path / "rapport å ä ö"
    folder.mkdir()
    file = folder / "report.html"
    file.write_text(page("Ystad"), encoding="utf-8")
    return file


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROME_PATH", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(pdf, "_usual_places", lambda: [])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)


@needs_browser
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_tagged_pdf_with_language_title_and_outline(html_file: Path):
    target = html_file.with_suffix(".pdf")
    pdf.write(html_file, target)
    reader = PdfReader(target)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "sv"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Lägesbild 2026: brott i Ystad"
    assert reader.outline
    tags = tags_in(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/L"} <= set(tags)
    assert {str(reader.metadata[name])[:16] for name in ("/CreationDate", "/ModDate")} == {"D:19800101000000"}
    headings = [re.sub(r"\s|\u2060", "", h.get_text()) for h in soup("Ystad").select("h1, h2")]
    shown = re.sub(r"\s|\u2060", "", "".join(p.extract_text() for p in reader.pages))
    assert [h for h in headings if h not in shown] == []


def tags_in(node: object) -> list[str]:
    found, waiting = [], [node]
    while waiting:
        here = waiting.pop()
        here = here.get_object() if hasattr(here, "get_object") else here
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, dict):
            found += [str(here["/S"])] if "/S" in here else []
            waiting += [here["/K"]] if "/K" in here else []
    return found


@pytest.mark.usefixtures("nothing_installed")
def test_nothing_that_can_print_is_said_in_swedish(html_file: Path):
    with pytest.raises(RenderError, match="Chrome") as caught:
        pdf.write(html_file, html_file.with_suffix(".pdf"))
    for word in ("Edge", "CHROME_PATH", "pip install weasyprint", "Spara som PDF"):
        assert word in caught.value.svenska
    assert not html_file.with_suffix(".pdf").exists()


@pytest.mark.usefixtures("nothing_installed")
def test_weasyprint_prints_where_there_is_no_browser(html_file: Path, monkeypatch: pytest.MonkeyPatch):
    asked = {}

    class Html:
        def __init__(self, filename: str) -> None:
            asked["page"] = filename

        def write_pdf(self, target: str, pdf_variant: str) -> None:
            asked["variant"] = pdf_variant
            Path(target).write_bytes(b"%PDF-1.7 egen")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name == "weasyprint" else None)
    monkeypatch.setitem(sys.modules, "weasyprint", types.SimpleNamespace(HTML=Html))
    pdf.write(html_file, html_file.with_suffix(".pdf"))
    assert html_file.with_suffix(".pdf").read_bytes() == b"%PDF-1.7 egen"
    assert asked == {"page": str(html_file), "variant": "pdf/ua-1"}


def test_the_chosen_browser_goes_first_and_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    mine = tmp_path / "min läsare.exe"
    mine.write_text("")
    monkeypatch.setenv("CHROME_PATH", str(mine))
    assert pdf.browser() == str(mine)
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "borta.exe"))
    with pytest.raises(RenderError) as caught:
        pdf.require()
    assert "borta.exe" in caught.value.svenska
    assert "CHROME_PATH" in caught.value.svenska


def test_windows_keeps_its_browsers_in_program_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    edge = tmp_path / "Program Files (x86)" / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.write_text("")
    monkeypatch.delenv("CHROME_PATH", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path / "Program Files"))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path / "Program Files (x86)"))
    assert pdf.browser() == str(edge)


def test_a_printer_that_fails_is_named(html_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROME_PATH", sys.executable)  # starts, and prints nothing
    with pytest.raises(RenderError) as caught:
        pdf.write(html_file, html_file.with_suffix(".pdf"))
    assert "kunde inte skapa PDF-filen" in caught.value.svenska
    assert not html_file.with_suffix(".pdf").exists()


def test_a_pdf_open_in_a_reader(html_file: Path, monkeypatch: pytest.MonkeyPatch):
    def printed(_program: str, _page: Path, target: Path, _profile: Path) -> None:
        with target.open("wb") as file:
            file.write(b"%PDF")

    def locked(self: Path, _data: bytes) -> int:
        raise PermissionError(13, "used by another process", str(self))

    monkeypatch.setenv("CHROME_PATH", sys.executable)
    monkeypatch.setattr(pdf, "_print_in_browser", printed)
    monkeypatch.setattr(Path, "write_bytes", locked)
    with pytest.raises(FileLocked) as caught:
        pdf.write(html_file, html_file.with_suffix(".pdf"))
    assert "Stäng filen i PDF-läsaren" in caught.value.svenska
