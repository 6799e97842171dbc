"""What the survey's shares say about one kommun: against its län and riket, and over time."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import Measure
from kunskapsbaserat.rates import Comparison, ComparisonGroup
from kunskapsbaserat.rates.survey import compare_unrounded, unrounded
from kunskapsbaserat.report.material.computed_once import once, rows_in, rows_of
from kunskapsbaserat.report.material.findings import KOLADA, Record, SurveyFinding, bands_among, by_key
from kunskapsbaserat.report.material.priority import step_for_survey
from kunskapsbaserat.trends.survey import change_unrounded

_NOT_COMPARED: Record = {"comparison": Comparison.KAN_INTE_BEDOMAS, "visible": float("nan")}


def survey_findings(shares: pd.DataFrame, *, kommun: str, lan: str, group: ComparisonGroup) -> tuple[SurveyFinding, ...]:
    """Findings for every survey measure that the kommun has figures for, in catalogue order."""
    mine = rows_of(shares, kommun).dropna(subset=["share"])
    if mine.empty:
        return ()
    wide = once(shares, "unrounded", lambda: unrounded(shares))
    compared = rows_in(shares, group.members).rename(columns={"end_year": "year", "share": "rate"})
    shares = rows_in(shares, (kommun, lan, "00"))
    known = _limits(shares)
    against_lan = compare_unrounded(rows_in(wide, (kommun, lan)), area=kommun, other=lan)
    against_riket = compare_unrounded(rows_in(wide, (kommun, "00")), area=kommun, other="00")
    lan_verdicts, riket_verdicts = by_key(against_lan, ("measure",)), by_key(against_riket, ("measure",))
    over_time = by_key(change_unrounded(rows_of(wide, kommun)), ("measure",))
    through_kolada = set(mine.loc[mine["source"] == KOLADA, "measure"])
    respondents = {row["measure"]: row["n"] for row in mine.sort_values("end_year", kind="stable").to_dict("records")}
    bands = bands_among(compared, {kommun: group.members}, ["measure", "year"]).get(kommun, {})
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
                lan_band={y: b for (m, y), b in bands.items() if m == measure.id},
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
    known = shares.dropna(subset=["share"]).sort_values("end_year", kind="stable")
    found: dict[tuple[str, str], dict[int, tuple[float, float, float]]] = {}
    columns = ("area", "measure", "end_year", "share", "lower", "upper")
    for area, measure, year, *values in zip(*(known[c] for c in columns), strict=True):
        share, low, high = (float(v) for v in values)
        found.setdefault((area, measure), {})[int(year)] = (share, low, high)
    return found
