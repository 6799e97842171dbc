"""One reader of a cell for every file: by stated rules, and refused where two readings are possible.

A cell is a value, missing with its reason, or refused with the reason why: `read_*` raise `Refused`, and the functions that
take a `Place` raise a `TableError` that names it. What may be read depends on who wrote the file: see `Dialect`.
"""

from __future__ import annotations

from kunskapsbaserat.cells.area import area, is_area, read_area
from kunskapsbaserat.cells.clock import read_clock
from kunskapsbaserat.cells.date import read_date, read_moment
from kunskapsbaserat.cells.dialect import BRA, COORDINATE, DIALECTS, FORM, PANEL, PUBLISHER, Dialect
from kunskapsbaserat.cells.number import Number, is_missing, is_number, number, read_number
from kunskapsbaserat.cells.period import When, has_begun, is_period, month_number, period, period_of, read_period, when, years
from kunskapsbaserat.cells.place import Place, Refused, short
from kunskapsbaserat.cells.sex import sex
from kunskapsbaserat.cells.tally import Tally
from kunskapsbaserat.cells.text import UNCALCULATED, is_blank, is_error, text_of
from kunskapsbaserat.cells.yes_no import read_yes_no

__all__ = [
    "BRA",
    "COORDINATE",
    "DIALECTS",
    "FORM",
    "PANEL",
    "PUBLISHER",
    "UNCALCULATED",
    "Dialect",
    "Number",
    "Place",
    "Refused",
    "Tally",
    "When",
    "area",
    "has_begun",
    "is_area",
    "is_blank",
    "is_error",
    "is_missing",
    "is_number",
    "is_period",
    "month_number",
    "number",
    "period",
    "period_of",
    "read_area",
    "read_clock",
    "read_date",
    "read_moment",
    "read_number",
    "read_period",
    "read_yes_no",
    "sex",
    "short",
    "text_of",
    "when",
    "years",
]
