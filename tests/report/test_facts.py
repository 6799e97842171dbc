"""Figures on the pages against Brå's, read by hand from Brå's indicator files, NTU and Kolada."""

from __future__ import annotations

import pytest
from pages import table, text_of

# Brå, Indikatorer för kommuners lägesbild: counts 2017-2024
COUNTS = {
    ("Borlänge", "Anmälda brott totalt"): "6 229 6 277 6 076 5 821 6 162 6 261 6 196 6 424",
    ("Borlänge", "Bostadsinbrott"): "153 181 129 156 155 186 329 226",
    ("Borlänge", "Skadegörelse"): "842 779 692 922 816 812 651 581",
    ("Borlänge", "Narkotikabrott"): "431 596 566 540 647 746 710 791",
    ("Borlänge", "Rån mot unga"): "10 13 11 9 18 11 10 6",
    ("Borlänge", "Våld mot vuxna på offentlig plats"): "172 145 138 158 155 150 125 163",
    ("Falun", "Anmälda brott totalt"): "4 543 4 137 4 274 4 985 4 648 4 563 5 043 4 697",
    ("Falun", "Våld mot pojkar inomhus"): "43 39 50 33 36 26 46 77",
    ("Falun", "Skadegörelse"): "521 341 337 659 538 651 710 571",
    ("Vansbro", "Anmälda brott totalt"): "371 378 384 424 363 426 376 284",
    ("Vansbro", "Rån mot unga"): "– 1 – – – – – –",
    ("Vansbro", "Bostadsinbrott"): "24 11 15 15 15 11 25 8",
}


@pytest.mark.parametrize(("kommun", "offence"), COUNTS)
def test_counts_per_year(kommun: str, offence: str):
    row = table(kommun, f"Anmälda brott per år i {kommun}")[offence]
    assert " ".join(row) == COUNTS[kommun, offence]


@pytest.mark.parametrize(
    ("kommun", "offence", "year", "rate"),
    [
        ("Borlänge", "Anmälda brott totalt", 2024, "12 454"),
        ("Borlänge", "Bostadsinbrott", 2023, "633"),
        ("Borlänge", "Bostadsinbrott", 2024, "438"),
        ("Borlänge", "Skadegörelse", 2024, "1 126"),
        ("Borlänge", "Våld mot vuxna på offentlig plats", 2024, "316"),
        ("Borlänge", "Våld mot kvinnor i nära relation", 2024, "372"),
        ("Borlänge", "Narkotikabrott", 2024, "1 534"),
        ("Vansbro", "Anmälda brott totalt", 2024, "4 214"),
        ("Vansbro", "Bostadsinbrott", 2024, "119"),
    ],
)
def test_rates_per_year(kommun: str, offence: str, year: int, rate: str):
    assert table(kommun, f"Anmälda brott per 100 000 invånare i {kommun}")[offence][year - 2017] == rate


def test_years_before_new_codes_are_starred():
    counts = table("Borlänge", "Anmälda brott per år i Borlänge")
    assert counts["Våld mot kvinnor i nära relation"] == ["19 *", "90 *", "148 *", "216", "232", "160", "196", "192"]
    assert counts["Bilbrott"] == ["100 *", "356", "365", "231", "292", "227", "188", "109"]


def test_lead_of_borlange():
    assert (
        "År 2024 anmäldes 6 424 brott i Borlänge, eller 12 454 per 100 000 invånare. I övriga Dalarna var talet 7 938."
        in text_of("Borlänge", "korthet")
    )


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
    rows = table("Borlänge", "Oro för brott och vad den leder till")
    assert rows["Valt annan väg av oro 2017–2025"][1:3] == ["26 % (23–30)", "17 %"]
    assert rows["Avstått från aktivitet av oro 2017–2025"][1:3] == ["15 % (12–17)", "10 %"]
    victims = table("Borlänge", "Utsatthet enligt invånarna själva")
    assert victims["Utsatta för misshandel 2016–2024"][1:3] == ["2,5 % (1,5–3,6)", "2,1 %"]


def test_totals_of_2025_from_kolada():
    # Kolada N07540, 2025; the median of the 290 kommuner is 9 785.81
    rows = table("Borlänge", "Alla anmälda brott per 100 000 invånare 2025, kommunerna i Dalarnas län")
    assert (rows["Borlänge"], rows["Falun"], rows["Gagnef"]) == (["11 376"], ["7 480"], ["4 978"])
    assert "medianen 9 786" in text_of("Borlänge", "kommunen")


def test_population():
    # SCB, 31 December 2025
    assert "51 354 den 31 december 2025" in text_of("Borlänge", "kommunen")


def test_three_year_means():
    # Borlänge: 11 + 10 + 6 robberies against the young in 2022-2024; Vansbro: 11 + 25 + 8 burglaries
    assert table("Borlänge", "Snitt 2022–2024 i Borlänge")["Rån mot unga"][:2] == ["9,0", "17"]
    assert table("Vansbro", "Snitt 2022–2024 i Vansbro")["Bostadsinbrott"][0] == "14,7"


def test_groups_of_2013():
    # Brå, preliminary statistics of 2013, Ystad: read from the monthly table
    rows = table("Ystad", "Anmälda brott i Ystad 2013 efter brottsgrupp")
    assert len(rows) == 10
    assert rows["Anmälda brott totalt"][:2] == ["2 716", "9 510"]


@pytest.mark.parametrize(
    ("kommun", "name"), [("Ystad", "Ystad"), ("Göteborg", "Göteborg"), ("Kiruna", "Kiruna"), ("Gotland", "Gotland")]
)
def test_a_kommun_outside_dalarna_has_its_total(kommun: str, name: str):
    from kunskapsbaserat import kommun as kommuner
    from kunskapsbaserat.data import embedded

    rate = embedded.total_rate().set_index("area")["rate"][kommuner.get(kommun).code]
    assert f"{rate:,.0f}".replace(",", " ") in text_of(name, "korthet")
