"""Findings as rows: what the report says of each offence and question, to look at, sort and draw."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.survey_findings import SurveyFinding

COLUMNS = (
    *("kind", "id", "name", "sex", "year", "count", "rate", "share", "lower_quartile", "median", "upper_quartile"),
    *("position", "level_certain", "change", "change_certain", "ratio", "q_value", "step", "few", "own"),
)


class Findings(tuple[CountFinding | SurveyFinding, ...]):
    """The findings of a report, in its order."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a finding, with the latest value and the verdicts of the report; `COLUMNS` always, missing where it has none.

        `rate` per 100 000 inhabitants and year, `share` from 0 to 1, the quartiles of the comparison's rates.
        """
        rows = [_of_counts(f) if isinstance(f, CountFinding) else _of_survey(f) for f in self]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_counts(f: CountFinding) -> dict[str, object]:
    band = f.band
    return {
        "kind": "anmälda brott",
        "id": f.offence.id,
        "name": f.facet.name,
        "sex": f.facet.sex,
        "year": f.last_year,
        "count": f.count,
        "rate": f.rate,
        "lower_quartile": band.lower if band else None,
        "median": band.median if band else None,
        "upper_quartile": band.upper if band else None,
        "position": str(f.position) if f.position is not None else None,
        "level_certain": bool(f.level and f.level.certain),
        "change": str(f.judgement.change),
        "change_certain": f.judgement.certain,
        "ratio": f.judgement.ratio,
        "q_value": f.judgement.q_value,
        "step": str(f.step),
        "few": f.few,
        "own": f.own,
    }


def _of_survey(f: SurveyFinding) -> dict[str, object]:
    return {
        "kind": "enkät",
        "id": f.key,
        "name": f.measure.short,
        "year": f.last_year,
        "share": f.share,
        "change": str(f.change),
        "step": str(f.step),
    }
