"""What may be shown of the kommun's own tables, judged together: all counts, shares and indicators of a folder are one set.

Nobody has said whether the kommun's own figures are sensitive, so every count of 1-4 is protected, and every share with fewer
than five behind it or beside it. What ties them is read from the tables: sexes, rows that are sums of others, answers to one
question, years and their months, and the same row in two files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from kunskapsbaserat.disclosure.linear import Linked
from kunskapsbaserat.disclosure.rules import POLICY, Policy, count_columns, counts_somebody, few_behind
from kunskapsbaserat.disclosure.suppress import suppress
from kunskapsbaserat.disclosure.totals import nested, says_total, totals
from kunskapsbaserat.frames import Record, records

FEW, HIDDEN = "1–4", ".."
TOTAL_WEIGHT, BY_SEX_WEIGHT = 3.0, 2.0
"""What a total is worth beside its parts: three of them, and both sexes together two."""

OF_AREA = " | "
"""Parts the name of what is counted from the area, in a table of a kommun's parts: its rows then have names of their own."""

Series: TypeAlias = dict[tuple[str, str], dict[str, int]]
"""The cells of one table: by name and sex, and by period."""

_NAMES = ("offence", "measure", "indicator")
_ROUNDED = 0.006  # of the respondents: how far shares given with one decimal may be from adding up to all


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table of the kommun's own, as the gate judges it beside others in `OwnTables`.

    Attributes
    ----------
    frame : DataFrame
        The rows, as `release` takes them.
    contents : {"local", "survey", "indicator"}
        What they hold; "local" for counts.
    known : Series of bool, optional
        Which rows the publisher has given out already. Default none.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> damage = pd.DataFrame({"offence": ["klotter", "krossad ruta"], "count": [14, 3]})
    >>> table = disclosure.OwnTable(damage, "local", known=pd.Series([True, False]))
    >>> table.is_known(0), table.is_known(1)
    (True, False)
    """

    frame: pd.DataFrame
    contents: str
    known: pd.Series | None = None

    def is_known(self, number: int) -> bool:
        """Has the publisher given the row out already?"""
        return self.known is not None and bool(self.known.iloc[number])


@dataclass(frozen=True, eq=False)
class Marked:
    """What stands in each row of a table instead of its number (None where the number is shown).

    `exposed` counts small numbers that what has been published already gives away, whatever is hidden.
    """

    marks: pd.Series
    exposed: int = 0


@dataclass(frozen=True, eq=False)
class OwnTables:
    """All tables of the kommun's own that leave together. What they hide is worked out once, for all of them.

    Attributes
    ----------
    tables : tuple of OwnTable
        The tables.
    policy : Policy
        The thresholds.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> damage = pd.DataFrame({"offence": ["krossad ruta", "brand", "totalt"], "count": [3, 9, 12]})
    >>> fires = pd.DataFrame({"offence": ["brand", "brandlarm"], "count": [9, 40]})
    >>> both = disclosure.OwnTables((disclosure.OwnTable(damage, "local"), disclosure.OwnTable(fires, "local")))
    >>> shown = {"contents": "local", "sources": ["kommunen"], "beside": both}
    >>> disclosure.release(damage, name="skadegörelse", **shown).frame["suppressed"].tolist()
    ['..', '..', None]
    >>> disclosure.release(fires, name="bränder", **shown).frame["suppressed"].tolist()  # its 9 would give away the 3
    ['..', None]
    """

    tables: tuple[OwnTable, ...]
    policy: Policy = POLICY

    def marked(self, frame: pd.DataFrame) -> Marked | None:
        """Of one of the tables; None when it is not among them."""
        return next((found for table, found in zip(self.tables, self._marked, strict=True) if table.frame is frame), None)

    @cached_property
    def _marked(self) -> list[Marked]:
        return _marked(self.tables, self.policy)


@dataclass(eq=False)
class Cells:
    """The numbers of all tables, and what ties them."""

    numbers: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    small: list[bool] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def add(self, value: float, *, least: float, small: bool, known: bool = False, weight: float = 1.0) -> int:
        self.numbers.append(value)
        self.least.append(least)
        self.small.append(small)
        self.known.append(known)
        self.weight.append(weight)
        return len(self.numbers) - 1

    def tie(self, total: int, parts: Sequence[int]) -> None:
        """The total is the sum of the parts and of what no table shows; nothing when the parts are more than it."""
        rest = self.numbers[total] - sum(self.numbers[p] for p in parts)
        if rest < 0:
            return
        # Nobody sees the rest: it is no cell of a table, and it may be 0.
        unseen = (self.add(rest, least=0, small=False, weight=0),) if rest else ()
        self.sums.append((total, (*parts, *unseen)))
        self.weight[total] = max(self.weight[total], BY_SEX_WEIGHT if len(parts) < 3 else TOTAL_WEIGHT)


def _marked(tables: Sequence[OwnTable], policy: Policy) -> list[Marked]:
    """Table by table.

    "1–4" says that a number is small, and is used where it stands alone; in what is tied together ".." does not say even that.
    """
    cells = Cells()
    lines = [records(t.frame) for t in tables]
    rows = [_counted(cells, t, of, policy) if t.contents != "survey" else {} for t, of in zip(tables, lines, strict=True)]
    answers = [_answers(cells, t, of, policy) if t.contents == "survey" else {} for t, of in zip(tables, lines, strict=True)]
    _tie_counts(cells, lines, rows)
    hidden, tied, exposed = judged(cells)
    out = []
    for t, found, shares in zip(tables, rows, answers, strict=True):
        survey = t.contents == "survey"
        marks = _shares_marked(t, shares, hidden, policy) if survey else _counts_marked(t.frame, found, hidden, tied)
        mine = set(shares.values()).union(*found.values())
        out.append(Marked(marks, len(mine & exposed)))
    return out


def judged(cells: Cells) -> tuple[np.ndarray, np.ndarray, set[int]]:
    """Which cells are hidden, which stand in a relation, and which cannot be protected."""
    small = np.array(cells.small, dtype=bool)
    linked = Linked.of(cells.numbers, cells.sums, least=np.array(cells.least))
    if not small.any():
        return small, linked.tied, set()
    unseen = np.array(cells.weight) == 0
    found = suppress(linked, small, weight=np.array(cells.weight), known=np.array(cells.known), unseen=unseen)
    return found.hidden, linked.tied, set(found.exposed)


# ---- counts --------------------------------------------------------------------------------------------------------------


def _counted(cells: Cells, table: OwnTable, lines: Sequence[Record], policy: Policy) -> dict[int, tuple[int, ...]]:
    """The cells of each row that counts somebody, by the row's number."""
    columns = [*count_columns(table.frame), *(["value"] if "value" in table.frame else [])]
    found = {}
    for number, row in enumerate(lines):
        if not counts_somebody(str(row.get("unit", "antal"))):
            continue
        # A change or a correction may be below 0: it counts nobody.
        values = [float(row[c]) for c in columns if not pd.isna(row[c]) and row[c] >= 0]
        if values:
            known = table.is_known(number)
            few = [0 < v < policy.small_area_below and not known for v in values]
            found[number] = tuple(
                cells.add(np.ceil(v), least=1, small=f, known=known) for v, f in zip(values, few, strict=True)
            )
    return found


