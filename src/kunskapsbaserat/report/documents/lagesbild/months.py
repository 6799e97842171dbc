"""The last twelve months against the same months before, from a folder's monthly files."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat import catalogue, swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.lagesbild.words import front, months, situation
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import labels
from kunskapsbaserat.report.page.blocks import Block, Cell, Column, Mark, Note, Paragraph, Section, Table
from kunskapsbaserat.report.statements import annex
from kunskapsbaserat.trends import Baseline, Change, change

MOST_YEARS = 5


def months_section(u: Underlag) -> Section | None:
    """A table of every offence with at least two years of months; None when there is none.

    The last twelve months are compared with the same months of the up to five years before that the file holds.
    """
    mine = _known(u)
    if mine.empty:
        return None
    last, first = mine["period"].max(), mine["period"].min()
    earlier = min(MOST_YEARS, (last.ordinal - first.ordinal + 1) // 12 - 1)
    if earlier < 1:
        return None
    verdicts = change(mine, baseline=Baseline(1, earlier)).set_index(["offence", "sex"])
    rows: list[list[Cell]] = []
    records = []
    for offence in catalogue.offences():
        for sex, facet in offence.facets.items():
            if (offence.id, sex) in verdicts.index:
                verdict = verdicts.loc[(offence.id, sex)]
                rows.append([facet.short, *_cells(verdict)])
                records.append(_record(u, offence.id, sex, verdict))
    released = release(
        pd.DataFrame(records), name="senaste_tolv_manaderna", contents="counts", sources=sorted(mine["source"].unique())
    )
    table = Table(
        caption=months.caption(u.kommun),
        scope_line=months.scope(last, earlier),
        columns=[
            Column(front.AREA),
            Column(months.LATEST, right=True, phone=months.LATEST),
            Column(months.earlier_head(earlier), right=True, phone=months.earlier_head(earlier)),
            Column(months.SEEN, right=True, phone=months.SEEN),
            Column(front.CHANGE_HEAD, phone=front.CHANGE_HEAD),
        ],
        rows=rows,
        released=[released],
        layout="cards",
        source=months.source(first, last),
    )
    cautions = list(dict.fromkeys(code for codes in verdicts["cautions"] for code in codes))
    blocks: list[Block] = [Paragraph(months.LEAD), table]
    blocks += [Note(words.SA_LASER_DU, months.note(cautions))] if cautions else []
    return Section("manader", situation.EXTENT_TOPIC, months.heading(list(verdicts["change"])), blocks)


def _known(u: Underlag) -> pd.DataFrame:
    rows = u.own.months if u.own is not None else u.quarters.iloc[:0]
    return rows[(rows["area"] == u.kommun.code) & rows["count"].notna()]


def _cells(verdict: pd.Series) -> list[Cell]:
    kind, text = words.change_mark(verdict["change"], verdict["relative_change"])
    seen = swedish.NOT_APPLICABLE
    if verdict["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD:
        seen = annex.seen_count(verdict["mean_earlier"], verdict["visible_increase"])
    return [labels.count(verdict["mean_latest"]), swedish.number(verdict["mean_earlier"]), seen, Mark(kind, text)]


def _record(u: Underlag, offence: str, sex: str, verdict: pd.Series) -> dict[str, object]:
    return {
        "kommun": u.kommun.code,
        "area_level": "kommun",
        "offence": offence,
        "sex": sex,
        "count_latest": verdict["count_latest"],
        "count_earlier": verdict["count_earlier"],
        "change": str(verdict["change"]),
    }
