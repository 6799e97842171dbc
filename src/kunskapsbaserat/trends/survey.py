"""Has a survey share changed? The latest survey against the first one in the series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.rates.checks import confidence_level
from kunskapsbaserat.rates.keys import SURVEY, keyed
from kunskapsbaserat.rates.survey import Comparison, unrounded, with_verdict
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
    confidence_level(confidence)
    return change_unrounded(unrounded(shares[shares["area"] == area]), confidence=confidence)


def change_unrounded(shares: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """`survey_change` of one area's shares whose limits have been moved outwards already (`rates.survey.unrounded`)."""
    rows = shares.dropna(subset=["share"]).sort_values("end_year")
    last = rows.groupby("measure", sort=False).last()
    first = rows.groupby("measure", sort=False).first()
    table = last.merge(first, left_index=True, right_index=True, suffixes=("", "_other")).reset_index()
    overlapping = (table["start_year"] <= table["end_year_other"]).to_numpy(dtype=bool)
    limits = ["share_other", "lower_other", "upper_other"]
    table.loc[overlapping, limits] = np.nan
    result = with_verdict(table, confidence).assign(
        from_year=table["end_year_other"],
        to_year=table["end_year"],
        from_share=first["share"].to_numpy(),
    )
    changes = [_AS_CHANGE[verdict] for verdict in result["comparison"]]
    result["change"] = pd.Series(changes, index=result.index, dtype=object)
    columns = ["measure", "from_year", "to_year", "from_share", "share", "difference", "lower", "upper"]
    return result[[*columns, "p_value", "q_value", "visible", "change"]].rename(columns={"share": "to_share"})
