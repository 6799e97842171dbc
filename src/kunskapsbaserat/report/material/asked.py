"""What somebody has asked for with words, as a value."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.errors import OptionError


def day_of(name: str, said: object) -> date | None:
    """A day that was asked for.

    Raises
    ------
    OptionError
        It is no day.
    """
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said).strip())
    except ValueError:
        allowed = ("a day such as 2026-12-08",)
        raise OptionError(name, said, allowed, tillatna=("en dag, till exempel 2026-12-08",)) from None
