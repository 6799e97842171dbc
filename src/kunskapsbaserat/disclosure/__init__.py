"""What may be published: the one gate that every table, figure and CSV of a report passes.

Nothing in `report` takes a plain table; it takes a `Released` one, which only `release` makes. The gate fails closed: a
table whose content nobody has declared, or that looks as if it held persons, is refused. The thresholds stand in `rules`,
what has to be hidden beside a small number is found by `suppress`, and `linear` is the reader who tries to have it anyway.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat import catalogue
from kunskapsbaserat.disclosure import divided
from kunskapsbaserat.disclosure.own import HIDDEN, Marked, OwnTable, OwnTables
from kunskapsbaserat.disclosure.rules import POLICY, Policy, count_columns, counts_somebody, dominated, few_behind
from kunskapsbaserat.errors import DisclosureError, OptionError

__all__ = [
    "CONTENTS",
    "POLICY",
    "LogEntry",
    "OwnTable",
    "OwnTables",
    "Policy",
    "Released",
    "below_threshold",
    "release",
    "release_parts",
]

CONTENTS = ("counts", "local", "indicator", "survey", "aggregate", "amount", "population", "description")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One decision of the gate about one table. Stands in `Released.log`.

    Attributes
    ----------
    table : str
        Its name.
    rule : str
        What decided: the contents of the table, "complementary" or "exposed".
    cells : int
        Rows concerned.
    action : str
        What was done with them, in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> own = pd.DataFrame({"offence": ["klotter", "krossad ruta", "brand"], "count": [14, 3, 9]})
    >>> for entry in disclosure.release(own, name="skadegörelse", contents="local", sources=["kommunen"]).log:
    ...     print(entry.rule, entry.cells, entry.action)
    local 1 suppressed
    """

    table: str
    rule: str
    cells: int
    action: str


@dataclass(frozen=True, slots=True)
class Released:
    """A table that may be published, with what was decided about it. Made by `release` only.

    Attributes
    ----------
    name : str
        Of the table, in the log and the CSV appendix.
    frame : DataFrame
        The rows, with a column ``suppressed``.
    log : tuple of LogEntry
        What was decided.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> public = pd.DataFrame({"offence": "totalt", "area_level": "kommun", "count": [5284, 3]})
    >>> released = disclosure.release(public, name="anmälda brott", contents="counts", sources=["bra_sol"])
    >>> released.frame["suppressed"].isna().all().item(), released.log[0].action  # known from Brå, and never sensitive in all
    (True, 'published')
    """

    name: str
    frame: pd.DataFrame
    log: tuple[LogEntry, ...]


