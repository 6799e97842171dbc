"""Amounts that give one of those away who have a part in them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.disclosure import POLICY, release
from kunskapsbaserat.disclosure.rules import dominated

NEVER = dataclasses.replace(POLICY, dominance_p=0, dominance_k=100)


def by_p(p: float, total: float, *parts: float) -> bool:
    return bool(dominated([total], [parts], policy=dataclasses.replace(NEVER, dominance_p=p))[0])


def by_nk(n: int, k: float, total: float, *parts: float) -> bool:
    return bool(dominated([total], [parts], policy=dataclasses.replace(NEVER, dominance_n=n, dominance_k=k))[0])


def test_the_handbooks_first_example():
    """Handbook on Statistical Disclosure Control, section 4.2, example 1: 100 000 of which 50 000 and 49 000.

    Safe by the (1,90) rule, though the second knows the first to within 2 %.
    """
    cell = (100_000, 50_000, 49_000)
    assert not by_nk(1, 90, *cell)
    assert by_p(2.01, *cell)
    assert not by_p(2, *cell)
    assert by_p(10, *cell)


def test_the_handbooks_second_example():
    """Example 2: 110 000 of which 52 000 and 50 000. Overestimated by 15.4 %: safe at p = 10, and not by (2, 90.9)."""
    cell = (110_000, 52_000, 50_000)
    assert not by_p(10, *cell)
    assert not by_p(15.38, *cell)
    assert by_p(15.39, *cell)
    assert by_nk(2, 100 * 100 / 110, *cell)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=8), st.floats(1, 60))
def test_what_the_n_k_rule_lets_through_the_p_rule_does_too(contributions: list[int], p: float):
    """The handbook's proof A, with k = 100 * 100 / (100 + p)."""
    parts = sorted(contributions, reverse=True)
    if sum(parts) and not by_nk(2, 100 * 100 / (100 + p) - 1e-9, sum(parts), *parts):
        assert not by_p(p - 1e-6, sum(parts), *parts)


@pytest.mark.parametrize("parts", [(700, 0), (400, 300)])
def test_one_or_two_are_always_given_away(parts: tuple[float, float]):
    assert by_p(0.001, sum(parts), *parts)


def table(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["amount", "largest_1", "largest_2"]).assign(unit="kronor")


def test_the_gate_hides_amounts_and_never_shows_the_parts():
    safe = release(table((1_000, 200, 150), (900, 300, 100)), name="belopp", contents="amount", sources=["lokal"]).frame
    assert safe["amount"].tolist() == [1_000, 900]
    assert list(safe.columns) == ["amount", "unit", "suppressed"]
    found = release(table((1_000, 200, 150), (900, 800, 50)), name="belopp", contents="amount", sources=["lokal"])
    assert found.frame["amount"].isna().all()
    assert set(found.frame["suppressed"]) == {".."}
    assert "largest_1" not in found.frame


def test_nothing_spent_is_no_secret():
    assert release(table((0, 0, 0)), name="belopp", contents="amount", sources=["lokal"]).frame["amount"].tolist() == [0]


def test_parts_are_read_by_their_number():
    wide = pd.DataFrame({f"largest_{n}": [100.0 / n] for n in (10, 2, 1)} | {"amount": [np.nan]})
    assert list(release(wide, name="belopp", contents="amount", sources=["lokal"]).frame.columns) == ["amount", "suppressed"]
