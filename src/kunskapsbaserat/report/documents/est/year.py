"""The year's deepening: what comes back at the same time of year, and what has become of walks and dialogues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.data.est import activity as activities
from kunskapsbaserat.data.est import periods, sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.periods import MONTH, Rhythm
from kunskapsbaserat.rates.multiplicity import false_discovery_rate
from kunskapsbaserat.report.documents.est.material import FDR, FEW, Material
from kunskapsbaserat.report.documents.est.sections import table
from kunskapsbaserat.report.documents.est.words import deepening as words_of
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.page.blocks import Block, Cell, Paragraph, Section, Stacked
from kunskapsbaserat.swedish import MISSING, listed, number

YEARS = 2
MOST_YEARS = 5
WHEEL_COLUMNS = ("category", "month", "count", "expected", "p_value", "q_value", "years_above", "recurring")


def sections(m: Material) -> list[Section]:
    return [wheel_section(m), *protocol_sections(m)]


def wheel(m: Material) -> pd.DataFrame:
    """Which categories have more events in the same month of several years?

    Returns
    -------
    DataFrame
        One row per category and month: ``category month count expected p_value q_value years_above recurring``. `expected`
        is the category's events over whole years spread by days and active reporters; the p-value is one-sided, Poisson
        with the dispersion of the category's months; false discovery is controlled over the table. Empty with less than two
        whole years.
    """
    monthly = Rhythm(MONTH)
    reports = m.est.reports[m.est.reports["reported"] < pd.Timestamp(m.span.end)]
    if reports.empty:
        return pd.DataFrame(columns=WHEEL_COLUMNS)
    last = monthly.of(date(m.span.end.year, m.span.end.month, 1))
    spans = [s for s in monthly.before(last, 12 * MOST_YEARS + 1)[:-1] if s.start >= reports["reported"].min().date()]
    years = len(spans) // 12
    if years < YEARS:
        return pd.DataFrame(columns=WHEEL_COLUMNS)
    spans = spans[-12 * years :]
    active = (
        activities.table(reports, m.est.book, spans).groupby("period")["active"].sum().reindex(range(len(spans)), fill_value=0)
    )
    days = np.array([(s.end - s.start).days for s in spans])
    share = days * np.maximum(active.to_numpy(), 1)
    share = share / share.sum()
    at = periods.number(m.all_events["reported"], spans)
    month = np.array([s.start.month for s in spans])
    rows = []
    for category in catalogue.categories():
        counts = np.bincount(at[(at >= 0) & (m.all_events["category"] == category.id).to_numpy()], minlength=len(spans))
        expected = counts.sum() * share
        if counts.sum() < 12 * FEW / 2:
            continue
        spread = max(1.0, _dispersion(counts, expected, month))
        for number_ in range(1, 13):
            mine = month == number_
            seen, usual = int(counts[mine].sum()), float(expected[mine].sum())
            p = (
                float(scipy.special.betainc(seen, usual / (spread - 1), 1 - 1 / spread))
                if spread > 1 and seen
                else _poisson_tail(seen, usual)
            )
            above = int((counts[mine] > expected[mine]).sum())
            rows.append((category.id, number_, seen, usual, p, above))
    found = pd.DataFrame(rows, columns=["category", "month", "count", "expected", "p_value", "years_above"])
    found["q_value"] = false_discovery_rate(found["p_value"]) if len(found) else []
    found["recurring"] = (found["q_value"] <= FDR) & (found["years_above"] >= YEARS)
    return found[list(WHEEL_COLUMNS)]


def _dispersion(counts: np.ndarray, expected: np.ndarray, month: np.ndarray) -> float:
    """Variation between years within the same month, in units of chance: the season itself is no noise."""
    factor = (
        pd.Series(counts).groupby(month).transform("sum").to_numpy()
        / pd.Series(expected).groupby(month).transform("sum").to_numpy()
    )
    usual = expected * factor
    usable = usual > 0
    free = int(usable.sum()) - len(set(month[usable]))
    return float(((counts[usable] - usual[usable]) ** 2 / usual[usable]).sum() / free) if free > 0 else 1.0


def _poisson_tail(seen: int, usual: float) -> float:
    return float(scipy.special.gammainc(seen, usual)) if seen else 1.0


def wheel_section(m: Material) -> Section:
    found = wheel(m)
    yearly = [i for i in m.est.book.of(sheets.COMING) if i.varje_ar]
    rows: list[list[Cell]] = []
    for number_ in range(1, 13):
        mine = found[(found["month"] == number_) & found["recurring"].astype(bool)]
        names = [catalogue.category(c).name for c in mine["category"]]
        planned = sorted(((i.fran, i) for i in yearly if i.fran.month == number_), key=lambda pair: pair[0].day)
        rows.append(
            [
                words_of.month(number_),
                "; ".join(names) or (MISSING if found.empty else words_of.NOTHING),
                words_of.planned(planned),
            ]
        )
    count = int(found["recurring"].astype(bool).sum())
    blocks: list[Block] = [Paragraph(words_of.TOO_SHORT)] if found.empty else []
    blocks.append(
        table(
            "arshjul",
            words_of.WHEEL_HEADS,
            rows,
            found,
            caption=words_of.WHEEL_CAPTION,
            source=words_of.WHEEL_NOTE,
            layout="cards",
        )
    )
    blocks.append(Paragraph(words_of.NO_EFFECT))
    return Section("korthet", text.TOPIC_WHEN, words_of.wheel_heading(count), blocks)


# ---- walks and dialogues -------------------------------------------------------------------------------------------------


def protocol_sections(m: Material) -> list[Section]:
    """What was seen on walks, the themes of dialogues, and the proposals that will not be carried out."""
    found = []
    walks = [i for i in m.est.book.of(sheets.WALKS) if i.datum <= m.today]
    if walks:
        rows = [
            [
                _with_place(i),
                i.galler or MISSING,
                f"{i.datum:%Y-%m-%d}",
                text.DECIDED[i.beslut],
                text.STATES[i.lage or "ej_startad"],
            ]
            for i in walks
        ]
        shown = table(
            "vandringar",
            words_of.WALK_HEADS,
            rows,
            m.only_listed(_frame(words_of.WALK_HEADS, rows), words_of.WALK_HEADS[0]),
            caption=words_of.WALKED,
            layout="cards",
        )
        found.append(Section("vandringar", words_of.TOPIC_WALKS, words_of.WALKED, [shown]))
    talks = [i for i in m.est.book.of(sheets.DIALOGUES) if i.datum <= m.today]
    if talks:
        rows = [
            [
                _with_place(i),
                f"{i.datum:%Y-%m-%d}",
                MISSING if i.antal is None else number(i.antal),
                number(i.deltagare),
                text.DECIDED[i.beslut],
            ]
            for i in talks
        ]
        shown = table(
            "dialoger",
            words_of.THEME_HEADS,
            rows,
            m.only_listed(_frame(words_of.THEME_HEADS, rows), words_of.THEME_HEADS[0]),
            caption=words_of.THEMES,
            source=words_of.representative(talks),
            layout="cards",
        )
        found.append(Section("dialoger", words_of.TOPIC_TALKS, words_of.THEMES, [shown]))
    refused = [f for f in m.followed if f.decision == "gors_inte"]
    if refused:
        rows = [
            [
                f.text,
                listed([text.KINDS[f.kind], f.place] if f.place else [text.KINDS[f.kind]], last="vid"),
                f.why_not or "skäl saknas",
            ]
            for f in refused
        ]
        shown = table(
            "genomfors_inte",
            words_of.REFUSED_HEADS,
            rows,
            m.only_listed(_frame(words_of.REFUSED_HEADS, rows), *words_of.REFUSED_HEADS),
            caption=words_of.REFUSED,
            layout="cards",
        )
        found.append(Section("genomfors-inte", text.TOPIC_DECISIONS, words_of.REFUSED, [shown]))
    return found


def _with_place(item: Item) -> Cell:
    return Stacked(item.namn, item.plats) if item.plats else item.namn


def _frame(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> pd.DataFrame:
    return pd.DataFrame([[c.text if isinstance(c, Stacked) else c for c in row] for row in rows], columns=list(heads))
