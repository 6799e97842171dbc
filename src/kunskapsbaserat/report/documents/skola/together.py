"""The sections over all schools of a kommun: in alphabetical order, and nothing that puts one before another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.factors import INDEX_MAX
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.documents.skola.material import Material, One, own_pupils
from kunskapsbaserat.report.documents.skola.sections import (
    described,
    incident_counts,
    section,
    shown_counts,
    table,
)
from kunskapsbaserat.report.documents.skola.words import method
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.documents.skola.words import together as words
from kunskapsbaserat.report.documents.skola.year_after import chain_table, compared
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    FirstPage,
    Highlight,
    Link,
    Note,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.swedish import MISSING, number

_FIRST = sheets.QUESTIONS[0].casefold().rstrip(".")


def first_page(m: Material) -> FirstPage:
    themes = schools_of_themes(m)
    most = max(themes, key=lambda theme: len(themes[theme])) if themes else ""
    said = [Highlight(text.TOPICS["samtalen"], None, words.raised(len(themes[most]), len(m.schools), most))] if most else []
    lacking = {step: [o.school.name for o in m.schools if not o.done[step]] for step in sheets.STEPS}
    return FirstPage(
        heading=text.SHORT,
        lead=words.lead(len(m.schools)),
        notice=m.notice,
        highlights_heading=text.FOUND,
        highlights=[*said, Highlight(text.TOPICS["enkaten"], None, words.NO_RANKING)],
        decide_heading=text.DECIDE,
        decide=[words.SAME_QUESTIONS],
        remaining_heading=text.REMAINING,
        remaining=" ".join(filter(None, [words.unread(m.unread), words.missing(lacking)])),
        remaining_link=Link("Se stegen", "arbetet"),
        marks_heading="",
        marks=(),
        overview=_overview(m),
    )


def _overview(m: Material) -> Table:
    rows: list[list[Cell]] = []
    frame = []
    for one in m.schools:
        row = _answers(one, _FIRST)
        shown = [MISSING] * 3 if row is None else [text.answered(row), text.share(row), text.interval(row)]
        rows.append([one.school.name, str(one.school.now.year), *shown, number(one.index, 1), one.school.now.form])
        share, n = (np.nan, np.nan) if row is None else (row["share"], row["n"])
        frame.append((one.school.name, one.school.now.year, n, share, round(one.index, 4), one.school.now.form))
    columns = ["skola", "ar", "svar", "trygga", "index", "formular"]
    released = _together([one.shares for one in m.schools], "skolor", pd.DataFrame(frame, columns=columns))
    return table(released, words.HEADS, rows, caption=words.OVERVIEW, right=(1, 2, 3, 4, 5), layout="cards", scope=text.DOTS)


def _together(parts: Sequence[Released], name: str, frame: pd.DataFrame) -> Released:
    """Rows of several schools, each of which has passed the gate by itself; no row here is a sum of them."""
    return replace(parts[0], name=name, frame=frame, log=tuple(entry for part in parts for entry in part.log))


def _answers(one: One, question: str) -> pd.Series | None:
    """The pupils' row of a statement in the form's own survey."""
    rows = own_pupils(one.shares)
    mine = rows[rows["question"] == question]
    return None if mine.empty else mine.iloc[0]


def work_section(m: Material) -> Section:
    rows: list[list[Cell]] = []
    for one in m.schools:
        lacking = [step for step, done in one.done.items() if not done]
        made = f"{len(one.done) - len(lacking)} av {len(one.done)}"
        rows.append([one.school.name, made, ", ".join(lacking) or "–", text.minutes(sum(one.minutes.values()))])
    frame = pd.DataFrame(rows, columns=["skola", "gjorda", "saknas", "arbetstid"])
    drawn = described("steg", words.STEP_HEADS, rows, frame, caption=text.WORK_CAPTION, right=(1, 3), layout="cards")
    return section("arbetet", words.STEP_HEADING, [drawn])


def survey_section(m: Material) -> Section:
    """Statement by statement, the schools in alphabetical order."""
    asked: dict[str, str] = {}
    for one in m.schools:
        for _, row in own_pupils(one.shares).iterrows():
            asked.setdefault(row["question"], row["text"])
    if not asked:
        return section("enkaten", text.NO_SURVEY, [Paragraph(text.NO_SURVEY)])
    rows_of: list[list[Cell]] = []
    groups, frames = [], []
    for question, statement in asked.items():
        found = [(one, row) for one in m.schools if (row := _answers(one, question)) is not None]
        groups.append((statement, len(found)))
        rows_of += [_survey_row(one, row) for one, row in found]
        frames += [{"skola": one.school.name, **row.drop(labels=["key", "question"]).to_dict()} for one, row in found]
    released = _together([one.shares for one in m.schools], "enkat", pd.DataFrame(frames))
    drawn = table(
        released,
        words.SURVEY_HEADS,
        rows_of,
        caption=words.SURVEY_CAPTION,
        right=(1, 2),
        layout="cards",
        groups=groups,
        scope=text.DOTS,
    )
    return section(
        "enkaten", words.SURVEY_HEADING, [Paragraph(words.NO_RANKING), drawn, Note(text.READING_HEADING, text.READING)]
    )


def _survey_row(one: One, row: pd.Series) -> list[Cell]:
    moved = text.change(one.change(row["key"]))
    share: Cell = MISSING if np.isnan(row["share"]) else Stacked(text.share(row), f"({text.interval(row)})", same_line=True)
    return [one.school.name, share, text.answered(row), moved]


def incidents_section(m: Material) -> Section:
    """Source and type by source and type; each school passes the gate by itself, and no sum is shown."""
    shown: dict[tuple[str, str], list[tuple[str, list[str]]]] = {}
    released: list[Released] = []
    for one in m.schools:
        now = {(i.kalla, i.typ): i.antal for i in one.school.now.of(sheets.INCIDENTS)}
        before = {} if one.comparable is None else {(i.kalla, i.typ): i.antal for i in one.comparable.of(sheets.INCIDENTS)}
        keys = sorted({*now, *before})
        if not keys:
            continue
        found = incident_counts(keys, now, before, name=one.table("handelser"))
        released.append(replace(found, frame=found.frame.assign(skola=one.school.name)))
        texts = shown_counts(found)
        for key in keys:
            name = f"{key[0]}: {key[1]}"
            shown.setdefault(key, []).append((one.school.name, [texts.get((name, p), MISSING) for p in ("nu", "före")]))
    if not shown:
        return section("handelserna", text.INCIDENTS_HEADING, [Paragraph(text.NO_INCIDENTS)])
    rows: list[list[Cell]] = [[school, *counts] for key in sorted(shown) for school, counts in shown[key]]
    groups = [(f"{key[0]}: {key[1]}", len(shown[key])) for key in sorted(shown)]
    drawn = table(
        _together(released, "handelser", pd.concat([one.frame for one in released], ignore_index=True)),
        words.INCIDENT_HEADS,
        rows,
        caption=text.INCIDENTS_CAPTION,
        right=(1, 2),
        layout="cards",
        groups=groups,
    )
    return section("handelserna", text.INCIDENTS_HEADING, [Paragraph(text.INCIDENTS_NOTE), drawn])


def places_section(m: Material) -> Section:
    """The index with its change, and the eight factors, which together would not fit a page's width."""
    rows: list[list[Cell]] = []
    frame = []
    for one in m.schools:
        found = one.index_change
        moved = text.NOT_SAID if found is None or found.reason else f"{text.signed(found.change, 1)} ({text.between(found)})"
        rows.append([one.school.name, number(one.index, 1), moved])
        frame.append((one.school.name, round(one.index, 4)))
    drawn = described(
        "index",
        words.INDEX_HEADS,
        rows,
        pd.DataFrame(frame, columns=["skola", "index"]),
        caption=words.INDEX_CAPTION,
        right=(1,),
        layout="cards",
    )
    return section(
        "miljon",
        words.INDEX_HEADING,
        [Paragraph(words.NO_RANKING), drawn, _factor_table(m), Note(text.COUNTED, text.INDEX_NOTE)],
    )


