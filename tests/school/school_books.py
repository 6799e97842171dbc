"""Workbooks of schools to damage, and the surveys beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from kunskapsbaserat.data import school as schools
from kunskapsbaserat.data.school import sheets, template
from kunskapsbaserat.data.school.factors import INDICATORS

Values = dict[str, object]
SCHOOL = "Södra skolan"


def answers(question: str, n: int, agree: int, **about: object) -> Values:
    """A row of the survey: those who agree are divided between the two answers that say so."""
    half = agree // 2
    counts = {"helt": agree - half, "stor": half, "viss": n - agree, "inte": 0, "vet_inte": 0}
    return {"fraga": question, "vilka": sheets.PUPILS, **counts, **about}


def place(number: int, answer: str = "ja", **about: object) -> Values:
    marks = {indicator.name: answer for indicator in INDICATORS}
    return {"nr": str(number), "plats": f"Plats {number}", "var": "inne", "x": 10 * number, "y": 50, **marks, **about}


def whole(year: int = 2026, **sheets_of: Sequence[Values]) -> dict[str, list[Values]]:
    """A workbook with everything in it; the sheets by the names of `sheets`, such as ``SURVEY=[...]``."""
    named = {
        sheets.FACTS: [{"namn": SCHOOL, "ar": year, "formular": "1", "elever": 80, "arbetsgrupp": "rektor och elevråd"}],
        sheets.SURVEY: [
            answers(sheets.QUESTIONS[0], 64, 48, tillfragade=80),
            answers("Elever är trygga.", 9, 6, vilka=sheets.STAFF, tillfragade=12),
        ],
        sheets.INCIDENTS: [{"typ": "våld", "kalla": "polisanmälan", "antal": 3}],
        sheets.INVENTORY: [place(number) for number in range(1, 9)],
        sheets.DIALOGUE: [{"tema": "raster", "vilka": sheets.PUPILS, "samtal": 3, "sammanfattning": "Få vuxna är ute."}],
        sheets.CAUSES: [{"id": "O1", "fynd": "Otrygga raster.", "orsak": "Få vuxna.", "slag": "social", "belagg": "samtal"}],
        sheets.PLAN: [
            {
                "id": "Å1",
                "orsaker": "O1",
                "atgard": "Fler rastvärdar",
                "ansvarig": "rektor",
                "klart": "2026-10-01",
                "lage": "pågår",
            }
        ],
    }
    return named | {getattr(sheets, name): list(rows) for name, rows in sheets_of.items()}


def write(folder: Path, filled: Mapping[str, Sequence[Values]], *, school: str = SCHOOL, name: str = sheets.FILE) -> Path:
    """The workbook in a kommun's folder, which is made a kommun's if it is none."""
    path = schools.path_in(folder, school).with_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / "mapp.toml").write_text('kommun = "1080"\n', encoding="utf-8")
    path.write_bytes(template.workbook(school, filled))
    return path


def damaged(path: Path, change: Callable[[Any], object]) -> Path:
    """The workbook opened, changed and saved, as somebody does in Excel."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def skolenkat(path: Path, rows: Mapping[str, Sequence[int | str]], *, asked: int = 60, school: str = SCHOOL) -> Path:
    """A workbook as Skolinspektionen's is described; `rows` has the five counts of each statement."""
    book = openpyxl.Workbook()
    sheet = book.active
    about = ["Organisationsnummer", "Huvudman", "Kommun", "Skolenhetskod"]
    about += ["Skolenhet", "Antal i gruppen", "Antal svar", "Svarsfrekvens"]
    options = ["Stämmer helt och hållet", "Stämmer till stor del", "Stämmer till viss del", "Stämmer inte alls", "Vet inte"]
    sheet.append([None] * 8 + [cell for question in rows for cell in [question, *[None] * 10]])
    sheet.append([None] * 8 + [cell for _ in rows for cell in ["Medelvärde", *[c for o in options for c in (o, None)]]])
    sheet.append([*about, *(cell for _ in rows for cell in [None, *["Antal", "Andel"] * 5])])
    sheet.append(["212000-0001", "Annan kommun", "Annan", "11111111", "Norra skolan", 50, 40, 0.8, *[1] * 11 * len(rows)])
    mine = ["212000-0829", "Karlskrona kommun", "Karlskrona", "12345678", school, asked, 48, 0.8]
    sheet.append([*mine, *(cell for counts in rows.values() for cell in [7.1, *[c for n in counts for c in (n, 0.2)]])])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
