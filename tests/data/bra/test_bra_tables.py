"""Tables with one row a region: the time from the right place, no row lost, and a kommun that stands twice."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pytest

from kunskapsbaserat.data import bra
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.errors import TableError

TOTAL = "Totalt antal brott"


def table(folder: Path, rows: list[list[object]], name: str = "uttag.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(";".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    return path


TIMES = [
    # heading of the part, year, part, period, status
    ("Period", "2016 prel.", "Sep", "2016-09", "preliminary"),
    ("Period", "2015", "Sep prel.", "2015-09", "preliminary"),
    ("Månad", "2014", "mars", "2014-03", "unknown"),
    ("Månad", "2014", "3", "2014-03", "unknown"),
    ("Månad", "2014", "03", "2014-03", "unknown"),
    ("Månad", "2014", "2014-03", "2014-03", "unknown"),
    ("Kvartal", "2014", "2", "2014Q2", "unknown"),
    ("Kvartal", "2014", "Kvartal 2", "2014Q2", "unknown"),
    ("Period", "2014", "2014K2", "2014Q2", "unknown"),
    ("Period", "2014", "Helår", "2014", "unknown"),
]
ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize(("part", "year", "said", "period", "status"), TIMES, ids=[f"{t[1]}-{t[2]}" for t in TIMES])
def test_the_year_of_a_cell_goes_before_the_name_of_the_file(
    tmp_path: Path, order: tuple[int, ...], part: str, year: str, said: str, period: str, status: str
):
    columns = [("År", year), (part, said), ("Brott", TOTAL)]
    heads, row = zip(*(columns[at] for at in order), strict=True)
    path = table(tmp_path, [["Region", *heads, "Antal"], ["Ale", *row, 210]], name="uttag 2025.csv")
    frame = bra.read(path).frame
    assert [str(p) for p in frame["period"]] == [period]
    assert set(frame["status"]) == {status}


def test_two_years_of_one_file_are_two_years(tmp_path: Path):
    rows = [["Region", "År", "Period", "Antal"], ["Ale", 2015, "Sep", 203], ["Ale", "2016 prel.", "Sep", 210]]
    frame = bra.read(table(tmp_path, rows)).frame
    assert dict(zip(frame["period"].astype(str), frame["status"], strict=True)) == {
        "2015-09": "unknown",
        "2016-09": "preliminary",
    }


@pytest.mark.parametrize(("year", "part"), [("2015", "2016-09"), ("2015", "13"), ("2015", "vår"), ("i fjol", "Sep")])
def test_a_time_that_contradicts_itself_or_is_none_is_refused(tmp_path: Path, year: str, part: str):
    path = table(tmp_path, [["Region", "År", "Månad", "Antal"], ["Ale", year, part, 203]])
    with pytest.raises(TableError, match="row 2"):
        bra.read(path)


def test_the_name_of_the_file_is_the_year_where_nothing_else_is(tmp_path: Path):
    rows = [["Region", "Månad", "Antal"], ["Ale", "mars", 203]]
    assert [str(p) for p in bra.read(table(tmp_path, rows, name="manad 2025.csv")).frame["period"]] == ["2025-03"]


@pytest.mark.parametrize(("shown", "row", "says"), [("#REF!", 3, "ett fel i Excel"), ("=5+5", 3, "formel utan sparat värde")])
def test_an_error_cell_is_refused_with_its_place(tmp_path: Path, shown: str, row: int, says: str):
    book = openpyxl.Workbook()
    for line in (["Kommun", "År", "Antal"], ["Ale", 2021, 10], ["Ale", 2022, shown], ["Ale", 2023, 12]):
        book.active.append(line)
    if not shown.startswith("="):
        book.active.cell(row, 3).data_type = "e"
    book.save(tmp_path / "uttag.xlsx")
    with pytest.raises(TableError) as caught:
        bra.read(tmp_path / "uttag.xlsx")
    assert f"rad {row}, kolumn ”C”" in caught.value.svenska
    assert says in caught.value.svenska


HEAD = ["Region", "Brott", "År", "Period", "Antal"]


@pytest.mark.parametrize("first", [0, 1])
def test_the_former_code_of_a_kommun_is_zero_throughout(tmp_path: Path, first: int):
    blocks = [
        [["Heby kommun", TOTAL, 2016, m, n] for m, n in zip(("Aug", "Sep"), values, strict=True)]
        for values in ((0, 0), (0, 109))
    ]
    rows = [HEAD, ["Ale kommun", TOTAL, 2016, "Sep", 203], *blocks[first], *blocks[1 - first]]
    export = bra.read(table(tmp_path, rows))
    heby = export.frame[export.frame["area"] == "0331"]
    assert dict(zip(heby["period"].astype(str), heby["value"], strict=True)) == {"2016-08": 0, "2016-09": 109}
    assert [f.code for f in export.findings if "Heby" in f.svenska] == ["region_twice"]


def test_two_blocks_with_figures_are_never_put_together(tmp_path: Path):
    rows = [HEAD, *(["Heby kommun", TOTAL, 2016, m, n] for m, n in (("Aug", 5), ("Sep", 0), ("Aug", 0), ("Sep", 109)))]
    with pytest.raises(TableError, match="once"):
        bra.read(table(tmp_path, rows))


@pytest.mark.parametrize(
    ("name", "offence"),
    [
        ("Hot-, kränknings- och frihetsbrott", "hot_krankning_frihet_2013"),
        ("Hot- kränknings- och frihetsbrott", "hot_krankning_frihet_2013"),
        ("Skadegörelsebrott (inkl. mordbrand)", "skadegorelse_2013"),
        ("Våldsbrott ", "valdsbrott_2013"),
    ],
)
def test_the_groups_of_the_monthly_files_under_all_their_names(name: str, offence: str):
    label = labels.offence((name,), "bra_2013")
    assert label is not None
    assert label.offence == offence


def indicators(path: Path, title: str, *, beside: list[list[object]] | None = None) -> Path:
    """A workbook of indicators with one sheet of an offence, and another sheet beside it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = title
    sheet.append(["", "Antal 2023", "Antal 2024"])
    sheet.append(["Borlänge", 600, 602])
    other = book.create_sheet("Bredvid")
    for row in beside or []:
        other.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "title",
    [
        "Skadegörelsebrott",
        "Skadegörelsebrott (anmälda brott) i kommunen, länet och riket 2022–2024",
        "Skadegörelsebrott i kommunen, länet och i hela landet (anmälda brott)",
        "Skadegörelsebrott, i kommunen och riket",
    ],
)
def test_the_title_of_a_sheet_goes_on_after_the_name(tmp_path: Path, title: str):
    frame = bra.read(indicators(tmp_path / "i.xlsx", title)).frame
    assert set(frame["offence"]) == {"skadegorelse"}
    assert frame["value"].tolist() == [600, 602]


