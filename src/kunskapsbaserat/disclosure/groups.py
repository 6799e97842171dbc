"""The answers of a school and of groups of it: what is hidden of one group may not be had from the others and the whole.

Whoever has the school's share with its number of answers has the number who agree, and whoever takes the groups from it has the
rest: those of a group that is not shown, and those who stand in no group. Both are cells here, with the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.disclosure import LogEntry, Released, _refuse_persons
from kunskapsbaserat.disclosure.own import HIDDEN
from kunskapsbaserat.disclosure.rules import POLICY, Policy, few_behind
from kunskapsbaserat.errors import DisclosureError

WHOLE = ""
KEYS = ("survey", "question", "kind", "group")
Flags = NDArray[np.bool_]


def release_groups(df: pd.DataFrame, *, name: str, together: Sequence[str] = (), policy: Policy = POLICY) -> Released:
    """Pass the answers of a school through the gate.

    Parameters
    ----------
    df : DataFrame
        One row for each statement and group: ``survey question kind group n agree`` (`kind` is "" for the whole, else how the
        whole is divided, such as "årskurs"; the groups of a kind do not overlap), and whatever is made of the two numbers.
    name : str
        The table's name in the log.
    together : sequence of str
        Groups of which none is shown where another is not: girls and boys.
    policy : Policy
        The thresholds.

    Returns
    -------
    Released
        With a column ``suppressed``. In a hidden row every number is missing; `agree` is left out of all, since the share says
        it. A group that is hidden for one statement is hidden for all of the survey.

    Raises
    ------
    DisclosureError
        A column is missing, or one looks like persons.
    """
    missing = [column for column in (*KEYS, "n", "agree") if column not in df]
    if missing:
        raise DisclosureError(
            f"{name}: cannot be judged without {missing[0]}; nothing was published",
            svenska=f"{name}: går inte att bedöma utan {missing[0]}. Inget har publicerats.",
        )
    _refuse_persons(df, name)
    df = df.reset_index(drop=True)
    few = _few(df, policy)
    hidden = few.copy()
    for _, rows in df.groupby(["survey", "question"], sort=False):
        hidden[rows.index] |= _hidden(rows, few[rows.index], policy)
    hidden = _everywhere(df, hidden, together)
    marks = pd.Series([HIDDEN if hide else None for hide in hidden], index=df.index, dtype=object)
    frame = df.drop(columns="agree").assign(suppressed=marks)
    for column in _revealing(frame):
        frame[column] = frame[column].astype(float).mask(hidden)
    log = [LogEntry(name, "survey", int(few.sum()), "suppressed")] if few.any() else []
    if extra := int((hidden & ~few).sum()):
        log.append(LogEntry(name, "complementary", extra, "suppressed, or the first could be computed from it"))
    return Released(name, frame, tuple(log) or (LogEntry(name, "survey", 0, "published"),))


def _revealing(frame: pd.DataFrame) -> list[str]:
    """Columns of numbers: what a row is about are words and flags."""
    return [c for c in frame if pd.api.types.is_numeric_dtype(frame[c]) and not pd.api.types.is_bool_dtype(frame[c])]


def _few(rows: pd.DataFrame, policy: Policy) -> Flags:
    n, agree = rows["n"].to_numpy(dtype=float), rows["agree"].to_numpy(dtype=float)
    return _tells(n, agree, policy)


def _tells(n: NDArray[np.float64], agree: NDArray[np.float64], policy: Policy) -> Flags:
    """Would so few answers, or so few behind the share, tell what somebody answered? Nobody tells nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, agree / n, 0.0)
    found: Flags = few_behind(share, n, policy) & (n > 0)
    return found


def _hidden(rows: pd.DataFrame, few: Flags, policy: Policy) -> Flags:
    """What of one statement is hidden, so that nobody has the small numbers from the others.

    Of each kind of group the hidden ones and the rest are known together, as what the shown ones leave of the whole. They are
    safe when they are at least two and would, as one group, tell nobody's answer; until they are, the smallest group beside
    them goes. With all groups hidden they are the whole itself, which is only shown where it is safe. Where the whole is not
    shown no group is either: in none of them do more people answer otherwise than in all.
    """
    hidden = few.copy()
    kinds = rows["kind"].to_numpy(dtype=object)
    whole = np.flatnonzero(kinds == WHOLE)
    if not len(whole):
        return hidden
    n, agree = rows["n"].to_numpy(dtype=float), rows["agree"].to_numpy(dtype=float)
    for kind in dict.fromkeys(kinds[kinds != WHOLE]):
        mine = np.flatnonzero(kinds == kind)
        rest = np.array([n[whole[0]] - n[mine].sum(), agree[whole[0]] - agree[mine].sum()])
        hidden[_beside(mine, hidden, n, agree, rest, policy)] = True
    return hidden


def _beside(
    groups: NDArray[np.int64],
    hidden: Flags,
    n: NDArray[np.float64],
    agree: NDArray[np.float64],
    rest: NDArray[np.float64],
    policy: Policy,
) -> NDArray[np.int64]:
    """The groups of one kind that are hidden in the end; `rest` is the number in none of them, and of those who agree."""
    away = [g for g in groups if hidden[g]]
    rest_tells = bool(_tells(rest[:1], rest[1:], policy)[0])
    if not away and not rest_tells:
        return np.array([], dtype=np.int64)
    for group in sorted((g for g in groups if not hidden[g]), key=lambda g: n[g]):
        together = np.array([[n[away].sum() + rest[0]], [agree[away].sum() + rest[1]]])
        if len(away) + (rest[0] > 0) > 1 and not _tells(together[0], together[1], policy)[0]:
            break
        away.append(group)
    return np.array(away, dtype=np.int64)


def _everywhere(df: pd.DataFrame, hidden: Flags, together: Sequence[str]) -> Flags:
    """A group hidden for one statement is hidden for all: how many answered is nearly the same for every one of them."""
    same = df["group"].where(~df["group"].isin(together), "|".join(together))
    keys = pd.MultiIndex.from_arrays([df["survey"], df["kind"], same])
    away = set(keys[hidden & (df["kind"] != WHOLE).to_numpy()])
    everywhere: Flags = hidden | np.array([key in away for key in keys], dtype=bool)
    return everywhere
