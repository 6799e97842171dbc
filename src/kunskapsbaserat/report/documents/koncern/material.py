"""What the koncern's page stands on: losses in the money of one month, month by month, with and without the largest."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat.data import koncern
from kunskapsbaserat.data.koncern import Losses, sheets
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.disclosure.tree import release_tree
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.plan.model import Atgard
from kunskapsbaserat.report.material import work as works
from kunskapsbaserat.report.material.functions import responsible_of
from kunskapsbaserat.report.material.work import Work
from kunskapsbaserat.trends import ControlChart, control_chart

WHOLE = "Hela koncernen"
FEWEST_UNITS = 3
"""Reporting units of a month that is drawn: with two, each knows the other."""
FEWEST_MONTHS = 12
"""Months that limits of usual variation are drawn from."""
RECENT = 12  # months in which a report is missed
FEW = 5


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest single loss: an amount in the money of `Material.level`."""

    type: str
    month: pd.Period
    kronor: float


@dataclass(frozen=True, slots=True)
class Owner:
    """A förvaltning or a bolag, with its units, the measures of the plan that are its own, and those of them that are late."""

    name: str
    kind: str
    units: tuple[str, ...]
    measures: tuple[Atgard, ...]
    late: tuple[Atgard, ...]


@dataclass(frozen=True)
class Material:
    """The losses of a koncern."""

    work: Work
    losses: Losses

    # ---- amounts ---------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def _costly(self) -> list[pd.Period]:
        """The months with an amount: those that need a price index."""
        rows = self.losses.rows
        return sorted(set(rows.loc[rows["kronor"].notna(), "month"]))

    @property
    def without_index(self) -> list[pd.Period]:
        """Months with an amount that have no price index; if there is any, no amount is converted."""
        return self.losses.prices.missing(self._costly)

    @property
    def level(self) -> pd.Period | None:
        """The month in whose money amounts are given; None where they stand in the money of their own months."""
        found = self.losses.prices.factors(self._costly)
        return found[0] if found is not None else None

    @functools.cached_property
    def rows(self) -> pd.DataFrame:
        """Every row with ``amount``: kronor in the money of `level`, or as they are; missing where nobody knows."""
        rows = self.losses.rows
        found = self.losses.prices.factors(self._costly)
        if found is None:
            return rows.assign(amount=rows["kronor"])
        return rows.assign(amount=rows["kronor"] * rows["month"].map(lambda month: found[1].get(month, np.nan)).astype(float))

    @functools.cached_property
    def largest(self) -> Largest | None:
        """The row of one event with the highest amount; of two alike the first. None where no such row has an amount."""
        alone = self.rows[(self.rows["count"] == 1) & self.rows["amount"].notna()]
        if alone.empty:
            return None
        row = alone.loc[alone["amount"].idxmax()]
        return Largest(str(row["type"]), row["month"], float(row["amount"]))

    @property
    def events(self) -> int:
        return int(self.rows["count"].sum())

    @property
    def amount(self) -> float:
        """All amounts that are known."""
        return float(self.rows["amount"].sum())

    @property
    def without_amount(self) -> int:
        """Events of which nobody has said what they cost."""
        rows = self.rows
        return int(rows.loc[rows["kronor"].isna(), "count"].sum())

    @property
    def span(self) -> tuple[pd.Period, pd.Period]:
        return self.rows["month"].min(), self.rows["month"].max()

    @property
    def too_few(self) -> bool:
        """Were there so few events in all that no number may be shown?"""
        return 0 < self.events < FEW

    # ---- months ----------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def monthly(self) -> pd.DataFrame:
        """One row a month in which at least `FEWEST_UNITS` units reported: ``month count units amount without``.

        `without` leaves the largest loss out.
        """
        rows = self.rows
        by = (
            rows.groupby("month").agg(count=("count", "sum"), units=("unit", "nunique"), amount=("amount", "sum")).reset_index()
        )
        away = (by["month"] == self.largest.month) if self.largest is not None else pd.Series(False, index=by.index)
        by["without"] = by["amount"] - np.where(away, self.largest.kronor if self.largest is not None else 0.0, 0.0)
        return by[by["units"] >= FEWEST_UNITS].sort_values("month", ignore_index=True)

    @property
    def unseen_months(self) -> int:
        """Months from the first to the last that are not drawn, as too few units reported."""
        first, last = self.span
        return len(pd.period_range(first, last, freq="M")) - len(self.monthly)

    @functools.cached_property
    def chart(self) -> ControlChart | None:
        """Events per reporting unit and month, with limits that allow for more variation than chance (Laney's u')."""
        by = self.monthly
        if len(by) < FEWEST_MONTHS or by["count"].sum() == 0:
            return None
        return control_chart(by["count"].to_numpy(), by["units"].to_numpy(), chart="u_prime")

    def kronor_chart(self, column: str) -> tuple[pd.DataFrame, ControlChart] | None:
        """Kronor per month with limits; `column` is "amount" or "without".

        The limits are drawn without the month of the largest loss: with it they would say that all other months are unusual.
        """
        by = self.monthly
        if len(by) < FEWEST_MONTHS or by[column].sum() == 0:
            return None
        apart = by.index[by["month"] == self.largest.month] if column == "amount" and self.largest is not None else []
        return by, control_chart(by[column].to_numpy(), chart="i", exclude=list(apart))

    # ---- who -------------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def tree(self) -> Released:
        """The koncern, its förvaltningar and bolag, and their units, as they may be shown: ``name within count amount``."""
        units, rows = self.losses.units, self.rows
        sums = rows.groupby("unit").agg(count=("count", "sum"), amount=("amount", "sum"))
        by_unit = units.join(sums, on="unit").fillna({"count": 0, "amount": 0.0})
        found = [(WHOLE, "", by_unit["count"].sum(), by_unit["amount"].sum())]
        for owner in self.owners:
            mine = by_unit[by_unit["owner"].str.casefold() == owner.name.casefold()]
            key = _owner_key(owner.name)
            found.append((key, WHOLE, mine["count"].sum(), mine["amount"].sum()))
            found += [(r["unit"], key, r["count"], r["amount"]) for r in mine.to_dict("records")]
        frame = pd.DataFrame(found, columns=["name", "within", "count", "amount"])
        return release_tree(frame, name="enheter", numbers=("amount",))

    def shown(self, owner: str) -> pd.Series:
        """The row of a förvaltning or a bolag in `tree`."""
        return self.tree.frame[self.tree.frame["name"] == _owner_key(owner)].iloc[0]

    def divided(self, column: str, name: str) -> Released:
        """Events and kronor by "year" or "type", as they may be shown."""
        rows = self.rows.assign(year=self.rows["month"].dt.year.astype(str))
        rows = rows[rows["type"] != sheets.NOTHING] if column == "type" else rows
        sums = rows.groupby(column, sort=False).agg(count=("count", "sum"), amount=("amount", "sum")).reset_index()
        sums = sums.sort_values(column, ignore_index=True)
        parts = [(r[column], WHOLE, r["count"], r["amount"]) for r in sums.to_dict("records")]
        whole = (WHOLE, "", self.events, self.amount)
        frame = pd.DataFrame([whole, *parts], columns=["name", "within", "count", "amount"])
        return release_tree(frame, name=name, numbers=("amount",))

    @functools.cached_property
    def owners(self) -> list[Owner]:
        """Bolag first, then förvaltningar, each in the order of the workbook."""
        units = self.losses.units
        found: dict[str, Owner] = {}
        for owner in dict.fromkeys(units["owner"]):
            mine = units[units["owner"].str.casefold() == owner.casefold()]
            if owner.casefold() in found:
                continue
            called = {owner.casefold(), *(b.casefold() for b in mine["board"].dropna())}
            own = tuple(a for a in self.work.measures if (responsible_of(a.ansvarig) or "").casefold() in called)
            late = tuple(one.measure for one in self.work.late if one.measure in own)
            found[owner.casefold()] = Owner(owner, str(mine["kind"].iloc[0]), tuple(mine["unit"]), own, late)
        return sorted(found.values(), key=lambda one: one.kind != sheets.BOLAG)

    # ---- gaps ------------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def gaps(self) -> pd.DataFrame:
        """Units that have not reported every month: ``unit missing recent last``, months in all and of the latest twelve."""
        first, last = self.span
        months = set(pd.period_range(first, last, freq="M"))
        recent = set(pd.period_range(max(first, last - RECENT + 1), last, freq="M"))
        reported = self.rows.groupby("unit")["month"].agg(set)
        found = []
        for unit in self.losses.units["unit"]:
            there = reported.get(unit, set())
            if months - there:
                found.append((unit, len(months - there), len(recent - there), max(there, default=None)))
        return pd.DataFrame(found, columns=["unit", "missing", "recent", "last"])


def _owner_key(owner: str) -> str:
    """A name of its own in the tree: a bolag may be called as its only unit."""
    return f"{owner} (alla enheter)"


def load(kommun: object = None, *, data: str | Path | None = None) -> Material:
    """The losses of a kommun's folder; see `document.load`."""
    if data is None:
        told = "behövs. Kör ”kunskap ny --koncern KOMMUN MAPP”, fyll i boken och kör ”kunskap rapport koncern --data MAPP”."
        works.load(kommun)  # a kommun that is none is told first
        raise FileError("no_folder", sheets.FILE, "is needed: give the kommun's folder", told)
    work = works.load(kommun, data=data)
    return Material(work, koncern.read(data))
