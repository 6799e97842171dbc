"""Measures that start at different times: the effect on each cohort in each period, against areas not treated then."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import period_of
from kunskapsbaserat.effects.doubly_robust import doubly_robust
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.checks import whole_number
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_TREATED = 10  # areas; with fewer a clustered error finds effects that are not there (benchmarks/clustered_alarms.txt)
CONTROLS = ("never", "not_yet")
BASES = ("varying", "universal")
_SEED = 2021


@dataclass(frozen=True, eq=False, slots=True)
class AttGt:
    """Effects by cohort (first period with the measure) and period.

    Attributes
    ----------
    rows : DataFrame
        ``cohort period since_start`` (0 in the first period with the measure) ``att standard_error lower upper`` (pointwise)
        ``band_lower band_upper`` (hold for all rows at once) ``n_treated n_control reason``: "reference" (the base period, 0 by
        definition), "no_period_before", "no_comparison", or "few_treated" (no error with fewer than 10 treated areas in the
        cohort). With covariates also "few_compared" and "no_overlap", see `effects.doubly_robust`.
    influence : array (areas, rows)
        How much each area moves each estimate: the estimates' covariance is ``influence' influence / areas**2``.
    cohorts : array (areas,)
        Position of each area's first period with the measure; -1 for never.
    confidence : float
        Of limits and bands.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import att_gt
    >>> years = pd.period_range("2021", periods=4, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcd"), 4), "period": np.tile(years, 4)})
    >>> table["y"] = [5, 6, 4, 3, 8, 9, 7, 6, 5, 6, 7, 8, 9, 10, 11, 12]
    >>> cells = att_gt(table, outcome="y", starts={"a": "2023", "b": "2023"})
    >>> cells.rows[["cohort", "period", "since_start", "att", "reason"]]
      cohort period  since_start  att       reason
    0   2023   2022           -1  0.0  few_treated
    1   2023   2023            0 -3.0  few_treated
    2   2023   2024            1 -5.0  few_treated
    """

    rows: pd.DataFrame
    influence: Floats
    cohorts: NDArray[np.intp]
    periods: pd.PeriodIndex
    confidence: float

    @property
    def pretest_p(self) -> float:
        """Wald test that nothing happened before the starts; NaN where it cannot be made."""
        from scipy.stats import chi2

        early = (self.rows["since_start"] < 0) & self.rows["standard_error"].notna()
        if not early.any():
            return np.nan
        atts = self.rows.loc[early, "att"].to_numpy(dtype=float)
        moved = self.influence[:, early.to_numpy()]
        covariance = moved.T @ moved / len(moved) ** 2
        if np.linalg.matrix_rank(covariance) < len(atts):
            return np.nan
        return float(chi2.sf(atts @ np.linalg.solve(covariance, atts), len(atts)))


@keyed(table=())
def att_gt(
    table: pd.DataFrame,
    *,
    outcome: str,
    starts: str | Mapping[str, str | pd.Period],
    unit: str = "area",
    time: str = "period",
    control: str = "never",
    base: str = "varying",
    anticipation: int = 0,
    covariates: Sequence[str] = (),
    confidence: float = 0.95,
    draws: int = 999,
) -> AttGt:
    """Average effect on each cohort of areas in each period (Callaway and Sant'Anna 2021).

    Parameters
    ----------
    table : DataFrame
        One row per area and period, complete.
    outcome : str
        Column of numbers, such as the logarithm of a rate. For counts see `staggered_did`.
    starts : str or mapping
        Column with each area's first period with the measure (missing: never), or that period by area.
    unit, time : str
        Columns.
    control : {"never", "not_yet"}
        Compared with areas that never get the measure, or also with those that have not got it yet.
    base : {"varying", "universal"}
        Before the start a period is compared with the one before it, or all with the last before the start.
    anticipation : int
        Periods before the start in which something may have happened already.
    covariates : sequence of str
        Columns of numbers in which the treated and the others may differ and that may tell their change, such as the logarithm
        of the population: the comparison is then doubly robust (`effects.doubly_robust`), with the values of the period
        compared against. None may tell of the measure itself, so take what was known before it.
    confidence : float
        Of the limits and bands.
    draws : int
        Of the multiplier bootstrap (Rademacher, always the same) behind the bands.

    Returns
    -------
    AttGt
        See `aggregate_effects` for the means over cohorts and periods.

    Raises
    ------
    TableError
        The table breaks the panel's contract.
    DesignError
        Figures are missing, or no area is left to compare with.

    Notes
    -----
    The errors are those of many areas. With two cohorts of 10 the mean effect of nothing was called different from 0 in 8 % of
    simulated panels instead of 5, with two of 25 in 7 % (benchmarks/toolbox_rates.txt). For few: `staggered_placebos`.

    Examples
    --------
    The areas a and b had fallen by 3 more than c and d the first year with the measure, and by 5 the second. Two areas are too
    few for an error:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import aggregate_effects, att_gt
    >>> years = pd.period_range("2021", periods=4, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcd"), 4), "period": np.tile(years, 4)})
    >>> table["y"] = [5, 6, 4, 3, 8, 9, 7, 6, 5, 6, 7, 8, 9, 10, 11, 12]
    >>> cells = att_gt(table, outcome="y", starts={"a": "2023", "b": "2023"})
    >>> aggregate_effects(cells, "dynamic").rows[["by", "att", "n_treated", "reason"]]
       by  att  n_treated       reason
    0  -1  0.0          2  few_treated
    1   0 -3.0          2  few_treated
    2   1 -5.0          2  few_treated
    """
    for name, value, allowed in (("control", control, CONTROLS), ("base", base, BASES)):
        if value not in allowed:
            raise OptionError(name, value, allowed)
    whole_number("anticipation", anticipation, 0)
    panel = complete_panel(table, outcome=outcome, unit=unit, time=time)
    columns = covariate_grids(table, covariates, unit=unit, time=time)
    cohorts = start_positions(panel, table, starts, unit)
    if control == "never" and not (cohorts < 0).any():
        raise DesignError(
            "no_comparison",
            "every area gets the measure",
            needed="areas that never get it, or control='not_yet'",
            svenska="Alla områden får åtgärden.",
            behovs="Det behövs områden som inte får den, eller jämförelse med dem som inte har fått den än.",
        )
    rows = [
        _effect(panel.observed, columns, cohorts, g, t, control, base, anticipation)
        for g in np.unique(cohorts[cohorts >= 0])
        for t in range(len(panel.periods))
        if base == "universal" or t > 0
    ]
    return _with_errors(rows, panel, cohorts, confidence, draws)


def complete_panel(table: pd.DataFrame, *, outcome: str, unit: str, time: str) -> Panel:
    """Figures of any kind, none missing.

    Raises
    ------
    DesignError
        Some are.
    """
    panel = panel_of(table, outcome=outcome, unit=unit, time=time, kind="index")
    if np.isnan(panel.observed).any():
        holes = [u for u, row in zip(panel.units, panel.observed, strict=True) if np.isnan(row).any()]
        raise DesignError(
            "missing_figures",
            f"figures are missing for {', '.join(holes[:5])}",
            needed="complete areas; leave the others out of the table",
            svenska=f"Tal saknas för {', '.join(holes[:5])}.",
            behovs="Talen behöver vara hela. Ta bort de andra områdena ur tabellen.",
        )
    return panel


def covariate_grids(table: pd.DataFrame, covariates: Sequence[str], *, unit: str, time: str) -> Floats:
    """Values (areas, periods, covariates), complete, each around its mean and in its own standard deviations.

    Raises
    ------
    OptionError
        The names are one text instead of a sequence.
    DesignError
        Values are missing, or a column says the same everywhere.
    """
    if isinstance(covariates, str):
        prose = ("a sequence of columns, such as ['size']",)
        raise OptionError("covariates", covariates, prose, tillatna=("en lista med kolumner, till exempel ['storlek']",))
    grids = [complete_panel(table, outcome=name, unit=unit, time=time).observed for name in covariates]
    for name, grid in zip(covariates, grids, strict=True):
        if np.ptp(grid) == 0:
            raise DesignError(
                "constant_covariate",
                f"{name} is the same everywhere",
                needed="a column that differs between areas",
                svenska=f"Kolumnen {name} har samma värde överallt.",
                behovs="Det behövs en kolumn som skiljer områden åt. Ta bort den här ur covariates.",
            )
    if not grids:
        return np.empty((0, 0, 0))
    return np.stack([(grid - grid.mean()) / grid.std() for grid in grids], axis=-1)


def start_positions(
    panel: Panel, table: pd.DataFrame | Panel, starts: str | Mapping[str, str | pd.Period], unit: str
) -> NDArray[np.intp]:
    """Position of each unit's first period with the measure; -1 for never or after the panel's end.

    Raises
    ------
    DesignError
        A unit has two starts, or starts are given for a unit that is not in the panel.
    """
    start_of: dict[Hashable, object] = {}
    if isinstance(starts, str):
        if not isinstance(table, pd.DataFrame) or starts not in table:
            prose = ("a column of the table", "a mapping from area to period")
            raise OptionError("starts", starts, prose, tillatna=("en kolumn i tabellen", "en tabell från område till period"))
        pairs = table[[unit, starts]].drop_duplicates()
        twice = pairs[unit][pairs[unit].duplicated()]
        if len(twice):
            raise DesignError(
                "two_starts",
                f"{twice.iloc[0]} has several starts",
                needed="one start for each area",
                svenska=f"{twice.iloc[0]} har flera starter.",
                behovs="Varje område har en start.",
            )
        start_of = {str(a): s for a, s in zip(pairs[unit], pairs[starts], strict=True) if not pd.isna(s)}
    else:
        start_of = {str(a): s for a, s in starts.items() if not pd.isna(s)}
    unknown = [str(a) for a in start_of if a not in panel.units]
    if unknown:
        raise DesignError(
            "unknown_area",
            f"{', '.join(unknown)} not in the panel",
            needed=f"codes as text, such as {', '.join(panel.units[:3])}",
            svenska=f"Området {', '.join(unknown)} finns inte i tabellen.",
            behovs=f"Skriv koder som text, till exempel {', '.join(panel.units[:3])}.",
        )
    positions = np.full(len(panel.units), -1, dtype=np.intp)
    for area, start in start_of.items():
        place = int((panel.periods < period_of(start, panel.periods, "starts")).sum())
        positions[panel.units.index(str(area))] = place if place < len(panel.periods) else -1
    return positions


def _effect(
    y: Floats, columns: Floats, cohorts: NDArray[np.intp], g: int, t: int, control: str, base: str, anticipation: int
) -> tuple[dict[str, object], Floats]:
    """One row, and its influence function."""
    last = g - 1 - anticipation
    against = t - 1 if base == "varying" and t < g - anticipation else last
    treated = cohorts == g
    compared = cohorts < 0
    if control == "not_yet":
        compared = compared | ((cohorts > max(t, against) + anticipation) & ~treated)
    row: dict[str, object] = {"cohort": g, "period": t, "n_treated": int(treated.sum()), "n_control": int(compared.sum())}
    nothing = np.zeros(len(y))
    if last < 0:
        return row | {"att": np.nan, "reason": "no_period_before"}, nothing
    if t == against:
        return row | {"att": 0.0, "reason": "reference"}, nothing
    if not compared.any():
        return row | {"att": np.nan, "reason": "no_comparison"}, nothing
    moved = y[:, t] - y[:, against]
    reason = "few_treated" if treated.sum() < FEWEST_TREATED else None
    if columns.size:
        used = treated | compared
        robust = doubly_robust(moved[used], treated[used], columns[used, against])
        influence = nothing
        influence[used] = robust.influence * len(y) / used.sum()
        return row | {"att": robust.att, "reason": robust.reason or reason}, influence
    own, others = moved[treated].mean(), moved[compared].mean()
    influence = treated * (moved - own) * len(y) / treated.sum() - compared * (moved - others) * len(y) / compared.sum()
    return row | {"att": float(own - others), "reason": reason}, influence


def _with_errors(
    effects: list[tuple[dict[str, object], Floats]],
    panel: Panel,
    cohorts: NDArray[np.intp],
    confidence: float,
    draws: int,
) -> AttGt:
    rows = pd.DataFrame([row for row, _ in effects])
    influence = np.column_stack([moved for _, moved in effects])
    error = np.sqrt((influence**2).sum(axis=0)) / len(influence)
    judged = rows["reason"].isna().to_numpy()
    rows["since_start"] = rows["period"] - rows["cohort"]
    rows["cohort"], rows["period"] = (panel.periods[rows[name]] for name in ("cohort", "period"))
    limits = limits_of(rows["att"].to_numpy(), np.where(judged, error, np.nan), influence, confidence, draws)
    rows = rows.assign(**limits, reason=pd.Series([row["reason"] for row, _ in effects], dtype=object))
    order = ["cohort", "period", "since_start", "att", *limits, "n_treated", "n_control", "reason"]
    return AttGt(rows[order], influence, cohorts, panel.periods, confidence)


def limits_of(estimate: Floats, error: Floats, influence: Floats, confidence: float, draws: int) -> dict[str, Floats]:
    """Columns ``standard_error lower upper band_lower band_upper``, NaN where there is no error.

    Parameters
    ----------
    estimate, error : arrays (rows,)
        The error is NaN where none may be given.
    influence : array (areas, rows)
        As in `AttGt`.
    confidence : float
        Pointwise of the limits, of all together of the bands.
    draws : int
        Of the multiplier bootstrap.
    """
    from scipy.stats import norm

    z = norm.isf((1 - confidence) / 2)
    judged = np.isfinite(error) & (error > 0)
    wide = z
    if judged.sum() > 1:
        signs = np.random.default_rng([_SEED, len(influence)]).integers(0, 2, (draws, len(influence))) * 2.0 - 1
        drawn = signs @ influence[:, judged] / len(influence)
        farthest = np.abs(drawn / error[judged]).max(axis=1)
        wide = max(float(np.quantile(farthest, confidence)), z)
    error = np.where(judged, error, np.nan)
    return {
        "standard_error": error,
        "lower": estimate - z * error,
        "upper": estimate + z * error,
        "band_lower": estimate - wide * error,
        "band_upper": estimate + wide * error,
    }
