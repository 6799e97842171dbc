"""Three lengths from one material: what each may weigh on a reader, and that they lead to each other."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from pages import ANNEX, DECISION, REPORT, pages_of, plain, report, soup

from kunskapsbaserat.engine.exporter import _of_shown
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild

KINDS = ["Borlänge", "Vansbro", "Falun", "Köping", "Stockholm", "Gotland", "Mellerud"]
FILES = {REPORT: "report.html", DECISION: "beslut.html", ANNEX: "bilagor.html"}
MOST_WORDS_OF_DECISION = 1_300
ONCE = ("fylls i", "ingen säkerställd skillnad")  # stood 52 and 93 times on one page


def lix(text: str) -> float:
    """Läsbarhetsindex (Björnsson 1968): words a sentence, and the share of words longer than six letters in per cent.

    >>> lix("Brotten blev färre. Otryggheten minskade.")
    62.5
    """
    words = re.findall(r"[A-Za-zÅÄÖåäöÉé]+(?:-[A-Za-zÅÄÖåäöÉé]+)*|\d[\d\u00a0\u2060–,]*", text)
    sentences = max(len(re.findall(r"[.:?!](?=\s|$)", text)), 1)
    return len(words) / sentences + 100 * sum(len(w) > 6 for w in words) / len(words)


def running_text(page: BeautifulSoup | object) -> str:
    """Sentences that are read in a row: paragraphs, list items and answers; no labels, tables or sources."""
    found = page.find_all(["p", "li", "dd"])
    kept = [
        e
        for e in found
        if not e.find(["p", "li"])
        and not {"kalla", "amne"} & set(e.get("class", ()))
        and not e.find_parent(["nav", "header", "footer", "table", "figure", "details"])
        and not e.find_parent(class_=["nyckel", "marken", "stegen"])
    ]
    return " ".join(plain(e.get_text(" ")) for e in kept)


def test_lix_is_words_a_sentence_and_the_share_of_long_words():
    assert lix("Vi ser det här. Det är bra.") == pytest.approx(7 / 2)
    assert lix("Otryggheten minskade. Den är lägre nu.") == pytest.approx(6 / 2 + 100 * 2 / 6)


@pytest.mark.parametrize("kommun", KINDS)
def test_the_first_page_and_the_decision_version_are_plain_swedish(kommun: str):
    first = soup(kommun).find(id="korthet")
    assert lix(running_text(first)) <= 40
    assert lix(running_text(soup(kommun, DECISION))) <= 40


@pytest.mark.parametrize("kommun", KINDS)
def test_the_decision_version_is_read_in_ten_minutes(kommun: str):
    body = BeautifulSoup(str(soup(kommun, DECISION).body), "html.parser")
    for gone in body.select("details, svg, nav"):
        gone.decompose()
    assert 400 <= len(plain(body.get_text(" ")).split()) <= MOST_WORDS_OF_DECISION


@pytest.mark.parametrize("kommun", KINDS)
def test_a_sentence_stands_once(kommun: str):
    """On the report; what a finding says of itself may be said of another one as well, but not three times."""
    body = soup(kommun).body
    texts = [plain(e.get_text(" ")) for e in body.find_all(["p", "li", "dd"]) if not e.find(["p", "li"])]
    texts = [t for t in texts if not t.startswith("Källa")]
    sentences = Counter(s for t in texts for s in re.split(r"(?<=[.?!]) ", t) if len(s.split()) >= 6)
    assert [s for s, times in sentences.items() if times > 2] == []


@pytest.mark.parametrize("kommun", KINDS)
@pytest.mark.parametrize("words", ONCE)
def test_what_was_said_everywhere_is_said_where_it_belongs(kommun: str, words: str):
    assert plain(soup(kommun).body.get_text(" ")).casefold().count(words) <= 9
    assert plain(soup(kommun, DECISION).body.get_text(" ")).casefold().count(words) <= 4


@pytest.mark.parametrize("kommun", KINDS)
def test_the_three_files_lead_to_each_other(kommun: str):
    ids = {FILES[file]: {e["id"] for e in soup(kommun, file).find_all(id=True)} for file in FILES}
    for file, name in FILES.items():
        links = [a["href"] for a in soup(kommun, file).find_all("a", href=re.compile(r"\.html"))]
        addresses = [href.partition("#") for href in links if not href.startswith("http")]
        assert {path for path, _, _ in addresses} == set(FILES.values()) - {name}
        assert [place for path, _, place in addresses if place and place not in ids[path]] == []


@pytest.mark.parametrize("kommun", KINDS)
def test_the_lengths_tell_the_same(kommun: str):
    """The findings of the decision version stand word by word on the report's first page."""
    long, short = (soup(kommun, file).find(id="korthet").find(class_="fynd") for file in (REPORT, DECISION))
    assert plain(long.get_text(" ")) == plain(short.get_text(" "))