def release(
    df: pd.DataFrame,
    *,
    name: str,
    contents: str,
    sources: Iterable[str] | pd.Series,
    beside: OwnTables | None = None,
    policy: Policy = POLICY,
) -> Released:
    """Pass a table through the gate.

    Parameters
    ----------
    df : DataFrame
        For "local" (counts of the kommun's own, of which nobody has said whether they are sensitive): at least one column
        named `count` or `count_...`. For "indicator": `value`, and `unit`, which says whether it counts somebody. For
        "counts": as "local", with `area_level` and `offence`; `months` (length of the period) for areas smaller than a kommun.
        For "survey": `share` (0-1) and `n`. For "aggregate": `members_with_value`. For "amount": `amount` and
        the largest parts in it, `largest_1`, `largest_2` ..., which are never shown. "population" and "description" have no
        threshold.
    name : str
        The table's name in the log and in the CSV appendix.
    contents : {"counts", "local", "indicator", "survey", "aggregate", "amount", "population", "description"}
        What the rows hold.
    sources : str, iterable of str, or Series
        Where the figures come from. A row is known when all of its sources have published it at this level already; a
        Series names the source of each row.
    beside : OwnTables, optional
        All tables of the kommun's own that leave together, `df` among them: what one hides may not be had from another. They
        are judged by their own policy, and by which of their rows are known.
    policy : Policy
        The thresholds.

    Returns
    -------
    Released
        The table with a column ``suppressed`` (None, or what is shown instead, as "1–4"); in a suppressed row every
        number that could give it away is missing.

    Raises
    ------
    DisclosureError
        A column needed by a rule is missing, or a column looks like persons.
    OptionError
        The contents are none of those named.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> own = pd.DataFrame({"offence": ["klotter", "krossad ruta", "brand"], "count": [14, 3, 9]})
    >>> released = disclosure.release(own, name="skadegörelse", contents="local", sources=["kommunen"])
    >>> released.frame
            offence  count suppressed
    0       klotter   14.0       None
    1  krossad ruta    NaN        1–4
    2         brand    9.0       None
    >>> [entry.action for entry in released.log]
    ['suppressed']
    """
    if contents not in CONTENTS:
        raise OptionError("contents", contents, CONTENTS)
    if not isinstance(df, pd.DataFrame):
        raise DisclosureError(
            f"{name}: expected a DataFrame, got {type(df).__name__}; nothing was published",
            svenska=f"{name}: väntade en tabell (pandas DataFrame). Inget har publicerats.",
        )
    _refuse_persons(df, name)
    rule = _RULES.get(contents)
    if rule is None:
        return Released(name, df.assign(suppressed=None), (LogEntry(name, contents, 0, "published"),))
    small = rule(df, name, policy).to_numpy(dtype=bool)
    if contents == "amount":
        df = df.drop(columns=_parts(df))
    known = _known(df, sources, policy) & (contents != "aggregate")
    log = []
    if passed := int((small & known).sum()):
        log.append(_passed(name, contents, passed))
    small = small & ~known
    hits = int(small.sum())
    if not hits and beside is None:
        return Released(name, df.assign(suppressed=None), tuple(log) or (LogEntry(name, contents, 0, "published"),))
    if contents == "counts":
        marked = divided.marked(df, pd.Series(small, index=df.index), pd.Series(known, index=df.index))
    elif beside is not None or contents in ("local", "indicator"):
        marked = _own_marked(df, beside or OwnTables((OwnTable(df, contents, pd.Series(known, index=df.index)),), policy))
    else:
        marked = Marked(pd.Series([HIDDEN if hide else None for hide in small], index=df.index, dtype=object))
    hidden = marked.marks.notna()
    frame = df.assign(suppressed=marked.marks)
    for column in _revealing(df[hidden]):
        frame[column] = frame[column].mask(hidden)
    if marked.exposed:
        log.append(LogEntry(name, "exposed", marked.exposed, "cannot be protected from what is published"))
    if not hidden.any():
        return Released(name, frame, tuple(log) or (LogEntry(name, contents, 0, "published"),))
    log.append(LogEntry(name, contents, hits, "suppressed"))
    if extra := int(hidden.sum()) - hits:
        log.append(LogEntry(name, "complementary", extra, "suppressed, or the first could be computed from it"))
    return Released(name, frame, tuple(log))


def release_parts(
    df: pd.DataFrame,
    *,
    parts: Mapping[str, tuple[int, int]],
    contents: str,
    sources: Mapping[str, Iterable[str]],
    policy: Policy = POLICY,
) -> dict[str, Released]:
    """Pass the tables that lie one after the other in a table through the gate: each has its own name, sources and log.

    The gate looks at all rows at once where nothing has to be hidden, which is what takes time of small tables. Where
    something has, each table passes it by itself (`release`).

    Parameters
    ----------
    df : DataFrame
        The rows of all of them, as for `release`.
    parts : mapping of str to (int, int)
        By name, the first row and the one after the last.
    contents : {"counts", "survey"}
        What the rows hold: that a row is judged by itself is true of these alone.
    sources : mapping of str to iterable of str
        By name.
    policy : Policy
        The thresholds.

    Returns
    -------
    dict of str to Released
        By name.

    Raises
    ------
    DisclosureError, OptionError
        As `release`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure
    >>> public = pd.DataFrame({"offence": ["totalt", "totalt", "bilbrott"], "area_level": "kommun", "count": [5284, 5310, 3]})
    >>> parts, sources = {"totalt": (0, 2), "bilbrott": (2, 3)}, {"totalt": ["bra_sol"], "bilbrott": ["bra_sol"]}
    >>> tables = disclosure.release_parts(public, parts=parts, contents="counts", sources=sources)
    >>> [(name, len(table.frame), table.log[0].action) for name, table in tables.items()]
    [('totalt', 2, 'published'), ('bilbrott', 1, 'published')]
    """
    rules = {name: _RULES[name] for name in ("counts", "survey")}
    if contents not in rules:
        raise OptionError("contents", contents, tuple(rules))
    label = next(iter(parts), "")
    _refuse_persons(df, label)
    small = rules[contents](df, label, policy).to_numpy(dtype=bool)
    published = {name: _all_published(sources[name], policy) for name in parts}
    if any(not published[name] and small[first:after].any() for name, (first, after) in parts.items()):
        return {
            name: release(df.iloc[first:after], name=name, contents=contents, sources=sources[name], policy=policy)
            for name, (first, after) in parts.items()
        }
    frame = df.assign(suppressed=None)
    return {
        name: Released(name, frame.iloc[first:after], (_passed(name, contents, int(small[first:after].sum())),))
        for name, (first, after) in parts.items()
    }


