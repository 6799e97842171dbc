"""The year after: from what was seen to what has changed, at its step, and the schools with measures beside those without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import effects
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.factors import INDEX_MAX
from kunskapsbaserat.effects import words as effect_words
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.places.inventory import inventory_index
from kunskapsbaserat.report.documents.skola.material import (
    QUESTIONS_OF,
    Material,
    One,
    own_pupils,
    scores_of,
    shares_of,
    whole_rows,
)
from kunskapsbaserat.report.documents.skola.sections import described, section
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.documents.skola.words import together as words
from kunskapsbaserat.report.page.blocks import Block, Paragraph, Section, Table


def year_after_section(one: One) -> Section:
    """Last year's findings one by one, and how far anything can be said."""
    return section("aret_efter", text.CHAIN_HEADING, [Paragraph(step(one)), *chain_blocks(one)])


def chain_blocks(one: One) -> list[Block]:
    """Last year's findings, and the rule that they are read by."""
    if not one.school.now.of(sheets.LAST_YEAR):
        return [Paragraph(text.NO_CHAIN)]
    return [Paragraph(text.CHAIN_RULE), chain_table(one, text.CHAIN_CAPTION)]


def step(one: One) -> str:
    """How far the design allows one to go: what was done, or before and after."""
    compared = one.comparable is not None and (len(one.changes) > 0 or one.index_change is not None)
    return text.step_two() if compared else text.step_one()


def chain_table(one: One, caption: str) -> Table:
    """Last year's findings, one a row."""
    rows = [[i.fynd, i.orsak, i.insats, i.passar, i.gjord, outcome(one, i)] for i in one.school.now.of(sheets.LAST_YEAR)]
    frame = pd.DataFrame(rows, columns=["fynd", "orsak", "insats", "passar", "gjord", "utfall"])
    return described(one.table("kedjan"), text.CHAIN_HEADS, rows, frame, caption=caption, layout="cards")


def outcome(one: One, item: Item) -> str:
    """Where the chain stops, or what has changed; never why."""
    if item.passar == sheets.DOES_NOT_FIT:
        return text.STOP_FIT
    if item.gjord == sheets.NOT_DONE:
        return text.STOP_DONE
    if item.passar == sheets.UNCLEAR:
        return text.UNCLEAR_FIT
    moved = f"{_moved(one, item)} {text.WHY_NOT}"
    return f"{text.UNCLEAR_DONE} {moved}" if item.gjord == sheets.PARTLY else moved


def _moved(one: One, item: Item) -> str:
    if not item.mats:
        return text.NOT_MEASURED
    if item.mats.casefold() == sheets.INDEX:
        return text.moved_index(one.index_change)
    asked = item.mats.casefold().rstrip(". ")
    rows = whole_rows(one.shares)
    mine = rows[rows["question"] == asked]
    return text.moved_share(one.change(mine["key"].iloc[0]) if len(mine) else None)


# ---- several schools -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """An evaluation of what is measured the same way in all schools, or why there is none; both are whole sentences."""

    what: str
    answer: str


def compared(m: Material) -> list[Compared]:
    """Schools where measures began beside schools where none did: the first statement of the form, and the index."""
    began = {one.school.key: one.school.now.fact("insatser_fran") for one in m.schools}
    treated = [key for key, when in began.items() if when is not None]
    if not treated or len(treated) == len(began):
        return [Compared(words.WHAT_ALL, words.NO_COMPARISON if treated else words.NOBODY_BEGAN)]
    years = {when.year for when in began.values() if when is not None}
    if len(years) > 1:
        return [Compared(words.WHAT_ALL, words.DIFFERENT_STARTS)]
    if len({year.form for one in m.schools for year in one.school.years}) > 1:
        return [Compared(words.WHAT_ALL, words.DIFFERENT_FORMS)]
    start = pd.Period(str(years.pop() + 1), freq="Y")  # the first whole year with the measures
    return [
        Compared(words.WHAT_SHARE, _evaluated(_share_panel(m), treated, start, "share")),
        Compared(words.WHAT_INDEX, _evaluated(_index_panel(m), treated, start, "index")),
    ]


def _evaluated(panel: pd.DataFrame, treated: Sequence[str], start: pd.Period, kind: str) -> str:
    there = set(panel["area"])
    mine = [key for key in treated if key in there]
    if panel.empty or not mine:
        return words.NO_FIGURES
    limits = ("lower", "upper") if kind == "share" else None
    try:
        design = effects.Design(panel, outcome="value", treated=mine, start=start, kind=kind, limits=limits)
        return words.of_schools(effect_words.summary(effects.evaluate(design), words.NAMES[kind]))
    except DesignError as error:
        return words.no_design(error.svenska)


def _share_panel(m: Material) -> pd.DataFrame:
    """The form's first statement by school and year, where it may be shown."""
    asked = sheets.QUESTIONS[0].casefold().rstrip(".")
    rows = []
    for one in m.schools:
        for year in one.school.years:
            shown = own_pupils(shares_of(year, name="alla"))
            mine = shown[(shown["question"] == asked) & shown["suppressed"].isna()]
            rows += [
                (one.school.key, pd.Period(str(year.year), freq="Y"), r.share, r.lower, r.upper) for r in mine.itertuples()
            ]
    return pd.DataFrame(rows, columns=["area", "period", "value", "lower", "upper"])


def _index_panel(m: Material) -> pd.DataFrame:
    rows = [
        (one.school.key, pd.Period(str(year.year), freq="Y"), inventory_index(scores_of(year), QUESTIONS_OF, top=INDEX_MAX))
        for one in m.schools
        for year in one.school.years
    ]
    return pd.DataFrame(rows, columns=["area", "period", "value"]).dropna()