TEXTS: list[list[object]] = [["Läs mig"], ["Om materialet"]]
FIGURES: list[list[object]] = [["Titel"], [None, "Spann A", "Spann B"], ["Ale", 1, 2], ["Orust", 3, 4]]


@pytest.mark.parametrize(("rows", "level"), [(TEXTS, "info"), (FIGURES, "warning")])
def test_a_sheet_of_figures_that_is_not_read_is_a_warning(tmp_path: Path, rows: list[list[object]], level: str):
    export = bra.read(indicators(tmp_path / "i.xlsx", "Skadegörelsebrott", beside=rows))
    assert [f.level for f in export.findings if f.sheet == "Bredvid"] == [level]


def test_the_long_table_of_a_program_is_read_by_its_plain_headings(tmp_path: Path):
    rows: list[list[object]] = [
        ["brott_id", "brott", "omrade", "period", "ar", "manad", "preliminar", "antal", "per_100k"],
        [13001, TOTAL, "Ale kommun", "2026-01", 2026, 1, "True", "411.0", "771.0"],
        [13001, TOTAL, "Ale kommun", "2025-12", 2025, 12, "False", "402.0", "760.0"],
    ]
    export = bra.read(table(tmp_path, rows))
    counts = export.frame[export.frame["measure"] == "count"]
    assert counts[["value", "status"]].to_numpy().tolist() == [[411, "preliminary"], [402, "final"]]
    assert [str(p) for p in counts["period"]] == ["2026-01", "2025-12"]
    assert {"brott_id", "manad"} == {f.svenska.split("”")[1] for f in export.findings if f.code == "unknown_column"}


def table_120(path: Path, title: str, *, figure: object = 120) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "Tabell 120"
    for name, times in (("Borlänge", 2), ("Falun", 1)):
        sheet = book.create_sheet(name)
        sheet["A1"] = f"Tabell 120. Anmälda brott, {name} kommun, {title}"
        sheet.append(["Brottstyp", "Antal anmälda brott, totalt", "Antal brott per 100 000 invånare"])
        sheet.append(["Samtliga brott", 4000 * times, 8021])
        sheet.append(["Bostadsinbrott", figure, ".."])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("title", "status"), [("år 2023, slutlig statistik", "final"), ("år 2023, prel.", "preliminary"), ("2023", "unknown")]
)
def test_tabell_120_has_a_kommun_a_sheet(tmp_path: Path, title: str, status: str):
    export = bra.read(table_120(tmp_path / "120Bergslagen-2023.xlsx", title))
    totals = export.frame[(export.frame["offence"] == "totalt") & (export.frame["measure"] == "count")]
    assert dict(zip(totals["area"], totals["value"], strict=True)) == {"2081": 8000, "2080": 4000}
    assert {str(p) for p in export.frame["period"]} == {"2023"}
    assert set(export.frame["status"]) == {status}
    assert (export.usable, export.verified) == (True, False)
    missing = export.frame[export.frame["value"].isna()]
    assert set(missing["reason"]) == {"not_available"}


def test_tabell_120_whose_name_and_title_disagree_is_refused(tmp_path: Path):
    with pytest.raises(TableError, match="the same as in the file's name"):
        bra.read(table_120(tmp_path / "120Bergslagen-2024.xlsx", "år 2023"))


def test_no_row_of_tabell_120_vanishes(tmp_path: Path):
    with pytest.raises(TableError, match="row 4"):
        bra.read(table_120(tmp_path / "120.xlsx", "år 2023", figure="=60+60"))
