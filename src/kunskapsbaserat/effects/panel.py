"""A panel as arrays: units by periods, checked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import in_periods, is_table, named

Floats = NDArray[np.float64]

KINDS = ("events", "share", "index")
_MONTHS = {"M": 1, "Q": 3, "Y": 12, "A": 12}
_HALF_PER_CENT = 0.005  # published shares and limits are rounded, at most to whole per cent
_Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Values by unit and period.

    Attributes
    ----------
    units : tuple of str
    periods : PeriodIndex
        Without gaps.
    observed : array (units, periods)
        Events, shares or index values; NaN where missing.
    exposure : array (units, periods)
        Person-time, or ones.
    errors : array (units, periods) or None
        Standard errors of shares, from the published limits.
    kind : str
    offences : tuple of str
        Found in the table's ``offence`` column, if there is one.
    """

    units: tuple[str, ...]
    periods: pd.PeriodIndex
    observed: Floats
    exposure: Floats
    errors: Floats | None
    kind: str
    offences: tuple[str, ...] = ()

    @property
    def months_per_period(self) -> int:
        """1, 3 or 12."""
        return _MONTHS[self.periods.freqstr[:1]]

    def positions(self, units: tuple[str, ...]) -> NDArray[np.intp]:
        """Rows of the named units."""
        where = {unit: i for i, unit in enumerate(self.units)}
        return np.array([where[unit] for unit in units], dtype=np.intp)

    def until(self, periods: int) -> Panel:
        """The first so many periods alone."""
        errors = None if self.errors is None else self.errors[:, :periods]
        kept = (self.observed[:, :periods], self.exposure[:, :periods], errors)
        return Panel(self.units, self.periods[:periods], *kept, self.kind, self.offences)


def panel_of(
    table: pd.DataFrame,
    *,
    outcome: str,
    unit: str = "area",
    time: str = "period",
    exposure: str | None = None,
    kind: str = "events",
    limits: tuple[str, str] | None = None,
) -> Panel:
    """The table's columns as a `Panel`; a combination of unit and period without a row is missing, not zero.

    Raises
    ------
    TableError
        A column, a unit's name or a period is missing, a value is no count (share, number), exposure is not above 0, or a unit
        and period stands twice.
    """
    is_table(table)
    if kind not in KINDS:
        raise OptionError("kind", kind, KINDS)
    wanted = [unit, time, outcome, *([exposure] if exposure else []), *(limits or ())]
    for name in wanted:
        if name not in table:
            raise TableError(f"the columns {', '.join(wanted)}", forvantat=f"kolumnerna {', '.join(wanted)}", column=name)
    if table.empty:
        raise TableError("at least one row", forvantat="minst en rad")
    named(table, [unit])
    in_periods(table, time)
    periods = table[time]
    span = pd.period_range(periods.min(), periods.max(), freq=periods.dt.freq)
    codes, names = pd.factorize(table[unit].astype(str), sort=True)
    column = (periods.astype("int64") - span[0].ordinal).to_numpy()
    place = codes * len(span) + column
    if np.bincount(place).max() > 1:
        row = int(pd.Series(place).duplicated().to_numpy().argmax())
        raise TableError(
            "each unit and period once",
            forvantat="att varje område och period står en gång",
            row=table.index[row],
            got=f"{table[unit].iat[row]} {table[time].iat[row]}",
        )

    def grid(name: str) -> Floats:
        values = np.full(len(names) * len(span), np.nan)
        values[place] = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        return values.reshape(len(names), len(span))

    _check_values(table, outcome, kind)
    values = grid(outcome)
    time_at_risk = np.ones_like(values) if exposure is None else _exposure(table, grid, exposure, outcome)
    errors = None
    if limits is not None:
        _check_limits(table, *limits)
        _check_inside(table, outcome, kind, *limits)
        errors = (grid(limits[1]) - grid(limits[0])) / (2 * _Z95)
    offences = tuple(sorted(table["offence"].astype(str).unique())) if "offence" in table else ()
    return Panel(tuple(str(n) for n in names), span, values, time_at_risk, errors, kind, offences)


def _check_values(table: pd.DataFrame, outcome: str, kind: str) -> None:
    values = table[outcome]
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    unreadable = np.isnan(numbers) & values.notna().to_numpy()
    bad = unreadable | np.isinf(numbers)
    if kind == "share":
        bad |= (numbers < 0) | (numbers > 1)
    elif kind == "events":
        bad |= (numbers < 0) | ((numbers != np.floor(numbers)) & ~np.isnan(numbers))
    if bad.any():
        row = int(bad.argmax())
        english, swedish = {
            "events": ("a whole number, 0 or more", "ett heltal, noll eller mer"),
            "share": ("a share between 0 and 1", "en andel mellan 0 och 1"),
            "index": ("a number", "ett tal"),
        }[kind]
        raise TableError(english, forvantat=swedish, row=table.index[row], column=outcome, got=values.iat[row])


def _check_limits(table: pd.DataFrame, lower: str, upper: str) -> None:
    numbers = [pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan) for name in (lower, upper)]
    for name, values in zip((lower, upper), numbers, strict=True):
        bad = (np.isnan(values) & table[name].notna().to_numpy()) | np.isinf(values) | (numbers[0] > numbers[1])
        if bad.any():
            row = int(bad.argmax())
            swedish = f"ett tal, och {lower} högst lika med {upper}"
            where = {"row": table.index[row], "column": name, "got": table[name].iat[row]}
            raise TableError(f"a number, and {lower} at most {upper}", forvantat=swedish, **where)


def _check_inside(table: pd.DataFrame, outcome: str, kind: str, lower: str, upper: str) -> None:
    """Limits that do not hold their own value, rounding apart, are of something else (per cent, another area)."""
    value, low, high = (
        pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan) for name in (outcome, lower, upper)
    )
    slack = _HALF_PER_CENT if kind == "share" else (high - low) / 2
    outside = (value < low - slack) | (value > high + slack)
    if outside.any():
        row = int(outside.argmax())
        where = {"row": table.index[row], "column": outcome, "got": table[outcome].iat[row]}
        raise TableError(f"a value between {lower} and {upper}", forvantat=f"ett värde mellan {lower} och {upper}", **where)


def _exposure(table: pd.DataFrame, grid: Callable[[str], Floats], name: str, outcome: str) -> Floats:
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = table[outcome].notna().to_numpy() & ~((numbers > 0) & np.isfinite(numbers))
    if bad.any():
        row = int(bad.argmax())
        where = {"row": table.index[row], "column": name, "got": table[name].iat[row]}
        raise TableError("exposure above 0", forvantat="en exponering över noll", **where)
    return grid(name)
