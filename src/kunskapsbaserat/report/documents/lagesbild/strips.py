"""Level and change as one mark among the others, for a table's cells: the drawing, and the words that say the same."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat import swedish
from kunskapsbaserat.report.documents.lagesbild.national_figures import changes_of, level_mark, levels_of
from kunskapsbaserat.report.documents.lagesbild.words import decision, front
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.selection import DIFFERS
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import charts as plots
from kunskapsbaserat.report.page.blocks import Cell, Drawn, Mark
from kunskapsbaserat.report.page.common_words import change_mark
from kunskapsbaserat.report.statements import survey


def level_cell(f: CountFinding, u: Underlag) -> Cell:
    """The rate among those of the comparison; without one there is nothing to draw."""
    if f.position is None or f.band is None:
        return swedish.MISSING
    levels = levels_of(f, u)
    own = level_mark(levels.get(u.kommun.code), f)
    if own is None:
        return swedish.MISSING
    others = [levels[code] for code in f.group.members if code in levels]
    drawing = plots.level_strip(own, others, band=(f.band.lower, f.band.upper))
    return Drawn(drawing, decision.level_words(f), swedish.number(own.value))


def survey_level_cell(f: SurveyFinding) -> Cell:
    """The share with its limits beside the län's."""
    d = survey.decimals(f)
    text = decision.SURVEY_LEVEL.get(f.comparison, swedish.MISSING)
    share, low, high = (100 * value for value in f.kommun[f.last_year])
    lan = [100 * f.lan[f.last_year][0]] if f.last_year in f.lan else []
    own = plots.Estimate(share, low, high, certain=f.comparison in DIFFERS)
    return Drawn(plots.level_strip(own, lan), text, swedish.percent_sign(f.share, d))


def change_cells(findings: Sequence[CountFinding], u: Underlag) -> dict[str, Cell]:
    """The change of each, all on one scale; what cannot be judged is a mark."""
    judged = [f for f in findings if f.judgement.q_value == f.judgement.q_value]
    others = {f.key: _others(f, u) for f in judged}
    ratios = [r for values in others.values() for r in values] + [r for f in judged for r in _estimate(f).numbers]
    ends = plots.ratio_range(ratios)
    cells: dict[str, Cell] = {}
    for f in findings:
        if f not in judged:
            cells[f.key] = Mark(*change_mark(f.judgement.change, f.judgement.relative_change))
            continue
        text, small = front.change_in_words(f)
        cells[f.key] = Drawn(plots.change_strip(_estimate(f), others[f.key], ends=ends), text, small)
    return cells


def _others(f: CountFinding, u: Underlag) -> list[float]:
    return list(changes_of(u.counts, f, list(f.group.members)).values())


def _estimate(f: CountFinding) -> plots.Estimate:
    """The ratio with its interval; a picture never says more than the verdict, see `front.agrees`."""
    j = f.judgement
    if j.lower > 0 and j.upper == j.upper and front.agrees(j):
        return plots.Estimate(j.ratio, j.lower, j.upper, certain=j.certain)
    return plots.Estimate(max(j.ratio, 1e-3), certain=j.certain)
