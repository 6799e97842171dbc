"""The group's own pages: the last whole period, the police's picture, decisions by forum, the queue, places and extracts."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import sqlite3
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from folders import LAST, made_folder, signed
from plans import filled
from simulated import event_rows, registers
from test_report import plain

from kunskapsbaserat import engine, kommun
from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import work
from kunskapsbaserat.report.documents.est.actors import actors
from kunskapsbaserat.report.documents.est.followed import MEASURE, Followed
from kunskapsbaserat.report.documents.est.words import work as words_of

POLICE = "Fler inbrott i källare norr om järnvägen, mest helgnätter"
MONDAY = LAST + dt.timedelta(days=8)  # the middle of the period that goes on


def ago(days: int) -> dt.date:
    return LAST - dt.timedelta(days=days)


def measure(
    number: int, *, since: int, done: int | None = None, reopened: int | None = None, state: str = "Pågår"
) -> list[object]:
    due = ago(-20)
    days = [None if back is None else ago(back) for back in (done, reopened)]
    return [f"Å{number}", f"Sak {number}", "Stationen", None, ago(since), "Gata och park", due, state, None, None, None, *days]


def group_folder(path: Path) -> Path:
    rows = registers()
    rows[sheets.MEASURES] += [
        measure(11, since=100, done=90, state="Klar"),
        measure(12, since=100, done=60, state="Klar"),
        measure(13, since=100, done=40, state="Klar"),
        measure(14, since=100, done=70, reopened=20),
    ]
    rows[sheets.DECISIONS] += [
        ["B3", ago(4), "Belysningen i tunneln behöver pengar nästa år", "Gata och park", "lokalt råd", "Stationen"],
        ["B4", ago(4), "Ronda torget på fredagar", "Lokalpolisområdet", "operativ grupp"],
    ]
    rows[sheets.POLICE_PICTURE] = [[ago(3), POLICE, "Lokalpolisområdet"], [ago(60), "Gammal bild", "Lokalpolisområdet"]]
    rows[sheets.PUBLIC_WORDS] = [*rows[sheets.PUBLIC_WORDS], signed("Sak 11", sheets.MEASURE)]
    going_on = [
        [f"N{n}", f"{MONDAY} 10:00", f"{MONDAY} 09:00", None, "Klotter", "Stationen", None, None, None, "1", "Polisen", "okänt"]
        for n in range(3)
    ]
    return made_folder(path, rows | {sheets.EVENTS: [*event_rows(), *going_on]})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return group_folder(tmp_path_factory.mktemp("gruppen å") / "borlänge")


@pytest.fixture(scope="module")
def report(folder: Path) -> est.Est:
    return est.load(data=folder)


@pytest.fixture(scope="module")
def made(report: est.Est) -> dict:
    return report.bilagor().record


# ---- a coordinator with events up to a Monday in the middle of a period (the acceptance story) ------------------------------


@pytest.fixture(scope="module")
def page_before(folder: Path) -> str:
    """The public page of the period before, made and noted first."""
    page: str = est.load(data=folder, period=ago(14)).bilagor().record["pages"]["offentlig.html"]
    return page


@pytest.fixture(scope="module")
def finished(folder: Path, page_before: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert page_before
    (done,) = engine.render_many([engine.Wanted("est", kommun.get("Borlänge"), folder)], out=tmp_path_factory.mktemp("ut"))
    assert done.failure is None, done.failure
    return done.folder


def test_story_the_last_whole_period_and_nothing_that_totals_or_files_reveal(finished: Path):
    page = plain((finished / "report.html").read_text(encoding="utf-8"))
    assert "v. 45–46 2026 (2–15 november)" in page
    assert "16–29 november" not in page
    shown = categories(finished / "tables" / "offentlig_kategorier.csv")
    public = plain((finished / "offentlig.html").read_text(encoding="utf-8"))
    hidden = [name for name, count in shown.items() if count is None]
    assert hidden, "nothing small to protect"
    told = sum(count for count in shown.values() if count)
    lead = public.split(" rapporterades till kommunens")[0].rsplit(" ", 2)
    total = next((int(word) for word in reversed(lead) if word.isdigit()), None)
    assert all(count == 0 or count >= 5 for count in shown.values() if count is not None)
    assert total is None or total - told >= len(hidden) + 4
    for path in finished.rglob("offentlig*.csv"):
        assert set(counts_in(path)) & {1, 2, 3, 4} == set(), path


def test_story_the_page_before_reveals_nothing_of_this_one(finished: Path, page_before: str):
    """What the page of the period before hid stays hidden in this one's column for it, and what it told is told alike."""
    then = {name: cells[0] for name, cells in table_of(page_before).items()}
    now = {name: cells[1] for name, cells in table_of((finished / "offentlig.html").read_text(encoding="utf-8")).items()}
    shared = then.keys() & now.keys()
    assert len(shared) > 3
    assert {name: now[name] for name in shared} == {name: then[name] for name in shared}
    with sqlite3.connect(finished / "offentlig.gpkg") as book:
        assert min(row[0] for row in book.execute("SELECT antal FROM rutor")) >= 5


def table_of(page: str) -> dict[str, list[str]]:
    rows = BeautifulSoup(page, "html.parser").select("#korthet tbody tr")
    return {cells[0]: cells[1:] for row in rows if (cells := [plain(str(cell)) for cell in row.find_all(["th", "td"])])}


