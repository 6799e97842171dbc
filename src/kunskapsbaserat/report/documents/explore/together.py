"""One offence in several kommuner at once: the same figures, on one scale, with the verdict of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.explore import figures
from kunskapsbaserat.report.documents.explore import together_words as words
from kunskapsbaserat.report.documents.explore.figures import ViewFigure, shown
from kunskapsbaserat.report.documents.explore.view import Measure, NoFigures, Screened, View
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.report.page.charts import AreaPanel

MOST = 8
"""Kommuner side by side: more panels than these are no longer compared by eye."""


@dataclass(frozen=True, eq=False)
class Together:
    """Views of one offence and year: the reader's kommun first, the others in the order of the alphabet.

    Attributes
    ----------
    views : tuple of View
        Those that have figures for the offence and year.
    without : tuple of Kommun
        Those that have none.
    """

    views: tuple[View, ...]
    without: tuple[Kommun, ...] = ()

    @property
    def first(self) -> View:
        return self.views[0]

    @property
    def drawn(self) -> Measure:
        """One measure for all. Where any has too few offences for a rate, all are drawn shrunken, which is made for few."""
        wanted = self.first.measure
        few = wanted in (Measure.RATE, Measure.RATIO) and any(view.few for view in self.views)
        return Measure.SHRUNKEN if few else wanted

    def frame(self) -> pd.DataFrame:
        """A row for each kommun and year."""
        return pd.concat([view.table() for view in self.views], ignore_index=True)

    def now(self) -> pd.DataFrame:
        """A row for each kommun in the chosen year, with its two verdicts."""
        rows = [
            {
                **{"area": v.kommun.code, "name": v.kommun.name, "year": v.year, "offence": v.offence.id, "sex": v.facet.sex},
                **v.now[["count", "exposure", "rate", "lower", "upper"]].to_dict(),
                **{"position": v.now["position"], "level_certain": v.level_certain, "group": v.group.kind},
                **v.verdict[["mean_earlier", "mean_latest", "ratio", "change", "reason"]].to_dict(),
            }
            for v in self.views
        ]
        return pd.DataFrame(rows)


def together(
    tables: Screened,
    places: Sequence[object],
    offence: str,
    *,
    sex: str = "alla",
    year: int | None = None,
    group: str = "regel",
    measure: str = Measure.RATE,
) -> Together:
    """One offence in several kommuner.

    Parameters
    ----------
    tables : Screened
        From `view.screened`.
    places : sequence of str
        Names or codes; the first is the reader's own.
    offence, sex, year, group, measure
        As in `Screened.view`; the year is by default the first kommun's latest.

    Raises
    ------
    UnknownKommun, OptionError
        A choice that does not exist, more than `MOST` kommuner, or none of them has figures.

    Examples
    --------
    >>> from kunskapsbaserat.report.documents.explore import together, view
    >>> both = together.together(view.screened(), ["Köping", "Arboga"], "totalt", year=2025)
    >>> both.now()["name"].tolist()
    ['Köping', 'Arboga']
    """
    asked = list(dict.fromkeys(kommuner.get(place) for place in places))
    if not asked or len(asked) > MOST:
        raise OptionError("kommuner", len(asked), (f"1 to {MOST} kommuner",), tillatna=(f"1 till {MOST} kommuner",))
    views: list[View] = []
    without: list[Kommun] = []
    for place in [asked[0], *sorted(asked[1:], key=lambda k: kommuner.sort_key(k.name))]:
        years = tables.years_of(place, offence, sex)
        wanted = year if year is not None else views[0].year if views else None
        if not years or (wanted is not None and wanted not in years):
            without.append(place)
            continue
        views.append(tables.view(place, offence, sex=sex, year=wanted, group=group, measure=measure))
    if not views:
        raise NoFigures(asked[0], None)
    return Together(tuple(views), tuple(without))


def figure(both: Together) -> ViewFigure:
    """A panel for each kommun, all on one scale."""
    measure = both.drawn
    panels = []
    for view in both.views:
        values = {int(year): float(v) for year, v in view.own[measure.value].dropna().items() if year >= view.first_comparable}
        told = {year: f"{view.kommun.name} {year}: {shown(v, measure)}" for year, v in values.items()}
        panels.append(AreaPanel(view.kommun.name, values, certain=figures.certain(view), hover=told))
    known = [panel for panel in panels if len(panel.values)]
    drawing = charts.area_panels(known, format_number=lambda value: shown(value, measure))
    return ViewFigure("flera", drawing, words.caption(both), words.unit(both), words.title(both), words.finding(both))
