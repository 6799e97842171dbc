"""The kommun's own figures on the page: a drawing for every file, with the text that says what can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure.own import OF_AREA
from kunskapsbaserat.report.documents.lagesbild.words import local, situation
from kunskapsbaserat.report.documents.lagesbild.words import own_figures as text
from kunskapsbaserat.report.material.own_areas import AreaValue, OwnAreas
from kunskapsbaserat.report.material.own_figures import CERTAIN, OwnFigures
from kunskapsbaserat.report.material.own_gate import PARTS, OwnFile
from kunskapsbaserat.report.material.own_series import MOST_SHOWN, OwnRegister, OwnSeries
from kunskapsbaserat.report.material.own_shares import OwnSurvey, Question
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Figure, FigureRow, Note, Paragraph, Section, Table

PERIODS_SHOWN = 6
MOST_QUESTIONS = 8  # drawn; the others stand in the table
MOST_AREAS = 20  # drawn
MOST_ROWS = 60  # of areas, in the table on the page; a large kommun has hundreds of DeSO


def survey_blocks(surveys: Sequence[OwnSurvey]) -> list[Block]:
    """Each survey with its drawing; how it is read stands once."""
    blocks: list[Block] = []
    for survey in surveys:
        if survey.questions:
            blocks.append(FigureRow(_survey_figure(survey), [Paragraph(text.survey_text(survey))]))
        else:
            blocks.append(file_table(survey.file))
    return [*blocks, *_note(text.READ_SHARES, any(s.questions for s in surveys))]


def register_blocks(registers: Sequence[OwnRegister]) -> list[Block]:
    """Each register with its small lines."""
    blocks: list[Block] = []
    for register in registers:
        drawn = any(s.points for s in register.series)
        blocks.append(
            FigureRow(_register_figure(register), [Paragraph(text.register_text(register))])
            if drawn
            else file_table(register.file)
        )
    return [*blocks, *_note(text.READ_LINES, any(len(r.series) > 1 for r in registers))]


def _note(of: str, wanted: bool) -> list[Block]:
    return [Note(words.SA_LASER_DU, of)] if wanted else []


def area_section(figures: OwnFigures) -> Section | None:
    """What the kommun's own files say of its parts: counts drawn, shares and amounts in tables."""
    blocks: list[Block] = []
    for found in figures.areas:
        drawn = _drawn(found)
        blocks.append(FigureRow(_area_figure(found, drawn), [Paragraph(text.area_text(found, drawn))]))
    blocks += _note(text.READ_AREAS, bool(blocks))
    blocks += [file_table(file) for file in figures.files if file.of_parts and file.read.contract != "counts"]
    return Section("omraden", situation.EXTENT_TOPIC, text.AREAS_HEADING, blocks) if blocks else None


# ---- drawings ------------------------------------------------------------------------------------------------------------


def _survey_figure(survey: OwnSurvey) -> Figure:
    rows = [_question_row(q) for q in survey.questions[:MOST_QUESTIONS]]
    return Figure(
        id=f"{survey.file.released.name}-figur",
        drawing=plots.dot_rows(rows, top=100, format_number=lambda v: f"{swedish.plain(v)}{swedish.NBSP}%"),
        caption=survey.file.read.title,
        unit=text.survey_unit(survey),
        title=text.survey_title(survey),
        finding=text.survey_finding(survey),
        source=local.source(survey.file.read),
        table=_survey_table(survey),
    )


def _question_row(q: Question) -> plots.DotRow:
    latest = q.latest
    value = plots.Estimate(100 * latest.share, 100 * latest.lower, 100 * latest.upper, q.change in CERTAIN)
    earlier = 100 * q.rounds[0].share if len(q.rounds) > 1 else None
    return plots.DotRow(q.name, value, text.survey_value(q), earlier)


def _register_figure(register: OwnRegister) -> Figure:
    drawn = [s for s in register.series if s.points][:MOST_SHOWN]
    return Figure(
        id=f"{register.file.released.name}-figur",
        drawing=plots.line_rows([_line_row(s) for s in drawn]),
        caption=register.file.read.title,
        unit=text.register_unit(register),
        title=text.register_title(register),
        finding=text.register_finding(register),
        source=local.source(register.file.read),
        table=file_table(register.file),
    )


def _line_row(s: OwnSeries) -> plots.LineRow:
    periods = list(s.points)
    return plots.LineRow(
        text.series_name(s),
        {p.ordinal: v for p, v in s.points.items()},
        text.period(periods[0]),
        text.period(periods[-1]),
        text.series_value(s),
    )


def _drawn(found: OwnAreas) -> list[AreaValue]:
    """The areas of the drawing, the largest first; of many those with most events."""
    told = [v for v in found.areas if v.count is not None]
    kept = sorted(told, key=lambda v: (-(v.count or 0), v.area))[:MOST_AREAS]
    return sorted(kept, key=lambda v: (-((v.rate if found.rated else v.count) or 0), v.area))


