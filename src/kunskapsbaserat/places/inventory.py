"""A place judged by questions, year after year: an index of them, and its change with an interval of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import confidence_level

FEWEST_PLACES = 6  # judged both times: of fewer nothing is known about how much two judgements differ
STEP = 0.5  # between two answers: half a step is how far each of them may be from what was seen


@dataclass(frozen=True, slots=True)
class IndexChange:
    """The change of an index over the places judged both times.

    `reason` says why there is no interval: "few_places". `clear` is whether the whole interval lies on one side of nothing.
    """

    change: float
    lower: float
    upper: float
    places: int
    reason: str | None = None

    @property
    def clear(self) -> bool:
        return bool(self.lower > 0 or self.upper < 0)


def factor_means(scores: pd.DataFrame, factors: Mapping[str, Sequence[str]]) -> pd.Series:
    """The mean of each factor: of its questions over the places, each question weighing the same; NaN where none is judged.

    Parameters
    ----------
    scores : DataFrame
        One row a place, one column a question: 0 to 1, missing where it was not judged.
    factors : mapping of str to sequence of str
        The questions of each factor.
    """
    _require(scores, factors)
    questions = scores.mean(axis=0, skipna=True)
    return pd.Series({name: questions[list(of)].mean(skipna=True) for name, of in factors.items()}, dtype=float)


def inventory_index(scores: pd.DataFrame, factors: Mapping[str, Sequence[str]], *, top: float = 20) -> float:
    """The mean of the factors, from 0 to `top`; NaN unless every factor is judged.

    Examples
    --------
    >>> judged = pd.DataFrame({"lamps": [1.0, 0.5], "sight": [0.5, 0.0]})
    >>> inventory_index(judged, {"light": ["lamps"], "control": ["sight"]})
    10.0
    """
    return float(factor_means(scores, factors).mean(skipna=False) * top)


def index_change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    factors: Mapping[str, Sequence[str]],
    *,
    top: float = 20,
    confidence: float = 0.95,
) -> IndexChange:
    """How much the index has changed at the places judged both times.

    Each place's change is that of its own index, from the questions judged both times. The interval is Student's over the
    places, with a standard deviation of at least what answers in steps of a half bring by themselves: where everybody answers
    alike, two judgements are not therefore certain. It does not know whether others judged, or were stricter: that has to be
    the same.

    Parameters
    ----------
    before, after : DataFrame
        As in `factor_means`, indexed by place.
    factors : mapping
        As in `factor_means`.
    top : float
        Of the index.
    confidence : float
        Of the interval.

    Returns
    -------
    IndexChange
        With fewer than six places (`FEWEST_PLACES`) there is no interval.
    """
    confidence_level(confidence)
    common = before.index.intersection(after.index, sort=False)
    first, last = before.loc[common], after.loc[common]
    both = first.notna() & last.notna()
    differences = pd.DataFrame(
        {name: (last - first).where(both)[list(of)].mean(axis=1, skipna=True) for name, of in factors.items()}, index=common
    ).mean(axis=1, skipna=True)
    judged = differences.notna()
    moved = differences[judged].to_numpy(dtype=float) * top
    k = len(moved)
    change = float(moved.mean()) if k else np.nan
    if k < FEWEST_PLACES:
        return IndexChange(change, np.nan, np.nan, k, "few_places")
    questions = both[judged].sum(axis=1).to_numpy(dtype=float)
    rounding = top * np.sqrt(2 * (STEP**2 / 12) / questions)  # of each place: both answers are rounded to the nearest step
    spread = max(float(moved.std(ddof=1)), float(np.sqrt((rounding**2).mean())))
    half = float(scipy.special.stdtrit(k - 1, (1 + confidence) / 2)) * spread / np.sqrt(k)
    return IndexChange(change, change - half, change + half, k)


def _require(scores: pd.DataFrame, factors: Mapping[str, Sequence[str]]) -> None:
    missing = [name for of in factors.values() for name in of if name not in scores]
    if missing:
        raise TableError(f"a column {missing[0]!r}", forvantat=f"kolumnen {missing[0]}", column=missing[0])
