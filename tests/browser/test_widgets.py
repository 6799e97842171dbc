"""The widgets in a real JupyterLab and a real Voilà, by keyboard, in Debian's Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chromium
import pandas as pd
import pytest
import servers
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from kunskapsbaserat import Design, evaluate, jupyter, kommun, power, read_registration
from kunskapsbaserat.effects import words as effect_words
from kunskapsbaserat.report.documents.explore import view
from kunskapsbaserat.report.documents.explore import words as view_words
from kunskapsbaserat.widgets import Effekt

pytestmark = [*chromium.marks("lab"), pytest.mark.thorough]  # two servers, three kernels and JupyterLab's own scripts: 75 s
APP_TOKEN = "nyckel"
PICTURES = os.environ.get("PICTURES")  # where the pictures of the docs are put
WAIT = int(os.environ.get("PATIENCE", "120")) * 1000
WIDTHS = (1280, 768)
DARK = "document.body.dataset.jpThemeLight = 'false'"  # as JupyterLab marks a page whose theme is dark
LIGHT = "document.body.dataset.jpThemeLight = 'true'"
expect.set_options(timeout=WAIT)


@dataclass(frozen=True)
class Opened:
    """The pages that the tests use, all of them on their way, and what was heard from them that should not be heard."""

    lab: Path
    app: Path
    app_address: str
    exploring: Page
    tools: Page
    app_page: Page
    noise: list[str]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Both servers and the browser are started side by side, and so are the kernels: a test waits for its own page alone."""
    lab = tmp_path_factory.mktemp("lab") / "Brå år ö"
    app = tmp_path_factory.mktemp("app")
    lab.mkdir()
    jupyter.put_notebooks(lab)
    jupyter.app_folder(app, {"kommun": "Falun", "spara_i": str(app / "sparat")}, token=APP_TOKEN)
    noise: list[str] = []
    with contextlib.ExitStack() as stack:
        settings = stack.enter_context(servers.quiet_room())
        asked_lab = stack.enter_context(servers.jupyterlab(lab, lab.parent / "log.txt", settings).running())
        asked_app = stack.enter_context(servers.voila(app, app / "log.txt", settings).running())
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(chromium.launch(playwright))
        address = asked_lab()
        exploring, tools = (
            _page(browser, f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?token={servers.TOKEN}", noise)
            for name in ("utforska", "verktyg")
        )
        app_address = asked_app()
        app_page = _page(browser, f"{app_address}/?token={APP_TOKEN}", noise)
        for page in (exploring, tools):
            run_all(page)
        yield Opened(lab, app, app_address, exploring, tools, app_page, noise)


@pytest.fixture(autouse=True)
def _nothing_was_heard(opened: Opened) -> Iterator[None]:
    """No error may stand in the console, and no other machine have been asked."""
    yield
    assert opened.noise == []


def _page(browser: Browser, address: str, noise: list[str]) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(WAIT)
    page.on("console", lambda m: noise.append(f"{m.text} ({m.location['url']})") if _ours(m) else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda r: noise.append(r.url) if not _own(r.url) else None)
    page.goto(address, wait_until="commit")
    return page


def _ours(message: ConsoleMessage) -> bool:
    """An error; not those of a report shown inside JupyterLab, whose strict policy refuses the style that JupyterLab adds."""
    return message.type == "error" and not message.location["url"].startswith("blob:")


def _own(address: str) -> bool:
    return address.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


def run_all(page: Page) -> None:
    """Run the notebook from the keyboard, cell by cell: each is asked for once, until its number or star stands."""
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")  # before the kernel is there, nothing is run
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    for i in range(cells.count()):
        run(page, cells.nth(i))


def run(page: Page, cell: Locator) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[(\*|\d+)\]"))


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list with the keyboard alone: type the words, or go down when they begin with å, ä or ö (Playwright has a
    foreign keyboard)."""
    control = page.get_by_label(label, exact=True)
    control.blur()  # what was typed less than a second ago is else the beginning of this word
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


def in_both_themes(page: Page, of: Page | Locator, name: str) -> None:
    """A picture in each, when pictures are made; and nothing in the widget too faint in the dark one."""
    picture(of, name)
    page.evaluate(DARK)
    picture(of, f"{name}-mork")
    assert chromium.violations(page, ".kbw") == []
    page.evaluate(LIGHT)


def test_every_control_shows_its_focus(opened: Opened):
    """Three pixels around what the keyboard is in, on a named part of the page in Swedish; the menus are in Swedish too."""
    page = opened.exploring
    around = page.locator(".kbw").first
    expect(around).to_have_attribute("lang", "sv")
    expect(around).to_have_attribute("aria-label", view_words.UTFORSKA)
    for control in page.locator(".kbw :is(input, select, button):visible").all():
        control.focus()
        style = control.evaluate("e => [getComputedStyle(e).outlineWidth, getComputedStyle(e).outlineStyle, e.outerHTML]")
        assert style[:2] == ["3px", "solid"], style[2]
    expect(page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").first).to_have_text("Arkiv")


def test_a_wrong_name_gets_a_sentence(opened: Opened):
    """No traceback, what to do, and no figures under a name that is none. Half a name is no name yet."""
    page = opened.exploring
    page.get_by_label("Kommun", exact=True).press_sequentially("Borl")
    assert page.get_by_role("alert").count() == 0
    write(page, "Kommun", "Borlnge")
    expect(page.get_by_role("alert").filter(has_text="Menade du Borlänge (2081)")).to_be_visible()
    expect(page.locator(".kbw figure")).to_have_count(0)
    write(page, "Kommun", "Ystad")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Ystad")).to_be_visible()
    write(page, "Kommun", "2080")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    write(page, "Kommunens mapp (kan lämnas tom)", "finns inte")
    expect(page.get_by_role("alert").filter(has_text="finns inte som mapp")).to_be_visible()
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_have_count(0)
    write(page, "Kommunens mapp (kan lämnas tom)", "")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_be_visible()
    assert not re.search("Traceback|Error", page.locator(".jp-Notebook").inner_text())


def test_explore_by_keyboard_and_run_the_code(opened: Opened):
    """Choose Borlänge, change offence and comparison, read the verdict, insert the code, run it: the same numbers."""
    page = opened.exploring
    write(page, "Kommun", "Borlänge")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Borlänge")).to_be_visible()
    choose(page, "Brottstyp", "Bostadsinbrott")
    expect(page.get_by_role("heading", name="Bostadsinbrott i Borlänge")).to_be_visible()
    choose(page, "Jämför med", "Övriga kommuner i länet")
    wanted = view.screened().view("Borlänge", "bostadsinbrott", group="lan")
    status = page.locator(".kbw [role=status]").first
    expect(status).to_contain_text("278 per år 2023⁠–⁠2024, mot 161 per år 2018⁠–⁠2022. Skillnaden är inte säkerställd.")
    expect(status).to_contain_text(view_words.compared(wanted))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1400})
        picture(page, f"utforska-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    in_both_themes(page, page, "utforska")
    assert chromium.violations(page, ".kbw") == []
    choose(page, "År", "2023")
    expect(page.get_by_role("heading", name="Bostadsinbrott i Borlänge, 2023")).to_be_visible()
    choose(page, "År", "2024")
    expect(page.get_by_role("heading", name="Bostadsinbrott i Borlänge, 2024")).to_be_visible()
    page.get_by_role("button", name="Skriv koden i nästa cell").press("Enter")
    inserted = page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text="kb.rates.screen"))
    run(page, inserted)
    printed = inserted.locator(".jp-OutputArea")
    row = wanted.verdict
    expect(printed).to_contain_text(f"{row['mean_earlier']:.1f}")
    expect(printed).to_contain_text(f"{row['ratio']:.2f}")
    expect(printed).to_contain_text(f"{wanted.own.loc[2024, 'rate']:.6f}")
    assert row["change"] in printed.inner_text()
    expect(printed.locator("img").first).to_be_visible()  # the code draws its figure


def test_three_questions_by_keyboard(opened: Opened):
    """Several kommuner, then what sticks out; focus stays in the row when a chosen kommun is taken away."""
    page = opened.exploring
    write(page, "Kommun", "Borlänge")
    page.get_by_label(view_words.QUESTIONS[view_words.TOGETHER]).press("Space")
    expect(page.get_by_text("Lägg till en eller flera kommuner")).to_be_visible()  # the question is there: now one can answer
    for name in ("Falun", "Mora"):
        write(page, view_words.ADD_MORE, name)
        expect(page.get_by_role("button", name=f"{name} ✕")).to_be_visible()
    expect(page.get_by_role("heading", name="i Borlänge, Falun och Mora")).to_be_visible()
    in_both_themes(page, page, "utforska-flera")
    page.get_by_role("button", name="Falun ✕").press("Enter")
    expect(page.get_by_role("heading", name="i Borlänge och Mora")).to_be_visible()
    expect(page.get_by_role("button", name="Mora ✕")).to_be_focused()
    page.get_by_role("button", name="Mora ✕").press("Enter")
    expect(page.get_by_label(view_words.ADD_MORE, exact=True)).to_be_focused()
    page.get_by_label(view_words.QUESTIONS[view_words.STANDOUTS]).press("Space")
    expect(page.get_by_role("heading", name="Vad sticker ut i Borlänge?")).to_be_visible()
    in_both_themes(page, page, "utforska-sticker-ut")
    page.get_by_label(view_words.QUESTIONS[view_words.ONE]).press("Space")
    expect(page.locator(".kbw figure")).to_have_count(3)


def test_what_was_shown_is_saved_in_the_notebook(opened: Opened):
    """Without a kernel JupyterLab shows the widgets that the file holds, with their last answer."""
    page = opened.exploring
    write(page, "Kommun", "Falun")
    expect(page.locator(".kbw h2")).to_have_text(re.compile("i Falun, "))
    heading = page.locator(".kbw h2").inner_text()
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+s")
    file = opened.lab / "utforska.ipynb"
    values: list[str] = []
    for _ in range(WAIT // 200):
        page.wait_for_timeout(200)
        with contextlib.suppress(json.JSONDecodeError):  # it is being written
            states = json.loads(file.read_text(encoding="utf-8"))["metadata"].get("widgets", {})
            values = [str(m["state"].get("value", "")) for s in states.values() for m in s["state"].values()]
        if any(heading in value for value in values):
            break
    assert any(heading in value for value in values)
    assert any("<svg" in value for value in values)
    # A copy, of which no kernel knows anything; the same content, so that it is trusted as what was saved here.
    shutil.copy(file, file.with_name("sparad.ipynb"))
    assert page.context.browser is not None
    address = page.url.replace("utforska", "sparad") + f"?token={servers.TOKEN}"
    reader = _page(page.context.browser, address, opened.noise)
    expect(reader.locator(".kbw h2")).to_have_text(heading)
    assert reader.locator(".kbw figure svg").count() >= 2
    reader.close()


def test_a_kommun_outside_dalarna_has_curves(opened: Opened):
    """From an offence that only Dalarna has to Köping: a sentence, the total instead, and one of the groups that all have."""
    page = opened.exploring
    write(page, "Kommun", "Falun")
    expect(page.locator(".kbw h2")).to_have_text(re.compile("i Falun, "))
    choose(page, "Brottstyp", "Trafikbrott")
    expect(page.get_by_role("heading", name="Trafikbrott i Falun")).to_be_visible()
    write(page, "Kommun", "Köping")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Köping")).to_be_visible()
    sentence = page.get_by_role("status").filter(has_text="Det finns inga siffror om trafikbrott i Köping")
    expect(sentence).to_contain_text("Här visas ”Anmälda brott totalt” i stället")
    choose(page, "Brottstyp", "Stöld och rån")
    expect(page.get_by_role("heading", name="Stöld och rån i Köping")).to_be_visible()
    expect(sentence).to_have_count(0)
    assert page.locator(".kbw figure svg").count() == 3
    assert page.locator(".kbw figure circle > title").filter(has_text="Köping 2025: ").count() == 1  # what a pointer is told
    expect(page.locator(".kbw table").first.get_by_role("row")).to_have_count(1 + 16)  # 2010-2025
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1400})
        picture(page, f"koping-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    assert chromium.violations(page, ".kbw") == []


def test_an_evaluation_step_by_step(opened: Opened):
    """From a file of one's own, areas and start to checks, a saved design, and the answer, by keyboard."""
    page, panel = opened.tools, own_file(opened.lab / "våra tal.csv")
    write(page, "Fil med egna tal (Excel eller CSV)", "vara tal.csv")
    expect(page.get_by_role("alert").filter(has_text="vara tal.csv finns inte")).to_be_visible()
    write(page, "Fil med egna tal (Excel eller CSV)", "våra tal.csv")
    expect(page.get_by_text("290 områden (kolumnen Kommun), 2019-01 till 2024-12")).to_be_visible()
    for typed, name in (("Tingsryd", "Tingsryd (0763)"), ("Skellefteå (2482)", "Skellefteå (2482)")):
        write(page, "Områden med åtgärden", typed)
        expect(page.get_by_role("button", name=f"{name} ✕")).to_be_visible()
    write(page, "Första månaden med åtgärden", "våren")
    expect(page.get_by_role("alert").filter(has_text="är ingen tidpunkt")).to_be_visible()
    write(page, "Första månaden med åtgärden", "2025-03")
    planned = Design(panel, outcome="count", exposure="population", treated=("0763", "2482"), start="2025-03")
    expect(page.get_by_text(effect_words.power(power(planned, months_after=[12], areas=[2])))).to_be_visible()
    expect(page.get_by_role("region", name="Det som kan lura jämförelsen")).to_contain_text("Månader före starten")
    page.get_by_role("button", name="Spara upplägget").press("Enter")
    expect(page.get_by_text("Upplägget är sparat i upplagg.json")).to_be_visible()
    assert read_registration(opened.lab / "upplagg.json").choices["treated"] == ["0763", "2482"]
    write(page, "Första månaden med åtgärden", "2024-01")
    begun = Design(panel, outcome="count", exposure="population", treated=("0763", "2482"), start="2024-01")
    expect(page.get_by_role("region", name="Det som kan lura jämförelsen")).to_contain_text("Månader efter starten")
    page.get_by_role("button", name="Hämta upplägget").press("Enter")
    expect(page.get_by_label("Första månaden med åtgärden")).to_have_value("2025-03")
    write(page, "Fil med sparat upplägg (kan lämnas tom)", "")
    write(page, "Första månaden med åtgärden", "2024-01")
    page.get_by_role("button", name="Utvärdera", exact=True).press("Enter")
    answer = page.locator(".kbw").first.get_by_role("status").filter(has=page.locator(".kbw-chip"))
    expect(answer).to_contain_text(plain(evaluate(begun).summary("cykelstölder")))
    expect(page.locator("img.kbw-bild")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1900})
        page.locator(".kbw").first.evaluate("e => e.scrollIntoView()")
        picture(page, f"effekt-{width}")


