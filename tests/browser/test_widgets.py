"""The widgets in a real JupyterLab and a real Voilà, by keyboard, in Debian's Chromium."""

from __future__ import annotations

import os
import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

import kunskapsbaserat as kb
from kunskapsbaserat import Design, evaluate, jupyter, power, read_registration
from kunskapsbaserat.report import view
from kunskapsbaserat.report.text import effects as effect_words
from kunskapsbaserat.widgets import Effekt

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("lab"),
    pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium on this machine (set CHROMIUM to its path)"),
    # Playwright's own loop and its pipes are closed by its driver process, not by the test.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--lang=sv"]
ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
PICTURES = os.environ.get("PICTURES")  # where the pictures of the docs are put
WAIT = int(os.environ.get("PATIENCE", "120")) * 1000
WIDTHS = (1280, 768)
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running JupyterLab with the notebooks: its address and its folder (with a space and å, ä, ö in its name)."""
    folder = tmp_path_factory.mktemp("lab") / "Brå år ö"
    folder.mkdir()
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy2(notebook, folder)
    with servers.jupyterlab(folder, tmp_path_factory.mktemp("rum")) as address:
        yield address, folder


@pytest.fixture
def opened(browser: Browser) -> Iterator:
    """Opens an address; afterwards no error may stand in the console and no other machine have been asked."""
    noise: list[str] = []
    pages: list[Page] = []

    def open_page(address: str, width: int = 1280) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 1000})
        page.set_default_timeout(WAIT)
        page.on("console", lambda m: noise.append(f"{m.text} ({m.location['url']})") if _ours(m) else None)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda r: noise.append(r.url) if not _own(r.url) else None)
        page.goto(address)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert noise == []


def _ours(message: ConsoleMessage) -> bool:
    """An error; not those of a report shown inside JupyterLab, whose strict policy refuses the style that JupyterLab adds."""
    return message.type == "error" and not message.location["url"].startswith("blob:")


def _own(address: str) -> bool:
    return address.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


def run_all(page: Page) -> None:
    """Run the whole notebook from the keyboard, when the kernel is there: before that, JupyterLab runs nothing."""
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    cells = page.locator(".jp-Notebook .jp-Cell")
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    until = time.monotonic() + WAIT / 1000
    while time.monotonic() < until and "1" not in prompts.first.inner_text():
        page.locator(".jp-CodeCell").first.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(2000)
    for _ in range(cells.count() - 2):
        page.keyboard.press("Shift+Enter")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list with the keyboard alone: type the words, or go down when they begin with å, ä or ö (Playwright has a
    foreign keyboard)."""
    control = page.get_by_label(label, exact=True)
    control.focus()
    if option.isascii():
        page.keyboard.type(option, delay=10)
    else:
        for _ in range(
            [text.replace("\xa0", " ").strip() for text in control.locator("option").all_text_contents()].index(option)
        ):
            page.keyboard.press("ArrowDown")
    expect(control.locator("option:checked")).to_have_text(option)


def write(page: Page, label: str, text: str) -> None:
    """Write into a field with the keyboard and leave it by Return."""
    control = page.get_by_label(label, exact=True)
    control.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def picture(of: Page | Locator, name: str) -> None:
    if PICTURES:
        of.screenshot(path=Path(PICTURES) / f"widgets-{name}.png")


