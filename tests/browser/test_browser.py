"""The page in a real browser: reflow, silence, accessibility, drawn figures, keyboard and print."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromium
import pytest
from chromium import browser as browser
from chromium import colours, printed
from chromium import opened as opened
from pages import ANNEX, DECISION, REPORT, html_of, plain
from pages import page as page_of
from PIL import Image
from playwright.sync_api import Page

from kunskapsbaserat import engine, kommun, lagesbild
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

pytestmark = chromium.marks()
# More kommuner of the same kinds: what one page shows, the others seldom contradict.
THOROUGH = pytest.mark.thorough
KINDS = ["Borlänge", "Vansbro", "Falun", "Köping", "Stockholm"]  # with Brå's indicators and without; few offences, many
# Long names, three findings, a län of one kommun, few offences: with Brå's indicators, and with the national tables alone.
DALARNA = ["Borlänge", "Gagnef", "Hedemora", "Leksand", "Malung-Sälen", "Smedjebacken", "Vansbro"]
ELSEWHERE = ["Köping", "Mellerud", "Stockholm", "Upplands Väsby", "Östra Göinge", "Gotland"]


def first(standing: Sequence[str], others: Sequence[str]) -> list[Any]:
    """Kommuner whose pages are always looked at, and those that are when there is time."""
    return [*standing, *(pytest.param(name, marks=THOROUGH) for name in others if name not in standing)]


@pytest.fixture
def shown(opened, tmp_path: Path):
    """Opens a kommun's page at a width."""

    def show(kommun: str, width: int = 1280, *, file: str = REPORT) -> Page:
        path = tmp_path / f"{kommun}-{file or 'report.html'}"
        path.write_text(page_of(kommun, file=file), encoding="utf-8")
        return opened(path, width)

    return show


SHORT = [(kommun, file) for kommun in ("Borlänge", "Köping") for file in (DECISION, ANNEX)]


@pytest.mark.parametrize(("kommun", "file"), [("Borlänge", REPORT), ("Stockholm", REPORT), *SHORT])
def test_no_horizontal_scroll(shown, kommun: str, file: str):
    widths = (1280, 768, 640, 320)
    page = shown(kommun, file=file)
    assert chromium.too_wide_at(page, widths) == []
    chromium.unfold(page)
    assert chromium.too_wide_at(page, widths) == []


@pytest.mark.parametrize(
    ("kommun", "width"),
    [
        *itertools.product(["Borlänge"], [1280, 320]),
        ("Stockholm", 1280),
        *(pytest.param(kommun, 320, marks=THOROUGH) for kommun in ("Köping", "Vansbro")),
    ],
)
def test_no_accessibility_violation(shown, kommun: str, width: int):
    page = shown(kommun, width)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kommun", "file", "width"), [(*one, width) for one, width in zip(SHORT, (320, 1280) * 2, strict=True)]
)
def test_no_accessibility_violation_beside_the_report(shown, kommun: str, file: str, width: int):
    page = shown(kommun, width, file=file)
    chromium.unfold(page)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []


LONGEST = {"Borlänge": (9_000, 8), "Vansbro": (9_000, 6), "Köping": (9_000, 6), "Stockholm": (9_000, 8)}


@pytest.mark.thorough
@pytest.mark.parametrize("kommun", LONGEST)
def test_the_report_is_as_long_as_it_may_be(shown, kommun: str):
    pixels, sheets = LONGEST[kommun]
    page = shown(kommun)
    assert page.evaluate("document.documentElement.scrollHeight") <= pixels
    assert len(printed(page).pages) <= sheets


@pytest.mark.thorough
@pytest.mark.parametrize("kommun", first(["Borlänge", "Stockholm", "Upplands Väsby"], [*KINDS, "Gotland"]))
def test_the_decision_version_is_three_sheets(shown, kommun: str):
    """At most; the first holds the finding with its table, and on a desktop no more is scrolled than LOOK2 allows."""
    page = shown(kommun, file=DECISION)
    assert page.evaluate("document.documentElement.scrollHeight") <= 4_500
    reader = printed(page)
    assert len(reader.pages) <= 3
    assert "Det här återstår, och så säkra är vi" in plain(reader.pages[-1].extract_text())
    assert "Förslag till beslut" in plain(reader.pages[0].extract_text())
    assert "Källa:" in plain(reader.pages[0].extract_text())


