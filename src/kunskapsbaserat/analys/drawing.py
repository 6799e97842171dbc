"""Which figure belongs to a table; filled in when `kunskapsbaserat.plots` is there."""

from typing import Any


def can_draw(table: Any) -> bool:
    return False


def draw(table: Any, **kw: Any) -> Any:
    raise NotImplementedError
