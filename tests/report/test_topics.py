"""One section for traffic and one for safety online, out of whatever files a kommun has put in its folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from full_folder import add_file
from pages import plain

from fresh import fresh_folder
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild

KOMMUN = {"område": "fast: 1461", "period": "År"}
STRADA = {
    "källa": "Transportstyrelsen, STRADA",
    "titel": "Skadade i vägtrafiken",
    "innehåll": "antal",
    "mått": "Grad",
    "värde": "Antal",
}
SPEED = {
    "källa": "Kommunen",
    "titel": "Uppmätt hastighet",
    "innehåll": "andel",
    "mått": "Mått",
    "värde": "Andel",
    "enhet": "procent",
}
SPEED |= {"antal svar": "Antal"}
CONTROLS = {
    "källa": "Lokalpolisområdet",
    "titel": "Trafikkontroller",
    "innehåll": "antal",
    "mått": "fast: Kontroller",
    "värde": "Antal",
}
LUPP = {
    "källa": "Kommunen",
    "titel": "LUPP årskurs 8",
    "innehåll": "andel",
    "mått": "Fråga",
    "värde": "Andel",
    "enhet": "procent",
}
LUPP |= {"antal svar": "Svar"}


def injured(*, before: int, after: int) -> str:
    """Ten years of badly injured: so many a year, and so many in the two last."""
    return "År;Grad;Antal\n" + "".join(
        f"{y};Svårt skadade;{(after if y > 2023 else before) + y % 2}\n" for y in range(2016, 2026)
    )


def section(folder: Path, key: str) -> str:
    """The words of the section, and nothing when the page has none."""
    part = lagesbild.load(data=folder).annan_information()
    found = [s for s in part.sections if s.id == key]
    pages = [dataclasses.replace(part, sections=[one]).to_html() for one in found]
    return " ".join(plain(BeautifulSoup(page, "html.parser").get_text(" ")) for page in pages)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fresh_folder(tmp_path / "mapp", "Mellerud")


def with_traffic(folder: Path, *, before: int = 8, after: int = 16) -> Path:
    add_file(folder, "strada.csv", injured(before=before, after=after), STRADA | KOMMUN)
    speeds = "År;Mått;Andel;Antal\n2024;Över gränsen på Storgatan;41,5;5200\n2025;Över gränsen på Storgatan;38;5900\n"
    add_file(folder, "fart.csv", speeds, SPEED | KOMMUN)
    checks = "År;Antal\n" + "".join(f"{y};{40 + 15 * (y - 2018)}\n" for y in range(2018, 2026))
    add_file(folder, "kontroller.csv", checks, CONTROLS | KOMMUN)
    return folder


def test_traffic_stands_in_one_section_and_nowhere_else(folder: Path):
    text = section(with_traffic(folder), "trafik")
    for told in ("Skadade i vägtrafiken", "Uppmätt hastighet", "Trafikkontroller", "följer polisens kontroller"):
        assert told in text
    assert "38 procent 2025 (5 900 mätta)" in text
    assert "Skadade i vägtrafiken" not in section(folder, "annan-information")


def test_few_injuries_are_told_over_several_years_without_a_verdict(folder: Path):
    """Twice as many in two years, of twelve a year: more than chance would give, and still no verdict."""
    text = section(with_traffic(folder), "trafik")
    assert "Svårt skadade: 59 under 2021–2025, i snitt 11,8 per år. Så få per år att en ändring inte bedöms." in text
    assert "säkerställt fler" not in text.split("Trafikkontroller")[0].split("Uppmätt")[0]


def test_many_injuries_are_judged(folder: Path):
    text = section(with_traffic(folder, before=60, after=140), "trafik")
    assert "Svårt skadade har blivit säkerställt fler" in text
    assert "inte bedöms" not in text


def test_what_is_missing_is_named(folder: Path):
    add_file(folder, "strada.csv", injured(before=8, after=9), STRADA | KOMMUN)
    assert "Det saknas: uppmätt hastighet och antalet kontroller." in section(folder, "trafik")


def test_a_folder_without_such_files_has_no_such_sections(folder: Path):
    vandalism = "År;Grad;Antal\n2024;Skadegörelse i parker;40\n2025;Skadegörelse i parker;44\n"
    add_file(folder, "parker.csv", vandalism, STRADA | KOMMUN | {"källa": "Gata och park", "titel": "Skadegörelse"})
    assert section(folder, "trafik") == section(folder, "pa-natet") == ""
    assert "Skadegörelse" in section(folder, "annan-information")


def test_questions_about_the_net_have_limits_and_numbers_and_few_answers_are_hidden(folder: Path):
    answers = "År;Fråga;Andel;Svar\n2025;Kränkt på nätet;14;410\n2025;Trygg på rasten;88;410\n2025;Utsatt för näthat;33;9\n"
    add_file(folder, "lupp.csv", answers, LUPP | KOMMUN)
    text = section(folder, "pa-natet")
    assert "Kränkt på nätet 14 procent 11 och 18 procent 410 LUPP årskurs 8, 2025" in text
    assert "Trygg på rasten" not in text
    assert "näthat" not in text
