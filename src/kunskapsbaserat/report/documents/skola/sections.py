"""The sections about one school, in the order of the steps of Tryggare skola."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.factors import INDEX_MAX
from kunskapsbaserat.disclosure import Released, release
from kunskapsbaserat.report.documents.skola import drawing
from kunskapsbaserat.report.documents.skola.material import QUESTIONS_OF, One, scores_of, whole_rows
from kunskapsbaserat.report.documents.skola.words import method
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.page.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    FirstPage,
    Highlight,
    Link,
    Mark,
    Note,
    Paragraph,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.swedish import MISSING, number

SOURCE = "skola"
MOST_DECIDED = 3


def table(
    released: Released,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str,
    right: Sequence[int] = (),
    layout: str = "plain",
    scope: str = "",
    source: str = "",
    groups: Sequence[tuple[str, int]] = (),
) -> Table:
    """A table of what has passed the gate; on a phone a row of words is a card."""
    columns = [Column(head, right=at in right, phone=head if layout != "plain" else "") for at, head in enumerate(heads)]
    return Table(caption, columns, rows, [released], scope_line=scope, layout=layout, source=source, groups=groups)


def described(name: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], frame: pd.DataFrame, **about: Any) -> Table:
    """A table of words."""
    return table(release(frame, name=name, contents="description", sources=[SOURCE]), heads, rows, **about)


def section(key: str, heading: str, blocks: Sequence[Block]) -> Section:
    return Section(key.replace("_", "-"), text.TOPICS[key], heading, blocks)


# ---- page one ------------------------------------------------------------------------------------------------------------


def first_page(one: One, notice: str) -> FirstPage:
    return FirstPage(
        heading=text.SHORT,
        lead=text.lead(one.shares.frame, one.index),
        notice=notice,
        highlights_heading=text.FOUND,
        highlights=highlights(one),
        decide_heading=text.DECIDE,
        decide=decisions(one),
        remaining_heading=text.REMAINING,
        remaining=text.remaining([step for step, done in one.done.items() if not done]),
        remaining_link=Link("Se stegen", "arbetet"),
        marks_heading="",
        marks=(),
        overview=pupils_table(one),
    )


def highlights(one: One) -> list[Highlight]:
    """At most three: what the fewest pupils agree to, the weakest factor of the places, what was raised most often."""
    found = []
    rows = whole_rows(one.shares)
    pupils = rows[(rows["who"] == sheets.PUPILS) & rows["suppressed"].isna() & rows["wanted"]]
    if len(pupils):
        found.append(Highlight(text.TOPICS["enkaten"], None, text.fewest_agree(pupils.loc[pupils["share"].idxmin()])))
    factors = one.factors["now"].dropna()
    if len(factors):
        found.append(Highlight(text.TOPICS["miljon"], None, text.weakest_factor(str(factors.idxmin()), float(factors.min()))))
    times: dict[str, int] = {}
    for item in one.school.now.of(sheets.DIALOGUE):
        times[item.tema] = times.get(item.tema, 0) + (item.samtal or 0)
    if times and max(times.values()):
        theme = max(times, key=lambda name: times[name])
        who = list(dict.fromkeys(i.vilka for i in one.school.now.of(sheets.DIALOGUE) if i.tema == theme))
        found.append(Highlight(text.TOPICS["samtalen"], None, text.most_raised(theme, times[theme], who)))
    return found or [Highlight("", None, text.NOTHING)]


def decisions(one: One) -> list[str]:
    """The next measures by date."""
    waiting = [item for item in one.school.now.of(sheets.PLAN) if item.lage not in ("klar", "avbruten")]
    return [text.to_decide(item) for item in sorted(waiting, key=lambda i: i.klart)[:MOST_DECIDED]] or [text.NO_PLAN]


def pupils_table(one: One) -> Table:
    """The whole school's pupils; the staff and the parents where no pupil was asked."""
    rows = whole_rows(one.shares)
    mine = rows[rows["who"] == sheets.PUPILS] if (rows["who"] == sheets.PUPILS).any() else rows
    first = mine["survey"].iloc[0] if len(mine) else ""
    return _shares_table(one, mine[mine["survey"] == first], first or text.NO_SURVEY, name="elever", layout="cards")