@pytest.mark.thorough
@pytest.mark.parametrize("width", [1280, 320])
def test_a_picture_of_the_kommuns_own_is_seen(opened, tmp_path: Path, width: int):
    """Under the page's own policy, which would leave an empty frame of what it does not allow."""
    folder = tmp_path / "mora"
    new_folder(folder, kommun.get("Mora"))
    Image.new("RGB", (900, 300), (0, 81, 138)).save(folder / "torget.png")
    texts = (folder / "texter.md").read_text(encoding="utf-8-sig")
    before, heading, after = texts.partition("## Brottens konsekvenser\n")
    written = f"{before}{heading}\n![Torget från norr](torget.png)\n{after}"
    (folder / "texter.md").write_text(written, encoding="utf-8")
    file = tmp_path / "sida.html"
    file.write_text(html_of(lagesbild.load(data=folder)), encoding="utf-8")
    picture = opened(file, width).get_by_alt_text("Torget från norr")
    natural, across, down = picture.evaluate("e => [e.naturalWidth, e.clientWidth, e.clientHeight]")
    assert natural == 900
    assert 200 < across <= width
    assert across / down == pytest.approx(3, rel=0.02)
    assert colours(picture.screenshot()).get("#00518a", 0) > 0.9


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_over_a_batch(opened, tmp_path: Path, width: int):
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
    page = opened(engine.write_index(tmp_path, outcomes), width)
    assert chromium.violations(page) == []
    assert chromium.violations_at_night(page) == []
    assert chromium.width_of(page) <= width
    assert page.get_by_role("link", name="Lägesbild Borlänge").count() == 1


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("bostadsinbrott", {"#00518a": 0.004, "#e3e6e7": 0.05, "#717c84": 0.0002, "#4b5860": 0.001}),
        ("vald_nara_relation_kvinna", {"#00518a": 0.003, "#e3e6e7": 0.02, "#1b2429": 0.0005}),
        ("otrygg_kvall", {"#00518a": 0.005, "#e3e6e7": 0.02}),
        ("kvartal", {"#00518a": 0.01}),
        ("niva-och-forandring", {"#00518a": 0.0005, "#e3e6e7": 0.01}),
        ("tratt", {"#00518a": 0.0005, "#e3e6e7": 0.1}),
    ],
)
def test_figures_are_drawn_under_the_policy(shown, figure: str, expected: dict[str, float]):
    page = shown("Borlänge", file=ANNEX if figure == "tratt" else REPORT)
    chromium.drawn_under_the_policy(page.locator(f"svg[aria-labelledby^='{figure}-t']").screenshot(), expected)


def test_level_and_change_are_drawn_beside_their_words(shown):
    cell = shown("Borlänge", file=DECISION).locator("#korthet tr", has_text="Anmälda brott totalt").locator("td").nth(2)
    assert colours(cell.locator(".strip").screenshot()).get("#00518a", 0) > 0.01
    assert cell.inner_text().startswith("Som de flesta")


def test_the_map_is_drawn_under_the_policy(shown):
    """The kommun's outline, two classes of the others, the land around."""
    expected = {"#00518a": 0.001, "#a78fc7": 0.05, "#4d3275": 0.05, "#f1f2f2": 0.2}
    picture = shown("Borlänge").locator("#kommunen svg[role=img]").screenshot()
    chromium.drawn_under_the_policy(picture, expected, white=0.1)


def test_sparklines_and_verdicts_are_drawn(shown):
    page = shown("Borlänge")
    spark = colours(page.locator("#korthet tr", has_text="Bostadsinbrott").locator(".gnista").screenshot())
    assert spark.get("#00518a", 0) > 0.01
    assert spark.get("#d3d8da", 0) > 0.05
    page = shown("Stockholm")  # has verdicts both ways
    assert colours(page.locator(".dom.okning").first.screenshot()).get("#8a3a0f", 0) > 0.4
    assert colours(page.locator(".dom.minskning").first.screenshot()).get("#0b5a5a", 0) > 0.4