def test_explore_by_keyboard_and_run_the_code(lab, opened):
    """Choose Borlänge, change offence and comparison, read the verdict, insert the code, run it: the same numbers."""
    address, _ = lab
    page = opened(f"{address}/utforska/tree/utforska.ipynb?token={servers.TOKEN}")
    run_all(page)
    write(page, "Kommun", "Borlänge")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Borlänge")).to_be_visible()
    choose(page, "Brottstyp", "Bostadsinbrott")
    expect(page.get_by_role("heading", name="Bostadsinbrott i Borlänge")).to_be_visible()
    choose(page, "Jämför med", "Övriga kommuner i länet")
    tables = view.screened()
    wanted = tables.view("Borlänge", "bostadsinbrott", group="lan")
    status = page.locator(".kbw [role=status]").first
    expect(status).to_contain_text("säkerställd ökning med 72 procent")
    expect(status).to_contain_text("säkerställt högre än i 14 andra kommuner i Dalarna")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1400})
        picture(page, f"utforska-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    button = page.get_by_role("button", name="Skriv koden i nästa cell")
    button.focus()
    page.keyboard.press("Enter")
    inserted = page.locator(".jp-CodeCell").nth(2)
    expect(inserted.locator(".cm-content")).to_contain_text("kb.rates.screen")
    inserted.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    printed = inserted.locator(".jp-OutputArea")
    row = wanted.verdict
    expect(printed).to_contain_text(f"{row['mean_earlier']:.1f}")
    expect(printed).to_contain_text(f"{row['ratio']:.2f}")
    expect(printed).to_contain_text(f"{wanted.own.loc[2024, 'rate']:.6f}")
    assert kb.Change.SAKERSTALLD_OKNING in printed.inner_text()


def test_a_wrong_name_gets_a_sentence(lab, opened):
    """No traceback, what to do, and the choices stay."""
    address, _ = lab
    page = opened(f"{address}/fel/tree/utforska.ipynb?token={servers.TOKEN}")
    run_all(page)
    write(page, "Kommun", "Borlnge")
    expect(page.get_by_role("alert").filter(has_text="Menade du Borlänge (2081)")).to_be_visible()
    write(page, "Kommun", "Ystad")
    expect(page.get_by_role("alert").filter(has_text="Tio brottsgrupper 2013")).to_be_visible()
    write(page, "Kommun", "2080")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_be_visible()
    assert page.get_by_role("alert").count() == 0
    assert not re.search("Traceback|Error", page.locator(".jp-Notebook").inner_text())


def test_an_evaluation_step_by_step(lab, opened):
    """From areas and start to checks, a file with the design, and the answer, by keyboard."""
    address, folder = lab
    page = opened(f"{address}/effekt/tree/verktyg.ipynb?token={servers.TOKEN}")
    run_all(page)
    panel = Effekt().panel
    for name in ("Tingsryd (0763)", "Skellefteå (2482)"):
        write(page, "Områden med åtgärden", name)
        expect(page.get_by_role("button", name=f"{name} ✕")).to_be_visible()
    write(page, "Första månaden med åtgärden", "våren")
    expect(page.get_by_role("alert").filter(has_text="är ingen tidpunkt")).to_be_visible()
    write(page, "Första månaden med åtgärden", "2025-03")
    planned = Design(panel, outcome="count", exposure="population", treated=("0763", "2482"), start="2025-03")
    said = effect_words.power(power(planned, months_after=[12], areas=[2]))
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("region", name="Det som kan lura jämförelsen")).to_contain_text("Månader före starten")
    page.get_by_role("button", name="Spara upplägget").press("Enter")
    expect(page.get_by_text("Upplägget är sparat i upplagg.json")).to_be_visible()
    assert read_registration(folder / "upplagg.json").choices["treated"] == ["0763", "2482"]
    write(page, "Fil med sparat upplägg (kan lämnas tom)", "")
    write(page, "Första månaden med åtgärden", "2024-01")
    begun = Design(panel, outcome="count", exposure="population", treated=("0763", "2482"), start="2024-01")
    page.get_by_role("button", name="Utvärdera", exact=True).press("Enter")
    expect(page.get_by_text(plain(evaluate(begun).summary()))).to_be_visible()
    expect(page.locator("img.kbw-bild")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1900})
        page.locator(".kbw").first.evaluate("e => e.scrollIntoView()")
        picture(page, f"effekt-{width}")


def test_a_report_is_rendered_and_opened(lab, opened):
    """Choose a kommun, render with progress, open the page in JupyterLab."""
    address, folder = lab
    page = opened(f"{address}/rapport/tree/verktyg.ipynb?token={servers.TOKEN}")
    run_all(page)
    write(page, "Lägg till kommun", "Borlänge")
    expect(page.get_by_role("button", name="Borlänge ✕")).to_be_visible()
    page.get_by_role("button", name="Skapa rapporterna").press("Enter")
    expect(page.get_by_text("Rapporten är klar.")).to_be_visible(timeout=WAIT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.get_by_role("button", name="Skapa rapporterna").scroll_into_view_if_needed()
        picture(page, f"rapport-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    assert (folder / "reports" / "2081-borlange" / "lagesbild" / "report.html").is_file()
    page.get_by_role("link", name="Öppna Borlänge").press("Enter")
    report = page.frame_locator(".jp-HTMLViewer iframe, iframe.jp-IFrame-iframe, .jp-IFrame iframe").first
    expect(report.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)


def test_the_app_under_voila(opened, tmp_path: Path):
    """`kunskap app` shows Utforska to those who have the token, and to nobody else."""
    port, token = servers.free_port(), "nyckel"
    jupyter.app_folder(tmp_path, {"kommun": "Falun", "spara_i": str(tmp_path / "sparat")}, token=token)
    command = jupyter.app_command(port=port, browser=False)[1:]
    address = f"http://127.0.0.1:{port}/"
    with servers.served(
        command, f"{address}login", cwd=tmp_path, room=tmp_path / "rum", more=jupyter.app_environment(tmp_path)
    ):
        for asked in ("", "api/kernels", "?token=fel"):
            with urllib.request.urlopen(f"{address}{asked}", timeout=60) as answer:
                assert "/login?" in answer.url
        page = opened(f"{address}?token={token}")
        expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_be_visible(timeout=WAIT)
        assert page.get_by_role("button", name="Skriv koden i nästa cell").count() == 0
        write(page, "Kommun", "Borlänge")
        expect(page.get_by_role("heading", name="Anmälda brott totalt i Borlänge")).to_be_visible()
        choose(page, "Brottstyp", "Bilbrott")
        expect(page.get_by_role("heading", name="Bilbrott i Borlänge")).to_be_visible()
        page.get_by_role("button", name="Spara figurer och tabeller").press("Enter")
        expect(page.get_by_text("Sparat i mappen")).to_be_visible()
        assert list((tmp_path / "sparat").glob("2081-borlange-bilbrott-*.svg"))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.get_by_role("heading", level=1).scroll_into_view_if_needed()
            picture(page, f"app-{width}")
        problems = Axe().run(page, context=".kbw").response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in problems] == []
        page.close()  # before its server ends
