"""What is hidden cannot be had: linked tables of many shapes, attacked by a reader of our own making."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kunskapsbaserat.disclosure.linear import Attack, Attacker, Linked, Need
from kunskapsbaserat.disclosure.suppress import suppress
from kunskapsbaserat.disclosure.totals import nested, totals


def interval(linked: Linked, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """Written apart from the engine: every cell a variable, the shown ones fixed, whole numbers, two searches."""
    low = np.where(hidden, linked.least, linked.values)
    high = np.where(hidden, 10_000, linked.values)
    matrix = linked.relations.toarray()
    ties = optimize.LinearConstraint(matrix, 0, 0) if len(matrix) else ()
    found = []
    for sign in (1, -1):
        cost = np.zeros(len(low))
        cost[cell] = sign
        made = optimize.milp(cost, integrality=np.ones(len(low)), bounds=optimize.Bounds(low, high), constraints=ties)
        found.append(sign * made.fun)
    return found[0], found[1]


def margins(counts: np.ndarray) -> Linked:
    """Parts by periods with both margins."""
    parts, periods = counts.shape
    n = counts.size
    sums = [(n + p, range(p * periods, (p + 1) * periods)) for p in range(parts)]
    sums += [(n + parts + t, range(t, n, periods)) for t in range(periods)]
    sums += [(n + parts + periods, range(n, n + parts)), (n + parts + periods, range(n + parts, n + parts + periods))]
    return Linked.of([*counts.ravel(), *counts.sum(axis=1), *counts.sum(axis=0), counts.sum()], sums)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_no_small_number_can_be_told(seed: int):
    rng = np.random.default_rng(seed)
    parts = int(rng.integers(2, 5))
    linked = margins(rng.poisson(rng.gamma(0.8, 8, (parts, 1)), (parts, 3)).astype(float))
    small = (linked.values > 0) & (linked.values < 5)
    found = suppress(linked, small)
    assert found.exposed == ()
    assert found.hidden[small].all()
    assert not found.hidden[linked.values == 0].any()
    for cell in np.flatnonzero(small):
        low, high = interval(linked, found.hidden, int(cell))
        least = linked.least[cell]
        assert low <= max(1, least)
        assert high >= max(5, least + 4)


def one_sum(parts: list[int]) -> tuple[Linked, np.ndarray]:
    values = np.array([sum(parts), *parts], dtype=float)
    return Linked.of(values, [(0, range(1, len(values)))]), (values > 0) & (values < 5)


def test_the_mark_and_the_total_do_not_tell_together():
    """Three hidden and a total of three, or of twelve: all are 1, or all are 4, were the mark to say 1-4."""
    for parts in ([1, 1, 1, 20], [4, 4, 4, 20], [1, 1, 20], [2, 2, 30]):
        linked, small = one_sum(parts)
        hidden = suppress(linked, small, weight=np.array([3.0, *[1.0] * len(parts)])).hidden
        for cell in np.flatnonzero(small):
            low, high = interval(linked, hidden, int(cell))
            assert low <= 1
            assert high >= 5


def test_the_total_is_hidden_when_that_costs_least():
    linked, small = one_sum([3, 40, 50, 60])
    assert suppress(linked, small, weight=np.array([0.5, 1, 1, 1, 1])).hidden.tolist() == [True, True, False, False, False]
    assert suppress(linked, small, weight=np.array([3.0, 1, 1, 1, 1])).hidden.sum() == 2
    assert not suppress(linked, small, weight=np.array([3.0, 1, 1, 1, 1])).hidden[0]


def test_what_is_published_stays_and_is_said_to_expose():
    """With a known total of five over 1 and 4 nothing can be wide enough; with one of nine it can."""
    linked, small = one_sum([1, 4])
    known = np.array([True, False, False])
    assert suppress(linked, small, known=known).exposed == (1, 2)
    linked, small = one_sum([1, 8])
    found = suppress(linked, small, known=known)
    assert found.exposed == ()
    assert found.hidden.tolist() == [False, True, True]


def test_nothing_is_hidden_that_need_not_be():
    linked, small = one_sum([1, 2, 3, 40])
    assert suppress(linked, small).hidden.sum() == 4  # six over three is too little: one more has to go
    linked, small = one_sum([3, 2, 4, 40])
    assert suppress(linked, small).hidden.tolist() == [False, True, True, True, False]


def possible(linked: Linked, hidden: np.ndarray, cell: int, goal: int) -> tuple[bool, bool]:
    """Does the engine find a table with the cell so low, and one with it so high?"""
    return tuple(not Attacker(linked).told(hidden, [Need(cell, goal, up)]) for up in (False, True))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_the_attack_is_the_same_as_one_written_apart(seed: int):
    """What the engine says can be, and its quick bounds around it."""
    rng = np.random.default_rng(seed)
    linked = margins(rng.poisson(6, (3, 3)).astype(float))
    hidden = rng.random(len(linked.values)) < 0.6
    attack = Attack(linked, hidden)
    low, high = attack.bounded()
    for number, cell in enumerate(attack.cells):
        slow = interval(linked, hidden, int(cell))
        assert low[number] <= slow[0]
        assert high[number] >= slow[1] or slow[1] >= 1_000  # no bound at all
        for goal in (1, 3, 5, 9):
            assert possible(linked, hidden, int(cell), goal) == (slow[0] <= goal, slow[1] >= goal)


def test_rows_that_are_sums_are_found_and_chance_is_not():
    rng = np.random.default_rng(3)
    rows = {name: rng.integers(5, 60, 4).astype(float) for name in "abcdef"}
    rows["g"] = rows["a"] + rows["c"] + rows["f"]
    rows["h"] = rows["g"] + rows["b"]
    found = totals(rows)
    assert ("g", ("a", "c", "f")) in found
    assert ("h", ("b", "g")) in found
    assert {total for total, _ in found} == {"g", "h"}
    one_year = {name: row[:1] for name, row in rows.items()}
    assert totals(one_year) == []
    assert totals(
        {"brand_totalt": np.array([32.0]), "bil": np.array([20.0]), "skola": np.array([12.0]), "x": np.array([9.0])}
    ) == [("brand_totalt", ("bil", "skola"))]


def test_a_part_that_came_late_is_seen_in_the_latest_periods():
    rows = {"totalt": [10.0, 12, 20, 21, 22], "a": [10.0, 12, 15, 15, 15], "b": [np.nan, np.nan, 5, 6, 7]}
    assert ("totalt", ("a", "b")) in totals({name: np.array(row) for name, row in rows.items()})


@pytest.mark.parametrize(("periods", "whole"), [(4, "2024"), (12, "2024"), (3, "2024Q1")])
def test_years_quarters_and_months(periods: int, whole: str):
    parts = [f"2024Q{n}" for n in range(1, 5)] if periods == 4 else [f"2024-{n:02}" for n in range(1, periods + 1)]
    assert (whole, tuple(parts)) in nested([whole, *parts])
    assert nested([whole, *parts[1:]]) == []


def test_every_subset_of_a_small_table_agrees_with_the_attack():
    """Whatever is hidden of one small table, the engine's verdict is that of trying every table of whole numbers."""
    linked, _ = one_sum([2, 3, 6])
    every = [t for t in itertools.product(range(12), repeat=3) if min(t) >= 1]
    for hidden in itertools.product([False, True], repeat=4):
        flags = np.array(hidden)
        fits = [np.array([sum(t), *t]) for t in every]
        fits = [t for t in fits if (t[~flags] == linked.values[~flags]).all() and (t >= linked.least).all()]
        for cell in np.flatnonzero(flags):
            if not flags[0]:  # without the total nothing ends
                least, most = min(t[cell] for t in fits), max(t[cell] for t in fits)
                for goal in range(1, 12):
                    assert possible(linked, flags, int(cell), goal) == (least <= goal, most >= goal)
