"""What the survey's figures say about one kommun, before any of it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Measure
from kunskapsbaserat.frames import Record, by_key, records
from kunskapsbaserat.rates import Comparison, ComparisonGroup
from kunskapsbaserat.rates.survey import compare_unrounded, limits_of, unrounded
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of
from kunskapsbaserat.report.material.findings import KOLADA
from kunskapsbaserat.report.material.grid import Band, Grid
from kunskapsbaserat.report.material.priority import Step, step_for_survey
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.survey import change_unrounded


@dataclass(frozen=True, slots=True)
class SurveyFinding:
    """One survey measure in one kommun, its län and riket. Shares 0-1 with the publisher's limits."""

    measure: Measure
    kommun: Mapping[int, tuple[float, float, float]]
    lan: Mapping[int, tuple[float, float, float]]
    riket: Mapping[int, tuple[float, float, float]]
    respondents: int | None
    comparison: Comparison
    comparison_riket: Comparison
    visible_difference: float
    change: Change
    first_year: int
    visible_change: float
    lan_band: Mapping[int, Band]
    step: Step
    via_kolada: bool = False

    @property
    def key(self) -> str:
        return self.measure.id

    @property
    def last_year(self) -> int:
        return max(self.kommun)

    @property
    def first_survey(self) -> int:
        """The year the first survey was made; questions about victimisation are about the year before."""
        return min(self.kommun) + (self.measure.refers_to == "year_before")

    @property
    def last_survey(self) -> int:
        return self.last_year + (self.measure.refers_to == "year_before")

    @property
    def share(self) -> float:
        return self.kommun[self.last_year][0]


_NOT_COMPARED: Record = {"comparison": Comparison.KAN_INTE_BEDOMAS, "visible": float("nan")}


def survey_findings(shares: pd.DataFrame, *, kommun: str, lan: str, group: ComparisonGroup) -> tuple[SurveyFinding, ...]:
    """Findings for every survey measure that the kommun has figures for, in catalogue order."""
    known = _limits(rows_in(shares, (kommun, lan, "00")))
    mine = [row for row in records(rows_of(shares, kommun)[["measure", "end_year", "share", "n", "source"]]) if _is_known(row)]
    if not mine:
        return ()
    wide = once(shares, "unrounded", lambda: unrounded(shares))
    grid = once(shares, "grid", lambda: Grid.of(shares, rate="share", count="share", by=["measure"], year="end_year"))
    near = rows_in(wide, (kommun, lan, "00"))
    lan_verdicts, riket_verdicts = (
        by_key(compare_unrounded(near, area=kommun, other=other), ("measure",)) for other in (lan, "00")
    )
    over_time = by_key(change_unrounded(rows_of(wide, kommun)), ("measure",))
    through_kolada = {row["measure"] for row in mine if row["source"] == KOLADA}
    respondents = {row["measure"]: row["n"] for row in sorted(mine, key=lambda row: int(row["end_year"]))}
    bands = grid.bands(group.members)
    found = []
    for measure in catalogue.measures():
        moved = over_time.get(measure.id)
        if moved is None:
            continue
        here = known[kommun, measure.id]
        beside = lan_verdicts.get(measure.id, _NOT_COMPARED)
        asked = respondents[measure.id]
        found.append(
            SurveyFinding(
                measure=measure,
                kommun=here,
                lan=known.get((lan, measure.id), {}),
                riket=known.get(("00", measure.id), {}),
                respondents=None if pd.isna(asked) else int(asked),
                comparison=beside["comparison"],
                comparison_riket=riket_verdicts.get(measure.id, _NOT_COMPARED)["comparison"],
                visible_difference=float(beside["visible"]),
                change=moved["change"],
                first_year=int(moved["from_year"]),
                visible_change=float(moved["visible"]),
                lan_band={y: b for ((m,), y), b in bands.items() if m == measure.id},
                step=step_for_survey(beside["comparison"], moved["change"]),
                via_kolada=measure.id in through_kolada,
            )
        )
    return tuple(found)


def shares_of(shares: pd.DataFrame, kommun: str) -> tuple[tuple[Measure, dict[int, float]], ...]:
    """The kommun's shares by year of every measure that it has figures for, as the findings have them."""
    known = _limits(rows_of(shares, kommun))
    measures = [(measure, known[kommun, measure.id]) for measure in catalogue.measures() if (kommun, measure.id) in known]
    return tuple((measure, {year: share for year, (share, *_) in years.items()}) for measure, years in measures)


def _limits(shares: pd.DataFrame) -> dict[tuple[str, str], dict[int, tuple[float, float, float]]]:
    """Share and limits of every area and measure, by year."""
    found: dict[tuple[str, str], dict[int, tuple[float, float, float]]] = {}
    keys = zip(*(shares[name].to_numpy(dtype=object) for name in ("area", "measure", "end_year")), strict=True)
    for (area, measure, year), (share, low, high) in sorted(
        zip(keys, limits_of(shares).tolist(), strict=True), key=lambda row: int(row[0][2])
    ):
        if share == share:
            found.setdefault((area, measure), {})[int(year)] = (share, low, high)
    return found


def _is_known(row: Record) -> bool:
    return not pd.isna(row["share"])
