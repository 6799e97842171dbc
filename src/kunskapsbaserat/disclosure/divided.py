"""Counts that are divided by sex and by area: the small ones of a sensitive offence, and what they could be computed from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kunskapsbaserat.disclosure.linear import Linked
from kunskapsbaserat.disclosure.own import FEW, HIDDEN, Cells, Marked
from kunskapsbaserat.disclosure.rules import count_columns
from kunskapsbaserat.disclosure.suppress import suppress

_WITHIN = {"lan": ("kommun",), "kommun": ("stadsdel", "regso", "deso")}
"""What an area is the sum of; of the country too many offences have no known kommun."""

_KEY = ("area_level", "area", "offence", "sex", "period", "year")


def marked(df: pd.DataFrame, small: pd.Series, known: pd.Series) -> Marked:
    """What stands in each row instead of its number.

    Parameters
    ----------
    df : DataFrame
        As `release` takes it for "counts".
    small, known : Series of bool
        Rows to be protected, and rows that their publisher has given out, which hiding would not take back.

    Returns
    -------
    Marked
        "1–4" where a small number stands alone, ".." for all that is hidden among rows that are tied.
    """
    out = pd.Series([FEW if hide else None for hide in small], index=df.index, dtype=object)
    column = count_columns(df)[0]
    keys = [c for c in _KEY if c in df]
    about = [c for c in keys if c not in ("area_level", "area", "sex")]
    concerned = df[about].apply(tuple, axis=1).isin(set(df.loc[small, about].apply(tuple, axis=1))) & df[column].notna()
    rows = df[concerned]
    if rows.duplicated(keys).any():  # other columns tell the rows apart, and nobody has said how they add up
        out[concerned & ~known & (df[column] > 0)] = HIDDEN
        return Marked(out)
    cells = Cells()
    for label in rows.index:
        value = float(np.ceil(rows.at[label, column]))
        cells.add(value, least=1, small=bool(small[label]), known=bool(known[label]) or value == 0)
    for total, parts in _sums(rows.reset_index(drop=True), about):
        cells.tie(total, parts)
    linked = Linked.of(cells.numbers, cells.sums, least=np.array(cells.least))
    weight = np.array(cells.weight)
    found = suppress(linked, np.array(cells.small), weight=weight, known=np.array(cells.known), unseen=weight == 0)
    for label, hide, tied in zip(rows.index, found.hidden[: len(rows)], linked.tied[: len(rows)], strict=True):
        if hide:
            out[label] = HIDDEN if tied else FEW
    return Marked(out, exposed=len(found.exposed))


def _sums(rows: pd.DataFrame, about: list[str]) -> Iterator[tuple[int, list[int]]]:
    """By number of row: both sexes and each of them, an area and the areas within it."""
    if "sex" in rows:
        where = [c for c in ("area_level", "area") if c in rows]
        for _, same in rows.groupby([*where, *about], sort=False):
            yield from _split(same, same["sex"] == "alla")
    if "area" in rows:
        for _, same in rows.groupby([*about, *(["sex"] if "sex" in rows else [])], sort=False):
            for level, within in _WITHIN.items():
                for total in same[same["area_level"] == level].itertuples():
                    inside = same[same["area_level"].isin(within)]
                    inside = inside[inside["area"].astype(str).str.startswith(str(total.area))] if level == "lan" else inside
                    yield from _split(pd.concat([same.loc[[total.Index]], inside]), None)


def _split(rows: pd.DataFrame, whole: pd.Series | None) -> Iterator[tuple[int, list[int]]]:
    """The row that holds the others (the first without `whole`), and the others."""
    total = rows.index[:1] if whole is None else rows.index[whole]
    parts = rows.index.difference(total, sort=False)
    if len(total) == 1 and len(parts):
        yield int(total[0]), [int(p) for p in parts]
