"""A workbook to fill in is a table of columns: a third one needs no writer and no reader of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import openpyxl
import pytest

from kunskapsbaserat import cells
from kunskapsbaserat.data import files
from kunskapsbaserat.forms import reading, values, writing
from kunskapsbaserat.forms.columns import Column, filled_rows, is_filled

COLUMNS = (
    Column("Id", "id", "id", "Kort och unikt.", True, example="EXEMPEL 1"),
    Column("Dag", "dag", "date", "Mötets dag.", True, example=date(2026, 3, 1)),
    Column("Antal", "antal", "whole", "Hur många.", example=3),
    Column("Läge", "lage", "choice", "Välj.", choices=MappingProxyType({"klar": "K", "pågår": "P"}), example="klar"),
    Column("Hör till", "under", "ref", "Id.", refers="Möten"),
)


def workbook(path: Path, *rows: list[object]) -> Path:
    book = writing.new_book(["Läs mig", "Möten", "Listor"])
    writing.introduce(book["Läs mig"], ["Möten", "Fyll i."])
    ranges = writing.write_lists(book["Listor"], {f"choice:{c.name}": list(c.choices) for c in COLUMNS if c.choices})
    writing.part_sheet(book["Möten"], COLUMNS, ranges)
    path.write_bytes(writing.content_of(book, "Möten"))
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, start=4):  # below the headings, what they mean, and the example
        for at, cell in enumerate(row, start=1):
            book["Möten"].cell(number, at, cell)
    book.save(path)
    return path


def read(path: Path) -> list[tuple[int, dict[str, object], list[tuple[str, str | None]]]]:
    rows = next(sheet.rows for sheet in files.read_sheets(path) if sheet.name == "Möten")
    head = reading.head_row(rows, "Id")
    assert head is not None
    at, misplaced = reading.places(COLUMNS, rows[head])
    assert misplaced == []
    found = []
    for number, row in filled_rows(rows, head):
        said, faults = reading.read_row(COLUMNS, at, row, values.value)
        found.append((number, said, [(f.column.head, f.refused.code if f.refused else None) for f in faults]))
    return found


def test_what_is_written_is_read_and_the_example_is_not(tmp_path: Path):
    path = workbook(
        tmp_path / "m.xlsx", ["M1", "1 mars 2026", "12 st", "Klart", None], ["M2", date(2026, 4, 1), "-", None, "M1"]
    )
    assert read(path) == [
        (4, {"id": "M1", "dag": date(2026, 3, 1), "antal": 12, "lage": "K"}, []),
        (5, {"id": "M2", "dag": date(2026, 4, 1), "under": "M1"}, []),
    ]


def test_every_cell_that_cannot_be_used_is_said(tmp_path: Path):
    path = workbook(tmp_path / "m.xlsx", ["M1", None, "1.234", "kanske", "M1"], [None, "i mars", 1.5, None, None])
    assert [faults for _, _, faults in read(path)] == [
        [("Dag", None), ("Antal", "ambiguous"), ("Läge", "bad_choice")],
        [("Id", None), ("Dag", "no_date"), ("Antal", "not_whole")],
    ]


def test_no_row_that_somebody_has_filled_in_is_lost(tmp_path: Path):
    rows = [["M1", "x"], [None, None, "#REF!"], ["Förklaring"], [None, None], ["EXEMPEL 2"]]
    assert [is_filled(row) for row in rows] == [True, True, False, False, False]
    assert len(read(workbook(tmp_path / "m.xlsx", *rows))) == 2


def test_drop_downs_and_dates(tmp_path: Path):
    sheet = openpyxl.load_workbook(workbook(tmp_path / "m.xlsx"))["Möten"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {"D3:D300": "='Listor'!$A$2:$A$3", "E3:E300": "='Möten'!$A$4:$A$300"}
    formats = {letter: sheet.column_dimensions[letter].number_format for letter in "ABC"}
    assert formats == {"A": "General", "B": "yyyy-mm-dd", "C": "General"}  # of all cells below, as far as anybody writes
    assert sheet.cell(3, 2).number_format == "yyyy-mm-dd"
    assert sheet.max_row == 3


def test_references_that_lead_nowhere():
    rows = [SimpleNamespace(id="M1", dag=None, antal=None, lage=None, under="M9"), SimpleNamespace(id="M2", under="M1")]
    (loose,) = reading.dangling({"Möten": COLUMNS}, {"Möten": rows})
    assert (loose.ref, loose.row.id, loose.column.head, loose.known) == ("M9", "M1", "Hör till", {"M1", "M2"})
    assert list(reading.dangling({"Möten": COLUMNS}, {"Möten": rows}, unread=["Möten"])) == []


@pytest.mark.parametrize(
    ("heads", "codes"),
    [
        (["Id", "Dag", "Antal", "Läge", "Hör till"], []),
        (["Hör till", "Läge", "Antal", "Dag", "Id"], []),
        (["Id", "Dagen", "Antal", "Läge", "Hör till"], ["unknown_column", "missing_column"]),
        (["Id", "Dag", "Dag", "Läge", "Hör till"], ["doubled_column", "missing_column"]),
    ],
)
def test_headings_are_known_in_any_order(heads: list[str], codes: list[str]):
    assert [wrong.code for wrong in reading.places(COLUMNS, heads)[1]] == codes


def test_the_sentence_says_what_and_what_now():
    with pytest.raises(cells.Refused) as caught:
        values.value("kanske", COLUMNS[3])
    assert caught.value.sentence("kanske") == "”kanske” går inte att välja. Välj klar eller pågår."
    assert "811228" not in caught.value.sentence("811228-9874 kanske")
