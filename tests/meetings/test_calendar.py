"""The calendar file, read by a strict reader of RFC 5545: lines, folds, escapes, days, times and keys that stay."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meeting_books import BEFORE, MEETING, folder_between_meetings, meeting_book
from plans import edited

from fresh import fresh_folder
from kunskapsbaserat import cli
from kunskapsbaserat.data import ics, meetings
from kunskapsbaserat.data.ics import Entry
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.plan.sheets import FILE, KOMMUN
from kunskapsbaserat.report.statements import calendar

Properties = dict[str, str]


def unfolded(content: bytes) -> list[str]:
    """The lines of a file: each ends with CRLF, none is longer than 75 octets, and a fold is a space (3.1)."""
    assert content.endswith(b"\r\n")
    raw = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    lines: list[bytes] = []
    for line in raw:
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode("utf-8") for line in lines]


def events(content: bytes) -> list[Properties]:
    """The properties of each event, alarms apart, by name with its parameters."""
    found: list[Properties] = []
    inside: list[str] = []
    for line in unfolded(content):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert inside.pop() == value
        elif inside[-1] == "VEVENT":
            assert name not in found[-1]
            found[-1][name] = value
    assert inside == []
    return found


def text(value: str) -> str:
    """A TEXT value (3.3.11)."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
    said = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda m: said.get(m[1], m[1]), value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = folder_between_meetings(tmp_path_factory.mktemp("kalender") / "mapp")
    return edited(
        path / FILE,
        (KOMMUN, "Lägesbilden beslutad eller uppdaterad", "Svar", dt.date(2026, 3, 1)),
        (KOMMUN, "Åtgärdsplanen senast följd upp", "Svar", dt.date(2026, 4, 15)),
    ).parent


def test_the_duties_the_forums_and_the_figures_stand_in_the_file(folder: Path):
    found = {e["UID"]: e for e in events(calendar.file_of(calendar.load(data=folder)))}
    duty = found["plikt-lagesbild-2081@kunskapsbaserat"]
    assert (duty["DTSTART;VALUE=DATE"], duty["DTEND;VALUE=DATE"]) == ("20280301", "20280302")
    assert text(duty["SUMMARY"]) == "Sista dag att uppdatera lägesbilden (4 och 6 §§)"
    assert found["plikt-uppfoljning-2081@kunskapsbaserat"]["DTSTART;VALUE=DATE"] == "20280415"
    council = found["mote-m1-2081@kunskapsbaserat"]
    assert council["DTSTART;TZID=Europe/Stockholm"] == "20261208T130000"
    assert council["DTEND;TZID=Europe/Stockholm"] == "20261208T150000"
    assert text(council["LOCATION"]) == "Stadshuset"
    figures = found["siffror-bra_arsstatistik-2027-2081@kunskapsbaserat"]
    assert (figures["DTSTART;VALUE=DATE"], figures["DTEND;VALUE=DATE"]) == ("20270325", "20270401")
    assert "Utgivaren bestämmer" in text(figures["DESCRIPTION"])
    assert {e["DTSTAMP"] for e in found.values()} == {"20261129T000000Z"}


def test_the_same_dates_give_the_same_bytes_and_a_moved_meeting_keeps_its_key(folder: Path, tmp_path: Path):
    first = calendar.file_of(calendar.load(data=folder))
    assert calendar.file_of(calendar.load(data=folder)) == first
    keys = [e["UID"] for e in events(first)]
    assert len(set(keys)) == len(keys)
    other = fresh_folder(tmp_path / "mapp", "Borlänge")
    meeting_book(other, {sheets.MEETINGS: [["M1", "rådet", dt.date(2027, 1, 12), "09:00", None, None]]})
    moved = {e["UID"]: e for e in events(calendar.file_of(calendar.load(data=other)))}["mote-m1-2081@kunskapsbaserat"]
    assert moved["DTSTART;TZID=Europe/Stockholm"] == "20270112T090000"
    assert "DTEND;TZID=Europe/Stockholm" not in moved


def test_the_times_are_swedish_in_winter_and_in_summer():
    """The rules of the file's own time zone give what the tz database says."""
    import icalendar

    days = [Entry(str(d), "Möte", d, d, 13 * 60, 14 * 60) for d in (dt.date(2027, 1, 11), dt.date(2027, 7, 12))]
    content = ics.calendar(days, name="x", made=MEETING)
    zone = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")[0].to_tz()
    for day, hours in ((dt.datetime(2027, 1, 11, 13), 1), (dt.datetime(2027, 7, 12, 13), 2), (dt.datetime(2027, 3, 28, 3), 2)):
        assert day.replace(tzinfo=zone).utcoffset() == dt.timedelta(hours=hours)
        assert day.replace(tzinfo=ics._HERE).utcoffset() == dt.timedelta(hours=hours)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300), st.text("åÄ;,\\ n", max_size=120))
def test_any_text_comes_back_as_it_was(summary: str, place: str):
    """Long words, two- and four-byte letters at a fold, commas, semicolons and backslashes."""
    entry = Entry("k", summary or "x", BEFORE, BEFORE, description="a\nb", place=place)
    (event,) = events(ics.calendar([entry], name="x", made=MEETING))
    assert text(event["SUMMARY"]) == (summary or "x")
    assert text(event.get("LOCATION", "")) == place
    assert text(event["DESCRIPTION"]) == "a\nb"


def test_no_invented_plan_comes_into_a_calendar():
    found = events(calendar.file_of(calendar.load("Borlänge")))
    assert {e["UID"].partition("-")[0] for e in found} == {"siffror"}


def test_the_command_writes_the_file_and_says_what_is_late(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    cli.cli.main(["kalender", "--data", str(folder), "--ut", str(tmp_path)], standalone_mode=False)
    written = tmp_path / "2081-borlange" / "kalender.ics"
    assert written.read_bytes() == calendar.file_of(calendar.load(data=folder))
    said = capsys.readouterr()
    assert said.out.strip() == str(written)
    assert "Försenat, och därför inte med: Förnya eller teckna överenskommelser" in said.err
    cli.cli.main(["kalender", "Upplands", "Väsby", "--ut", str(tmp_path)], standalone_mode=False)
    assert "Ange kommunens mapp med --data." in capsys.readouterr().err


def test_a_folder_without_meetings_has_no_time_zone(tmp_path: Path):
    path = fresh_folder(tmp_path / "mapp", "Falun")
    assert not meetings.path_in(path).exists()
    assert b"VTIMEZONE" not in calendar.file_of(calendar.load(data=path))
