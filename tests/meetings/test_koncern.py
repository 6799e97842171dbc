"""The koncern's losses: in the money of one month, with and without the largest, and nothing small to be had."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from meeting_books import FIRE, MONTHS, UNITS, folder_between_meetings, loss_book, story_eight
from test_rad import NO_CLAIM, pages_of, text_of

from fresh import fresh_folder
from kunskapsbaserat import koncern as koncern_report
from kunskapsbaserat.data import koncern
from kunskapsbaserat.data.koncern import prices, sheets
from kunskapsbaserat.disclosure.tree import release_tree
from kunskapsbaserat.errors import DisclosureError, FileError, PersonalDataError
from kunskapsbaserat.forms.faults import FormError

GOLDEN = Path(__file__).parents[1] / "golden"
UNPRICED = str(max(prices.KNOWN) + 1)  # the first month of which no price index is known


def made(path: Path, rows: dict[str, object] | None = None) -> koncern_report.Koncern:
    folder = fresh_folder(path / "mapp", "Borlänge")
    loss_book(folder, rows or story_eight())
    return koncern_report.load(data=folder)


def read(path: Path, rows: dict[str, object]) -> koncern.Losses:
    """The workbook alone."""
    loss_book(path, rows)
    return koncern.read(path)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> koncern_report.Koncern:
    return made(tmp_path_factory.mktemp("koncern"))


@pytest.fixture(scope="module")
def page(story: koncern_report.Koncern) -> str:
    return pages_of(story)[""]


# ---- the eighth story ----------------------------------------------------------------------------------------------------


def test_three_units_in_36_months_with_one_fire(story: koncern_report.Koncern, page: str):
    """The total in fixed prices with and without the fire; the unit under five events is hidden, and what gives it away."""
    m = story.m
    rows = [row for row in story_eight()[sheets.LOSSES] if row[4]]
    by_hand = sum(
        float(str(row[4])) * prices.KNOWN[pd.Period("2023-12", "M")] / prices.KNOWN[pd.Period(str(row[1]), "M")] for row in rows
    )
    fire = float(str(FIRE[4])) * prices.KNOWN[pd.Period("2023-12", "M")] / prices.KNOWN[pd.Period("2022-06", "M")]
    assert m.amount == pytest.approx(by_hand, rel=1e-12)
    short = text_of(page, "korthet")
    assert "165 händelser är rapporterade januari 2021–december 2023." in short
    assert f"{m_kronor(by_hand)} i priserna för december 2023. Utan den största händelsen: {m_kronor(by_hand - fire)}." in short
    assert f"Brand i juni 2022: {m_kronor(fire)}" in short
    units = text_of(page, "enheterna")
    assert "Simhallen .. .." in units
    assert "Norra skolan 108" in units
    assert units.count("..") > 2  # one hidden unit alone would be what the others leave of the whole


def m_kronor(value: float) -> str:
    return f"{100 * round(value / 100):,} kronor".replace(",", " ")


def test_the_hidden_cannot_be_had_from_what_is_shown(story: koncern_report.Koncern):
    """Every cell that is hidden may be another in a table with the same shown numbers."""
    frame = story.m.tree.frame
    shown = frame[frame["suppressed"].isna()].set_index("name")["count"]
    top = frame[frame["within"] == "Hela koncernen"]
    assert int(top["suppressed"].notna().sum()) >= 2
    assert "Simhallen" not in shown.index
    record = story.bilagor().record
    for name, table in record["tables"].items():
        assert "8000" not in table, name  # what the hidden unit lost


def test_the_largest_is_outside_with_and_gone_without(story: koncern_report.Koncern):
    m = story.m
    with_, without = m.kronor_chart("amount"), m.kronor_chart("without")
    assert with_ is not None
    assert without is not None
    assert list(with_[0]["month"][with_[1].points["outside"].to_numpy()].astype(str)) == ["2022-06"]
    assert not without[1].points["outside"].any()


def test_no_cause_and_no_order_of_units(page: str):
    text = text_of(page)
    assert not NO_CLAIM.search(text)
    assert text.index("Norra skolan") < text.index("Simhallen")


def test_golden(page: str):
    """The text of the page, line by line; a change is reviewed like code (write anew with GOLDEN=write)."""
    path = GOLDEN / "koncern-2081-borlange.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(lines_of(page), encoding="utf-8", newline="\n")
    assert lines_of(page) == path.read_text(encoding="utf-8")


def lines_of(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").find_all(
        ["h1", "h2", "h3", "h4", "p", "li", "caption", "tr", "dt", "dd", "summary", "figcaption", "desc"]
    )
    texts = [said for e in found if not e.find(["p", "tr", "dt"]) and (said := " ".join(e.get_text(" ").split()))]
    return "\n".join(line for line in texts if "Underlagets kontrollsumma" not in line) + "\n"


def test_the_agenda_has_the_plans_measures_by_board_and_what_is_late(tmp_path: Path):
    """Bolag first; a board without a measure in the plan is told so, one with a late measure which it is."""
    folder = folder_between_meetings(tmp_path / "mapp")
    units = [
        ["Gatan", "Samhällsbyggnadsförvaltningen", "förvaltning", "Samhällsbyggnadsnämnden"],
        ["Kvarteret Linden", "Bostadsbolaget", "bolag", None],
    ]
    loss_book(folder, losses(*([u[0], "2023-03", "klotter", 6, 100] for u in units), units=units))
    text = text_of(pages_of(koncern_report.load(data=folder))[""], "agendan")
    assert "Bostadsbolaget bolag 6 inget ingen åtgärd i planen" in text
    assert "Besök hos grannar efter inbrott; Belysning på gångstråk försenat: besök hos grannar efter inbrott" in text
    assert text.index("Bostadsbolaget") < text.index("Samhällsbyggnadsförvaltningen")


# ---- true pages of little input ------------------------------------------------------------------------------------------


def losses(*rows: list[object], units: list[list[object]] = UNITS) -> dict[str, object]:
    return {sheets.UNITS: units, sheets.LOSSES: list(rows)}


def test_no_losses_at_all(tmp_path: Path):
    rows = [[unit[0], month, "inga förluster", 0, None] for unit in UNITS for month in MONTHS]
    text = text_of(pages_of(made(tmp_path, losses(*rows)))[""])
    assert "Inga förluster är rapporterade januari 2021–december 2023." in text
    assert "Hela koncernen – –" in text


def test_one_unit_with_few_events_shows_nothing(tmp_path: Path):
    one = made(tmp_path, losses(["Norra skolan", "2023-03", "stöld", 3, 90_000], units=UNITS[:1]))
    pages = pages_of(one)
    assert "Färre än fem händelser är rapporterade i hela koncernen." in text_of(pages[""], "korthet")
    assert not re.search(r"90.?[0-9]00|\b9\d .00 kronor", text_of(pages[""]))
    assert not any(",3," in one.bilagor().record["tables"][name] for name in ("ar", "enheter", "typer"))


def test_one_unit_with_many_events_is_never_drawn_by_month(tmp_path: Path):
    rows = [["Norra skolan", month, "skadegörelse", 2, 1_000] for month in MONTHS]
    one = made(tmp_path, losses(*rows, units=UNITS[:1]))
    assert one.m.chart is None
    assert "tre enheter har rapporterat" in text_of(pages_of(one)[""], "over-tid")


def test_36_months_with_gaps(tmp_path: Path):
    """A month without a report is no month without losses."""
    rows = [
        [unit[0], month, "skadegörelse", 2, 1_000]
        for unit in UNITS
        for at, month in enumerate(MONTHS)
        if unit != UNITS[1] or at % 4
    ]
    gappy = made(tmp_path, losses(*rows))
    text = text_of(pages_of(gappy)[""], "luckor")
    assert "Simhallen 9 3" in text
    assert "En månad utan rapport är inte en månad utan förluster." in text
    assert len(gappy.m.monthly) == 27
    assert gappy.m.chart is not None


def test_a_unit_that_has_never_reported_has_no_last_month(tmp_path: Path):
    text = text_of(pages_of(made(tmp_path, losses(["Norra skolan", "2023-11", "stöld", 6, 1_000])))[""], "luckor")
    assert "Simhallen 1 1 .." in text


def test_where_an_index_is_missing_nothing_is_converted(tmp_path: Path):
    """Kronor in two kinds of money are never added; the largest is found all the same."""
    rows = [[unit[0], month, "skadegörelse", 2, 1_000] for unit in UNITS for month in ("2023-11", UNPRICED)]
    one = made(tmp_path, losses(*rows, ["Norra skolan", UNPRICED, "brand", 1, 50_000]))
    assert one.m.level is None
    assert one.m.without_index == [pd.Period(UNPRICED, "M")]
    text = text_of(pages_of(one)[""])
    assert "56 000 kronor i löpande priser. Utan den största händelsen: 6 000 kronor." in text
    assert "Prisindex saknas för en månad: fyll på bladet Prisindex" in text
    assert "fasta priser" not in text_of(pages_of(one)[""], "enheterna").casefold()


def test_a_month_without_an_amount_needs_no_index(tmp_path: Path):
    rows = [["Norra skolan", "2023-11", "stöld", 6, 1_000], ["Norra skolan", UNPRICED, "inga förluster", 0, None]]
    assert made(tmp_path, losses(*rows)).m.level == pd.Period("2023-11", "M")


def test_an_unknown_amount_is_no_zero(tmp_path: Path):
    rows = [["Norra skolan", month, "klotter", 6, None] for month in MONTHS]
    text = text_of(pages_of(made(tmp_path, losses(*rows)))[""], "korthet")
    assert "216 händelser saknar belopp och är inte med i kronorna." in text


# ---- bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ([["Norra skolan", "2023-03", "stöld", 2, -5]], "negative", "mindre än noll"),
        ([["Norra skolan", "2023-03", "stöld", -2, 5]], "negative", "mindre än noll"),
        ([["Norra skolan", "2023-03", "stöld", 2, 5], ["Norra skolan", "mars 2023", "stöld", 3, 5]], "doubled", "rad 4"),
        ([["Norra skolan", "2023-03", "inga förluster", 2, 5]], "nothing_lost", "inga förluster"),
        (
            [["Norra skolan", "2023-03", "inga förluster", 0, None], ["Norra skolan", "2023-03", "stöld", 1, 5]],
            "contradicted",
            "rad 4",
        ),
        ([["Norra skolan", "2023-03", "stöld", 0, 5]], "no_event", "antalet är 0"),
        ([["Okänd enhet", "2023-03", "stöld", 1, 5]], "unknown_ref", "Norra skolan"),
        ([["Norra skolan", "våren", "stöld", 1, 5]], "no_period", "inte en månad"),
        ([["Norra skolan", "2099-03", "stöld", 1, 5]], "coming", "har inte börjat"),
        ([["Norra skolan", "2023-03", "stöld", "3 %", 5]], "percent", "en andel, inte ett antal"),
    ],
)
def test_each_fault_is_said_with_sheet_and_row(tmp_path: Path, rows: list[list[object]], code: str, said: str):
    with pytest.raises(FormError) as error:
        read(tmp_path, losses(*rows))
    assert code in {fault.code for fault in error.value.faults}
    assert said in error.value.svenska
    assert "blad ”Förluster”, rad" in error.value.svenska


def test_two_fires_of_one_month_are_two_rows(tmp_path: Path):
    fires = [["Norra skolan", "2023-03", "brand", 1, 900_000], ["Norra skolan", "2023-03", "brand", 1, 300_000]]
    m = made(tmp_path, losses(*fires, ["Norra skolan", "2023-04", "klotter", 9, 1_000])).m
    assert m.largest is not None
    april, march = (prices.KNOWN[pd.Period(month, "M")] for month in ("2023-04", "2023-03"))
    assert m.largest.kronor == pytest.approx(900_000 * april / march)


@pytest.mark.parametrize("added", [["2024-12", 118.5], ["2024-12", -3], ["2024-11", 416.75]])
def test_a_price_index_of_another_series_is_refused(tmp_path: Path, added: list[object]):
    """118,5 has another base; below zero is no index; a month that stands already is said."""
    rows = losses(["Norra skolan", "2023-03", "stöld", 6, 5]) | {sheets.PRICES: [added]}
    with pytest.raises(FormError) as error:
        read(tmp_path, rows)
    assert {fault.sheet for fault in error.value.faults} == {sheets.PRICES}


def test_a_name_stops_everything_and_is_not_repeated(tmp_path: Path):
    with pytest.raises(PersonalDataError) as error:
        made(
            tmp_path,
            losses(["Anna Andersson", "2023-03", "stöld", 6, 5], units=[["Anna Andersson", "Skolan", "förvaltning", None]]),
        )
    assert "Andersson" not in str(error.value) + error.value.svenska


def test_without_a_folder_or_a_book_it_is_said_how(tmp_path: Path):
    with pytest.raises(FileError) as error:
        koncern_report.load(kommun="Falun")
    assert "kunskap ny --koncern" in error.value.svenska
    folder = fresh_folder(tmp_path / "mapp", "Borlänge")
    with pytest.raises(FileError) as error:
        koncern_report.load(data=folder)
    assert "kunskap ny --koncern" in error.value.svenska
    koncern.write_new(koncern.path_in(folder))
    with pytest.raises(FileError) as error:
        koncern_report.load(data=folder)
    assert "har inga förluster ifyllda" in error.value.svenska


# ---- the price index, the gate -------------------------------------------------------------------------------------------


def test_the_index_is_whole_and_of_one_series():
    """> SCB: 2023 mean 403,70, 2022 371,91, 2021 343,19, 2015 313,35 (KPI fastställda tal, årsmedel)"""
    months = sorted(prices.KNOWN)
    assert all((after - before).n == 1 for before, after in pairwise(months))
    assert list(prices.jumps(prices.KNOWN)) == []
    for year, mean in ((2023, 403.70), (2022, 371.91), (2021, 343.19), (2020, 335.92), (2015, 313.35)):
        values = [value for month, value in prices.KNOWN.items() if month.year == year]
        assert sum(values) / 12 == pytest.approx(mean, abs=0.0051)


def test_another_base_of_the_same_index_is_the_same_movement():
    other = {month: round(value / 3.3592, 2) for month, value in prices.KNOWN.items()}
    assert prices.is_scb(other)
    assert not prices.is_scb(other | {pd.Period("2020-01", "M"): 130.0})


def test_a_tree_that_does_not_hang_together_is_refused():
    loose = pd.DataFrame([("a", "", 9), ("b", "c", 9)], columns=["name", "within", "count"])
    with pytest.raises(DisclosureError):
        release_tree(loose, name="x")
    with pytest.raises(DisclosureError):
        release_tree(loose.drop(columns="count"), name="x")


def test_the_same_losses_give_the_same_page(story: koncern_report.Koncern, page: str):
    assert pages_of(koncern_report.Koncern(koncern_report.koncern_material.Material(story.m.work, story.m.losses)))[""] == page
