"""The workbook of walks: what is read, everything that is wrong at once, and no person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from folders import made_folder
from walk_books import photo, seen, twelve, walk, with_observations, write

from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data import walks
from kunskapsbaserat.data.est import sheets as est_sheets
from kunskapsbaserat.data.walks import WalkError, sheets, template
from kunskapsbaserat.errors import FileError, PersonalDataError
from kunskapsbaserat.report.material import photos
from kunskapsbaserat.report.material.own_texts.pictures import NoPicture


def test_a_new_workbook_reads_as_empty_and_its_examples_are_right(tmp_path: Path):
    folder = write(tmp_path / "k", {})
    assert walks.read(folder).walks == ()
    path = template.path_in(folder)
    book = openpyxl.load_workbook(path)
    for name in sheets.SHEETS:
        for cell in book[name][3]:
            cell.value = cell.value.replace("EXEMPEL ", "") if isinstance(cell.value, str) else cell.value
    book.save(path)
    found = walks.read(folder)
    assert [one.id for one in found.walks] == ["V1"]
    assert found.seen[0].state == sheets.ONGOING
    assert found.remarks == ()


def test_what_is_read(tmp_path: Path):
    found = walks.read(write(tmp_path / "k", twelve()))
    assert [one.id for one in found.walks] == ["V1", "V2"]
    assert found.walks[0].start == 18 * 60 + 30
    assert [(g.organisation, g.people) for g in found.walks[0].groups] == [("Gata och park", 3), ("Boende", 14)]
    assert len(found.seen) == 12
    assert sum(one.open for one in found.seen) == 6
    assert found.newest == date(2026, 11, 1)


def test_every_fault_is_told_at_once_with_sheet_and_row(tmp_path: Path):
    rows = [
        seen(1, vandring="V9"),
        seen(1),
        seen(3, tema="ljus"),
        seen(4, x=15.4),
        seen(5, x=1.0, y=2.0),
        seen(6, beslutad=date(2026, 1, 1)),
        seen(7, klar=date(2026, 4, 1)),
        seen(8, forut="I7"),
        seen(9, namn=None),
        seen(10, klar_senast="snart"),
    ]
    filled = with_observations(*rows) | {sheets.WALKS: [walk(start="halv sju")]}
    with pytest.raises(WalkError) as error:
        walks.read(write(tmp_path / "k", filled))
    told = {(fault.code, fault.sheet, fault.row) for fault in error.value.faults}
    assert {
        ("unknown_ref", sheets.SEEN, 4),
        ("doubled", sheets.SEEN, 5),
        ("bad_choice", sheets.SEEN, 6),
        ("half_a_place", sheets.SEEN, 7),
        ("outside", sheets.SEEN, 8),
        ("before_the_walk", sheets.SEEN, 9),
        ("done_or_not", sheets.SEEN, 10),
        ("not_before", sheets.SEEN, 11),
        ("empty", sheets.SEEN, 12),
        ("no_clock", sheets.WALKS, 4),
    } <= told
    assert any(sheet == sheets.SEEN and row == 13 for _, sheet, row in told)
    assert "blad ”Iakttagelser”, rad 7" in error.value.svenska
    assert "Inget läses halvt" in error.value.svenska


def test_what_stands_beside_the_headings_is_not_lost_silently(tmp_path: Path):
    folder = write(tmp_path / "k", with_observations(seen(1)))
    path = template.path_in(folder)
    book = openpyxl.load_workbook(path)
    sheet = book[sheets.SEEN]
    at = sheet.max_column + 1
    row = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "I1")
    sheet.cell(row, at, 7)
    book.save(path)
    with pytest.raises(WalkError) as caught:
        walks.read(folder)
    assert [(f.code, f.sheet, f.row) for f in caught.value.faults] == [("outside", sheets.SEEN, row)]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("namn", "Ring 070-123 45 67 till vaktmästaren"),
        ("namn", "Pojken 19121212-1212 satt på bänken"),
        ("varfor", "Anna Andersson vill inte"),
        ("atgard", "Kerstin fixar lampan"),
        ("plats", "Storgatan 12"),
        ("ansvarig", "erik.svensson@koping.se"),
        ("bildtext", "Bilen ABC 123 står i vägen"),
        ("bild", "anna andersson.jpg"),
    ],
)
def test_nothing_about_a_person_comes_in(tmp_path: Path, column: str, text: str):
    with pytest.raises(PersonalDataError) as error:
        walks.read(write(tmp_path / "k", with_observations(seen(1, **{column: text}))))
    assert text not in error.value.svenska
    assert "blad ”Iakttagelser”, rad 4" in error.value.svenska


def test_common_words_are_nobody(tmp_path: Path):
    """Sentences that a walk is full of: a name that is also a word, a date in a file's name, a number of lamps."""
    rows = [
        seen(1, namn="Inga bänkar: ingen stannar", plats="Maria kyrkas torg", bild="IMG_20261014_183000.jpg"),
        seen(2, namn="Per natt är 3 av 12 lampor släckta", plats="Stens hörna vid Lundavägen", bild="IMG-20261014-183000.jpg"),
    ]
    assert len(walks.read(write(tmp_path / "k", with_observations(*rows))).seen) == 2


def test_another_workbook_is_refused_with_what_to_do(tmp_path: Path):
    folder = write(tmp_path / "k", {})
    book = openpyxl.Workbook()
    book.active["A1"] = "Något annat"
    book.save(template.path_in(folder))
    with pytest.raises(FileError) as error:
        walks.read(folder)
    assert "kunskap ny --vandring" in error.value.svenska