@pytest.mark.parametrize("kommun", ["Borlänge", "Köping"])
def test_no_column_of_the_decision_version_says_the_same_in_every_row(kommun: str):
    table = soup(kommun, DECISION).find(id="korthet").find("table")
    rows = [[plain(c.get_text(" ")) for c in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]
    for column in itertools.islice(zip(*rows, strict=True), 2, None):
        assert len(set(column)) > 1


def test_a_long_text_about_causes_is_cut_in_the_decision_version_and_whole_in_the_report(tmp_path):
    folder = tmp_path / "mora"
    new_folder(folder, "Mora")
    before, heading, after = (
        (folder / "texter.md").read_text(encoding="utf-8-sig").partition("## Orsaksanalys av de prioriterade problemen\n")
    )
    words = " ".join(f"ord{n}" for n in range(4_000))
    (folder / "texter.md").write_text(f"{before}{heading}\n{words}\n{after}", encoding="utf-8")
    pages = pages_of(lagesbild.load(data=folder))
    assert "ord3999" in pages[REPORT]
    assert "ord3999" not in pages[DECISION]
    assert "ord59 … Resten står i lägesbilden." in pages[DECISION]


def test_parts_say_which_file_they_stand_in():
    parts = report("Borlänge").parts()
    assert {part.file for part in parts} == set(FILES)
    assert all(part.masthead is not None for part in (next(p for p in parts if p.file == file) for file in FILES))


def test_a_length_that_an_analyst_leaves_out_leaves_no_link():
    head = {"title": "t", "foot": "f", "nav": [["del", "Del"], ["beslut.html", "Beslut"], ["bilagor.html#metod", "Metod"]]}
    record = {**head, "files": {"beslut.html": head, "bilagor.html": head}}
    assert _of_shown(record, {"", "beslut.html", "bilagor.html"}) == record
    without = _of_shown(record, {"", "bilagor.html"})
    assert list(without["files"]) == ["bilagor.html"]
    for one in (without, without["files"]["bilagor.html"]):
        assert [target for target, _ in one["nav"]] == ["del", "bilagor.html#metod"]
    with pytest.raises(RenderError) as caught:
        _of_shown(record, {"bilagor.html"})
    assert "Lägg tillbaka cellerna" in caught.value.svenska


def test_a_certain_level_that_follows_controls_is_said_why_it_is_left_out():
    """Köping: the table says "säkerställt högre" of narkotika- och vapenbrott, the heading that nothing is certain."""
    first = plain(soup("Köping", DECISION).find(id="korthet").get_text(" "))
    assert "Narkotika- och vapenbrott ligger säkerställt högre än i de flesta jämförda kommuner." in first
    assert "för talet följer hur mycket polisen kontrollerar" in first
    assert "följer hur mycket polisen kontrollerar" not in plain(soup("Vansbro", DECISION).find(id="korthet").get_text(" "))
