"""Let a query compare a period with what people write: '2024', 2024, '2024Q1', '2024-01'.

pandas turns ``period == '2024'`` in a query into a search for the text among the periods, finds none and gives no rows. Here
the text is read as a period of the column's own length first; what is none is refused.
"""

from __future__ import annotations

import io
import sys
import tokenize
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kunskapsbaserat.errors import TableError

_COMPARES = {"==", "!=", "<", "<=", ">", ">=", "in"}
_SHAPE = {"Y": "2024", "Q": "2024Q1", "M": "2024-01"}
_NAMES = {"Y": ("years", "år"), "Q": ("quarters", "kvartal"), "M": ("months", "månader")}


def readable(table: pd.DataFrame, expression: str, *, level: int) -> tuple[str, dict[str, Any]]:
    """The expression with every text and number beside a period column in the place of a Period, and those by their names.

    Parameters
    ----------
    table : DataFrame
        What is asked.
    expression : str
        Of a query.
    level : int
        How many frames above this module's caller the names after ``@`` stand, as pandas counts.
    """
    columns = {str(name): table[name].dtype for name in table if isinstance(table[name].dtype, pd.PeriodDtype)}
    if not any(name in expression for name in columns):
        return expression, {}
    tokens = _tokens(expression)
    caller = sys._getframe(level + 1)
    put: dict[int, tuple[int, str]] = {}  # first token: (first token after, name)
    values: dict[str, Any] = {}
    for at, token in enumerate(tokens):
        if token.type != tokenize.NAME or token.string not in columns:
            continue
        for start, end in _beside(tokens, at):
            value = _value(tokens[start:end], caller.f_locals | caller.f_globals)
            if value is not None:
                name = f"period_{len(values)}_"
                values[name] = _as_period(value, columns[token.string], token.string)
                put[start] = (end, name)
    return _written(tokens, put), values


def _tokens(expression: str) -> list[tokenize.TokenInfo]:
    try:
        found = list(tokenize.generate_tokens(io.StringIO(expression).readline))
    except (tokenize.TokenError, SyntaxError):  # backticks and the like: pandas has the word
        return []
    return [t for t in found if t.string and t.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)]


def _beside(tokens: list[tokenize.TokenInfo], at: int) -> list[tuple[int, int]]:
    """The spans of what the column at a place is compared with, on its right and on its left."""
    spans = []
    right = at + 1
    if right < len(tokens) and tokens[right].string == "not":
        right += 1
    if right < len(tokens) and tokens[right].string in _COMPARES:
        spans.append((right + 1, _end(tokens, right + 1)))
    if at >= 2 and tokens[at - 1].string in _COMPARES - {"in"}:
        start = at - 3 if at >= 3 and tokens[at - 3].string == "@" else at - 2
        spans.append((start, at - 1))
    return [(start, end) for start, end in spans if start < end]


def _end(tokens: list[tokenize.TokenInfo], start: int) -> int:
    if start >= len(tokens):
        return start
    if tokens[start].string == "@":
        return min(start + 2, len(tokens))
    if tokens[start].string in "[(":
        close = next((i for i in range(start, len(tokens)) if tokens[i].string in "])"), len(tokens) - 1)
        return close + 1
    return start + 1


def _value(tokens: list[tokenize.TokenInfo], names: Mapping[str, Any]) -> Any:
    """A text, a whole number or a list of them; None for anything else, which is left to pandas."""
    if tokens[0].string == "@":
        named = names.get(tokens[1].string) if len(tokens) == 2 else None
        several = list(named) if isinstance(named, (list, tuple, set)) else None
        return named if isinstance(named, (str, int)) else several
    plain = [t for t in tokens if t.type in (tokenize.STRING, tokenize.NUMBER)]
    read = [t.string.strip("'\"") if t.type == tokenize.STRING else t.string for t in plain]
    if len(tokens) == 1:
        return read[0] if read else None
    return read if read and len(plain) * 2 + 1 <= len(tokens) + 1 else None


def _as_period(value: Any, dtype: pd.PeriodDtype, column: str) -> Any:
    if isinstance(value, list):
        return [_as_period(one, dtype, column) for one in value]
    if isinstance(value, pd.Period):
        return value
    freq = str(dtype)[len("period[")]
    try:
        read = pd.Period(str(value))
    except ValueError:
        read = None
    if read is None or pd.isna(read) or read.freqstr[0] != freq:
        english, swedish = _NAMES.get(freq, ("periods", "perioder"))
        shape = _SHAPE.get(freq, "")
        raise TableError(
            f"{english} such as {shape!r}",
            forvantat=f"{swedish} som ”{shape}”",
            column=column,
            got=value,
            hint="for whole years compare the column ar: ar == 2024",
            tips="För hela år, jämför kolumnen ar: ar == 2024",
        )
    return pd.Period(str(value), freq=dtype.freq)


def _written(tokens: list[tokenize.TokenInfo], put: Mapping[int, tuple[int, str]]) -> str:
    """The tokens as text again: pandas reads it as it read the original."""
    words, at = [], 0
    while at < len(tokens):
        if at in put:
            at, name = put[at]
            words.append(name)
        else:
            glued = words and words[-1] == "@"
            words[-1:] = [f"@{tokens[at].string}"] if glued else [*words[-1:], tokens[at].string]
            at += 1
    return " ".join(words)