# ---- the work ------------------------------------------------------------------------------------------------------------


def work_section(one: One) -> Section:
    rows: list[list[Cell]] = [
        [step, Mark("finns", "gjort") if done else Mark("saknas", "saknas"), text.minutes(one.minutes[step])]
        for step, done in one.done.items()
    ]
    frame = pd.DataFrame({"steg": list(one.done), "finns": list(one.done.values()), "minuter": list(one.minutes.values())})
    blocks: list[Block] = [
        Paragraph(text.work(sum(one.minutes.values()), one.school.now.form)),
        described(one.table("steg"), text.STEP_HEADS, rows, frame, caption=text.WORK_CAPTION, right=(2,), layout="cards"),
    ]
    return section("arbetet", text.WORK_HEADING, [*blocks, *_feedback(one)])


def _feedback(one: One) -> list[Block]:
    said = [item for item in one.school.now.of(sheets.FEEDBACK) if item.betyg is not None or item.kommentar]
    if not said:
        return []
    commented = any(i.kommentar for i in said)
    heads = text.FEEDBACK_HEADS if commented else text.FEEDBACK_HEADS[:2]
    rows = [[i.fraga, MISSING if i.betyg is None else str(i.betyg), *([i.kommentar or ""] if commented else [])] for i in said]
    frame = pd.DataFrame([(i.fraga, i.betyg) for i in said], columns=["pastaende", "betyg"])
    return [described(one.table("tyck_till"), heads, rows, frame, caption=text.FEEDBACK_HEADING, right=(1,), layout="cards")]


# ---- the survey ----------------------------------------------------------------------------------------------------------


def survey_section(one: One) -> Section:
    rows = whole_rows(one.shares)
    blocks: list[Block] = []
    for survey in dict.fromkeys(rows["survey"]):
        mine = rows[rows["survey"] == survey]
        if not (mine["who"] == sheets.PUPILS).all() or (len(mine["survey"].unique()) and survey != rows["survey"].iloc[0]):
            blocks.append(_shares_table(one, mine, survey, name=f"enkat_{len(blocks)}"))
    divided = one.shares.frame[one.shares.frame["kind"] != ""]
    blocks += [_groups(one, divided)] if len(divided) else []
    before = one.comparable
    told = text.changed(other_form=one.other_form, before=before.year if before else None, moved=len(one.changes) > 0)
    shown = int(rows["suppressed"].isna().sum())
    if not len(rows):
        return section("enkaten", text.NO_SURVEY, [Paragraph(text.NO_SURVEY)])
    return section("enkaten", text.survey_heading(shown), [Paragraph(told), *blocks, Note(text.READING_HEADING, text.READING)])


def _shares_table(one: One, rows: pd.DataFrame, survey: str, *, name: str, layout: str = "cards") -> Table:
    cells: list[list[Cell]] = []
    for _, row in rows.iterrows():
        moved = text.change(one.change(row["key"]))
        cells.append([text.statement(row), text.share(row), text.interval(row), text.answered(row), moved])
    released = replace(one.shares, name=one.table(name), frame=rows.drop(columns=["key", "question"]).reset_index(drop=True))
    caption = text.survey_caption(survey, one.school.now.year)
    return table(released, text.SURVEY_HEADS, cells, caption=caption, right=(1, 2, 3), layout=layout, scope=text.DOTS)


def _groups(one: One, rows: pd.DataFrame) -> Block:
    """Years of school and sexes, a column each; what one hides the others do not give away."""
    shown = rows[rows["suppressed"].isna()]
    if shown.empty:
        return Paragraph(text.NO_GROUPS)
    names = [g for g in dict.fromkeys(rows["group"]) if g in set(shown["group"])]
    away = [g for g in dict.fromkeys(rows["group"]) if g not in names]
    cells: list[list[Cell]] = []
    for _, mine in rows.groupby("question", sort=False):
        found = {row["group"]: row for _, row in mine.iterrows()}
        cells.append([text.statement(mine.iloc[0]), *(_of_group(found.get(name)) for name in names)])
    frame = rows.drop(columns=["key", "question"]).reset_index(drop=True)
    released = replace(one.shares, name=one.table("grupper"), frame=frame)
    scope = f"{text.hidden_groups(away)}{text.HIDDEN_NOTE}"
    right = tuple(range(1, len(names) + 1))
    return table(released, [text.STATEMENT, *names], cells, caption=text.GROUPS, right=right, layout="cards", scope=scope)