def _factor_table(m: Material) -> Table:
    names = list(m.schools[0].factors.index)
    rows: list[list[Cell]] = [[o.school.name, *(number(v, 1) for v in o.factors["now"])] for o in m.schools]
    frame = pd.DataFrame([(o.school.name, *o.factors["now"].round(4)) for o in m.schools], columns=["skola", *names])
    right = tuple(range(1, len(names) + 1))
    return described(
        "faktorer", ["Skola", *names], rows, frame, caption=f"Åtta faktorer, 0–{INDEX_MAX}", right=right, layout="cards"
    )


def schools_of_themes(m: Material) -> dict[str, list[str]]:
    """The schools that each theme came up in, in alphabetical order."""
    found: dict[str, list[str]] = {}
    for one in m.schools:
        for theme in dict.fromkeys(item.tema for item in one.school.now.of(sheets.DIALOGUE)):
            found.setdefault(theme, []).append(one.school.name)
    return dict(sorted(found.items()))


def dialogue_section(m: Material) -> Section:
    themes = schools_of_themes(m)
    everybody = len(m.schools)
    rows: list[list[Cell]] = [
        [t, words.every(everybody) if len(of) == everybody else ", ".join(of)] for t, of in themes.items()
    ]
    if not rows:
        return section("samtalen", words.THEMES_HEADING, [Paragraph(text.NO_DIALOGUE)])
    frame = pd.DataFrame(rows, columns=["tema", "skolor"])
    drawn = described("teman", words.THEMES_HEADS, rows, frame, caption=text.DIALOGUE_CAPTION, layout="cards")
    return section("samtalen", words.THEMES_HEADING, [Paragraph(text.DIALOGUE_NOTE), drawn])


