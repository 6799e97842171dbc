"""Tables that people have made of Brå's figures: a sheet a year, codes for names, marks of footnotes, a slip in a year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kunskapsbaserat import catalogue
from kunskapsbaserat.data import bra
from kunskapsbaserat.errors import TableError

TOTAL = "Totalt antal brott"
HEADS = ["Kommun", "Brottstyp", "År", "Antal"]


def book(folder: Path, sheets: dict[str, list[list[object]]], name: str = "uttag.xlsx") -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(folder / name)
    return folder / name


def read(path: Path) -> list[tuple[str, str, float]]:
    frame = bra.read(path).frame
    return sorted(zip(frame["area"], frame["period"].astype(str), frame["value"], strict=True))


BOTH = [("2081", "2023", 5310.0), ("2081", "2024", 5210.0)]


@pytest.mark.parametrize(
    "sheets",
    [
        {"Blad1": [HEADS, ["Borlänge", TOTAL, 2023, 5310]], "Blad2": [HEADS, ["Borlänge", TOTAL, 2024, 5210]]},
        {str(y): [HEADS[:2] + HEADS[3:], ["Borlänge", TOTAL, n]] for y, n in ((2023, 5310), (2024, 5210))},
        {
            "Läs mig": [["Uttag 2025-03-01"]],
            "Tal": [HEADS, ["Borlänge", TOTAL, 2023, 5310], ["Borlänge", TOTAL, 2024, 5210]],
        },
        {  # the same figure on a second sheet is counted once
            "2023": [HEADS, ["Borlänge", TOTAL, 2023, 5310]],
            "Alla": [HEADS, ["Borlänge", TOTAL, 2023, 5310], ["Borlänge", TOTAL, 2024, 5210]],
        },
    ],
    ids=["year in a column", "year in the sheet's name", "a page before", "a sheet with all"],
)
def test_every_sheet_of_a_table_is_read(tmp_path: Path, sheets: dict[str, list[list[object]]]):
    assert read(book(tmp_path, sheets, name="uttag 2021.xlsx")) == BOTH


def test_two_sheets_that_disagree_are_refused(tmp_path: Path):
    sheets = {f"Blad{n}": [HEADS, ["Borlänge", TOTAL, 2024, n]] for n in (5210, 5211)}
    with pytest.raises(TableError, match="5210"):
        bra.read(book(tmp_path, sheets))


@pytest.mark.parametrize("name", ["uttag 2025-03-01.xlsx", "uttag.xlsx"])
def test_the_day_of_the_export_is_not_the_year_of_the_figures(tmp_path: Path, name: str):
    rows = [["Hämtad 2025-03-01"], ["Kommun", "Brottstyp", "Antal"], ["Borlänge", TOTAL, 5210]]
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, {"Blad1": rows}, name=name))
    assert "årtalet" in caught.value.svenska


def test_cells_beside_the_headings_are_told(tmp_path: Path):
    rows = [HEADS, ["Borlänge", TOTAL, 2023, 5310, None], ["Borlänge", TOTAL, 2024, 5210, 77]]
    findings = bra.read(book(tmp_path, {"Blad1": rows})).findings
    assert [(f.row, f.column) for f in findings if f.code == "column_without_heading"] == [(3, "E")]


@pytest.mark.parametrize("year", [dt.date(2024, 1, 1), dt.datetime(2024, 12, 31, 12), "2024-01-01"])
def test_a_date_under_year_is_no_month(tmp_path: Path, year: object):
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, {"Blad1": [HEADS, ["Borlänge", TOTAL, year, 5210]]}))
    assert "årtal, inte ett datum" in caught.value.svenska


@pytest.mark.parametrize("part", ["", "K2", "-03"])
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_period_that_has_not_begun_is_refused(tmp_path: Path, layout: str, part: str):
    period = f"{dt.date.today().year + 16}{part}"
    rows = {
        "rows": [["Kommun", "Brottstyp", "Period", "Antal"], ["Borlänge", TOTAL, period, 5210]],
        "columns": [[None, None, period], [None, None, "Antal"], ["Borlänge kommun", TOTAL, 5210]],
    }[layout]
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, {"Blad1": rows}))
    assert "har börjat" in caught.value.svenska
    assert "rad" in caught.value.svenska


def test_the_period_of_today_is_read(tmp_path: Path):
    today = dt.date.today()
    rows = [["Kommun", "Brottstyp", "Period", "Antal"], ["Borlänge", TOTAL, f"{today:%Y-%m}", 5]]
    assert read(book(tmp_path, {"Blad1": rows})) == [("2081", f"{today:%Y-%m}", 5.0)]


AREAS = [
    ("2081", "2081"),
    ("2081.0", "2081"),
    ("'0114", "0114"),
    ("114", "0114"),
    ("2081 Borlänge", "2081"),
    ("2081, Borlänge kommun", "2081"),
    ("Borlänge*", "2081"),
    ("Borlänge kommun ¹", "2081"),
    ("Borlänge kommun 1)", "2081"),
    ("20 Dalarnas län", "20"),
    ("Dalarna", "20"),
    ("Stockholm", "0180"),
    ("00 Riket", "00"),
]


@pytest.mark.parametrize(("written", "area"), AREAS)
def test_an_area_as_people_write_it(tmp_path: Path, written: str, area: str):
    assert read(book(tmp_path, {"Blad1": [HEADS, [written, TOTAL, 2024, 5210]]})) == [(area, "2024", 5210.0)]


@pytest.mark.parametrize(("written", "area"), [pair for pair in AREAS if " " in pair[0] or "*" in pair[0]])
def test_an_area_as_people_write_it_over_columns_of_years(tmp_path: Path, written: str, area: str):
    rows = [[None, None, 2024], [None, None, "Antal"], [written, TOTAL, 5210]]
    assert read(book(tmp_path, {"Blad1": rows})) == [(area, "2024", 5210.0)]


def test_a_code_alone_names_its_area(tmp_path: Path):
    rows = [["Kommunkod", *HEADS[1:]], [2081.0, TOTAL, 2024, 5210], ["0114", TOTAL, 2024, 8]]
    assert read(book(tmp_path, {"Blad1": rows})) == [("0114", "2024", 8.0), ("2081", "2024", 5210.0)]


def test_a_code_and_a_name_of_two_kommuner_are_nobodys(tmp_path: Path):
    export = bra.read(book(tmp_path, {"Blad1": [HEADS, ["2080 Borlänge", TOTAL, 2024, 5210]]}))
    assert export.frame["area"].tolist() == [None]
    assert any(f.code == "unknown_area" for f in export.findings)


@pytest.mark.parametrize("label", ["Totalt antal brott *", "Totalt antal brott¹", "Totalt antal brott 2)"])
def test_a_mark_of_a_footnote_is_no_part_of_an_offence(tmp_path: Path, label: str):
    export = bra.read(book(tmp_path, {"Blad1": [HEADS, ["Borlänge", label, 2024, 5210]]}))
    assert export.frame["offence"].tolist() == ["totalt"]


@pytest.mark.parametrize("cell", ["-5", -5])
def test_a_figure_below_zero_is_called_so(tmp_path: Path, cell: object):
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, {"Blad1": [HEADS, ["Borlänge", TOTAL, 2024, cell]]}))
    assert "noll eller mer" in caught.value.svenska


def answers(share: object) -> list[list[object]]:
    return [
        ["kalla", "variabel", "enhet", "geografi", "ar", "varde"],
        ["Anmälda brott", "Bilbrott", "Antal", "Avesta", 2023, 28],
        ["Nationella trygghetsundersökningen", catalogue.measures()[0].label, "Andel", "Avesta", 2023, share],
    ]


@pytest.mark.parametrize("first", [1, 2], ids=["offence first", "question first"])
def test_a_share_without_its_limits_is_read(tmp_path: Path, first: int):
    heads, *rows = answers(12.5)
    export = bra.read(book(tmp_path, {"Blad1": [heads, *(rows if first == 1 else rows[::-1])]}))
    assert export.survey is not None
    assert export.survey["share"].tolist() == [0.125]
    assert export.survey[["lower", "upper"]].isna().all(axis=None)
    assert export.frame["value"].tolist() == [28]


def test_a_share_of_more_than_everybody_is_refused_where_it_stands(tmp_path: Path):
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, {"Blad1": answers(112.5)}))
    assert "rad 3, kolumn ”F”" in caught.value.svenska
    assert "112,5" in caught.value.svenska


QUESTION = catalogue.measures()[0].label
THIS_YEAR = dt.date.today().year


def asked(*rows: list[object], year: int = 2023) -> dict[str, list[list[object]]]:
    """The publisher's workbook: a sheet of offences and a sheet of a question with its limits."""
    offence = [["Bilbrott"], [None, 2023], ["Område", "Antal"], ["Avesta kommun", 28]]
    return {"1": offence, "2": [[QUESTION], [None, *[year] * 3], ["Område", "Andel", "KI undre", "KI övre"], *rows]}


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (asked(["Avesta kommun", 12.5, 10, 15], ["Avesta kommun", 13.5, 10, 15]), "rad 5, kolumn ”B”: väntade samma tal"),
        (asked(["Avesta kommun", 12.5, 15, 10]), "rad 4, kolumn ”B”: väntade en andel mellan sin undre och övre gräns"),
        (asked(["Avesta kommun", 0.125, 0.1, 0.15]), "rad 4, kolumn ”B”: väntade procent"),
        (asked(["Avesta kommun", 12.5, 10, 15], year=THIS_YEAR + 16), "rad 4, kolumn ”B”: väntade svar från ett år som har"),
        (asked(["Avesta kommun", 112.5, 10, 115]), "rad 4, kolumn ”B”: väntade en andel mellan 0 och 100"),
    ],
    ids=["two figures", "limits changed places", "cells shown as per cent", "a year to come", "more than all"],
)
def test_what_no_survey_can_say_is_refused_where_it_stands(tmp_path: Path, sheets: dict[str, list[list[object]]], said: str):
    with pytest.raises(TableError) as caught:
        bra.read(book(tmp_path, sheets))
    assert said in caught.value.svenska
    assert "float" not in caught.value.svenska


