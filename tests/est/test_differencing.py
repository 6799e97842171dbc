"""No small count can be solved from everything published, report after report."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.disclosure.differencing import Sum, publishable


def solvable(counts: np.ndarray, published: list[Sum]) -> list[Sum]:
    """The slow way: a count is solved when it is a combination of the equations, in exact fractions."""
    import fractions

    parts, periods = counts.shape

    def row(sums: list[Sum]) -> list[int]:
        out = np.zeros((parts, periods), dtype=int)
        for s in sums:
            out[s.part, s.first : s.last + 1] = 1
        return out.ravel().tolist()

    def reduced(rows: list[list]) -> list[list]:
        rows, done = [list(map(fractions.Fraction, r)) for r in rows], []
        for column in range(parts * periods):
            pivot = next((r for r in rows if r[column] != 0), None)
            if pivot is None:
                continue
            rows.remove(pivot)
            pivot = [v / pivot[column] for v in pivot]
            rows = [[a - r[column] * b for a, b in zip(r, pivot, strict=True)] if r[column] else r for r in rows]
            done = [[a - r[column] * b for a, b in zip(r, pivot, strict=True)] if r[column] else r for r in done]
            done.append(pivot)
        return done

    def zero(s: Sum) -> bool:
        return counts[s.part, s.first : s.last + 1].sum() == 0

    known = [row([Sum(p, t, t) for p in range(parts)]) for t in range(periods)]
    known += [row([s]) for s in published if not zero(s)]
    known += [row([Sum(s.part, t, t)]) for s in published if zero(s) for t in range(s.first, s.last + 1)]
    basis = reduced(known)
    found = []
    for part, first, last in itertools.product(range(parts), range(periods), range(periods)):
        value = counts[part, first : last + 1].sum()
        if first > last or not 0 < value < 5:
            continue
        target = list(map(fractions.Fraction, row([Sum(part, first, last)])))
        for r in basis:
            lead = next(at for at, v in enumerate(r) if v)
            if target[lead]:
                target = [a - target[lead] * b for a, b in zip(target, r, strict=True)]
        if not any(target):
            found.append(Sum(part, first, last))
    return found


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_nothing_small_can_be_solved(seed: int):
    """Three reports after each other, of random sums each: exact rational elimination finds no protected count."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.choice([0.5, 2, 8], (4, 1)), (4, 5))
    published: list[Sum] = []
    for _ in range(3):
        wanted = [Sum(int(p), *sorted(int(t) for t in rng.integers(0, 5, 2))) for p in rng.integers(0, 4, 6)]
        published += publishable(counts, published, wanted)
    assert solvable(counts, published) == []


def test_a_longer_period_less_a_shorter():
    """Eight events in two periods, and six in the first: the two of the second would be known."""
    counts = np.array([[6, 2], [20, 20], [20, 20]])
    first = publishable(counts, [], [Sum(0, 0, 0)])
    assert first == (Sum(0, 0, 0),)
    assert publishable(counts, first, [Sum(0, 0, 1)]) == ()
    assert publishable(counts, [], [Sum(0, 0, 1)]) == (Sum(0, 0, 1),)


def test_the_rest_of_the_total():
    """All parts but one, beside a total: the last would be known; so one more is left out."""
    counts = np.array([[3], [9], [30]])
    assert publishable(counts, [], [Sum(2, 0, 0), Sum(1, 0, 0)]) == (Sum(2, 0, 0),)
    counts = np.array([[3], [1], [9], [30]])  # two small ones sum to four: still too few
    assert publishable(counts, [], [Sum(3, 0, 0), Sum(2, 0, 0)]) == (Sum(3, 0, 0),)
    counts = np.array([[3], [4], [9], [30]])
    assert publishable(counts, [], [Sum(3, 0, 0), Sum(2, 0, 0)]) == (Sum(3, 0, 0), Sum(2, 0, 0))


def test_zero_is_said_and_small_is_not():
    counts = np.array([[0], [4], [5], [30]])
    assert publishable(counts, [], [Sum(p, 0, 0) for p in (3, 2, 1, 0)]) == (Sum(3, 0, 0), Sum(0, 0, 0))


def test_through_a_third_report():
    """Sums over 1-2 and 2-3 tell little each; with 1 and 3 shown alone the 2 in the middle is known from either."""
    counts = np.array([[9, 2, 9], [20, 20, 20], [20, 20, 20]])
    said: tuple[Sum, ...] = ()
    for wanted in (Sum(0, 0, 1), Sum(0, 1, 2)):
        said += publishable(counts, said, [wanted])
    assert len(said) == 2
    assert publishable(counts, said, [Sum(0, 0, 0)]) == ()
    assert publishable(counts, said, [Sum(0, 0, 2)]) == ()


@pytest.mark.parametrize("smallest", [5, 10])
def test_large_counts_are_free(smallest: int):
    counts = np.full((4, 6), 50)
    wanted = [Sum(p, a, b) for p in range(4) for a in range(6) for b in range(a, 6)]
    assert list(publishable(counts, [], wanted, smallest=smallest)) == wanted


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_no_more_is_withheld_than_has_to_be(seed: int):
    """Parts that no sum names are taken together and runs of periods apart: the same as one equation system in fractions."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.choice([0.5, 3, 9], (5, 1)), (5, 6))
    before = [Sum(0, 0, 1)] if counts[0, :2].sum() >= 5 else []
    wanted = [Sum(int(p), *sorted(int(t) for t in rng.integers(0, 6, 2))) for p in rng.integers(0, 3, 4)]
    wanted = [s for s in dict.fromkeys(wanted) if s not in before]
    kept: list[Sum] = []
    for said in wanted:
        value = counts[said.part, said.first : said.last + 1].sum()
        if not 0 < value < 5 and len(solvable(counts, [*before, *kept, said])) == len(solvable(counts, [*before, *kept])):
            kept.append(said)
    for first, last in {(s.first, s.last) for s in kept}:
        shown = {s.part for s in [*before, *kept] if (s.first, s.last) == (first, last)}
        if 0 < np.delete(counts[:, first : last + 1], list(shown), axis=0).sum() < 5:
            return  # too little is left beside what is shown: something more is taken away, which is tested above
    assert list(publishable(counts, before, wanted)) == kept


@pytest.mark.thorough
def test_a_ledger_of_years_stays_quick():
    """Sixty places over three years: the system held every place in every period and grew past the memory."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(0.5, 2, (60, 1)), (60, 78))
    busy = [int(p) for p in np.argsort(-counts.sum(axis=1))[:5]]
    said = [Sum(p, t, t + 6) for t in range(70) for p in busy if counts[p, t : t + 7].sum() >= 5]
    assert set(publishable(counts, said, [Sum(p, 71, 77) for p in busy])) <= {Sum(p, 71, 77) for p in busy}
