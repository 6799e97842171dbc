"""The second answer: has a kommun changed more, or less, than the other kommuner?

When the whole country moves, every kommun has changed and none has changed more than the others. The latest period's share of
the events is then not its share of the time but what the others' common course gives, and the years vary around that course.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.trends.course import Floats, along
from kunskapsbaserat.trends.variation import TypicalVariation, course_through, moderated, pearson

NO_OTHERS = "no_others"


def beside_others(
    table: pd.DataFrame, course: Floats, own_dispersion: Floats, typical: TypicalVariation | None
) -> pd.DataFrame:
    """The comparison of two periods, given the others' course.

    Parameters
    ----------
    table : DataFrame
        One row per series (see `verdicts.verdicts`), with ``share`` by time alone.
    course : (m, years)
        The others' index of the compared years, NaN where they have none.
    own_dispersion : (m,)
        Of the series' years around the course.
    typical : TypicalVariation
        None when there are no others.
    """
    held = without_others(table, course).assign(own_dispersion=own_dispersion)
    dispersion, df = moderated(held, typical and typical.beside)
    events = table["count_latest"] + table["count_earlier"]
    return given_course(held.assign(dispersion=dispersion + course_noise(table, events, typical), df=df), course)


def without_others(table: pd.DataFrame, course: Floats) -> pd.DataFrame:
    """`reason` is "no_others" where the others have no course."""
    lonely = np.isnan(course).any(axis=1)
    return table.assign(reason=table["reason"].mask(table["reason"].isna() & lonely, NO_OTHERS))


def given_course(table: pd.DataFrame, course: Floats) -> pd.DataFrame:
    """`share` as the others' course gives it, and ``others_ratio``, their mean of the latest years over that of the earlier."""
    latest = (table["latest_to"] - table["latest_from"] + 1).to_numpy(dtype=int)[:, None]
    late = np.arange(course.shape[1]) >= course.shape[1] - latest
    after, before = (np.where(part, course, 0).sum(axis=1) / part.sum(axis=1) for part in (late, ~late))
    ratio, share = after / before, table["share"].to_numpy(dtype=float)
    odds = ratio * share / (1 - share)
    return table.assign(others_ratio=ratio, share=np.where(np.isnan(ratio), share, odds / (1 + odds)))


def course_noise(table: pd.DataFrame, events: pd.Series, typical: TypicalVariation | None) -> pd.Series:
    """What the chance in the others' own course adds to the dispersion: the more events, the larger part of the whole."""
    courses = {} if typical is None else typical.courses
    keys = zip(table["offence"], table["sex"], strict=True)
    return events * np.array([courses[key].noise if key in courses else np.nan for key in keys])


def course_of(table: pd.DataFrame, typical: TypicalVariation | None) -> Floats:
    """The others' index over each series' own compared years: (m, years), NaN where they have none."""
    if typical is None:
        years = int(table["latest_to"].iat[0] - table["earlier_from"].iat[0]) + 1
        return np.full((len(table), years), np.nan)
    return course_through(table, typical.courses, missing=np.nan)


def around_course(counts: Floats, course: Floats, latest: int) -> Floats:
    """Dispersion of the years around the course: (m,)."""
    return pearson(counts, along(counts, course, latest))