def categories(path: Path) -> dict[str, int | None]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    return {row["kategori"]: int(row["antal"]) if row["antal"].isdigit() else None for row in rows}


def counts_in(path: Path) -> list[int]:
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter="," if path.parent.name == "maskin" else ";"))
    return [int(row["antal"]) for row in rows if row["antal"].isdigit()]


def test_what_the_police_tell_stands_on_the_groups_page_alone(finished: Path):
    assert POLICE in plain((finished / "report.html").read_text(encoding="utf-8"), "polisen")
    assert "Gammal bild" not in (finished / "report.html").read_text(encoding="utf-8")
    others = [path for path in finished.rglob("*") if path.is_file() and path.name not in ("report.html", "est.ipynb")]
    assert {"offentlig.html", "offentlig.gpkg", "kvartal.html", "platser.html", "utdrag-01.html"} <= {p.name for p in others}
    for path in others:
        assert POLICE.encode() not in path.read_bytes(), path


# ---- the quarter, the places, the extracts ---------------------------------------------------------------------------------


def test_decisions_go_up_down_and_stay(made: dict):
    page = plain(made["pages"]["kvartal.html"], "forum")
    assert "Belysningen i tunneln behöver pengar nästa år lokalt råd (uppåt)" in page
    assert "Ronda torget på fredagar operativ grupp (neråt)" in page
    assert "Gammalt beslut stannar i gruppen" in page
    assert "Tre beslut, ett ska uppåt" in page


def test_the_queue_says_open_late_days_and_reopened(report: est.Est):
    found = work.queue_section(report.m).blocks[0].released[0].frame.set_index("slag")
    mine = found.loc[MEASURE]
    assert (mine["klara"], mine["oppnade_igen"], mine["dagar_i_mitten"]) == (4, 1, 40)
    assert mine["oppna"] == 3
    assert found.loc["alla", "sena"] == sum(f.overdue(report.m.today) for f in report.m.followed)


def test_lead_times_count_only_what_has_a_day():
    def one(state: str, done: dt.date | None) -> Followed:
        return Followed(MEASURE, "Å", "Sak", None, None, ago(30), None, state, None, None, done=done)

    items = [one("klar", ago(10)), one("klar", None), one("pagar", ago(10)), one("klar", ago(40))]
    assert work.lead_times(items) == [20]


def test_a_card_has_events_and_work_by_date(made: dict):
    page = made["pages"]["platser.html"]
    text = plain(page)
    assert "v. 45–46 2026 (2–15 november)" in text
    for said in ("beslut Belysningen i tunneln", "klart Sak 11", "öppnat igen Sak 14", "tema i dialog Otryggt vid stationen"):
        assert said in text, said
    assert "trygghetsvandring 2 iakttagelser" in text
    assert POLICE not in page
    assert text.index("2026-11-11 beslut") < text.index("2026-08-07 åtgärd beslutad")


def test_an_extract_has_its_own_actors_figures_and_no_others(report: est.Est, made: dict):
    m = report.m
    names = actors(m)
    assert names == sorted(names, key=kommun.sort_key)
    assert "Gata och park" in names
    pages = made["pages"]
    for number, actor in enumerate(names, start=1):
        text = plain(pages[f"utdrag-{number:02}.html"])
        assert f"Utdrag: {actor}" in text
        others = [name for name in m.est.book.reporters["name"] if name != actor and name in text]
        assert others == [] or actor == "Polisen", (actor, others)
    own = m.events[m.events["reporter"] == "Vaktbolaget"]
    mine = m.est.reports[(m.est.reports["reporter"] == "Vaktbolaget") & m.est.reports["incident_id"].isin(own["incident_id"])]
    text = plain(pages[f"utdrag-{names.index('Vaktbolaget') + 1:02}.html"])
    assert f"{len(mine)} händelser från er i perioden" in text


def test_the_file_of_the_map_is_of_the_report(made: dict):
    assert base64.b64decode(made["files_as_base64"]["offentlig.gpkg"])[:6] == b"SQLite"


@pytest.mark.thorough
def test_the_plans_focus_areas_stand_with_their_events_on_the_quarters_page(tmp_path: Path):
    folder = group_folder(tmp_path / "mapp")
    before = est.load(data=folder)
    assert before.m.focus == ()
    filled(folder / "atgardsplan.xlsx", kommun=before.m.kommun.name)
    report = est.load(data=folder)
    mine = [f for f in report.m.focus if f.est]
    assert mine, "the example's plan has a focus area that EST follows"
    window = report.m.all_events[report.m.at >= len(report.m.spans) - len(report.m.window)]
    section = work.focus_section(report.m)
    assert section is not None
    for row, focus in zip(section.blocks[0].rows, mine, strict=True):
        assert row[0] == focus.namn
        assert int(row[2]) == sum(category in focus.est for category in window["category"])
        assert focus.till is not None
        assert row[3] == words_of.ends(focus.till, report.m.today)
    assert section.heading in report.pages()["kvartal.html"]
    assert words_of.ends(LAST - dt.timedelta(days=1), LAST).endswith("har gått ut")
    assert words_of.focus_heading(2, 1) == "Två fokusområden styr arbetet, ett har gått ut"
    inputs = {one["file"] for one in report.manifest()["inputs"]}
    assert "atgardsplan.xlsx" in inputs
    assert "atgardsplan.xlsx" not in {one["file"] for one in before.manifest()["inputs"]}
