"""Every kind of file that a kommun may drop in its folder: read whole, or refused with what to do."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data import files
from kunskapsbaserat.data.files import data_files, read_file, read_sheets
from kunskapsbaserat.errors import FileError, FileLocked, KunskapError

SOURCE = Path(os.environ.get("SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
RAW = SOURCE / "bra" / "sol_raw"
with_sources = pytest.mark.skipif(not RAW.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")

ROWS = [["Kommun", "År", "Antal"], ["Älvkarleby", 2024, 12], [None, None, None], ["Åre", 2024, 7.5]]


def workbook(rows: list[list[object]] = ROWS, **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Blad1"
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


@pytest.fixture
def put(tmp_path: Path):
    folder = tmp_path / "Mina filer åäö"
    folder.mkdir()

    def put_(name: str, content: bytes) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return put_


def refused(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        read_file(path)
    assert caught.value.svenska.startswith(path.name)
    assert caught.value.exit_code == 4
    return caught.value


# What is read ---------------------------------------------------------------------------------------------------------


def test_workbook_rows_are_excels_rows(put):
    file = read_file(put("tal.xlsx", workbook([[None], [None, None, "Åre"], [None, dt.date(2025, 1, 31), 3]])))
    assert file.sheets[0].rows[1][2] == "Åre"  # C2
    assert file.sheets[0].rows[2][1:] == (dt.date(2025, 1, 31), 3)
    assert type(file.sheets[0].rows[2][2]) is int
    assert file.kind == "xlsx"
    assert file.notes == ()


def test_sha256_is_of_the_bytes_that_were_read(put):
    path = put("tal.csv", b"a;b\n1;2\n")
    assert read_file(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


TEXT = "Kommun;År;Andel\r\nÄlvkarleby;2024;12,5\r\n”Åre”;2024;–\r\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32", b""),
        ("cp1252", b""),
    ],
)
def test_encodings(put, encoding: str, mark: bytes):
    rows = read_sheets(put("t.csv", mark + TEXT.encode(encoding)))[0].rows
    assert rows == (("Kommun", "År", "Andel"), ("Älvkarleby", "2024", "12,5"), ("”Åre”", "2024", "–"))


def test_utf_16_without_a_mark(put):
    text = "Kommun;Antal\r\nOrsa;12\r\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert read_sheets(put("t.csv", text.encode(encoding)))[0].rows[1] == ("Orsa", "12")


def test_latin_1_without_windows_letters(put):
    assert read_sheets(put("t.txt", "Malmö;1\r\nÖrebro;2\r\n".encode("latin-1")))[0].rows[1] == ("Örebro", "2")


@pytest.mark.parametrize(
    ("text", "delimiter", "row"),
    [
        ("a;b\n12,5;3\n", ";", ("12,5", "3")),
        ("a\tb\n12,5\t3\n", "\t", ("12,5", "3")),
        ("a,b\n12.5,3\n", ",", ("12.5", "3")),
        ("a|b\n1|2\n", "|", ("1", "2")),
        ('"x;y","b"\n"1;2","3"\n', ",", ("1;2", "3")),
        ("sep=,\na,b\n1;2,3\n", ",", ("1;2", "3")),
        ("a\n1\n", None, ("1",)),
    ],
)
def test_delimiters(put, text: str, delimiter: str | None, row: tuple[str, ...]):
    file = read_file(put("t.csv", text.encode()))
    assert file.delimiter == delimiter
    assert file.sheets[0].rows[1] == row


def test_quoted_cells_may_hold_anything(put):
    rows = read_sheets(put("t.csv", b'a;b\n"x;""y""\nz";2\n'))[0].rows
    assert rows[1] == ('x;"y"\nz', "2")


def test_html_entities_of_the_text_export(put):
    rows = read_sheets(put("t.txt", b";/100&nbsp;000&nbsp;inv;\nAle kommun;;\n"))[0].rows
    assert rows[0] == (None, "/100\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}inv", None)


PAGE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1"></head><body>
<table><tr><th></th><th colspan="2">År</th></tr><tr><th></th><th>2015</th><th>2016 prel.</th></tr>
<tr><th>Västmanlands&nbsp;län</th><td>12&nbsp;345</td><td>..</td></tr>
<tr><td colspan="3">Not: Å</td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_page_in_whichever_encoding_it_was_saved(put, encoding: str):
    file = read_file(put("resultat.html", PAGE.encode(encoding)))
    assert file.kind == "html"
    assert file.sheets[0].rows == (
        (None, "År", "År"),
        (None, "2015", "2016 prel."),
        ("Västmanlands\N{NO-BREAK SPACE}län", "12\N{NO-BREAK SPACE}345", ".."),
        ("Not: Å", None, None),
    )


def test_html_in_a_file_called_xls_is_read_and_said(put):
    file = read_file(put("export.xls", PAGE.encode()))
    assert file.kind == "html"
    assert [note.code for note in file.notes] == ["renamed"]
    assert "heter .xls men innehåller en webbsida" in file.notes[0].svenska


def test_a_renamed_workbook_is_read_and_said(put):
    for name, what in (("tal.csv", "(.xlsx)"), ("tal.pdf", "(.xlsx)"), ("tal", "utan filändelse")):
        file = read_file(put(name, workbook()))
        assert what in file.notes[0].svenska
        assert file.sheets[0].rows[1][0] == "Älvkarleby"


def test_layout_tables_are_left_out(put):
    inner = "<table><tr><th>a</th><td rowspan=2>1</td></tr><tr><th>b</th></tr></table>"
    page = f"<html><table><tr><td>{inner}</td></tr></table></html>"
    sheets = read_sheets(put("t.htm", page.encode()))
    assert [sheet.rows for sheet in sheets] == [(("a", "1"), ("b", None))]


def test_macros_are_said_and_not_run(put):
    book = io.BytesIO(workbook())
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"anything")
    file = read_file(put("tal.xlsm", book.getvalue()))
    assert [note.code for note in file.notes] == ["macros"]
    assert "körs inte" in file.notes[0].svenska


def test_a_picture_in_a_workbook_is_said(put):
    book = io.BytesIO(workbook())
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("xl/media/image1.png", b"anything")
    file = read_file(put("tal.xlsx", book.getvalue()))
    assert [note.code for note in file.notes] == ["pictures"]
    assert "De läses inte" in file.notes[0].svenska


def test_hidden_sheets_are_read_and_said(put):
    book = openpyxl.load_workbook(io.BytesIO(workbook(Dolt=[["x", 1]])))
    book["Dolt"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    file = read_file(put("tal.xlsx", out.getvalue()))
    assert [sheet.name for sheet in file.sheets] == ["Blad1", "Dolt"]
    assert [note.code for note in file.notes] == ["hidden_sheet"]


def test_opendocument(put):
    body = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="B"><table:table-row>'
        '<table:table-cell office:value-type="string">'
        "<text:p>Åre</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="12"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    content = packed(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content_DOT_xml=body.encode(),
        **{"META-INF__manifest_DOT_xml": b"<manifest/>"},
    )
    assert read_file(put("t.ods", content)).sheets[0].rows == (("Åre", 12),)


def test_a_last_row_without_newline_is_said(put):
    assert [n.code for n in read_file(put("t.csv", b"a;b\n1;2")).notes] == ["no_last_newline"]
    assert read_file(put("t.csv", b"a;b\n1;2\n")).notes == ()


def test_folder_listing_leaves_out_lock_files(put):
    kept = put("b.csv", b"a;b\n1;2\n")
    for name in ("~$b.xlsx", ".hidden", "Thumbs.db", "desktop.ini"):
        put(name, b"x")
    assert data_files(kept.parent) == (kept,)


# What is refused ------------------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "reason", "says"),
    [
        ("t.xlsx", b"", "empty", "är tom"),
        ("t.csv", b"\r\n \r\n", "empty", "är tom"),
        ("t.csv", b";;\n;;\n", "empty", "är tom"),
        ("t.xlsx", workbook([]), "empty", "är tom"),
        ("t.xlsx", b"%PDF-1.7 ...", "not_a_table", "PDF"),
        ("t.xls", b"\x89PNG\r\n", "not_a_table", "bild"),
        ("t.csv", b"PAR1....", "not_a_table", "Parquet"),
        ("t.xlsx", packed(word__document_DOT_xml=b"<x/>"), "not_a_table", "Worddokument"),
        ("t.xlsx", packed(ppt__presentation_DOT_xml=b"<x/>"), "not_a_table", "presentation"),
        ("t.xlsx", packed(xl__workbook_DOT_bin=b"x"), "not_a_table", ".xlsb"),
        ("t.zip", packed(tal_DOT_csv=b"a;b"), "not_a_table", "Packa upp"),
        ("t.json", b'{"a": 1}', "not_a_table", "JSON"),
        ("t.px", 'CHARSET="ANSI";\nTITLE="Folkmängd";'.encode("cp1252"), "not_a_table", "PX-fil"),
        ("t.csv", b'AXIS-VERSION="2000";\nDATA=\n1 2;\n', "not_a_table", "PX-fil"),
        ("t.html", b"<html><p>Logga in</p></html>", "not_a_table", "utan tabell"),
        (
            "t.xml",
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "not_a_table",
            "XML",
        ),
        ("t.xml", b"<?xml version='1.0'?><data/>", "not_a_table", "XML"),
        ("t.bin", b"ab\x00\x01\x02\x03\xff\xfe\x00\x00\x00", "not_a_table", "okänt slag"),
        ("t.xlsx", OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected", "lösenord"),
        ("t.xls", OLE + b"\x00" * 100, "corrupt", "avklippt"),
        ("t.csv", b'a;b\n"1;2\n', "corrupt", "citattecken"),
        ("t.csv", "Kommun;Antal\nÅre;1\nFalkö".encode()[:-1], "corrupt", "avklippt"),
        ("t.html", PAGE[: PAGE.index("</table>")].encode(), "corrupt", "avklippt"),
        ("t.csv", "Malmö;1\nÄlvkarleby;2\n".encode("cp850"), "encoding", "CSV UTF-8"),
        ("t.csv", "Malmö;1\nÄlvkarleby;2\n".encode("mac-roman"), "encoding", "CSV UTF-8"),
        ("t.csv", "Malmö;1\nÄlvkarleby;2\n".encode().decode("cp1252").encode(), "garbled", "förvanskade"),
        ("t.xlsx", workbook([["Kommun", "Antal"], ["MalmÃ¶", 1]]), "garbled", "rad 2, kolumn 1"),
    ],
    ids=lambda value: "innehall" if isinstance(value, bytes) else None,  # bytes of a workbook hold the time it was made
)
def test_refused_with_what_to_do(put, name: str, content: bytes, reason: str, says: str):
    error = refused(put(name, content))
    assert error.reason == reason
    assert says in error.svenska


def test_folder_missing_file_and_lock_file(put):
    folder = put("x.csv", b"a").parent
    assert refused(folder).reason == "folder"
    assert refused(folder / "finns inte.xlsx").reason == "missing"
    lock = refused(put("~$tal.xlsx", b"\x05user"))
    assert lock.reason == "lock_file"
    assert "Läs tal.xlsx i stället" in lock.svenska


def test_too_large_is_refused_before_it_is_read(put, monkeypatch: pytest.MonkeyPatch):
    path = put("stor.csv", b"")
    with path.open("r+b") as handle:
        handle.truncate(200_000_000)  # a hole: nothing is written
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    error = refused(path)
    assert error.reason == "too_large"
    assert "200 MB" in error.svenska


def test_a_small_file_that_unpacks_to_a_giant_is_refused(put, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kunskapsbaserat.data.workbook.MAX_UNPACKED", 1000)
    assert refused(put("t.xlsx", workbook())).reason == "too_large"


def test_open_in_excel(put, monkeypatch: pytest.MonkeyPatch):
    path = put("tal.xlsx", workbook())

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(FileLocked) as caught:
        read_file(path)
    assert "Stäng filen i Excel" in caught.value.svenska
    assert caught.value.exit_code == 7


def test_a_file_that_the_disk_does_not_give(put, monkeypatch: pytest.MonkeyPatch):
    path = put("tal.xlsx", workbook())

    def offline(_: Path) -> bytes:
        raise OSError(22, "The cloud operation was unsuccessful")

    monkeypatch.setattr(Path, "read_bytes", offline)
    assert "OneDrive" in refused(path).svenska


@settings(max_examples=60, deadline=None)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_cut_workbook_is_never_a_shorter_table(tmp_path_factory: pytest.TempPathFactory, cut: float):
    content = workbook([[f"Kommun {n}", n] for n in range(200)])
    path = tmp_path_factory.mktemp("c") / "t.xlsx"
    path.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(FileError):
        read_file(path)


@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_changed_byte_is_found_or_harmless(tmp_path_factory: pytest.TempPathFactory, at: float, flip: int):
    """The archive's checksums find a changed byte; one in its padding changes nothing."""
    content = bytearray(WHOLE)
    content[int(len(content) * at)] ^= flip
    path = tmp_path_factory.mktemp("c") / "t.xlsx"
    path.write_bytes(content)
    try:
        sheets = read_sheets(path)
    except KunskapError:
        return
    assert sheets[0].rows == EXPECTED