def test_a_share_below_one_per_cent_is_no_slip_where_few_answer_yes(tmp_path: Path):
    sheets = asked(["Avesta kommun", 0.83, 0.4, 1.3])
    sheets["2"][0] = [catalogue.measure("utsatt_ran").label]
    survey = bra.read(book(tmp_path, sheets)).survey
    assert survey is not None
    assert survey[["measure", "share"]].to_numpy().tolist() == [["utsatt_ran", 0.0083]]


def test_an_answer_that_stands_twice_is_one(tmp_path: Path):
    survey = bra.read(book(tmp_path, asked(*[["Avesta kommun", 12.5, 10, 15]] * 2))).survey
    assert survey is not None
    assert survey[["share", "lower", "upper"]].to_numpy().tolist() == [[0.125, 0.1, 0.15]]


@pytest.mark.parametrize("years", [[2024, "2025 prel."], ["2024", "2025 prel."], [2024.0, "2025 (prel.)"]])
def test_years_of_which_excel_has_made_numbers_of_some(tmp_path: Path, years: list[object]):
    rows = [[None, None, *years], [None, None, "Antal", "Antal"], ["Borlänge kommun", TOTAL, 5310, 5210]]
    path = book(tmp_path, {"Blad1": rows})
    assert read(path) == [("2081", "2024", 5310.0), ("2081", "2025", 5210.0)]
    assert bra.read(path).frame["status"].tolist() == ["final", "preliminary"]
