"""Dresses of a SOL export that the originals at hand do not wear, but that the system or Excel gives."""

from __future__ import annotations

import datetime

import pytest
from sol_sheets import data_file

from kunskapsbaserat.data.bra import sol
from kunskapsbaserat.errors import TableError

TITLE = ["Anmälda brott", None, "Brottsförebyggande rådet"]
P, K3, D = "3-7 kap. Brott mot person", "3 kap. Brott mot liv och hälsa", "därav misshandel inkl. grov"
WANTED = {
    ("2081", "totalt", "2024", "count"): 6424.0,
    ("2081", "totalt", "2025", "count"): 6500.0,
    ("2084", "totalt", "2024", "count"): 2421.0,
    ("2084", "totalt", "2025", "count"): 2300.0,
}


def read(rows: list[list[object]]) -> dict[tuple[object, ...], float]:
    f = sol.read(data_file(rows)).frame
    return {(r.area, r.offence, str(r.period), r.measure): r.value for r in f.itertuples()}


PLAIN = [
    [None, "2024", "2025"],
    [None, "Antal", "Antal"],
    ["Borlänge kommun", None, None],
    ["Totalt antal brott", 6424, 6500],
    ["Avesta kommun", None, None],
    ["Totalt antal brott", 2421, 2300],
]

SAME = {
    "no_title": PLAIN,
    "year_as_number": [[None, 2024, 2025.0], *PLAIN[1:]],
    "axis_words": [["År", "2024", "2025"], ["Region", "Antal", "Antal"], *PLAIN[2:]],
    "axis_row_once": [TITLE, [None, "År", None], *PLAIN],
    "thousands": [*PLAIN[:3], ["Totalt antal brott", "6 424", "6\xa0500"], *PLAIN[4:]],
    "blank_rows_between": [*PLAIN[:4], [None], [None], *PLAIN[4:]],
    "trailing_space": [*PLAIN[:2], ["Borlänge kommun ", None, None], ["Totalt  antal brott ", 6424, 6500], *PLAIN[4:]],
    "region_beside_offence": [
        ["Region", "Brottstyp", "2024", "2025"],
        [None, None, "Antal", "Antal"],
        ["Borlänge kommun", "Totalt antal brott", 6424, 6500],
        ["Avesta kommun", "Totalt antal brott", 2421, 2300],
    ],
    "regions_in_columns": [
        [None, "Borlänge kommun", None, "Avesta kommun", None],
        [None, "2024", "2025", "2024", "2025"],
        [None, *["Antal"] * 4],
        ["Totalt antal brott", 6424, 6500, 2421, 2300],
    ],
    "regions_over_measure": [
        [None, "2024", "2024", "2025", "2025"],
        [None, "Borlänge kommun", "Avesta kommun"] * 1 + ["Borlänge kommun", "Avesta kommun"],
        [None, *["Antal"] * 4],
        ["Totalt antal brott", 6424, 2421, 6500, 2300],
    ],
    "offence_outermost": [
        *PLAIN[:2],
        ["Totalt antal brott", None, None],
        ["Borlänge kommun", 6424, 6500],
        ["Avesta kommun", 2421, 2300],
    ],
    "years_in_rows": [
        [None, "Antal"],
        ["Borlänge kommun", None],
        ["Totalt antal brott", None],
        ["2024", 6424],
        ["2025", 6500],
        ["Avesta kommun", None],
        ["Totalt antal brott", None],
        ["2024", 2421],
        ["2025", 2300],
    ],
    "offences_in_columns": [
        [None, "Totalt antal brott", "Totalt antal brott"],
        *PLAIN[:2],
        ["Borlänge kommun", 6424, 6500],
        ["Avesta kommun", 2421, 2300],
    ],
    "county_above": [*PLAIN[:2], ["Dalarnas län", None, None], *PLAIN[2:]],
    "note_without_blank": [
        *PLAIN,
        ["Avesta kommun", None, None],
        ["Uppgifterna för kommunen är ofullständiga och bör tolkas med försiktighet under hela perioden.", None, None],
    ],
    "measure_with_year": [[None, "Antal 2024", "Antal 2025"], *PLAIN[2:]],
    "empty_columns": [[*row, None, None] for row in PLAIN],
    "two_sheets_of_pages": [*PLAIN[:4], TITLE, *PLAIN[:2], *PLAIN[4:]],
}


@pytest.mark.parametrize("name", SAME)
def test_every_dress_gives_the_same_table(name: str):
    assert read(SAME[name]) == WANTED