def _tie_counts(cells: Cells, tables: Sequence[Sequence[Record]], rows: Sequence[dict[int, tuple[int, ...]]]) -> None:
    """Tie the sexes, the sums, years to months, the same row of two files, and a row to the file that it is the sum of."""
    at: dict[tuple[str, str, str], int] = {}
    series: list[Series] = []
    for lines, found in zip(tables, rows, strict=True):
        names: Series = {}
        for number, numbers in found.items():
            name, sex, period = _key(lines[number])
            names.setdefault((name, sex), {})[period] = numbers[0]
            same = at.setdefault((name, sex, period), numbers[0])
            if same != numbers[0] and cells.numbers[same] == cells.numbers[numbers[0]]:
                cells.sums.append((same, (numbers[0],)))
        _tie_sums(cells, names)
        series.append(names)
    _tie_whole_tables(cells, series)
    by_series: dict[tuple[str, str], list[str]] = {}
    for name, sex, period in at:
        by_series.setdefault((name, sex), []).append(period)
        if sex == "alla" and (parts := [at[k] for s in ("kvinna", "man") if (k := (name, s, period)) in at]):
            cells.tie(at[name, sex, period], parts)
    _tie_areas(cells, at)
    for (name, sex), periods in by_series.items():
        for whole, parts_of in nested(periods):
            cells.tie(at[name, sex, whole], [at[name, sex, p] for p in parts_of])


def _tie_sums(cells: Cells, series: Series) -> None:
    """Rows of one table and sex that are sums of others; one called total that holds all the others and something more."""
    for sex in dict.fromkeys(s for _, s in series):
        mine = {name: places for (name, s), places in series.items() if s == sex}
        if any(OF_AREA in name for name in mine):
            continue  # tied by what they are: among hundreds of areas some always add up to another
        periods = sorted({p for places in mine.values() for p in places})
        rows = {n: np.array([cells.numbers[a[p]] if p in a else np.nan for p in periods]) for n, a in mine.items()}
        found = totals(rows)
        more = [n for n in mine if says_total(n) and n not in {total for total, _ in found}]
        parts = tuple(n for n in mine if not says_total(n))
        for total, of in [*found, *((n, parts) for n in more if len(parts) > 1)]:
            for period in periods:
                if period in mine[total] and (there := [mine[n][period] for n in of if period in mine[n]]):
                    cells.tie(mine[total][period], there)