def _of_group(row: pd.Series | None) -> Cell:
    return MISSING if row is None or np.isnan(row["share"]) else Stacked(text.share(row), text.interval(row))


# ---- incidents -----------------------------------------------------------------------------------------------------------


def incidents_section(one: One) -> Section:
    now = {(i.kalla, i.typ): i.antal for i in one.school.now.of(sheets.INCIDENTS)}
    before = {} if one.comparable is None else {(i.kalla, i.typ): i.antal for i in one.comparable.of(sheets.INCIDENTS)}
    keys = sorted({*now, *before})
    if not keys:
        return section("handelserna", text.INCIDENTS_HEADING, [Paragraph(text.NO_INCIDENTS)])
    shown = incident_counts(keys, now, before, name=one.table("handelser"))
    marks = shown_counts(shown)
    rows: list[list[Cell]] = [
        [_incident(*key), *(marks.get((_incident(*key), p), MISSING) for p in ("nu", "före"))] for key in keys
    ]
    heads = [text.INCIDENT_HEADS[0], text.INCIDENT_HEADS[1].format(one.school.now.year), text.INCIDENT_HEADS[2]]
    drawn = table(shown, heads, rows, caption=text.INCIDENTS_CAPTION, right=(1, 2), layout="cards", scope=text.DOTS)
    return section("handelserna", text.INCIDENTS_HEADING, [Paragraph(text.INCIDENTS_NOTE), drawn])


def incident_counts(
    keys: Sequence[tuple[str, str]],
    now: dict[tuple[str, str], int],
    before: dict[tuple[str, str], int],
    *,
    name: str,
) -> Released:
    """The counts of two years through the gate: 1-4 are hidden, and what they could be had from."""
    rows = [(_incident(*key), period, of[key]) for period, of in (("nu", now), ("före", before)) for key in keys if key in of]
    frame = pd.DataFrame(rows, columns=["name", "period", "count"])
    return release(frame, name=name, contents="local", sources=[SOURCE])


def shown_counts(released: Released) -> dict[tuple[str, str], str]:
    """What stands for each source and type in each year."""
    rows = released.frame[["name", "period", "suppressed", "count"]].itertuples(index=False, name=None)
    return {(name, period): text_of_count(suppressed, count) for name, period, suppressed, count in rows}


def _incident(source: str, kind: str) -> str:
    return f"{source}: {kind}"


def text_of_count(suppressed: object, count: float) -> str:
    """A count, a dash for none, or what stands instead of it."""
    if isinstance(suppressed, str):
        return suppressed
    return MISSING if pd.isna(count) else "–" if count == 0 else number(count)


# ---- places --------------------------------------------------------------------------------------------------------------


def places_section(one: One) -> Section:
    if not one.places:
        return section("miljon", text.NO_PLACES, [Paragraph(text.NO_PLACES)])
    before = one.comparable
    told = text.index_text(
        one.index_change,
        other_form=one.other_form,
        before=one.index_before,
        year=before.year if before else None,
        other_judges=one.other_judges,
    )
    blocks: list[Block] = [Paragraph(told), _factor_table(one)]
    drawn = drawing.sketch_row(one, _places_table(one))
    blocks.append(drawn if drawn is not None else _places_table(one))
    return section("miljon", text.index_heading(one.index), [*blocks, Note(text.COUNTED, text.INDEX_NOTE)])


