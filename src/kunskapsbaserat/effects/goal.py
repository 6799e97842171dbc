"""Could a kommun's goal be seen at all with its numbers? Asked before the goal is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import positive, whole_number
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends import TypicalVariation
from kunskapsbaserat.trends.change import MIN_MEAN
from kunskapsbaserat.trends.variation import moderated
from kunskapsbaserat.trends.verdicts import chance_of_finding, visible

Floats = NDArray[np.float64]

_STEP = 0.05  # goals are proposed in steps of five per cent


@dataclass(frozen=True, slots=True)
class GoalPower:
    """Whether a goal for yearly counts can be seen.

    Attributes
    ----------
    goal : float
        Wanted ratio of the mean year after to the mean year before (0.8 is a fall by 20 %).
    expected_before, expected_after : float
        Events a year: the mean of the baseline, and that times the goal.
    chance : float
        Probability that a change as large as the goal would be called säkerställd; NaN with a `reason`.
    power : float
        What is asked of `chance`.
    smallest_decrease, smallest_increase : float
        Ratios that would be found with probability `power`; NaN where none would be.
    better_goal : float or None
        When the goal cannot be seen: the nearest goal, in steps of 0.05, that can; None where there is none.
    reason : str or None
        "few" (fewer than 20 events a year, nothing is judged), "no_change" (a goal of 1: that things stay as they are cannot
        be shown, only that no change was found).

    Examples
    --------
    >>> from kunskapsbaserat.effects import kan_vi_se_det
    >>> goal = kan_vi_se_det(0.9, [212, 195, 230, 204, 219])
    >>> goal.can_be_seen, f"{goal.chance:.0%}", goal.better_goal
    (False, '18%', 0.75)
    >>> round(goal.expected_before), round(goal.expected_after)  # events a year
    (212, 191)
    """

    goal: float
    expected_before: float
    expected_after: float
    chance: float
    power: float
    smallest_decrease: float
    smallest_increase: float
    better_goal: float | None = None
    reason: str | None = None

    @property
    def can_be_seen(self) -> bool:
        """Whether a change as large as the goal would probably be found."""
        return self.reason is None and self.chance >= self.power


@keyed(series=("baseline",))
def kan_vi_se_det(
    goal: float,
    baseline: ArrayLike,
    *,
    years_after: int = 2,
    typical: TypicalVariation | None = None,
    offence: str = "",
    confidence: float = 0.95,
    power: float = 0.8,
) -> GoalPower:
    """The chance that a goal, if it is reached, is seen in the numbers.

    Follows `trends.change` for years: `years_after` years against the baseline, with the dispersion of the baseline moderated
    by what is usual in other kommuner. That a change is seen does not say why.

    Parameters
    ----------
    goal : float
        Wanted ratio, above 0; above 1 where more reports are wanted.
    baseline : array_like
        Yearly counts before, at least two.
    years_after : int
        Years that the goal is followed up with.
    typical : TypicalVariation
        From `trends.variation_of` on other kommuner; without it the baseline stands on its own.
    offence : str
        Catalogue id, for `typical`.
    confidence, power : float
        Of the verdict; of the chance asked for.

    Returns
    -------
    GoalPower

    Raises
    ------
    OptionError
        `goal` is not above 0, `years_after` no whole number of 1 or more, or a share not between 0 and 1.
    TableError
        Fewer than two years, or a count is negative, missing or no number.

    Examples
    --------
    A fall by a fifth of vandalism in Borlänge within two years: would it be seen, with what is usual in other kommuner?

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.effects import kan_vi_se_det
    >>> from kunskapsbaserat.trends import series, variation_of
    >>> counts = embedded.counts_groups().query("offence == 'skadegorelse_kap12'")
    >>> usual = variation_of(counts[counts["area"] != "2081"])
    >>> baseline = series(counts, area="2081", offence="skadegorelse_kap12").loc["2021":"2025"]
    >>> goal = kan_vi_se_det(0.8, baseline, typical=usual, offence="skadegorelse_kap12")
    >>> print(f"{goal.chance:.0%} chance; seen is a fall to {goal.smallest_decrease:.0%}; better goal: {goal.better_goal}")
    14% chance; seen is a fall to 48%; better goal: 0.45
    """
    positive("goal", goal)
    whole_number("years_after", years_after, 1)
    counts = _yearly(baseline)
    mean = float(counts.mean())
    if mean < MIN_MEAN:
        return GoalPower(goal, mean, goal * mean, np.nan, power, np.nan, np.nan, reason="few")
    row = _comparison(counts, years_after, typical, offence)
    arguments = (row["count_earlier"], row["share"], row["dispersion"], row["df"], 1 - confidence)
    increase, decrease = (float(v[0]) for v in visible(*arguments, power))
    if goal == 1:
        return GoalPower(goal, mean, mean, np.nan, power, decrease, increase, reason="no_change")
    chance = float(chance_of_finding(np.array([np.log(goal)]), *arguments)[0])
    better = None if chance >= power else _better(decrease if goal < 1 else increase)
    return GoalPower(goal, mean, goal * mean, chance, power, decrease, increase, better)


def _yearly(baseline: ArrayLike) -> Floats:
    try:
        counts = np.atleast_1d(np.asarray(baseline, dtype=float))
    except (ValueError, TypeError):
        counts = np.array([])
    if counts.ndim != 1 or len(counts) < 2 or not (np.isfinite(counts) & (counts >= 0)).all():
        raise TableError(
            "counts of at least two years, 0 or more", forvantat="tal för minst två år, noll eller mer", got=str(baseline)
        )
    return counts


def _comparison(counts: Floats, years_after: int, typical: TypicalVariation | None, offence: str) -> dict[str, NDArray[Any]]:
    """The one row that `change` would judge, as far as it is known before."""
    mean, own_df = counts.mean(), len(counts) - 1 + years_after - 1
    own = float(((counts - mean) ** 2).sum() / mean / (len(counts) - 1))
    numbers = {"mean": mean, "own_dispersion": own, "own_df": own_df, "count_earlier": counts.sum()}
    numbers["share"] = years_after / (years_after + len(counts))
    row: dict[str, NDArray[Any]] = {name: np.array([number], dtype=float) for name, number in numbers.items()}
    row |= {name: np.array([text], dtype=object) for name, text in (("offence", offence), ("sex", "alla"), ("reason", None))}
    row["dispersion"], row["df"] = moderated(row, typical)
    return row


def _better(visible_ratio: float) -> float | None:
    """The next step of five per cent beyond what can be seen."""
    if not np.isfinite(visible_ratio):
        return None
    steps = visible_ratio / _STEP
    goal = np.floor(steps + 1e-9) if visible_ratio < 1 else np.ceil(steps - 1e-9)
    return round(float(goal) * _STEP, 2) if goal > 0 else None
