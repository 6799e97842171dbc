"""The eight traps of the embedded figures: each would have put something untrue on the page."""

from __future__ import annotations

import re

import pytest
from pages import page, plain, report, soup, table, text_of

from kunskapsbaserat.rates import Position
from kunskapsbaserat.report.statements.appendix import released_in

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
    assert "de sju kommuner som liknar Borlänge mest (10 707–12 854)" in text_of("Borlänge", "korthet")
    assert "Bland alla 290 kommuner var medianen 9 786" in text_of("Borlänge", "kommunen")


def test_2_the_comparison_falls_back_and_says_why():
    text = text_of("Borlänge", "metod")
    assert "De sju kommuner som liknar Borlänge mest enligt Kolada 2025: Hässleholm, Norrtälje," in text
    assert "eftersom ingen av de sju kommuner som liknar Borlänge mest finns i underlaget" in text
    assert "Avesta, Falun, Gagnef, Hedemora, Leksand, Ludvika, Malung-Sälen, Mora, Orsa, Rättvik" in text
    assert "Smedjebacken, Säter, Vansbro och Älvdalen" in text
    assert "14 kommuner i Dalarna" in text_of("Borlänge", "korthet")


@pytest.mark.parametrize("kommun", DALARNA)
def test_3_level_first_then_the_long_line_and_no_one_year_percentages(kommun: str):
    lead = plain(soup(kommun).find(class_="ingress").get_text(" "))
    assert lead.startswith("År 2025 anmäldes")
    assert not re.search(r"(ökade|minskade|steg|sjönk) med \d+ procent", lead)
    for f in report(kommun).u.count_findings:
        section = soup(kommun).find(id=f.key)
        if section and f.judgement.change.value == "ingen_sakerstalld_skillnad":
            text = lead if f.offence.id == "totalt" else plain(section.get_text(" "))
            assert "inte säkerställd" in text or "ingen säkerställd skillnad" in text
            assert "hade troligen synts" in text, f.key  # how large a change would have been seen


@pytest.mark.parametrize("kommun", DALARNA)
def test_4_the_baseline_is_printed(kommun: str):
    method = text_of(kommun, "metod")
    windows = "2024–2025 mot 2019–2023 (breda brottsgrupper) och 2023–2024 mot 2018–2022 (brottstyper)"
    assert f"De två senaste åren jämförs med de fem åren före: {windows}. Regeln är bestämd i förväg" in method
    text = text_of(kommun, "korthet")
    assert "Breda brottsgrupper 2025, mot 7 liknande kommuner. Förändring: 2024–2025 mot 2019–2023" in text
    assert "mot 14 kommuner i Dalarna. Förändring: 2023–2024 mot 2018–2022" in text


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
    assert "Frågorna gäller året som anges" in text_of("Borlänge", "trygghetsfragor")
    for f in report("Borlänge").u.survey_findings:
        assert f.last_year - f.first_year >= 7


def test_6_no_effect_is_claimed_from_before_and_after():
    assert "Det kan vi inte veta av de här siffrorna." in text_of("Borlänge", "fragor")


def test_7_small_kommuner_get_means_over_three_years():
    """94 of 225 kommun x offence cells of 2024 are below 20."""
    counts = report("Vansbro").u.counts.query(
        "area_level == 'kommun' and period.dt.year == 2024 and source == 'bra_indikatorer'"
    )
    assert ((counts["count"] < 20).sum(), len(counts)) == (94, 210)
    rows = [plain(row.get_text(" ")) for row in soup("Vansbro").find_all("tr")]
    assert any(row.startswith("Bostadsinbrott 8 (snitt 15, 2022–2024)") for row in rows)


@pytest.mark.parametrize("kommun", DALARNA)
def test_7_no_percentage_on_counts_below_twenty(kommun: str):
    for f in report(kommun).u.count_findings:
        section = soup(kommun).find(id=f.key)
        if section and min(f.judgement.mean_latest, f.judgement.mean_earlier) < 20:
            body = plain(section.find(class_="rad").find_all("div", recursive=False)[0].get_text(" "))
            assert not re.search(r"\d procent", body), (f.key, body)


def test_8_violence_against_children_is_per_all_inhabitants():
    assert "Brå räknar per alla invånare, inte per barn." in text_of("Borlänge", "fler-omraden")


@pytest.mark.parametrize("kommun", DALARNA)
def test_8_what_is_preliminary_is_said_and_not_judged(kommun: str):
    top = plain(soup(kommun).find(class_="notis").get_text(" "))
    assert re.fullmatch(
        r"Preliminärt: januari–juni 2026 anmäldes [\d ]+ brott, mot [\d ]+ samma tid 2025\. "
        r"Det bedöms när siffrorna är slutliga\.",
        top,
    )
    section = plain(soup(kommun).find(id="totalt").find_all(class_="rad")[1].get_text(" "))
    assert not re.search(r"säkerställd|ökat|minskat", section), section


# One figure of 2024 and one of 2025 about the same crimes never stand in the same row or sentence.
@pytest.mark.parametrize("kommun", DALARNA)
def test_9_groups_and_indicators_are_never_set_against_each_other(kommun: str):
    for row in (row for t in soup(kommun).find_all("table") if t.find("tr", class_="grupp") for row in t.find_all("tr")):
        text = plain(row.get_text(" "))
        assert not ("2024" in text and "2025" in text and "NTU" not in text) or row.get("class") == ["grupp"], text


# Every count and rate of a place, an offence and a year stands in a table that has passed the gate: it is one figure.
@pytest.mark.parametrize("kommun", [*DALARNA, "Köping", "Stockholm", "Gotland", "Dorotea", "Upplands Väsby"])
def test_10_no_two_figures_of_a_page_differ(kommun: str):
    lb = report(kommun)
    known: dict[tuple[object, ...], tuple[float, str]] = {}
    for released in released_in([*lb.parts(), lb.bilagor().part]):
        frame = released.frame.rename(columns={"kommun": "area"})
        if not {"area", "offence", "year"} <= set(frame):
            continue
        for row in frame.to_dict("records"):
            for figure in ("count", "rate"):
                value = row.get(figure)
                if value is None or value != value or "quarter" in row or "first" in row:
                    continue
                key = (row["area"], row["offence"], row.get("sex", "alla"), row["year"], figure)
                before, where = known.setdefault(key, (float(value), released.name))
                assert before == float(value), (key, where, released.name)
    assert len(known) > 100


def test_position_is_a_description_of_the_band():
    f = report("Borlänge").u.count("bostadsinbrott")
    assert f.position is Position.OVER
    assert f.rate > f.band.upper


def test_pages_of_all_are_different():
    assert len({page(k) for k in DALARNA}) == len(DALARNA)
