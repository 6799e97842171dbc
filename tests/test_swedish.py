from __future__ import annotations

from datetime import date

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat import swedish

NB, WJ = "\u00a0", "\u2060"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (12454, 0, f"12{NB}454"),
        (148.5, 0, "149"),  # half up, not to even
        (0.5, 0, "1"),
        (1.719, 1, "1,7"),
        (-3, 0, "−3"),
        (-0.2, 0, "0"),
        (0, 0, "0"),
        (1234567.891, 2, f"1{NB}234{NB}567,89"),
        (float("nan"), 0, ".."),
        (None, 0, ".."),
    ],
)
def test_number(value: float, decimals: int, text: str):
    assert swedish.number(value, decimals) == text


@given(st.integers(-10_000_000, 10_000_000))
def test_whole_numbers_come_back(value: int):
    assert int(swedish.number(value).replace(NB, "").replace("−", "-")) == value


def test_units_and_ranges_do_not_break():
    assert swedish.percent(0.331) == f"33{NB}procent"
    assert swedish.percent_sign(0.025, 1) == f"2,5{NB}%"
    assert swedish.years(2018, 2022) == f"2018{WJ}–{WJ}2022"
    assert swedish.years(2024, 2024) == "2024"
    assert swedish.percent_limits(0.29, 0.38) == f"29{WJ}–{WJ}38"
    assert swedish.day(date(2026, 11, 21)) == f"21{NB}november{NB}2026"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.33, "Var tredje"),
        (0.36, "Mer än var tredje"),
        (0.25, "Var fjärde"),
        (0.2, "Var femte"),
        (0.1, "Var tionde"),
        (0.5, "Varannan"),
        (0.14, "Var sjunde"),
        (0.29, f"29{NB}procent"),
        (0.6, f"60{NB}procent"),
        (0.0, f"0{NB}procent"),
    ],
)
def test_one_in(share: float, text: str):
    assert swedish.one_in(share) == text


@given(st.floats(0.01, 0.55))
def test_one_in_is_never_far_off(share: float):
    """ "Var tredje" may stand for 32-34.5 %, never for 27."""
    text = swedish.one_in(share)
    exact = {
        "Varannan": 1 / 2,
        "Var tredje": 1 / 3,
        "Var fjärde": 1 / 4,
        "Var femte": 1 / 5,
        "Var sjätte": 1 / 6,
        "Var sjunde": 1 / 7,
        "Var åttonde": 1 / 8,
        "Var tionde": 1 / 10,
    }
    if text in exact:
        assert abs(share - exact[text]) <= 0.012
    elif text.startswith("Mer än"):
        assert share > exact[text.removeprefix("Mer än v").join(["V", ""])]


def test_words_and_lists():
    assert [swedish.word(i) for i in (0, 1, 12, 13)] == ["noll", "ett", "tolv", "13"]
    assert swedish.word(3, capital=True) == "Tre"
    assert swedish.listed(["a", "b", "c"]) == "a, b och c"
    assert swedish.listed(["a", "b"], last="eller") == "a eller b"
    assert swedish.listed(["a"]) == "a"
    assert swedish.listed([]) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((500.0, "500"), (2.5, "2,5"), (12500, f"12{NB}500"), (0.25, "0,25"), (0.1 + 0.2, "0,3"), (1e-7, "0,0000001")),
        *((1_234_567.5, f"1{NB}234{NB}568"), (-0.5, "−0,5"), (float("nan"), "..")),
    ],
)
def test_axis_numbers(value: float, text: str):
    assert swedish.plain(value) == text


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_numbers_are_written_as_babel_writes_them(value: float, decimals: int):
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    exact = swedish.rounded(value, decimals)
    expected = format_decimal(abs(exact), format=pattern, locale="sv_SE")
    assert swedish.number(value, decimals) == (f"{swedish.MINUS}{expected}" if exact < 0 else expected)
