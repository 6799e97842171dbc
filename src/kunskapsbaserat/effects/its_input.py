"""The one series of an interrupted time series: taken out of a design or given as it is, and refused where it cannot answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.effects.design import FEWEST_MONTHS_BEFORE, Design, moment_of, period_of
from kunskapsbaserat.effects.result import Unit
from kunskapsbaserat.errors import DesignError, OptionError, TableError
from kunskapsbaserat.rates.checks import whole_number
from kunskapsbaserat.rates.keys import numbers_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_AFTER = 3  # periods: with fewer, one odd month is the whole answer
_PER_YEAR = {"M": 12, "Q": 4, "Y": 1, "A": 1, "W": 52}
COMPARABLE = "comparable"


@dataclass(frozen=True, eq=False, slots=True)
class ItsSeries:
    """A series with its start: arrays with one entry a period, NaN where a figure is missing."""

    periods: pd.Index
    observed: Floats
    exposure: Floats
    control: Floats | None
    control_exposure: Floats
    first: int  # position of the first period with the measure
    phase_in: int
    per_year: int
    n_treated: int
    outcome: str
    comparison_area: bool  # the control is other areas' counts of the same thing
    unit: Unit = Unit.EVENTS

    @property
    def after(self) -> Bools:
        return np.arange(len(self.observed)) >= self.first + self.phase_in

    @property
    def left_out(self) -> Bools:
        """The phase-in, and periods without a figure."""
        place = np.arange(len(self.observed))
        missing = np.isnan(self.observed)
        if self.control is not None:
            missing |= np.isnan(self.control)
        return (place >= self.first) & (place < self.first + self.phase_in) | missing


def from_design(design: Design, control: str | Sequence[str] | None) -> ItsSeries:
    """The treated areas' sum (of shares and indexes the mean), with the sum of control areas."""
    panel = design.data
    events = panel.kind == "events"
    other, other_exposure = None, np.ones(len(panel.periods))
    if control is not None:
        if isinstance(control, str) and control == COMPARABLE:
            rows = np.flatnonzero(design.comparable)
        else:
            codes = (control,) if isinstance(control, str) else tuple(control)
            _check_control(design, codes)
            rows = panel.positions(codes)
        if not len(rows):
            raise OptionError("control", control, ("areas without the measure",), tillatna=("områden utan åtgärden",))
        other = panel.observed[rows].sum(axis=0) if events else panel.observed[rows].mean(axis=0)
        other_exposure = panel.exposure[rows].sum(axis=0)
    mine = panel.observed[design.rows]
    return _checked(
        ItsSeries(
            panel.periods,
            mine.sum(axis=0) if events else mine.mean(axis=0),
            panel.exposure[design.rows].sum(axis=0),
            other,
            other_exposure,
            design.first,
            design.phase_in,
            12 // panel.months_per_period,
            len(design.rows),
            design.outcome,
            other is not None,
            Unit(panel.kind),
        ),
        counts=events,
    )


def from_series(
    values: pd.Series,
    *,
    start: object,
    exposure: ArrayLike | None,
    control: ArrayLike | None,
    control_exposure: ArrayLike | None,
    phase_in: int,
    per_year: int | None,
    breaks: Sequence[object],
    counts: bool,
) -> ItsSeries:
    """A series in time order, on periods, dates in them, or any other increasing index (a season then needs `per_year`)."""
    values = _dated(values)
    if per_year is not None:
        whole_number("per_year", per_year, 1)
    if isinstance(breaks, str) or not isinstance(breaks, Sequence):
        breaks = [breaks]
    control = _dated(control) if isinstance(control, pd.Series) else control
    index = values.index
    if isinstance(index, pd.PeriodIndex):
        values = values.sort_index()
        index = values.index
        whole = pd.period_range(index[0], index[-1], freq=index.freq)
        if len(whole) != len(index):
            raise TableError("every period once", forvantat="varje period en gång", column=str(index.name or "period"))
        start = period_of(start, index)
        breaks = [value for value in breaks if _inside(value, index)]
    elif not (index.is_monotonic_increasing and index.is_unique):
        raise TableError("periods in time order", forvantat="perioder i tidsordning", column=str(index.name or "period"))
    if start not in index or start == index[0]:
        raise DesignError(
            "start_outside",
            f"the start {start} lies outside the series ({index[0]} to {index[-1]})",
            needed="periods both before and after the start",
            svenska=f"Starten {start} ligger utanför serien ({index[0]} till {index[-1]}).",
            behovs="Det behövs tal både före och efter starten.",
        )
    for value in breaks:
        if isinstance(index, pd.PeriodIndex) or index[0] < value <= index[-1]:
            raise DesignError(
                "series_break",
                f"the series breaks at {value}, inside the window",
                needed="a window on one side of the break",
                svenska=f"Talen går inte att jämföra över {value}, och det ligger inom den tid som jämförs.",
                behovs="Välj tid på ena sidan om brottet i serien.",
            )
    observed = values.to_numpy(dtype=float, na_value=np.nan)
    yearly = per_year or (_PER_YEAR.get(index.freqstr[:1], 1) if isinstance(index, pd.PeriodIndex) else 1)
    return _checked(
        ItsSeries(
            index,
            observed,
            _beside(values, exposure, "exposure", positive=True),
            None if control is None else _beside(values, control, "control"),
            _beside(values, control_exposure, "control_exposure", positive=True),
            int(index.get_loc(start)),
            phase_in,
            yearly,
            1,
            str(values.name or ""),
            False,
            Unit.EVENTS if counts else Unit.INDEX,
        ),
        counts=counts,
    )