def _passed(name: str, contents: str, known: int) -> LogEntry:
    """What is said of a table in which nothing was hidden, though `known` of its rows would have been by themselves."""
    return LogEntry(name, contents, known, _KNOWN if known else "published")


_KNOWN = "known: the publisher gives them out at this level"


def _known(df: pd.DataFrame, sources: Iterable[str] | pd.Series, policy: Policy) -> NDArray[np.bool_]:
    """Rows whose sources have all given them out at this level; no source named is not known."""
    if isinstance(sources, pd.Series):
        return np.asarray(sources.isin(policy.published_sources), dtype=bool)
    return np.full(len(df), _all_published(sources, policy))


def _all_published(sources: Iterable[str], policy: Policy) -> bool:
    named = {sources} if isinstance(sources, str) else set(sources)
    return bool(named) and named <= policy.published_sources


def below_threshold(counts: ArrayLike, *, threshold: int, zeros: bool = False) -> NDArray[np.bool_]:
    """Which counts are below the threshold.

    Parameters
    ----------
    counts : array_like
        Counts, any shape; missing ones (NaN) are not below.
    threshold : int
        The smallest count that may be shown.
    zeros : bool
        Whether a zero discloses something too.

    Returns
    -------
    array of bool
        Same shape as `counts`.

    Examples
    --------
    >>> from kunskapsbaserat import disclosure
    >>> disclosure.below_threshold([0, 3, 5, float("nan")], threshold=5).tolist()
    [False, True, False, False]
    >>> disclosure.below_threshold([0, 3, 5], threshold=5, zeros=True).tolist()
    [True, True, False]
    """
    values = np.asarray(counts, dtype=float)
    with np.errstate(invalid="ignore"):
        return (values < threshold) & ((values > 0) | zeros)


