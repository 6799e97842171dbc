"""PC-Axis files (AXIS-VERSION 2013): the format of SCB's statistical database, for PxWeb, PxWin and R.

A cube has a value in every cell. What is missing is written with SCB's own signs: ".." when the publisher has no figure, "..."
when it may not be shown, "." when the kommun has no such series that year.

References
----------
SCB, PX-file format specification, AXIS-VERSION 2013.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat.export.facts import HIDDEN
from kunskapsbaserat.export.star_schema import Star

ENCODING = "windows-1252"  # CHARSET="ANSI": read alike by PxWeb, PxWin and the old PC-Axis
NO_SERIES, NOT_AVAILABLE, NOT_SHOWN = ".", "..", "..."
_LINE = 250  # the format allows 256 characters a line
_CONTENTS = "tabellinnehåll"
_UNKNOWN_DAY = dt.date(2000, 1, 1)  # of a folder whose files have no day


@dataclass(frozen=True)
class Content:
    """One value of the cube: its column, what it is called, its unit and decimals."""

    column: str
    name: str
    unit: str
    decimals: int


@dataclass(frozen=True)
class Cube:
    """What one file holds.

    Attributes
    ----------
    name : str
        Of the file, without ending; eight letters at most stand in MATRIX.
    stub : mapping
        Variable name to the fact's key, and the dimension and column that name its values.
    """

    name: str
    matrix: str
    title: str
    fact: str
    stub: Mapping[str, tuple[str, str, str]]
    time: str
    contents: tuple[Content, ...]
    kind: str | None = None
    subject: str = "Brott och trygghet"
    notes: tuple[str, ...] = ()


_KOMMUN = ("kommun_id", "dim_kommun", "kommun")
_BROTT = ("brott_id", "dim_brott", "brott")
_MATT = ("matt_id", "dim_matt", "matt")
_COUNTS = (Content("antal", "Anmälda brott", "antal", 0), Content("per_100000", "Per 100 000 invånare", "antal per 100 000", 1))
_NEVER_SUMMED = "Lägg aldrig ihop brott som överlappar: totalen innehåller grupperna, och uppdelningen på kön ingår i alla."
CUBES = (
    Cube(
        "anmalda_brott_grupper",
        "BROTTGRP",
        "Anmälda brott, totalt och Brås grupper",
        "fakta_brott_ar",
        {"kommun": _KOMMUN, "brott": _BROTT},
        "år",
        _COUNTS,
        "grupp",
        notes=(_NEVER_SUMMED,),
    ),
    Cube(
        "anmalda_brott_indikatorer",
        "BROTTIND",
        "Anmälda brott, Brås indikatorer och andra brott",
        "fakta_brott_ar",
        {"kommun": _KOMMUN, "brott": _BROTT},
        "år",
        _COUNTS,
        "annat",
        notes=(_NEVER_SUMMED, "Indikatorerna räknas på annat sätt än Brås grupper och läggs inte ihop med dem."),
    ),
    Cube(
        "anmalda_brott_kvartal",
        "BROTTKV",
        "Anmälda brott per kvartal",
        "fakta_brott_kvartal",
        {"kommun": _KOMMUN, "brott": _BROTT},
        "kvartal",
        _COUNTS[:1],
        notes=("De senaste kvartalen är preliminära.", _NEVER_SUMMED),
    ),
    Cube(
        "anmalda_brott_manad",
        "BROTTMAN",
        "Anmälda brott per månad",
        "fakta_brott_manad",
        {"kommun": _KOMMUN, "brott": _BROTT},
        "månad",
        _COUNTS[:1],
        notes=(_NEVER_SUMMED,),
    ),
    Cube(
        "trygghet",
        "TRYGGHET",
        "Trygghet, utsatthet och förtroende, NTU",
        "fakta_trygghet",
        {"kommun": _KOMMUN, "fråga": _MATT},
        "år",
        (
            Content("andel", "Andel", "procent", 1),
            Content("undre", "Undre gräns", "procent", 1),
            Content("ovre", "Övre gräns", "procent", 1),
            Content("svarande", "Svarande", "antal", 0),
        ),
        notes=("Gränserna är Brås eget 95-procentiga intervall.",),
    ),
)
_KINDS = {"grupp": ("totalt", "Brås grupp")}
_SHARES = ("andel", "undre", "ovre")


def files(star: Star) -> dict[str, bytes]:
    """Every cube that has a figure, by the name of its file."""
    made = {}
    for cube in CUBES:
        rows = _rows(cube, star)
        if len(rows):
            made[f"{cube.name}.px"] = content(cube, rows, star)
    return made


def _rows(cube: Cube, star: Star) -> pd.DataFrame:
    rows = star.tables[cube.fact]
    if cube.kind is not None and len(rows):
        kinds = star.tables["dim_brott"].set_index("brott_id")["slag"]
        broad = rows["brott_id"].map(kinds).isin(_KINDS["grupp"])
        rows = rows[broad if cube.kind == "grupp" else ~broad]
    return rows


def content(cube: Cube, rows: pd.DataFrame, star: Star) -> bytes:
    """The bytes of one file."""
    values = {name: _values(rows, about, star) for name, about in cube.stub.items()}
    times = star.tables["dim_tid"].set_index("tid_id").loc[lambda t: t.index.isin(rows["tid_id"])].sort_values("ordning")
    values[cube.time] = {key: key for key in times.index}
    text = "".join(_head(cube, values, star, rows)) + _data(cube, rows, values)
    return text.encode(ENCODING, errors="replace")


def _values(rows: pd.DataFrame, about: tuple[str, str, str], star: Star) -> dict[str, str]:
    """Key and name of the values that are used, in the dimension's order; two of one name are told apart by their keys."""
    key, dimension, column = about
    table = star.tables[dimension].sort_values("ordning")
    table = table[table[key].isin(rows[key])]
    names = table[column].map(_plain)
    twice = names.duplicated(keep=False)
    return dict(zip(table[key], names.where(~twice, names + " (" + table[key] + ")"), strict=True))