def test_parents_are_values_of_their_own_and_headings_again():
    rows = [
        [None, "2025"],
        [None, "Antal"],
        ["Avesta kommun", None],
        ["Totalt antal brott", 900],
        [P, 90],
        [P, None],
        [K3, 40],
        [P, None],
        [K3, None],
        [D, 30],
    ]
    assert {k[1]: v for k, v in read(rows).items()} == {
        "totalt": 900,
        "brott_mot_person": 90,
        "liv_och_halsa": 40,
        "misshandel": 30,
    }


def test_text_file_with_a_kommun_listed_twice_and_selected_parents():
    """Heby's second block is all "..", so a selected parent looks like a heading there."""
    block = [[P, "90"], [P, ".."], [K3, "40"]]
    rows = [
        [None, "2025"],
        [None, "Antal"],
        ["Heby kommun", None],
        *block,
        ["Heby kommun", None],
        [P, ".."],
        [P, ".."],
        [K3, ".."],
    ]
    assert read(rows) == {("0331", "brott_mot_person", "2025", "count"): 90, ("0331", "liv_och_halsa", "2025", "count"): 40}


@pytest.mark.parametrize(
    ("header", "period"),
    [
        (["2014K1"], "2014Q1"),
        (["Kvartal 2 2014"], "2014Q2"),
        (["2014-03"], "2014-03"),
        (["Mars 2014"], "2014-03"),
        ([datetime.date(2014, 3, 1)], "2014-03"),
        (["2014", "Kv 4"], "2014Q4"),
        (["2014", "September"], "2014-09"),
        (["2014", "Sept"], "2014-09"),
        (["2014", "3:e kvartalet"], "2014Q3"),
        (["2014", "Helår"], "2014"),
        (["2014 preliminär", "Dec"], "2014-12"),
    ],
)
def test_times(header: list[object], period: str):
    rows = [*[[None, cell] for cell in header], [None, "Antal"], ["Avesta kommun", None], ["Totalt antal brott", 1]]
    assert [k[2] for k in read(rows)] == [period]


def test_status_is_preliminary_only_where_the_header_says_it():
    rows = [[None, "2025", "2026 prel."], [None, "Antal", "Antal"], ["Avesta kommun", None, None], ["Totalt antal brott", 1, 2]]
    f = sol.read(data_file(rows)).frame
    assert dict(zip(f["period"].map(str), f["status"], strict=True)) == {"2025": "final", "2026": "preliminary"}


def test_an_unknown_region_and_offence_are_kept_named_and_not_matched():
    rows = [
        [None, "2025"],
        [None, "Antal"],
        ["Atlantis", None],
        ["Sjöröveri", 3],
        ["Totalt antal brott", 5],
        ["Avesta kommun", None],
        ["Sjöröveri", 1],
        ["Totalt antal brott", 2],
    ]
    export = sol.read(data_file(rows))
    assert export.frame["region"].tolist() == ["Atlantis", "Atlantis", "Avesta kommun", "Avesta kommun"]
    assert export.frame["area"].tolist() == [None, None, "2084", "2084"]
    assert {f.code for f in export.findings} == {"unknown_area", "unknown_offence"}


REFUSED = {
    "value without header": [
        [None, "2024", None],
        [None, "Antal", None],
        ["Avesta kommun", None, None],
        ["Totalt antal brott", 1, 2],
    ],
    "value without label": [*PLAIN[:3], [None, 6424, 6500]],
    "no measure": [[None, "2024"], ["Avesta kommun", None], ["Totalt antal brott", 1]],
    "no region": [*PLAIN[:2], ["Totalt antal brott", 1, 2]],
    "no year": [[None, "Jan"], [None, "Antal"], ["Avesta kommun", None], ["Totalt antal brott", 1]],
    "ends in a heading": [*PLAIN, ["Falun kommun", None, None]],
    "two values": [*PLAIN, ["Borlänge kommun", None, None], ["Totalt antal brott", 1, 2]],
    "header only": [*PLAIN[:2]],
    "child below another heading": [
        *PLAIN[:2],
        ["Avesta kommun", None, None],
        ["13-15 kap. Brott mot allmänheten", None, None],
        [D, 1, 2],
    ],
    "a region shorter than the first": [*PLAIN[:3], [P, 4, 5], PLAIN[3], ["Avesta kommun", None, None], [P, 1, 2]],
    "another statistic": [["Misstänkta personer"], *PLAIN],
    "a region without rows": [*PLAIN[:2], ["Falun kommun", None, None], *PLAIN[2:]],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_headers_do_not_explain_is_refused_with_its_row(name: str):
    with pytest.raises(TableError) as error:
        sol.read(data_file(REFUSED[name]))
    assert "uttag.xls, blad ”Resultat”, rad" in error.value.svenska


def test_a_sheet_without_headers_is_no_export():
    assert sol.read(data_file([["Namn", "Ålder"], ["Anna", 3]])) is None
