"""Has a survey share changed? The latest survey against the first one in the series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.rates.keys import SURVEY, keyed
from kunskapsbaserat.rates.survey import Comparison, limits_of, unrounded, verdicts_on
from kunskapsbaserat.trends.change import Change

_AS_CHANGE = {
    Comparison.HOGRE: Change.SAKERSTALLD_OKNING,
    Comparison.LAGRE: Change.SAKERSTALLD_MINSKNING,
    Comparison.INGEN_SAKERSTALLD_SKILLNAD: Change.INGEN_SAKERSTALLD_SKILLNAD,
    Comparison.KAN_INTE_BEDOMAS: Change.KAN_INTE_BEDOMAS,
}


@keyed(shares=SURVEY)
def survey_change(shares: pd.DataFrame, *, area: str, confidence: float = 0.95) -> pd.DataFrame:
    """The latest share of every measure against the first of its series, by a rule fixed beforehand.

    Two surveys whose windows overlap are not independent and are never compared.

    Parameters
    ----------
    shares : DataFrame
        The survey contract.
    area : str
        Area code.
    confidence : float
        One minus the false discovery rate of the verdicts.

    Returns
    -------
    DataFrame
        One row per measure: ``measure from_year to_year from_share to_share difference lower upper p_value q_value
        visible change``; shares 0-1. `change` is `Change`: kan_inte_bedomas with a single survey or overlapping windows.

    Raises
    ------
    TableError
        A column is missing, or holds no numbers.
    OptionError
        `confidence` is not between 0 and 1.

    Examples
    --------
    Has insecurity in Borlänge changed since the first survey? `visible` is the change that would have been found:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import survey_change
    >>> row = survey_change(embedded.survey(), area="2081").set_index("measure").loc["otrygg_kvall"]
    >>> print(f"{row['from_share']:.0%} in {row['from_year']}, {row['to_share']:.0%} in {row['to_year']}: {row['change']}")
    34% in 2017, 33% in 2025: ingen_sakerstalld_skillnad
    >>> print(f"visible from {row['visible']:.0%}")
    visible from 13%
    """
    return change_unrounded(unrounded(shares[shares["area"] == area]), confidence=confidence)


def change_unrounded(shares: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """`survey_change` of one area's shares whose limits have been moved outwards already (`rates.survey.unrounded`)."""
    limits = limits_of(shares)
    end = shares["end_year"].to_numpy(dtype=float, na_value=np.nan)
    order = np.argsort(end, kind="stable")
    measures = shares["measure"].to_numpy(dtype=object)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for at in order[~np.isnan(limits[order, 0])].tolist():
        first.setdefault(measures[at], at)
        last[measures[at]] = at
    begins, ends = list(first.values()), list(last.values())
    before = limits[begins]
    before[shares["start_year"].to_numpy(dtype=float, na_value=np.nan)[ends] <= end[begins]] = np.nan  # overlapping windows
    answer = verdicts_on(limits[ends], before, confidence)
    changes = [_AS_CHANGE[verdict] for verdict in answer["comparison"]]
    return pd.DataFrame(
        {
            "measure": shares["measure"].array[ends],
            "from_year": shares["end_year"].array[begins],
            "to_year": shares["end_year"].array[ends],
            "from_share": shares["share"].array[begins],
            "to_share": shares["share"].array[ends],
            **{name: answer[name] for name in ("difference", "lower", "upper", "p_value", "q_value", "visible")},
            "change": pd.Series(changes, dtype=object),
        }
    )
