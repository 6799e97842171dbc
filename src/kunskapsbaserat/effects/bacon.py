"""Goodman-Bacon decomposition: which comparisons a two-way fixed effects estimate is an average of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.demean import Floats
from kunskapsbaserat.errors import DesignError, TableError
from kunskapsbaserat.rates.checks import columns, numbers
from kunskapsbaserat.rates.keys import keyed

KINDS = ("earlier_vs_later", "later_vs_earlier", "treated_vs_untreated", "later_vs_always")


@dataclass(frozen=True, slots=True)
class BaconDecomposition:
    """The estimate as a weighted mean of comparisons of two groups.

    Attributes
    ----------
    comparisons : DataFrame
        One row per pair: ``kind treated control weight estimate`` (`treated` and `control` are first periods with the
        measure; missing for never, the panel's first period for always). "later_vs_earlier" and "later_vs_always" compare
        with areas that already have the measure: their weight is the part of the answer that changing effects distort.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import bacon
    >>> starts = {"a": 2021, "b": 2023, "c": 9999}
    >>> rows = [(unit, year, int(year >= start)) for unit, start in starts.items() for year in range(2019, 2025)]
    >>> panel = pd.DataFrame(rows, columns=["unit", "year", "measure"])
    >>> panel["y"] = -2.0 * panel["measure"]
    >>> parts = bacon(panel, outcome="y", treated="measure", unit="unit", time="year")
    >>> parts.by_kind().reset_index().round(2)
                       kind  weight  estimate
    0      earlier_vs_later    0.17      -2.0
    1      later_vs_earlier    0.17      -2.0
    2  treated_vs_untreated    0.67      -2.0
    >>> round(parts.estimate, 6)
    -2.0
    """

    comparisons: pd.DataFrame

    @property
    def estimate(self) -> float:
        return float(np.sum(self.comparisons["weight"] * self.comparisons["estimate"]))

    def by_kind(self) -> pd.DataFrame:
        """One row per kind that occurs: ``weight`` and ``estimate`` (their weighted mean)."""
        rows = self.comparisons.assign(part=self.comparisons["weight"] * self.comparisons["estimate"])
        sums = rows.groupby("kind")[["weight", "part"]].sum()
        return pd.DataFrame({"weight": sums["weight"], "estimate": sums["part"] / sums["weight"]})


@keyed(filled=("df",), df=("@unit", "@time", "@outcome#", "@treated#"))
def bacon(df: pd.DataFrame, *, outcome: str, treated: str, unit: str, time: str) -> BaconDecomposition:
    """Decompose the unweighted two-way fixed effects estimate of a measure that starts at different times and stays.

    Parameters
    ----------
    df : DataFrame
        A balanced panel: one row for every unit and period.
    outcome, treated, unit, time : str
        Columns: a number, 0 or 1, the unit and the period.

    Returns
    -------
    BaconDecomposition

    Raises
    ------
    TableError
        A row is missing or doubled, or a value is not allowed.
    DesignError
        "measure_ends": a unit loses the measure again. "one_group": all units have the same course.

    References
    ----------
    Goodman-Bacon A (2021). Difference-in-differences with variation in treatment timing. J Econometrics 225, 254-277.

    Examples
    --------
    An effect that grows by 1 a year, -3 on average. The regression says -0.2, since more than half the weight lies on
    comparisons with the area that already had the measure:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import bacon
    >>> starts = {"a": 2020, "b": 2023}
    >>> rows = [(unit, year, max(0, year - start + 1)) for unit, start in starts.items() for year in range(2018, 2026)]
    >>> panel = pd.DataFrame(rows, columns=["unit", "year", "years_with"])
    >>> panel = panel.assign(measure=np.minimum(panel["years_with"], 1), y=-1.0 * panel["years_with"])
    >>> parts = bacon(panel, outcome="y", treated="measure", unit="unit", time="year")
    >>> round(parts.estimate, 1), float(panel.loc[panel["measure"] == 1, "y"].mean())
    (-0.2, -3.0)
    >>> parts.by_kind().reset_index().round(2)
                   kind  weight  estimate
    0  earlier_vs_later     0.4      -2.0
    1  later_vs_earlier     0.6       1.0
    """
    y, status, periods = _wide(df, outcome, treated, unit, time)
    if (np.diff(status, axis=1) < 0).any():
        raise DesignError(
            "measure_ends",
            "a unit that loses the measure again",
            needed="units that keep it to the end of the panel",
            svenska="Ett område slutar med åtgärden under perioden.",
            behovs="Korta perioden eller ta bort området.",
        )
    n_periods = status.shape[1]
    start = n_periods - status.sum(axis=1).astype(int)  # position of the first period with the measure; n_periods: never
    groups = np.unique(start)
    if len(groups) < 2:
        raise DesignError(
            "one_group",
            "all units have the measure from the same period on",
            needed="units that start later or never",
            svenska="Alla områden har åtgärden lika länge.",
            behovs="Det behövs områden utan åtgärden, eller som får den senare.",
        )
    means = {g: y[start == g].mean(axis=0) for g in groups}
    share = {g: float(np.mean(start == g)) for g in groups}
    rows = [row for early in groups for late in groups if early < late for row in _pair(early, late, means, share, n_periods)]
    table = pd.DataFrame(rows, columns=["kind", "treated", "control", "weight", "estimate"])
    table["weight"] /= table["weight"].sum()
    for column in ("treated", "control"):
        table[column] = [periods[g] if g < n_periods else None for g in table[column]]
    return BaconDecomposition(table)


def _pair(
    early: int, late: int, means: dict[int, Floats], share: dict[int, float], n_periods: int
) -> list[tuple[str, int, int, float, float]]:
    """The comparisons of two groups: kind, treated, control, weight before scaling, estimate."""
    gap = means[early] - means[late]
    before, between, after = gap[:early], gap[early:late], gap[late:]
    sizes = share[early] * share[late]  # (n_k + n_l)^2 n_kl (1 - n_kl)
    first, middle, last = (len(part) / n_periods for part in (before, between, after))
    if late == n_periods:  # never, or always against never, which says nothing within the panel
        return [] if early == 0 else [("treated_vs_untreated", early, late, sizes * middle * first, _step(before, between))]
    if early == 0:
        return [("later_vs_always", late, early, sizes * middle * last, _step(-between, -after))]
    return [
        ("earlier_vs_later", early, late, sizes * middle * first, _step(before, between)),
        ("later_vs_earlier", late, early, sizes * middle * last, _step(-between, -after)),
    ]


def _step(before: Floats, after: Floats) -> float:
    return float(after.mean() - before.mean())


def _wide(df: pd.DataFrame, outcome: str, treated: str, unit: str, time: str) -> tuple[Floats, Floats, list[object]]:
    columns(df, [outcome, treated, unit, time])
    values = df.assign(**{name: numbers(df, name) for name in (outcome, treated)})
    if df.duplicated([unit, time]).any():
        raise TableError("one row for every unit and period", forvantat="en rad för varje område och period", column=time)
    y, status = (values.pivot(index=unit, columns=time, values=name).sort_index(axis=1) for name in (outcome, treated))
    if y.isna().any(axis=None) or status.isna().any(axis=None):
        raise TableError("a number for every unit and period", forvantat="ett tal för varje område och period", column=outcome)
    if not np.isin(status.to_numpy(), (0, 1)).all():
        raise TableError("0 or 1", forvantat="0 eller 1", column=treated)
    return y.to_numpy(dtype=float), status.to_numpy(dtype=float), list(y.columns)
