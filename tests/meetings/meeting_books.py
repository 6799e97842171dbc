"""A kommun's folder between two meetings: a plan with late measures, two quarters of EST, matters; all of it invented."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from folders import made_folder
from plans import edited

from fresh import fresh_plan
from kept import room
from kunskapsbaserat.data import koncern, meetings
from kunskapsbaserat.data.est import sheets as est_sheets
from kunskapsbaserat.data.koncern import sheets as loss_sheets
from kunskapsbaserat.data.meetings import sheets
from kunskapsbaserat.plan.sheets import ATGARDER, FILE, KOMMUN

MEETING = dt.date(2026, 12, 8)
BEFORE = dt.date(2026, 9, 10)
FIRST = 4  # row of the first measure

Rows = Mapping[str, Sequence[Sequence[object]]]


def add(path: Path, rows: Rows) -> Path:
    """Rows at the end of the sheets of a workbook."""
    book = openpyxl.load_workbook(path)
    for sheet, added in rows.items():
        for row in added:
            book[sheet].append(list(row))
    book.save(path)
    return path


def meeting_book(folder: Path, rows: Rows) -> Path:
    """``moten.xlsx`` with these rows."""
    meetings.write_new(meetings.path_in(folder))
    return add(meetings.path_in(folder), rows)


def loss_book(folder: Path, rows: Rows) -> Path:
    """``koncern.xlsx`` with these rows."""
    koncern.path_in(folder).write_bytes(_empty_losses())
    return add(koncern.path_in(folder), rows)


@functools.cache
def _empty_losses() -> bytes:
    """A new workbook, written once: its price index is most of it."""
    with tempfile.TemporaryDirectory(prefix="kunskap-koncern-") as room:
        path = Path(room) / "koncern.xlsx"
        koncern.write_new(path)
        return path.read_bytes()


def events(days: Mapping[dt.date, int]) -> list[list[object]]:
    """So many events on each day."""
    rows: list[list[object]] = []
    for day, count in days.items():
        for at in range(count):
            moment = f"{day:%Y-%m-%d} {at % 24:02}:00"
            row = [f"H{day:%m%d}-{at}", moment, moment, None, "Skadegörelse", "Stationen", None, None, None, "1", "Vaktbolaget"]
            rows.append([*row, "okänt"])
    return rows


TWO_QUARTERS = {dt.date(2026, 5, 4): 23, dt.date(2026, 8, 10): 41, dt.date(2026, 11, 14): 1}
"""The second quarter and the third, and a report that shows that the third is whole."""

MATTERS: Rows = {
    sheets.MEETINGS: [
        ["M1", "rådet", MEETING, "13:00", "15:00", "Stadshuset"],
        ["M2", "rådet", dt.date(2027, 3, 9), "13:00", "15:00", "Stadshuset"],
    ],
    sheets.ATTENDANCE: [
        ["M1", "Socialförvaltningen", "ja"],
        ["M2", "Socialförvaltningen", "nej"],
        ["M1", "Bostadsbolaget", "ja"],
    ],
    sheets.MATTERS: [
        ["Ä1", "rådet", "Trygghetsvandring vid stationen i januari", "Fler händelser", "trygghetssamordnaren", "förslag", None],
        ["Ä2", "rådet", "Ordningsvakter vid resecentrum", "Kvällar", "säkerhetschefen", "beslutat", dt.date(2026, 10, 1)],
        ["Ä3", "KLG", "Medel till belysning", "Sista etappen", "ekonomichefen", "förslag", None],
    ],
}


def folder_between_meetings(path: Path, *, days: Mapping[dt.date, int] = TWO_QUARTERS) -> Path:
    """A whole folder: two measures are late, one of them with a person's name where a function should stand."""
    if days is not TWO_QUARTERS:
        return _written(path, days)
    shutil.copytree(_usual(), path, dirs_exist_ok=True)
    return path


@functools.cache
def _usual() -> Path:
    return _written(room("kunskap-moten-") / "mapp", TWO_QUARTERS)


def _written(path: Path, days: Mapping[dt.date, int]) -> Path:
    made_folder(path, {est_sheets.EVENTS: events(days)})
    fresh_plan(path / FILE)
    edited(
        path / FILE,
        (KOMMUN, "Rådets senaste möte", "Svar", BEFORE),
        (ATGARDER, FIRST + 1, "Slut", dt.date(2026, 6, 30)),
        (ATGARDER, FIRST + 1, "Förslag", None),
        (ATGARDER, FIRST + 1, "Motivering", None),
        (ATGARDER, FIRST + 3, "Slut", dt.date(2026, 9, 30)),
        (ATGARDER, FIRST + 3, "Ansvarig", "Anna Andersson"),
    )
    meeting_book(path, MATTERS)
    return path


UNITS = [
    ["Norra skolan", "Barn- och utbildningsförvaltningen", "förvaltning", "Barn- och utbildningsnämnden"],
    ["Simhallen", "Kultur- och fritidsförvaltningen", "förvaltning", "Kultur- och fritidsnämnden"],
    ["Kvarteret Linden", "Bostadsbolaget", "bolag", "Bostadsbolaget"],
]
MONTHS = [f"{year}-{month:02}" for year in (2021, 2022, 2023) for month in range(1, 13)]
FIRE = ["Kvarteret Linden", "2022-06", "brand", 1, 4_200_000]


def story_eight() -> Rows:
    """Three units in 36 months: one with a steady loss, one with less than five events, one with the fire."""
    losses: list[list[object]] = []
    for at, month in enumerate(MONTHS):
        losses.append(["Norra skolan", month, "skadegörelse", 2 + at % 3, 10_000 * (2 + at % 3)])
        losses.append(["Kvarteret Linden", month, "klotter", 1 + at % 2, 5_000])
        quiet = ["Simhallen", month, "inga förluster", 0, None]
        losses.append(["Simhallen", month, "stöld", 2, 8_000] if month == "2022-03" else quiet)
    return {loss_sheets.UNITS: UNITS, loss_sheets.LOSSES: [*losses, FIRE]}
