"""A folder with everything filled in, held against 4 § part by part; and each source alone, with what it may not tell."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from folders import made_folder
from full_folder import full_folder
from pages import ANNEX, DECISION, REPORT, pages_of, plain
from test_lengths import lix, running_text

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.public_words import PublicWords
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.material import law, own_knowledge
from kunskapsbaserat.report.material.knowledge import NOTHING, EstYear, Knowledge, Talks, Theme, Walks


@functools.cache
def full_pages() -> dict[str, str]:
    return pages_of(lagesbild.load(data=full_folder()))


@functools.cache
def full() -> dict[str, BeautifulSoup]:
    return {file: BeautifulSoup(page, "html.parser") for file, page in full_pages().items()}


def test_every_part_of_4_is_there():
    box = full()[REPORT].find(id="lagens-krav")
    assert box.h2.get_text() == "Lagens krav: alla delar finns"
    assert [plain(e.get_text()) for e in box.find_all(class_="lage")] == ["Finns"] * 4
    assert "Saknas" not in box.get_text()
    assert full()[REPORT].find(id="kvar") is None
    assert "Alla delar som lagen kräver är ifyllda." in plain(full()[DECISION].get_text(" "))


@pytest.mark.parametrize("key", list(law.PLACES))
def test_every_text_of_the_kommun_is_on_the_report(key: str):
    assert f"Kommunens ord om {key}." in full()[REPORT].get_text()


def test_the_sources_of_the_folder_stand_with_their_limits():
    text = plain(full()[REPORT].find(id="annan-information").get_text(" "))
    assert "Platser, de flesta rapporterna först: Stationen, Stadsparken och Tjärna Ängar torg." in text
    assert "Två iakttagelser från en vandring om belysning och sikt." in text
    assert "42 deltog i ett möte, varav 28 kvinnor." in text  # three were under 25: too few to say
    assert "Bara dem som kom." in text
    assert "Säkerställd ökning sedan 2023: otrygg på rasten, från 12 till 28 procent." in text
    assert "Anlagda bränder har blivit säkerställt fler" in text
    assert "1 280 000" in plain(full()[REPORT].find(id="konsekvenser").get_text(" "))  # what it costs is a consequence


def test_every_own_file_is_drawn_with_its_limit():
    page = full()[REPORT]
    for name, limit in {
        "Skolenkäten i årskurs 8": "412 av 480 svarade.",
        "Anlagda bränder och klotter": "Registret visar bara det som någon har skrivit in.",
        "Kostnader för skadegörelse": "Talen står i den tidens priser",
        "Skadegörelse 2025, DeSO-områden": "Där ingen bor räknas inget tal per invånare.",
        "Störningar 2025, stadsdelar": "Registret visar bara det som någon har skrivit in.",
        "När på veckan det rapporteras": "Där få är ute och ser syns mindre.",
    }.items():
        row = next(f for f in page.find_all("figure") if f.figcaption and name in f.figcaption.get_text()).parent
        assert row.find("svg").find("title"), name
        assert limit in plain(row.get_text(" ")), name


def test_what_is_hidden_is_on_no_page():
    """The DeSO with three events, and the three under 25 of the dialogue."""
    table = next(d for d in full()[REPORT].find_all("table") if d.caption and "DeSO" in d.caption.get_text())
    cells = {row.find("th").get_text(): row.find_all("td")[0].get_text() for row in table.tbody.find_all("tr")}
    assert "1–4" in plain(cells["2081C1050"])


def test_a_sentence_of_the_own_figures_stands_once():
    texts = [plain(e.get_text(" ")) for e in full()[REPORT].find_all(["p", "li", "dd"]) if not e.find(["p", "li"])]
    sentences = Counter(
        s for t in texts if not t.startswith("Källa") for s in re.split(r"(?<=[.?!]) ", t) if len(s.split()) >= 6
    )
    assert [s for s, times in sentences.items() if times > 3] == []


@pytest.mark.parametrize("file", [REPORT, DECISION])
def test_the_first_page_of_a_full_folder_is_plain_swedish(file: str):
    first = full()[file].find(id="korthet")
    assert lix(running_text(first)) <= 40


@pytest.mark.parametrize("file", [REPORT, DECISION])
def test_what_sticks_out_of_them_is_on_the_first_page(file: str):
    notice = plain(full()[file].find(class_="notis").get_text(" "))
    assert "I medborgardialogen tog 17 av 42 upp detta: otryggt vid stationen." in notice
    assert "Efter trygghetsvandringarna är en åtgärd försenad." in notice


def test_no_number_of_est_reaches_the_lagesbild():
    """A sum over a year beside the fortnights that are published would let a hidden number be worked out."""
    row = next(r for r in full()[REPORT].find_all("tr") if r.th and plain(r.th.get_text()) == "EST-rapporter")
    assert not re.search(r"\d", plain(row.get_text(" ")).replace("15 november 2026", ""))


def test_the_pages_hold_what_they_may_weigh():
    pages = full_pages()
    assert {f: len(p.encode()) <= (120_000 if f == DECISION else 200_000) for f, p in pages.items()} == {
        REPORT: True,
        DECISION: True,
        ANNEX: True,
    }


def requirement(known: Knowledge, short: str) -> law.Requirement:
    rows = law.requirements(offences=5, counts_years=(2010, 2025), broad_only=True, measures=0, survey_years=None, known=known)
    return next(row for row in rows if row.short == short)


DAY = dt.date(2026, 11, 15)


@pytest.mark.parametrize(
    ("known", "short", "state", "words"),
    [
        (NOTHING, law.OTHER, "saknas", "Till exempel"),
        (Knowledge(surveys=True), law.OTHER, "finns", "Egna enkäter"),
        (Knowledge(walks=Walks(1, (), 2, 0, 0, 0)), law.OTHER, "finns", "Trygghetsvandringar"),
        (Knowledge(talks=Talks(1, 9, None, None, (Theme("x", None, 9),))), law.OTHER, "finns", "Medborgardialog"),
        (NOTHING, law.CONSEQUENCES, "saknas", "kostnader"),
        (Knowledge(costs=True), law.CONSEQUENCES, "delvis", "Kostnader finns. Saknas: otrygghet och oro, följder"),
        (Knowledge(parts=True), law.EXTENT, "finns", "Plats och tid ur stadsdelarna"),
        (Knowledge(areas=True), law.EXTENT, "finns", "Plats och tid ur kommunens register per område"),
        (Knowledge(costs=True), law.OTHER, "saknas", "Till exempel"),
        (Knowledge(est=EstYear(DAY, DAY, (), (), (), 2, 0)), law.EXTENT, "delvis", "Saknas"),
        (Knowledge(est=EstYear(DAY, DAY, (), ("Torget",), (), 2, 0)), law.EXTENT, "finns", "Plats och tid ur EST"),
    ],
)
def test_each_source_ticks_what_it_fulfils_and_no_more(known: Knowledge, short: str, state: str, words: str):
    row = requirement(known, short)
    assert row.state == state
    assert words in row.text


def test_a_folder_without_est_knows_nothing_of_it(tmp_path: Path):
    lb = lagesbild.load(data=made_folder(tmp_path / "tom"))
    assert lb.u.knowledge == NOTHING
    assert lagesbild.load(kommun="Borlänge").u.knowledge == NOTHING  # and so does a report without a folder


def talk(day: int, people: int, women: int | None, young: int | None, theme: str = "Ljus", brought_up: int = 9) -> Item:
    cells = {"datum": dt.date(2026, 1, day), "deltagare": people, "kvinnor": women, "under_25": young, "namn": theme}
    return Item(sheets.DIALOGUES, 4, cells | {"antal": brought_up})


@pytest.mark.parametrize(
    ("people", "women", "shown"), [(40, 20, 20), (40, 4, None), (40, 36, None), (40, 40, 40), (40, 0, 0), (40, None, None)]
)
def test_who_came_is_told_when_five_are_on_either_side(people: int, women: int | None, shown: int | None):
    """36 of 40 tells of four others."""
    found = own_knowledge._talks([talk(1, people, women, None)], PublicWords())
    assert found is not None
    assert (found.women, found.young, found.people, found.meetings) == (shown, None, people, 1)


def test_two_meetings_of_a_day_are_two():
    same = [talk(1, 40, 20, 10, "Ljus"), talk(1, 40, 20, 10, "Buss"), talk(1, 40, 25, 10, "Ljus")]
    found = own_knowledge._talks(same, PublicWords())
    assert found is not None
    assert (found.meetings, found.people, found.women, found.themes) == (2, 80, 45, ())
