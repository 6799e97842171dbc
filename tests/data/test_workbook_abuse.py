"""Files that are made or damaged so that reading them would lose a figure, fill the memory or never end."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kunskapsbaserat.cells import UNCALCULATED
from kunskapsbaserat.data import extent, scb, textfile
from kunskapsbaserat.data.files import read_file
from kunskapsbaserat.data.folder import layout
from kunskapsbaserat.errors import FileError, KunskapError

ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Blad1">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def ods(path: Path, *rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format("".join(f"<table:table-row>{row}</table:table-row>" for row in rows)))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls(path: Path, *cells: bytes) -> Path:
    """An old workbook of one sheet "B" with these records: one file table, one directory, one stream of whole sectors."""
    bof = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600))
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600)) + b"".join(cells) + record(0x000A, b"")
    offset = len(bof) + len(record(0x0085, bytes(9))) + len(record(0x000A, b""))
    stream = bof + record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 1, 0) + b"B") + record(0x000A, b"") + sheet
    stream = stream.ljust(4096, b"\x00")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = struct.pack("<8s16sHHHHH6xIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0)
    header += struct.pack("<IIIII", 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0), ("Workbook", 2, 2, len(stream))]
    directory = b""
    for name, kind, start, length in entries:
        child = 1 if kind == 5 else 0xFFFFFFFF
        entry = name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        directory += entry + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", start, length)
    content = header + struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    path.write_bytes(content + directory.ljust(512, b"\x00") + stream)
    return path


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def failed(row: int, column: int, code: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, 1))


def computed(row: int, column: int, result: bytes) -> bytes:
    return record(0x0006, struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIH", 0, 0, 0))


def test_an_old_workbook_shows_its_errors(tmp_path: Path):
    cells = [number(0, 0, 5), failed(0, 1, 0x17), computed(0, 2, b"\x02\x00\x2a\x00\x00\x00\xff\xff"), number(1, 0, 7)]
    rows = read_file(xls(tmp_path / "a.xls", *cells)).sheets[0].rows
    assert rows[0] == (5, "#REF!", "#N/A")
    assert rows[1][0] == 7


def test_an_old_workbook_has_no_cell_beyond_its_last_column(tmp_path: Path):
    with pytest.raises(FileError) as caught:
        read_file(xls(tmp_path / "a.xls", number(0, 0, 5), number(65_535, 60_000, 1)))
    assert caught.value.reason == "corrupt"


def test_an_ods_shows_its_errors(tmp_path: Path):
    about = 'table:formula="of:=1/0" office:value-type="string" office:string-value=""'
    formula = f"<table:table-cell {about}><text:p>{{}}</text:p></table:table-cell>"
    never = '<table:table-cell table:formula="of:=5+5"/>'
    plain = '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    rows = (
        read_file(ods(tmp_path / "a.ods", plain + formula.format("#DIV/0!") + never + formula.format("Err:502"))).sheets[0].rows
    )
    assert rows == ((7, "#DIV/0!", UNCALCULATED, "#REF!"),)


@pytest.mark.parametrize(
    ("address", "refused"), [("A1", False), ("CV40", False), ("XFD1048576", True), ("AZ1048576", True), ("JAA3", True)]
)
def test_a_cell_far_out_is_refused_before_memory_is_taken(tmp_path: Path, address: str, refused: bool):
    book = openpyxl.Workbook()
    book.active["A1"] = "Kommun"
    book.active[address] = 3
    book.save(tmp_path / "a.xlsx")
    if not refused:
        assert read_file(tmp_path / "a.xlsx").sheets[0].rows
        return
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "a.xlsx")
    assert caught.value.reason == "too_large"
    assert "Ctrl+End" in caught.value.svenska


def test_how_far_a_sheet_reaches_without_addresses():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<row><c/></row>" * 3)
    assert extent.too_far(out.getvalue()) is None


def test_a_workbook_with_a_dtd_is_refused(tmp_path: Path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, b'<!DOCTYPE a [<!ENTITY b "c">]>' + part if name == "xl/workbook.xml" else part)
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "a.xlsx")
    assert caught.value.reason == "corrupt"


def test_a_page_whose_cells_claim_to_span_everything(tmp_path: Path):
    span = "<th colspan=1000 rowspan=1000>x</th>" * 9
    (tmp_path / "a.html").write_text(f"<html><table>{f'<tr>{span}</tr>' * 500}</table></html>", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "a.html")
    assert caught.value.reason == "too_large"
    (tmp_path / "b.html").write_text("<html><table><tr><td colspan='²'>x</td></tr></table></html>", encoding="utf-8")
    assert read_file(tmp_path / "b.html").sheets[0].rows == (("x",),)
    assert textfile.MAX_SPANNED < 9 * 1000 * 500


@pytest.mark.parametrize(
    "content",
    [
        '{"class": "dataset", "id": ["Region"], "size": [1], "dimension": {}}',
        '{"class": "dataset", "id": ["Region"], "size": [1], "dimension": []}',
        '{"a": ' + "[" * 100_000,
        '{"class": "dataset", "id": ["Tid"], "size": [1], "dimension": {"Tid": {"category": {}}}}',
    ],
)
def test_a_reply_of_the_statistics_that_is_not_whole(tmp_path: Path, content: str):
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(KunskapError):
        scb.population(tmp_path / "a.json")


def test_settings_with_a_number_without_end(tmp_path: Path):
    (tmp_path / layout.SETTINGS).write_text("kommun = " + "9" * 5000, encoding="utf-8")
    with pytest.raises(FileError):
        layout.kommun_of(tmp_path)


def repeated(path: Path, rows: int, columns: int) -> Path:
    """A spreadsheet of one cell that stands for many, with the empty rest of the sheet as LibreOffice writes it."""
    cell = f'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{columns}"/>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="5">{empty}</table:table-row>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(row + rest))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (200_000, 1)])
def test_a_cell_of_an_ods_that_stands_for_many_is_unfolded(tmp_path: Path, rows: int, columns: int):
    (sheet,) = read_file(repeated(tmp_path / "a.ods", rows, columns)).sheets
    assert (len(sheet.rows), len(sheet.rows[0])) == (rows, columns)


@pytest.mark.parametrize(("rows", "columns"), [(100_000, 1_000), (1, 10_000), (1_048_576, 16_384)])
def test_one_that_stands_for_too_many_is_refused(tmp_path: Path, rows: int, columns: int):
    """Unfolded, this very process would end for lack of memory, and with it everything the analyst had open."""
    with pytest.raises(FileError) as caught:
        read_file(repeated(tmp_path / "a.ods", rows, columns))
    assert caught.value.reason == "too_large"
    assert f"kolumn {columns}" in caught.value.svenska