def _dated(values: pd.Series) -> pd.Series:
    """The series with periods as its index where that holds dates of months, quarters or years, each in its place."""
    index = values.index
    if index.hasnans or not len(index):
        expected, forvantat = "a period for every number, and at least one", "en period för varje tal, och minst ett"
        raise TableError(expected, forvantat=forvantat, column=str(index.name or "period"))
    if not isinstance(index, pd.DatetimeIndex):
        return values
    lengths = ("M", "Q", "Y")
    found = next((f for f in lengths if (np.diff(index.to_period(f).asi8) == 1).all()), None)
    return values.set_axis(index.to_period(found)) if found else values


def _inside(value: object, index: pd.PeriodIndex) -> bool:
    """Whether a break lies within the series, also where it divides a period."""
    moment = moment_of(value, index, "break", "brottet")
    return bool(index[0].start_time < moment <= index[-1].end_time)


def _beside(values: pd.Series, other: ArrayLike | None, name: str, *, positive: bool = False) -> Floats:
    """Another series of the same periods: by index when it has one."""
    if other is None:
        return np.ones(len(values))
    numbers_of(name, other, one_row=True)
    series = other.reindex(values.index) if isinstance(other, pd.Series) else pd.Series(np.asarray(other, dtype=float))
    numbers: Floats = series.to_numpy(dtype=float, na_value=np.nan)
    if len(numbers) != len(values) or np.isnan(numbers).all() or (positive and not (numbers > 0).all()):
        raise TableError(
            f"a number{' above 0' * positive} for every period",
            forvantat=f"ett tal{' över noll' * positive} för varje period",
            column=name,
            hint="a Series is matched by its index, an array by its order",
            tips="en serie paras ihop efter sitt index, andra tal efter sin ordning",
        )
    return numbers


def refuse_fractions(series: ItsSeries, *, control: bool) -> None:
    """Events are whole numbers: of the series, and of its control where that is modelled as events too."""
    for name, values in (("outcome", series.observed), ("control", series.control if control else None)):
        if values is not None and (np.nan_to_num(values) % 1 != 0).any():
            raise TableError(
                "whole numbers of events (or family='gaussian')",
                forvantat="hela antal händelser (eller family='gaussian')",
                column=name,
                got=float(values[np.nan_to_num(values) % 1 != 0][0]),
            )


def _check_control(design: Design, codes: Sequence[str]) -> None:
    both = sorted(set(codes) & set(design.areas))
    if both:
        raise DesignError(
            "treated_among_donors",
            f"{', '.join(both)} is both treated and control",
            needed="control areas without the measure",
            svenska=f"{', '.join(both)} står både som område med åtgärden och som jämförelse.",
            behovs="Jämför med områden utan åtgärden.",
        )
    unknown = [code for code in codes if code not in design.data.units]
    if unknown:
        raise OptionError("control", ", ".join(unknown), [*design.data.units[:3], "..."])


def _checked(series: ItsSeries, *, counts: bool) -> ItsSeries:
    """Refuse what cannot carry a trend, a season and a step."""
    if counts:
        for name, values in (("outcome", series.observed), ("control", series.control)):
            if values is not None and (np.nan_to_num(values) < 0).any():
                raise TableError("a count of 0 or more", forvantat="ett antal, noll eller mer", column=name)
    if not 0 <= series.phase_in < len(series.observed) - series.first:
        raise DesignError(
            "phase_in_too_long",
            f"the phase-in of {series.phase_in} periods leaves none after it",
            needed="a shorter phase-in or a longer series",
            svenska=f"Införandet på {series.phase_in} perioder lämnar ingen tid efter sig.",
            behovs="Välj ett kortare införande eller vänta på fler tal.",
        )
    used = ~series.left_out
    before, after = int(used[: series.first].sum()), int((used & series.after).sum())
    dated = series.per_year > 1 or isinstance(series.periods, pd.PeriodIndex)
    needed = FEWEST_MONTHS_BEFORE * series.per_year // 12 if dated else FEWEST_MONTHS_BEFORE
    if before < needed:
        raise DesignError(
            "too_short",
            f"{before} periods with figures before the start",
            needed=f"at least {needed}",
            svenska=f"Det finns tal för {before} perioder före starten.",
            behovs=f"Det behövs minst {needed}.",
        )
    if after < LEAST_AFTER:
        raise DesignError(
            "too_short_after",
            f"{after} periods with figures after the start",
            needed=f"at least {LEAST_AFTER}",
            svenska=f"Det finns tal för {after} perioder efter starten.",
            behovs=f"Det behövs minst {LEAST_AFTER}.",
        )
    return series