def causes_section(m: Material) -> Section:
    """How many causes of each kind a school has written; they stand in its own report."""
    rows: list[list[Cell]] = []
    for one in m.schools:
        kinds = [item.slag for item in one.school.now.of(sheets.CAUSES)]
        rows.append([one.school.name, *(number(kinds.count(kind)) for kind in sheets.CAUSE_KIND)])
    frame = pd.DataFrame(rows, columns=["skola", *sheets.CAUSE_KIND])
    drawn = described("orsaker", words.CAUSE_HEADS, rows, frame, caption=text.CAUSES_CAPTION, right=(1, 2, 3))
    return section("orsakerna", words.CAUSES_HEADING, [Paragraph(text.CAUSES_NOTE), drawn])


def _by_school(m: Material, sheet: str) -> list[tuple[str, int]]:
    return [(one.school.name, len(found)) for one in m.schools if (found := one.school.now.of(sheet))]


def plan_section(m: Material) -> Section:
    found = [(one, item) for one in m.schools for item in one.school.now.of(sheets.PLAN)]
    if not found:
        return section("planen", words.PLAN_HEADING, [Paragraph(text.NO_PLAN_YET)])
    rows: list[list[Cell]] = [[i.atgard, i.ansvarig, text.when(i.klart), i.lage or "ej startad"] for _, i in found]
    frame = pd.DataFrame([(o.school.name, i.atgard, i.ansvarig, i.klart.isoformat(), i.lage or "ej startad") for o, i in found])
    frame.columns = pd.Index(["skola", "atgard", "ansvarig", "klart", "lage"])
    heads = (text.PLAN_HEADS[0], *text.PLAN_HEADS[2:5])
    drawn = described("plan", heads, rows, frame, caption=text.PLAN_CAPTION, layout="cards", groups=_by_school(m, sheets.PLAN))
    evidence = list(dict.fromkeys(method.evidence([item for _, item in found])))
    return section("planen", words.PLAN_HEADING, [drawn, Bullets(evidence, heading=text.EVIDENCE_HEADING)])


def year_after_section(m: Material) -> Section:
    blocks: list[Block] = [Bullets([f"{c.what}. {c.answer}" for c in compared(m)])]
    followed = [one for one in m.schools if one.school.now.of(sheets.LAST_YEAR)]
    blocks += [Paragraph(text.CHAIN_RULE)] if followed else []
    blocks += [chain_table(one, f"{one.school.name}: {text.CHAIN_CAPTION.casefold()}") for one in followed]
    return section("aret_efter", words.EFFECT_HEADING, blocks)