def _plain(text: str) -> str:
    """Text that may stand between quotation marks in the format."""
    return re.sub(r"\s+", " ", str(text).replace('"', "'")).strip()


def _head(cube: Cube, values: Mapping[str, Mapping[str, str]], star: Star, rows: pd.DataFrame) -> list[str]:
    stub, heading = list(cube.stub), [_CONTENTS, cube.time]
    names = [c.name for c in cube.contents]
    sources = star.tables["dim_kalla"][star.tables["dim_kalla"]["kalla_id"].isin(rows["kalla_id"])]
    fetched = max((d for d in sources["hamtad"] if isinstance(d, dt.date)), default=_UNKNOWN_DAY)
    scale = {"år": "A1", "kvartal": "Q1", "månad": "M1"}[cube.time]
    by = ", ".join([*stub, _CONTENTS, cube.time])
    lines = [
        _word("CHARSET", "ANSI"),
        _word("AXIS-VERSION", "2013"),
        _word("CODEPAGE", ENCODING),
        _word("LANGUAGE", "sv"),
        _word("CREATION-DATE", f"{fetched:%Y%m%d} 00:00"),
        _word("DECIMALS", max(c.decimals for c in cube.contents)),
        _word("SHOWDECIMALS", 0),
        _word("MATRIX", cube.matrix),
        _word("SUBJECT-CODE", "BROTT"),
        _word("SUBJECT-AREA", cube.subject),
        _word("TITLE", f"{cube.title} efter {by}"),
        _word("CONTENTS", cube.title),
        _word("CONTVARIABLE", _CONTENTS),
        _word("UNITS", cube.contents[0].unit),
        _words("STUB", stub),
        _words("HEADING", heading),
    ]
    texts = {name: list(known.values()) for name, known in values.items()} | {_CONTENTS: names}
    codes = {name: list(known) for name, known in values.items()} | {_CONTENTS: [c.column for c in cube.contents]}
    lines += [_words("VALUES", texts[name], name) for name in (*stub, *heading)]
    times = _listed([re.sub("[KM]", "", key) for key in values[cube.time]], _LINE // 5)
    lines.append(f'TIMEVAL("{cube.time}")=TLIST({scale}),{times};\r\n')
    lines += [_words("CODES", codes[name], name) for name in (*stub, *heading)]
    lines += [_word("PRECISION", c.decimals, _CONTENTS, c.name) for c in cube.contents if c.decimals]
    for c in cube.contents:
        lines += [_word("UNITS", c.unit, c.name), _word("LAST-UPDATED", f"{fetched:%Y%m%d} 00:00", c.name)]
    lines += [_word("SOURCE", "; ".join(f"{s['utgivare']}: {s['titel']}" for s in sources.to_dict("records")))]
    lines += [_word(f"DATASYMBOL{n}", sign) for n, sign in enumerate((NO_SERIES, NOT_AVAILABLE, NOT_SHOWN), start=1)]
    lines += [_word("NOTE", "#".join([*cube.notes, *_SIGNS]))]
    return lines


_SIGNS = (
    ". = kommunen har ingen sådan uppgift den perioden.",
    ".. = utgivaren har ingen uppgift.",
    "... = talet visas inte: det är så litet att det kan peka ut någon, eller gör att ett sådant kan räknas ut.",
)


def _word(keyword: str, value: object, *of: str) -> str:
    """One keyword with one value; a long text on several lines."""
    sub = f"({','.join(_quoted(name) for name in of)})" if of else ""
    if isinstance(value, int):
        return f"{keyword}{sub}={value};\r\n"
    pieces = _split(_plain(str(value)), _LINE - len(keyword) - len(sub) - 4)
    return f"{keyword}{sub}=" + "\r\n".join(_quoted(p) for p in pieces) + ";\r\n"


def _words(keyword: str, values: Sequence[str], *of: str) -> str:
    sub = f"({','.join(_quoted(name) for name in of)})" if of else ""
    return f"{keyword}{sub}={_listed(values, len(keyword) + len(sub) + 1)};\r\n"


def _listed(values: Sequence[str], taken: int) -> str:
    """Quoted values after one another, on a new line where the line is full."""
    out, length = [], taken
    for at, value in enumerate(values):
        piece = _quoted(value) + ("," if at < len(values) - 1 else "")
        if length + len(piece) > _LINE:
            out.append("\r\n")
            length = 0
        out.append(piece)
        length += len(piece)
    return "".join(out)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _split(text: str, length: int) -> list[str]:
    """Pieces that give the text again when they are joined."""
    return [text[at : at + length] for at in range(0, len(text), length)] or [""]


def _data(cube: Cube, rows: pd.DataFrame, values: Mapping[str, Mapping[str, str]]) -> str:
    """One line a row of the stub; in it the contents, and in each of them the times."""
    keys = [about[0] for about in cube.stub.values()]
    found: dict[tuple[str, ...], dict[str, object]] = {
        tuple(r[k] for k in (*keys, "tid_id")): r for r in rows.to_dict("records")
    }
    first, second = (list(values[name]) for name in cube.stub)
    lines = ["DATA=\r\n"]
    for a in first:
        for b in second:
            cells = [_cell(found.get((a, b, t)), c) for c in cube.contents for t in values[cube.time]]
            lines.append(" ".join(cells) + " \r\n")
    return "".join(lines) + ";\r\n"


def _cell(row: Mapping[str, Any] | None, about: Content) -> str:
    if row is None:
        return _quoted(NO_SERIES)
    value = row[about.column]
    if value is None or pd.isna(value):
        return _quoted(NOT_SHOWN if row["orsak"] == HIDDEN else NOT_AVAILABLE)
    number = float(value) * (100 if about.column in _SHARES else 1)
    return f"{number:.{about.decimals}f}"
