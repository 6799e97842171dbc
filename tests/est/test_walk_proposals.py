"""A walk is proposed where a place is over its own range and somebody has asked for it; new accounts alone never do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from folders import LAST, made_folder
from test_report import plain

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.est.proposals import over_their_range, proposals
from kunskapsbaserat.swedish import limits

PLACE = "Stationen"
OLD = ("Kyrkskolan", "Vaktbolaget", "Polisen")
FORTNIGHTS = 12


def events(*, now: int, by: str) -> list[list[object]]:
    """Three reports a fortnight of the place and three of another, and `now` more of the place in the last one."""
    rows: list[list[object]] = []

    def add(day: dt.date, place: str, reporter: str) -> None:
        moment = f"{day} 20:00"
        rows.append([f"H{len(rows)}", moment, moment, None, "Klotter", place, None, None, None, "1 liten", reporter, "okänt"])

    for back in range(FORTNIGHTS):
        for at, reporter in enumerate(OLD):
            for place in (PLACE, "Stadsparken"):
                add(LAST - dt.timedelta(days=14 * back + at), place, reporter)
    for number in range(now):
        add(LAST - dt.timedelta(days=number % 14), PLACE, by)
    return rows


def theme(antal: int | None = 17, place: str = PLACE, days: int = 50, form: str | None = None) -> list[object]:
    day = LAST - dt.timedelta(days=days)
    return ["D1", day, 42, None, None, None, "Otryggt vid stationen kvällstid", antal, place, *[None] * 6, form]


def made(folder: Path, *, now: int, by: str, themes: list[list[object]]) -> est.Est:
    new = [["Nya gymnasiet", "Skola", LAST - dt.timedelta(days=13)]]
    rows = {sheets.EVENTS: events(now=now, by=by), sheets.REPORTERS: new, sheets.DIALOGUES: themes}
    return est.load(data=made_folder(folder, rows))


def test_story_both_reasons_are_printed(tmp_path: Path):
    report = made(tmp_path / "k", now=12, by="Vaktbolaget", themes=[theme()])
    page = plain(report.andra_sidan().to_html(), "platser")
    assert "Trygghetsvandring föreslås" in page
    (row,) = over_their_range(report.m).itertuples()
    assert (row.place, row.count) == (PLACE, 15)
    expected = limits(row.lower, row.upper).replace("\u2060", "")
    assert f"Stationen: 15 händelser från dem som har rapporterat förut, och {expected} var att vänta" in page
    assert "I dialogen 26 september 2026 tog 17 av 42 deltagare upp: Otryggt vid stationen kvällstid." in page
    assert "Ingen vandring därifrån är inskriven." in page
    decide = plain(report.forstasida().to_html(), "korthet")
    assert "Trygghetsvandring föreslås vid Stationen. När, och vilka bjuds in?" in decide
    assert "Fler rapporter från en ny rapportör räcker aldrig" in plain(report.metod().to_html())


@pytest.mark.parametrize(
    ("by", "themes"),
    [
        ("Nya gymnasiet", [theme()]),  # volume from one new reporter alone
        ("Vaktbolaget", []),
        # Of another place, from too few, from too long ago, and from after the period.
        ("Vaktbolaget", [theme(place="Stadsparken"), theme(antal=4), theme(days=400), theme(days=-3)]),
    ],
)
def test_one_reason_alone_proposes_nothing(tmp_path: Path, by: str, themes: list[list[object]]):
    report = made(tmp_path / "k", now=12, by=by, themes=themes)
    assert proposals(report.m) == []
    assert "Trygghetsvandring föreslås" not in plain(report.andra_sidan().to_html())
    assert over_their_range(report.m).empty == (by == "Nya gymnasiet")


def test_a_survey_is_a_reason_too(tmp_path: Path):
    report = made(tmp_path / "k", now=12, by="Polisen", themes=[theme(form="enkät"), theme(antal=None)])
    page = plain(report.andra_sidan().to_html(), "platser")
    assert "I enkäten 26 september 2026 tog 17 av 42 svarande upp" in page


def test_a_place_as_usual_needs_no_walk(tmp_path: Path):
    assert proposals(made(tmp_path / "k", now=1, by="Polisen", themes=[theme()]).m) == []
