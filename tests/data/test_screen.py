"""The screen for personal data: what it must find, what it must leave alone, and that it never repeats a value."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from dirty import HARD, KINDS, person_number
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun
from kunskapsbaserat.data import files, screen
from kunskapsbaserat.data.embedded import counts_year, snapshots
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import DisclosureError, FileError, PersonalDataError

SOURCE = Path(os.environ.get("SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
with_sources = pytest.mark.skipif(not SOURCE.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")


def kinds(*rows: tuple[object, ...], name: str = "Blad1") -> set[str]:
    return {finding.kind for finding in screen.find([Sheet(name, rows)])}


def among_figures(cell: object, rng: random.Random) -> tuple[tuple[object, ...], ...]:
    """A cell in an ordinary table of kommuner, years and counts."""
    places = [k.name for k in kommun.all_kommuner()]
    rows: list[tuple[object, ...]] = [("Kommun", "År", "Antal", "Anmärkning")]
    rows += [(rng.choice(places), rng.randint(2015, 2025), rng.randint(0, 5000), None) for _ in range(20)]
    rows[rng.randint(1, 20)] = ("Borlänge", 2025, 12, cell)
    return tuple(rows)


# What it finds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_one_dirty_cell_refuses_the_file(kind: str):
    rng = random.Random(kind)
    for _ in range(40):
        for cell in KINDS[kind](rng):
            assert kind in kinds(*among_figures(cell, rng)), cell


def test_hard_names_are_found_as_often_as_is_said():
    """Lists and shapes do not know every name: 8 of 20 rare, foreign or lower-case ones are found in free text today."""
    found = [name for name in HARD if "name" in kinds(("Anmärkning",), (f"Enligt {name} hände det igen",))]
    assert len(found) >= 8


def test_a_column_of_numbers_without_leading_zeros():
    """Excel writes 0503121234 as 503121234: two lost zeros are still seen when the column is full of them."""
    rng = random.Random(5)
    born = [number for number in (person_number(rng) for _ in range(400)) if number.startswith("200")][:12]
    assert len(born) == 12
    rows = [("id", "antal"), *((int(number[2:]), 1) for number in born)]
    assert kinds(*rows) == {"personnummer"}


@pytest.mark.parametrize("text", ["19750101-XXXX", "750101-****", "750101-T123", "19 år, 20100230-1234 e-post x@y.se"])
def test_masked_and_reserve_numbers(text: str):
    assert kinds((text,))


@pytest.mark.parametrize(
    "head", ["Personnummer", "Pnr", "E-post", "Mobilnummer", "Reg.nr", "Förnamn", "Bostadsadress", "Målsägande"]
)
def test_headings_that_promise_personal_data(head: str):
    assert kinds(("Kommun", head), ("Orsa", "x")) == {"heading"}
    assert kinds(("Kommun", head), ("Orsa", None)) == set()


def test_free_text_about_events():
    told = "Mannen slog en annan man utanför pizzerian"
    assert kinds(("Datum", "Händelsebeskrivning"), ("2025-01-01", told), ("2025-01-02", told)) == {"free_text"}


def test_a_column_called_name_that_holds_persons():
    rows = [("Namn", "Antal"), ("Xhevahire Gashi", 1), ("Abebe Tesfaye", 2), ("Upplands Väsby", 1)]
    assert kinds(*rows) == {"name"}


def test_sheet_names_are_read_too():
    assert kinds(("a", 1), name="Anna Andersson") == {"name"}


# What it leaves alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Maria Magdalena församling", "Karl Johans gata", "Anna Sjögrens väg", "Erik Dahlbergsgatan",
        "Gustav Adolfs torg", "Hedvig Eleonora", "Anna Lindhs park", "Norra Fäladen",
        "S:t Eriks gymnasium", "Carl Larsson-gården", "Lund", "Berg", "Hagfors", "Sofia", "Katarina",
        "3-7 kap. Brott mot person", "Bedrägeri via telefon", "SFS 2023:196", "TAB6471", "N01951",
         "2081A0010", "0114R001", "NTU 2025", "SOL202",
        "/100 000 inv", "2024-2025", "2024–2025", "2025-01-31", "20250131", "08-12-2024",
         "12 345 678", "1 234 567 890", "0114", "556036-0793",
        "5560360793", "https://bra.se/statistik", "Brott mot 9 kap. 1 §", "25.4601380699", "0.257088796503571", "59.334591",
        "Senaste uppdatering: 20260222 08:00", "Kvartal 1", "2026 prel.", "1-4", "10-19 år", "kl. 18-24", "v. 47",
        "ISO 9001", "E4", "Lv 55",
    ],
)  # fmt: skip
def test_ordinary_cells(text: str):
    assert kinds((text, "x"), ("a", 1)) == set()


def test_no_kommun_is_a_person():
    for k in kommun.all_kommuner():
        for text in (
            k.name,
            f"{k.genitive} kommun",
            f"{k.name} {k.name}",
            f"{k.code} {k.name}",
            k.lan,
            f"Region {k.lan_short}",
        ):
            assert kinds((text, "x"), ("a", 1)) == set(), text


def test_publishers_contact_lines():
    """A download's footer says whom at the agency to ask; the same words elsewhere are somebody's."""
    foot = [("Kontaktperson:", None), ("Tomas Johansson, SCB", "+46 010-479 64 26"), ("tomas.johansson@scb.se", None)]
    assert kinds(("Kommun", "2025"), ("Orsa", 12), *foot) == set()
    assert kinds(("Kommun", "2025"), ("Orsa", 12), *foot[1:]) == {"name", "phone", "email"}
    assert kinds(*foot, ("", "750101-" + person_number(random.Random(1))[-4:])) == kinds(*foot)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), digits=st.sampled_from([8, 9, 10, 12]), rows=st.integers(20, 400))
def test_columns_of_long_figures(seed: int, digits: int, rows: int):
    """Counts and amounts of many digits: one in 130 passes as a personnummer, and the column as a whole does not."""
    rng = random.Random(seed)
    figures = [(rng.randint(10 ** (digits - 1), 10**digits - 1),) for _ in range(rows)]
    hits = [1 for (figure,) in figures if screen._bare_person(str(figure))]
    assert (kinds(("Kronor",), *figures) == set()) or screen._tail(rows, len(hits), screen.RANDOM_HIT) < 0.01


def test_time_stamps_are_no_persons():
    rng = random.Random(3)
    stamps = [
        (f"2024{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(0, 23):02}{rng.randint(0, 59):02}",)
        for _ in range(300)
    ]
    assert kinds(("tid",), *stamps) == set()


@pytest.mark.thorough
@with_sources
@pytest.mark.parametrize("folder", ["bra", "befolkning", "kolada", "msb", "geo", "polisen"])
def test_no_alarm_on_the_publishers_files(folder: str):
    """Swedish files only: an English street named Victoria Close would be refused."""
    screened = 0
    for path in sorted((SOURCE / folder).rglob("*")):
        try:
            file = files.read_file(path)
        except FileError:
            continue  # GeoJSON, Parquet and folders
        assert screen.find(file.sheets) == (), path.name
        screened += 1
    assert screened > 0


def test_no_alarm_on_what_the_package_carries():
    assert kinds(*[(row.area, row.offence, row.source, row.count) for row in counts_year().itertuples()]) == set()
    assert kinds(*[(s.publisher, s.title, s.address, s.licence) for s in snapshots().values()]) == set()


# How it says it -------------------------------------------------------------------------------------------------------


def file_of(*rows: tuple[object, ...]) -> DataFile:
    return DataFile(Path("strada.xlsx"), "xlsx", "0" * 64, 1, (Sheet("Olyckor", rows),))


def test_says_where_and_what_but_never_the_value():
    number = person_number(random.Random(9))
    hidden = [number, "Anna Andersson", "anna@x.se", "070-123 45 67", "ABC12D"]
    with pytest.raises(PersonalDataError) as caught:
        screen.refuse(
            file_of(("Kommun", "Not"), ("Orsa", number), *(("Orsa", cell) for cell in hidden[1:]), ("Orsa", hidden[1]))
        )
    error = caught.value
    assert isinstance(error, DisclosureError)
    assert error.exit_code == 5
    assert (error.found, error.exit_code) == (6, 5)
    assert "strada.xlsx verkar innehålla personuppgifter och läses inte" in error.svenska
    assert "personnummer eller samordningsnummer (blad ”Olyckor”, rad 2, kolumn B)" in error.svenska
    assert "och 1 till" in error.svenska
    said = f"{error} {error.svenska} {error.args} {error.__dict__}"
    assert not [value for value in hidden if value in said]


def test_a_sheet_named_after_somebody_is_not_repeated():
    file = DataFile(Path("t.xlsx"), "xlsx", "0" * 64, 1, (Sheet("Anna Andersson", (("a", 1),)),))
    with pytest.raises(PersonalDataError) as caught:
        screen.refuse(file)
    assert "Anna" not in f"{caught.value} {caught.value.svenska}"


def test_a_clean_file_passes():
    screen.refuse(file_of(("Kommun", "Antal"), ("Orsa", 12)))


def test_columns_are_named_as_in_excel():
    assert [screen.letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
