"""Every test of the page in one table: kommun by kommun in alphabetical order."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat import swedish
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.report.documents.region.material import Material, Series
from kunskapsbaserat.report.documents.region.words import front, method
from kunskapsbaserat.report.page.blocks import Cell, Column, Section, Table
from kunskapsbaserat.report.page.common_words import CHANGE
from kunskapsbaserat.trends import Change


def section(m: Material) -> Section:
    """The table with its heading."""
    places = m.lan.kommuner
    rows: list[list[Cell]] = []
    lines = []
    for place in places:
        for offence in m.offences:
            s = m.series[place.code, offence.id]
            rows.append([f"{front.SHORT[offence.id]}", _level(s), _band(s), _change(s)])
            lines.append(_line(s))
    columns = [Column(head, phone="" if at == 0 else head) for at, head in enumerate(method.TESTS_HEADS)]
    table = Table(
        caption=method.tests_caption(),
        columns=columns,
        rows=rows,
        released=[release(pd.DataFrame(lines), name="provningar", contents="description", sources=["bra_sol"])],
        scope_line=method.tests_scope(m),
        layout="cards",
        groups=[(place.name, len(m.offences)) for place in places],
    )
    return Section("provningar", method.TESTS_TOPIC, method.tests_heading(m), [table])


def _line(s: Series) -> dict[str, object]:
    return {
        "kommun": s.kommun.code,
        "name": s.kommun.name,
        "offence": s.offence.id,
        "rate": s.level.rate,
        "rate_lower": s.level.lower,
        "rate_upper": s.level.upper,
        "lower_quartile": s.level.band[0],
        "upper_quartile": s.level.band[1],
        "level_certain": s.level.certain,
        "level_reason": s.level.reason,
        "mean_latest": s.moved.mean_latest,
        "mean_earlier": s.moved.mean_earlier,
        "ratio": s.moved.ratio,
        "ratio_lower": s.moved.lower,
        "ratio_upper": s.moved.upper,
        "change": str(s.moved.change),
    }


def _level(s: Series) -> str:
    rate = swedish.number(s.level.rate)
    if s.level.reason is not None:
        return f"{rate} ({method.NOT_JUDGED})"
    return f"{rate} ({swedish.limits(s.level.lower, s.level.upper)}){' *' if s.level.certain else ''}"


def _band(s: Series) -> str:
    return swedish.limits(*s.level.band) if s.level.reason is None else swedish.NOT_APPLICABLE


def _change(s: Series) -> str:
    moved = s.moved
    if moved.change in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS):
        return CHANGE[moved.change][1]
    star = " *" if moved.certain else ""
    if not moved.percent_ok:
        return f"från {swedish.number(moved.mean_earlier)} till {swedish.number(moved.mean_latest)} om året{star}"
    low, high = (_percent(r) for r in (moved.lower, moved.upper))
    return f"{_percent(moved.ratio)} ({low} till {high}){star}"


def _percent(ratio: float) -> str:
    change = float(swedish.rounded(100 * (ratio - 1))) if ratio == ratio else float("nan")
    return f"{'+' if change > 0 else ''}{swedish.number(change)}"
