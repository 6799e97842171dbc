"""The eight traps of the embedded figures: each would have put something untrue on the page."""

from __future__ import annotations

import re

import pytest
from pages import page, plain, report, soup, table, text_of

from kunskapsbaserat.rates import Position

DALARNA = ("Borlänge", "Falun", "Vansbro", "Ludvika", "Malung-Sälen")


@pytest.mark.parametrize("kommun", [*DALARNA, "Ystad", "Göteborg"])
def test_1_a_total_is_never_compared_with_riket(kommun: str):
    """Riket holds offences with unknown kommun: 12 454 against 14 090 would read as below the country."""
    text = text_of(kommun)
    # Riket's totals per 100 000 (2017-2024) and its counts never stand on the page.
    for number in ("14 090", "1 489 319", "14 334", "15 068"):
        assert number not in text
    for sentence in re.split(r"(?<=[.!?]) ", text):
        if "riket" in sentence.casefold() and "per 100 000" in sentence and "andel" not in sentence.casefold():
            assert "aldrig" in sentence or "okänd kommun" in sentence or "utan känd kommun" in sentence, sentence


def test_1_the_total_meets_the_median_kommun_and_the_rest_of_the_lan():
    assert "I övriga Dalarna var talet 7 938" in text_of("Borlänge", "korthet")
    assert "Bland alla 290 kommuner var medianen 9 786" in text_of("Borlänge", "kommunen")


def test_2_the_comparison_falls_back_and_says_why():
    text = text_of("Borlänge", "metod")
    assert "Ingen av de sju kommuner som liknar Borlänge mest (Kolada 2025: Hässleholm, Norrtälje," in text
    assert "finns i underlaget; därför används länet" in text
    assert "Avesta, Falun, Gagnef, Hedemora, Leksand, Ludvika, Malung-Sälen, Mora, Orsa, Rättvik" in text
    assert "Smedjebacken, Säter, Vansbro och Älvdalen" in text
    assert "14 kommuner i Dalarna" in text_of("Borlänge", "korthet")


@pytest.mark.parametrize("kommun", DALARNA)
def test_3_level_first_then_the_long_line_and_no_one_year_percentages(kommun: str):
    lead = plain(soup(kommun).find(class_="ingress").get_text(" "))
    assert lead.startswith("År 2024 anmäldes")
    assert not re.search(r"(ökade|minskade|steg|sjönk) med \d+ procent", lead)
    for f in report(kommun).u.count_findings:
        section = soup(kommun).find(id=f.key)
        if section and f.judgement.change.value == "ingen_sakerstalld_skillnad":
            text = plain(section.get_text(" "))
            assert "ingen säkerställd skillnad" in text
            assert "hade troligen synts" in text, f.key  # how large a change would have been seen


@pytest.mark.parametrize("kommun", DALARNA)
def test_4_the_baseline_is_printed(kommun: str):
    method = text_of(kommun, "metod")
    assert "De två senaste åren (2023–2024) jämförs med de fem åren före (2018–2022). Regeln är bestämd i förväg" in method
    assert "Förändring: snittet 2023–2024 mot snittet 2018–2022" in text_of(kommun, "korthet")


def test_5_ntu_keeps_bras_own_intervals():
    """330 respondents would give 28-38 by a simple binomial; Brå gives 29-38, and so does the page."""
    assert table("Borlänge", "Otrygga sent på kvällen")["2025"][0] == "33 (29–38)"
    for kommun in DALARNA:
        for f in report(kommun).u.survey_findings:
            share, lower, upper = f.kommun[f.last_year]
            rows = report(kommun).u.survey.query("end_year == @f.last_year")
            row = rows[(rows["area"] == report(kommun).u.kommun.code) & (rows["measure"] == f.measure.id)].iloc[0]
            assert (share, lower, upper) == (row["share"], row["lower"], row["upper"])


def test_5_the_year_before_is_said_where_it_is_meant():
    """Victimisation in 2024 was asked in 2025, and each measure is compared with its first year, never with the year before."""
    assert "Frågorna gäller året som anges" in text_of("Borlänge", "utsatthet")
    for f in report("Borlänge").u.survey_findings:
        assert f.last_year - f.first_year >= 7


def test_6_no_effect_can_be_certain_on_fifteen_kommuner():
    text = text_of("Borlänge", "fragor")
    assert "Det kan vi inte veta av de här siffrorna." in text
    assert "Med siffror för bara 15 kommuner kan ingen effekt säkerställas: den minsta möjliga felrisken är 1 på 15" in text


def test_7_small_kommuner_get_means_over_three_years():
    """94 of 225 kommun x offence cells of 2024 are below 20."""
    counts = report("Vansbro").u.counts.query("area_level == 'kommun' and period.dt.year == 2024")
    assert ((counts["count"] < 20).sum(), len(counts)) == (94, 225)
    rows = table("Vansbro", "Åtta områden i Vansbro")
    assert rows["Bostadsinbrott"][1] == "8 (snitt 15, 2022–2024)"
    assert "I snitt 15 per år 2022–2024." in text_of("Vansbro", "bostadsinbrott")


@pytest.mark.parametrize("kommun", DALARNA)
def test_7_no_percentage_on_counts_below_twenty(kommun: str):
    for f in report(kommun).u.count_findings:
        section = soup(kommun).find(id=f.key)
        if section and min(f.judgement.mean_latest, f.judgement.mean_earlier) < 20:
            body = plain(section.find(class_="rad").find_all("div", recursive=False)[0].get_text(" "))
            assert not re.search(r"\d procent", body), (f.key, body)


def test_8_violence_against_children_is_per_all_inhabitants():
    assert "Brå räknar per alla invånare, inte per barn." in text_of("Borlänge", "barn-och-unga")


@pytest.mark.parametrize("kommun", DALARNA)
def test_8_missing_figures_of_2025_are_said_at_the_top(kommun: str):
    top = plain(soup(kommun).find(class_="notis").get_text(" "))
    assert top == "Brås slutliga siffror per brottstyp för 2025 finns men ingår inte ännu. Bara totalen för 2025 visas."


def test_position_is_a_description_of_the_band():
    f = report("Borlänge").u.count("bostadsinbrott")
    assert f.position is Position.OVER
    assert f.rate > f.band.upper


def test_pages_of_all_are_different():
    assert len({page(k) for k in DALARNA}) == len(DALARNA)
