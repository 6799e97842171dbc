"""Figures on the pages against Brå's, read by hand from Brå's indicator files, NTU and Kolada."""

from __future__ import annotations

import pytest
from pages import report, table, text_of

# Brå, Indikatorer för kommuners lägesbild: counts 2017-2024
COUNTS = {
    ("Borlänge", "Bostadsinbrott"): "153 181 129 156 155 186 329 226",
    ("Borlänge", "Skadegörelse"): "842 779 692 922 816 812 651 581",
    ("Borlänge", "Narkotikabrott"): "431 596 566 540 647 746 710 791",
    ("Borlänge", "Rån mot unga"): "10 13 11 9 18 11 10 6",
    ("Borlänge", "Våld mot vuxna på offentlig plats"): "172 145 138 158 155 150 125 163",
    ("Falun", "Våld mot pojkar inomhus"): "43 39 50 33 36 26 46 77",
    ("Falun", "Skadegörelse"): "521 341 337 659 538 651 710 571",
    ("Vansbro", "Rån mot unga"): "– 1 – – – – – –",
    ("Vansbro", "Bostadsinbrott"): "24 11 15 15 15 11 25 8",
}


@pytest.mark.parametrize(("kommun", "offence"), COUNTS)
def test_counts_per_year(kommun: str, offence: str):
    row = table(kommun, f"Anmälda brott per år i {kommun} 2017–2024")[offence]
    assert " ".join(row) == COUNTS[kommun, offence]


# Brå, anmälda brott per kommun och år, slutlig statistik: the total of 2017-2025, which Dalarna's indicators have to 2024
TOTALS = {
    "Borlänge": "6 229 6 277 6 076 5 821 6 162 6 261 6 196 6 424 5 846",
    "Falun": "4 543 4 137 4 274 4 985 4 648 4 563 5 043 4 697 4 485",
    "Vansbro": "371 378 384 424 363 426 376 284 524",
    "Köping": "2 892 2 669 2 786 3 069 3 027 2 784 2 981 2 829 2 976",
}


@pytest.mark.parametrize("kommun", TOTALS)
def test_totals_per_year(kommun: str):
    row = table(kommun, f"Anmälda brott per år i {kommun} 2010–2025")["Anmälda brott totalt"]
    assert " ".join(row[7:]) == TOTALS[kommun]


@pytest.mark.parametrize(
    ("kommun", "caption", "year", "rate"),
    [
        ("Borlänge", "Anmälda bostadsinbrott", 2023, "633"),
        ("Borlänge", "Anmälda bostadsinbrott", 2024, "438"),
        ("Vansbro", "Anmälda brott i Vansbro", 2024, "4 215"),  # Brå's table of indicators says 4 214: another denominator
        ("Borlänge", "Anmälda brott i Borlänge", 2025, "11 376"),
        ("Vansbro", "Anmälda brott i Vansbro", 2025, "7 767"),
        ("Köping", "Anmälda stölder och rån i Köping", 2025, "3 124"),
        ("Köping", "Anmälda stölder och rån i Köping", 2021, "3 868"),
    ],
)
def test_rates_per_year(kommun: str, caption: str, year: int, rate: str):
    assert table(kommun, caption)[str(year)][1] == rate


def test_years_before_new_codes_are_starred():
    counts = table("Borlänge", "Anmälda brott per år i Borlänge 2017–2024")
    assert counts["Våld mot kvinnor i nära relation"] == ["19 *", "90 *", "148 *", "216", "232", "160", "196", "192"]
    assert counts["Bilbrott"] == ["100 *", "356", "365", "231", "292", "227", "188", "109"]


def test_lead_of_koping():
    # the middle half of Arvika 7 960, Hallstahammar 11 181, Härnösand 12 030, Lindesberg 8 610, Nässjö 11 272, Tranås 10 355
    # and Vetlanda 8 731
    text = text_of("Köping", "korthet")
    assert "År 2025 anmäldes 2 976 brott i Köping, eller 11 594 per 100 000 invånare." in text
    assert "Det är över mittersta hälften av de sju kommuner som liknar Köping mest (8 671–11 227)." in text


