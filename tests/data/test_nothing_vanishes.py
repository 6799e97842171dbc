"""Every row of a table is a value, a missing value with its reason, a finding, a heading or a note: none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.cells import Tally
from kunskapsbaserat.data import bra, scb
from kunskapsbaserat.data.bra import grid, table, table120
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.data.panel import read_panel
from kunskapsbaserat.errors import RowsLost, TableError
from kunskapsbaserat.plan import reader as plan_reader
from kunskapsbaserat.plan import sheets as plan_sheets

VALUES = st.sampled_from([0, 7, "..", "-", None, "1 204"])
NOTES = st.sampled_from([[None], ["Källa: Brå"], [" ", None], ["Statistiken reviderades 2024."]])


def data_file(*sheets: Sheet, name: str = "uttag 2024.xlsx") -> DataFile:
    return DataFile(Path(name), "xlsx", "0" * 64, 1, sheets, screened=True)


def sheet(rows: list[list[object]], name: str = "Blad1") -> Sheet:
    return Sheet(name, tuple(tuple(row) for row in rows))


def test_a_row_that_nobody_speaks_of_is_an_error():
    tally = Tally("uttag.xlsx", "Blad1", [["a"], [None], ["b"], ["c"]])
    tally.take("values", 1)
    with pytest.raises(RowsLost, match="rows 3, 4") as caught:
        tally.settle()
    assert caught.value.rows == (3, 4)
    assert "fel i programmet" in caught.value.svenska
    tally.take("note", 3, 4)
    tally.settle()
    assert tally.ways == {"values": 1, "note": 2}


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["Ale", "Borlänge", "Heby"]), st.sampled_from([2021, 2022, 2023, 2024]), VALUES)),
    st.lists(NOTES),
)
def test_a_table_keeps_every_row_that_says_what_it_is_about(body: list[tuple[str, int, object]], notes: list[list[object]]):
    body = list({(area, year): (area, year, value) for area, year, value in body}.values()) or [("Ale", 2021, 3)]
    rows = [["Kommun", "Brottstyp", "År", "Antal"]] + [[a, "Totalt antal brott", y, v] for a, y, v in body] + notes
    frame = table.read(data_file(sheet(rows))).frame
    assert frame["row"].tolist() == list(range(2, len(body) + 2))
    assert (frame["value"].isna() == frame["reason"].notna()).all()
    assert frame["reason"].notna().sum() == sum(value in ("..", "-", None) for _, _, value in body)


@settings(max_examples=40)
@given(st.lists(VALUES, min_size=1, max_size=4), st.lists(NOTES, max_size=3))
def test_the_workbook_of_police_regions_keeps_an_offence_without_figures(values: list[object], notes: list[list[object]]):
    names = ["Totalt antal brott", "Misshandel", "Stöld- och tillgreppsbrott", "Skadegörelse"]
    rows = [["Tabell 120. Anmälda brott 2024. Slutlig statistik"], ["Brottstyp", "Antal brott", "Antal per 100 000 inv"]]
    known = [n for n in names if table120.labels.offence((n,)) is not None][: len(values)]
    rows += [[name, value, value] for name, value in zip(known, values, strict=False)]
    frame = table120.read(data_file(sheet(rows + notes, "Borlänge"))).frame
    assert len(frame) == 2 * len(known)
    assert (frame["value"].isna() == frame["reason"].notna()).all()


def test_a_reader_that_goes_past_a_row_is_caught(monkeypatch: pytest.MonkeyPatch):
    rows = [["Kommun", "År", "Antal"], ["Ale", 2024, 5], ["Heby", 2024, 6]]
    monkeypatch.setattr(table, "_values", lambda *_: iter(()))
    with pytest.raises(RowsLost):
        table.read(data_file(sheet(rows)))
    sol = [[None, "2024"], [None, "Antal"], ["Borlänge kommun", None], ["Totalt antal brott", 7]]
    monkeypatch.setattr(grid._Reader, "_take_text_above", lambda *_: None)
    monkeypatch.setattr(grid._Reader, "_add", lambda *_: None)
    monkeypatch.setattr(grid._Reader, "_finish", lambda *_: None)
    with pytest.raises(RowsLost):
        grid.read(sheet(sol), Path("uttag.xls"))


def test_a_plan_that_loses_a_row_is_caught(monkeypatch: pytest.MonkeyPatch):
    columns = plan_sheets.SHEETS[plan_sheets.PROBLEM]
    rows = [[column.head for column in columns], ["P1", *[None] * (len(columns) - 1)], ["P2", *[None] * (len(columns) - 1)]]
    assert len(plan_reader._parts(plan_sheets.PROBLEM, columns, rows, [])) == 2
    real = plan_reader.filled_rows
    monkeypatch.setattr(plan_reader, "filled_rows", lambda rows, at: list(real(rows, at))[1:])
    with pytest.raises(RowsLost, match="rows 2"):
        plan_reader._parts(plan_sheets.PROBLEM, columns, rows, [])


def test_a_sheet_of_figures_that_is_not_read_is_a_warning():
    heads = [["Kommun", "År", "Antal"], ["Ale", 2024, 5]]
    file = data_file(sheet(heads), sheet([["Mer"], [1, 2], [3, 4]], "Blad2"), sheet([["Om filen"]], "Läs mig"))
    findings = {f.code: f for f in bra.read(file).findings}
    assert (findings["unread_table"].level, findings["unread_table"].sheet) == ("warning", "Blad2")
    assert findings["no_table"].level == "info"


def test_the_population_says_which_sheets_it_did_not_read():
    people = [["region", "2023", "2024"], ["2081 Borlänge", 52000, 52100]]
    file = data_file(sheet(people, "Folkmängd"), sheet([["Annat"], [1.5, 2.5], [3.5, 4.5]], "Blad2"), name="folkmängd.xlsx")
    notes = scb.population(file).notes
    assert [n.sheet for n in notes if n.code == "unread_table"] == ["Blad2"]


def test_a_column_of_a_panel_without_a_heading_is_said(tmp_path: Path):
    path = tmp_path / "a.csv"  # as R writes it, with the number of the row first
    path.write_text(",kommun,månad,antal\n1,Falun,2024-01,3\n2,Falun,2024-02,4\n", encoding="utf-8")
    found = read_panel(path)
    assert (found.figures, found.left_out) == (("antal",), ("A",))


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#SAKNAS!", "#DIV/0!", "#VÄRDEFEL!"])
def test_an_error_in_a_text_file_is_refused_where_it_stands(tmp_path: Path, shown: str):
    path = tmp_path / "uttag 2024.csv"
    path.write_text(f"Kommun;Brottstyp;År;Antal\nAle;Totalt antal brott;2023;7\nAle;Totalt antal brott;2024;{shown}\n", "utf-8")
    with pytest.raises(TableError) as caught:
        bra.read(path)
    assert (caught.value.row, caught.value.column) == (3, "D")
    assert "fel i Excel" in caught.value.svenska