def _factor_table(one: One) -> Table:
    rows: list[list[Cell]] = []
    for name, row in one.factors.iterrows():
        both = not (np.isnan(row["now"]) or np.isnan(row["before"]))
        rows.append(
            [
                str(name),
                number(row["now"], 1),
                number(row["before"], 1),
                text.signed(row["now"] - row["before"], 1) if both else MISSING,
            ]
        )
    frame = one.factors.round(4).rename_axis("faktor").reset_index().rename(columns={"now": "nu", "before": "fore"})
    heads = [h.format(one.school.now.year) for h in text.FACTOR_HEADS]
    return described(one.table("faktorer"), heads, rows, frame, caption=f"Åtta faktorer, 0–{INDEX_MAX}", right=(1, 2, 3))


def _places_table(one: One) -> Table:
    means = scores_of(one.school.now)
    by_place = (
        pd.DataFrame({name: means[of].mean(axis=1, skipna=True) for name, of in QUESTIONS_OF.items()}).mean(axis=1) * INDEX_MAX
    )
    rows: list[list[Cell]] = [[p.nr, p.plats, p.var, number(by_place[p.plats.casefold()], 1)] for p in one.places]
    frame = pd.DataFrame(
        [(p.nr, p.plats, p.var, round(float(by_place[p.plats.casefold()]), 4)) for p in one.places],
        columns=["nr", "plats", "var", "index"],
    )
    return described(one.table("platser"), text.PLACE_HEADS, rows, frame, caption=text.SKETCH, right=(3,))


# ---- dialogue, causes, plan ----------------------------------------------------------------------------------------------


def dialogue_section(one: One) -> Section:
    items = one.school.now.of(sheets.DIALOGUE)
    if not items:
        return section("samtalen", text.DIALOGUE_HEADING, [Paragraph(text.NO_DIALOGUE)])
    rows = [[i.tema, i.vilka, MISSING if i.samtal is None else number(i.samtal), i.sammanfattning or ""] for i in items]
    frame = pd.DataFrame([(i.tema, i.vilka, i.samtal) for i in items], columns=["tema", "vilka", "samtal"])
    drawn = described(
        one.table("samtal"), text.DIALOGUE_HEADS, rows, frame, caption=text.DIALOGUE_CAPTION, right=(2,), layout="cards"
    )
    return section("samtalen", text.DIALOGUE_HEADING, [Paragraph(text.DIALOGUE_NOTE), drawn])


def causes_section(one: One) -> Section:
    items = one.school.now.of(sheets.CAUSES)
    if not items:
        return section("orsakerna", text.CAUSES_HEADING, [Paragraph(text.NO_CAUSES)])
    rows = [[i.id, i.fynd, i.orsak, i.slag, i.belagg] for i in items]
    frame = pd.DataFrame(rows, columns=["id", "fynd", "orsak", "slag", "belagg"])
    drawn = described(one.table("orsaker"), text.CAUSE_HEADS, rows, frame, caption=text.CAUSES_CAPTION, layout="cards")
    return section("orsakerna", text.CAUSES_HEADING, [Paragraph(text.CAUSES_NOTE), drawn])


def plan_section(one: One) -> Section:
    items = one.school.now.of(sheets.PLAN)
    if not items:
        return section("planen", text.PLAN_HEADING, [Paragraph(text.NO_PLAN_YET)])
    rows = [
        [i.atgard, ", ".join(i.orsaker), i.ansvarig, text.when(i.klart), i.lage or "ej startad", i.mats or MISSING]
        for i in items
    ]
    frame = pd.DataFrame(
        [(i.id, i.atgard, "; ".join(i.orsaker), i.ansvarig, i.klart.isoformat(), i.lage or "ej startad") for i in items],
        columns=["id", "atgard", "orsaker", "ansvarig", "klart", "lage"],
    )
    drawn = described(one.table("plan"), text.PLAN_HEADS, rows, frame, caption=text.PLAN_CAPTION, layout="cards")
    loose = [c.id for c in one.school.now.of(sheets.CAUSES) if not any(c.id in i.orsaker for i in items)]
    said = [Paragraph(text.without_measure(loose))] if loose else []
    return section("planen", text.PLAN_HEADING, [*said, drawn, Bullets(method.evidence(items), heading=text.EVIDENCE_HEADING)])
