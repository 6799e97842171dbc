"""Five invented schools over two years, 600 of whose pupils answer: read the same way as a workbook, and marked on every page."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from kunskapsbaserat import simulate
from kunskapsbaserat.data import school as schools
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.data.school import folder, sheets, template
from kunskapsbaserat.data.school.factors import FORM_VERSION, INDICATORS
from kunskapsbaserat.data.school.folder import School
from kunskapsbaserat.data.school.template import Filled

KOMMUN = "2081"
YEARS = (2025, 2026)
NOTICE = "SIMULERAD: skolorna är påhittade och alla tal är lottade."
SCHOOLS: Mapping[str, int] = {
    "exempelskolan-almen": 180,
    "exempelskolan-bjorken": 150,
    "exempelskolan-eken": 120,
    "exempelskolan-granen": 86,
    "exempelskolan-linden": 64,
}
"""Folder of each school, and how many of its pupils answer in the last year: 600 together."""

_NAMES = ("Exempelskolan Almen", "Exempelskolan Björken", "Exempelskolan Eken", "Exempelskolan Granen", "Exempelskolan Linden")
_BEGAN = (date(2025, 11, 3), date(2025, 11, 3), None, None, None)  # the first two have measures, the others do not
_CHANGE = (0.35, 0.35, 0.0, 0.0, 0.0)
_RISE = (0.10, 0.08, 0.0, 0.0, 0.02)
_GRADES = ("åk 7", "åk 8", "åk 9")
_KINDS = (
    ("kränkning", "anmälan om kränkning"),
    ("våld", "anmälan om kränkning"),
    ("våld", "polisanmälan"),
    ("skadegörelse", "försäkring eller fastighet"),
)
_PLACES = (
    ("Huvudentrén", "inne", 50, 88),
    ("Skåpkorridoren", "inne", 28, 62),
    ("Södra trapphuset", "inne", 14, 40),
    ("Matsalen", "inne", 70, 58),
    ("Toaletterna vid idrotten", "inne", 86, 34),
    ("Biblioteket", "inne", 44, 30),
    ("Skolgården mot vägen", "ute", 62, 12),
    ("Cykelparkeringen", "ute", 22, 10),
)
_STAFF = "Elever i skolan är trygga."
_THEMES = (
    ("korridorer", sheets.PUPILS, 5, "Det blir trångt vid skåpen före lunch."),
    ("toaletter och omklädning", sheets.PUPILS, 4, "Låsen är trasiga och det hörs genom väggen."),
    ("vuxnas närvaro", sheets.PUPILS, 3, "Få vuxna är ute på eftermiddagsrasten."),
    ("vuxnas närvaro", sheets.STAFF, 2, "Rastvärdarna vet inte var de ska stå."),
    ("på nätet", sheets.PARENTS, 1, "Bråk på kvällen följer med till skolan."),
    ("lokaler", "fastighet och vaktmästare", 1, "Belysningen vid cyklarna går sönder ofta."),
)
_CAUSES = (
    ("O1", "Elever är otrygga vid skåpen.", "Alla skåp står i en smal korridor.", "fysisk", "samtal", "2"),
    (
        "O2",
        "Elever är otrygga på toaletterna.",
        "Låsen lagas inte och ingen ser till platsen.",
        "organisatorisk",
        "samtal",
        "5",
    ),
    (
        "O3",
        "Kränkningar sker på rasterna.",
        "Rastvärdarna saknar schema och fasta platser.",
        "organisatorisk",
        "erfarenhet",
        "7",
    ),
    ("O4", "Konflikter börjar på nätet.", "Skolan har inget gemensamt sätt att ta upp det.", "social", "antagande", None),
)
_PLAN = (
    ("Å1", "O1", "Skåpen sprids på tre ställen", "fastighetschef", date(2026, 10, 30), "pågår", None, sheets.INDEX),
    ("Å2", "O2", "Låsen lagas inom en vecka, och toaletterna ses till varje rast", "vaktmästare", date(2026, 9, 15), "pågår", None, sheets.QUESTIONS[2]),
    ("Å3", "O3", "Schema med fasta platser för rastvärdar", "biträdande rektor", date(2026, 8, 31), "ej startad", None, sheets.QUESTIONS[4]),
    ("Å4", "O3; O4", "Ett program mot mobbning i hela skolan", "rektor", date(2027, 1, 31), "ej startad", "antibullying", sheets.QUESTIONS[5]),
)  # fmt: skip
_LAST_YEAR = (
    ("Det är mörkt vid cyklarna.", "Lamporna lagas inte.", "Lamporna byts och ses till varje månad", sheets.FITS, sheets.DONE, sheets.INDEX),
    ("Elever är otrygga på rasterna.", "Få vuxna är ute.", "Fler rastvärdar", sheets.FITS, sheets.PARTLY, sheets.QUESTIONS[1]),
    ("Elever är otrygga på väg till skolan.", "Trafiken vid lämningen.", "Affischer i korridoren", sheets.DOES_NOT_FIT, sheets.DONE, sheets.QUESTIONS[3]),
    ("Skadegörelse på helgerna.", "Okänd.", "Grindarna låses på kvällen", sheets.UNCLEAR, sheets.NOT_DONE, None),
)  # fmt: skip
_MINUTES = (240, 420, 300, 480, 180, 240, 90)
_FEEDBACK = (4, 4, 5, 4, 3)


@functools.cache
def example() -> tuple[School, ...]:
    """The five schools. Everything in them is made up."""
    return tuple(_school(name, at) for at, name in enumerate(SCHOOLS))


def digest() -> str:
    """Of what the example is made of."""
    text = json.dumps(
        [[filled(at, year) for year in range(len(YEARS))] for at in range(len(SCHOOLS))], sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def write(data: Path) -> list[Path]:
    """Write the schools' workbooks into a kommun's folder; what exists is never touched. Returns what was written."""
    written = []
    for at, key in enumerate(SCHOOLS):
        for year, number in enumerate(YEARS):
            name = sheets.FILE if number == YEARS[-1] else f"skola-{number}.xlsx"
            path = data / schools.FOLDER / key / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, template.workbook(_NAMES[at], filled(at, year)))
                written.append(path)
    return written


def _school(key: str, at: int) -> School:
    files = [(f"{year}.xlsx", _as_file(filled(at, number), year)) for number, year in enumerate(YEARS)]
    return folder.school_of(key, files)


def _as_file(rows: Filled, year: int) -> DataFile:
    """The rows as the sheets of a workbook that has been read."""
    facts = rows[sheets.FACTS][0]
    book = [Sheet(sheets.FACTS, tuple((head, facts.get(name)) for head, name, *_ in sheets.LINES))]
    for name, columns in sheets.SHEETS.items():
        filled_in = tuple(tuple(row.get(column.name) for column in columns) for row in rows.get(name, ()))
        book.append(Sheet(name, (tuple(column.head for column in columns), *filled_in)))
    return DataFile(Path(f"{year}.xlsx"), "xlsx", "", 0, tuple(book))


@functools.cache
def _simulated() -> tuple[simulate.SimulatedSchool, ...]:
    return tuple(
        simulate.schools(
            answered=[*SCHOOLS.values()], places=len(_PLACES), indicators=len(INDICATORS), change=_CHANGE, rise=_RISE
        )
    )


def filled(at: int, year: int) -> Filled:
    """What stands in the workbook of a school in a year, both counted from 0."""
    drawn = _simulated()[at]
    last = year == len(YEARS) - 1
    return {
        sheets.FACTS: [
            {
                "namn": _NAMES[at],
                "ar": YEARS[year],
                "formular": FORM_VERSION,
                "elever": int(drawn.pupils[year].sum()),
                "kartlagd": date(YEARS[year], 5, 29),
                "insatser_fran": _BEGAN[at] if last else None,
                "arbetsgrupp": "rektor, elevhälsa, vaktmästare och elevråd",
                "ovning": NOTICE,
            }
        ],
        sheets.SURVEY: survey_rows(drawn, year),
        sheets.INCIDENTS: [
            {"typ": kind, "kalla": source, "antal": int(count)}
            for (kind, source), count in zip(_KINDS, drawn.incidents[year], strict=True)
        ],
        sheets.INVENTORY: _inventory(drawn.scores[year]),
        sheets.DIALOGUE: [
            {"tema": theme, "vilka": who, "samtal": times, "sammanfattning": text} for theme, who, times, text in _THEMES
        ],
        sheets.CAUSES: _rows(("id", "fynd", "orsak", "slag", "belagg", "platser"), _CAUSES),
        sheets.PLAN: _rows(("id", "orsaker", "atgard", "ansvarig", "klart", "lage", "evidens", "mats"), _PLAN),
        sheets.LAST_YEAR: _rows(("fynd", "orsak", "insats", "passar", "gjord", "mats"), _LAST_YEAR)
        if last and _BEGAN[at]
        else [],
        sheets.TIME: [{"steg": step, "minuter": time} for step, time in zip(sheets.STEPS, _MINUTES, strict=True)],
        sheets.FEEDBACK: [
            {"fraga": question, "betyg": str(mark)} for question, mark in zip(sheets.FEEDBACK_QUESTIONS, _FEEDBACK, strict=True)
        ],
    }


def _rows(names: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def survey_rows(drawn: simulate.SimulatedSchool, year: int, grades: Sequence[str] = _GRADES) -> list[dict[str, object]]:
    """The whole school, its years and its sexes for every statement, and nine of the staff."""
    found: list[dict[str, object]] = []
    pupils = drawn.pupils[year]
    for question, counts in zip(sheets.QUESTIONS, drawn.answers[year], strict=True):
        groups: list[tuple[str, str, int | None, np.ndarray]] = [("", "", int(pupils.sum()), counts.sum(axis=(0, 1)))]
        groups += [(grade, "", int(asked), of.sum(axis=0)) for grade, asked, of in zip(grades, pupils, counts, strict=True)]
        groups += [("", sex, None, counts[:, k].sum(axis=0)) for k, sex in enumerate(sheets.SEX)]
        found += [_asked(question, sheets.PUPILS, grade, sex, asked, numbers) for grade, sex, asked, numbers in groups]
    staff = np.array([3, 3, 2, 1, 0])
    return [*found, _asked(_STAFF, sheets.STAFF, "", "", 11, staff)]


def _asked(question: str, who: str, grade: str, sex: str, asked: int | None, counts: np.ndarray) -> dict[str, object]:
    row: dict[str, object] = {"fraga": question, "vilka": who, "grupp": grade or None, "kon": sex or None, "tillfragade": asked}
    return row | {name: int(count) for name, count in zip(sheets.ANSWERS, counts, strict=True)}


def _inventory(scores: np.ndarray) -> list[dict[str, object]]:
    words = ("nej", "delvis", "ja")
    return [
        {"nr": str(number), "plats": place, "var": where, "x": x, "y": y, "bedomare": "vaktmästare och elevråd"}
        | {indicator.name: words[int(score)] for indicator, score in zip(INDICATORS, row, strict=True)}
        for number, ((place, where, x, y), row) in enumerate(zip(_PLACES, scores, strict=True), start=1)
    ]
