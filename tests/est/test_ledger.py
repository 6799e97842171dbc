"""What was published stays as it was, and nothing new tells of a single event."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_differencing import solvable

from kunskapsbaserat.disclosure.differencing import Sum
from kunskapsbaserat.disclosure.ledger import Figure, Ledger, read
from kunskapsbaserat.errors import DisclosureError

MONDAY = date(2026, 1, 5)


def span(number: int) -> tuple[date, date]:
    return MONDAY + timedelta(days=14 * number), MONDAY + timedelta(days=14 * (number + 1))


def figure(part: str, first: int, last: int | None = None) -> Figure:
    return Figure("kategori", part, span(first)[0], span(first if last is None else last)[1])


def kept(ledger: Ledger, *rows: dict[str, int]) -> Ledger:
    for number, counts in enumerate(rows):
        ledger.freeze(*span(number), {"kategori": counts}, open_period=False)
    return ledger


def test_a_published_figure_does_not_move():
    ledger = kept(Ledger(), {"klotter": 12, "hot": 30})
    ledger.publish(MONDAY, [figure("klotter", 0)])
    ledger.freeze(*span(0), {"kategori": {"klotter": 13, "hot": 30}}, open_period=False)  # one came in late
    assert ledger.count(figure("klotter", 0)) == 12
    ledger.freeze(*span(0), {"kategori": {"klotter": 13, "hot": 30}}, open_period=True)  # the report was not given out yet
    assert ledger.count(figure("klotter", 0)) == 13


def test_when_a_report_is_closed():
    ledger = kept(Ledger(), {"hot": 30}, {"hot": 30})
    ledger.publish(span(0)[0], [figure("hot", 0)])
    assert not ledger.is_closed(span(0)[0], None)
    assert not ledger.is_closed(span(0)[0], span(0)[1] - timedelta(days=2))
    assert ledger.is_closed(span(0)[0], span(0)[1] - timedelta(days=1))
    ledger.publish(span(1)[0], [figure("hot", 1)])
    assert ledger.is_closed(span(0)[0], None)
    assert not ledger.is_closed(span(1)[0], None)


def test_a_later_report_may_not_tell_by_difference():
    ledger = kept(Ledger(), {"hot": 8, "klotter": 40}, {"hot": 2, "klotter": 40})
    assert ledger.publish(span(0)[0], [figure("hot", 0)])
    assert ledger.publish(span(1)[0], [figure("hot", 0, 1), figure("hot", 0)]) == (figure("hot", 0),)


def test_kept_through_text():
    ledger = kept(Ledger(), {"hot": 8, "klotter": 40})
    ledger.publish(MONDAY, [figure("hot", 0), figure("klotter", 0)])
    again = Ledger.from_text(ledger.to_text())
    assert again.to_text() == ledger.to_text()
    assert again.reports == ledger.reports


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 2, "periods": [], "reports": []}', '{"version": 1, "periods": [{}], "reports": []}']
)
def test_a_damaged_ledger_stops_everything(text: str, tmp_path):
    path = tmp_path / "est_publicerat.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DisclosureError, match="damaged"):
        read(path)
    assert read(tmp_path / "none.json").reports == {}


def test_another_rhythm_may_not_cut_through():
    ledger = kept(Ledger(), {"hot": 8})
    with pytest.raises(DisclosureError, match="overlaps"):
        ledger.freeze(MONDAY, MONDAY + timedelta(days=7), {"kategori": {"hot": 4}}, open_period=False) or ledger.freeze(
            MONDAY + timedelta(days=7), span(0)[1], {"kategori": {"hot": 4}}, open_period=False
        )
    with pytest.raises(DisclosureError, match="whole periods"):
        ledger.publish(MONDAY, [Figure("kategori", "hot", MONDAY, MONDAY + timedelta(days=7))])


@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_year_of_reports(seed: int):
    """Report after report with the period and a window of the last three: by exact elimination nothing small is ever known."""
    rng = np.random.default_rng(seed)
    parts = ("a", "b", "c")
    rows = [dict(zip(parts, (int(n) for n in rng.poisson((1.5, 4, 12))), strict=True)) for _ in range(5)]
    ledger = Ledger()
    for number, row in enumerate(rows):
        ledger.freeze(*span(number), {"kategori": row}, open_period=True)
        wanted = [figure(p, number) for p in parts]
        wanted += [figure(p, number - 2, number) for p in parts] if number >= 2 else []
        ledger.publish(span(number)[0], wanted)
    counts = np.array([[row[p] for row in rows] for p in parts])
    said = [
        Sum(parts.index(f.part), (f.first - MONDAY).days // 14, (f.end - MONDAY).days // 14 - 1)
        for figures in ledger.reports.values()
        for f in figures
    ]
    assert solvable(counts, said) == []
