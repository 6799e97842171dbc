"""What the EST report says, against what stands in the folder."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from documents import document_words, manuscript_of, page_words
from folders import LAST, made_folder, set_answer
from simulated import folder, pages, record, report

from kunskapsbaserat import kommun
from kunskapsbaserat.data.est import secret, sheets
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.errors import DisclosureError, FileError, OptionError
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est import kept_ledger
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est import year as est_year
from kunskapsbaserat.report.documents.est.pages import CATEGORY, PLACE
from kunskapsbaserat.report.documents.est.words import deepening
from kunskapsbaserat.report.documents.est.words import report as words
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder
from kunskapsbaserat.report.page.word.document import document_bytes


def plain(html: str, anchor: str | None = None) -> str:
    soup = BeautifulSoup(html, "html.parser")
    found = soup.find(id=anchor) if anchor else soup.body or soup
    return " ".join(found.get_text(" ").replace("\u00a0", " ").replace("\u2060", "").split())


def test_counts_are_the_folders_own():
    """Every number of the table of categories, counted again by hand."""
    m = report().m
    events = m.est.reports
    inside = events[(events["reported"] >= "2026-11-02") & (events["reported"] < "2026-11-16")]
    assert len(m.events) == len(inside) >= 30
    for row in m.rows:
        mine = events[events["category"] == row.category.id]
        for count, start in ((row.now, "2026-11-02"), (row.before, "2026-10-19"), (row.year_ago, "2025-11-03")):
            first = pd.Timestamp(start)
            assert count == ((mine["reported"] >= first) & (mine["reported"] < first + pd.Timedelta(days=14))).sum()


def test_a_new_account_is_said_and_not_judged():
    m = report().m
    assert m.overall.new == 1
    assert m.overall.left_out == (m.events["reporter"] == "Nya gymnasiet").sum() > 5
    assert m.overall.raw == len(m.events)
    text = plain(pages()["report.html"])
    assert "säger inget om utvecklingen" in text
    assert "Tysta: Fritid. Tystnad är inte detsamma som lugn." in text


def test_the_wave_is_found_where_it_is():
    text = plain(pages()["report.html"], "korthet")
    assert "Klotter ▲" not in text
    assert re.search(r"Klotter fler än väntat", text)
    assert "Tjärna Ängar torg fler än väntat" in text
    assert report().m.watch.iloc[0]["place"] == "Tjärna Ängar torg"
    others = [r.verdict for r in report().m.rows if r.category.id != "klotter"]
    assert "fler" not in others


def test_the_groups_work():
    text = plain(pages()["report.html"])
    assert "Två av fyra öppna åtgärder har gått över tiden" in text
    assert "T1, trygghetsvandring, Stadsparken" in text
    assert "2026-08-07, 100 dagar sen" in text
    assert "6 månader" in text
    assert "Klar sak" not in text
    assert "Avslutat problem" not in text
    assert "Nytt: Klotter på torget (P1, Tjärna Ängar torg). Hör till P2." in text
    assert "Gammalt beslut" not in text
    assert "13 december 2026: Lucia." in text  # every year, written for 2024
    assert "Ta bort häcken" not in plain(pages()["report.html"], "atgarder")  # will not be done: no longer open


def test_the_deepening():
    quarter, year = plain(pages()["kvartal.html"]), plain(pages()["ar.html"])
    assert "Förslag att prioritera: Stationen" in quarter
    assert "Mer ljus" in quarter
    assert "Ta bort häcken" in year
    assert "Häcken är skyddad" in year
    assert "42 deltagare" in year
    assert "28 av 42 var kvinnor" in year
    assert "är inte ett urval av invånarna" in year
    assert "Lucia (13/12)" in year


def test_words():
    """No percentages on few, no effect, nothing 'significant', in any page."""
    for page in pages().values():
        text = plain(page)
        for word in ("signifikant", "ledde till", "tack vare", "effekt av", "nan", "None", "NaT", "inf "):
            assert word not in text.replace("information", "").replace("annan", "").replace("Annan", ""), word
        assert "%" not in text
        assert " 1 rader" not in text


def test_no_figure_at_a_glance_is_lost_without_a_map():
    quarter = BeautifulSoup(pages()["kvartal.html"], "html.parser")
    assert quarter.find("svg", class_="karta")
    assert "Färre än 30" not in quarter.get_text()
    m = est.load(data=folder(), period="2024-11-11").m
    assert len(m.spans) <= 3


def test_under_thirty_points_there_is_no_map(tmp_path: Path):
    rows = [[str(n), f"2026-11-{n % 14 + 2:02}", f"2026-11-{n % 14 + 1:02}", None, "Klotter", "Stationen"] for n in range(29)]
    made = est.load(data=made_folder(tmp_path / "m", {sheets.EVENTS: rows})).bilagor().record["pages"]["kvartal.html"]
    assert 'role="img"' not in made
    assert "Då ritas ingen karta" in plain(made)


def test_only_calm_is_a_report_too(tmp_path: Path):
    rows = {sheets.SILENT: [["Polisen", dt.date(2026, 11, 6)]]}
    e = est.load(data=made_folder(tmp_path / "m", rows))
    e.bilagor()
    text = plain(e.forstasida().to_html())
    assert "Inga händelser rapporterades" in text
    assert "En av tre väntade rapportörer var aktiv." in text


# ---- the public version --------------------------------------------------------------------------------------------------


def cells(page: str) -> dict[str, list[str]]:
    table = BeautifulSoup(page, "html.parser").find("table")
    return {
        row.th.get_text(): [c.get_text().replace("\u00a0", " ") for c in row.find_all("td")]
        for row in table.tbody.find_all("tr")
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "kopia"
    shutil.copytree(folder(), target)
    for copy_of_it in (target / LEDGER, kept_ledger.copy_of(target / LEDGER)):
        copy_of_it.unlink(missing_ok=True)
    return target


def public(path: Path, period: str) -> str:
    return est.load(data=path, period=period).bilagor().record["pages"]["offentlig.html"]


def test_silent_reporters_are_no_calm_in_public(tmp_path: Path):
    """One of three reported: a nought in the public table must not be read as nothing having happened."""
    page = public(
        made_folder(tmp_path / "k", {sheets.EVENTS: klotter(*(LAST - dt.timedelta(days=n) for n in range(9)))}), str(LAST)
    )
    text = plain(page)
    assert "En av tre väntade rapportörer var aktiv, så perioderna går inte att jämföra rakt av." in text
    assert "Rapporterna kommer från polisen." in text


def test_small_counts_are_not_said(copy: Path):
    for name, (now, _) in cells(public(copy, "2026-11-10")).items():
        assert not now.isdigit() or int(now) == 0 or int(now) >= 5, name


@pytest.mark.thorough
def test_a_later_event_does_not_move_what_was_published(copy: Path):
    first = cells(public(copy, "2026-10-20"))
    second = cells(public(copy, "2026-11-10"))
    assert {n: c[0] for n, c in first.items() if n in second}.items() <= {n: c[1] for n, c in second.items()}.items()
    (copy / "est" / "uttag.csv").write_text(
        "Händelsetyp;Tidpunkt;Registrerad\nklotter;2026-10-20 10:00;2026-10-21\n", encoding="utf-8"
    )
    assert len(est.load(data=copy, period="2026-10-20").m.events) > 0
    assert cells(public(copy, "2026-11-10")) == second
    assert cells(public(copy, "2026-10-20")) == first  # closed: a later report has been made


@pytest.mark.thorough
def test_the_draft_of_the_period_follows_the_folder_until_it_is_given_out(copy: Path):
    before = cells(public(copy, "2026-11-10"))["Skadegörelse"][0]
    lines = "".join(f"skadegörelse;2026-11-10 10:00;2026-11-1{n % 3}\n" for n in range(7))
    (copy / "est" / "uttag.csv").write_text(f"Händelsetyp;Tidpunkt;Registrerad\n{lines}", encoding="utf-8")
    after = cells(public(copy, "2026-11-10"))["Skadegörelse"][0]
    assert int(after) == int(before) + 7
    set_answer(copy, "publicerad", LAST)
    (copy / "est" / "uttag.csv").unlink()
    assert cells(public(copy, "2026-11-10"))["Skadegörelse"][0] == after


@pytest.mark.thorough
def test_rows_mended_before_anything_was_given_out_are_counted(copy: Path):
    """The first draft froze the three months of the places, and what was corrected after it never came."""

    def station() -> int:
        public(copy, "2026-11-10")
        ledger = kept_ledger.read(copy / LEDGER)[0]
        part = est_public.part_of(secret.of(copy), "Stationen")
        october = [p for day, p in ledger.periods.items() if day.month in (9, 10)]
        return sum(period.counts[PLACE][part] for period in october if period.start >= dt.date(2026, 9, 21))

    before = station()
    lines = "".join(f"klotter;2026-10-0{n} 10:00;2026-10-0{n};Stationen\n" for n in range(1, 7))
    (copy / "est" / "uttag.csv").write_text(f"Händelsetyp;Tidpunkt;Registrerad;Plats\n{lines}", encoding="utf-8")
    assert station() == before + 6
    public(copy, "2026-10-20")  # now another report has told of those months
    (copy / "est" / "uttag.csv").unlink()
    assert station() == before + 6


@pytest.mark.thorough
def test_twenty_reports_tell_nothing_by_subtraction(copy: Path):
    """Fortnight after fortnight: what the ledger says was published solves no small count (checked by exact elimination)."""
    from test_differencing import solvable

    from kunskapsbaserat.disclosure.differencing import Sum

    days = [LAST - dt.timedelta(days=14 * back) for back in range(5, -1, -1)]
    for day in days:
        public(copy, day.isoformat())
    ledger = kept_ledger.read(copy / LEDGER)[0]
    spans = sorted(ledger.periods)
    for dimension, parts in ((CATEGORY, ["vald", "trafik", "narkotika", "klotter"]), (PLACE, None)):
        told = {f.part for figures in ledger.reports.values() for f in figures if f.dimension == dimension}
        held = {s: ledger.periods[s].counts[dimension] for s in spans}
        silent = sorted({p for parts_ in held.values() for p in parts_} - told)
        parts = parts or sorted(told)
        rest = [[sum(held[s].get(p, 0) for p in silent[half::2]) for s in spans] for half in (0, 1)]  # never told apart
        counts = np.array([[held[s].get(p, 0) for s in spans] for p in parts] + (rest if dimension == PLACE else []))
        ends = [ledger.periods[s].end for s in spans]
        said = [
            Sum(parts.index(f.part), spans.index(f.first), ends.index(f.end))
            for figures in ledger.reports.values()
            for f in figures
            if f.dimension == dimension and f.part in parts
        ]
        assert said
        used = sorted({t for s in said for t in range(s.first, s.last + 1)})
        first = used[0]
        shifted = [Sum(s.part, s.first - first, s.last - first) for s in said]
        assert solvable(counts[:, first : used[-1] + 1], shifted) == []


def test_a_damaged_ledger_stops_the_report(copy: Path):
    (copy / LEDGER).write_text("{", encoding="utf-8")
    with pytest.raises(DisclosureError):
        est.load(data=copy).bilagor()


def test_the_same_folder_gives_the_same_pages():
    again = est.load(data=folder()).bilagor().record
    assert again["pages"] == record()["pages"]
    assert again["manifest"] == record()["manifest"]
    assert again["tables"] == record()["tables"]


def test_wrong_choices(tmp_path: Path):
    with pytest.raises(FileError, match="is needed"):
        est.load(kommun="Borlänge")
    with pytest.raises(FileError, match="belongs to Borlänge, not to Falun"):
        est.load(kommun="Falun", data=folder())
    for period in ("november", "9999-12-31", "0001-01-01"):
        with pytest.raises(OptionError, match="period"):
            est.load(data=folder(), period=period)
    with pytest.raises(OptionError, match="dagar"):
        est.load(data=folder(), dagar=10)
    with pytest.raises(FileError, match="no events"):
        est.load(data=made_folder(tmp_path / "tom"))


@pytest.mark.parametrize("dagar", [7, "månad"])
def test_other_rhythms(dagar, copy: Path):
    e = est.load(data=copy, dagar=dagar)
    e.bilagor()
    text = plain(e.forstasida().to_html())
    assert ("v. 46 2026 (9–15 november)" if dagar == 7 else "november 2026") in text


# ---- årshjul -------------------------------------------------------------------------------------------------------------


def test_the_wheel_finds_what_comes_back_and_little_else(tmp_path: Path):
    """Three years where fireworks come at new year; over the rest at most one false month in this table."""
    rng = np.random.default_rng(8)
    lines = ["Händelsetyp;Tidpunkt"]
    for day in pd.date_range("2023-11-01", "2026-11-15"):
        for name, rate in (("klotter", 0.4), ("hot", 0.3), ("pyroteknik", 1.2 if day.month == 12 else 0.15)):
            lines += [f"{name};{day:%Y-%m-%d} 20:00"] * rng.poisson(rate)
    path = made_folder(tmp_path / "m")
    (path / "est" / "uttag.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = est_year.wheel(est.load(data=path).m)
    called = found[found["recurring"].astype(bool)]
    assert ("vapen", 12) in set(zip(called["category"], called["month"], strict=True))
    assert len(called) <= 2
    short = est.load(data=path, period="2024-12-01").m
    assert est_year.wheel(short).empty


def klotter(*days: dt.date) -> list[list[object]]:
    """One report a day from the same reporter at the same place."""
    where = [None, "Klotter", "Stationen", None, None, None, None, "Polisen"]
    return [[f"H{d}", f"{d} 08:00", f"{d} 07:00", *where] for d in days]


def test_a_period_that_has_only_begun_is_not_the_default(tmp_path: Path):
    """Two days into a fortnight every category is fewer than usual, and that is no finding."""
    days = [LAST - dt.timedelta(days=n) for n in range(0, 60, 3)]
    begun, nearly = LAST + dt.timedelta(days=2), LAST + dt.timedelta(days=9)
    m = est_material.load(data=made_folder(tmp_path / "tidig", {sheets.EVENTS: klotter(*days, begun)}))
    assert (m.span.last, m.last_report) == (LAST, None)
    late = made_folder(tmp_path / "sen", {sheets.EVENTS: klotter(*days, begun, nearly)})
    assert est_material.load(data=late).span.last == LAST  # nine days of fourteen are not a whole period either
    m = est_material.load(data=late, period=nearly)
    assert (m.span.last, m.last_report) == (LAST + dt.timedelta(days=14), nearly)
    assert "är perioden slut?" in words.remaining(m)
    whole = made_folder(tmp_path / "hel", {sheets.EVENTS: klotter(*days, begun, LAST + dt.timedelta(days=11))})
    m = est_material.load(data=whole)
    assert (m.span.last, m.last_report) == (LAST + dt.timedelta(days=14), None)


def test_a_period_that_may_go_on_is_never_public(tmp_path: Path):
    """What is told too early stays told: no public page, no public table, nothing in the ledger, and the reason inside."""
    days = [LAST - dt.timedelta(days=n) for n in range(0, 60, 3)]
    begun = LAST + dt.timedelta(days=2)
    folder = made_folder(tmp_path / "tidig", {sheets.EVENTS: klotter(*days, begun)})
    early = est.load(data=folder, period=begun)
    made = early.bilagor()
    assert early.m.unfinished
    extracts = [f"utdrag-{number:02}.html" for number in (1, 2, 3)]  # the registered reporters
    assert sorted(made.record["pages"]) == ["ar.html", "kvartal.html", *extracts]
    assert not [name for name in early.tables() if name.startswith("offentlig")]
    assert not (folder / LEDGER).exists()
    assert deepening.NOT_PUBLISHED in plain(made.part.to_html())
    ended = est.load(data=folder, period=LAST)  # nobody reported on its last days, and somebody has since
    assert not ended.m.unfinished
    assert "offentlig.html" in ended.bilagor().record["pages"]
    assert (folder / LEDGER).exists()


def test_the_word_document_says_what_the_page_says():
    assert document_words(document_bytes(manuscript_of(report()))) == page_words(pages()["report.html"])


def test_a_folder_without_a_register_has_a_report_that_says_what_was_not_read(tmp_path: Path):
    """An export alone, one sheet a month, no reporter named: what a group has on its first day."""
    new_folder(tmp_path / "mora", kommun.get("Mora"))
    book = openpyxl.Workbook()
    book.active.title = "Januari"
    book.create_sheet("Februari")
    for name, month in (("Januari", 1), ("Februari", 2)):
        book[name].append(["GlobalID", "CreationDate", "Datum och tid", "Kategori"])
        for day in range(2, 8):
            when = dt.datetime(2026, month, day, 22)
            book[name].append([f"{month}-{day}", when + dt.timedelta(hours=11), when, "Skadegörelse"])
    book.save(tmp_path / "mora" / "est" / "uttag.xlsx")
    made = est.load(data=tmp_path / "mora")
    text = " ".join(plain(part.to_html()) for part in made.parts())
    assert "Händelser på ett blad i uttag.xlsx har inte lästs och är inte räknade." in text
    assert "Februari" not in text