WHOLE = workbook([[f"Kommun {n}", n] for n in range(50)])
EXPECTED = tuple((f"Kommun {n}", n) for n in range(50))

CELL = st.one_of(
    st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\x00\r&", exclude_categories=["Cs", "Cc"]), max_size=12)
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=8),
    mark=st.booleans(),
)
def test_whatever_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str | None]], mark: bool
):
    import csv

    rows = [["Kommun", "Å", "x"], *rows]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    path = tmp_path_factory.mktemp("c") / "t.csv"
    path.write_bytes(text.getvalue().encode("utf-8-sig" if mark else "utf-8"))
    expected = tuple(tuple(cell if cell and cell.strip() else None for cell in row) for row in rows)
    if any(files._GARBLED.search(cell) for row in rows for cell in row if cell):
        assert refused(path).reason == "garbled"
    else:
        assert read_sheets(path)[0].rows == expected


# The publishers' own files --------------------------------------------------------------------------------------------


@with_sources
@pytest.mark.parametrize(
    ("name", "kind", "rows", "width"),
    [
        ("sol_2024-feb2026_resaved.xlsx", "xlsx", 43, 29),
        ("sol_290_kommuner_2021_per100k.xls", "xls", 878, 3),
        ("sol_290_kommuner_2021_per100k_latin1_export.txt", "csv", 962, 3),
        ("sol_bromma_2023-2026_manad_antal.xls", "xls", 75, 39),
        ("sol_resultat_lan_2011-2016_missing.html", "html", 61, 7),
    ],
)
def test_raw_exports(name: str, kind: str, rows: int, width: int):
    file = read_file(RAW / name)
    sheet = max(file.sheets, key=lambda s: len(s.rows))
    assert (file.kind, len(sheet.rows), max(map(len, sheet.rows))) == (kind, rows, width)


@with_sources
def test_the_text_export_and_the_workbook_of_one_query_agree():
    def figures(name: str) -> list[str]:
        rows = [row for row in read_sheets(RAW / name)[0].rows if len(row) > 1 and row[1] is not None]
        return [str(row[1]) for row in rows if str(row[0]).strip().startswith("3 kap.")]

    text = figures("sol_290_kommuner_2021_per100k_latin1_export.txt")
    assert len(text) == 291  # Heby stands twice, once without figures
    assert text.count("..") == 1
    assert text == figures("sol_290_kommuner_2021_per100k.xls")


@with_sources
@pytest.mark.parametrize("name", ["sol_bromma_2023-2026_manad_antal.xls", "sol_stockholm_kommun_2021-2025_ar_per100k.xls"])
def test_a_cut_old_workbook_is_never_a_shorter_table(put, name: str):
    content = (RAW / name).read_bytes()
    for tenth in range(10):
        assert refused(put("t.xls", content[: len(content) * tenth // 10])).reason in ("corrupt", "empty")
    for short in (1, 100, 511, 512, 1024):
        assert refused(put("t.xls", content[:-short])).reason == "corrupt"
