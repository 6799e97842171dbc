"""What somebody has asked for with words, as a value."""

from __future__ import annotations

from datetime import date

from kunskapsbaserat.errors import OptionError

_YEARS = range(1900, 2200)  # further off is a slip of the keys, and a month before or after may not exist


def day_of(name: str, said: object) -> date | None:
    """A day that was asked for; None when none was.

    Raises
    ------
    OptionError
        It is no day, or of another century.

    Examples
    --------
    >>> day_of("--mote", "2026-12-08")
    datetime.date(2026, 12, 8)
    """
    if said is None:
        return None
    try:
        day = said if isinstance(said, date) else date.fromisoformat(str(said).strip())
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise OptionError(name, said, ("a day such as 2026-12-08",), tillatna=("en dag, till exempel 2026-12-08",))
    return day
