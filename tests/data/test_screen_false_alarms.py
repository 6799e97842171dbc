"""What looks like a person and is none stops no file; what is one still does."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet


def kinds(*column: object) -> set[str]:
    return {f.kind for f in screen.find([Sheet("Blad1", tuple((cell,) for cell in ("Rubrik", *column)))])}


@settings(max_examples=300)
@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2039, 12, 31)),
    st.sampled_from(["{d:02}/{m:02} {y}", "{d:02}-{m:02} {y}", "den {d:02}/{m:02} {y}", "{d:02}/{m:02} {y}–{d:02}/{m:02} {y}"]),
    st.sampled_from(["", " 14:00", " 9:30", " kl 08.15", ", kväll"]),
)
def test_a_date_is_no_telephone_number(day: dt.date, shape: str, after: str):
    if "-" in shape and after in (" 14:00", " 9:30"):
        return
    assert kinds(shape.format(d=day.day, m=day.month, y=day.year) + after) == set()


@settings(max_examples=60)
@given(st.from_regex(r"[A-HJ-PR-UW-Z]{3}", fullmatch=True), st.sampled_from(["-", " ", ""]), st.integers(100, 900))
def test_numbered_things_of_one_column_are_no_vehicles(letters: str, between: str, first: int):
    assert kinds(*(f"{letters}{between}{first + at}" for at in range(6))) == set()
    assert kinds(*(f"{letters}{between}{first + at}" for at in range(6)), "KLM 123") == {"vehicle"}


@pytest.mark.parametrize(
    "cell", ["OBJ-101", "Objekt OBJ 204", "Maria Magdalena", "Hedvig Eleonora", "Gustav Vasa, norra delen"]
)
def test_what_is_named_so_is_no_person_and_no_vehicle(cell: str):
    assert kinds(cell) == set()


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Maria Magdalena Andersson", "name"),
        ("08-123 456 78", "phone"),
        ("KLM 123", "vehicle"),
        ("Karl Johan Svensson", "name"),
    ],
)
def test_a_real_one_is_still_found(cell: str, kind: str):
    assert kind in kinds(cell)
