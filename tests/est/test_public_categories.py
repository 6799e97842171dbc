"""The public table of categories, attacked from what it shows: the total, the numbers, and one mark for all that is hidden."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kunskapsbaserat.data.est.periods import Span
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.report.documents.est import public

MONDAY = date(2026, 1, 5)
SPAN = Span(MONDAY, MONDAY + timedelta(days=14))


def told(counts: dict[str, int]) -> tuple[Ledger, dict[str, int], int | None]:
    """The ledger after one report, the categories that are shown, and the total when it is."""
    ledger = Ledger()
    ledger.freeze(SPAN.start, SPAN.end, {public.CATEGORY: counts}, open_period=True)
    figures = ledger.publish(SPAN.start, (), judged=public.categories_shown(ledger, SPAN))
    kept = {f.part: ledger.count(f) for f in figures if f.dimension == public.CATEGORY}
    return ledger, kept, public.total_of(ledger, SPAN.start)


@pytest.mark.parametrize("rate", [0.5, 1, 3, 10])
def test_no_hidden_category_can_be_told_closer_than_one_to_five(rate: float):
    rng = np.random.default_rng(int(rate * 10))
    for _ in range(40):
        counts = {f"k{n}": int(c) for n, c in enumerate(rng.poisson(rng.gamma(0.6, rate, 9)))}
        _, shown, total = told(counts)
        hidden = [name for name in counts if name not in shown]
        assert all(c == 0 or c >= 5 for c in shown.values())
        assert all(counts[name] > 0 for name in hidden)  # a zero is always said, so a hidden one is 1 or more
        if total is not None and hidden:
            assert total - sum(shown.values()) >= len(hidden) + 4


@pytest.mark.parametrize(("each", "more"), [(1, True), (2, True), (4, False)])
def test_all_ones_are_not_had_from_their_number(each: int, more: bool):
    """Two hidden and a total of two: both are 1. Of eight, with one mark, each may be 1 to 7."""
    _, shown, total = told({"a": each, "b": each, "c": 0, "d": 30})
    assert (total is None or "d" not in shown) == more


def test_a_single_hidden_category_takes_its_neighbour_and_not_the_total():
    _, shown, total = told({"a": 3, "b": 9, "c": 20, "d": 30})
    assert (shown, total) == ({"c": 20, "d": 30}, 62)


def test_a_report_made_before_totals_were_noted_shows_the_one_it_showed():
    ledger = Ledger()
    ledger.freeze(SPAN.start, SPAN.end, {public.CATEGORY: {"a": 3, "b": 9}}, open_period=True)
    ledger.publish(SPAN.start, (), judged=[Figure(public.CATEGORY, "b", SPAN.start, SPAN.end)])
    assert public.total_of(ledger, SPAN.start) == 12


def test_what_was_shown_is_kept_through_text():
    ledger, shown, total = told({"a": 3, "b": 9, "c": 20, "d": 30})
    again = Ledger.from_text(ledger.to_text())
    assert public.total_of(again, SPAN.start) == total
    assert {f.part for f in again.reports[SPAN.start] if f.dimension == public.CATEGORY} == set(shown)
