"""Counts of parts within parts (units of a bolag, bolag of a koncern): no small one may be had from the sums beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.disclosure import LogEntry, Released, _refuse_persons
from kunskapsbaserat.disclosure.linear import Linked
from kunskapsbaserat.disclosure.own import HIDDEN, Cells
from kunskapsbaserat.disclosure.rules import POLICY, Policy
from kunskapsbaserat.disclosure.suppress import suppress
from kunskapsbaserat.errors import DisclosureError

TOP = ""
_NEEDED = ("name", "within", "count")


def release_tree(df: pd.DataFrame, *, name: str, numbers: tuple[str, ...] = (), policy: Policy = POLICY) -> Released:
    """Pass a tree of counts through the gate.

    Parameters
    ----------
    df : DataFrame
        One row a part: `name`, `within` (the name of the row that it is a part of; "" for the one that is the whole), `count`.
        A row without parts is a leaf; the parts of a row need not be all of it. The whole is taken as known: what else is
        published adds up to it.
    name : str
        The table's name in the log.
    numbers : tuple of str
        Further columns that are hidden with the count.
    policy : Policy
        The thresholds.

    Returns
    -------
    Released
        With a column ``suppressed``; in a hidden row every number is missing.

    Raises
    ------
    DisclosureError
        A column is missing, a part is in nothing that stands there, or a column looks like persons.

    Examples
    --------
    >>> rows = [("alla", "", 40), ("norra", "alla", 20), ("södra", "alla", 17), ("hallen", "alla", 3)]
    >>> release_tree(pd.DataFrame(rows, columns=["name", "within", "count"]), name="x").frame["suppressed"].isna().tolist()
    [True, True, False, False]
    """
    missing = [column for column in _NEEDED if column not in df]
    loose = [] if missing else sorted(set(df["within"]) - set(df["name"]) - {TOP})
    if missing or loose:
        what = (missing or loose)[0]
        raise DisclosureError(
            f"{name}: cannot be judged without {what}; nothing was published",
            svenska=f"{name}: går inte att bedöma utan {what}. Inget har publicerats.",
        )
    _refuse_persons(df, name)
    df = df.reset_index(drop=True)
    small = (df["count"] > 0) & (df["count"] < policy.small_area_below)
    hidden = _hidden(df, small.to_numpy())
    marks = pd.Series([HIDDEN if hide else None for hide in hidden], index=df.index, dtype=object)
    frame = df.assign(suppressed=marks)
    for column in ("count", *numbers):
        frame[column] = frame[column].astype(float).mask(hidden)
    log = [LogEntry(name, "local", int(small.sum()), "suppressed")] if small.any() else []
    if extra := int((hidden & ~small.to_numpy()).sum()):
        log.append(LogEntry(name, "complementary", extra, "suppressed, or the first could be computed from it"))
    return Released(name, frame, tuple(log) or (LogEntry(name, "local", 0, "published"),))


def _hidden(df: pd.DataFrame, small: np.ndarray) -> np.ndarray:
    if not small.any():
        return small
    cells = Cells()
    for value, few, within in zip(df["count"], small, df["within"], strict=True):
        cells.add(float(value), least=1, small=bool(few), known=value == 0 or (within == TOP and not few))
    for at, part in df["name"].items():
        inside = df.index[df["within"] == part].tolist()
        if inside:
            cells.tie(int(at), inside)
    linked = Linked.of(cells.numbers, cells.sums, least=np.array(cells.least))
    weight = np.array(cells.weight)
    found = suppress(linked, np.array(cells.small), weight=weight, known=np.array(cells.known), unseen=weight == 0)
    return np.asarray(found.hidden[: len(df)])
