"""What was published stays as it was, and nothing new tells of a single event."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import filelock
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_differencing import solvable

from kunskapsbaserat.disclosure.differencing import Sum
from kunskapsbaserat.disclosure.ledger import Figure, Ledger
from kunskapsbaserat.errors import DisclosureError
from kunskapsbaserat.report.documents.est import kept_ledger

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
        kept_ledger.read(path)


def test_no_changed_byte_is_taken_for_another_content(tmp_path: Path):
    ledger = kept(Ledger(), {"hot": 8, "klotter": 40})
    ledger.publish(MONDAY, [figure("hot", 0)])
    path = tmp_path / "est_publicerat.json"
    raw = ledger.to_text().encode()
    same = 0
    for at in range(len(raw)):
        for bit in (1, 16):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])
            try:
                found, _ = kept_ledger.read(path)
            except DisclosureError:
                continue
            assert found.to_text() == ledger.to_text(), at
            same += 1
    assert same < len(raw) / 4  # line ends and spaces between entries


def test_a_ledger_of_the_first_version_is_read(tmp_path: Path):
    path = tmp_path / "est_publicerat.json"
    path.write_text('{"version": 1, "periods": [], "reports": []}', encoding="utf-8")
    ledger, text = kept_ledger.read(path)
    kept_ledger.keep(path, ledger, seen=text, judge_again=lambda now: now)
    assert "sha256" in path.read_text(encoding="utf-8")


def test_a_lost_ledger_is_not_an_empty_one(tmp_path: Path):
    path = tmp_path / "mapp å" / "est_publicerat.json"
    assert kept_ledger.read(path) == (Ledger(), "")
    kept_ledger.keep(path, kept(Ledger(), {"hot": 8}), seen="", judge_again=lambda now: now)
    path.unlink()
    with pytest.raises(DisclosureError, match="gone") as caught:
        kept_ledger.read(path)
    copy = kept_ledger.copy_of(path)
    assert copy.name in caught.value.svenska
    copy.replace(path)
    assert kept_ledger.read(path)[0].periods


def test_a_ledger_older_than_its_copy_is_refused(tmp_path: Path):
    """Rolled back by a sync service or a backup: the later report would be forgotten, and could be subtracted."""
    path = tmp_path / "est_publicerat.json"
    first = kept(Ledger(), {"hot": 8, "klotter": 40}, {"hot": 9, "klotter": 40})
    first.publish(span(0)[0], [figure("hot", 0)])
    kept_ledger.keep(path, first, seen="", judge_again=lambda now: now)
    before = path.read_text(encoding="utf-8")
    first.publish(span(1)[0], [figure("hot", 1)])
    kept_ledger.keep(path, first, seen=before, judge_again=lambda now: now)
    copy = kept_ledger.copy_of(path)
    newer = copy.read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-8")
    with pytest.raises(DisclosureError, match="older than its copy") as caught:
        kept_ledger.read(path)
    assert "saknas eller är äldre än sin kopia" in caught.value.svenska
    with pytest.raises(DisclosureError, match="older than its copy"):
        kept_ledger.keep(path, first, seen=before, judge_again=lambda now: now)
    path.write_text(newer, encoding="utf-8")
    copy.write_text(before, encoding="utf-8")  # the write was cut short between the file and the copy
    assert set(kept_ledger.read(path)[0].reports) == {span(0)[0], span(1)[0]}


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe\x00", b'{"version": 9}'])
def test_a_copy_that_cannot_be_read_is_written_anew(damage: bytes, tmp_path: Path):
    path = tmp_path / "est_publicerat.json"
    ledger = kept(Ledger(), {"hot": 8, "klotter": 40})
    ledger.publish(MONDAY, [figure("hot", 0)])
    kept_ledger.keep(path, ledger, seen="", judge_again=lambda now: now)
    kept_ledger.copy_of(path).write_bytes(damage)
    again, text = kept_ledger.read(path)
    kept_ledger.keep(path, again, seen=text, judge_again=lambda now: now)
    assert kept_ledger.copy_of(path).read_bytes() == path.read_bytes()


def test_a_report_noted_meanwhile_is_kept(tmp_path: Path):
    path = tmp_path / "est_publicerat.json"
    first, second = (kept(Ledger(), {"hot": 8, "klotter": 40}) for _ in range(2))
    first.publish(span(0)[0], [figure("hot", 0)])
    second.publish(span(1)[0], [figure("klotter", 0)])
    kept_ledger.keep(path, first, seen="", judge_again=lambda now: now)

    def beside(now: Ledger) -> Ledger:
        now.publish(span(1)[0], [figure("klotter", 0)])
        return now

    kept_ledger.keep(path, second, seen="", judge_again=beside)
    assert set(kept_ledger.read(path)[0].reports) == {span(0)[0], span(1)[0]}


def test_a_ledger_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "est_publicerat.json"
    monkeypatch.setattr(kept_ledger, "PATIENCE", 0.05)
    with filelock.FileLock(tmp_path / ".est_publicerat.las"), pytest.raises(DisclosureError, match="another program"):
        kept_ledger.keep(path, Ledger(), seen="", judge_again=lambda now: now)
    assert not path.exists()


def test_another_rhythm_may_not_cut_through():
    ledger = kept(Ledger(), {"hot": 8})
    with pytest.raises(DisclosureError, match="overlaps"):
        ledger.freeze(MONDAY, MONDAY + timedelta(days=7), {"kategori": {"hot": 4}}, open_period=False) or ledger.freeze(
            MONDAY + timedelta(days=7), span(0)[1], {"kategori": {"hot": 4}}, open_period=False
        )
    with pytest.raises(DisclosureError, match="whole periods"):
        ledger.publish(MONDAY, [Figure("kategori", "hot", MONDAY, MONDAY + timedelta(days=7))])


@pytest.mark.thorough
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
