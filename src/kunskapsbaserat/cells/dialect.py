"""Who wrote the cell decides how it may be read: a publisher's export is strict, a form that people fill in is generous."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

DAY_FIRST, MONTH_FIRST = "dag/mån", "mån/dag"
ORDERS = ("", DAY_FIRST, MONTH_FIRST)


class _Written(Protocol):
    """A file that says what parts its cells (None in a workbook)."""

    @property
    def delimiter(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """The rules of one kind of file.

    Attributes
    ----------
    decimal : {",", "."}
        The decimal sign. The other sign is accepted too, except before exactly three digits, where it could set thousands
        apart.
    dash : {"zero", "missing"} or None
        What "-" means: nothing happened (SCB, SKR) or nothing known (Kolada, Brå). None refuses it.
    hidden : bool
        Whether "x", "<5" and "1-4" are a publisher's way to hide a figure. In a form they are refused: somebody meant
        something by them.
    groups : bool
        Whether a sign may set thousands apart, so that "1.234" can be read in two ways. Not in a coordinate.
    units : bool
        Whether a figure may be followed by its unit ("12 st", "150 000 kr").
    negative, exponent : bool
        Whether a figure may be below zero, or be written as "1e-05".
    order : {"", "dag/mån", "mån/dag"}
        How 3/4/2026 is meant; "" refuses it.
    day_in_month : bool
        Whether a whole date stands for its month where a month is asked for.
    words : bool
        Whether "x", "yes" and 1 are a yes.

    Examples
    --------
    >>> from kunskapsbaserat import cells
    >>> cells.read_number("1.234", cells.Dialect("american", decimal=".", groups=False)).value
    1.234
    >>> cells.read_number("-", cells.PUBLISHER.with_dash("zero")).value, cells.read_number("-", cells.BRA).reason
    (0.0, 'dropout')
    """

    name: str
    decimal: Literal[",", "."] = ","
    dash: Literal["zero", "missing"] | None = None
    hidden: bool = True
    groups: bool = True
    units: bool = False
    negative: bool = True
    exponent: bool = True
    order: str = ""
    day_in_month: bool = True
    words: bool = False

    def of(self, file: _Written) -> Dialect:
        """The dialect with the decimal sign of a file: where commas split the cells the point is the decimal sign."""
        return replace(self, decimal="." if file.delimiter == "," else ",")

    def with_dash(self, dash: Literal["zero", "missing"] | None) -> Dialect:
        """The dialect where "-" has this meaning."""
        return replace(self, dash=dash)


PUBLISHER = Dialect("publisher")
BRA = Dialect("bra", dash="missing", negative=False, exponent=False, day_in_month=False)
PANEL = Dialect("panel")
FORM = Dialect("form", dash="missing", hidden=False, units=True, negative=False, exponent=False, order=DAY_FIRST, words=True)
COORDINATE = Dialect("coordinate", groups=False)
DIALECTS = (PUBLISHER, BRA, PANEL, FORM)