def _area_figure(found: OwnAreas, drawn: Sequence[AreaValue]) -> Figure:
    rows = [plots.DotRow(v.area, _estimate(v, found), text.area_value(v, found)) for v in drawn]
    line = _whole(found)
    return Figure(
        id=f"{found.file.released.name}-{found.level}",
        drawing=plots.dot_rows(rows, line=None if line is None else (line, text.area_line(line)), format_number=swedish.plain),
        caption=text.area_caption(found),
        unit=text.area_unit(found),
        title=text.area_title(found, len(drawn)),
        finding=text.area_finding(found, drawn),
        source=local.source(found.file.read),
        table=_area_table(found),
    )


def _estimate(v: AreaValue, found: OwnAreas) -> plots.Estimate | None:
    if found.rated:
        return None if v.rate is None else plots.Estimate(v.rate, v.lower, v.upper)
    return None if v.count is None else plots.Estimate(v.count)


def _whole(found: OwnAreas) -> float | None:
    """The rate of all areas together, where every one of them is known."""
    counts, people = [v.count for v in found.areas], [v.residents for v in found.areas]
    if not found.rated or None in counts or None in people:
        return None
    living = sum(n for n in people if n is not None)
    return sum(n for n in counts if n is not None) / living * 1_000 if living else None


# ---- tables --------------------------------------------------------------------------------------------------------------


def _survey_table(survey: OwnSurvey) -> Table:
    """Every question and round, with the limits that are drawn."""
    when = sorted({(r.first, r.last) for q in survey.questions for r in q.rounds}, key=lambda pair: pair[::-1])[-PERIODS_SHOWN:]
    rows: list[list[Cell]] = []
    for q in survey.questions:
        by_round = {(r.first, r.last): r for r in q.rounds}
        cells = [by_round.get(pair) for pair in when]
        rows.append([q.name, *(swedish.MISSING if r is None else text.round_cell(r.share, r.lower, r.upper) for r in cells)])
    heads = [swedish.years(*pair) for pair in when]
    return Table(
        caption=survey.file.read.title,
        scope_line=local.survey_scope(survey.stated),
        columns=[Column(local.WHAT), *(Column(head, right=True, phone=head) for head in heads)],
        rows=rows,
        released=[survey.file.released],
        layout="cards",
        source=local.source(survey.file.read),
    )


def _area_table(found: OwnAreas) -> Table:
    listed = sorted(found.areas, key=lambda v: v.area)[:MOST_ROWS]
    rows: list[list[Cell]] = [
        [
            v.area,
            (v.mark or swedish.MISSING) if v.count is None else labels.count(v.count),
            swedish.MISSING if v.residents is None else swedish.number(v.residents),
            text.NOBODY if v.empty else swedish.MISSING if v.rate is None else swedish.number(v.rate, 1),
        ]
        for v in listed
    ]
    return Table(
        caption=text.area_caption(found),
        scope_line=local.scope(found.file.read, {v.mark for v in found.areas if v.mark}),
        columns=[Column(head, right=at > 0, phone=head if at else "") for at, head in enumerate(text.AREA_HEADS)],
        rows=rows,
        released=[found.file.released],
        layout="cards",
        source=local.source(found.file.read),
    )


def file_table(file: OwnFile) -> Table:
    """The latest periods of everything in a file, as they may be shown."""
    frame = file.frame[file.frame["area_level"].isin(PARTS)] if file.of_parts else file.frame
    frame = frame.assign(when=[local.period(row) for row in frame.to_dict("records")])
    order = frame.sort_values("period" if "period" in frame else "end_year")
    shown = list(dict.fromkeys(order["when"]))[-PERIODS_SHOWN:]
    rows: list[list[Cell]] = []
    for key, part in frame.groupby([file.name_column, *(["sex"] if "sex" in frame else [])], sort=False):
        values = {row["when"]: _value(file, row) for row in part.to_dict("records")}
        rows.append([_row_name(file, key), *(values.get(when, swedish.MISSING) for when in shown)])
    return Table(
        caption=file.read.title,
        scope_line=local.scope(file.read, set(frame["suppressed"].dropna())),
        columns=[Column(local.WHAT), *(Column(when, right=True, phone=when) for when in shown)],
        rows=rows[:MOST_ROWS],
        released=[file.released],
        layout="cards",
        source=local.source(file.read),
    )


def _row_name(file: OwnFile, key: object) -> str:
    """ "Anlagd brand, Centrum" and the sex, where it is divided."""
    parts = key if isinstance(key, tuple) else (key,)
    name, _, area = str(parts[0]).partition(OF_AREA)
    told = ", ".join([file.label(name), *([area] if area else [])])
    sex = {"kvinna": "kvinnor", "man": "män"}.get(str(parts[1])) if len(parts) > 1 else None
    return f"{told}, {sex}" if sex else told


def _value(file: OwnFile, row: dict[Any, Any]) -> str:
    if row["suppressed"] and not pd.isna(row["suppressed"]):
        return str(row["suppressed"])
    if file.read.contract == "counts":
        return labels.count(None if pd.isna(row["count"]) else row["count"])
    if file.read.contract == "survey":
        return swedish.MISSING if pd.isna(row["share"]) else local.share(row)
    return swedish.MISSING if pd.isna(row["value"]) else swedish.plain(float(row["value"]))
