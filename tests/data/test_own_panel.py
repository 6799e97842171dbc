"""A file of one's own as the panel of an evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from kunskapsbaserat.data.panel import of_table, read_panel
from kunskapsbaserat.errors import FileError, PersonalDataError, TableError


def workbook(path: Path, rows: list[list[object]], *more: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append(["a", "b"])
    book.save(path)
    return path


def csv(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_areas_of_ones_own_by_month(tmp_path: Path):
    rows = [["Anmälda cykelstölder"], [], ["Stadsdel", "Månad", "Antal", "Anteckning"]]
    rows += [["Norr", "2024-01", 3, "snö"], ["Söder", "2024-01", 0, None], ["Norr", "2024-02", None, None]]
    found = read_panel(workbook(tmp_path / "våra tal.xlsx", rows))
    assert (found.unit, found.time, found.figures, found.exposure) == ("Stadsdel", "Månad", ("Antal",), None)
    assert found.left_out == ("Anteckning",)
    assert found.table.index.tolist() == [4, 5, 6]  # the rows that Excel shows
    assert found.table["Stadsdel"].tolist() == ["Norr", "Söder", "Norr"]
    assert [str(p) for p in found.table["Månad"]] == ["2024-01", "2024-01", "2024-02"]
    np.testing.assert_array_equal(found.table["Antal"], [3, 0, np.nan])  # empty is missing, never zero


def test_kommuner_by_number_name_or_both_are_codes(tmp_path: Path):
    text = (
        "period;kommun;antal;folkmängd\n2023;114;5;49 000\n2023;Falun;7;60 000\n2024;2080 Falun;8;60 100\n2024;0114;6;49 500\n"
    )
    found = read_panel(csv(tmp_path / "a.csv", text))
    assert found.table["kommun"].tolist() == ["0114", "2080", "2080", "0114"]
    assert found.table["folkmängd"].tolist() == [49000, 60000, 60100, 49500]
    assert (found.exposure, found.table["period"].dt.freq.freqstr[:1]) == ("folkmängd", "Y")


def test_numbers_of_places_are_not_lan(tmp_path: Path):
    text = "område;månad;larm\n1;jan 2024;5\n2;jan 2024;7\n20;jan 2024;8\n"
    assert read_panel(csv(tmp_path / "a.csv", text)).table["område"].tolist() == ["1", "2", "20"]


def test_months_as_headings_are_turned(tmp_path: Path):
    long = "område;period;antal\n" + "".join(
        f"{a};2024-{m:02};{n}\n" for m in (1, 2, 3) for a, n in (("Norr", m), ("Söder", 10 * m))
    )
    wide = "område;2024-01;2024-02;2024-03\nNorr;1;2;3\nSöder;10;20;30\n"
    first, second = (read_panel(csv(tmp_path / f"{i}.csv", text)).table for i, text in enumerate((long, wide)))
    key = ["område", "period"]
    pd.testing.assert_frame_equal(
        first.sort_values(key).reset_index(drop=True), second.sort_values(key).reset_index(drop=True), check_names=False
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("område;månad;antal\nNorr;2024-01;3\nNorr;2024-01;4\n", "rad 3: väntade att varje område och period står en gång"),
        (
            "område;månad;antal\nNorr;2024-01;3\nSöder;2024-01;många\n",
            "rad 3, kolumn ”antal”: väntade ett tal, men där står ”många”",
        ),
        ("område;månad;antal\nNorr;2024-01;3\n;2024-01;4\n", "rad 3, kolumn ”område”: väntade ett område"),
        ("område;månad;antal\nNorr;2024-01;3\nSöder;;4\n", "rad 3, kolumn ”månad”: väntade en månad.\n(cellen är tom)"),
        ("område;månad;antal\nNorr;2024-04-31;3\nSöder;2024-04-30;4\n", "rad 2, kolumn ”månad”: väntade en månad"),
        (
            "kommun;månad;antal\nFalun;2024-01;3\nMora;2024-01;4\nRiket;2024-01;90\n",
            "inte en summa av flera, men där står ”Riket”",
        ),
        ("kommun;månad;antal\nFalun;2024-01;3\nBorlnge;2024-01;4\n", "Menade du Borlänge"),
        ("månad;antal\n2024-01;3\n2024-02;4\n", "en kolumn med områden"),
        ("område;månad;antal;antal\nNorr;2024-01;3;4\n", "varje rubrik står en gång"),
        ("område;månad;antal\n", "rader under rubrikerna"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, text: str, said: str):
    with pytest.raises(TableError) as caught:
        read_panel(csv(tmp_path / "tal å.csv", text))
    assert said in caught.value.svenska
    assert caught.value.svenska.startswith("tal å.csv")


def test_two_sheets_of_figures_are_not_chosen_between(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", [["område", "månad", "antal"], ["Norr", "2024-01", 3]], "Blad två")
    with pytest.raises(TableError, match="one sheet") as caught:
        read_panel(path)
    assert "”Blad två”" in caught.value.svenska


def test_a_file_of_persons_or_none_is_not_read(tmp_path: Path):
    text = "område;månad;antal;vem\nNorr;2024-01;3;19121212-1212\n"
    with pytest.raises(PersonalDataError):
        read_panel(csv(tmp_path / "a.csv", text))
    with pytest.raises(FileError):
        read_panel(tmp_path / "finns inte.xlsx")


def test_a_table_in_memory():
    table = pd.DataFrame({"area": ["a"], "period": pd.PeriodIndex(["2024-01"], freq="M"), "count": [1], "population": [9]})
    found = of_table(table)
    assert (found.figures, found.exposure) == (("count", "population"), "population")
    for wrong in (table.drop(columns="area"), table.assign(period="2024-01"), table[["area", "period"]], table.iloc[:0]):
        with pytest.raises(TableError):
            of_table(wrong)


@pytest.mark.parametrize("marker", ["x", "..", "NA", "<5", "1-4", "*", ".", ""])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_marker_is_a_missing_figure_wherever_it_stands(tmp_path: Path, marker: str, at: int):
    cells_of = ["3", "4", "5"]
    cells_of[at] = marker
    lines = [f"Falun;2024-0{month};{cell};100" for month, cell in enumerate(cells_of, start=1)]
    (tmp_path / "p.csv").write_text("\n".join(["kommun;månad;antal;folkmängd", *lines, ""]), encoding="utf-8")
    found = read_panel(tmp_path / "p.csv")
    assert found.figures == ("antal", "folkmängd")
    assert found.table["antal"].isna().tolist() == [n == at for n in range(3)]


@pytest.mark.parametrize("day", ["2026-11-07", "7/11 2026", "2026-11-07 08:15", "08/11 2026"])
def test_a_column_of_dates_beside_the_time_is_left_out_by_name(tmp_path: Path, day: str):
    lines = [f"Falun;2024-0{month};{month};{day}" for month in (1, 2)]
    (tmp_path / "p.csv").write_text("\n".join(["kommun;månad;antal;uttagsdatum", *lines, ""]), encoding="utf-8")
    found = read_panel(tmp_path / "p.csv")
    assert (found.figures, found.left_out) == (("antal",), ("uttagsdatum",))


@pytest.mark.parametrize("code", ["2081 Borlänge", '"=""2081"""', "'2081"])
def test_codes_in_the_dress_of_their_program_are_codes(tmp_path: Path, code: str):
    lines = [f"{code};2024-0{month};{month}" for month in (1, 2)]
    (tmp_path / "p.csv").write_text("\n".join(["region;månad;antal", *lines, ""]), encoding="utf-8")
    found = read_panel(tmp_path / "p.csv")
    assert set(found.table[found.unit]) == {"2081"}


def test_an_error_cell_is_refused_with_its_place(tmp_path: Path):
    (tmp_path / "p.csv").write_text("kommun;månad;antal\nFalun;2024-01;3\nFalun;2024-02;#REF!\n", encoding="utf-8")
    with pytest.raises(TableError, match="row 3"):
        read_panel(tmp_path / "p.csv")
