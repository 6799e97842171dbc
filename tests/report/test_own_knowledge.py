"""A folder with everything filled in, held against 4 § part by part; and each source alone, with what it may not tell."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from folders import made_folder
from full_folder import full_folder
from pages import ANNEX, DECISION, REPORT, pages_of, plain

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.public_words import PublicWords
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.material import law, own_knowledge
from kunskapsbaserat.report.material.own_knowledge import NOTHING, EstYear, Knowledge, Talks, Theme, Walks


@functools.cache
def full() -> dict[str, BeautifulSoup]:
    pages = pages_of(lagesbild.load(data=full_folder()))
    return {file: BeautifulSoup(page, "html.parser") for file, page in pages.items()}


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
    assert "1 280 000" in text


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
    pages = pages_of(lagesbild.load(data=full_folder()))
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
    assert own_knowledge.knowledge_of(None) == NOTHING


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
