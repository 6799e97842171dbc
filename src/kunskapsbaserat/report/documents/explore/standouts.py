"""Vad sticker ut: all offences of one kommun as one list, those that are säkerställda first."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import Position
from kunskapsbaserat.report.documents.explore import standout_words as words
from kunskapsbaserat.report.documents.explore.figures import ViewFigure
from kunskapsbaserat.report.documents.explore.view import NoFigures, Screened, View
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.charts import ChangeRow, Estimate
from kunskapsbaserat.swedish import percent_sign
from kunskapsbaserat.trends import Change

CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


@dataclass(frozen=True, eq=False)
class Standouts:
    """The offences of one kommun, each in its own latest year, in the order in which they stick out.

    Attributes
    ----------
    views : tuple of View
        First those that are säkerställt changed or säkerställt outside the comparison, the largest difference first; then
        those judged without anything being säkerställt, the surest first; then those with too few to judge; last those that
        cannot be judged. Offences within one kommun are ordered, never kommuner.
    """

    kommun: Kommun
    views: tuple[View, ...]

    def frame(self) -> pd.DataFrame:
        """A row for each offence in the order of the list."""
        rows = [
            {
                **{"rank": rank, "offence": v.offence.id, "sex": v.facet.sex, "name": v.facet.name, "year": v.year},
                **v.now[["count", "rate", "lower_quartile", "median", "upper_quartile", "position"]].to_dict(),
                **{"level_certain": v.level_certain, "group": v.group.kind, "tier": tier(v)},
                **v.verdict[
                    ["mean_earlier", "mean_latest", "ratio", "lower", "upper", "q_value", "change", "reason"]
                ].to_dict(),
            }
            for rank, v in enumerate(self.views, start=1)
        ]
        return pd.DataFrame(rows)


def standouts(tables: Screened, kommun: object, *, group: str = "regel") -> Standouts:
    """All offences of a kommun that there are figures for, in the order in which they stick out.

    Parameters
    ----------
    tables : Screened
        From `view.screened`.
    kommun : str
        Name or code.
    group : str
        Kind of comparison group.

    Raises
    ------
    UnknownKommun, OptionError
        A choice that does not exist, or for which there are no figures.

    Examples
    --------
    >>> from kunskapsbaserat.report.documents.explore import standouts, view
    >>> standouts.standouts(view.screened(), "Köping").frame()["tier"].is_monotonic_increasing
    True
    """
    place = kommuner.get(kommun)
    views = [tables.view(place, o.id, sex=f.sex, group=group) for o, f in tables.offences_of(place)]
    if not views:
        raise NoFigures(place, None)
    return Standouts(place, tuple(sorted(views, key=_order)))


def tier(view: View) -> int:
    """0: something is säkerställt. 1: judged, nothing säkerställt. 2: too few. 3: cannot be judged."""
    if view.verdict["change"] in CERTAIN or level_stands_out(view):
        return 0
    return {Change.FOR_FA_BROTT: 2, Change.KAN_INTE_BEDOMAS: 3}.get(view.verdict["change"], 1)


def level_stands_out(view: View) -> bool:
    """Is the level säkerställt over or under the middle half of the comparison?"""
    return bool(view.level_certain) and view.now["position"] in (Position.OVER, Position.UNDER)


def _order(view: View) -> tuple[int, float, str, str]:
    rank = tier(view)
    by = -_size(view) if rank == 0 else float(view.verdict["q_value"]) if rank == 1 else 0.0
    return rank, math.inf if by != by else by, view.offence.id, view.facet.sex


def _size(view: View) -> float:
    """How far what is säkerställt lies from "no difference", up and down alike."""
    sizes = []
    if view.verdict["change"] in CERTAIN:
        sizes.append(abs(_log(view.verdict["ratio"])))
    if level_stands_out(view):
        sizes.append(abs(_log(float(view.now["rate"]) / float(view.now["median"]))))
    return max(sizes, default=0.0)


def _log(ratio: float) -> float:
    """Of nothing left, or nothing before, as of a thirtyfold change: further than any that is seen."""
    return math.log(min(max(float(ratio), 1 / 30), 30.0)) if ratio == ratio else 0.0


def figure(found: Standouts) -> ViewFigure:
    """The changes in the order of the list, with their intervals."""
    rows = [ChangeRow(v.facet.short, _estimate(v), words.instead(v), words.hover(v), words.level_note(v)) for v in found.views]
    notes = words.LEVEL_NOTE if any(row.note for row in rows) else ""
    drawing = charts.change_rows(rows, none=words.NO_CHANGE, notes=notes, format_change=percent_sign)
    return ViewFigure("sticker-ut", drawing, words.CAPTION, words.unit(found), words.title(found), words.sentence(found))


def _estimate(view: View) -> Estimate | None:
    row = view.verdict
    if row["change"] in (Change.FOR_FA_BROTT, Change.KAN_INTE_BEDOMAS) or pd.isna(row["ratio"]):
        return None
    ratio, lower, upper = max(float(row["ratio"]), 0.01), _limit(row["lower"]), _limit(row["upper"])
    whisker = lower is not None and upper is not None
    return Estimate(ratio, lower if whisker else None, upper if whisker else None, certain=row["change"] in CERTAIN)


def _limit(value: float) -> float | None:
    """A limit that can be drawn on a scale of ratios."""
    return None if pd.isna(value) or not math.isfinite(value) or value <= 0 else float(value)