@pytest.mark.parametrize("kommun", first(["Borlänge", "Stockholm"], KINDS))
def test_text_in_figures_is_readable_on_a_phone(shown, kommun: str):
    """Never below about 10.5 px at 320 px."""
    assert chromium.smallest_text_drawn(shown(kommun, 320)) >= 10.2


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_in_html_is_below_14_px(shown, width: int):
    assert chromium.smallest_text(shown("Borlänge", width)) >= 14


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
    assert page.locator("#prioritering .bred").first.evaluate("e => e.tabIndex") == 0


@pytest.mark.thorough
@pytest.mark.parametrize("kommun", first(["Borlänge", "Malung-Sälen", "Upplands Väsby", "Gotland"], [*DALARNA, *ELSEWHERE]))
def test_the_first_page_prints_on_exactly_one_a4(shown, kommun: str):
    """With room for another browser's lines: fonts and versions break them elsewhere. Also with wider text."""
    page = shown(kommun)
    source = plain(page.evaluate("document.querySelector('#korthet .kalla').firstChild.textContent"))
    following = plain(page.evaluate("document.querySelectorAll('section')[1].querySelector('h2').textContent"))
    for wider in (0.0, 0.04):
        chromium.widen(page, wider)
        reader = printed(page, sheets="1-2")
        box = reader.pages[0].mediabox
        assert (round(float(box.width)), round(float(box.height))) == (595, 842)
        first, second = (plain(reader.pages[i].extract_text()) for i in (0, 1))
        assert "Läget i korthet" in first
        assert source.split()[-1] in first  # the last line
        assert following in second[:400]
        assert chromium.unused_height(page, reader.pages[0]) >= chromium.TO_SPARE


@pytest.mark.parametrize("kommun", first(["Borlänge"], ["Vansbro", "Köping"]))
def test_every_sheet_says_what_it_is_of(shown, kommun: str):
    texts = [plain(sheet.extract_text()) for sheet in printed(shown(kommun)).pages]
    assert "Lagens krav:" in texts[-1]
    assert f"1 ({len(texts)})" in texts[0]
    assert f"Lägesbild {kommun} 2026 · diarienummer fylls i · utkast" in texts[3]


def test_the_pdf_is_tagged_and_swedish(shown):
    root = printed(shown("Borlänge")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("sv")


@pytest.mark.thorough
def test_print_keeps_the_tables(shown):
    """What is folded away on the screen is printed as an appendix."""
    text = " ".join(plain(p.extract_text()) for p in printed(shown("Borlänge", file=ANNEX)).pages)
    assert "Anmälda brott per år i Borlänge" in text
    assert "Visa siffrorna i en tabell" not in text
    assert "Hoppa till innehållet" not in text


def test_a_dark_screen_and_paper(shown):
    """On a dark screen figures are drawn in its colours, text and lines follow, and paper stays white."""
    page = shown("Borlänge")
    page.emulate_media(color_scheme="dark")
    figure = colours(page.locator("svg[aria-labelledby^='bostadsinbrott-t']").screenshot())
    assert figure.get("#14191c", 0) > 0.5
    assert figure.get("#7fc1f3", 0) > 0.004
    assert figure.get("#2d363b", 0) > 0.05
    assert not {"#ffffff", "#000000", "#00518a"} & set(figure)
    land = colours(page.locator("#kommunen svg[role=img]").screenshot())
    assert land.get("#7a62a0", 0) > 0.05
    assert land.get("#d6c6ec", 0) > 0.05
    page.emulate_media(media="print", color_scheme="dark")
    printed_figure = colours(page.locator("svg[aria-labelledby^='bostadsinbrott-t']").screenshot())
    assert printed_figure.get("#ffffff", 0) > 0.5
    assert printed_figure.get("#00518a", 0) > 0.004


def test_the_systems_own_colours(shown):
    """With forced colours a figure keeps its own on paper of its own, and no verdict is a filled block without words."""
    page = shown("Stockholm")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    figure = colours(page.locator(".figur").first.screenshot())
    assert figure.get("#7fc1f3", 0) > 0.002
    assert figure.get("#14191c", 0) > 0.2
    verdict = page.locator(".dom").first.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert verdict[0] != verdict[1]