def own_file(path: Path) -> pd.DataFrame:
    """The example's figures as an analyst has them, with names and in Swedish; gives the table that they are."""
    panel = Effekt().panel
    names = {k.code: k.name for k in kommun.all_kommuner()}
    rows = panel.assign(Kommun=panel["area"].map(names), Månad=panel["period"].astype(str))
    rows = rows.rename(columns={"count": "cykelstölder", "population": "Folkmängd"})
    rows[["Kommun", "Månad", "cykelstölder", "Folkmängd"]].to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return panel


def test_a_report_is_rendered_and_opened(opened: Opened):
    """Choose a kommun, render with progress, open the page in JupyterLab."""
    page = opened.tools
    page.get_by_label("Lägg till kommun", exact=True).press_sequentially("Markaryd")
    page.keyboard.press("Enter")  # and not Mark, which is a kommun too
    page.get_by_role("button", name="Markaryd ✕").press("Enter")
    expect(page.get_by_role("button", name="Markaryd ✕")).to_have_count(0)
    write(page, "Lägg till kommun", "Borlänge")
    expect(page.get_by_role("button", name="Borlänge ✕")).to_be_visible()
    page.get_by_role("button", name="Skapa rapporterna").press("Enter")
    expect(page.get_by_text("Rapporten är klar.")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.get_by_role("button", name="Skapa rapporterna").scroll_into_view_if_needed()
        picture(page, f"rapport-{width}")
    page.set_viewport_size({"width": 1280, "height": 1000})
    assert chromium.violations(page, ".kbw") == []
    assert (opened.lab / "reports" / "2081-borlange" / "lagesbild" / "report.html").is_file()
    link = page.get_by_role("link", name="Öppna Borlänge")
    expect(link).to_have_attribute("href", re.compile("/files/"))  # JupyterLab opens it: before that, the browser would
    link.press("Enter")
    report = page.frame_locator(".jp-HTMLViewer iframe")
    expect(report.get_by_role("heading", level=1)).to_be_visible()


def test_the_app_under_voila(opened: Opened):
    """`kunskap app` shows Utforska to those who have the token, and to nobody else."""
    for asked in ("", "api/kernels", "?token=fel"):
        with urllib.request.urlopen(f"{opened.app_address}/{asked}", timeout=60) as answer:
            assert "/login?" in answer.url
    page = opened.app_page
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Falun")).to_be_visible()
    assert page.get_by_role("button", name="Skriv koden i nästa cell").count() == 0
    assert page.get_by_label("Kommunens mapp").count() == 0
    write(page, "Kommun", "Borlänge")
    expect(page.get_by_role("heading", name="Anmälda brott totalt i Borlänge")).to_be_visible()
    choose(page, "Brottstyp", "Bilbrott")
    expect(page.get_by_role("heading", name="Bilbrott i Borlänge")).to_be_visible()
    page.get_by_role("button", name="Spara figurer och tabeller").press("Enter")
    expect(page.get_by_text("Sparat i mappen")).to_be_visible()
    assert list((opened.app / "sparat").glob("2081-borlange-bilbrott-*.svg"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        assert chromium.width_of(page) <= width
        page.get_by_role("heading", level=1).scroll_into_view_if_needed()
        picture(page, f"app-{width}")
    page.set_viewport_size({"width": 390, "height": 1000})
    assert chromium.width_of(page) <= 390
    expect(page.get_by_role("main")).to_have_count(1)
    assert chromium.violations(page) == []  # the whole page, not the widget alone
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    picture(page, "app-mork")
    assert chromium.violations(page) == []