def _tie_whole_tables(cells: Cells, tables: Sequence[Series]) -> None:
    """A row of one table that is the sum of all rows of another: whoever has both files can subtract.

    In one period a sum may come about by chance, so the row has to be called a total there.
    """
    for parts in tables:
        for sex in dict.fromkeys(s for _, s in parts):
            by_period: dict[str, list[int]] = {}
            for (name, s), places in parts.items():
                if s == sex and not says_total(name) and OF_AREA not in name:
                    for period, cell in places.items():
                        by_period.setdefault(period, []).append(cell)
            others = (row for table in tables if table is not parts for row in table.items())
            for (name, s), places in others:
                both = [p for p in places if len(by_period.get(p, ())) > 1] if s == sex else []
                sums = [(places[p], by_period[p]) for p in both]
                adds_up = all(cells.numbers[total] == sum(cells.numbers[c] for c in of) for total, of in sums)
                if adds_up and any(cells.numbers[total] for total, _ in sums) and (len(sums) > 1 or says_total(name)):
                    for total, of in sums:
                        cells.tie(total, of)


def _tie_areas(cells: Cells, at: dict[tuple[str, str, str], int]) -> None:
    """The kommun, in whatever file it stands, is the sum of its parts and of what has no part."""
    parts: dict[tuple[str, str, str], list[int]] = {}
    for (name, sex, period), cell in at.items():
        whole, of_area, _ = name.partition(OF_AREA)
        if of_area:
            parts.setdefault((whole, sex, period), []).append(cell)
    for key, inside in parts.items():
        if key in at:
            cells.tie(at[key], inside)


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    name = next((str(row[c]) for c in _NAMES if c in row), "")
    return name, str(row.get("sex", "alla")), str(row.get("period", row.get("year", "")))


def _counts_marked(frame: pd.DataFrame, rows: dict[int, tuple[int, ...]], hidden: np.ndarray, tied: np.ndarray) -> pd.Series:
    out: list[str | None] = [None] * len(frame)
    for number, cells in rows.items():
        at = list(cells)
        if hidden[at].any():
            out[number] = HIDDEN if tied[at].any() else FEW
    return pd.Series(out, index=frame.index, dtype=object)


# ---- shares --------------------------------------------------------------------------------------------------------------


def _answers(cells: Cells, table: OwnTable, lines: Sequence[Record], policy: Policy) -> dict[int, int]:
    """The persons behind each share with a known number of respondents, by the row's number; those of one question tied."""
    found: dict[int, int] = {}
    for number, row in enumerate(lines):
        if pd.isna(row["n"]) or pd.isna(row["share"]):
            continue
        n = float(row["n"])
        behind = float(np.round(float(row["share"]) * n))
        known = table.is_known(number)
        small = bool(few_behind(np.array([row["share"]], dtype=float), np.array([n]), policy)[0]) and not known
        found[number] = cells.add(behind, least=0, small=small, known=known)
    for numbers in _questions(table.frame, found, cells):
        parts = tuple(found[k] for k in numbers)
        everybody = cells.add(sum(cells.numbers[p] for p in parts), least=0, small=False, known=True)
        cells.sums.append((everybody, parts))
    return found


def _questions(frame: pd.DataFrame, found: dict[int, int], cells: Cells) -> Iterator[list[int]]:
    """Rows of one survey and the same respondents that add up to all of them."""
    rows = frame.iloc[list(found)].assign(row=list(found))
    when = [c for c in ("area", "start_year", "end_year", "period") if c in rows]
    for _, same in rows.groupby([*when, "n"], sort=False):
        names: dict[str, Any] = {
            str(row["row"]): np.array([cells.numbers[found[row["row"]]]]) for row in same.to_dict("records")
        }
        n = float(same["n"].iat[0])
        for total, parts in totals({**names, "alla": np.array([n])}, tolerance=max(0.5, _ROUNDED * n)):
            if total == "alla":
                yield [int(p) for p in parts]


def _shares_marked(table: OwnTable, rows: dict[int, int], hidden: np.ndarray, policy: Policy) -> pd.Series:
    frame = table.frame
    out: list[str | None] = [None] * len(frame)
    for number, (share, n) in enumerate(zip(frame["share"], frame["n"], strict=True)):
        nobody_said = pd.isna(n) and not pd.isna(share)
        too_few = not pd.isna(n) and float(n) < policy.respondents_below
        unsafe = nobody_said or too_few or (number in rows and hidden[rows[number]])
        if unsafe and not table.is_known(number):
            out[number] = HIDDEN
    return pd.Series(out, index=frame.index, dtype=object)
