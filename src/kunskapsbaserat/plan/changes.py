"""Whether the offences of a kommun have changed, as several goals ask it: they share their years, and are judged together."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.trends import TypicalVariation, change
from kunskapsbaserat.trends.change import Baseline
from kunskapsbaserat.trends.years import YEARLY_BASELINE

USUAL = Baseline(*YEARLY_BASELINE)


class Changes:
    """What `trends.change` says of a kommun's yearly counts, each comparison made once.

    Parameters
    ----------
    counts : DataFrame
        The counts contract per year; only the kommun's rows are used.
    kommun : str
        Code.
    typical : TypicalVariation, optional
        How much years usually vary in other kommuner.
    """

    def __init__(self, counts: pd.DataFrame, kommun: str, typical: TypicalVariation | None) -> None:
        self.mine = counts[counts["area"] == kommun]
        self._typical = typical
        self._made: dict[tuple[int, Baseline], pd.DataFrame] = {}

    def until(self, last: int, baseline: Baseline = USUAL) -> pd.DataFrame:
        """Of every offence up to a year, by offence and sex."""
        if (last, baseline) not in self._made:
            rows = self.mine[self.mine["period"].dt.year <= last]
            found = change(rows, typical=self._typical, baseline=baseline)
            self._made[last, baseline] = found.set_index(["offence", "sex"])
        return self._made[last, baseline]