def test_a_kommun_at_half_of_its_lan_and_a_leap_are_told():
    """Vansbro went from 284 to 524, and Gagnef lies far below the rest of Dalarna."""
    assert "Antalet steg från 284 till 524 på ett år" in text_of("Vansbro", "korthet")
    assert "mycket lägre än i övriga Dalarna (8 887)" in text_of("Gagnef", "korthet")


def test_band_of_residential_burglary_2024():
    rows = table("Borlänge", "Anmälda bostadsinbrott i Borlänge och 14 kommuner i Dalarna")
    assert rows["2024"] == ["226", "438", "178", "147–266"]
    assert rows["2017"] == ["153", "295", "325", "281–458"]  # the median is 324.5


@pytest.mark.parametrize(
    ("kommun", "year", "expected"),
    [
        ("Borlänge", "2025", ["33 (29–38)", "21 (19–23)", "25 (25–25)", "330"]),
        ("Borlänge", "2017", ["34 (30–38)", "24 (23–26)", "28 (27–28)", "314"]),
        ("Falun", "2025", ["19 (15–23)", "21 (19–23)", "25 (25–25)", "465"]),
        ("Vansbro", "2024", None),
    ],
)
def test_insecurity_in_ntu(kommun: str, year: str, expected: list[str] | None):
    row = table(kommun, "Otrygga sent på kvällen i det egna bostadsområdet, procent")[year]
    if expected is None:
        assert row[-1] == "94"  # respondents in Vansbro 2024
    else:
        assert row == expected


def test_other_survey_shares_of_borlange():
    rows = table("Borlänge", "Det invånarna svarar")
    assert rows["Valt annan väg av oro 2017–2025"][1:3] == ["26 % (23–30)", "17 %"]
    assert rows["Avstått från aktivitet av oro 2017–2025"][1:3] == ["15 % (12–17)", "10 %"]
    assert rows["Utsatta för misshandel 2016–2024"][1:3] == ["2,5 % (1,5–3,6)", "2,1 %"]


def test_totals_of_2025():
    # Brå, 2025; the median of the 290 kommuner is 9 785.5 (Kolada, with decimals: 9 785.81)
    rows = table("Borlänge", "Alla anmälda brott per 100 000 invånare 2025, kommunerna i Dalarnas län")
    assert (rows["Borlänge"], rows["Falun"], rows["Gagnef"]) == (["11 376"], ["7 480"], ["4 978"])
    assert "medianen 9 786" in text_of("Borlänge", "kommunen")


def test_population():
    # SCB, 31 December 2025
    assert "51 354 den 31 december 2025" in text_of("Borlänge", "kommunen")


def test_three_year_means():
    # Borlänge: 11 + 10 + 6 robberies against the young in 2022-2024; Vansbro: 11 + 25 + 8 burglaries
    assert "snitt 9, 2022–2024" in " ".join(table("Borlänge", "Fler områden i Borlänge")["Rån mot unga"])
    assert report("Vansbro").u.count("bostadsinbrott").pooled.count == 44


# Brå, anmälda brott 2025 (slutlig statistik), and the sums of the two first quarters of 2026 (preliminary) and 2025
@pytest.mark.parametrize(
    ("kommun", "total", "half_year", "before"),
    [
        ("Ystad", "3 831", "1 611", "1 809"),
        ("Köping", "2 976", "1 672", "1 401"),
        ("Gotland", "6 604", "2 944", "3 002"),
        ("Dorotea", "227", "87", "106"),
    ],
)
def test_any_kommun_has_its_figures(kommun: str, total: str, half_year: str, before: str):
    text = text_of(kommun, "korthet")
    assert f"År 2025 anmäldes {total} brott" in text
    assert f"januari–juni 2026 anmäldes {half_year} brott, mot {before} samma tid 2025" in text


def test_open_comparisons_stand_by_themselves():
    # Öppna jämförelser Trygghet och säkerhet 2023: Upplands Väsby 11.2638 and 30.402 per 1 000 inhabitants and year
    rows = table("Upplands Väsby", "Våld, stöld och skadegörelse i Upplands Väsby 2020–2022")
    assert (rows["Våldsbrott"][0], rows["Stöld och tillgrepp"][0]) == ("11,3", "30,4")