def _small_counts(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    _need(df, name, "area_level", "offence")
    numbers = _counts(df, name)
    small_area = np.array([level in _SMALL_AREAS for level in df["area_level"].to_numpy(dtype=object)], dtype=bool)
    if small_area.any():
        _need(df, name, "months")
        if (df.loc[small_area, "months"] < policy.small_area_months).any():
            raise DisclosureError(
                f"{name}: areas smaller than a kommun need periods of at least {policy.small_area_months} months",
                svenska=f"{name}: för områden inom kommunen behövs perioder på minst {policy.small_area_months} månader.",
            )
    sensitive_offences = _sensitive_offences()
    offences = df["offence"].to_numpy(dtype=object)
    if unknown := [o for o in offences if o not in sensitive_offences]:
        raise _undeclared(name, f"offence {unknown[0]!r}")
    sensitive = np.array([sensitive_offences[o] for o in offences], dtype=bool)
    few = below_threshold(numbers, threshold=policy.sensitive_below).any(axis=1) & sensitive
    few |= below_threshold(numbers, threshold=policy.small_area_below).any(axis=1) & small_area
    return pd.Series(few, index=df.index)


_SMALL_AREAS = frozenset({"stadsdel", "regso", "deso"})


@functools.cache
def _sensitive_offences() -> dict[str, bool]:
    return {o.id: o.sensitive for o in catalogue.offences()}


def _small_local(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    few = below_threshold(_counts(df, name), threshold=policy.small_area_below).any(axis=1)
    return pd.Series(few, index=df.index)


def _counts(df: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """All counts of each row."""
    if not (columns := count_columns(df)):
        raise _undeclared(name, "count")
    return np.column_stack([df[name].to_numpy(dtype=float, na_value=np.nan) for name in columns])


def _small_indicator(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    """A number of persons or events may be small under any name; the unit says when it counts something else."""
    _need(df, name, "value", "unit")
    counted = df["unit"].astype(str).map(counts_somebody).to_numpy(dtype=bool)
    few = below_threshold(df["value"].to_numpy(dtype=float, na_value=np.nan), threshold=policy.small_area_below)
    return pd.Series(few & counted, index=df.index)


def _own_marked(df: pd.DataFrame, beside: OwnTables) -> Marked:
    """What is hidden of one of the kommun's own tables, judged with all of them."""
    found = beside.marked(df)
    if found is None:
        raise _undeclared("beside", "the table itself")
    return found


def _few_respondents(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    _need(df, name, "share", "n")
    n = df["n"].to_numpy(dtype=float, na_value=np.nan)
    share = df["share"].to_numpy(dtype=float, na_value=np.nan)
    unknown = np.isnan(n) & ~np.isnan(share)  # nobody has said how many answered
    return pd.Series(few_behind(share, n, policy) | unknown, index=df.index)


def _dominated(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    """All amounts of a table where one gives somebody away: nobody has said how they add up."""
    _need(df, name, "amount", *(f"largest_{n}" for n in range(1, max(2, policy.dominance_n) + 1)))
    parts = df[_parts(df)].to_numpy(dtype=float, na_value=0.0)
    unsafe = dominated(df["amount"].to_numpy(dtype=float, na_value=0.0), parts, policy=policy) & (df["amount"] != 0)
    return pd.Series(bool(unsafe.any()), index=df.index)


def _parts(df: pd.DataFrame) -> list[str]:
    return sorted((c for c in df if re.fullmatch(r"largest_\d+", str(c))), key=lambda c: int(c.removeprefix("largest_")))


def _few_areas(df: pd.DataFrame, name: str, policy: Policy) -> pd.Series:
    _need(df, name, "members_with_value")
    return df["members_with_value"] < policy.areas_below


_RULES: Mapping[str, Callable[[pd.DataFrame, str, Policy], pd.Series]] = {
    "counts": _small_counts,
    "local": _small_local,
    "indicator": _small_indicator,
    "survey": _few_respondents,
    "aggregate": _few_areas,
    "amount": _dominated,
}

_LABELS = frozenset(
    [
        *("kommun", "area", "area_level", "name", "own", "offence", "measure", "indicator", "goal", "field", "sex", "unit"),
        *("period", "year", "start_year", "end_year", "months", "first", "last"),
        *("latest_from", "latest_to", "earlier_from", "earlier_to", "comparable", "approximate"),
    ]
)
"""Columns that say what a row is about. They may look like numbers, and stay where its numbers are hidden."""


def _revealing(df: pd.DataFrame) -> list[Any]:
    """Columns with a number in any row, also where the column is of objects or texts."""
    return [c for c in df if c not in _LABELS and pd.to_numeric(df[c], errors="coerce").notna().any()]


_MANY = 5_000  # rows of a column above which each text is looked at once

# Personnummer and samordningsnummer (day + 60), e-mail, Swedish telephone and registration numbers.
_PERSONS = re.compile(
    r"\b(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}\b"
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?:\+46|\b0)[ -]?7[0236-9](?:[ -]?\d){7}\b"
)


def _refuse_persons(df: pd.DataFrame, name: str) -> None:
    texts = [  # pairs, as two columns may have one name
        (column, _texts(values))
        for column, values in df.items()
        if isinstance(values.dtype, pd.StringDtype) or pd.api.types.is_object_dtype(values.dtype)
    ]
    if not _PERSONS.search("\n".join(frozenset().union(*(found for _, found in texts)))):
        return
    column = next(column for column, found in texts if _PERSONS.search("\n".join(found)))
    raise DisclosureError(
        f"{name}, column {column!r}: looks like a person's number, address or telephone; nothing was published",
        svenska=f"{name}, kolumn ”{column}”: innehåller något som liknar personnummer, e-post eller telefon. "
        "Inget har publicerats. Ta bort uppgifterna ur filen.",
    )


def _texts(values: pd.Series) -> set[str]:
    """What stands in a column of text or of anything, once each."""
    if not isinstance(values.dtype, pd.StringDtype):
        return {str(value) for value in values.to_numpy() if not _is_fraction(value)}
    several = values.drop_duplicates() if len(values) > _MANY else values
    return {text for text in several.to_numpy(dtype=object).tolist() if isinstance(text, str)}


def _is_fraction(value: object) -> bool:
    """A number with decimals is nobody's number, though its decimals may look like one: the median of some rates did."""
    return isinstance(value, float) and not value.is_integer()


def _need(df: pd.DataFrame, name: str, *columns: str) -> None:
    for column in columns:
        if column not in df:
            raise _undeclared(name, column)


def _undeclared(name: str, what: str) -> DisclosureError:
    return DisclosureError(
        f"{name}: cannot be judged without {what}; nothing was published",
        svenska=f"{name}: går inte att bedöma utan {what}. Inget har publicerats.",
    )
