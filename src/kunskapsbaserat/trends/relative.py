"""The second answer: has a kommun changed more, or less, than the other kommuner?

When the whole country moves, every kommun has changed and none has changed more than the others. The latest period's share of
the events is then not its share of the time but what the others' common course gives, and the years vary around that course.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.trends.comparison import Columns, Floats, floats, judged, objects
from kunskapsbaserat.trends.course import along
from kunskapsbaserat.trends.variation import TypicalVariation, course_through, moderated, pearson

NO_OTHERS = "no_others"


def beside_others(
    rows: Columns, course: Floats, own_dispersion: Floats, typical: TypicalVariation | None
) -> dict[str, NDArray[Any]]:
    """The comparison of two periods, given the others' course: the columns that take the place of its own.

    Parameters
    ----------
    rows : Columns
        One row per series (see `verdicts.verdicts`), with ``share`` by time alone.
    course : (m, years)
        The others' index of the compared years, NaN where they have none.
    own_dispersion : (m,)
        Of the series' years around the course.
    typical : TypicalVariation
        None when there are no others.
    """
    changed = {"reason": without_others(rows, course), "own_dispersion": own_dispersion}
    dispersion, df = moderated({**rows, **changed}, typical and typical.beside)
    latest, earlier = floats(rows, "count_latest", "count_earlier")
    noise = course_noise(rows, latest + earlier, typical)
    return {**changed, "dispersion": dispersion + noise, "df": df, **given_course(rows, course)}


def without_others(rows: Columns, course: Floats) -> NDArray[Any]:
    """The reasons: "no_others" where the others have no course."""
    reason = objects(rows, "reason").copy()
    reason[judged(rows) & np.isnan(course).any(axis=1)] = NO_OTHERS
    return reason


def given_course(rows: Columns, course: Floats) -> dict[str, Floats]:
    """`share` as the others' course gives it, and ``others_ratio``, their mean of the latest years over that of the earlier."""
    first, last, share = floats(rows, "latest_from", "latest_to", "share")
    late = np.arange(course.shape[1]) >= course.shape[1] - (last - first + 1)[:, None]
    after, before = (np.where(part, course, 0).sum(axis=1) / part.sum(axis=1) for part in (late, ~late))
    ratio = after / before
    odds = ratio * share / (1 - share)
    return {"others_ratio": ratio, "share": np.where(np.isnan(ratio), share, odds / (1 + odds))}


def course_noise(rows: Columns, events: Floats, typical: TypicalVariation | None) -> Floats:
    """What the chance in the others' own course adds to the dispersion: the more events, the larger part of the whole."""
    courses = {} if typical is None else typical.courses
    keys = zip(objects(rows, "offence"), objects(rows, "sex"), strict=True)
    return np.asarray(events * np.array([courses[key].noise if key in courses else np.nan for key in keys]))


def course_of(rows: Columns, typical: TypicalVariation | None) -> Floats:
    """The others' index over each series' own compared years: (m, years), NaN where they have none."""
    if typical is None:
        first, last = floats(rows, "earlier_from", "latest_to")
        return np.full((len(first), int(last[0] - first[0]) + 1), np.nan)
    return course_through(rows, typical.courses, missing=np.nan)


def around_course(counts: Floats, course: Floats, latest: int) -> Floats:
    """Dispersion of the years around the course: (m,)."""
    return pearson(counts, along(counts, course, latest))
