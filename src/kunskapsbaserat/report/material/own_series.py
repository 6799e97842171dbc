"""Registers and amounts of the kommun's own over time: what may be shown, and what can be judged of it.

Counts are judged by the rule of all counts, two years against the five before (`trends.change`). An amount (kronor, days) has
no rule of chance: its latest year is held against the limits that the years before give (three sigma of an individuals chart),
and only when they are so many that the limits mean something.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.report.material.own_gate import OwnFile
from kunskapsbaserat.trends import Change, change, control_chart

FEWEST_YEARS = 12
"""Years of an amount before it is judged: eleven that give the limits and the one held against them."""

_ALIKE = 1e-6  # years that differ by less, seen from their size, have no variation to hold the last one against
MOST_SHOWN = 6  # series of a file that are drawn; the others stand in the table
MONEY = ("kronor", "kr", "tkr", "mkr", "sek")
INSIDE, OUTSIDE = "inom", "utanfor"


@dataclass(frozen=True, slots=True)
class OwnSeries:
    """One series of a file.

    `points` by period, oldest first, hold what may be shown; a period that stands in the file without a figure is missing.
    `change` is the verdict of a count and `usual` ("inom", "utanfor") that of an amount; both None where nothing could be
    judged, and `reason` then says why. `latest` and `earlier` are the years compared, `ratio` of their means.
    """

    name: str
    sex: str
    points: dict[pd.Period, float]
    unit: str = ""
    change: Change | None = None
    usual: str | None = None
    reason: str = ""
    ratio: float = float("nan")
    lower: float = float("nan")
    upper: float = float("nan")
    latest: tuple[int, int] | None = None
    earlier: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class OwnRegister:
    """A file of counts or amounts, its series in the order of the file. `hidden`: figures that may not be shown."""

    file: OwnFile
    series: tuple[OwnSeries, ...]
    hidden: int

    @property
    def money(self) -> bool:
        return is_money(self.file)


def is_money(file: OwnFile) -> bool:
    """Is the file about what something costs?"""
    units = file.read.table["unit"].dropna().astype(str).str.casefold() if "unit" in file.read.table else []
    return any(unit.split()[0] in MONEY for unit in units if unit.split())


def own_registers(files: Sequence[OwnFile]) -> tuple[OwnRegister, ...]:
    """The registers and amounts among some files, the counts of all of them judged together."""
    verdicts = _count_verdicts([f for f in files if f.read.contract == "counts"])
    return tuple(_register(file, verdicts) for file in files if file.read.contract in ("counts", "indicator"))


def _register(file: OwnFile, verdicts: dict[tuple[str, str, str], dict[str, Any]]) -> OwnRegister:
    frame, name = file.frame, file.name_column
    value = "count" if file.read.contract == "counts" else "value"
    when = frame["period"]
    rows = frame.assign(when=when, number=frame[value].astype("Float64"))
    found = []
    for (key, sex), part in rows.groupby([name, "sex"], sort=False):
        known = part[part["suppressed"].isna() & part["number"].notna()].sort_values("when")
        values = dict(zip(known["when"], known["number"].astype(float), strict=True))
        told = file.label(str(key))
        if file.read.contract == "counts":
            found.append(_counted(told, str(sex), values, verdicts.get((file.released.name, str(key), str(sex)), {})))
        else:
            found.append(_amount(told, str(sex), values, str(part["unit"].iat[0])))
    return OwnRegister(file, tuple(found), int(frame["suppressed"].notna().sum()))


def _count_verdicts(files: Sequence[OwnFile]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """By table, name and sex: the verdict of `change` over all files of one frequency."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for frequency in tables.FREQUENCIES:
        same = [f for f in files if len(f.frame) and tables.frequency(f.frame) == frequency]
        rows = [f.frame.assign(offence=f.released.name + " " + f.frame["offence"].astype(str)) for f in same]
        if not rows:
            continue
        counts = pd.concat(rows, ignore_index=True).drop(columns="suppressed")
        counts = counts[counts["count"].notna()].reset_index(drop=True)
        if counts.empty:
            continue
        judged = change(counts, breaks={})
        for row in judged.to_dict("records"):
            table, _, name = str(row["offence"]).partition(" ")
            found[table, name, str(row["sex"])] = {str(k): v for k, v in row.items()}
    return found


def _counted(name: str, sex: str, values: dict[pd.Period, float], verdict: dict[str, Any]) -> OwnSeries:
    kind = verdict.get("change")
    if kind is None or kind is Change.KAN_INTE_BEDOMAS:
        return OwnSeries(name, sex, values, change=kind, reason=str(verdict.get("reason") or "missing_years"))
    return OwnSeries(
        name,
        sex,
        values,
        change=kind,
        ratio=float(verdict["ratio"]),
        lower=float(verdict["lower"]),
        upper=float(verdict["upper"]),
        latest=(int(verdict["latest_from"]), int(verdict["latest_to"])),
        earlier=(int(verdict["earlier_from"]), int(verdict["earlier_to"])),
    )


def _amount(name: str, sex: str, values: dict[pd.Period, float], unit: str) -> OwnSeries:
    periods = list(values)
    if not periods or periods[0].freqstr[:1] != "Y":
        return OwnSeries(name, sex, values, unit, reason="not_years")
    unbroken = all(after.ordinal - before.ordinal == 1 for before, after in itertools.pairwise(periods))
    if len(periods) < FEWEST_YEARS or not unbroken:
        return OwnSeries(name, sex, values, unit, reason="few_years" if unbroken else "missing_years")
    numbers = np.array(list(values.values()))
    lower, upper = usual_limits(numbers[:-1])
    if upper - lower <= _ALIKE * abs(upper):
        return OwnSeries(name, sex, values, unit, reason="no_variation")
    usual = INSIDE if lower <= numbers[-1] <= upper else OUTSIDE
    return OwnSeries(name, sex, values, unit, usual=usual, lower=lower, upper=upper)


def usual_limits(before: np.ndarray) -> tuple[float, float]:
    """What the next year of an amount usually is: within the limits of an individuals chart, or where the years' course leads.

    Prices rise a little every year. The limits are widened to hold what a straight line through the years before foretells,
    with three of its own standard errors, so that an even rise is not called unusual.
    """
    points = control_chart(before, chart="i", screen=False).points
    at = np.arange(len(before))
    slope, level = np.polyfit(at, before, 1)
    off = before - (level + slope * at)
    wide = 1 + 1 / len(before) + (len(before) - at.mean()) ** 2 / ((at - at.mean()) ** 2).sum()
    reach = 3 * np.sqrt((off**2).sum() / (len(before) - 2) * wide)
    foretold = level + slope * len(before)
    return float(min(points["lower"].iat[0], foretold - reach)), float(max(points["upper"].iat[0], foretold + reach))