def test_what_ought_to_be_filled_in_is_remarked(tmp_path: Path):
    rows = [seen(1, lage="nekad"), seen(2, lage="klar"), seen(3, ansvarig=None)]
    filled = with_observations(*rows) | {sheets.WALKS: [walk(), walk("V2", date(2026, 5, 1))]}
    found = walks.read(write(tmp_path / "k", filled))
    assert {(r.code, r.row) for r in found.remarks} == {("no_reason", 4), ("no_day", 5), ("nobody", 6), ("nothing_seen", 5)}
    (folder := tmp_path / "k" / "vandringar").joinpath("gammal.xlsx").write_bytes(b"x")
    assert "another_table" in {r.code for r in walks.read(folder.parent).remarks}


# ---- EST -----------------------------------------------------------------------------------------------------------------


def test_est_follows_what_was_seen(tmp_path: Path):
    folder = write(tmp_path / "k", twelve())
    rows = ests.read(folder).book.of(est_sheets.WALKS)
    assert len(rows) == 12
    refused = [item for item in rows if item.beslut == "gors_inte"]
    assert [item.varfor_inte for item in refused] == ["Häcken är skyddad", "Torget byggs om 2028", "Marken är privat"]
    assert "vandringar/vandring.xlsx" in ests.read(folder).sha256


def test_what_feels_safe_asks_nothing_of_est_and_a_row_moved_is_not_counted_twice(tmp_path: Path):
    day = date(2026, 3, 10)
    old = [["I1", day, "mörkt", "Stadsparken", "Sikt", "Häcken skymmer"], ["I9", day, "mörkt", "Stadsparken", "Sikt", "Annat"]]
    folder = made_folder(tmp_path / "k", {est_sheets.WALKS: old}, kommun="Köping")
    write(folder, with_observations(seen(1), seen(2, tema="känns tryggt")))
    rows = ests.read(folder).book.of(est_sheets.WALKS)
    assert sorted(item.id for item in rows) == ["I1", "I9"]
    assert {item.klar_senast for item in rows} == {date(2026, 9, 10), None}
    found = walks.read(folder, of_est=ests.book.read(ests.path_in(folder)).of(est_sheets.WALKS))
    assert [one.id for one in found.seen] == ["I1", "I2", "I9"]
    assert ("in_both", est_sheets.WALKS) in {(r.code, r.sheet) for r in found.remarks}


def test_est_does_without_walks_that_cannot_be_read(tmp_path: Path):
    found = ests.read(write(tmp_path / "k", with_observations(seen(1, tema="ljus"))))
    assert found.book.of(est_sheets.WALKS) == ()
    assert "unread_walks" in {remark.code for remark in found.remarks}


def test_an_older_workbook_of_est_is_read_as_walks(tmp_path: Path):
    day = date(2026, 4, 29)
    old = [
        ["T1", day, "mörkt", "Stadsparken", "Sikt", "Häcken skymmer", "Klipp den", "Gata och park", None, "Pågår", "görs"],
        [
            "T2",
            day,
            "mörkt",
            "Stadsparken",
            "Belysning",
            "Mörkt",
            "Mer ljus",
            None,
            None,
            None,
            "görs inte",
            "Kostar för mycket",
        ],
    ]
    folder = made_folder(tmp_path / "k", {est_sheets.WALKS: old})
    found = walks.read(folder, of_est=ests.read(folder).book.of(est_sheets.WALKS))
    assert [(one.id, one.state, one.theme) for one in found.seen] == [
        ("T1", "pågår", "överblick"),
        ("T2", "nekad", "belysning"),
    ]
    assert len(found.walks) == 1
    assert found.seen[1].why_not == "Kostar för mycket"


# ---- photos --------------------------------------------------------------------------------------------------------------


def test_a_photo_is_turned_made_small_and_emptied(tmp_path: Path):
    photo(tmp_path / "a.jpg", (3000, 2000), turned=6)  # taken with the telephone on its side
    found = photos.load(tmp_path, "a.jpg")
    assert found.height > found.width
    assert max(found.width, found.height) <= photos.LONGEST
    assert len(found.content) <= photos.MAX_BYTES
    for told in (b"HEMLIG", b"Exif", b"2026:10:14"):
        assert told in (tmp_path / "a.jpg").read_bytes()
        assert told not in found.content
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(found.content))
    assert not image.getexif()
    above, below = image.getpixel((image.width // 2, 5)), image.getpixel((image.width // 2, image.height - 5))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[1] < 60  # the red half was to the left, and is turned up
    assert min(below) > 200


def test_a_picture_that_cannot_be_used_says_why(tmp_path: Path):
    (tmp_path / "text.jpg").write_text("ingen bild")
    whole = photo(tmp_path / "hel.jpg").read_bytes()
    (tmp_path / "avklippt.jpg").write_bytes(whole[: len(whole) // 2])
    for name, told in (
        ("saknas.jpg", "finns inte"),
        ("text.jpg", "ingen JPEG"),
        ("avklippt.jpg", "skadad"),
        ("../hel.jpg", "ligger inte i mappen"),
    ):
        with pytest.raises(NoPicture) as error:
            photos.load(tmp_path, name)
        assert told in error.value.svenska
        assert name not in error.value.svenska
