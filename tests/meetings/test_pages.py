"""The pages for the ledningsgrupp, the nämnder and a county: one sheet, own measures, and nobody ranked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from meeting_books import MEETING, folder_between_meetings, meeting_book
from plans import edited
from test_rad import NO_CLAIM, pages_of, text_of

from fresh import fresh_folder
from kunskapsbaserat import cli_rapport, klg, kommun, lan, namnd, nyhetsbrev, plan
from kunskapsbaserat.data import meetings
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.plan.sheets import ATGARDER, FILE
from kunskapsbaserat.report.page.sheet import has_room


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_between_meetings(tmp_path_factory.mktemp("sidor") / "mapp")


# ---- the ledningsgrupp ---------------------------------------------------------------------------------------------------


def test_the_ledningsgrupp_sees_decisions_what_is_late_and_cost(folder: Path):
    text = text_of(pages_of(klg.load(data=folder, mote=MEETING))[""])
    assert "Medel till belysning (ekonomichefen)." in text
    assert "Tre åtgärder är försenade. Längst: Kamerabevakning vid resecentrum" in text
    assert "Åtgärderna har kostat 3 084 000 kronor." in text
    assert "Har kostat mer än planerat: belysning på gångstråk." in text
    assert "Följ upp åtgärdsplanen (fristen gick ut 26 november 2026)." in text
    assert "Trygghetsvandring vid stationen" not in text  # that is for the råd
    assert not NO_CLAIM.search(text)


def test_one_sheet_whatever_there_is(tmp_path: Path):
    path = folder_between_meetings(tmp_path / "mapp")
    meetings.path_in(path).unlink()
    long = "Förstärkning av trygghetsarbetet i centrum under kvällar och helger tillsammans med fastighetsägare"
    rows = [[f"Ä{n}", "KLG", f"{long} {n}", long, "ekonomichefen", "förslag", None] for n in range(40)]
    meeting_book(path, {sheets.MATTERS: rows})
    made = klg.load(data=path, mote=MEETING)
    page = made.forstasida().sections[0].blocks[0]
    assert has_room(page, made.masthead())
    pages = pages_of(made)
    assert "förslag till: se bilagan." in text_of(pages[""])
    assert all(f"fastighetsägare {n} " in text_of(pages["bilagor.html"]) for n in range(40))


@pytest.mark.parametrize("page", [klg, namnd])
def test_without_a_plan_it_is_said_how_to_get_one(tmp_path: Path, page):
    folder = fresh_folder(tmp_path / page.__name__, "Borlänge")
    plan.path_in(folder).unlink()
    for asked in ({"kommun": "Upplands Väsby"}, {"data": folder}):
        with pytest.raises(FileError) as error:
            page.load(**asked)
        assert "kunskap ny" in error.value.svenska


# ---- the nämnder ---------------------------------------------------------------------------------------------------------


def test_a_namnd_sees_its_own_measures_and_no_others(folder: Path):
    made = namnd.load(data=folder, namnd="samhällsbyggnadsnämnden", mote=MEETING)
    text = text_of(pages_of(made)[""], "korthet")
    assert "Samhällsbyggnadsnämnden ansvarar för två åtgärder i åtgärdsplanen." in text
    assert "Besök hos grannar efter inbrott: ta ställning: fortsätt, ändra eller avsluta." in text
    assert "Belysning på gångstråk genomförd 2 260 000 av 2 100 000 kronor klart, görs inte om" in text
    assert "Grannsamverkan" not in text


def test_a_mistyped_namnd_lists_those_of_the_plan(folder: Path):
    with pytest.raises(OptionError) as error:
        namnd.load(data=folder, namnd="Samhällsbygnadsnämnden")
    assert "Kommunstyrelsen, Samhällsbyggnadsnämnden eller Tillståndsnämnden" in error.value.svenska


def test_a_person_is_no_namnd(folder: Path):
    made = namnd.load(data=folder, mote=MEETING)
    assert [one.name for one in made.m.boards] == ["Kommunstyrelsen", "Samhällsbyggnadsnämnden", "Tillståndsnämnden"]
    record = json.dumps(made.bilagor().record, ensure_ascii=False)
    assert "Andersson" not in record + pages_of(made)[""]
    assert "Ansvarig nämnd saknas för platssamverkan på torget." in text_of(pages_of(made)[""])


def test_without_a_namnd_all_are_made_and_one_page_over_them(folder: Path):
    several = cli_rapport.choose(["namnd"], [], data=folder)
    names = ["namnd", "namnd-kommunstyrelsen", "namnd-samhallsbyggnadsnamnden", "namnd-tillstandsnamnden"]
    assert [one.place.name for one in several] == names
    (only,) = cli_rapport.choose(["namnd"], [], data=folder, divisions={"namnd": "Kommunstyrelsen"})
    assert only.place.name == "namnd-kommunstyrelsen"


def test_a_plan_whose_measures_are_others_has_a_true_page(tmp_path: Path):
    path = folder_between_meetings(tmp_path / "mapp")
    edited(path / FILE, *((ATGARDER, row, "Vems", "annan aktörs") for row in range(4, 12)))
    made = namnd.load(data=path, mote=MEETING)
    assert "Ingen åtgärd i planen har en ansvarig nämnd." in text_of(pages_of(made)[""])


# ---- the county ----------------------------------------------------------------------------------------------------------


def test_a_county_page_has_figures_with_date_and_source_research_and_dates():
    made = nyhetsbrev.load(lan="Dalarna")
    text = text_of(pages_of(made)[""])
    by_hand = sum(_totals("20"))
    assert f"{by_hand:,}".replace(",", " ") in text
    assert "29 november 2026" in text
    assert "Källa: Brå." in text
    assert "Forskning:" in text
    assert "10–15 januari 2027: Anmälda brott helåret 2026, preliminära siffror (Brå)." in text
    assert not NO_CLAIM.search(text)


def _totals(code: str) -> list[int]:
    from kunskapsbaserat.data import embedded

    table = embedded.counts_groups()
    mine = table[table["area"].isin([k.code for k in kommun.in_lan(code)]) & (table["offence"] == "totalt")]
    return list(mine[mine["period"].dt.year == 2025]["count"])


USUAL = ("09", "14", "20")  # one kommun, the most kommuner, the one with a survey


@pytest.mark.parametrize(
    "code", [pytest.param(x.code, marks=[] if x.code in USUAL else [pytest.mark.thorough]) for x in lan.all_lan()]
)
def test_no_kommun_is_named_in_any_county(code: str):
    """Nobody can be ranked who is not there."""
    made = nyhetsbrev.load(lan=code)
    page = BeautifulSoup(pages_of(made)[""], "html.parser").body.find(id="korthet").get_text(" ")
    named = [k.name for k in kommun.in_lan(code) if f" {k.name} " in f" {page} " and k.name not in made.m.lan.where]
    assert named == []
    assert has_room(made.forstasida().sections[0].blocks[0], made.masthead())


def test_a_county_must_be_one_and_a_day_before_the_figures():
    for asked in ({"lan": "Köping"}, {"lan": None}, {"lan": "20", "sedan": "2030-01-01"}, {"lan": "20", "sedan": "igår"}):
        with pytest.raises(OptionError):
            nyhetsbrev.load(**asked)


# ---- the command ---------------------------------------------------------------------------------------------------------


def test_an_option_that_no_template_has_a_use_for_is_said():
    with pytest.raises(cli_rapport.WrongChoice, match="--sedan hör till mallarna klg, nyhetsbrev, rad"):
        cli_rapport.choose(["lagesbild"], ["Falun"], parameters={"sedan": "2026-09-10"})
    with pytest.raises(OptionError) as error:
        cli_rapport.choose(["lagesbild"], ["Falun"], divisions={"namnd": "Kommunstyrelsen"})
    assert "mallen namnd" in error.value.svenska


def test_a_template_without_folder_says_so(folder: Path):
    with pytest.raises(cli_rapport.WrongChoice, match="nyhetsbrev görs inte ur någon mapp"):
        cli_rapport.choose(["nyhetsbrev"], [], lan="20", data=folder)
